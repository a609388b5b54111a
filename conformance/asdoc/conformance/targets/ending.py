"""A run that is told to end clears up first: what it started is stopped, and what it made is deleted."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_TOLD = ("SIGTERM", "SIGHUP")
"""Signals by which a CI job or a closed terminal ends a process, which Python takes without any clearing up."""


class Ended(KeyboardInterrupt):
    """A signal that asks a process to end has come."""


@contextmanager
def ended_in_order() -> Iterator[None]:
    """While the block runs, a signal that asks to end is raised as Ended; outside the main thread nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [number for name in _TOLD if (number := getattr(signal, name, None)) is not None]
    # A process whose parent has told it to ignore one, as nohup does, goes on ignoring it.
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler is signal.SIG_DFL:
            signal.signal(number, _raise)
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is signal.SIG_DFL:
                signal.signal(number, handler)


def _raise(number: int, frame: FrameType | None) -> None:
    raise Ended(signal.Signals(number).name)
