"""Many cases at a time, with the verdicts that they have one by one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

from .cases.model import Case
from .events import CaseFinished
from .run import Runner

_AHEAD = 4
"""Cases that are begun before their turn, for each worker: what is held does not grow with the suite."""


def run_in_parallel(cases: Iterable[Case], make: Callable[[], Runner], jobs: int) -> Iterator[CaseFinished]:
    """The verdicts, in the order of the cases. `make` gives a runner for each of the workers, which are threads.

    What a case raises is raised here at its turn; those that were begun by then are finished first.
    """
    runners: SimpleQueue[Runner] = SimpleQueue()
    for _ in range(jobs):
        runners.put(make())

    def one(case: Case) -> CaseFinished:
        runner = runners.get()
        try:
            return runner.case(case)
        finally:
            runners.put(runner)

    begun: deque[Future[CaseFinished]] = deque()
    with ThreadPoolExecutor(jobs, thread_name_prefix="asdoc-case") as pool:
        try:
            for case in cases:
                begun.append(pool.submit(one, case))
                if len(begun) >= jobs * _AHEAD:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for future in begun:
                future.cancel()
