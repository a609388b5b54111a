"""Runs of several targets side by side: a table of values, and its forms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from asdoc.runtime.errors import AsdocError

from ..events import VERDICTS, CaseFinished
from .as_html import Markup, page
from .github import SIGNS, markdown
from .model import Report
from .words import clean, counted, share_text, unbroken


class Row(NamedTuple):
    name: str
    cells: tuple[Counter[str] | None, ...]
    """Number of cases by verdict for each run; None where a run has none."""

    @property
    def same(self) -> bool:
        """Whether all runs end alike here."""
        return all(cell == self.cells[0] for cell in self.cells)


class Matrix(NamedTuple):
    columns: tuple[str, ...]
    """Name of each run: its target, with what tells it from another run of that target."""
    planned: tuple[int, ...]
    reports: tuple[Report, ...]
    rows: tuple[Row, ...]
    by: str
    """What a row is: service, operation or case."""


BY = ("service", "operation", "case")


def matrix(runs: Sequence[Sequence[Report]], names: Sequence[str], by: str) -> Matrix:
    """A column a target: `runs` holds the runs of each, one or, for several services, more.

    Raises AsdocError where a target has two runs of a service.
    """
    for name, reports in zip(names, runs, strict=True):
        services = [report.started.service for report in reports]
        for service in services:
            if services.count(service) > 1:
                raise AsdocError(
                    f"putting runs side by side: {name} has {services.count(service)} runs of {service}.",
                    hint="A file of events may hold one run a service; give each other run a file of its own.",
                )
    several = len({report.started.service for reports in runs for report in reports}) > 1
    keyed: list[dict[str, Counter[str]]] = []
    for reports in runs:
        counts: dict[str, Counter[str]] = {}
        for report in reports:
            for case in report.cases:
                counts.setdefault(_key(report, case, by, several=several), Counter())[case.verdict] += 1
        keyed.append(counts)
    rows = tuple(
        Row(key, tuple(counts.get(key) for counts in keyed))
        for key in sorted({key for counts in keyed for key in counts})
    )
    whole = tuple(_whole(reports) for reports in runs)
    return Matrix(tuple(names), tuple(len(report.cases) for report in whole), whole, rows, by)


def _whole(reports: Sequence[Report]) -> Report:
    totals = {verdict: sum(report.totals[verdict] for report in reports) for verdict in VERDICTS}
    cases = tuple(case for report in reports for case in report.cases)
    return Report(started=reports[0].started, cases=cases, totals=totals)


def _key(report: Report, case: CaseFinished, by: str, *, several: bool) -> str:
    service = report.started.service
    operation = f"{service} {case.operation}" if several else case.operation
    return {"service": service, "operation": operation, "case": case.id}[by]


def column_names(runs: Sequence[Sequence[Report]], files: Sequence[str]) -> list[str]:
    """The targets; where two are of one name, each with its file."""
    targets = [clean(reports[0].started.target) for reports in runs]
    return [
        target if targets.count(target) == 1 else f"{target} ({file})"
        for target, file in zip(targets, files, strict=True)
    ]


def cell_text(cell: Counter[str] | None) -> str:
    """Verdicts of a cell, what is not a pass first; a single one without its number."""
    if not cell:
        return ""
    verdicts = sorted(cell, key=lambda verdict: (verdict == "pass", VERDICTS.index(verdict)))
    if len(verdicts) == 1 and cell[verdicts[0]] == 1:
        return f"{SIGNS[verdicts[0]]} {verdicts[0]}"
    return ", ".join(f"{SIGNS[verdict]} {cell[verdict]} {verdict}" for verdict in verdicts)


def summary_rows(table: Matrix) -> list[tuple[str, tuple[str, ...]]]:
    """What stands below the table: the two numbers of each run, and its verdicts."""
    rows = [
        ("cases", tuple(str(number) for number in table.planned)),
        ("correctness", tuple(share_text(report.correctness) for report in table.reports)),
        ("coverage", tuple(share_text(report.coverage) for report in table.reports)),
    ]
    for verdict in VERDICTS:
        numbers = tuple(str(report.totals[verdict]) for report in table.reports)
        if any(number != "0" for number in numbers):
            rows.append((f"{SIGNS[verdict]} {verdict}", numbers))
    return rows


def as_markdown(table: Matrix) -> str:
    head = [table.by, *(markdown(name) for name in table.columns)]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    lines += [
        "| " + " | ".join([markdown(row.name), *(markdown(cell_text(cell)) for cell in row.cells)]) + " |"
        for row in table.rows
    ]
    lines += ["| **" + name + "** | " + " | ".join(values) + " |" for name, values in summary_rows(table)]
    return "\n".join(lines) + "\n"


def as_matrix_html(table: Matrix) -> str:
    """One HTML file without a script: a table, the rows that differ above those that do not."""
    differing = [row for row in table.rows if not row.same]
    alike = [row for row in table.rows if row.same]
    sections = [_section("Where they differ", differing, table), _section("Where they do not", alike, table)]
    services = sorted({clean(report.started.service) for report in table.reports})
    return page(
        "matrix.html",
        title=f"{', '.join(services)} at {counted(len(table.columns), 'target')}",
        summary=Markup(_table(table, [_summary(name, values) for name, values in summary_rows(table)], "")),
        sections=Markup("".join(sections)),
    )


def _section(title: str, rows: Sequence[Row], table: Matrix) -> str:
    if not rows:
        return ""
    body = _table(table, [_row(row) for row in rows], table.by)
    return f"<section><h2>{title} <small>{counted(len(rows), table.by)}</small></h2>{body}</section>"


def _table(table: Matrix, rows: Sequence[str], corner: str) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    first = f'<th scope="col">{escape(corner)}</th>' if corner else "<td></td>"
    return (
        '<div class="scroll-x" tabindex="0" role="region" aria-label="Table of targets"><table class="matrix">'
        f"<thead><tr>{first}{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row(row: Row) -> str:
    cells = "".join(_cell(cell) for cell in row.cells)
    return f'<tr class="{"same" if row.same else ""}"><th scope="row">{_breakable(row.name)}</th>{cells}</tr>'


def _breakable(name: str) -> str:
    """A name that may break where a new word of it begins."""
    return "<wbr>".join(escape(part) for part in re.split(r"(?<=[a-z0-9])(?=[A-Z])", clean(name)))


def _cell(cell: Counter[str] | None) -> str:
    if not cell:
        return "<td>–</td>"
    worst = next(verdict for verdict in ("fail", "harness-error", *VERDICTS) if cell[verdict])
    if worst == "pass":
        worst = next((verdict for verdict in VERDICTS[1:] if cell[verdict]), "pass")
    # a line breaks between two verdicts sooner than within one
    told = ", ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in cell_text(cell).split(", "))
    return f'<td class="v-{worst}">{escape(told)}</td>'


def _summary(name: str, values: Sequence[str]) -> str:
    cells = "".join(f"<td>{escape(unbroken(value))}</td>" for value in values)
    head = escape(name.replace(" ", "\N{NO-BREAK SPACE}"))
    return f'<tr class="same"><th scope="row">{head}</th>{cells}</tr>'
