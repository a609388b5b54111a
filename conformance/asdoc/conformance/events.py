"""What happens in a run, as values. Every report is a reading of this one stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

VERDICTS: tuple[str, ...] = ("pass", "fail", "unsupported", "blocked", "pending", "harness-error")
"""pass and fail judge the target; the others say why a case was not judged."""

JUDGED = ("pass", "fail")

DOCUMENTED, DERIVED = "documented", "derived"
"""Told by a page; following from documented facts by a rule, such as those of the protocol."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One comparison inside a case."""

    id: str
    """The same for its pass and its fail: `status`, `value:/Items/0/Name`."""
    outcome: str
    """pass, fail or blocked."""
    basis: str = DOCUMENTED
    """`documented` or `derived`: a derived check is told and counted apart, and no verdict rests on it."""
    documented: Any = None
    """As on the page."""
    here: Any = None
    """What the documented literal stands for in this run, where that is something else."""
    found: Any = None
    pointer: str = ""
    """JSON Pointer into the answer, where the check looks at one place of it."""
    reason: str = ""

    @property
    def decides(self) -> bool:
        """Whether a verdict rests on it."""
        return self.basis == DOCUMENTED

    @property
    def counts_against(self) -> bool:
        return self.decides and self.outcome == "fail"


class ErratumTold(msgspec.Struct, frozen=True, kw_only=True):
    """A contradiction of the documents, as the report shows it."""

    id: str
    reason: str
    evidence: tuple[str, ...] = ()


class CaseFinished(msgspec.Struct, frozen=True, kw_only=True, tag="case-finished", tag_field="event"):
    id: str
    kind: str
    operation: str
    verdict: str
    basis: str
    source: tuple[str, ...]
    reason: str = ""
    """Why the case was not judged; empty for pass and fail."""
    reading: str = ""
    """Which reading of a contradictory example was judged."""
    errata: tuple[ErratumTold, ...] = ()
    checks: tuple[Check, ...] = ()
    path: tuple[str, ...] = ()
    """The operations called before the case's own, and the waits between them."""


class RunStarted(msgspec.Struct, frozen=True, kw_only=True, tag="run-started", tag_field="event"):
    target: str
    service: str
    region: str
    account: str
    spec: str
    """SHA-256 of the spec that the cases were compiled from."""
    cases: int
    clock: str
    """manual or real."""


class RunFinished(msgspec.Struct, frozen=True, kw_only=True, tag="run-finished", tag_field="event"):
    totals: Mapping[str, int]
    """Number of cases by verdict; every verdict is named."""


Event = RunStarted | CaseFinished | RunFinished
