"""What the harness costs beside its target: the processor time of this process, less that of the target itself.

Of a target in this process its handler is timed, and what stands around that is ours. The time of one behind a socket
is its own process's and is nowhere in ours; what writing to the socket and reading from it costs is told by itself.
A case's cost is the median of its own costs in some runs, so that a slow moment of the machine hits one run of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

from asdoc.conformance.cases.load import load_suite
from asdoc.conformance.run import Runner, Settings
from asdoc.conformance.selection import Selection, select
from asdoc.conformance.targets.inproc import HandlerTarget
from asdoc.conformance.targets.open import open_target


class Overhead(NamedTuple):
    cases: int
    own: float
    """Milliseconds a case."""
    transport: float
    """Milliseconds a case to write to sockets and to read from them, beside `own`; none where there are none."""


class Meter:
    """Processor time of this process, and what of it was spent in some functions."""

    def __init__(self) -> None:
        self.spent = 0.0
        self._began, self._before = 0.0, 0.0

    def over(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return function(*args, **named)
            finally:
                self.spent += time.process_time() - began

        return timed

    def lap(self) -> tuple[float, float]:
        """Seconds since the last lap: outside of the timed functions, and in them."""
        now = time.process_time()
        inside = self.spent - self._before
        outside = now - self._began - inside
        self._began, self._before = now, self.spent
        return outside, inside


def overhead(target: str, kinds: tuple[str, ...], *, service: str = "appconfig", runs: int = 7) -> Overhead:
    """What a case costs of all cases of these kinds, each run with a plan of its own."""
    suite = load_suite(service)
    cases = select(suite.file.cases, Selection(kinds=kinds))
    opened = open_target(target, service)
    meter = Meter()
    holder: Any = opened
    inside = isinstance(opened, HandlerTarget)
    if inside:
        holder._handler, holder._reset = meter.over(holder._handler), holder._reset and meter.over(holder._reset)
    else:
        holder._transport.send = meter.over(holder._transport.send)
    laps = []
    try:
        for _ in range(runs):
            meter.lap()
            laps.append([meter.lap() for _event in Runner(suite, opened, Settings()).run(cases)])
    finally:
        opened.close()
    own, rest = (sum(median(lap[part] for lap in event) for event in zip(*laps, strict=True)) for part in (0, 1))
    each = 1000 / len(cases)
    return Overhead(len(cases), own * each, 0.0 if inside else rest * each)
