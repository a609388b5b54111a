"""Runs a client's calls in turns, as the one who compares asks for them. Imports nothing that a peer may not have.

A caller is a process of its own, in the environment of its client. Its command line tells the endpoint, and the calls
with their arguments. It reads a line for each turn, `{"call", "at_once", "seconds"}`, and writes one, `{"calls",
"cpu", "wall"}`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

CORE = 0
"""The one core that every caller runs on; the server has another."""
_BATCH = 16

Run = Callable[[str, int, float], int]
"""(name of the call, calls at once, seconds) -> calls made."""


def endpoint() -> str:
    return sys.argv[1]


def arguments() -> dict[str, dict[str, Any]]:
    """Name of a call -> its arguments, by their documented names."""
    found: dict[str, dict[str, Any]] = json.loads(sys.argv[2])
    return found


def take_turns(run: Run) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {CORE})
    for line in sys.stdin:
        turn = json.loads(line)
        wall, cpu = time.perf_counter(), time.process_time()
        calls = run(turn["call"], turn["at_once"], turn["seconds"])
        told = {"calls": calls, "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
        print(json.dumps(told), flush=True)


def _until(end: float, call: Callable[[], object]) -> int:
    made = 0
    while time.perf_counter() < end:
        for _ in range(_BATCH):
            call()
        made += _BATCH
    return made


def blocking(calls: dict[str, Callable[[], object]]) -> Run:
    """Calls that block, in as many threads as are asked for."""

    def run(name: str, at_once: int, seconds: float) -> int:
        end, call = time.perf_counter() + seconds, calls[name]
        if at_once == 1:
            return _until(end, call)
        made: list[int] = []
        threads = [threading.Thread(target=lambda: made.append(_until(end, call))) for _ in range(at_once)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(made)

    return run


async def awaited(calls: dict[str, Callable[[], Awaitable[object]]]) -> None:
    """As `take_turns`, with calls that are awaited, in as many tasks as are asked for."""
    loop = asyncio.get_running_loop()

    async def until(end: float, call: Callable[[], Awaitable[object]]) -> int:
        made = 0
        while time.perf_counter() < end:
            for _ in range(_BATCH):
                await call()
            made += _BATCH
        return made

    async def many(name: str, at_once: int, seconds: float) -> int:
        end = time.perf_counter() + seconds
        return sum(await asyncio.gather(*(until(end, calls[name]) for _ in range(at_once))))

    def run(name: str, at_once: int, seconds: float) -> int:
        return asyncio.run_coroutine_threadsafe(many(name, at_once, seconds), loop).result()

    await asyncio.to_thread(take_turns, run)
