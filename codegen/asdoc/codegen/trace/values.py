"""What a trace consists of: frozen values, which `--format json` writes as they stand."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

State = Literal["not at hand", "as read", "changed"]


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of a file that has the fact."""

    file: str
    line: int
    pointer: str = ""
    """Into a JSON or YAML file; empty in Python."""
    what: str = ""
    """What stands there: `parameter of stop_deployment`."""


class Reading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a page that the fact rests on."""

    page: str
    line: int
    hash: str
    reading: str
    """What was read there: `boolean`, `required`, `one of 7 values`."""
    reader: str = ""
    """The format of the page; empty where the spec does not tell."""
    date: str = ""
    dated: str = ""
    """Whence the day is, or why the page has none."""
    state: State = "not at hand"
    sentence: str = ""
    """What stands there, where the page is at hand: a line, or the lines of a documented call."""
    explained: int = 0
    """Line of the page's own explanation, where the page is at hand and has one."""
    explanation: str = ""


class Wire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the wire source adds to the fact."""

    origin: str
    """`botocore 1.44.5`"""
    facts: dict[str, Any]
    at: Place | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A documented call that touches the fact."""

    id: str
    uses: tuple[str, ...]
    """Pointers into the case where it does; empty where the whole case is about it."""
    at: Place
    errata: tuple[str, ...] = ()


class Statement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    id: str
    why: str
    """What makes it touch the fact: it names it, or it was read in the same line."""
    told: str
    at: Place
    case: Place | None = None


class Patch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change of the spec made by hand, or an erratum of an example."""

    id: str
    reason: str
    evidence: tuple[str, ...]
    at: Place


class Override(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reading that was set aside, beside the one that was kept."""

    fact: str
    of: str
    kept: str
    """What was kept, beside what was not: `knows REVERTED`."""
    by: Reading | None
    """Where that was read; None where several places tell it."""
    aside: tuple[Reading, ...]
    why: str
    """`older` where the pages of what was set aside are; `format` where pages of one age differ."""
    rule: str
    """`same-shape` where a page of another operation with the same shape tells what was kept."""
    at: Place


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    service: str
    fact: str
    kind: str
    tells: str
    """The fact itself, in a few words."""
    readings: tuple[Reading, ...]
    wire: Wire | None = None
    spec: tuple[Place, ...] = ()
    generated: tuple[Place, ...] = ()
    cases: tuple[Case, ...] = ()
    statements: tuple[Statement, ...] = ()
    patches: tuple[Patch, ...] = ()
    overridden: tuple[Override, ...] = ()
    changes: tuple[Reading, ...] = ()
    """What dated pages say of its past."""
    notes: tuple[str, ...] = ()
