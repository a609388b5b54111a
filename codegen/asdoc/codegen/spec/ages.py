"""Which of two pages is the newer one.

Two dated pages are as old as their days. Else the later release wrote the newer, where manifests tell both. Else a page
without a day is taken as of today, and so newer than one that has one. Where nothing of this tells, AWS's own habit
does: it adds members and values, so the page that strictly knows more is the newer (`knows-more`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from asdoc.codegen.pages.facts import AnyPage, ExceptionPage, Node, OperationPage
from asdoc.codegen.pages.source import Text

_FORMATS = ("rst", "html", "single", "rendered", "changes")
"""Of pages of one age, that of the format that loses the least is read first."""


class Told(NamedTuple):
    """A page's facts, and the text that they were read from."""

    page: AnyPage
    text: Text


def compare(one: AnyPage, other: AnyPage) -> int:
    """1 where day or release make `one` the newer, -1 where the other, 0 where they tell nothing."""
    if one.date and other.date:
        return (one.date > other.date) - (one.date < other.date)
    if one.release and other.release and one.release != other.release:
        return 1 if _version(one.release) > _version(other.release) else -1
    return bool(other.date) - bool(one.date)


def newest_first(told: Sequence[Told], behind: Callable[[AnyPage], None]) -> list[Told]:
    """Pages of the same facts, the newest first; `behind` is told each that `knows-more` alone made older.

    The order depends on the pages and not on the order given.
    """
    waiting = sorted(told, key=lambda entry: (_rank(entry.page), entry.page.path, entry.page.sha256))
    ordered: list[Told] = []
    while waiting:
        first = next((entry for entry in waiting if not any(_newer(other, entry) for other in waiting)), waiting[0])
        waiting.remove(first)
        ordered.append(first)
    for entry in ordered:
        if any(_newer(other, entry) and compare(other.page, entry.page) == 0 for other in ordered):
            behind(entry.page)
    return ordered


def _newer(one: Told, other: Told) -> bool:
    if one is other:
        return False
    known = compare(one.page, other.page)
    return known > 0 or (known == 0 and not one.page.date and _knows_more(one.page, other.page))


def _knows_more(one: AnyPage, other: AnyPage) -> bool:
    more, fewer = False, False
    for mine, theirs in zip(_sides(one), _sides(other), strict=False):
        if mine is None or theirs is None:
            more, fewer = more or bool(mine and mine.members), fewer or bool(theirs and theirs.members)
            continue
        ahead, behind = surplus(mine, theirs)
        more, fewer = more or ahead, fewer or behind
    return more and not fewer


def _sides(page: AnyPage) -> list[Node | None]:
    if isinstance(page, OperationPage):
        return [page.input, page.output]
    return [page.output] if isinstance(page, ExceptionPage) else []


def surplus(one: Node, other: Node) -> tuple[bool, bool]:
    """Whether `one` has members or values that the other lacks, and the other way round; both where types differ."""
    more, fewer = False, False
    todo = [(one, other)]
    while todo:
        mine, theirs = todo.pop()
        if mine.open or theirs.open or mine.recursive or theirs.recursive or not mine.type or not theirs.type:
            continue  # one of them does not tell
        if mine.type != theirs.type:
            return True, True
        more = more or bool(mine.members.keys() - theirs.members.keys())
        fewer = fewer or bool(theirs.members.keys() - mine.members.keys())
        if mine.line and theirs.line:
            more = more or bool(set(mine.enum) - set(theirs.enum))
            fewer = fewer or bool(set(theirs.enum) - set(mine.enum))
        todo.extend((child, theirs.members[name]) for name, child in mine.members.items() if name in theirs.members)
        for inner, below in ((mine.member, theirs.member), (mine.key, theirs.key), (mine.value, theirs.value)):
            if inner is not None and below is not None:
                todo.append((inner, below))
    return more, fewer


def _rank(page: AnyPage) -> int:
    return _FORMATS.index(page.reader) if page.reader in _FORMATS else len(_FORMATS)


def _version(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split(".") if part.isdigit())
