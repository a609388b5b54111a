"""`python -m tests.malformed --inputs 1000000`: malformed requests, and how the server's memory goes.

The exit code is 1 where a law was broken, or memory grows.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from pathlib import Path

from tests.malformed.laws import BrokenError, Subject

_PARTS = 20
_PAGE = 4096
_MOST_FAILURES = 20
_MOST_GROWTH = 4.0
"""Bytes a request, from the second half of the run: a leak keeps at least a reference of each, which is more."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.malformed", description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--auth", action="store_true", help="with signatures verified, so that all are refused")
    chosen = parser.parse_args()
    subject = Subject(chosen.seed, auth=chosen.auth)
    failures: list[str] = []
    sizes: list[int] = []
    began = time.monotonic()
    for number in range(chosen.inputs):
        try:
            subject.ask(number)
        except BrokenError as broken:
            failures.append(str(broken))
            if len(failures) >= _MOST_FAILURES:
                break
        if number % max(1, chosen.inputs // _PARTS) == 0:
            gc.collect()
            sizes.append(resident())
    seconds = time.monotonic() - began
    growth = slope(sizes[len(sizes) // 2 :], chosen.inputs / _PARTS)
    for failure in failures:
        print(f"BROKEN {failure}")
    statuses = ", ".join(f"{status}: {number:,}" for status, number in sorted(subject.statuses.items()))
    print(f"{sum(subject.statuses.values()):,} requests in {seconds:.0f} s, seed {chosen.seed}; {statuses}")
    print(
        f"{len(failures)} broken; memory {sizes[0] / 2**20:.1f} -> {sizes[-1] / 2**20:.1f} MiB, {growth:+.2f} B/request"
    )
    return int(bool(failures) or (chosen.inputs >= 100_000 and growth > _MOST_GROWTH))


def resident() -> int:
    """Bytes of this process in memory (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def slope(sizes: list[int], step: float) -> float:
    """Bytes a request, by least squares."""
    if len(sizes) < 2:
        return 0.0
    middle, mean = (len(sizes) - 1) / 2, sum(sizes) / len(sizes)
    rise = sum((place - middle) * (size - mean) for place, size in enumerate(sizes))
    return rise / sum((place - middle) ** 2 for place in range(len(sizes))) / step


if __name__ == "__main__":
    sys.exit(main())
