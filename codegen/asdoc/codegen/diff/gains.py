"""What operations gained: the view of the API-changes page, which shows what came and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from asdoc.codegen.pages import Node
from asdoc.codegen.spec.load import Spec

from . import flat, types

_SCALARS = {"number": "double", "float": "float"}
_WORDS = {"number": "double"}


class Values(list[str]):
    """The values that an enum gained."""


class Operation(NamedTuple):
    """An operation that is new, or that takes or answers more than it did."""

    name: str
    method: str
    new: bool
    input: Node | None
    output: Node | None
    request: dict[str, Any]
    """What the input gained, as the page's dictionaries show it; empty of a new operation."""
    response: dict[str, Any]


def operations(old: Spec, new: Spec) -> list[Operation]:
    """The new operations, and then those that gained something, each in the order of names."""
    found: list[Operation] = []
    for name, told in sorted(new.operations.items()):
        sides = {side: tree(new, told[side]) if told[side] else None for side in ("input", "output")}
        before = old.operations.get(name)
        gained: dict[str, dict[str, Any]] = {}
        for side, after in sides.items():
            was = tree(old, before[side]) if before is not None and before[side] else Node("structure")
            gained[side] = gain(was, after) if before is not None and after is not None else {}
        if before is None or any(gained.values()):
            found.append(
                Operation(
                    name, told["method"], before is None, **sides, request=gained["input"], response=gained["output"]
                )
            )
    return sorted(found, key=lambda operation: not operation.new)


def tree(spec: Spec, name: str) -> Node:
    """A structure with all that it holds; where a shape stands within itself, `recursive`."""
    return _tree(spec, {"$ref": f"#/$defs/{name}"}, ())


def _tree(spec: Spec, node: Mapping[str, Any], above: tuple[str, ...]) -> Node:
    name = flat.target(node)
    shape = spec.shapes[name] if name else node
    if "enum" in shape:
        return Node("string", enum=tuple(shape["enum"]))
    if name:
        if name in above:
            return Node("structure", recursive=True)
        members = {key: _tree(spec, member, (*above, name)) for key, member in shape.get("properties", {}).items()}
        required = [key for key in shape.get("required", ()) if key in members]
        return Node("structure", members=members, required=required, eventstream=bool(shape.get("x-eventstream")))
    kind = types.kind(node)
    if kind == "array":
        inner = node.get("items")
        return Node("list", member=_tree(spec, inner, above) if inner is not None else None, open=inner is None)
    if kind in ("map", "object"):
        value = node.get("additionalProperties")
        if value is None:
            return Node("map" if kind == "map" else "structure", open=True)
        key = _tree(spec, node.get("propertyNames", {"type": "string"}), above)
        return Node("map", key=key, value=_tree(spec, value, above))
    wire = node.get("x-wire", {})
    streaming = bool(node.get("x-streaming") or wire.get("streaming"))
    jsonvalue = bool(node.get("x-jsonvalue") or wire.get("jsonvalue"))
    return Node(_WORDS.get(kind, kind), streaming=streaming, jsonvalue=jsonvalue)


def whole(node: Node) -> Any:
    """A type that is new, as the page's dictionaries show it: an empty list where it stands within itself."""
    if node.recursive:
        return []
    if node.type == "structure":
        return {name: whole(member) for name, member in node.members.items()}
    if node.type == "list" and node.member is not None:
        return [whole(node.member)]
    if node.type == "map" and node.value is not None:
        key = whole(node.key) if node.key is not None else "string"
        return {key: whole(node.value)}
    if node.type == "document":
        return {}  # a structure of no members, to those who write that page
    return " | ".join(node.enum) if node.enum else node.type


def gain(before: Node, after: Node) -> Any:
    """What a type gained; empty where nothing, or where it is of another kind now."""
    if after.recursive or before.recursive or before.type != after.type:
        return {}
    if after.type == "list" and before.member is not None and after.member is not None:
        return gain(before.member, after.member)
    if after.type == "map" and before.value is not None and after.value is not None:
        return gain(before.value, after.value)
    if after.type == "structure":
        found = {
            name: gain(before.members[name], member) if name in before.members else whole(member)
            for name, member in after.members.items()
        }
        return {name: told for name, told in found.items() if told or name not in before.members}
    return Values(value for value in after.enum if value not in before.enum) if before.enum else {}
