"""Requests that no client sends, by the million, and the laws that their answers must not break."""
