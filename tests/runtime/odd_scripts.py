"""Answers of an operation with chosen values at chosen paths, and the least that it can be called with."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from botocore.model import OperationModel

from asdoc.runtime.http import HttpResponse

from . import odd_bodies as bodies
from .odd_answers import success

NOTHING: Any = object()
"""What is put where nothing is to be."""
_PLAIN: dict[str, Any] = {
    "integer": 1, "long": 1, "float": 1.5, "double": 1.5, "boolean": True, "blob": b"a", "timestamp": 1445412480,
}  # fmt: skip
_MORE = 0.1


def given(random: Random, operation: OperationModel) -> dict[str, Any]:
    """The least arguments that there can be, and now and then more."""
    shape: Any = operation.input_shape
    if shape is None:
        return {}
    found = {
        name: least(node)
        for name, node in shape.members.items()
        if name in shape.required_members or (node.type_name in _PLAIN and random.random() < _MORE)
    }
    # what clients would make up, each its own
    return found | {name: "a" * 36 for name, node in shape.members.items() if node.metadata.get("idempotencyToken")}


def least(shape: Any) -> Any:
    """The smallest value that a shape can have."""
    if getattr(shape, "is_document_type", False):
        return {}
    kind, size = shape.type_name, int(shape.metadata.get("min") or 0)
    if kind == "structure":
        return {name: least(shape.members[name]) for name in shape.required_members}
    if kind == "list":
        return [least(shape.member) for _ in range(size)]
    if kind == "map":
        return {least(shape.key) + str(number): least(shape.value) for number in range(size)}
    if kind in ("string", "character"):
        return shape.enum[0] if shape.enum else "a" * max(size, 12)
    return max(_PLAIN[kind], size) if kind in ("integer", "long", "float", "double") else _PLAIN[kind]


def put(random: Random, shape: Any, held: dict[str, Any], steps: list[str], leaf: Callable[[Any], Any]) -> None:
    """Have the path lead to what `leaf` gives for the shape that stands there; `[]` leads through all of a list.

    Nothing is put where the documents know no such path.
    """
    name, *rest = steps
    if name not in shape.members:
        return
    value = _at(random, shape.members[name], held.get(name), rest, leaf)
    if value is NOTHING:
        held.pop(name, None)
    else:
        held[name] = value


def _at(random: Random, shape: Any, held: Any, steps: list[str], leaf: Callable[[Any], Any]) -> Any:
    if not steps:
        return leaf(shape)
    if shape.type_name == "structure":
        held = held if isinstance(held, dict) else {}
        put(random, shape, held, steps, leaf)
    elif shape.type_name == "list" and steps[0] == "[]":
        size = random.choice([0, 1, 1, 2, 3])
        found = [_at(random, shape.member, bodies.value(random, shape.member, 3), steps[1:], leaf) for _ in range(size)]
        return [item for item in found if item is not NOTHING]
    elif shape.type_name == "map":
        found = [_at(random, shape.value, None, steps[1:], leaf) for _ in range(random.choice([0, 1, 2]))]
        return {f"k{number}": item for number, item in enumerate(found) if item is not NOTHING}
    return held


def told(random: Random, operation: OperationModel, protocol: str, held: dict[str, Any]) -> HttpResponse:
    """An answer that tells this; what is None is told so where a protocol can."""
    return success(random, operation, protocol, held if "json" in protocol or "cbor" in protocol else _full(held))


def _full(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _full(held) for name, held in value.items() if held is not None}
    return [_full(held) for held in value] if isinstance(value, list) else value
