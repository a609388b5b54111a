"""Operations that go by another name, and members that were renamed or moved, where the facts allow to say so.

Each is derived: a name is gone, another came, and what stands under both is the same. Where there are two ways to see
it, neither is said, and the one stays gone and the other new.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from asdoc.codegen.spec.load import Spec

from . import flat
from .change import Draft
from .flat import Facts
from .pairs import references

_LIKE = {True: 0.5, False: 0.75}
"""How alike names must be (difflib's ratio) where a shape of its own speaks for it that they are one member, and where
a simple type does."""
_NAMES = {("x-wire", "name"), ("x-wire", "shape"), ("x-wire", "member"), ("x-wire", "queryName")}


class Member(NamedTuple):
    """A member that is gone or new, with what is known of it."""

    draft: Draft
    shape: str
    name: str
    facts: Facts
    """Without the names that it goes by."""
    wire: str
    """Its name on the wire, where that is told."""
    required: bool


def operations(old: Spec, new: Spec) -> dict[str, str]:
    """Operations that are gone, and the new ones that they are now."""
    gone, came = sorted(old.operations.keys() - new.operations.keys()), new.operations.keys() - old.operations.keys()
    befores = {name: _marks(old, name) for name in gone}
    afters = {name: _marks(new, name) for name in sorted(came)}
    found: dict[str, str] = {}
    for name, marks in befores.items():
        likely = [other for other, told in afters.items() if marks & told]
        if len(likely) == 1 and sum(bool(marks & afters[likely[0]]) for marks in befores.values()) == 1:
            found[name] = likely[0]
    return found


def _marks(spec: Spec, name: str) -> set[object]:
    """What an operation is known by, besides its name: its address, and all that it takes and answers."""
    operation = spec.operations[name]
    marks: set[object] = set()
    wire = operation.get("wire", {})
    if wire.get("uri", "/") not in ("", "/"):
        marks.add((wire["method"], wire["uri"].partition("?")[0]))
    sides = [_inside(spec, operation[side]) for side in ("input", "output")]
    if all(sides):
        marks.add(tuple(sides))
    return marks


def _inside(spec: Spec, shape: str) -> frozenset[tuple[object, ...]]:
    """The members of a request or answer with their types, under names of shapes that do not tell the operation."""
    told = spec.shapes.get(shape, {}).get("properties", {})
    return frozenset((name, str(_plain(member))) for name, member in told.items())


def _plain(node: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted((key, str(value)) for key, value in node.items() if key not in ("x-source", "x-wire"))


def settle(gone: list[Member], came: list[Member]) -> set[int]:
    """Make renames of what is gone and new in one structure; returns the ids of drafts that are part of others now."""
    merged: set[int] = set()
    pairs = [(first, second) for first in gone for second in came if _renamed(first, second)]
    for first, second in pairs:
        if sum(first is other for other, _ in pairs) > 1 or sum(second is other for _, other in pairs) > 1:
            continue
        draft = first.draft
        draft.rule = draft.rule.replace("-member-removed", "-member-renamed")
        draft.before, draft.after = first.draft.subject, second.draft.subject
        draft.subject, draft.pointer = second.draft.subject, second.draft.pointer
        draft.derived = True
        draft.edits += second.draft.edits
        merged.add(id(second.draft))
    return merged


def _renamed(first: Member, second: Member) -> bool:
    if first.shape != second.shape or first.facts != second.facts or first.required != second.required:
        return False
    if first.wire and first.wire == second.wire:
        return True
    names = [member.name.replace("_", "").replace("-", "").casefold() for member in (first, second)]
    like = difflib.SequenceMatcher(a=names[0], b=names[1]).ratio()
    return like >= _LIKE["$ref" in first.facts[("type",)]]


def moved(gone: list[Member], came: list[Member], added: Mapping[str, Mapping[str, Any]]) -> set[int]:
    """Make moves of what is gone in one structure and new, under the same name, in another that the same calls use.

    `added` are new shapes: what they hold came with them. Returns the ids of the drafts that are now part of others.
    """
    merged: set[int] = set()
    for first in gone:
        if not first.draft.rule.endswith("-member-removed"):
            continue
        targets = [second for second in came if _moved(first, second) and id(second.draft) not in merged]
        rivals = [other for other in gone if any(_moved(other, second) for second in targets)]
        if len(targets) == 1 and len(rivals) == 1:
            (second,) = targets
            _move(first.draft, second.draft.subject)
            first.draft.pointer = second.draft.pointer
            first.draft.edits += second.draft.edits
            merged.add(id(second.draft))
        elif not targets:
            inside = sorted(
                {place for second in came if _together(first, second) for place in _within(first, second, added)}
            )
            if len(inside) == 1:
                _move(first.draft, inside[0])
    return merged


def _move(draft: Draft, to: str) -> None:
    draft.rule = draft.rule.replace("-member-removed", "-member-moved")
    draft.before, draft.after = draft.subject, to
    draft.derived = True


def _together(first: Member, second: Member) -> bool:
    return first.draft.direction == second.draft.direction and bool(first.draft.operations & second.draft.operations)


def _moved(first: Member, second: Member) -> bool:
    return (
        first.shape != second.shape
        and first.name == second.name
        and first.facts == second.facts
        and _together(first, second)
    )


def _within(first: Member, second: Member, added: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    """Where the member that is gone stands in the new shapes that a new member refers to."""
    todo = [flat.target(value) for leaf, value in second.facts.items() if leaf[-1:] == ("type",) and "$ref" in value]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen or name not in added:
            continue
        seen.add(name)
        member = added[name].get("properties", {}).get(first.name)
        if member is not None and anonymous(flat.of_shape(member), ())[0] == first.facts:
            yield f"{name}.{first.name}"
        todo += references(added[name])


def anonymous(facts: Facts, way: flat.Path) -> tuple[Facts, str]:
    """The facts of the node at the end of a way without the names that it goes by, and its name on the wire."""
    size = len(way)
    inside = {path[size:]: value for path, value in facts.items() if path[:size] == way}
    kept = {path: value for path, value in inside.items() if path not in _NAMES}
    return kept, str(inside.get(("x-wire", "name"), ""))
