"""`make bench`: all measurements, one table."""

from __future__ import annotations

import os
import platform

from rich.console import Console
from rich.table import Table

from tests.bench import calls, serving, startup


def main() -> None:
    console = Console()
    table = Table(title=f"asdoc beside its peers, Python {platform.python_version()}, {os.cpu_count()} cores")
    for name, justify in (
        ("what", "left"),
        ("asdoc", "right"),
        ("peer", "right"),
        ("ratio", "right"),
        ("goal", "right"),
    ):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]  # the literals are of the right kind
    for part in (calls, startup, serving):
        with console.status(f"measuring {part.__name__.rpartition('.')[2]}"):
            for row in part.rows():
                table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    main()
