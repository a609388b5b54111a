"""What the harness costs beside its target: the processor time of this process, less that of the target itself.

Of a target in this process its handler is timed, and what stands around that is ours. The time of one behind a socket
is its own process's and is nowhere in ours; what writing to the socket and reading from it costs is told by itself.
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
    """Milliseconds a case to write to sockets and to read from them; none where there are none."""


class Meter:
    """Processor time that is spent in some functions."""

    def __init__(self) -> None:
        self.spent = 0.0

    def over(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return function(*args, **named)
            finally:
                self.spent += time.process_time() - began

        return timed


def overhead(target: str, kinds: tuple[str, ...], *, service: str = "appconfig", runs: int = 7) -> Overhead:
    """The median of some runs over all cases of these kinds, each planned anew."""
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
    own, transport = [], []
    try:
        for _ in range(runs):
            meter.spent, began = 0.0, time.process_time()
            for _event in Runner(suite, opened, Settings()).run(cases):
                pass
            own.append(time.process_time() - began - meter.spent)
            transport.append(0.0 if inside else meter.spent)
    finally:
        opened.close()
    each = 1000 / len(cases)
    return Overhead(len(cases), median(own) * each, median(transport) * each)
