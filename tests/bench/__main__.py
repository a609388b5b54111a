"""`make bench`: all measurements, one table."""

from __future__ import annotations

import os
import platform
import sys

from rich.console import Console
from rich.table import Table

from tests.bench import (
    calls,
    conformance,
    diffing,
    generation,
    memory,
    parts,
    reading,
    serving,
    showing,
    startup,
    stores,
)
from tests.bench.measure import Row


def markdown(rows: list[Row]) -> str:
    lines = ["| what | asdoc | peer | ratio | goal |", "|---|---:|---:|---:|---:|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def main(*, as_markdown: bool) -> None:
    console = Console()
    rows: list[Row] = []
    for part in (calls, parts, startup, generation, diffing, serving, stores, memory, reading, conformance, showing):
        with console.status(f"measuring {part.__name__.rpartition('.')[2]}"):
            rows += part.rows()
    if as_markdown:
        print(markdown(rows))
        return
    table = Table(title=f"asdoc beside its peers, Python {platform.python_version()}, {os.cpu_count()} cores")
    table.add_column("what")
    for name in ("asdoc", "peer", "ratio", "goal"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    main(as_markdown="--markdown" in sys.argv[1:])
