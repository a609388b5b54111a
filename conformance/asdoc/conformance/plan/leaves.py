"""Walking a documented value: every literal in it, with its place and its type."""

from __future__ import annotations

from typing import Any, NamedTuple

from asdoc.runtime.schema import Service, Shape


class Key(NamedTuple):
    """The step of a path that means the key of a map entry itself, not its value."""

    name: str


Path = tuple[str | int | Key, ...]

_UNKNOWN = Shape()


class Leaf(NamedTuple):
    path: Path
    value: Any
    member: str
    """Name of the nearest structure member above, or of the map entry."""
    shape: Shape
    """Resolved; the empty shape where the table does not know the place."""


def is_special(value: Any) -> bool:
    """Whether a JSON object is one documented value (`$datetime`, `$bytes`) and no structure."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith("$")


def leaves(service: Service, shape: str, tree: Any) -> list[Leaf]:
    """All literals of a documented input or output, in the order of the page. Empty lists and maps count too."""
    found: list[Leaf] = []
    if tree:
        _walk(service, service.shapes.get(shape, _UNKNOWN), tree, (), "", found)
    return found


def _walk(service: Service, node: Shape, value: Any, path: Path, member: str, found: list[Leaf]) -> None:
    shape = service.resolve(node)
    if isinstance(value, dict) and value and not is_special(value):
        is_map = shape.type == "map"
        for name, item in value.items():
            if is_map:
                key = service.resolve(shape.key) if shape.key else _UNKNOWN
                found.append(Leaf((*path, Key(name)), name, member, key))
                _walk(service, shape.value or _UNKNOWN, item, (*path, name), name, found)
            else:
                _walk(service, shape.members.get(name, _UNKNOWN), item, (*path, name), name, found)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            _walk(service, shape.member or _UNKNOWN, item, (*path, index), member, found)
    else:
        found.append(Leaf(path, value, member, shape))


def copied(tree: Any) -> Any:
    """A tree of dictionaries and lists that can be changed without changing the one it was made from."""
    if isinstance(tree, dict):
        return {name: copied(item) if isinstance(item, dict | list) else item for name, item in tree.items()}
    if isinstance(tree, list):
        return [copied(item) if isinstance(item, dict | list) else item for item in tree]
    return tree


def at(tree: Any, path: Path) -> Any:
    """The value at a path. Raises LookupError where there is none."""
    for step in path:
        if isinstance(step, Key):
            if not isinstance(tree, dict) or step.name not in tree:
                raise LookupError(pointer(path))
            tree = step.name
        elif isinstance(step, int):
            if not isinstance(tree, list) or step >= len(tree):
                raise LookupError(pointer(path))
            tree = tree[step]
        else:
            if not isinstance(tree, dict) or step not in tree:
                raise LookupError(pointer(path))
            tree = tree[step]
    return tree


def pointer(path: Path) -> str:
    """A path as JSON Pointer; a map's key is told as the entry it names."""
    parts = [part.name if isinstance(part, Key) else str(part) for part in path]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
