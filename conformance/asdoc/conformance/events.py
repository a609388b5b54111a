"""What happens in a run, as values. Every report is a reading of this one stream.

On disk a run is one event a line, in JSON (`report/stream.py`); events.schema.json tells its form to other programs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

FORMAT = 1
"""Of the stream. Members may be added within a format; none changes its meaning."""

VERDICTS: tuple[str, ...] = ("pass", "fail", "unsupported", "blocked", "pending", "harness-error")
"""pass and fail judge the target; the others say why a case was not judged."""

JUDGED = ("pass", "fail")

DOCUMENTED, DERIVED = "documented", "derived"
"""Told by a page; following from documented facts by a rule, such as those of the protocol."""


class Check(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Headers and body of a request or an answer, without what is secret in them, and no longer than a report bears."""

    headers: dict[str, str] = {}
    """Names in lower case; a value that is or may be secret is `***`."""
    body: str = ""
    """As text; in base64 where it is none."""
    base64: bool = False
    size: int = 0
    """Bytes of the whole body."""
    shown: int = 0
    """Bytes of it that `body` tells; fewer than `size` where the rest was left out."""
    altered: bool = False
    """True where something in it was hidden, so that it cannot be sent again as it stands."""


class Exchange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request of a case, and what came of it."""

    operation: str
    own: bool = False
    """True of the call that the case is about; the others only bring its world about."""
    method: str
    url: str
    signing: str = ""
    """Name by which the service signs; empty where the request was not signed."""
    sent: Message
    status: int = 0
    """Of the answer; 0 where there was none."""
    received: Message | None = None
    error: str = ""
    """Why there was no answer."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """How far a deployment was at one moment."""

    seconds: float
    """Since its start."""
    percentage: float


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The points of one deployment in the order of time, each holding until the next."""

    name: str
    """Who tells them: `observed`, or a documented reading."""
    observed: bool = False
    points: tuple[Point, ...] = ()


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment as it went, beside how it is documented to go."""

    subject: str
    lines: tuple[Line, ...] = ()


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
    seconds: float = 0.0
    """Real time that the case took."""
    exchanges: tuple[Exchange, ...] = ()
    """What was sent and received, in order; kept of cases that did not pass."""
    timelines: tuple[Timeline, ...] = ()


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
    format: int = FORMAT
    asdoc: str = ""
    """Version of asdoc."""
    started: str = ""
    """ISO 8601, UTC."""


class RunFinished(msgspec.Struct, frozen=True, kw_only=True, tag="run-finished", tag_field="event"):
    totals: Mapping[str, int]
    """Number of cases by verdict; every verdict is named."""


Event = RunStarted | CaseFinished | RunFinished
