"""What changed from one run to another, case by case, by the ids that stay the same."""

from __future__ import annotations

from typing import NamedTuple

from ..events import CaseFinished
from .alike import differences
from .model import Report
from .words import headline

WORSE, BETTER, OTHER, ADDED, GONE, SAME = "worse", "better", "other", "added", "gone", "same"
_RANK = {"pass": 0, "pending": 1, "blocked": 1, "unsupported": 1, "harness-error": 1, "fail": 2}
"""Whether a target does as documented, could not be judged, or does not."""


class Change(NamedTuple):
    """What became of one case."""

    id: str
    change: str
    """worse, better, other (neither, such as another failure), added or gone."""
    before: str
    after: str
    """Verdicts; empty where the run has no such case."""
    told: str
    """What differs now, or why it is not judged."""

    @property
    def regression(self) -> bool:
        """Whether a gate should close: a case that got worse, one that is gone, or a new one that fails."""
        return self.change in (WORSE, GONE) or (self.change == ADDED and self.after == "fail")


def compare(old: Report, new: Report) -> list[Change]:
    """Every case that is not as it was: what got worse first, then by id. The same failure with new ids is the same."""
    before = {case.id: case for case in old.cases}
    after = {case.id: case for case in new.cases}
    changes = [_change(name, before.get(name), after.get(name)) for name in sorted({*before, *after})]
    order = (WORSE, GONE, OTHER, ADDED, BETTER)
    return sorted(
        (change for change in changes if change.change != SAME), key=lambda change: order.index(change.change)
    )


def _change(name: str, old: CaseFinished | None, new: CaseFinished | None) -> Change:
    if old is None and new is not None:
        return Change(name, ADDED, "", new.verdict, "" if new.verdict == "pass" else headline(new))
    if new is None and old is not None:
        return Change(name, GONE, old.verdict, "", "")
    if old is None or new is None:
        raise ValueError(name)
    told = "" if new.verdict == "pass" else headline(new)
    if old.verdict == new.verdict:
        before, after = differences(old, new) if new.verdict == "fail" else (set(), set())
        same = before == after
        return Change(name, SAME if same else OTHER, old.verdict, new.verdict, told)
    by = _RANK[new.verdict] - _RANK[old.verdict]
    return Change(name, WORSE if by > 0 else BETTER if by < 0 else OTHER, old.verdict, new.verdict, told)
