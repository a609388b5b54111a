"""A trace as a person reads it: in 80 columns, coloured on a terminal alone."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from rich.console import Console
from rich.text import Text

from .readings import parse
from .values import Case, Override, Patch, Place, Reading, Statement, Trace, Wire

_Entry = TypeVar("_Entry")
_LONGEST = 400
"""How much of a line is shown."""
_AROUND = 200
"""How much of a longer one, where the name stands further back."""
_ROWS = 12
"""How many lines of a documented call are shown."""
_BREAK = re.compile(r"\s|[|/](?=\S)")
"""Where a line may be broken: a list of values and an address have no blanks."""
_DATED = {
    "page": "the page says so",
    "manifest": "from its manifest",
    "given": "as given",
    "derived:knows-more": "undated, a newer page knows more",
    "derived:undated": "undated",
}
_WHY = {"older": "older pages tell otherwise", "format": "pages of one age differ"}
_RULES = {"same-shape": ", as another page tells of the same shape"}


class _Line(NamedTuple):
    margin: int
    text: Text
    hang: int = 0
    """How much further in it goes on where it is broken."""


def write(trace: Trace, console: Console) -> None:
    """Print the trace."""
    for line in _lines(trace):
        margin = line.margin
        for part in _broken(line.text, console.width - margin, line.hang):
            part.rstrip()
            console.print(Text(" " * margin) + part if part else part, highlight=False, soft_wrap=True)
            margin = line.margin + line.hang


def _broken(text: Text, width: int, hang: int) -> Iterator[Text]:
    """The text in parts that fit; a word that is too long by itself is cut."""
    while len(text) > width:
        ends = [match.end() for match in _BREAK.finditer(text.plain, 0, width + 1)]
        fit = [end for end in ends if len(text.plain[:end].rstrip()) <= width]
        part, text = text.divide([max(fit, default=width) or width])
        yield part
        width -= hang
        hang = 0
    yield text


def _lines(trace: Trace) -> Iterator[_Line]:
    yield _Line(0, Text.assemble((plain(trace.fact), "bold"), f"  ({trace.kind} of {trace.service})"))
    yield _Line(2, Text(plain(trace.tells)))
    yield from _section("Read", trace.readings, lambda reading: _reading(reading, _name(trace.fact)))
    yield from _section("From the wire source", [trace.wire] if trace.wire else [], _wire)
    yield from _section("Spec", trace.spec, _place)
    yield from _section("Generated", trace.generated, _place)
    yield from _section("Cases", trace.cases, _case)
    yield from _section("Statements", trace.statements, _statement)
    yield from _section("Patches and errata", trace.patches, _patch)
    yield from _section("Overridden", trace.overridden, _override)
    yield from _section("Changes", trace.changes, lambda reading: _reading(reading, _name(trace.fact)))
    if trace.notes:
        yield _Line(0, Text())
    for note in trace.notes:
        yield _Line(0, Text(plain(note), style="yellow"))


def _section(title: str, entries: Sequence[_Entry], lines: Callable[[_Entry], Iterator[_Line]]) -> Iterator[_Line]:
    if entries:
        yield _Line(0, Text())
        yield _Line(0, Text(title, style="bold cyan"))
    for entry in entries:
        yield from lines(entry)


def _name(fact: str) -> str:
    """The member's own name."""
    return re.sub(r"=.*|\{key\}|[\[\]{}]", "", fact, flags=re.DOTALL).rpartition(".")[2]


def _reading(reading: Reading, name: str, margin: int = 2) -> Iterator[_Line]:
    known = ", ".join(part for part in (reading.reader, reading.date, _DATED.get(reading.dated, reading.dated)) if part)
    yield _Line(margin, Text.assemble(plain(f"{reading.page}:{reading.line}"), (f"  #{reading.hash}", "dim")))
    yield _Line(margin + 2, Text.assemble((plain(reading.reading), "green"), f"  ({known})" if known else ""))
    if reading.state == "changed":
        yield _Line(margin + 2, Text("the page has changed: this line is another now", style="red"))
    for line, sentence in ((reading.line, reading.sentence), (reading.explained, reading.explanation)):
        if sentence:
            yield from _quoted(margin + 2, line, sentence, name)


def _quoted(margin: int, line: int, sentence: str, name: str) -> Iterator[_Line]:
    """A sentence behind the number of its line; of a long line what stands around the name."""
    number = f"{line}: "
    rows = sentence.split("\n")
    shown = rows if len(rows) <= _ROWS else [*rows[:_ROWS], f"… ({len(rows) - _ROWS} lines more)"]
    for row in shown:
        at = max(row.find(f"'{name}'"), 0)
        start, end = (0, _LONGEST) if at + len(name) < _LONGEST else (at, at + _AROUND)
        cut = f"{'… ' * (start > 0)}{row[start:end]}{' …' * (len(row) > end)}"
        yield _Line(margin, Text.assemble((number, "dim"), plain(cut)), hang=len(number))
        number = " " * len(number)


def _wire(wire: Wire) -> Iterator[_Line]:
    yield _Line(2, Text(wire.origin))
    for name, fact in wire.facts.items():
        told = fact if isinstance(fact, str) else json.dumps(fact)
        yield _Line(4, Text(plain(f"{name}: {told}")), hang=2)
    if wire.at is not None:
        yield from _place(wire.at)


def _place(place: Place, margin: int = 2) -> Iterator[_Line]:
    yield _Line(margin, Text(plain(f"{place.file}:{place.line}")))
    told = "  ".join(part for part in (f"#{place.pointer}" if place.pointer else "", place.what) if part)
    yield _Line(margin + 2, Text(plain(told), style="dim"), hang=2)


def _case(case: Case) -> Iterator[_Line]:
    errata = f"  (errata: {', '.join(case.errata)})" if case.errata else ""
    yield _Line(2, Text.assemble((plain(case.id), "green"), plain(errata)), hang=2)
    if case.uses:
        yield _Line(4, Text(plain(f"in {', '.join(case.uses)}")), hang=2)
    yield _Line(4, Text(plain(f"{case.at.file}:{case.at.line}")))


def _statement(statement: Statement) -> Iterator[_Line]:
    yield _Line(2, Text.assemble((plain(statement.id), "green"), f"  ({statement.why})"))
    yield _Line(4, Text(plain(statement.told)))
    for place in (statement.at, statement.case):
        if place is not None:
            yield _Line(4, Text(plain(f"{place.file}:{place.line}")))


def _patch(patch: Patch) -> Iterator[_Line]:
    yield _Line(2, Text(plain(patch.id), style="green"))
    yield _Line(4, Text(plain(patch.reason)))
    yield from _place(patch.at, 4)
    for source in patch.evidence:
        page, line, _ = parse(source)
        yield _Line(4, Text(plain(f"as {page}:{line} shows")))


def _override(override: Override) -> Iterator[_Line]:
    name = _name(override.fact)
    yield _Line(2, Text(plain(override.fact), style="green"))
    yield _Line(4, Text(f"{override.of}: {_WHY.get(override.why, 'pages differ')}"))
    yield _Line(
        4, Text(f"kept{_RULES.get(override.rule, '')}" + (f": {plain(override.kept)}" if not override.by else ""))
    )
    if override.by is not None:
        yield from _reading(override.by, name, 6)
    yield _Line(4, Text("set aside", style="red"))
    for reading in override.aside:
        yield from _reading(reading, name, 6)


def plain(text: str) -> str:
    """`text` without what a terminal would obey: a page may hold anything."""
    return "".join(character if unicodedata.category(character)[0] != "C" else "?" for character in text)
