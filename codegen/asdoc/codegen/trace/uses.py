"""What else touches a fact: documented calls, statements, changes made by hand, and readings that were set aside."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from asdoc.codegen.spec import Spec, patch
from asdoc.runtime.errors import AsdocError

from .at_hand import Pages
from .find import find
from .lines import pointer
from .readings import parse, reading
from .subject import Subject, target_of, users
from .values import Override, Patch, Place, Reading

Placing = Callable[[str, str], Place]
"""(file of the spec, pointer into it) -> where that is."""
_ROOTS = {"input": "params", "output": "output"}
_TELLS = {"told": "tells it", "untold": "does not tell it", "string": "a string, no values"}


def operations_of(spec: Spec, subject: Subject) -> Sequence[str]:
    """The operations that have the subject."""
    if subject.operation:
        return (subject.operation,)
    return users(spec, subject.shape) if subject.shape else ()


def example_uses(spec: Spec, subject: Subject, operations: Collection[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(index, pointers into it) of each example that touches the subject; no pointers where all of it does.

    `operations` are those of the subject.
    """
    for index, example in enumerate(spec.examples):
        if subject.kind == "example":
            if example["id"] == subject.name:
                yield index, ()
        elif subject.kind == "operation":
            if example["operation"] == subject.operation:
                yield index, ()
        elif example["operation"] in operations and subject.kind in ("member", "shape", "value"):
            told = spec.operations[example["operation"]]
            found = tuple(
                at
                for side, key in _ROOTS.items()
                if told[side] and example[key] is not None and subject.side in ("", side)
                for at in _within(spec, subject, told[side], example[key], f"/{key}")
            )
            if found:
                yield index, found


def _within(spec: Spec, subject: Subject, shape: str, value: Any, root: str) -> Iterator[str]:
    """Pointers to what a documented value holds of the subject."""
    todo: list[tuple[dict[str, Any], Any, str, str, tuple[str, str]]] = [
        ({"$ref": f"#/$defs/{shape}"}, value, root, "", ("", ""))
    ]
    while todo:
        schema, told, at, path, owner = todo.pop()
        name = target_of(schema)
        if name:
            schema = spec.shapes[name]
        if _is(subject, owner, name, path, told):
            yield at
        if isinstance(told, dict) and "properties" in schema:
            for member, inner in reversed(told.items()):
                if member in schema["properties"]:
                    deeper = f"{path}.{member}" if path else member
                    todo.append(
                        (schema["properties"][member], inner, at + pointer(member), deeper, (name or owner[0], member))
                    )
        elif isinstance(told, list) and "items" in schema:
            todo += [
                (schema["items"], inner, f"{at}/{index}", path + "[]", owner)
                for index, inner in reversed(list(enumerate(told)))
            ]
        elif isinstance(told, dict) and "additionalProperties" in schema:
            todo += [
                (schema["additionalProperties"], inner, at + pointer(key), path + "{}", owner)
                for key, inner in reversed(told.items())
            ]


def _is(subject: Subject, owner: tuple[str, str], shape: str, path: str, told: Any) -> bool:
    if subject.kind == "value":
        if told != subject.value:
            return False
        return path.rstrip("[]{}") == subject.path.rstrip("[]{}") if subject.operation else shape == subject.shape
    if subject.operation:
        return path == subject.path
    if subject.kind == "shape":
        return shape == subject.shape
    return owner == (subject.shape, subject.member) and not path.endswith(("[]", "{}"))


def statement_uses(
    spec: Spec, subject: Subject, operations: Collection[str], readings: Iterable[Reading]
) -> Iterator[tuple[int, str]]:
    """(index, why) of each statement that names the subject or was read where it was."""
    places = {(reading.page, line) for reading in readings for line in (reading.line, reading.explained) if line}
    word = re.compile(rf"(?<!\w){re.escape(subject.value or subject.member or subject.shape)}(?!\w)")
    for index, statement in enumerate(spec.statements.get("statements", [])):
        if subject.kind == "statement":
            if statement["id"] == subject.name:
                yield index, "itself"
            continue
        mine = any(operation in operations for operation in statement.get("operations", ()))
        if mine and subject.kind == "operation":
            yield index, "is about it"
        elif mine and subject.kind in ("member", "shape", "value", "error") and word.search(_words(statement)):
            yield index, "names it"
        elif any(parse(source)[:2] in places for source in _listed(statement["source"])):
            yield index, "same line"


def _words(statement: Mapping[str, Any]) -> str:
    """All that a statement says, and how it is tried."""
    words: list[str] = []
    todo: list[Any] = [{key: held for key, held in statement.items() if key not in ("id", "source", "operations")}]
    while todo:
        held = todo.pop()
        if isinstance(held, dict):
            words += map(str, held)
            todo += held.values()
        elif isinstance(held, list):
            todo += held
        else:
            words.append(str(held))
    return "\n".join(words)


