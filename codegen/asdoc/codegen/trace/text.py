"""A trace as a person reads it: in 80 columns, coloured on a terminal alone."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.text import Text

from .readings import parse
from .values import Case, Change, Override, Patch, Place, Reading, Statement, Trace, Wire

_Entry = TypeVar("_Entry")
_Line = tuple[int, Text]
"""Its margin, and what stands in it."""
_LONGEST = 400
"""How much of a sentence is shown."""
_DATED = {
    "page": "the page says so",
    "manifest": "from its manifest",
    "given": "as given",
    "derived:knows-more": "undated; a newer page knows more",
    "derived:undated": "undated",
}


def write(trace: Trace, console: Console) -> None:
    """Print the trace."""
    for margin, text in _lines(trace):
        for line in text.wrap(console, console.width - margin, overflow="fold"):
            line.rstrip()
            console.print(Text(" " * margin) + line if line else line, highlight=False)


def _lines(trace: Trace) -> Iterator[_Line]:
    yield 0, Text.assemble((plain(trace.fact), "bold"), f" ({trace.service}): {plain(trace.tells)}")
    yield from _section("Read", trace.readings, _reading)
    yield from _section("From the wire source", [trace.wire] if trace.wire else [], _wire)
    yield from _section("Spec", trace.spec, _place)
    yield from _section("Generated", trace.generated, _place)
    yield from _section("Cases", trace.cases, _case)
    yield from _section("Statements", trace.statements, _statement)
    yield from _section("Patches and errata", trace.patches, _patch)
    yield from _section("Overridden", trace.overridden, _override)
    yield from _section("Changes", trace.changes, _change)
    if trace.notes:
        yield 0, Text()
    for note in trace.notes:
        yield 0, Text(plain(note), style="yellow")


def _section(title: str, entries: Sequence[_Entry], lines: Callable[[_Entry], Iterator[_Line]]) -> Iterator[_Line]:
    if entries:
        yield 0, Text()
        yield 0, Text(title, style="bold cyan")
    for entry in entries:
        yield from lines(entry)


def _reading(reading: Reading) -> Iterator[_Line]:
    known = ", ".join(part for part in (reading.reader, _age(reading.date, reading.dated)) if part)
    yield 2, Text.assemble(plain(f"{reading.page}:{reading.line}"), (f"  #{reading.hash}", "dim"))
    yield 4, Text.assemble((plain(reading.reading), "green"), f"  ({known})" if known else "")
    if reading.state == "changed":
        yield 4, Text("the page has changed: this line is another now", style="red")
    for line, sentence in ((reading.line, reading.sentence), (reading.explained, reading.explanation)):
        if sentence:
            yield 4, Text.assemble((f"{line}: ", "dim"), _quoted(sentence))


def _age(date: str, dated: str) -> str:
    return ", ".join(part for part in (date, _DATED.get(dated, dated)) if part)


def _quoted(sentence: str) -> str:
    shown = plain(sentence)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def _wire(wire: Wire) -> Iterator[_Line]:
    yield 2, Text(wire.origin)
    for name, fact in wire.facts.items():
        told = fact if isinstance(fact, str) else json.dumps(fact)
        yield 4, Text(plain(f"{name}: {told}"))
    if wire.at is not None:
        yield from _place(wire.at)


def _place(place: Place, margin: int = 2) -> Iterator[_Line]:
    yield (
        margin,
        Text.assemble(plain(f"{place.file}:{place.line}"), (f"  {plain(place.what)}" if place.what else "", "dim")),
    )
    if place.pointer:
        yield margin + 2, Text(plain(f"#{place.pointer}"))


def _case(case: Case) -> Iterator[_Line]:
    errata = f"  (errata: {', '.join(case.errata)})" if case.errata else ""
    yield 2, Text.assemble((plain(case.id), "green"), plain(errata))
    if case.uses:
        yield 4, Text(plain(f"in {', '.join(case.uses)}"))
    yield 4, Text(plain(f"{case.at.file}:{case.at.line}"))


def _statement(statement: Statement) -> Iterator[_Line]:
    yield 2, Text.assemble((plain(statement.id), "green"), f"  ({statement.why})")
    yield 4, Text(plain(statement.told))
    for place in (statement.at, statement.case):
        if place is not None:
            yield 4, Text(plain(f"{place.file}:{place.line}"))


def _patch(patch: Patch) -> Iterator[_Line]:
    yield 2, Text(plain(patch.id), style="green")
    yield 4, Text(plain(patch.reason))
    yield from _place(patch.at, 4)
    for source in patch.evidence:
        page, line, _ = parse(source)
        yield 4, Text(plain(f"as {page}:{line} shows"))


def _override(override: Override) -> Iterator[_Line]:
    why = {"older": "older pages tell otherwise", "format": "pages of one age differ"}.get(override.why, "pages differ")
    yield 2, Text.assemble((plain(override.fact), "green"), f"  ({override.of}: {why})")
    yield 4, Text(plain(f"kept: {_spaced(override.kept)}"))
    if override.by:
        yield 6, Text(plain(_dated_source(override, override.by)))
    for reading, sources in override.aside.items():
        yield 4, Text(plain(f"set aside: {_spaced(reading)}"), style="red")
        for source in sources:
            yield 6, Text(plain(_dated_source(override, source)))


def _spaced(reading: str) -> str:
    return reading.replace("|", " | ")


def _dated_source(override: Override, source: str) -> str:
    page, line, _ = parse(source)
    day = override.dates.get(page, "")
    return f"{page}:{line}" + (f"  ({_DATED.get(day, day)})" if day else "")


def _change(change: Change) -> Iterator[_Line]:
    for source in change.source:
        page, line, _ = parse(source)
        yield 2, Text(plain(f"{change.kind} on {change.date or 'a day untold'}: {page}:{line}"))


def plain(text: str) -> str:
    """`text` without what a terminal would obey: a page may hold anything."""
    return "".join(character if unicodedata.category(character)[0] != "C" else "?" for character in text)
