"""The day that a page tells of: from the page itself, from its manifest, or as a user gives it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from asdoc.runtime.errors import AsdocError


class Dated(NamedTuple):
    """A day as `2022-07-13`, and whence it is; both empty where nothing tells one."""

    date: str = ""
    by: str = ""
    """`page`, `manifest` or `given`."""


class Dates(NamedTuple):
    """What a user says with `--dated`."""

    default: str = ""
    """For every page that carries none and whose manifest tells none."""
    by_pattern: tuple[tuple[str, str], ...] = ()
    """(pattern of paths, day): outranks what the page carries; of several that fit, the last one counts."""

    def of(self, path: Path, page: str, manifest: str) -> Dated:
        """The day of the page in a file, from what itself and its manifest tell."""
        for pattern, date in reversed(self.by_pattern):
            if _fits(path, pattern):
                return Dated(date, "given")
        if page:
            return Dated(page, "page")
        if manifest:
            return Dated(manifest, "manifest")
        return Dated(self.default, "given") if self.default else Dated()

    def check(self, paths: Iterable[Path]) -> None:
        """Raise AsdocError for a pattern that none of the pages fits: it is most likely mistyped."""
        waiting = dict(self.by_pattern)
        for path in paths:
            if not waiting:
                return
            for pattern in [pattern for pattern in waiting if _fits(path, pattern)]:
                del waiting[pattern]
        for pattern, date in waiting.items():
            raise AsdocError(
                f"dating pages: none of those given is called {pattern!r}, of {pattern}={date}.",
                hint="A pattern fits a page's whole path or the end of it, from a folder on; * stands for anything.",
            )


def parse(values: Sequence[str]) -> Dates:
    """The values of `--dated`, each `DATE` or `PATTERN=DATE`. Raises AsdocError where one is neither."""
    default = ""
    by_pattern: list[tuple[str, str]] = []
    for value in values:
        pattern, equals, date = value.rpartition("=")
        _check(date, value)
        if equals and pattern:
            by_pattern.append((pattern, date))
        elif default and default != date:
            raise AsdocError(
                f"dating pages: both {default} and {date} are given for all pages.",
                hint="Say which pages a date is of: `--dated 'old/*=2022-07-13'`.",
            )
        else:
            default = date
    return Dates(default, tuple(by_pattern))


def check(date: str) -> str:
    """The day itself. Raises AsdocError where it is none."""
    _check(date, date)
    return date


def _check(date: str, value: str) -> None:
    try:
        told = datetime.date.fromisoformat(date).isoformat() == date
    except ValueError:
        told = False
    if not told:
        raise AsdocError(f"dating pages: {value!r} has no day.", hint="A day is written as 2022-07-13.")


def _fits(path: Path, pattern: str) -> bool:
    whole = path.as_posix()
    return fnmatchcase(whole, pattern) or fnmatchcase(whole, f"*/{pattern}")
