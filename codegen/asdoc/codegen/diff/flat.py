"""A spec as flat facts: what two specs are compared by, and what a difference is applied to.

A fact is a path and a value. Facts leave out where something was read and in which order it stood; all else of a spec
is there, so that facts that are equal are specs that say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from asdoc.codegen.spec.load import Spec

Path = tuple[str, ...]
Facts = dict[Path, Any]
Entity = tuple[str, str]
"""Kind and name: `("shapes", "Deployment")`."""

SHAPES, OPERATIONS, WAITERS, EXAMPLES, SERVICE = "shapes", "operations", "waiters", "examples", "service"
_TYPE = ("$ref", "type", "format", "contentEncoding", "x-type")
"""What makes up the type of a node. It is one fact: a long is `integer` and `long` at once."""
_INNER = ("items", "additionalProperties", "propertyNames")
_EVIDENCE = {"x-source", "source"}
_SETS = {"errors", "derived"}
"""Lists of an operation whose order tells nothing."""


class Edit(NamedTuple):
    """One fact that is another, or new (`before` is None), or gone (`after` is None)."""

    path: Path
    before: Any
    after: Any


class Rename(NamedTuple):
    """A shape that goes by another name. Renames are applied before edits."""

    before: str
    after: str


def facts(spec: Spec) -> Facts:
    """All facts of a spec, under paths that begin with their entity."""
    return {(*entity, *path): value for entity in entities(spec) for path, value in of_entity(spec, entity).items()}


def entities(spec: Spec) -> Iterator[Entity]:
    """All that has facts, the service itself first."""
    yield SERVICE, ""
    for kind in (OPERATIONS, SHAPES, WAITERS):
        for name in getattr(spec, kind):
            yield kind, name
    for example in spec.examples:
        yield EXAMPLES, example["id"]


def of_entity(spec: Spec, entity: Entity) -> Facts:
    """The facts of one entity. It must be there."""
    kind, name = entity
    if kind == SHAPES:
        return of_shape(spec.shapes[name])
    if kind == OPERATIONS:
        return of_operation(spec.operations[name])
    if kind == WAITERS:
        return of_waiter(spec.waiters[name])
    if kind == EXAMPLES:
        return next(of_example(example) for example in spec.examples if example["id"] == name)
    return {("client",): spec.client, **{("metadata", key): value for key, value in spec.metadata.items()}}


def of_shape(schema: Mapping[str, Any]) -> Facts:
    """The facts of a named shape."""
    return dict(_of_node(schema, ()))


def _of_node(node: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Any]]:
    told = {key: node[key] for key in _TYPE if key in node}
    yield (*path, "type"), told
    for key, value in node.items():
        if key in told or key in _EVIDENCE:
            continue
        if key in ("enum", "required"):
            yield from (((*path, key, item), True) for item in value)
        elif key == "properties":
            for name, member in value.items():
                yield from _of_node(member, (*path, key, name))
        elif key in _INNER:
            yield from _of_node(value, (*path, key))
        elif key in ("x-wire", "x-error"):
            for trait, inner in value.items():
                if trait == "required":
                    yield from (((*path, key, trait, item), True) for item in inner)
                else:
                    yield (*path, key, trait), inner
        else:
            yield (*path, key), value


def of_operation(operation: Mapping[str, Any]) -> Facts:
    """The facts of an operation."""
    found: Facts = {}
    for key, value in operation.items():
        if key in _EVIDENCE:
            continue
        if key in _SETS:
            found.update({(key, item): True for item in value})
        elif key in ("pagination", "wire"):
            found.update({(key, *path): inner for path, inner in _nested(value, depth=1).items()})
        else:
            found[key,] = value
    return found


def of_waiter(waiter: Mapping[str, Any]) -> Facts:
    """The facts of a waiter."""
    return _nested(waiter, depth=2)


def of_example(example: Mapping[str, Any]) -> Facts:
    """The facts of an example."""
    return _nested(example, depth=1)


def _nested(told: Mapping[str, Any], depth: int) -> Facts:
    found: Facts = {}
    for key, value in told.items():
        if key in _EVIDENCE:
            continue
        if depth > 1 and isinstance(value, dict):
            found.update({(key, *path): inner for path, inner in _nested(value, depth - 1).items()})
        else:
            found[key,] = value
    return found


def edits(entity: Entity, before: Facts, after: Facts) -> list[Edit]:
    """What makes the facts of the second those of the first entity, in the order of paths."""
    paths = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return [Edit((*entity, *path), before.get(path), after.get(path)) for path in paths]


def apply(to: Facts, renames: list[Rename], changed: list[Edit]) -> Facts:
    """The facts with the renames and then the edits done. Raises ValueError where an edit does not fit."""
    found = renamed(to, {rename.before: rename.after for rename in renames})
    for edit in changed:
        if found.get(edit.path) not in (edit.before, edit.after):
            raise ValueError(f"{'/'.join(edit.path)} is {found.get(edit.path)!r} and not {edit.before!r}")
        if edit.after is None:
            found.pop(edit.path, None)
        else:
            found[edit.path] = edit.after
    return found


def renamed(told: Facts, names: Mapping[str, str]) -> Facts:
    """The facts with shapes of other names, wherever they stand."""
    if not names:
        return dict(told)
    found: Facts = {}
    for path, value in told.items():
        if path[0] == SHAPES and path[1] in names:
            path = (SHAPES, names[path[1]], *path[2:])
        if path[-1] == "type" and path[0] == SHAPES and isinstance(value, dict) and "$ref" in value:
            value = with_reference(value, names)
        elif path[0] == OPERATIONS and len(path) == 3 and path[2] in ("input", "output"):
            value = names.get(str(value), value)
        found[path] = value
    return found


def with_reference(told: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The type with the name that its shape goes by now."""
    name = target(told)
    return {**told, "$ref": f"#/$defs/{names[name]}"} if name in names else dict(told)


def target(node: Mapping[str, Any]) -> str:
    """The shape that a node refers to; empty where it refers to none."""
    return str(node.get("$ref", "")).removeprefix("#/$defs/")


def split(path: Path) -> tuple[Path, Path]:
    """Of a path within a shape: the way to the node that it is of, and what it is of that node.

    `("properties", "type", "items", "x-wire", "min")` is `x-wire min` of `properties type items`.
    """
    at = 0
    while at < len(path):
        if path[at] in _INNER:
            at += 1
        elif path[at] == "properties":
            at += 2
        else:
            break
    return path[:at], path[at:]


def restored(told: Facts) -> dict[str, dict[str, Any]]:
    """The documents that facts are of, by kind and name, in the order of names: the way back from `facts`."""
    found: dict[str, dict[str, Any]] = {}
    for path, value in sorted(told.items(), key=lambda item: item[0]):
        at: dict[str, Any] = found
        way, leaf = split(path[2:]) if path[0] == SHAPES else ((), path[2:])
        *steps, last = [*path[:2], *way, *leaf]
        listed = len(leaf) > 1 and value is True and steps[-1] in ("enum", "required", *_SETS)
        for step in steps[:-1] if listed else steps:
            at = at.setdefault(step, {})
        if listed:
            at.setdefault(steps[-1], []).append(last)
        elif leaf == ("type",) and isinstance(value, dict):
            at |= value
        else:
            at[last] = value
    return found
