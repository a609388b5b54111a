"""A spec as a graph of named shapes: what botocore's models and Smithy's are both made of.

`shapes.json` names structures and enums; lists, maps and scalars stand inline there, each with the name that the wire
source has for it. Here every one of them is a shape of its own, and a member is a reference with traits of the place.
Members go by the name that the API knows, where boto3 shows another; a member that boto3 adds to what a service
answers, and that the wire source does not know, is left out.
"""

from __future__ import annotations

from typing import Any

import msgspec

from asdoc.codegen.spec import Spec
from asdoc.codegen.spec.names import pascal, unique
from asdoc.runtime.errors import AsdocError

Traits = dict[str, Any]

_OF_PLACE = (
    "location",
    "name",
    "hostLabel",
    "endpointDiscoveryId",
    "xmlNamespace",
    "xmlAttribute",
    "queryName",
    "eventpayload",
    "eventheader",
    "idempotencyToken",
    "jsonvalue",
    "deprecated",
)
_OF_EITHER = ("timestampFormat", "streaming", "flattened")
"""Traits that may stand on a shape or on a reference to it: where every use has one, it is the shape's."""
_FIELDS = ("shape", "member", "required", "min", "max", "pattern", "union", "eventstream")


class Ref(msgspec.Struct, frozen=True):
    """A place that holds a shape: a member, an element, a key or a value."""

    shape: str
    traits: Traits = {}
    """Of the place, in the words of `x-wire`: location, name, flattened, idempotencyToken, ..."""
    documented: str = ""
    """The member's name on the page, where boto3 shows another than the API has."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    kind: str
    """structure, list, map, string, integer, long, float, double, boolean, timestamp, blob or document."""
    members: dict[str, Ref] = {}
    required: tuple[str, ...] = ()
    union: bool = False
    eventstream: bool = False
    member: Ref | None = None
    key: Ref | None = None
    value: Ref | None = None
    enum: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    pattern: str = ""
    sensitive: bool = False
    error: dict[str, Any] | None = None
    """code, and from the wire source status and fault."""
    traits: Traits = {}
    """All others of the shape, in the words of `x-wire`: payload, retryable, flattened, sparse, ..."""
    open: bool = False
    """True where neither page nor wire source tells what it holds."""

    @property
    def refs(self) -> list[tuple[str, Ref]]:
        """What it holds, with the pointer to each: `members/Name`, `member`, `key`, `value`."""
        parts = [("member", self.member), ("key", self.key), ("value", self.value)]
        return [(f"members/{name}", ref) for name, ref in self.members.items()] + [
            (part, ref) for part, ref in parts if ref is not None
        ]


class Graph(msgspec.Struct, frozen=True):
    spec: Spec
    shapes: dict[str, Shape]
    """By name, sorted; those alone that an operation reaches."""

    @property
    def protocol(self) -> str:
        return str(self.spec.metadata["protocol"])

    def kind(self, ref: Ref) -> str:
        return self.shapes[ref.shape].kind


def graph(spec: Spec) -> Graph:
    """The shapes that the spec's operations reach. Raises AsdocError where the spec has no wire facts."""
    lacking = sorted(name for name, operation in spec.operations.items() if "wire" not in operation)
    if not spec.metadata or lacking:
        what = "protocol and endpoint" if not spec.metadata else f"method and URI of {', '.join(lacking[:5])}"
        raise AsdocError(
            f"exporting {spec.service}: the spec has no wire facts ({what}), and every format needs them.",
            hint=f"Run `asdoc wire {spec.service} --out SPECS`, then `asdoc extract` again.",
        )
    builder = _Builder(spec.shapes)
    for operation in spec.operations.values():
        for name in (operation["input"], operation["output"], *operation["errors"]):
            if name:
                builder.reach(name)
    return Graph(spec, builder.shapes())


