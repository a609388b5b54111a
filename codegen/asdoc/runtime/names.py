"""What the shapes and members of a service are called in Python.

The generator writes these names into stubs and signatures, and the runtime gives them to what it makes: both ask here.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterator
from typing import Literal

import msgspec

from .response import Output
from .schema import Service, Shape

Side = Literal["output", "input"]
"""What a service answers becomes a class (`output`); what a caller writes becomes a `TypedDict` (`input`)."""

BUILDING_BLOCKS: dict[Side, frozenset[str]] = {
    "output": frozenset(
        {"Any", "bool", "bytes", "datetime", "dict", "field", "float", "int", "list", "response", "str", "streaming"}
    ),
    "input": frozenset(
        {"Any", "BlobInput", "Literal", "Mapping", "NotRequired", "Sequence", "TimestampInput", "bool", "float"}
        | {"int", "str"}
    ),
}
"""Names that models are written with, so that no member may hide them: one called so gets `_` appended."""
_TAKEN = BUILDING_BLOCKS["output"] | BUILDING_BLOCKS["input"] | {"TypeAlias", "TypedDict"}
_ATTRIBUTES = frozenset(dir(Output))
_NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z_]+")


def as_identifier(name: str, taken: Collection[str] = ()) -> str:
    """The Python name that stands for a documented name: the name itself wherever Python allows it.

    Characters that no identifier may hold become `_`, underscores in front are dropped (Python gives them a meaning of
    their own), and `_` is appended until the name is neither a keyword nor in `taken`.
    """
    candidate = _NOT_IN_NAMES.sub("_", name).lstrip("_")
    if not candidate.rstrip("_"):
        candidate = "member"
    if candidate[0].isdigit():
        candidate = f"n{candidate}"
    while keyword.iskeyword(candidate) or candidate in taken:
        candidate += "_"
    return candidate


def attributes(shape: Shape) -> dict[str, str]:
    """Documented name -> attribute, of the members of a structure that is answered."""
    taken = set(_ATTRIBUTES | BUILDING_BLOCKS["output"])
    found: dict[str, str] = {}
    for member in shape.members:
        found[member] = as_identifier(member, taken)
        taken.add(found[member])
    return found


class TypeNames(msgspec.Struct, frozen=True):
    """The names of the types of one service, by shape name; no two are alike."""

    classes: dict[str, str]
    """Structures that an answer may hold."""
    dicts: dict[str, str]
    """Structures that a caller may write inside an argument."""
    enums: dict[str, str]
    hidden: frozenset[str]
    """Types that are called like a member or its attribute: it hides them in its class, so `_Name` stands for them."""

    def of(self, shape: str, side: Side) -> str | None:
        return self.enums.get(shape) or (self.classes if side == "output" else self.dicts).get(shape)

    def unusual(self, side: Side) -> dict[str, str]:
        """Python name -> shape, of the types that are not called as their shape is (and `Dict`, those of arguments)."""
        told, suffix = (self.dicts, "Dict") if side == "input" else (self.classes | self.enums, "")
        return {python: shape for shape, python in sorted(told.items()) if python != f"{shape}{suffix}"}


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

    def give(wanted: str) -> str:
        chosen = as_identifier(wanted, taken)
        taken.add(chosen)
        return chosen

    def structures(found: set[str]) -> list[str]:
        return sorted(name for name in found if service.shapes[name].type == "structure")

    classes = {name: give(name) for name in structures(outputs)}
    enums = {
        name: give(name)
        for name in sorted(outputs | inputs)
        if service.shapes[name].type == "string" and service.shapes[name].enum
    }
    dicts = {name: give(f"{name}Dict") for name in structures(nested)}
    members = {member for name in inputs for member in service.shapes[name].members}
    members |= {attribute for name in outputs for attribute in attributes(service.shapes[name]).values()}
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
