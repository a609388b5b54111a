"""A progress bar on a terminal, and nothing anywhere else; and what an interrupt says."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from types import TracebackType

import click
import rich.progress

_INTERRUPTED = 130
"""As a shell tells of a command that Ctrl-C ended."""


class Progress:
    """Counts steps of something; `total` is None where their number is not known."""

    def __init__(self, title: str, total: int | None) -> None:
        self._bar = rich.progress.Progress(
            rich.progress.TextColumn("{task.description}"),
            rich.progress.BarColumn(),
            rich.progress.MofNCompleteColumn(),
            rich.progress.TimeElapsedColumn(),
            transient=True,
            disable=not sys.stderr.isatty(),
            console=_console(),
        )
        self._title = title
        self._task = self._bar.add_task(title, total=total)
        self.done = 0

    def total(self, count: int) -> None:
        """Set how many steps there are, where that is known later only."""
        self._bar.update(self._task, total=count)

    def skip(self, count: int) -> None:
        """Count steps that were taken before."""
        self.done += count
        self._bar.update(self._task, advance=count)

    def advance(self, label: str = "") -> None:
        self.done += 1
        self._bar.update(self._task, advance=1, description=f"{self._title} {label}".rstrip())

    def stop(self) -> None:
        self._bar.stop()

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


@contextlib.contextmanager
def resumable(progress: Progress, told: Callable[[], str]) -> Iterator[None]:
    """On Ctrl-C say what is done (`told`) and how to go on, and exit as a shell expects."""
    try:
        yield
    except KeyboardInterrupt:
        progress.stop()
        click.echo(f"Interrupted: {told()}. The same command again does what is missing.", err=True)
        sys.exit(_INTERRUPTED)


def _console() -> rich.console.Console:
    import rich.console

    return rich.console.Console(stderr=True)
