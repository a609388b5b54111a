"""What a shape of a service is in Python: the name of its type, and the JSON Schema that makes its model.

A shape has two sides. What a service answers becomes a class (side `output`); what a caller writes becomes a
`TypedDict`, so that the dict literals of the pages type-check (side `input`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from asdoc.runtime.schema import Service, Shape

from .quoting import as_identifier

Side = Literal["output", "input"]

BUILDING_BLOCKS: dict[Side, frozenset[str]] = {
    "output": frozenset(
        {"Any", "Literal", "StreamingBody", "bool", "bytes", "datetime", "dict", "field", "float", "int", "list"}
        | {"response", "str"}
    ),
    "input": frozenset(
        {"Any", "BlobInput", "Literal", "Mapping", "NotRequired", "Sequence", "TimestampInput", "bool", "float"}
        | {"int", "str"}
    ),
}
"""Names that models are written with, so that no member may hide them: one called so gets `_` appended."""
_TAKEN = BUILDING_BLOCKS["output"] | BUILDING_BLOCKS["input"] | {"TypeAlias", "TypedDict"}

SCALARS: dict[str, dict[str, object]] = {
    "string": {"type": "string"},
    "character": {"type": "string"},
    "integer": {"type": "integer"},
    "long": {"type": "integer"},
    "float": {"type": "number"},
    "double": {"type": "number"},
    "boolean": {"type": "boolean"},
    "timestamp": {"type": "string", "format": "date-time"},
    "blob": {"type": "string", "format": "binary"},
    "document": {},
}
_STREAM_OUT: dict[str, object] = {"customTypePath": "asdoc.runtime.response.StreamingBody"}
_BLOB_IN: dict[str, object] = {"customTypePath": "asdoc.runtime.arguments.BlobInput"}
_TIMESTAMP_IN: dict[str, object] = {"customTypePath": "asdoc.runtime.arguments.TimestampInput"}
_SIMPLE = {
    "string": "str",
    "character": "str",
    "integer": "int",
    "long": "int",
    "float": "float",
    "double": "float",
    "boolean": "bool",
    "document": "Any",
}


@dataclass(frozen=True)
class TypeNames:
    """The names of the types of one service, by shape name; no two are alike."""

    classes: dict[str, str]
    """Structures that an answer may hold."""
    dicts: dict[str, str]
    """Structures that a caller may write inside an argument."""
    enums: dict[str, str]
    hidden: frozenset[str]
    """Types that share their name with a member: inside a class that member hides them, so `_Name` stands for them."""

    def of(self, shape: str, side: Side) -> str | None:
        return self.enums.get(shape) or (self.classes if side == "output" else self.dicts).get(shape)


def name_types(service: Service) -> TypeNames:
    """Give every structure and enum of `service` that a caller can meet its Python name."""
    outputs = reachable(service, [operation.output for operation in service.operations.values() if operation.output])
    requests = {operation.input for operation in service.operations.values() if operation.input}
    inputs = reachable(service, list(requests))
    nested = {
        reference
        for name in inputs
        for member in service.shapes[name].members.values()
        for reference in references(service, member)
    }
    taken = set(_TAKEN)
    names: dict[str, str] = {}

    def give(shape: str, wanted: str) -> str:
        chosen = as_identifier(wanted, taken)
        taken.add(chosen)
        names[shape] = chosen
        return chosen

    def structures(found: set[str]) -> list[str]:
        return sorted(name for name in found if service.shapes[name].type == "structure")

    classes = {name: give(name, name) for name in structures(outputs)}
    enums = {
        name: give(name, name)
        for name in sorted(outputs | inputs)
        if service.shapes[name].type == "string" and service.shapes[name].enum
    }
    dicts = {name: give(name, f"{name}Dict") for name in structures(nested)}
    members = {member for name in outputs | inputs for member in service.shapes[name].members}
    return TypeNames(classes, dicts, enums, frozenset(taken & members - _TAKEN))


def references(service: Service, node: Shape, inside: frozenset[str] = frozenset()) -> Iterator[str]:
    """The named structures and enums that a node reaches without passing through another structure."""
    shape = service.resolve(node)
    if node.shape and (shape.type == "structure" or shape.enum):
        yield node.shape
        return
    if node.shape in inside:
        return
    deeper = inside | {node.shape} if node.shape else inside
    for part in (shape.member, shape.key, shape.value):
        if part is not None:
            yield from references(service, part, deeper)


def reachable(service: Service, roots: list[str]) -> set[str]:
    found: set[str] = set()
    pending = list(roots)
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        for member in service.shapes[name].members.values():
            pending.extend(references(service, member))
    return found


@dataclass(frozen=True)
class Types:
    """Schemas and annotations of the shapes of one service."""

    service: Service
    names: TypeNames

    def schema(self, node: Shape, side: Side, hiding: frozenset[str] = frozenset()) -> dict[str, object]:
        """The JSON Schema of a node; a type named in `hiding` is reached through its private alias."""
        return self._schema(node, side, hiding, ())

    def _schema(self, node: Shape, side: Side, hiding: frozenset[str], inside: tuple[str, ...]) -> dict[str, object]:
        shape = self.service.resolve(node)
        name = self.names.of(node.shape, side) if node.shape else None
        if node.eventstream or shape.eventstream or node.jsonvalue or shape.jsonvalue or node.shape in inside:
            return {}
        if name:
            return {"$ref": f"#/$defs/{'_' if name in hiding else ''}{name}"}
        inside = (*inside, node.shape) if node.shape else inside
        if shape.type == "list" and shape.member:
            return {"type": "array", "items": self._schema(shape.member, side, hiding, inside)}
        if shape.type == "map" and shape.value:
            return {"type": "object", "additionalProperties": self._schema(shape.value, side, hiding, inside)}
        if shape.type in ("structure", "map", "list"):
            return {"type": "object", "additionalProperties": {}}
        if shape.type == "blob" and side == "output":
            return _STREAM_OUT if node.streaming or shape.streaming else SCALARS["blob"]
        if side == "input" and shape.type == "blob":
            return _BLOB_IN
        if side == "input" and shape.type == "timestamp":
            return _TIMESTAMP_IN
        return SCALARS.get(shape.type, {})

    def annotation(self, node: Shape, models: str = "models") -> str:
        """The annotation of a parameter that takes this node; `models` is what the module of the models is called."""
        return self._annotation(node, models, ())

    def _annotation(self, node: Shape, models: str, inside: tuple[str, ...]) -> str:
        shape = self.service.resolve(node)
        name = self.names.of(node.shape, "input") if node.shape else None
        if node.jsonvalue or shape.jsonvalue or shape.eventstream or node.shape in inside:
            return "Any"
        if name:
            return f"{models}.{name}"
        inside = (*inside, node.shape) if node.shape else inside
        if shape.type == "list" and shape.member:
            return f"Sequence[{self._annotation(shape.member, models, inside)}]"
        if shape.type == "map" and shape.value:
            return f"Mapping[str, {self._annotation(shape.value, models, inside)}]"
        if shape.type in ("structure", "map", "list"):
            return "Mapping[str, Any]"
        if shape.type == "blob":
            return "BlobInput"
        if shape.type == "timestamp":
            return "TimestampInput"
        return _SIMPLE.get(shape.type, "Any")


def enum_schema(shape: Shape) -> dict[str, object]:
    """The documented values, and any other string: a value that no page knows yet must still decode."""
    return {"anyOf": [{"type": "string", "enum": list(dict.fromkeys(shape.enum))}, {"type": "string"}]}
