"""A run as one value, gathered from its events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from asdoc.runtime.errors import AsdocError

from ..events import DOCUMENTED, JUDGED, VERDICTS, CaseFinished, Event, RunFinished, RunStarted

FORMAT = 1


class Share(msgspec.Struct, frozen=True):
    part: int
    whole: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is told of a run. Correctness and coverage are two numbers, and stay so."""

    started: RunStarted
    cases: tuple[CaseFinished, ...]
    totals: dict[str, int]

    @property
    def correctness(self) -> Share:
        """Passed of judged cases: how much of what the target does is as documented."""
        return Share(self.totals["pass"], self.coverage.part)

    @property
    def coverage(self) -> Share:
        """Judged of documented cases: how much of what is documented the target could be judged by."""
        return Share(sum(self.totals[verdict] for verdict in JUDGED), len(self.cases))

    @property
    def bases(self) -> dict[str, tuple[Share, Share]]:
        """Correctness and coverage of the cases of each basis: what a page says, and what only follows from it."""
        found: dict[str, tuple[Share, Share]] = {}
        for basis in sorted({case.basis for case in self.cases}, key=lambda basis: (basis != DOCUMENTED, basis)):
            verdicts = [case.verdict for case in self.cases if case.basis == basis]
            judged = sum(verdict in JUDGED for verdict in verdicts)
            found[basis] = Share(verdicts.count("pass"), judged), Share(judged, len(verdicts))
        return found

    @property
    def derived(self) -> Share:
        """Passed of judged derived checks, over the judged cases. They decide no verdict."""
        checks = [
            check
            for case in self.cases
            if case.verdict in JUDGED
            for check in case.checks
            if not check.decides and check.outcome in JUDGED
        ]
        return Share(sum(check.outcome == "pass" for check in checks), len(checks))

    @property
    def exit_code(self) -> int:
        """1 where a case failed, 2 where a request of our own was at fault, else 0."""
        if self.totals["fail"]:
            return 1
        return 2 if self.totals["harness-error"] else 0


def gather(events: Iterable[Event]) -> Report:
    """The report of a whole run. Raises AsdocError where its beginning or its end is missing."""
    started: RunStarted | None = None
    finished: RunFinished | None = None
    cases: list[CaseFinished] = []
    for event in events:
        match event:
            case RunStarted():
                started = event
            case CaseFinished():
                cases.append(event)
            case RunFinished():
                finished = event
    if started is None or finished is None:
        raise AsdocError("gathering a report: the run did not come to its end")
    return report_of(started, cases)


def report_of(started: RunStarted, cases: Iterable[CaseFinished]) -> Report:
    """The report of these cases."""
    kept = tuple(cases)
    totals = dict.fromkeys(VERDICTS, 0)
    for case in kept:
        totals[case.verdict] += 1
    return Report(started=started, cases=kept, totals=totals)


def joined(reports: Sequence[Report]) -> Report:
    """Parts of one run, such as its shards, as a whole. Raises AsdocError where they are of different runs."""
    first = reports[0].started
    cases: dict[str, CaseFinished] = {}
    for report in reports:
        for name in ("target", "service", "spec", "region", "account"):
            one, other = getattr(first, name), getattr(report.started, name)
            if one != other:
                raise AsdocError(
                    f"joining runs: their {name} differs, {one!r} and {other!r}.",
                    hint="`asdoc matrix` puts different runs side by side, `asdoc compare` tells what changed.",
                )
        for case in report.cases:
            if case.id in cases:
                raise AsdocError(
                    f"joining runs: {case.id} is in more than one of them.",
                    hint="`asdoc compare` tells what changed between two runs of the same cases.",
                )
            cases[case.id] = case
    return report_of(first, cases.values())
