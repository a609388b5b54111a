"""Cases as values.

They are trees without a way back, and many: without `gc=False` each round of the collector would walk them all.
"""

from __future__ import annotations

from typing import Any

import msgspec

from asdoc.runtime.schema import Service

SAMPLE = "sample"
"""The kind of a call that was made up to prepare others; it is not tried by itself."""


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One way to read an example whose page contradicts itself or another page."""

    name: str
    changes: tuple[dict[str, Any], ...] = ()
    """RFC 6902 operations (`add`, `replace`, `remove`) on `{"params": …, "output": …}` of the example."""
    before: tuple[str, ...] = ()
    """Operations whose documented example is called once more, just before the case's own call."""


class Erratum(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A contradiction in the documents: why it is one, where it shows, and every reading that a target may keep."""

    id: str
    reason: str
    evidence: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    """Tried in this order; a target passes with any. The first is the example as printed, unless it cannot hold."""
    setup: tuple[dict[str, Any], ...] = ()
    """RFC 6902 operations on the example where it only prepares another case."""


class Given(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What must be so before the call of a statement: a resource, in a state, and so long ago."""

    resource: str
    state: str = ""
    """Empty where it need only exist."""
    hours: float = 0.0


class Moment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a call answers at one time of a timeline."""

    minutes: float
    """Since the step before the timeline."""
    output: dict[str, Any]


class Poll(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Calling again until the answer is as expected."""

    minutes: float
    every: float


class Pages(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Walking the pages of a list."""

    size: int
    items: int = 0
    """At least so many in all."""


class Step(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One step of a case: a call and what it answers, or time that passes, or a state that is brought about.

    Values that begin with `$` are explained in statements.schema.json.
    """

    call: str = ""
    label: str = ""
    params: dict[str, Any] = {}
    """Laid over the operation's documented example; None leaves a member out."""
    bare: bool = False
    """Without the example."""
    malformed: bool = False
    """Wrong on purpose, and sent as it stands."""
    control: bool = False
    """Shows that operation and world are right; where it fails, the case is not judged."""
    times: int = 1
    output: dict[str, Any] | None = None
    error: tuple[str, ...] = ()
    """Codes of which the answer has one; empty where success is expected."""
    refused: bool = False
    """Any refusal (4xx) will do: no page tells the code."""
    status: int = 0
    """0 for the one of the service table."""
    reason: dict[str, Any] | None = None
    message: str = ""
    at: tuple[Moment, ...] = ()
    until: Poll | None = None
    pages: Pages | None = None
    advance: float = 0.0
    """Seconds."""
    reach: Given | None = None


class Script(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One way in which documents can be read: its steps, and what the calls that prepare it are given."""

    name: str = ""
    steps: tuple[Step, ...]
    lastly: tuple[Step, ...] = ()
    """Calls at the end, whatever came of the case."""
    made: dict[str, dict[str, Any]] = {}


class Case(msgspec.Struct, frozen=True, kw_only=True, gc=False, eq=False):
    """One thing to try: a call, and the answer or the error that is documented for it."""

    id: str
    kind: str
    operation: str
    params: dict[str, Any] = {}
    output: dict[str, Any] | None = None
    """The documented answer; None where the page shows none."""
    error: str = ""
    """Code of the documented error; empty where success is documented."""
    given: tuple[Given, ...] = ()
    made: dict[str, dict[str, Any]] = {}
    """Operation -> members that its call is given in this case's world, over those of its example."""
    scripts: tuple[Script, ...] = ()
    """The steps of a case of several, one script a reading; empty where `params` and `output` tell the whole case."""
    basis: str = "documented"
    """documented; derived, which follows from documented facts by a rule; or observed: a recorded call, whose world is
    the recorded calls before it."""
    rule: str = ""
    """What it was derived by."""
    excluded: str = ""
    """Why it is not tried."""
    at: float = 0.0
    """Of a recorded call: seconds from the beginning of the recording."""
    source: tuple[str, ...] = ()
    errata: tuple[Erratum, ...] = ()


class Require(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An operation that answers as documented only while a resource is in a state."""

    operation: str
    resource: str
    state: str
    source: str | list[str] = ""


class Order(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A documented order of a list in an answer."""

    operation: str
    path: str
    """JSON Pointer of the list in the answer."""
    by: str
    """Member of an item that tells its place."""
    direction: str
    """ascending or descending"""
    source: str | list[str] = ""


class Sample(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A call of our own making, for an operation without a documented example."""

    operation: str
    params: dict[str, Any] = {}
    before: tuple[Step, ...] = ()
    """Calls that prepare it."""


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a package's `cases.json`."""

    format: int
    service: str
    borrows: str = ""
    """Another service, whose calls make what the cases of this one need."""
    samples: tuple[Sample, ...] = ()
    resources: dict[str, dict[str, Any]] = {}
    requires: tuple[Require, ...] = ()
    orders: tuple[Order, ...] = ()
    cases: tuple[Case, ...] = ()


class Suite(msgspec.Struct, frozen=True, kw_only=True):
    """All that a run needs to know of a service."""

    service: Service
    file: CaseFile
    lent: tuple[Case, ...] = ()
    """Examples of another service, which make worlds and are not tried."""
    alone: Service | None = None
    """The service by itself, where another one lends to it."""
