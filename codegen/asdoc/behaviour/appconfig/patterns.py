"""Regular expressions that callers give, matched against text that callers give, for a limited time.

Python's own `re` takes no limit, and lets no other thread run while it matches: `(a+)+$` and forty letters are enough
to hold up a server for good. The package regex takes one, and comes with the server. Where it is not installed, in
somebody's own tests, `re` does the work: who waits there is who wrote the pattern.
"""

from __future__ import annotations

import re
import time
from functools import lru_cache
from typing import Any

try:
    import regex
except ImportError:
    regex = None

_MOST_UNROLLED = 20_000
"""Characters that a pattern may come to: regex writes out what is repeated a fixed number of times, without a limit."""

_PIECE = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<open>\()|(?P<close>\))|\{(?P<times>\d+)(?:,\d*)?\}|.", re.DOTALL
)
_REFUSED: tuple[type[Exception], ...] = (re.error, RecursionError, OverflowError, FutureWarning)
if regex is not None:
    _REFUSED = (*_REFUSED, regex.error)


class PatternError(Exception):
    """A pattern is none, or cannot be matched in the time there is."""


def check_pattern(pattern: str) -> None:
    """Raises PatternError where a text is no regular expression, or one that is too large."""
    _compiled(pattern)


class Searching:
    """Searches that have to be done by one moment, together."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    @property
    def late(self) -> bool:
        return time.monotonic() > self._until

    def found(self, pattern: str, text: str) -> bool:
        """Whether the pattern matches anywhere in the text. Raises PatternError."""
        compiled = _compiled(pattern)
        if isinstance(compiled, re.Pattern):
            return compiled.search(text) is not None
        try:
            return compiled.search(text, timeout=max(self._until - time.monotonic(), 0.001)) is not None
        except TimeoutError:
            late = f"the pattern {pattern[:100]} takes more than {self._seconds:g} seconds to match"
            raise PatternError(late) from None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    """The pattern as `re` reads it, compiled to be matched."""
    try:
        plain = re.compile(pattern)
        if regex is None:
            return plain
        if _unrolled(pattern) > _MOST_UNROLLED:
            raise PatternError(f"the pattern {pattern[:100]} repeats more than can be matched")
        return regex.compile(pattern)
    except _REFUSED as error:
        raise PatternError(f"{pattern[:100]} is not a regular expression") from error


def _unrolled(pattern: str) -> int:
    """How many characters a pattern has with all that it repeats a fixed number of times written out."""
    groups = [[0, 0]]  # of each open group: its characters, and those of its last part
    for piece in _PIECE.finditer(pattern):
        if piece["open"]:
            groups.append([0, 0])
        elif piece["close"] and len(groups) > 1:
            size = groups.pop()[0] + 1
            groups[-1] = [groups[-1][0] + size, size]
        elif piece["times"]:
            size = groups[-1][1] * max(int(piece["times"][:9]), 1)
            groups[-1] = [groups[-1][0] - groups[-1][1] + size, size]
        else:
            groups[-1] = [groups[-1][0] + 1, 1]
    return sum(group[0] for group in groups)
