"""`asdoc matrix`: the runs of several targets side by side."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from asdoc.cli._outputs import nothing_but_text
from asdoc.conformance.report.matrix import (
    BY,
    Matrix,
    as_markdown,
    as_matrix_html,
    cell_text,
    column_names,
    matrix,
    summary_rows,
)
from asdoc.conformance.report.stream import read_runs
from asdoc.conformance.report.terminal import STYLES
from asdoc.conformance.report.words import clean
from asdoc.runtime.files import write_atomic


@click.command("matrix")
@click.argument("runs", metavar="RUN.ndjson...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--by", type=click.Choice(BY), default="operation", show_default=True, help="What a row is.")
@click.option("--name", "names", multiple=True, metavar="NAME", help="Name of a column, in order; else its target.")
@click.option("--differing", is_flag=True, help="Print only rows in which the targets differ.")
@click.option(
    "--markdown", "markdown_path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Write the table there as Markdown.",
)  # fmt: skip
@click.option(
    "--html", "html_path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Write the table there as one HTML file.",
)  # fmt: skip
def command(
    runs: tuple[Path, ...],
    by: str,
    names: tuple[str, ...],
    differing: bool,
    markdown_path: Path | None,
    html_path: Path | None,
) -> None:
    """Put runs of different targets, one file of events each, side by side.

    A file may hold runs of several services, one after another. Correctness
    and coverage stay two numbers.
    """
    reports = [read_runs(path) for path in runs]
    if names and len(names) != len(runs):
        raise click.BadParameter(f"there are {len(names)} of them, and of runs {len(runs)}.", param_hint="--name")
    table = matrix(reports, names or column_names(reports, [path.name for path in runs]), by)
    if markdown_path:
        write_atomic(markdown_path, as_markdown(table))
    if html_path:
        write_atomic(html_path, as_matrix_html(table))
    with nothing_but_text():
        _print(table, Console(width=None if sys.stdout.isatty() else 80, highlight=False), differing=differing)


def _print(table: Matrix, console: Console, *, differing: bool) -> None:
    shown = Table(box=None, pad_edge=False, header_style="dim")
    shown.add_column(table.by, overflow="fold")
    for name in table.columns:
        shown.add_column(Text(name), overflow="fold")
    for row in table.rows:
        if differing and row.same:
            continue
        cells = [
            Text(cell_text(cell), style=STYLES[next(iter(cell))] if cell and len(cell) == 1 else "")
            for cell in row.cells
        ]
        shown.add_row(Text(clean(row.name)), *cells)
    shown.add_section()
    for name, values in summary_rows(table):
        shown.add_row(Text(name, style="bold"), *(Text(value, style="bold") for value in values))
    console.print(shown)
