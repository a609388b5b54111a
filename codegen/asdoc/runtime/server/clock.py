"""Clocks: the real one, and one that a test moves by hand."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    mode: str
    """real or manual."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...

    def watch(self, moved: Callable[[], None]) -> None:
        """Have `moved` called whenever the clock was moved by hand."""
        ...


class RealClock:
    mode = "real"

    def now(self) -> datetime:
        return datetime.now(UTC)

    def watch(self, moved: Callable[[], None]) -> None:
        pass


class ManualClock:
    """Stands still until it is moved; safe to move while other threads read it."""

    mode = "manual"

    def __init__(self, start: datetime | None = None) -> None:
        """`start` is an aware datetime; the real time, to the millisecond, where none is given."""
        if start is None:
            start = datetime.now(UTC)
            start = start.replace(microsecond=start.microsecond // 1000 * 1000)
        self._now = _utc(start)
        self._lock = threading.Lock()
        self._watchers: list[weakref.WeakMethod[Callable[[], None]]] = []

    def watch(self, moved: Callable[[], None]) -> None:
        self._watchers.append(weakref.WeakMethod(moved))

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> datetime:
        """Move forward by `seconds`, and return the new time. Raises ValueError where it would go back or overflow."""
        if not 0 <= seconds < float("inf"):
            raise ValueError(f"a clock advances by 0 seconds or more, not by {seconds}")
        with self._lock:
            try:
                self._now += timedelta(seconds=seconds)
            except OverflowError as error:
                raise ValueError(f"{seconds} seconds lead past the last year that a clock can show") from error
        return self._moved()

    def set(self, now: datetime) -> datetime:
        """Jump to `now`, an aware datetime before or after the present one."""
        with self._lock:
            self._now = _utc(now)
        return self._moved()

    def _moved(self) -> datetime:
        now = self._now
        for watcher in list(self._watchers):
            moved = watcher()
            if moved is None:
                self._watchers.remove(watcher)  # its backend is gone
            else:
                moved()
        return now


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)
