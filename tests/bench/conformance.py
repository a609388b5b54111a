"""What the judge itself costs: beside its target, from a cold start, and in memory as cases become many.

`python -m tests.bench.conformance start|whole|memory` prints one of its figures, measured in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from asdoc.conformance import verify
from asdoc.conformance.cases.load import load_suite
from asdoc.conformance.report.stream import written
from asdoc.conformance.run import Runner, Settings
from asdoc.conformance.selection import Selection
from asdoc.conformance.targets.open import open_target
from tests.bench.harness import overhead
from tests.bench.measure import Row
from tests.bench.memory import resident
from tests.bench.serving import started

SERVICE = "appconfig"
COPIES = 10
SERVE = str(Path(sys.executable).with_name("asdoc"))


def start() -> list[float]:
    """Seconds for the documented examples against the reference, in a process that has met neither before."""
    began = time.perf_counter()
    report = verify("reference", service=SERVICE)
    return [time.perf_counter() - began, report.totals["pass"]]


def whole() -> list[float]:
    """Seconds of processor time for all cases of all kinds, in a process that has met none before."""
    began = time.process_time()
    report = verify("reference", service=SERVICE, selection=Selection(kinds=()))
    return [time.process_time() - began, report.totals["pass"]]


def memory() -> list[float]:
    """Bytes that a run has grown by after all its cases, and after ten times as many, its events written to a file.

    The cases themselves are in memory before, as a plan looks for what brings a literal about among all of them.
    """
    suite = load_suite(SERVICE)
    cases = suite.file.cases
    copies = [
        msgspec.structs.replace(case, id=f"{case.id}.{copy}") if copy else case
        for copy in range(COPIES)
        for case in cases
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.json"
        path.write_bytes(msgspec.json.encode(msgspec.structs.replace(suite.file, cases=tuple(copies))))
        many = load_suite(SERVICE, cases=path)
        target = open_target("reference", SERVICE)
        before, once = resident(), 0
        events = Runner(many, target, Settings()).run(many.file.cases)
        for number, _ in enumerate(written(events, Path(folder) / "events.ndjson")):
            if number == len(cases):
                once = resident()
        return [once - before, resident() - before, len(cases)]


FIGURES: dict[str, Callable[[], list[float]]] = {"start": start, "whole": whole, "memory": memory}


def _measured(figure: str, times: int = 1) -> list[float]:
    """The least of some processes' figures."""
    found = []
    for _ in range(times):
        command = [sys.executable, "-m", "tests.bench.conformance", figure]
        found.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    return min(found)


def rows() -> Iterator[Row]:
    took, passed = _measured("start", 5)
    yield Row(
        f"{passed:.0f} documented examples on the reference, its start included", f"{took:.3f} s", "", "", "0.2 s"
    )
    took, passed = _measured("whole", 3)
    yield Row(f"the whole suite, {passed:.0f} cases, on one core", f"{took:.2f} s", "", "", "2 s")
    for kinds, told in (((), "of all kinds"), (("example",), "documented examples")):
        found = overhead("reference", kinds)
        yield Row(f"a case beside its target, of {found.cases} {told}", f"{found.own:.2f} ms", "", "", "1 ms")
    with started(SERVE, "serve", SERVICE, "--clock", "manual", "--port") as url:
        found = overhead(url, ())
    what = f"the same at a socket, where each clears up after itself; beside it {found.transport:.2f} ms for the socket"
    yield Row(what, f"{found.own:.2f} ms", "", "", "1 ms")
    grown, tenfold, count = _measured("memory")
    what = f"memory of a run of {COPIES * count:,.0f} cases, its events streamed, beside one of {count:.0f}"
    yield Row(what, f"{tenfold / 1e6:.1f} MB", f"{grown / 1e6:.1f} MB", f"{tenfold / grown:.1f}x", "flat")


if __name__ == "__main__":
    print(json.dumps(FIGURES[sys.argv[1]]()))
