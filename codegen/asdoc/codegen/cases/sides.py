"""Every constraint of what an operation takes, at any depth, from both sides: what may be tried of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from asdoc.runtime.schema import Operation, Service, Shape

ITEM, KEY, VALUE = "item", "key", "value"
"""Steps of a path into a list and into a map; a structure's step is the name of its member."""


class Side(NamedTuple):
    """One rule about one place of what is sent."""

    path: tuple[str, ...]
    """`("Validators", "item", "Content")`"""
    rule: str
    """required, type, enum, min, below-min, max, above-max, pattern, or one-of for a union"""
    node: Shape
    home: tuple[str, str]
    """The shape that the place is in, and the step that leads there from it."""

    @property
    def nested(self) -> bool:
        return len(self.path) > 1


def sides(service: Service, operation: Operation) -> Iterator[Side]:
    """All of them in the order of the table. What a named shape holds is told once, where it first stands."""
    if operation.input in service.shapes:
        yield from _within(service, Shape(shape=operation.input), (), {operation.input})


def _within(service: Service, node: Shape, path: tuple[str, ...], seen: set[str]) -> Iterator[Side]:
    shape = service.resolve(node)
    # A list or map without a name is known by what it holds.
    owner = node.shape or repr(msgspec.structs.replace(shape, name="", location=""))
    for step, inner in _steps(shape):
        place = (*path, step)
        home = (owner, step)
        for rule in _rules(service.resolve(inner), required=step in shape.required):
            yield Side(place, rule, inner, home)
        if inner.shape not in seen:
            if inner.shape:
                seen.add(inner.shape)
            yield from _within(service, inner, place, seen)


def _steps(shape: Shape) -> Iterator[tuple[str, Shape]]:
    if shape.type == "structure":
        yield from shape.members.items()
    if shape.type == "list" and shape.member:
        yield ITEM, shape.member
    if shape.type == "map" and shape.key and shape.value:
        yield KEY, shape.key
        yield VALUE, shape.value


def _rules(shape: Shape, *, required: bool) -> Iterator[str]:
    if required:
        yield "required"
    yield "type"
    if shape.enum:
        yield "enum"
    if shape.min is not None:
        yield from ("min", "below-min")
    if shape.max is not None:
        yield from ("max", "above-max")
    if shape.pattern:
        yield "pattern"
    if shape.union:
        yield "one-of"
