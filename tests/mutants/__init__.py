"""Backends that are wrong on purpose, each in one way, each there to be caught."""