def patches(
    spec: Spec, subject: Subject, readings: Iterable[Reading], examples: Mapping[int, tuple[str, ...]], place: Placing
) -> Iterator[Patch]:
    """Changes of what the subject is, and errata of the examples that touch it where they are about it.

    `examples` are those that `example_uses` found.
    """
    places = {(reading.page, line) for reading in readings for line in (reading.line, reading.explained) if line}
    for number, entry in enumerate(spec.patches):
        for step, change in enumerate(entry["patch"]):
            if change["op"] == "test":
                continue
            at = place("patches.json", f"/{number}/patch/{step}")
            if entry["file"] == subject.file and _touches(change["path"], subject.pointer):
                yield from _errata(change, entry, at)
            elif entry["file"] == "examples.json":
                index = int(patch.tokens(change["path"])[1])
                if index in examples:
                    yield from (
                        told
                        for told, about in zip(_errata(change, entry, at), _about(change, entry), strict=True)
                        if not examples[index] or _concerns(about, examples[index], places)
                    )


def _touches(path: str, other: str) -> bool:
    return f"{path}/".startswith(f"{other}/") or f"{other}/".startswith(f"{path}/")


def _errata(change: Mapping[str, Any], entry: Mapping[str, Any], at: Place) -> Iterator[Patch]:
    for about in _about(change, entry):
        yield Patch(
            id=about.get("id", change["path"]),
            reason=about["reason"],
            evidence=tuple(_listed(about["evidence"])),
            at=at,
        )


def _about(change: Mapping[str, Any], entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The errata that a change adds, or else the change itself with the reason of its entry."""
    value = change.get("value")
    if change["path"].endswith("/errata") and isinstance(value, list):
        return [{"evidence": entry["evidence"], **erratum} for erratum in value]
    return [{"reason": entry["reason"], "evidence": entry["evidence"]}]


def _concerns(erratum: Mapping[str, Any], uses: tuple[str, ...], places: set[tuple[str, int]]) -> bool:
    """Whether an erratum changes what the example has of the subject, or rests on the same line."""
    changed = [
        change["path"]
        for reading in [erratum, *erratum.get("readings", ())]
        for change in [*reading.get("changes", ()), *reading.get("setup", ())]
    ]
    if any(_touches(path, use) for path in changed for use in uses):
        return True
    return any(parse(source)[:2] in places for source in _listed(erratum["evidence"]))


def overrides(spec: Spec, subject: Subject, pages: Pages, place: Placing) -> Iterator[Override]:
    """Readings of the fact, or of the same shape elsewhere, that were set aside."""
    for number, entry in enumerate(spec.sources.get("conflicts", [])):
        if not _set_aside(spec, subject, entry):
            continue
        kept = _beside(entry["of"], entry["kept"], entry["aside"])
        yield Override(
            fact=entry["at"],
            of=entry["of"],
            kept=kept,
            by=reading(spec, pages, entry["by"], kept) if "by" in entry else None,
            aside=tuple(
                reading(spec, pages, source, _beside(entry["of"], aside, [entry["kept"]]))
                for aside, sources in entry["aside"].items()
                for source in sources
            ),
            why=entry.get("why", ""),
            rule=entry.get("rule", ""),
            at=place("sources.json", pointer("conflicts", number)),
        )


def _beside(of: str, told: str, others: Iterable[str]) -> str:
    """A reading beside `others` of the same fact: of long lists only the difference."""
    if of != "enum" or "|" not in told:
        return _TELLS.get(told, told)
    own = told.split("|")
    their = [value for other in others for value in other.split("|")]
    more = [value for value in own if value not in their]
    less = [value for value in dict.fromkeys(their) if value not in own]
    words = [f"{verb} {', '.join(values)}" for verb, values in (("knows", more), ("does not know", less)) if values]
    return "; ".join(words) or f"{len(own)} values in another order"


def _set_aside(spec: Spec, subject: Subject, entry: Mapping[str, Any]) -> bool:
    at, of = entry["at"], entry["of"]
    if subject.kind == "operation":
        return bool(at == subject.name or at.startswith(f"{subject.name}."))
    if subject.kind == "error":
        return bool(of == "error" and at == f"{subject.operation}.{subject.shape}")
    if subject.kind == "example":
        return bool(of == "examples" and at == subject.operation)
    if subject.kind not in ("member", "shape", "value"):
        return False
    if subject.kind == "value" and of not in ("enum", "member"):
        return False
    if at == subject.name:
        return True
    try:
        other = find(spec, at)
    except AsdocError:
        return False  # what was dropped is no fact of the spec any more
    if subject.kind == "member":
        return (other.shape, other.member) == (subject.shape, subject.member)
    return subject.shape in (other.shape if other.kind == "shape" else "", target_of(other.node))


def changes(spec: Spec, subject: Subject, pages: Pages) -> Iterator[Reading]:
    """What dated pages say of the past of an operation, or of its member: that it was new or updated on that day."""
    for told in spec.sources.get("changes", {}).get(subject.operation, ()):
        own = f"{subject.side}.{subject.path}"
        of_member = subject.kind == "member" and any(
            added == own or added.startswith((f"{own}.", f"{own}[", f"{own}{{")) for added in told["added"]
        )
        if subject.kind == "operation" or of_member:
            for source in told["source"]:
                yield reading(spec, pages, source, f"{told['kind']} on this day")


def _listed(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
