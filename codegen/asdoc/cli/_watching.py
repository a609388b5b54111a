"""A line that says which case is running, on a terminal alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Column

from asdoc.conformance.events import CaseFinished, Event, RunStarted
from asdoc.conformance.report.terminal import STYLES


@contextmanager
def progress_line() -> Iterator[Progress]:
    """Where the line is shown, until the block ends."""
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis")),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        yield progress


def watched(events: Iterator[Event], progress: Progress) -> Iterator[Event]:
    """The events, each told in the line as it comes by."""
    task = progress.add_task("reaching the target")
    tally: Counter[str] = Counter()
    total = 0
    for event in events:
        if isinstance(event, RunStarted):
            total = event.cases
        elif isinstance(event, CaseFinished):
            tally[event.verdict] += 1
            told = "  ".join(f"[{STYLES[verdict]}]{number} {verdict}[/]" for verdict, number in tally.items())
            progress.update(task, description=f"{tally.total()} of {total}  {told}  {escape(event.id)}")
        yield event
