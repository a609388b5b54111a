"""`asdoc report`: reports of a run that has been."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from asdoc.cli._outputs import nothing_but_text, output_options, outputs_of
from asdoc.conformance.report.model import joined
from asdoc.conformance.report.stream import read_runs
from asdoc.conformance.report.terminal import print_report


@click.command("report")
@click.argument("runs", metavar="RUN.ndjson...", nargs=-1, required=True, type=click.Path(path_type=Path))
@output_options
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; only write files.")
def command(runs: tuple[Path, ...], quiet: bool, **options: Any) -> None:
    """Make reports of a run from its events, as `asdoc verify --events`
    wrote them. Several files are parts of one run, such as its shards.

    \b
    Exit codes: 0 the reports are written, whatever they tell; 2 the files
    are no run.
    """
    report = joined([report for path in runs for report in read_runs(path)])
    if not quiet:
        with nothing_but_text():
            print_report(report, Console(width=None if sys.stdout.isatty() else 80, highlight=False))
    outputs_of(options).write(report)
