"""`asdoc compare`: what changed from one run to another."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from asdoc.cli._outputs import nothing_but_text
from asdoc.conformance.report.compare import ADDED, BETTER, GONE, OTHER, WORSE, Change, compare
from asdoc.conformance.report.model import joined
from asdoc.conformance.report.stream import read_runs
from asdoc.conformance.report.terminal import STYLES
from asdoc.conformance.report.words import clean, counted, share_text
from asdoc.runtime.files import write_atomic

_TITLES = {
    WORSE: "worse",
    GONE: "gone: the run has no such case any more",
    OTHER: "not as before, and neither better nor worse",
    ADDED: "added",
    BETTER: "better",
}


@click.command("compare")
@click.argument("old", metavar="OLD.ndjson", type=click.Path(path_type=Path))
@click.argument("new", metavar="NEW.ndjson", type=click.Path(path_type=Path))
@click.option(
    "--json", "json_path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Write the changes there, too.",
)  # fmt: skip
def command(old: Path, new: Path, json_path: Path | None) -> None:
    """List what changed from the run OLD to the run NEW, by the stable ids
    of cases.

    \b
    Exit codes:
      0  nothing got worse
      1  regressions: a case got worse or is gone, or a new one fails
      2  a file is no run
    """
    before, after = joined(read_runs(old)), joined(read_runs(new))
    changes = compare(before, after)
    console = Console(width=None if sys.stdout.isatty() else 80, highlight=False)
    with nothing_but_text():
        for kind in dict.fromkeys(change.change for change in changes):
            console.print(Text(f"\n{_TITLES[kind]}", style="bold"))
            for change in changes:
                if change.change == kind:
                    _print(change, console)
        if not changes:
            console.print(f"No change in {counted(len(after.cases), 'case')}.")
        console.print(f"\ncorrectness  {share_text(before.correctness)}, now {share_text(after.correctness)}")
        console.print(f"coverage     {share_text(before.coverage)}, now {share_text(after.coverage)}")
    if json_path:
        told = [{**change._asdict(), "regression": change.regression} for change in changes]
        write_atomic(json_path, msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
    sys.exit(int(any(change.regression for change in changes)))


def _print(change: Change, console: Console) -> None:
    verdicts = Text("  ")
    if change.before:
        verdicts.append(change.before, style=STYLES[change.before])
    if change.before and change.after:
        verdicts.append(" → ")
    if change.after:
        verdicts.append(change.after, style=STYLES[change.after])
    console.print(Text.assemble(verdicts, "  ", clean(change.id)), soft_wrap=True)
    if change.told:
        console.print(Padding(Text(change.told, style="dim"), (0, 0, 0, 4), expand=False))
