"""Measuring pairs: two things side by side, in turns, so that a slow moment of the machine hits both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple


class Cost(NamedTuple):
    wall: float
    """Seconds."""
    cpu: float
    """Seconds of this process, user and system."""


class Pair(NamedTuple):
    ours: float
    theirs: float
    ratio: float
    """Median of the ratios of each turn, theirs to ours: how many times less ours takes."""


class Row(NamedTuple):
    """One line of the table, ready to print."""

    what: str
    ours: str
    peer: str
    ratio: str
    goal: str = ""


def cost(work: Callable[[], object], calls: int) -> Cost:
    """Mean cost of one call, over `calls` calls."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(calls):
        work()
    return Cost((time.perf_counter() - wall) / calls, (time.process_time() - cpu) / calls)


def pair(ours: list[float], theirs: list[float]) -> Pair:
    """Medians of two lists measured in turns, and the median of their ratios."""
    ratios = [other / own for own, other in zip(ours, theirs, strict=True)]
    return Pair(statistics.median(ours), statistics.median(theirs), statistics.median(ratios))


def row(what: str, figure: Pair, scale: float, unit: str, goal: str = "") -> Row:
    """A row of a pair, its figures times `scale` and followed by `unit`."""
    return Row(
        what,
        f"{_figure(figure.ours * scale)} {unit}",
        f"{_figure(figure.theirs * scale)} {unit}",
        f"{figure.ratio:.1f}x",
        goal,
    )


def _figure(value: float) -> str:
    """Three digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
