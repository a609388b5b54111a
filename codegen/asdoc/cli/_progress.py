"""A progress bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

import sys
from types import TracebackType

import rich.progress


class Progress:
    """Counts steps of something; `total` is None where their number is not known."""

    def __init__(self, title: str, total: int | None) -> None:
        self._bar = rich.progress.Progress(transient=True, disable=not sys.stderr.isatty(), console=_console())
        self._title = title
        self._task = self._bar.add_task(title, total=total)

    def advance(self, label: str = "") -> None:
        self._bar.update(self._task, advance=1, description=f"{self._title} {label}".rstrip())

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()


def _console() -> rich.console.Console:
    import rich.console

    return rich.console.Console(stderr=True)
