"""Which places of different age document the same shape, so that the older takes the newest's reading.

The wire source has a name for each shape. Without one, a structure of an older page is that of a newer page where

- the newer has all its members, of the same types, and at least its values of enums: AWS adds, and seldom removes;
- both stand under the same name, or are the whole answers of operations on the same noun;
- for members that were added: it had at least four, and has not doubled;
- and no page that documents both tells them apart.

Where two readings of the newer pages fit and differ, neither is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from asdoc.codegen.pages.facts import AnyPage, Node
from asdoc.codegen.pages.source import Text

from . import names
from .ages import compare, surplus

_FEWEST = 4


class Place(NamedTuple):
    """A structure or an enum somewhere in the input or the output of an operation."""

    operation: str
    side: str
    path: tuple[str, ...]
    node: Node
    page: AnyPage
    """Where the place was read."""
    text: Text
    wire: str
    """Name of its shape in the wire source; empty without one."""

    @property
    def name(self) -> str:
        """The nearest member's name above; empty for a whole answer."""
        return next((names.singular(part[1:]) for part in reversed(self.path) if part[0] == "."), "")


Pairs = Iterator[tuple[Place, Place]]


def walk(root: Node) -> Iterator[tuple[tuple[str, ...], Node]]:
    """(path, node) from the outside in: `.State` a member, `[]` an element, `{key}` a key, `{}` a value."""
    todo: list[tuple[tuple[str, ...], Node]] = [((), root)]
    while todo:
        path, node = todo.pop()
        yield path, node
        for part, inner in (("{}", node.value), ("{key}", node.key), ("[]", node.member)):
            if inner is not None:
                todo.append(((*path, part), inner))
        todo.extend(((*path, "." + name), child) for name, child in reversed(node.members.items()))


def at(root: Node | None, path: Iterable[str]) -> Node | None:
    """The node at a path of `walk`; None where there is none."""
    for part in path:
        if root is None:
            return None
        if part == "[]":
            root = root.member
        elif part in ("{}", "{key}"):
            root = root.value if part == "{}" else root.key
        else:
            root = root.members.get(part[1:])
    return root


def wire_names(shapes: dict[str, Any], root: str, node: Node) -> dict[int, str]:
    """The wire source's names of the shapes of a tree, by the identity of the node."""
    found: dict[int, str] = {}
    todo = [(node, root)]
    while todo:
        here, name = todo.pop()
        shape = shapes.get(name)
        if shape is None:
            continue
        found[id(here)] = name
        for member, child in here.members.items():
            todo.append((child, shape.get("members", {}).get(member, {}).get("shape", "")))
        for part in ("member", "key", "value"):
            if (inner := getattr(here, part)) is not None:
                todo.append((inner, shape.get(part, {}).get("shape", "")))
    return found


def by_wire(places: Sequence[Place]) -> Pairs:
    """(older, newest) of the places that the wire source calls the same and that differ."""
    groups: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places:
        if place.wire:
            groups[place.wire].append(place)
    for group in groups.values():
        if len({place.page.edition for place in group}) > 1:
            for older in group:
                newer = [place for place in group if is_newer(place, older)]
                if newer and (chosen := _newest(newer)) is not None:
                    yield older, chosen


def by_structure(places: Sequence[Place], apart: Callable[[Place, Place], bool]) -> Pairs:
    """(older, newest) of the structures that are the same by the rule above; `apart` says what pages tell apart."""
    by_name: defaultdict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in places:
        if place.node.type == "structure" and place.node.members and not (place.side == "input" and not place.path):
            by_name[place.name, place.name or names.noun(place.operation)].append(place)
    for group in by_name.values():
        if len({place.page.edition for place in group}) > 1:
            for older in group:
                newer = [
                    place
                    for place in group
                    if is_newer(place, older) and _fits(older.node, place.node) and not apart(older, place)
                ]
                if newer and (chosen := _newest(newer)) is not None:
                    yield older, chosen


def is_newer(one: Place, other: Place) -> bool:
    """Whether `one` was read on a newer page; of pages without a day, on one that strictly knows more."""
    if one.page.edition == other.page.edition:
        return False
    known = compare(one.page, other.page)
    return known > 0 or (known == 0 and not one.page.date and surplus(one.node, other.node) == (True, False))


def _newest(places: list[Place]) -> Place | None:
    """The one that none is newer than; None where several are and differ."""
    best = [place for place in places if not any(is_newer(other, place) for other in places)]
    best.sort(key=lambda place: (place.page.path, place.operation, place.side, place.path))
    return best[0] if best and not any(any(surplus(place.node, best[0].node)) for place in best[1:]) else None


def _fits(old: Node, new: Node) -> bool:
    todo = [(old, new)]
    while todo:
        mine, theirs = todo.pop()
        if mine.open or theirs.open or mine.recursive != theirs.recursive or mine.type != theirs.type:
            return False
        if bool(mine.enum) != bool(theirs.enum) or not set(mine.enum) <= set(theirs.enum):
            return False
        added = len(theirs.members) - len(mine.members)
        if added and (len(mine.members) < _FEWEST or added >= len(mine.members)):
            return False
        for name, child in mine.members.items():
            if name not in theirs.members:
                return False
            todo.append((child, theirs.members[name]))
        for one, other in ((mine.member, theirs.member), (mine.key, theirs.key), (mine.value, theirs.value)):
            if one is not None and other is not None:
                todo.append((one, other))
            elif one is not other:
                return False
    return True
