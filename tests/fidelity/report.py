"""What people see of a run: tables of at most 80 columns, and everything as JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from .run import Outcome, Slow
from .score import KINDS, Miss, Tally

_MISSES_SHOWN = 40
_SERVICES_SHOWN = 10


class Report(msgspec.Struct):
    """One format of one version."""

    format: str
    boto3: str
    goal: float
    """Recall and precision that the run must reach, in per cent."""
    seconds: float
    """Wall time of reading and scoring."""
    outcomes: list[Outcome]

    @property
    def tally(self) -> Tally:
        whole = Tally()
        for outcome in self.outcomes:
            whole.add(outcome.tally)
        return whole

    @property
    def misses(self) -> list[Miss]:
        return sorted(
            (miss for outcome in self.outcomes for miss in outcome.misses), key=lambda miss: (miss.page, miss.line)
        )

    @property
    def reached(self) -> bool:
        tally = self.tally
        refused = any(miss.kind == "refused" for miss in self.misses)
        return not refused and min(tally.recall(), tally.precision()) >= self.goal


def show(report: Report, console: Console) -> None:
    tally, misses = report.tally, report.misses
    documents = sum(outcome.documents for outcome in report.outcomes)
    read = sum(outcome.seconds for outcome in report.outcomes)
    console.print(f"\n[bold]{report.format}[/] of boto3 {report.boto3}: {len(report.outcomes)} services")
    console.print(
        f"{documents:,} documents, {tally.found['operation']:,} operations, "
        f"{tally.found['operation'] / read if read else 0:,.0f} a second and core; {report.seconds:.0f} s in all"
    )
    console.print(_by_kind(tally))
    worst = [outcome for outcome in report.outcomes if outcome.misses]
    if worst:
        console.print(_by_service(worst))
    for reason, count in tally.excluded.most_common():
        console.print(f"{count:>9,}  not counted: {reason}", highlight=False)
    for slow in _slowest(report.outcomes):
        console.print(f"{slow.seconds * 1000:>7.1f} ms  {slow.page}", highlight=False)
    for miss in misses[:_MISSES_SHOWN]:
        console.print(describe(miss), highlight=False, markup=False)
    if len(misses) > _MISSES_SHOWN:
        console.print(f"and {len(misses) - _MISSES_SHOWN} misses more; --json FILE has all of them")
    verdict = "reached" if report.reached else "missed"
    console.print(
        f"recall {tally.recall():.4f} %, precision {tally.precision():.4f} %, goal {report.goal} %: {verdict}"
    )


def describe(miss: Miss) -> str:
    where = f"{miss.page}:{miss.line}" if miss.page else miss.service
    return (
        f"{where}: {miss.operation} {miss.kind} {miss.path}: "
        f"expected {_short(miss.expected)}, found {_short(miss.found)}"
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _by_kind(tally: Tally) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("kind", "expected", "found", "right", "recall", "precision"):
        table.add_column(title, justify="left" if title == "kind" else "right")
    for kind in KINDS:
        if tally.expected[kind] or tally.found[kind]:
            table.add_row(kind, *_row(tally, kind))
    table.add_row("all", *_row(tally, ""), style="bold")
    return table


def _row(tally: Tally, kind: str) -> list[str]:
    counts = (tally.expected, tally.found, tally.right)
    return [
        *(f"{count[kind] if kind else count.total():,}" for count in counts),
        f"{tally.recall(kind):.4f}",
        f"{tally.precision(kind):.4f}",
    ]


def _by_service(outcomes: list[Outcome]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("service")
    for title in ("misses", "recall", "precision"):
        table.add_column(title, justify="right")
    table.add_column("kinds")
    for outcome in sorted(outcomes, key=lambda outcome: -len(outcome.misses))[:_SERVICES_SHOWN]:
        kinds = Counter(miss.kind for miss in outcome.misses).most_common(3)
        table.add_row(
            outcome.service,
            str(len(outcome.misses)),
            f"{outcome.tally.recall():.4f}",
            f"{outcome.tally.precision():.4f}",
            ", ".join(f"{kind} {count}" for kind, count in kinds),
        )
    return table


def _slowest(outcomes: list[Outcome]) -> list[Slow]:
    return sorted((slow for outcome in outcomes for slow in outcome.slow), reverse=True)[:3]
