"""Which shapes of two specs stand in each other's place, for whom, and which go by another name.

Shapes are paired by where they stand, not by what they are called: both specs are walked at once, from the requests,
answers and errors of the operations that both have. So a structure under another name is found, and what became of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from asdoc.codegen.spec.load import Spec

from . import flat

INPUT, OUTPUT, ERROR, NOWHERE = "input", "output", "error", ""
"""Who reads what: the service a request, the caller an answer or an error. No operation uses what is nowhere."""
_INNER = ("items", "additionalProperties", "propertyNames")
Shapes = Mapping[str, Any]


class Pair(NamedTuple):
    before: str
    after: str


class Walk(msgspec.Struct):
    """What the walk over both specs found."""

    uses: dict[Pair, dict[str, set[str]]]
    """Of each pair: for which direction, and within which operations."""
    places: dict[tuple[Pair, str], str]
    """Where a pair was met first in a direction: `GetDeployment.output.EventLog[]`."""

    def add(self, pair: Pair, direction: str, operation: str, place: str) -> bool:
        """Note a use; True where it is new."""
        operations = self.uses.setdefault(pair, {}).setdefault(direction, set())
        if operation in operations:
            return False
        operations.add(operation)
        self.places.setdefault((pair, direction), place)
        return True


def walk(old: Spec, new: Spec, operations: Mapping[str, str]) -> Walk:
    """Pair what both specs have. Shapes that only one of them uses, or that neither does, are paired by name.

    `operations` are those that go by another name, by their old one.
    """
    found = Walk({}, {})
    inner = _Edges(old.shapes, new.shapes)
    both = {operations.get(name, name): name for name in old.operations}
    for name in sorted(both.keys() & new.operations.keys()):
        before, after = old.operations[both[name]], new.operations[name]
        for side in (INPUT, OUTPUT):
            if before[side] and after[side]:
                _follow(found, inner, Pair(before[side], after[side]), side, name, f"{name}.{side}")
    for name in sorted(_errors(old) & _errors(new)):
        raising = {key for key, operation in new.operations.items() if name in operation["errors"]}
        for operation in sorted(raising or {""}):
            _follow(found, inner, Pair(name, name), ERROR, operation, name)
    paired = {pair.after for pair in found.uses if pair.before == pair.after}
    alone = sorted((old.shapes.keys() & new.shapes.keys()) - paired)
    if alone:
        _pair_by_name(found, old, new, alone)
    return found


def _follow(found: Walk, edges: _Edges, first: Pair, direction: str, operation: str, place: str) -> None:
    todo = [(first, place)]
    while todo:
        pair, at = todo.pop()
        if found.add(pair, direction, operation, at):
            todo += [(inner, f"{at}{step}") for inner, step in reversed(edges.of(pair))]


class _Edges:
    """Which pairs a pair leads to, and by which member."""

    def __init__(self, old: Shapes, new: Shapes) -> None:
        self._old = old
        self._new = new
        self._known: dict[Pair, list[tuple[Pair, str]]] = {}

    def of(self, pair: Pair) -> list[tuple[Pair, str]]:
        known = self._known.get(pair)
        if known is None:
            known = self._known[pair] = list(_edges(self._old[pair.before], self._new[pair.after]))
        return known


def _edges(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[Pair, str]]:
    others = after.get("properties", {})
    for name, member in before.get("properties", {}).items():
        if name in others:
            yield from _references(member, others[name], f".{name}")


def _references(before: Mapping[str, Any], after: Mapping[str, Any], step: str) -> Iterator[tuple[Pair, str]]:
    if "$ref" in before and "$ref" in after:
        yield Pair(flat.target(before), flat.target(after)), step
    for key in _INNER:
        if key in before and key in after:
            yield from _references(before[key], after[key], step + INSIDE[key])


INSIDE = {"items": "[]", "additionalProperties": "{}", "propertyNames": "{key}"}
"""How a place tells what a list or a map holds."""


def _errors(spec: Spec) -> set[str]:
    return {name for name, shape in spec.shapes.items() if "x-error" in shape}


def _pair_by_name(found: Walk, old: Spec, new: Spec, names: list[str]) -> None:
    """Pair shapes that stand at no place that both specs have: for whoever uses them in either."""
    uses = [uses_of(spec) for spec in (old, new)]
    for name in names:
        pair = Pair(name, name)
        told = [(direction, operation) for use in uses for direction, operation in use.get(name, ())]
        for direction, operation in sorted(told) or [(NOWHERE, "")]:
            found.add(pair, direction, operation, name)


def uses_of(spec: Spec) -> dict[str, set[tuple[str, str]]]:
    """Of each shape that is used: in which direction, and within which operation."""
    found: dict[str, set[tuple[str, str]]] = {}
    inner = {name: sorted(references(shape)) for name, shape in spec.shapes.items()}
    for operation, told in spec.operations.items():
        roots = [(told[side], side) for side in (INPUT, OUTPUT) if told[side]]
        roots += [(error, ERROR) for error in told["errors"]]
        for root, direction in roots:
            todo = [root]
            while todo:
                name = todo.pop()
                if name in spec.shapes and (direction, operation) not in found.setdefault(name, set()):
                    found[name].add((direction, operation))
                    todo += inner[name]
    return found


def references(shape: Mapping[str, Any]) -> set[str]:
    """The shapes that the members of a shape refer to."""
    found: set[str] = set()
    todo = list(shape.get("properties", {}).values())
    while todo:
        node = todo.pop()
        if "$ref" in node:
            found.add(flat.target(node))
        todo += [node[key] for key in _INNER if key in node]
    return found


def renames(walked: Walk, old: Spec, new: Spec) -> list[flat.Rename]:
    """Shapes whose old name is gone, whose new name is new, and which stand where the other stood and nowhere else."""
    pairs = {pair for pair in walked.uses if pair.before not in new.shapes or pair.after not in old.shapes}
    befores: dict[str, set[str]] = {}
    afters: dict[str, set[str]] = {}
    for pair in pairs:
        befores.setdefault(pair.before, set()).add(pair.after)
        afters.setdefault(pair.after, set()).add(pair.before)
    return [
        flat.Rename(pair.before, pair.after)
        for pair in sorted(pairs)
        if pair.before not in new.shapes
        and pair.after not in old.shapes
        and len(befores[pair.before]) == len(afters[pair.after]) == 1
        and ("enum" in old.shapes[pair.before]) == ("enum" in new.shapes[pair.after])
    ]
