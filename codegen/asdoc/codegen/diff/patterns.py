"""What two patterns show without trying values: that they differ in their ends alone, or that one takes everything."""

from __future__ import annotations

import re
from typing import NamedTuple

_BEGIN = re.compile(r"\^|\\A")
_END = re.compile(r"(?<!\\)((?:\\\\)*)(?:\$|\\[zZ])\Z")
_OPEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)
"""What tells the depth of groups: escaped characters and classes of characters are passed over."""
_ALL = re.compile(r"\(?(?:\[\\s\\S\]|\[\\S\\s\]|\[\\w\\W\]|\[\\W\\w\]|\[\\d\\D\]|\[\\D\\d\]|\(\?s\)\.)\*\)?")


def rule(before: str | None, after: str | None) -> str:
    """The rule of a pattern that came, went or is another, without its direction."""
    if (before is None or _takes_all(before)) and (after is None or _takes_all(after)):
        return "pattern-told"
    if before is None or _takes_all(before):
        return "pattern-added"
    if after is None or _takes_all(after):
        return "pattern-removed"
    first, second = _ends(before), _ends(after)
    if first.inner != second.inner or _parts(first.inner) > 1:
        return "pattern-changed"
    if first.tied == second.tied:  # `\\A` is another way to write `^`
        return "pattern-told"
    pairs = list(zip(first.tied, second.tied, strict=True))
    if all(now or not then for then, now in pairs):
        return "pattern-anchored"
    return "pattern-unanchored" if all(then or not now for then, now in pairs) else "pattern-changed"


class _Ends(NamedTuple):
    inner: str
    """The pattern without what ties it to the beginning and the end of a value."""
    tied: tuple[bool, bool]
    """Whether it is, to each."""


def _ends(pattern: str) -> _Ends:
    begin, end = _BEGIN.match(pattern), _END.search(pattern)
    inner = pattern[begin.end() if begin else 0 : end.end(1) if end else len(pattern)]
    return _Ends(inner, (begin is not None, end is not None))


def _takes_all(pattern: str) -> bool:
    return _ALL.fullmatch(_ends(pattern).inner) is not None


def _parts(pattern: str) -> int:
    """Number of alternatives outside of groups. The beginning belongs to the first of them, and the end to the last."""
    depth, parts = 0, 1
    for sign in _OPEN.findall(pattern):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        parts += sign == "|" and depth == 0
    return parts
