"""Jobs by name, done in processes of their own, so that a run over many services uses all cores.

Processes are spawned and not forked: the one that starts them has the thread of its progress bar, whose locks a fork
copies in whatever state they are (Python 3.12 warns of it, 3.14 forks no longer by itself), and a fresh process holds
nothing but its job. Not even the script that runs: a script that calls us at its top level would call us again in each
of the processes. The pool is our own: those of the standard library leave processes behind when the run is killed,
do not say which job one of them died of, and cannot replace one for the memory that it holds.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
import traceback
import types
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from asdoc.runtime.errors import AsdocError

Job = TypeVar("Job")
Result = TypeVar("Result")

_FULL = 160_000_000
"""Bytes. A worker that holds more after a job is replaced, so that memory is bounded by the largest job."""
_COLLECT_AFTER = 50_000
"""New objects between two collections. With Python's 700 a third of the time goes into looking for garbage."""
_SHOWN = 20
_PATIENCE = 5.0
"""Seconds that a worker is given to end."""


def usable_cores() -> int:
    """How many cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(
    work: Callable[[Job], Result],
    jobs: Mapping[str, Job],
    done: Callable[[str, Result | AsdocError], None],
    *,
    doing: str,
    processes: int,
) -> None:
    """Call `work` with every job, in their order, and then `done` with the job's name and its result or its error.

    With several `processes`, `work` is called in those: it must be a function of a module (or a partial of one), and
    what it takes and returns is pickled. With one, or for one job, it is called here; also where this process may start
    no other. Whatever it raises arrives as an
    AsdocError that begins with `doing` and the name; so does a process that died. An interrupt ends all processes,
    also in the midst of a job.
    """
    if processes <= 1 or len(jobs) <= 1 or not _may_start():
        for name, job in jobs.items():
            done(name, _attempt(work, job, f"{doing} {name}"))
        return
    waiting = deque(jobs.items())
    idle: list[_Worker] = []
    busy: dict[object, _Worker] = {}
    try:
        while waiting or busy:
            while waiting and len(busy) < processes:
                worker = idle.pop() if idle else _Worker.start(work, doing)
                worker.give(*waiting.popleft())
                busy[worker.pipe] = worker
            for pipe in wait([worker.pipe for worker in busy.values()]):
                worker = busy.pop(pipe)
                result, full = worker.take()
                if full:
                    worker.end()
                else:
                    idle.append(worker)
                done(worker.name, result)
    finally:
        for worker in [*idle, *busy.values()]:
            worker.end()


def _may_start() -> bool:
    """False in a worker of somebody's pool, and in a process that somebody spawned and that is not yet at its work."""
    process = multiprocessing.current_process()
    return not process.daemon and not getattr(process, "_inheriting", False)


def together(errors: Sequence[AsdocError], what: str) -> AsdocError:
    """One error of several; one alone is itself. `what` ends the sentence that begins with their number."""
    if len(errors) == 1:
        return errors[0]
    lines = [error.message for error in errors[:_SHOWN]]
    if len(errors) > _SHOWN:
        lines.append(f"and {len(errors) - _SHOWN} more.")
    hints = list(dict.fromkeys(error.hint for error in errors if error.hint))
    return AsdocError(f"{len(errors)} {what}:\n  " + "\n  ".join(lines), hint=" ".join(hints[:2]))


class _Worker:
    """One process and the job that it has."""

    def __init__(self, process: SpawnProcess, pipe: Connection, doing: str) -> None:
        self.process = process
        self.pipe = pipe
        self.name = ""
        self._doing = doing

    @classmethod
    def start(cls, work: Callable[[Any], Any], doing: str) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(work, theirs, doing), daemon=True)
        with _interrupts_held(), _without_script():
            process.start()
        theirs.close()  # so that ours ends when the process does
        return cls(process, ours, doing)

    def give(self, name: str, job: object) -> None:
        self.name = name
        with contextlib.suppress(BrokenPipeError):  # then it died, as take() finds
            self.pipe.send((name, job))

    def take(self) -> tuple[Any, bool]:
        """The result of the job, or an AsdocError; and whether this worker is to be replaced."""
        try:
            result, full = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            self.process.join(_PATIENCE)
            return AsdocError(
                f"{self._doing} {self.name}: the process at work on it ended with code {self.process.exitcode}.",
                hint="Was it killed, or the memory used up? Fewer at a time (--jobs) need less.",
            ), True
        if isinstance(result, _Failure):
            return AsdocError(result.message, hint=result.hint), full
        return result, full

    def end(self) -> None:
        """End the process, whatever it does."""
        self.pipe.close()
        self.process.terminate()
        self.process.join(_PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


_starting = threading.Lock()


@contextlib.contextmanager
def _without_script() -> Iterator[None]:
    """Start a process that does not run the script of this one: it is told what `__main__` is, and runs that first."""
    with _starting:
        script = sys.modules["__main__"]
        sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = script


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start a process that never sees the terminal's Ctrl-C: its parent does, and ends it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # whose start would let interrupts through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# -- in the process of a worker


class _Failure(msgspec.Struct, frozen=True):
    """An error on its way back. Errors themselves do not travel: some need more than their message to be made."""

    message: str
    hint: str


def _serve(work: Callable[[Any], Any], pipe: Connection, doing: str) -> None:
    """Do the jobs that come through the pipe until it, or whoever holds its other end, is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 5, 2)
    with contextlib.suppress(EOFError, OSError):
        while True:
            name, job = pipe.recv()
            result = _attempt(work, job, f"{doing} {name}")
            if isinstance(result, AsdocError):
                result = _Failure(result.message, result.hint)
            pipe.send((result, _held() > _FULL))


def _end_with_parent() -> None:
    """End in the midst of a job when the run was killed: the next run may be writing to the same place by then."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _attempt(work: Callable[[Job], Result], job: Job, doing: str) -> Result | AsdocError:
    try:
        return work(job)
    except AsdocError as error:
        return error
    except Exception as error:  # noqa: BLE001 - whatever it is, the other jobs go on
        return unexpected(error, doing)


def unexpected(error: Exception, doing: str) -> AsdocError:
    """The AsdocError of an exception that nobody foresaw: what was being done, and where in the code it arose."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    found = AsdocError(
        f"{doing}: {type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})",
        hint="This is a fault of asdoc. Please report it, with what it was given.",
    )
    found.__cause__ = error
    return found


def _held() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
