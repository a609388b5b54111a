"""All changes between two specs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from asdoc.codegen.spec.load import Spec

from . import addresses, alike, flat, pairs, whole
from .change import Change, Draft, ordered, pointer
from .flat import Facts, Rename
from .members import Compared, differences
from .pairs import NOWHERE, Pair


def changes(old: Spec, new: Spec) -> tuple[Change, ...]:
    """Every change that makes the old spec the new one, the worst first. Two specs that say the same have none.

    Together the changes hold every fact that differs: `applied` does them. Where and in which order something was read
    is no fact.
    """
    operations = alike.operations(old, new)
    walked = pairs.walk(old, new, operations)
    renames = pairs.renames(walked, old, new)
    renamed = with_names(old, {rename.before: rename.after for rename in renames})
    if renames:
        walked = pairs.walk(renamed, new, operations)
    drafts = [*whole.service(old, new), *_operations(renamed, new, operations)]
    drafts += whole.waiters(old, new)
    drafts += whole.examples(old, new)
    drafts += _shapes(renamed, new, walked)
    uses = pairs.uses_of(new)
    drafts += [_renamed(rename, uses) for rename in renames]
    drafts += _fold(drafts, renamed, new)
    addresses.settle(drafts, renamed, new)
    return ordered(draft.done(new.service) for draft in _merged(drafts))


def applied(old: Spec, found: Iterable[Change]) -> Facts:
    """The facts of the old spec with the changes done: those of the new one, if all changes are given."""
    found = list(found)
    renames = [rename for change in found for rename in change.renames]
    return flat.apply(flat.facts(old), renames, [edit for change in found for edit in change.edits])


def with_names(spec: Spec, names: Mapping[str, str]) -> Spec:
    """The spec with shapes of other names."""
    if not names:
        return spec
    return msgspec.structs.replace(
        spec,
        shapes={names.get(name, name): _node(shape, names) for name, shape in spec.shapes.items()},
        operations={
            name: {**told, **{side: names.get(told[side], told[side]) for side in ("input", "output")}}
            for name, told in spec.operations.items()
        },
    )


def _node(node: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    told = flat.with_reference(node, names) if "$ref" in node else dict(node)
    for key in ("items", "additionalProperties", "propertyNames"):
        if key in told:
            told[key] = _node(told[key], names)
    if "properties" in told:
        told["properties"] = {name: _node(member, names) for name, member in told["properties"].items()}
    return told


def _operations(old: Spec, new: Spec, names: Mapping[str, str]) -> list[Draft]:
    found: list[Draft] = []
    came = new.operations.keys() - old.operations.keys()
    required = {name: "required" in shape for name, shape in new.shapes.items()}
    for name in sorted(old.operations):
        before = old.operations[name]
        if name in new.operations:
            found += whole.operation(name, before, new.operations[name], required)
        elif name in names:
            found += _renamed_operation(name, names[name], old, new, required)
        else:
            found.append(whole.gone_or_new(name, before, came=False))
    for name in sorted(came - set(names.values())):
        found.append(whole.gone_or_new(name, new.operations[name], came=True))
    return found


def _renamed_operation(first: str, second: str, old: Spec, new: Spec, required: Mapping[str, bool]) -> list[Draft]:
    before, after = old.operations[first], new.operations[second]
    gone, came = whole.gone_or_new(first, before, came=False), whole.gone_or_new(second, after, came=True)
    rename = Draft(
        rule="operation-renamed",
        subject=second,
        pointer=came.pointer,
        operations={second},
        before=first,
        after=second,
        derived=True,
        edits=[*gone.edits, *came.edits],
    )
    names = {key: after[key] for key in ("name", "method", "documentation")}
    found = whole.operation(second, {**before, **names}, after, required)
    for draft in found:  # the facts themselves are part of the rename
        draft.edits, draft.derived = [], True
    return [rename, *found]


def _shapes(old: Spec, new: Spec, walked: pairs.Walk) -> list[Draft]:
    """The changes of all shapes that stand in each other's place, by direction."""
    drafts: list[Draft] = []
    gone: list[alike.Member] = []
    came: list[alike.Member] = []
    merged: set[int] = set()
    for pair in sorted(walked.uses):
        first, second = old.shapes[pair.before], new.shapes[pair.after]
        if first == second:
            continue
        before, after = flat.of_shape(first), flat.of_shape(second)
        if before == after:
            continue
        for direction in sorted(walked.uses[pair]):
            compared = Compared(pair, direction, _name(walked, pair, direction), before, after, old.shapes, new.shapes)
            found = differences(compared)
            for draft in found:
                draft.operations = set(walked.uses[pair][direction])
                draft.place = walked.places[pair, direction] + draft.subject.removeprefix(compared.name)
                if pair.before != pair.after:
                    draft.edits, draft.derived = [], True
            parted = [_members(compared, found, rule) for rule in ("-member-removed", "-added")]
            merged |= alike.settle(*parted)
            gone += parted[0]
            came += [member for member in parted[1] if id(member.draft) not in merged]
            drafts += found
    added = {name: new.shapes[name] for name in new.shapes.keys() - old.shapes.keys()}
    merged |= alike.moved(gone, came, added)
    return [draft for draft in drafts if id(draft) not in merged]


