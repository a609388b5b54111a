"""What is traced: one fact of a spec."""

from __future__ import annotations

from typing import Any, NamedTuple

from asdoc.codegen.spec import Spec

from .lines import pointer

SIDES = ("input", "output")
_PREFIX = "#/$defs/"
INNER = {"[]": "items", "{}": "additionalProperties", "{key}": "propertyNames"}
"""How the trail writes what a list or a map holds -> how JSON Schema does."""


class Subject(NamedTuple):
    """One fact of a spec."""

    kind: str
    """operation, member, shape, error, value, example, statement or waiter."""
    name: str
    """As it is told without doubt: `StopDeployment.input.AllowRevert`."""
    file: str
    pointer: str
    """Into the file of the spec."""
    node: dict[str, Any]
    """What stands there."""
    operation: str = ""
    """Empty of a shape, which belongs to several."""
    side: str = ""
    path: str = ""
    """Of a member within its side, in the words of the trail: `EventLog[].EventType`."""
    shape: str = ""
    """The structure that has the member, the shape itself, the error, or the enum of a value."""
    member: str = ""
    value: str = ""
    """An allowed value, where that is the fact."""
    notes: tuple[str, ...] = ()


def target_of(schema: dict[str, Any]) -> str:
    """The name of the shape that a schema refers to; empty where its type is inline."""
    return str(schema.get("$ref", "")).removeprefix(_PREFIX)


def structure(
    spec: Spec, owner: str, schema: dict[str, Any], at: str, path: str
) -> tuple[str, dict[str, Any], str, str]:
    """The structure that a value holds in the end, through its lists and maps: its name, schema, pointer and path."""
    while not (name := target_of(schema)):
        step = next(((suffix, key) for suffix, key in INNER.items() if key in schema and suffix != "{key}"), None)
        if step is None:
            return owner, schema, at, path
        path += step[0]
        schema, at = schema[step[1]], f"{at}/{step[1]}"
    return name, spec.shapes[name], pointer("$defs", name), path


def users(spec: Spec, shape: str) -> list[str]:
    """The operations that take, give or raise the shape, at whatever depth."""
    return [
        name
        for name, operation in spec.operations.items()
        if shape in operation["errors"] or any(shape in _within(spec, operation[side]) for side in SIDES)
    ]


def _within(spec: Spec, shape: str) -> set[str]:
    """The shape and every shape that it is made of."""
    found: set[str] = set()
    todo: list[Any] = [{"$ref": _PREFIX + shape}] if shape else []
    while todo:
        schema = todo.pop()
        name = target_of(schema)
        if name:
            if name not in found:
                found.add(name)
                todo.append(spec.shapes[name])
            continue
        todo += schema.get("properties", {}).values()
        todo += [schema[key] for key in INNER.values() if key in schema]
    return found
