"""A run beside its baseline: what is told of it, and whether the gate opens."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import date

import msgspec

from .baseline import Baseline, Gate, failures, judge, updated, with_pending
from .events import VERDICTS, CaseFinished, Event, RunFinished, RunStarted


class Beside:
    """Passes the events of a run on, with what is new in the suite as pending, and remembers what the gate needs."""

    def __init__(self, baseline: Baseline, *, fail_fast: bool = False) -> None:
        """`fail_fast` ends the run with the first failure that the baseline does not know."""
        self.baseline = baseline
        self._fail_fast = fail_fast
        self._ran: list[CaseFinished] = []
        self._target = self._service = ""

    def events(self, events: Iterator[Event]) -> Generator[Event, None, None]:
        totals = dict.fromkeys(VERDICTS, 0)
        finished = RunFinished(totals=totals)
        for event in events:
            match event:
                case RunStarted():
                    self._target, self._service = event.target, event.service
                    yield event
                case CaseFinished():
                    # Only what failed matters here, so that a long run is not held whole.
                    checks = tuple(check for check in event.checks if check.counts_against)
                    self._ran.append(msgspec.structs.replace(event, checks=checks))
                    told = with_pending(event, self.baseline)
                    totals[told.verdict] += 1
                    yield told
                    if self._fail_fast and told.verdict == "fail" and self._unknown(event):
                        break
                case RunFinished():
                    finished = event
        if isinstance(events, Generator):
            events.close()
        yield msgspec.structs.replace(finished, totals=totals)

    def _unknown(self, case: CaseFinished) -> bool:
        return any(not any(entry.covers(case.id, check) for entry in self.baseline.known) for check in failures(case))

    def gate(self, suite: list[str], *, today: date) -> Gate:
        """What the run is worth. `suite` holds the ids of all cases that there are."""
        return judge(self._ran, self.baseline, suite=suite, today=today)

    def updated(self, suite: list[str]) -> Baseline:
        """The baseline that this run is the measure of."""
        return updated(self.baseline, self._ran, suite=suite, service=self._service, target=self._target)
