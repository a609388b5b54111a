"""Judging one answer against what is documented, comparison by comparison."""
