"""Scripted answers, valid and not, given to each transport, which must all make the same of them."""
