"""Fidelity: what the readers make of the pages of every service, scored against the models that the pages come from."""
