"""The report as a table for people, in 80 columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..events import JUDGED, VERDICTS, CaseFinished, Check
from .model import Report
from .words import clean, counted, place_of, share_text, telling, unique, value_text

STYLES = {
    "pass": "green",
    "fail": "bold red",
    "unsupported": "yellow",
    "blocked": "cyan",
    "pending": "dim",
    "harness-error": "bold magenta",
}
_SHORTEST = 60
_COLUMNS = 80
_VERDICT = max(map(len, VERDICTS)) + 1
_CASE = 48
_SHOWN_CHECKS = 12


def print_report(report: Report, console: Console) -> None:
    """Verdict and page of every case, what stood against those that did not pass, and the two numbers."""
    started = report.started
    console.print(Text(clean(f"{started.service} at {started.target}, as documented"), style="bold"))
    console.print(_table(report) if report.cases else Text("No case is of this part of them."))
    for case, alike in _told_once(report):
        console.print(_details(case, alike))
    _derived(report, console)
    _errata(report, console)
    console.print(_totals(report))


def _table(report: Report) -> Table:
    names = [clean(case.id.partition(f".{case.kind}.")[2] or case.id) for case in report.cases]
    widest = max(len(name) + bool(case.errata) for name, case in zip(names, report.cases, strict=True))
    named = min(widest, _CASE)
    table = Table(box=None, pad_edge=False, header_style="dim", expand=False)
    table.add_column("verdict", no_wrap=True, min_width=max(len(case.verdict) for case in report.cases))
    table.add_column("case", overflow="fold", width=named)
    table.add_column("page", no_wrap=True, overflow="ellipsis")
    for name, case in zip(names, report.cases, strict=True):
        verdict = Text(case.verdict, style=STYLES[case.verdict])
        note = Text("*", style="dim") if case.errata else Text("")
        table.add_row(verdict, Text(name) + note, Text(place(case, _COLUMNS - _VERDICT - named - 2), style="dim"))
    return table


def place(case: CaseFinished, width: int) -> str:
    """File and line of the page behind a case. Where both are too long for `width`, the line stays whole."""
    if not case.source:
        return ""
    where = place_of(case.source[0])
    # The address of an operation's reference names the operation once more.
    whole = where.page == where.address
    name = "API reference" if whole else clean(where.page).rpartition("/")[2].removesuffix(".rst")
    line = f":{where.line}" if where.line else ""
    room = width - len(line)
    return (name if len(name) <= room else name[: room - 1] + "…") + line


def _told_once(report: Report) -> Iterator[tuple[CaseFinished, int]]:
    """The cases that did not pass, and of how many more the same is said: a target may lack most operations."""
    alike: dict[tuple[str, str], list[CaseFinished]] = {}
    for case in report.cases:
        if case.verdict != "pass":
            same = case.reason if case.reason and not telling(case) else case.id
            alike.setdefault((case.verdict, same), []).append(case)
    for first, *others in alike.values():
        yield first, len(others)


def _details(case: CaseFinished, alike: int) -> RenderableType:
    lines: list[RenderableType] = [Text()]
    lines.append(Text.assemble((case.verdict, STYLES[case.verdict]), " ", (clean(case.id), "bold")))
    if case.source:
        lines.append(_indented(Text(clean(case.source[0].partition("#")[0]), style="dim")))
    if case.reason:
        lines.append(_indented(Text(clean(case.reason))))
    if alike:
        lines.append(_indented(Text(f"and {counted(alike, 'more case')} for the same reason", style="dim")))
    if case.reading:
        lines.append(_indented(Text(clean(f"reading: {case.reading}"), style="dim")))
    shown = telling(case)
    for check in shown[:_SHOWN_CHECKS]:
        lines.append(_check(check))
    if len(shown) > _SHOWN_CHECKS:
        lines.append(_indented(Text(f"… and {len(shown) - _SHOWN_CHECKS} more checks; --json tells all.", style="dim")))
    return Group(*lines)


def _check(check: Check) -> RenderableType:
    return _indented(
        Group(
            Text(clean(check.id + (f" ({check.reason})" if check.reason else ""))),
            _indented(Text("documented  " + _value(check.documented) + _here(check))),
            _indented(Text("found       " + _value(check.found))),
        )
    )


def _here(check: Check) -> str:
    return "" if check.here is None else f", here {_value(check.here)}"


def _indented(inner: RenderableType) -> Padding:
    return Padding(inner, (0, 0, 0, 2), expand=False)


def _value(value: Any) -> str:
    return value_text(value, 2 * _SHORTEST)


def _derived(report: Report, console: Console) -> None:
    """What differs from a rule and not from a page: once for all cases that it differs in."""
    differing: dict[tuple[str, str, str], list[str]] = {}
    for case in report.cases:
        for check in case.checks:
            if case.verdict in JUDGED and not check.decides and check.outcome == "fail":
                key = (check.id, _value(check.documented), _value(check.found))
                differing.setdefault(key, []).append(case.operation)
    if not differing:
        return
    console.print(Text("\nderived from the protocol, and in no verdict", style="dim"))
    for (name, expected, found), where in differing.items():
        operations = unique(where)
        more = f" and {len(operations) - _SHOWN_CHECKS} more" if len(operations) > _SHOWN_CHECKS else ""
        told = f"{name}: {found} for {expected}, in {', '.join(operations[:_SHOWN_CHECKS])}{more}"
        console.print(_indented(Text(clean(told))))


def _errata(report: Report, console: Console) -> None:
    with_errata = [case for case in report.cases if case.errata]
    if not with_errata:
        return
    console.print(Text("\n* errata: examples that contradict themselves or another page", style="dim"))
    for case in with_errata:
        for erratum in case.errata:
            console.print(_indented(Text(clean(f"{case.operation}: {erratum.reason}"), style="dim")))
        if case.verdict == "pass" and case.reading:
            console.print(_indented(_indented(Text(clean(f"kept {case.reading}"), style="dim"))))


def _totals(report: Report) -> RenderableType:
    counts = Text("\n")
    for verdict in VERDICTS:
        if report.totals[verdict]:
            counts.append(f"{report.totals[verdict]} {verdict}", style=STYLES[verdict])
            counts.append("   ")
    return Group(
        counts,
        Text(f"correctness  {share_text(report.correctness)} judged cases pass", style="bold"),
        Text(f"coverage     {share_text(report.coverage)} documented cases could be judged", style="bold"),
        *_bases(report),
        Text(f"derived      {share_text(report.derived)} derived checks pass"),
    )


def _bases(report: Report) -> list[Text]:
    """Both numbers for what pages say and for what only follows, where a run has cases of both kinds."""
    if len(report.bases) < 2:
        return []
    return [
        Text(f"  {clean(basis):<11}{share_text(correctness)} pass, {share_text(coverage)} could be judged")
        for basis, (correctness, coverage) in report.bases.items()
    ]