class _Builder:
    def __init__(self, defs: dict[str, Any]) -> None:
        self._defs = defs
        self._found: dict[str, Shape] = {}
        self._common: dict[str, Traits] = {}
        """Per inline shape: the traits of `_OF_EITHER` that every use so far has."""
        self._todo: list[str] = []

    def reach(self, name: str) -> None:
        self._later(name)
        while self._todo:
            name = self._todo.pop()
            self._found[name] = self._shape(name, self._defs[name], ())

    def shapes(self) -> dict[str, Shape]:
        """All shapes found, with the traits that all uses share on the shape and no more on the references."""
        done = {}
        for name, shape in sorted(self._found.items()):
            traits = {**shape.traits, **self._common.get(name, {})}
            parts: dict[str, Any] = {
                part: self._settled(ref)
                for part in ("member", "key", "value")
                if (ref := getattr(shape, part)) is not None
            }
            members = {member: self._settled(ref) for member, ref in shape.members.items()}
            done[name] = msgspec.structs.replace(shape, traits=traits, members=members, **parts)
        return done

    def _settled(self, ref: Ref) -> Ref:
        common = self._common.get(ref.shape, {})
        return msgspec.structs.replace(
            ref, traits={name: value for name, value in ref.traits.items() if name not in common}
        )

    def _ref(self, schema: dict[str, Any], path: tuple[str, ...]) -> Ref:
        """The reference that a schema stands for; an inline shape is taken in, by its name or one after `path`."""
        wire = schema.get("x-wire", {})
        traits = {name: wire[name] for name in (*_OF_PLACE, *_OF_EITHER) if name in wire}
        if schema.get("x-idempotent"):
            traits["idempotencyToken"] = True
        if schema.get("x-jsonvalue"):
            traits["jsonvalue"] = True
        target = schema.get("$ref", "").removeprefix("#/$defs/")
        if target:
            self._later(target)
            return Ref(target, traits)
        name = wire.get("shape") or unique("".join(map(pascal, path)), {*self._found, *self._defs})
        either = {trait: wire[trait] for trait in _OF_EITHER if trait in wire}
        known = self._common.get(name)
        self._common[name] = (
            either if known is None else {k: v for k, v in known.items() if k in either and either[k] == v}
        )
        if name in self._defs:
            self._later(name)
        elif name not in self._found or (self._found[name].open and not schema.get("x-open")):
            self._found[name] = Shape(name=name, kind="")
            self._found[name] = self._shape(name, schema, path)
        return Ref(name, traits)

    def _later(self, name: str) -> None:
        if name not in self._found:
            self._found[name] = Shape(name=name, kind="")  # the name is taken before the shape is read
            self._todo.append(name)

    def _shape(self, name: str, schema: dict[str, Any], path: tuple[str, ...]) -> Shape:
        wire = schema.get("x-wire", {})
        kind = _kind(schema)
        fields: dict[str, Any] = {}
        # What stands inline has the traits of its place beside its own.
        of_others = (*_FIELDS, *_OF_PLACE, *_OF_EITHER) if path else _FIELDS
        path = path or (name,)
        if kind == "structure":
            fields.update(self._structure(schema, wire, path))
        elif kind == "list":
            fields["member"] = self._ref(schema.get("items", {"x-type": "document"}), (*path, "Member"))
        elif kind == "map":
            fields["key"] = self._ref(schema.get("propertyNames", {"type": "string"}), (*path, "Key"))
            fields["value"] = self._ref(schema.get("additionalProperties", {"x-type": "document"}), (*path, "Value"))
        return Shape(
            name=name,
            kind=kind,
            enum=tuple(schema.get("enum", ())),
            min=wire.get("min"),
            max=wire.get("max"),
            pattern=wire.get("pattern", ""),
            sensitive=bool(schema.get("x-sensitive")),
            error=schema.get("x-error"),
            traits={key: value for key, value in wire.items() if key not in of_others},
            open=bool(schema.get("x-open")),
            **fields,
        )

    def _structure(self, schema: dict[str, Any], wire: Traits, path: tuple[str, ...]) -> dict[str, Any]:
        members: dict[str, Ref] = {}
        needed = {*schema.get("required", ()), *wire.get("required", ())}
        required = []
        for documented, told in schema.get("properties", {}).items():
            if "$ref" not in told and "shape" not in told.get("x-wire", {}):
                continue  # boto3's own addition, which it makes to any model
            known = told.get("x-wire", {}).get("member", documented)
            ref = self._ref(told, (*path, documented))
            members[known] = msgspec.structs.replace(ref, documented=documented) if known != documented else ref
            if documented in needed or known in needed:
                required.append(known)
        return {
            "members": members,
            "required": tuple(required),
            "union": bool(schema.get("x-union") or wire.get("union")),
            "eventstream": bool(schema.get("x-eventstream") or wire.get("eventstream")),
        }


def _kind(schema: dict[str, Any]) -> str:
    if "x-type" in schema:
        return str(schema["x-type"])
    kind = str(schema.get("type", "document"))
    return {"object": "structure", "array": "list", "number": "double"}.get(kind, kind)
