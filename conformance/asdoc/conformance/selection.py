"""Which cases of a suite run, and in which order."""

from __future__ import annotations

import difflib
import random
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase
from hashlib import sha256

import msgspec

from asdoc.runtime.errors import AsdocError

from .cases.model import Case

KINDS = (
    "example", "statement", "error", "constraint", "pagination", "idempotency", "ordering", "timestamp",
)  # fmt: skip
"""Kinds of cases; documented examples are what runs unless more is asked for."""


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    pattern: str = ""
    """In an id; or matching an id or an operation, where it has `*` or `?`."""
    kinds: tuple[str, ...] = ("example",)
    """Empty for all."""
    operations: tuple[str, ...] = ()
    """Empty for all; `*` and `?` match."""
    shard: tuple[int, int] = (1, 1)
    """Which part of how many. A case's part is told by its id alone, so that no part changes as cases are added."""
    seed: int | None = None
    """Of the order; None for that of the suite."""


def read_kinds(named: Collection[str]) -> tuple[str, ...]:
    """The kinds that were named, empty for `all`. Raises AsdocError where one is no kind, whatever stands beside it."""
    for kind in named:
        if kind not in (*KINDS, "all"):
            close = difflib.get_close_matches(kind, KINDS, n=1)
            raise AsdocError(
                f"selecting cases: {kind!r} is no kind of cases.",
                hint=(f"Did you mean {close[0]}? " if close else "") + f"There are {', '.join(KINDS)}; or all.",
            )
    return () if "all" in named else tuple(dict.fromkeys(named))


def read_shard(text: str) -> tuple[int, int]:
    """`2/5` as numbers. Raises AsdocError where it is no part of a whole."""
    part, slash, whole = text.partition("/")
    digits = part.isascii() and part.isdigit() and whole.isascii() and whole.isdigit() and len(text) < 12
    if not slash or not digits or not 1 <= int(part) <= int(whole):
        raise AsdocError(f"reading the shard {text!r}: it is no part of a whole.", hint="The second of five is 2/5.")
    return int(part), int(whole)


def select(cases: Iterable[Case], selection: Selection) -> list[Case]:
    """The cases that are selected, in the order in which they run.

    A shard may be empty; raises AsdocError where anything else selects nothing.
    """
    cases = list(cases)
    kinds = sorted({case.kind for case in cases})
    chosen = [case for case in cases if not selection.kinds or case.kind in selection.kinds]
    if not chosen:
        raise AsdocError(
            f"selecting cases: nothing documented of this service is of the kind {' or '.join(selection.kinds)}.",
            hint=f"Its kinds are {', '.join(kinds)}: `asdoc verify … --kind {kinds[0]}`."
            if kinds
            else "It has no cases.",
        )
    if selection.operations:
        for pattern in selection.operations:
            if not any(_matches(case.operation, (pattern,)) for case in chosen):
                raise _no_operation(pattern, cases)
        chosen = [case for case in chosen if _matches(case.operation, selection.operations)]
    chosen = [case for case in chosen if _holds(selection.pattern, case)]
    if not chosen:
        raise AsdocError(
            f"selecting cases: no case matches {selection.pattern!r}.",
            hint="The ids of cases stand in a report of a whole run.",
        )
    part, whole = selection.shard
    if whole > 1:
        chosen = [case for case in chosen if shard_of(case.id, whole) == part]
    if selection.seed is not None:
        random.Random(selection.seed).shuffle(chosen)  # noqa: S311  an order, no secret
    return chosen


def _no_operation(pattern: str, cases: Collection[Case]) -> AsdocError:
    """Why nothing is of this operation: it is misspelt, or has cases of other kinds alone."""
    other = sorted({case.kind for case in cases if _matches(case.operation, (pattern,))})
    if other:
        doing = f"selecting cases: no case of the kinds that were asked for is of the operation {pattern}."
        return AsdocError(doing, hint=f"It has cases of the kind {' and '.join(other)}: --kind {other[0]}.")
    named = {case.operation.lower(): case.operation for case in cases}
    close = difflib.get_close_matches(pattern.lower().replace("_", ""), named, n=1)
    return AsdocError(
        f"selecting cases: no case is of the operation {pattern}.",
        hint=f"Did you mean {named[close[0]]}?" if close else "Operations are named as on the page: GetDeployment.",
    )


def shard_of(case: str, whole: int) -> int:
    """Which of so many parts a case is of, from 1."""
    return int.from_bytes(sha256(case.encode()).digest()[:8], "big") % whole + 1


def _matches(operation: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(operation, pattern) for pattern in patterns)


def _holds(pattern: str, case: Case) -> bool:
    if any(sign in pattern for sign in "*?"):
        return fnmatchcase(case.id, pattern) or fnmatchcase(case.operation, pattern)
    return pattern.lower() in case.id.lower()
