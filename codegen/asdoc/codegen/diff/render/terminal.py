"""The report for a terminal of 80 columns, or of as many as there are."""

from __future__ import annotations

import io

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from ..change import Change
from ..report import Report, worst
from . import words

WIDTH = 80
_STYLES = {"breaking": "bold red", "risky": "yellow", "safe": "green", "docs": "dim"}
_WORST = 10
_MANY = 400
"""Changes. More than that nobody reads: of many services the summary and the worst are shown."""


def render(report: Report) -> str:
    """As text without colours."""
    file = io.StringIO()
    write(report, Console(file=file, width=WIDTH, highlight=False, color_system=None))
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def write(report: Report, console: Console) -> None:
    """Print the report."""
    console.print(f"[bold]{_safe(words.title(report))}[/]", soft_wrap=False)
    if not report.changes:
        console.print("Nothing differs.")
    elif report.services > 1 or len(report.changes) > _MANY:
        _summary(report, console)
    else:
        for severity, changes in words.by_severity(report.changes):
            console.print(f"\n[{_STYLES[severity]}]{words.TITLES[severity]}[/]")
            for change in changes:
                _change(change, report, console)
    if report.changes:
        console.print(f"\n{words.summary(report)}")
    for note in report.notes:
        console.print(f"[dim]note: {_safe(note)}[/]")


def _change(change: Change, report: Report, console: Console) -> None:
    derived = " [dim](derived)[/]" if change.derived else ""
    accepted = report.accepted.get(change.fingerprint)
    sign = "[dim]✓[/]" if accepted else f"[{_STYLES[change.severity]}]•[/]"
    console.print(_bullet(sign, f"{_safe(change.message)}{derived}"))
    told = f"{change.rule} {change.fingerprint}"
    if where := words.affected(change):
        told += f", in {where}"
    console.print(Padding(f"[dim]{_safe(told)}[/]", (0, 0, 0, 6), expand=False))
    if accepted is not None:
        console.print(
            Padding(f"[dim]accepted until {accepted.until}: {_safe(accepted.reason)}[/]", (0, 0, 0, 6), expand=False)
        )


def _summary(report: Report, console: Console) -> None:
    changed = {change.service for change in report.changes}
    console.print(f"{report.services} services, {len(changed)} of them changed, {len(report.changes)} changes")
    console.print("\n[bold]The most breaking[/]")
    for change in worst(report.open(), _WORST):
        sign = f"[{_STYLES[change.severity]}]•[/]"
        console.print(_bullet(sign, f"{_safe(change.service)}: {_safe(change.message)}"))
        count = len(change.operations)
        operations = f", {count} operation{'s' if count != 1 else ''}" if count else ""
        console.print(Padding(f"[dim]{change.rule} {change.fingerprint}{operations}[/]", (0, 0, 0, 6), expand=False))


def _bullet(sign: str, text: str) -> Padding:
    """The sign, and beside it the text, on as many lines as it takes."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row(sign, text)
    return Padding(grid, (0, 0, 0, 2), expand=False)


def _safe(text: str) -> str:
    """Text that a page told: no markup, and no control character that a terminal would obey."""
    return escape(words.visible(text))
