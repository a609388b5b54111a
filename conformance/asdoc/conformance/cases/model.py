"""Cases as values."""

from __future__ import annotations

from typing import Any

import msgspec

from asdoc.runtime.schema import Service


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One way to read an example whose page contradicts itself or another page."""

    name: str
    changes: tuple[dict[str, Any], ...] = ()
    """RFC 6902 operations (`add`, `replace`, `remove`) on `{"params": …, "output": …}` of the example."""
    before: tuple[str, ...] = ()
    """Operations whose documented example is called once more, just before the case's own call."""


class Erratum(msgspec.Struct, frozen=True, kw_only=True):
    """A contradiction in the documents: why it is one, where it shows, and every reading that a target may keep."""

    id: str
    reason: str
    evidence: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    """Tried in this order; a target passes with any. The first is the example as printed, unless it cannot hold."""
    setup: tuple[dict[str, Any], ...] = ()
    """RFC 6902 operations on the example where it only prepares another case."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What must be so before the call of a statement: a resource in a state, and so long ago."""

    resource: str
    state: str
    hours: float = 0.0


class Case(msgspec.Struct, frozen=True, kw_only=True, eq=False):
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
    basis: str = "documented"
    """documented, or observed: a recorded call, whose world is the recorded calls before it."""
    at: float = 0.0
    """Of a recorded call: seconds from the beginning of the recording."""
    source: tuple[str, ...] = ()
    errata: tuple[Erratum, ...] = ()


class Require(msgspec.Struct, frozen=True, kw_only=True):
    """An operation that answers as documented only while a resource is in a state."""

    operation: str
    resource: str
    state: str
    source: str | list[str] = ""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A documented order of a list in an answer."""

    operation: str
    path: str
    """JSON Pointer of the list in the answer."""
    by: str
    """Member of an item that tells its place."""
    direction: str
    """ascending or descending"""
    source: str | list[str] = ""


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a package's `cases.json`."""

    format: int
    service: str
    resources: dict[str, dict[str, Any]] = {}
    requires: tuple[Require, ...] = ()
    orders: tuple[Order, ...] = ()
    cases: tuple[Case, ...] = ()


class Suite(msgspec.Struct, frozen=True, kw_only=True):
    """All that a run needs to know of a service."""

    service: Service
    file: CaseFile
