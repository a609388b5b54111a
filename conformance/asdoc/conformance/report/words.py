"""What every report says in the same words: of values, pages and failures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from ..events import CaseFinished, Check
from .model import Share

ADDRESS = "https://boto3.amazonaws.com/v1/documentation/api/latest/reference/services/"
"""Where the pages are published."""
_OPERATION = re.compile(r"https://docs\.aws\.amazon\.com/goto/WebAPI/[A-Za-z0-9.-]+/[A-Za-z0-9]+")
"""How pages link to the reference of an operation, which is where a case has its place that no single line tells."""
_PAGE = re.compile(r"[a-z0-9-]+(/[A-Za-z0-9_.-]+)+\.rst")


class Place(NamedTuple):
    """Where a page says something."""

    page: str
    """Path of the page below all pages; empty where a source names none."""
    line: int

    def __str__(self) -> str:
        return f"{self.page}:{self.line}" if self.line else self.page

    @property
    def address(self) -> str:
        """The published page; empty where the path is none that boto3 writes."""
        if _OPERATION.fullmatch(self.page):
            return self.page
        if not _PAGE.fullmatch(self.page) or ".." in self.page:
            return ""
        return ADDRESS + self.page.removesuffix(".rst") + ".html"


def place_of(source: str) -> Place:
    """The place in a source, PAGE:LINE#HASH."""
    if _OPERATION.fullmatch(source):
        return Place(source, 0)
    page, sign, line = source.partition("#")[0].rpartition(":")
    # int() reads digits of any script; a line is written in plain ones.
    if sign and line.isascii() and line.isdigit() and len(line) < 10:
        return Place(page, int(line))
    return Place(source.partition("#")[0], 0)


def places(case: CaseFinished) -> list[Place]:
    return [place_of(source) for source in case.source]


def telling(case: CaseFinished) -> list[Check]:
    """The checks that a verdict other than pass rests on, the failed ones before those that could not be made."""
    if case.verdict == "unsupported":
        # The refusal tells it already; what it lacks beside that says nothing more.
        return []
    documented = [check for check in case.checks if check.decides]
    return [check for check in documented if check.outcome == "fail"] or [
        check for check in documented if check.outcome != "pass"
    ]


_ASKED = {
    "$any": "any value", "$one_of": "one of", "$not": "anything but", "$matches": "a text like",
    "$contains": "among others", "$between": "between",
    "$count": "as many as", "$only": "nothing but", "$lacks": "without", "$sorted": "sorted by",
    "$all": "all of", "$from": "as answered in", "$sent": "as sent in", "$text": "the text", "$bytes": "the bytes",
}  # fmt: skip
"""What a statement may ask of a value, in place of one -> how a reader is told."""


def value_text(value: Any, longest: int = 0) -> str:
    """A value on one line: text as it is, all else as JSON. Shortened beyond `longest` characters, where given."""
    if isinstance(value, dict) and len(value) == 1 and (asked := next(iter(value))) in _ASKED:
        text = f"{_ASKED[asked]} {value_text(value[asked])}" if value[asked] is not True else _ASKED[asked]
    else:
        text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, default=str)
    text = clean(text)
    return text if not longest or len(text) <= longest else text[: longest - 1] + "…"


def clean(text: str) -> str:
    """Text of a target without what could move a cursor, change colours, or turn the direction of writing."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def expected_text(check: Check, longest: int = 0) -> str:
    """What is documented, and what that stands for in this run."""
    text = value_text(check.documented, longest)
    return text if check.here is None else f"{text}, here {value_text(check.here, longest)}"


def headline(case: CaseFinished, longest: int = 160) -> str:
    """Why a case did not pass, on one line."""
    checks = telling(case)
    if case.reason or not checks:
        return _short(clean(case.reason) or case.verdict, longest)
    first = checks[0]
    more = f" (and {len(checks) - 1} more)" if len(checks) > 1 else ""
    text = f"{first.id}: documented {expected_text(first, 60)}, found {value_text(first.found, 60)}"
    return _short(clean(text), longest - len(more)) + more


def lines_of(case: CaseFinished, most: int = 12) -> list[str]:
    """A case that did not pass, in lines of plain text."""
    lines = [str(place) for place in places(case)[:3]]
    if case.reason:
        lines.append(clean(case.reason))
    if case.reading:
        lines.append(f"reading: {clean(case.reading)}")
    checks = telling(case)
    for check in checks[:most]:
        lines.append(clean(check.id) + (f" ({clean(check.reason)})" if check.reason else ""))
        lines.append(f"  documented  {expected_text(check, 300)}")
        lines.append(f"  found       {value_text(check.found, 300)}")
    if len(checks) > most:
        lines.append(f"and {len(checks) - most} more checks")
    if case.path:
        lines.append(("after " if case.kind == "example" else "called ") + ", ".join(clean(step) for step in case.path))
    return lines


def share_text(share: Share) -> str:
    """Part, whole, and per cent where there is a whole."""
    if not share.whole:
        return f"{share.part} of {share.whole}"
    return f"{share.part} of {share.whole} ({percent(share)} %)"


def unbroken(text: str) -> str:
    """A figure that no line breaks within: `14 %` stays together."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def percent(share: Share) -> int:
    """Rounded, but only all is 100, and only nothing is 0."""
    if share.part in (0, share.whole):
        return 100 if share.part else 0
    return min(99, max(1, round(100 * share.part / share.whole)))


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
