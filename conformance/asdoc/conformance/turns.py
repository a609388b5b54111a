"""Who may use a shared target just now: many cases at a time, or the one that moves its clock."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class Turns(Protocol):
    def together(self) -> AbstractContextManager[None]:
        """With others."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Once all others are done, and with nobody else."""
        ...


class ThreadTurns:
    """Among the threads of this process. Who waits to be alone goes before those who come later."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._together = 0
        self._waiting = 0
        self._alone = False

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._alone and not self._waiting)
            self._together += 1
        try:
            yield
        finally:
            with self._changed:
                self._together -= 1
                self._changed.notify_all()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        with self._changed:
            self._waiting += 1
            try:
                self._changed.wait_for(lambda: not self._alone and not self._together)
                self._alone = True
            finally:
                self._waiting -= 1
        try:
            yield
        finally:
            with self._changed:
                self._alone = False
                self._changed.notify_all()


class FileTurns:
    """Among the processes that name the same file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def together(self) -> AbstractContextManager[None]:
        return self._locked(shared=True)

    def alone(self) -> AbstractContextManager[None]:
        return self._locked(shared=False)

    @contextlib.contextmanager
    def _locked(self, *, shared: bool) -> Iterator[None]:
        import fcntl

        with self._path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
            yield
