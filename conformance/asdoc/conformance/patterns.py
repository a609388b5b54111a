"""Patterns of the documents, which are written in a dialect that Python does not wholly read."""

from __future__ import annotations

import re


def matches(pattern: str, text: str) -> bool:
    """Whether a text holds what its pattern asks for, unanchored; true of a pattern that cannot be read."""
    try:
        return re.search(pattern, text) is not None
    except (re.error, FutureWarning):
        # Such as ranges of UTF-16's halves: of what cannot be read, nothing is claimed.
        return True