def _name(walked: pairs.Walk, pair: Pair, direction: str) -> str:
    """What a change calls a structure: by its name, or by where it stands if the two specs call it differently."""
    return pair.after if pair.before == pair.after else walked.places[pair, direction]


def _members(compared: Compared, drafts: list[Draft], rule: str) -> list[alike.Member]:
    """The members of a structure that are gone, or new."""
    came = rule != "-member-removed"
    facts = compared.after if came else compared.before
    found: list[alike.Member] = []
    if compared.direction == NOWHERE:
        return found
    for draft in drafts:
        name = draft.subject.removeprefix(f"{compared.name}.")
        if not draft.rule.endswith(rule) or ("properties", name, "type") not in facts:
            continue
        told, wire = alike.anonymous(facts, ("properties", name))
        required = any((*leaf, name) in facts for leaf in (("required",), ("x-wire", "required")))
        found.append(alike.Member(draft, compared.name, name, told, wire, required))
    return found


def _renamed(rename: Rename, uses: Mapping[str, set[tuple[str, str]]]) -> Draft:
    return Draft(
        rule="shape-renamed",
        subject=rename.after,
        pointer=pointer("shapes.json", "$defs", rename.after),
        operations={operation for _, operation in uses.get(rename.after, ())},
        before=rename.before,
        after=rename.after,
        derived=True,
        renames=[rename],
    )


def _fold(drafts: list[Draft], old: Spec, new: Spec) -> list[Draft]:
    """Give the facts of shapes that came or went to the first change that refers to them; returns the rest."""
    found: list[Draft] = []
    for spec, other, came in ((old, new, False), (new, old, True)):
        left = spec.shapes.keys() - other.shapes.keys()
        for draft in sorted(drafts, key=lambda draft: draft.key):
            todo = [name for edit in draft.edits for name in _referred(edit.path, edit.after if came else edit.before)]
            while todo:
                name = todo.pop()
                if name in left:
                    left.discard(name)
                    draft.edits += _facts(name, spec, came=came)
                    todo += pairs.references(spec.shapes[name])
        for name in sorted(left):
            found.append(
                Draft(
                    rule="shape-added" if came else "shape-removed",
                    subject=name,
                    pointer=pointer("shapes.json", "$defs", name),
                    edits=_facts(name, spec, came=came),
                )
            )
    return found


def _facts(name: str, spec: Spec, *, came: bool) -> list[flat.Edit]:
    told = flat.of_shape(spec.shapes[name])
    return flat.edits((flat.SHAPES, name), {} if came else told, told if came else {})


def _referred(path: flat.Path, value: Any) -> list[str]:
    """The shapes that a fact refers to."""
    if value is None:
        return []
    if path[0] == flat.OPERATIONS:
        return [value] if path[2] in ("input", "output") else [path[3]] if path[2] == "errors" else []
    return [flat.target(value)] if path[-1] == "type" and isinstance(value, dict) and "$ref" in value else []


def _merged(drafts: Iterable[Draft]) -> Iterable[Draft]:
    """One change of those that say the same of the same."""
    found: dict[object, Draft] = {}
    for draft in drafts:
        first = found.setdefault(draft.key, draft)
        if first is not draft:
            first.edits += draft.edits
            first.operations |= draft.operations
    return found.values()
