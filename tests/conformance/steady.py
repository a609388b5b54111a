"""Whether verdicts are steady, and what the suite costs: `python -m tests.conformance.steady [TARGET] [RUNS]`.

Runs every case one by one and by four workers, in the suite's order and in orders of chance, and names each case that
was ever judged otherwise; then tells the processor time that a case costs beside that of its target's answers.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from asdoc.conformance import Report, Settings, verify
from asdoc.conformance.selection import Selection
from tests.bench.harness import overhead

SERVICE = "appconfig"


def judged(report: Report) -> dict[str, Any]:
    """Case -> verdict, reading, and the outcome of each check."""
    return {
        case.id: (case.verdict, case.reading, [(check.id, check.outcome) for check in case.checks])
        for case in report.cases
    }


def unsteady(target: str, runs: int) -> list[str]:
    """Cases that were judged otherwise in some run than in the first."""
    first: dict[str, Any] = {}
    found: set[str] = set()
    for run in range(runs):
        for jobs in (1, 4):
            for seed in (None, run):
                selection = Selection(kinds=(), seed=seed)
                now = judged(verify(target, service=SERVICE, selection=selection, settings=Settings(jobs=jobs)))
                first = first or now
                found |= {case for case in first if first[case] != now.get(case)}
    return sorted(found)


def main(target: str = "reference", runs: str = "20") -> None:
    began = time.process_time()
    report = verify("reference", service=SERVICE)
    took = time.process_time() - began
    print(f"{report.totals['pass']} of {len(report.cases)} examples pass on reference in {took:.3f} s, start included")
    for kinds in (("example",), ()):
        cost = overhead(target, kinds)
        socket = f", and {cost.transport:.3f} ms for the socket" if cost.transport else ""
        told = " ".join(kinds) or "all kinds"
        print(f"{cost.own:.3f} ms of our own for each of {cost.cases} cases ({told}) at {target}{socket}")
    different = unsteady(target, int(runs))
    print(f"{4 * int(runs)} runs at {target}: {len(different)} cases judged otherwise {' '.join(different)}".rstrip())
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
