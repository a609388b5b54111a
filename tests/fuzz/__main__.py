"""`python -m tests.fuzz`: mangled pages of every format, by the thousand, and the laws that they must not break.

What breaks one is made small and kept below `out/fuzz`, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from .corpus import KINDS
from .run import Share, Tally, chunk, limit

_CHUNK = 250
_REASONS = 12
_MOST_FAILURES = 40


def main() -> int:
    chosen = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 110)
    tallies = {kind: Tally(kind) for kind in chosen.format}
    began = time.monotonic()
    done, tenth = 0, max(1, chosen.inputs // 10)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("Mangling pages", total=chosen.inputs)
        for tally in _chunks(chosen):
            tallies[tally.kind].add(tally)
            failures = sum(len(one.failures) for one in tallies.values())
            before, done = done, done + tally.inputs
            bar.update(task, completed=done, description=f"Mangling pages, {failures} failures")
            if bar.disable and done // tenth > before // tenth:
                print(f"{done:,} of {chosen.inputs:,} inputs, {failures} failures", file=sys.stderr, flush=True)
    _show(list(tallies.values()), console, time.monotonic() - began, chosen.seed)
    return 1 if any(tally.failures for tally in tallies.values()) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000, help="how many, over all formats")
    parser.add_argument("--seed", type=int, default=0, help="another number makes other inputs; the same, the same")
    parser.add_argument("--format", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--spec", type=int, default=100, help="of a thousand, how many go on to a spec")
    parser.add_argument("--code", type=int, default=20, help="of a thousand, how many go on to code")
    parser.add_argument("--no-shrink", action="store_true", help="keep an input as it was found")
    return parser.parse_args()


def _chunks(chosen: argparse.Namespace) -> Iterator[Tally]:
    """Tallies as they come, until there were enough inputs of each format: a failure ends its chunk early."""
    share = Share(max(chosen.spec, chosen.code), chosen.code)
    left = {kind: -(-chosen.inputs // len(chosen.format)) for kind in chosen.format}
    started = chosen.seed * 1_000_000
    failures: set[str] = set()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(chosen.jobs, mp_context=context, initializer=limit) as pool:
        running: dict[Future[Tally], int] = {}
        while running or (any(count > 0 for count in left.values()) and len(failures) < _MOST_FAILURES):
            while len(running) < chosen.jobs and (kind := max(left, key=lambda name: left[name])) and left[kind] > 0:
                count = min(_CHUNK, left[kind])
                left[kind] -= count
                started += 1
                work = pool.submit(chunk, kind, started, count, share, shrink=not chosen.no_shrink)
                running[work] = count
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for work in done:
                tally = work.result()
                left[tally.kind] += max(0, running.pop(work) - tally.inputs)
                failures.update(tally.failures)
                yield tally


def _show(tallies: list[Tally], console: Console, seconds: float, seed: int) -> None:
    whole = Tally("all")
    for tally in tallies:
        whole.add(tally)
    table = Table(title=f"{whole.inputs:,} mangled pages (seed {seed}) in {seconds:,.0f} s")
    for heading in ("format", "inputs", "accepted", "refused", "to a spec", "to code", "lines of code", "slowest"):
        table.add_column(heading, justify="left" if heading == "format" else "right")
    for tally in [*tallies, whole]:
        slowest = f"{tally.slowest[0].seconds:.2f} s" if tally.slowest else ""
        counts = (tally.inputs, tally.accepted, sum(tally.refused.values()), tally.extracted, tally.generated)
        table.add_row(tally.kind, *(f"{count:,}" for count in (*counts, tally.lines)), slowest)
    console.print(table)
    reasons = sorted(whole.refused.items(), key=lambda item: -item[1])
    console.print(f"Refused for {len(reasons)} reasons, most of all:")
    for reason, count in reasons[:_REASONS]:
        console.print(f"  {count:>7,}  {reason}", markup=False, highlight=False)
    console.print("Slowest:")
    for slow in whole.slowest:
        console.print(f"  {slow.seconds:.2f} s  {slow.size:>9,} bytes  {slow.told[:80]}", markup=False, highlight=False)
    for key, told in whole.failures.items():
        console.print(f"FAILED {key}\n  {told}", markup=False, highlight=False)
    console.print("No law was broken." if not whole.failures else f"{len(whole.failures)} laws were broken.")


if __name__ == "__main__":
    sys.exit(main())
