"""What two specs can be compared in: a fact that one side cannot tell is no difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from asdoc.codegen.pages import READERS
from asdoc.codegen.spec.load import Spec

from . import flat
from .pairs import ERROR, INSIDE, references, uses_of

_WIRE_KEYS = {"x-wire", "x-sensitive"}
_PAGINATION = {"method", "pageSize", "members", "source"}
"""What a paginator's page tells."""
_ERROR = {"code"}
_SHOWN = 3
_PARTS = {
    "errors": "errors",
    "examples": "examples",
    "deprecated": "deprecation",
    "documentation": "links to the API reference",
    "union": "unions",
}


_NAMING = frozenset({"shape-renamed", "input-type-retargeted", "output-type-retargeted"})


class Scope(NamedTuple):
    """Two specs with what both can tell."""

    old: Spec
    new: Spec
    notes: tuple[str, ...]
    """What was left out, in words."""
    silent: frozenset[str]
    """Rules that say nothing of these two: names of shapes are wire facts."""


def alike(old: Spec, new: Spec) -> Scope:
    """Both specs with what both can tell, and what was left out."""
    notes: list[str] = []
    named = True
    if bool(old.sources.get("wire")) != bool(new.sources.get("wire")):
        old, new = without_wire(old), without_wire(new)
        notes.append("wire facts: one side is of pages alone")
        named = False
    if len({_has_pages_of_errors(spec) for spec in (old, new)}) > 1:
        old, new = _without_values_of_errors(old), _without_values_of_errors(new)
        notes.append("values that members of errors may have: one side has no pages of exceptions")
    if old.metadata.get("protocol") != new.metadata.get("protocol"):
        old, new = _without_empty_requests(old), _without_empty_requests(new)
    if unlisted := _unlisted(old) & _unlisted(new):
        notes.append(f"values of {_some(unlisted)}: no page of either side lists them, its pages are too long")
    silent = untold(old) | untold(new)
    for part in sorted(silent & _PARTS.keys()):
        old, new = _without(old, part), _without(new, part)
        notes.append(f"{_PARTS[part]}: the pages of one side do not tell them")
    return Scope(old, new, tuple(notes), frozenset() if named else _NAMING)


def _without_empty_requests(spec: Spec) -> Spec:
    """The spec without requests that hold nothing: some protocols tell them from no request, and others do not."""
    empty = {
        told["input"]
        for told in spec.operations.values()
        if told["input"] and not spec.shapes[told["input"]].get("properties")
    }
    used = {name for shape in spec.shapes.values() for name in references(shape)}
    used |= {told["output"] for told in spec.operations.values()}
    operations = {
        name: {**told, "input": ""} if told["input"] in empty else told for name, told in spec.operations.items()
    }
    shapes = {name: shape for name, shape in spec.shapes.items() if name in used or name not in empty}
    return msgspec.structs.replace(spec, operations=operations, shapes=shapes)


def _unlisted(spec: Spec) -> set[str]:
    """Texts of which no page shows what they may be: the wire source alone tells them."""
    return {
        f"{name}.{member}"
        for name, shape in spec.shapes.items()
        if "x-error" not in shape
        for member, told in shape.get("properties", {}).items()
        if "x-source" not in told and told.get("type") == "string" and "format" not in told
    }


def _some(names: set[str]) -> str:
    """`Resource.Partition, Tag.Key and 4 more`"""
    told = sorted(names)
    more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    return ", ".join(told[:_SHOWN]) + more


def untold(spec: Spec) -> set[str]:
    """What no page of a spec can tell, by the formats of its pages of operations."""
    told = {page["reader"] for page in spec.sources.get("pages", ()) if page["kind"] == "operation"}
    silent = [set(getattr(reader, "UNTOLD", ())) for reader in READERS if reader.NAME in told]
    return set.intersection(*silent) if silent else set()


def _has_pages_of_errors(spec: Spec) -> bool:
    return any(page["kind"] == "exception" for page in spec.sources.get("pages", ())) or not _errors(spec)


def _errors(spec: Spec) -> bool:
    return any("x-error" in shape for shape in spec.shapes.values())


def _without_values_of_errors(spec: Spec) -> Spec:
    """The spec with plain texts for the enums that only errors hold."""
    uses = uses_of(spec)
    alone = {name for name, told in uses.items() if {direction for direction, _ in told} == {ERROR}}
    enums = {name for name in alone if "enum" in spec.shapes[name]}

    def plain(node: Mapping[str, Any]) -> dict[str, Any]:
        told = dict(node)
        if (name := flat.target(told)) in enums:
            del told["$ref"]
            wire = {"x-wire": {"shape": name, **told.get("x-wire", {})}} if spec.metadata else {}
            told = {"type": "string", **told, **wire}
        for key in INSIDE.keys() & told.keys():
            told[key] = plain(told[key])
        if "properties" in told:
            told["properties"] = {name: plain(member) for name, member in told["properties"].items()}
        return told

    shapes = {
        name: plain(shape) if name in alone else shape for name, shape in spec.shapes.items() if name not in enums
    }
    return msgspec.structs.replace(spec, shapes=shapes)


def without_wire(spec: Spec) -> Spec:
    """The spec without what came from the wire source."""
    return msgspec.structs.replace(
        spec,
        metadata={},
        shapes={name: _node(shape) for name, shape in spec.shapes.items()},
        operations={name: _operation(told) for name, told in spec.operations.items()},
        waiters={
            name: {key: value for key, value in told.items() if key != "wire"} for name, told in spec.waiters.items()
        },
    )


def _operation(told: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in told.items() if key != "wire"}
    if "pagination" in kept:
        kept["pagination"] = {key: value for key, value in kept["pagination"].items() if key in _PAGINATION}
    return kept


def _node(node: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: value for key, value in node.items() if key not in _WIRE_KEYS}
    if told.get("x-type") in ("long", "double"):
        # A page says `integer` of a long and `float` of a double.
        told["x-type"] = {"long": "", "double": "float"}[told["x-type"]]
        if not told["x-type"]:
            del told["x-type"]
    if "x-error" in told:
        told["x-error"] = {key: value for key, value in told["x-error"].items() if key in _ERROR}
    told.pop("propertyNames", None)  # what a key may be no page shows
    for key in ("items", "additionalProperties"):
        if key in told:
            told[key] = _node(told[key])
    if "properties" in told:
        told["properties"] = {name: _node(member) for name, member in told["properties"].items()}
    return told


def _without(spec: Spec, part: str) -> Spec:
    if part == "examples":
        return msgspec.structs.replace(spec, examples=[])
    if part == "union":
        shapes = {
            name: {key: value for key, value in shape.items() if key != "x-union"}
            for name, shape in spec.shapes.items()
        }
        return msgspec.structs.replace(spec, shapes=shapes)
    empty: dict[str, Any] = {"errors": [], "deprecated": False, "documentation": ""}
    operations = {name: {**told, part: empty[part]} for name, told in spec.operations.items()}
    shapes = spec.shapes
    if part == "errors":
        shapes = {name: shape for name, shape in shapes.items() if "x-error" not in shape}
    return msgspec.structs.replace(spec, operations=operations, shapes=shapes)
