"""What a server has answered, counted, and shown as Prometheus reads it (text format 0.0.4)."""

from __future__ import annotations

import os
import threading
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: the upper ends of the buckets of how long answers took."""
UNKNOWN = "unknown"
"""The operation of a request that was for none. What a client makes up is no label: there would be no end of them."""

_FOLD = 256
"""Times of one kind of answer that are kept before they are counted."""

Answered = tuple[str, str, int]
"""Service, operation, status."""


class _Histogram:
    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = 0.0


class Metrics:
    """Counts answers by service, operation and status. Safe for threads: a time is appended, and counted later."""

    def __init__(self) -> None:
        # Eight bytes a time: there are hundreds of kinds of answers, and each has its own.
        self._fresh: dict[Answered, array[float]] = {}
        self._statuses: dict[Answered, int] = {}
        self._times: dict[tuple[str, str], _Histogram] = {}
        self._lock = threading.Lock()

    def count(self, service: str, operation: str, status: int, seconds: float) -> None:
        answered = (service, operation, status)
        fresh = self._fresh.get(answered)
        if fresh is None:
            fresh = self._fresh.setdefault(answered, array("d"))
        fresh.append(seconds)
        if len(fresh) >= _FOLD:
            self._fold(answered, fresh)

    def _fold(self, answered: Answered, fresh: array[float]) -> None:
        with self._lock:
            seconds = sorted(fresh.tolist())
            # What other threads append meanwhile is behind these.
            del fresh[: len(seconds)]
            self._statuses[answered] = self._statuses.get(answered, 0) + len(seconds)
            times = self._times.get(answered[:2])
            if times is None:
                times = self._times[answered[:2]] = _Histogram()
            below = 0
            for index, bound in enumerate(BOUNDS):
                up_to = bisect_right(seconds, bound)
                times.counts[index] += up_to - below
                below = up_to
            times.counts[-1] += len(seconds) - below
            times.total += sum(seconds)

    def text(self) -> bytes:
        """All figures so far."""
        for answered, fresh in list(self._fresh.items()):
            self._fold(answered, fresh)
        with self._lock:
            lines = [*self._requests(), *self._seconds(), *_process()]
        return ("\n".join(lines) + "\n").encode()

    def _requests(self) -> Iterator[str]:
        yield "# HELP asdoc_requests_total Requests answered, by operation and status."
        yield "# TYPE asdoc_requests_total counter"
        for (service, operation, status), number in sorted(self._statuses.items()):
            yield f'asdoc_requests_total{{service="{service}",operation="{operation}",status="{status}"}} {number}'

    def _seconds(self) -> Iterator[str]:
        name = "asdoc_request_duration_seconds"
        yield f"# HELP {name} Time from a request's last byte to its answer."
        yield f"# TYPE {name} histogram"
        for (service, operation), times in sorted(self._times.items()):
            labels = f'service="{service}",operation="{operation}"'
            total = 0
            for bound, number in zip((*BOUNDS, None), times.counts, strict=True):
                total += number
                yield f'{name}_bucket{{{labels},le="{"+Inf" if bound is None else f"{bound:g}"}"}} {total}'
            yield f"{name}_sum{{{labels}}} {times.total!r}"
            yield f"{name}_count{{{labels}}} {total}"


def _process() -> Iterator[str]:
    """The memory of this process, where the system tells it (Linux)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return
    yield "# HELP process_resident_memory_bytes Resident memory size in bytes."
    yield "# TYPE process_resident_memory_bytes gauge"
    yield f"process_resident_memory_bytes {pages * os.sysconf('SC_PAGE_SIZE')}"
