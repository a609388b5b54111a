"""Suites of cases that others keep for the protocols, run through generated clients as a user has them."""
