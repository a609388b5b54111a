"""What is to be traced: the text that a user gives, found in a spec."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from asdoc.codegen.spec import Spec, patch
from asdoc.runtime.errors import AsdocError

from .lines import pointer

SIDES = ("input", "output")
_PREFIX = "#/$defs/"
_INNER = {"[]": "items", "{}": "additionalProperties", "{key}": "propertyNames"}
_STEP = re.compile(r"(.*?)((?:\[\]|\{\}|\{key\})*)")
_MANY = 12


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


def find(spec: Spec, specs: Path, fact: str) -> Subject:
    """The subject that `fact` names. Raises AsdocError, with names that are like it, where it names none."""
    if "/" in fact or "#" in fact:
        return _by_pointer(spec, specs, fact)
    for index, statement in enumerate(spec.statements.get("statements", [])):
        if statement["id"] == fact:
            return Subject("statement", fact, "statements.yaml", pointer("statements", index), statement)
    for index, example in enumerate(spec.examples):
        if example["id"] == fact:
            at = pointer("examples", index)
            return Subject("example", fact, "examples.json", at, example, operation=example["operation"])
    path, equals, value = fact.partition("=")
    subject = _by_path(spec, specs, path)
    return _value(spec, specs, subject, value) if equals else subject


def target_of(schema: dict[str, Any]) -> str:
    """The name of the shape that a schema refers to; empty where its type is inline."""
    return str(schema.get("$ref", "")).removeprefix(_PREFIX)


def within(spec: Spec, shape: str) -> set[str]:
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
        todo += [schema[key] for key in _INNER.values() if key in schema]
    return found


def users(spec: Spec, shape: str) -> list[str]:
    """The operations that take, give or raise the shape, at whatever depth."""
    return [
        name
        for name, operation in spec.operations.items()
        if shape in operation["errors"] or any(shape in within(spec, operation[side]) for side in SIDES)
    ]


def _by_path(spec: Spec, specs: Path, path: str) -> Subject:
    head, *rest = path.split(".")
    operation = head if head in spec.operations else _by_method(spec, head)
    if operation:
        return _of_operation(spec, specs, operation, rest)
    if head in spec.shapes:
        return _of_shape(spec, specs, head, rest)
    if head in spec.waiters and not rest:
        return Subject(
            "waiter", head, "operations.json", pointer("waiters", head), spec.waiters[head],
            operation=spec.waiters[head]["operation"],
        )  # fmt: skip
    raise _unknown(spec, specs, path, _names(spec))


def _by_method(spec: Spec, name: str) -> str:
    return next((operation for operation, told in spec.operations.items() if told["method"] == name), "")


def _of_operation(spec: Spec, specs: Path, operation: str, rest: list[str]) -> Subject:
    told = spec.operations[operation]
    at = pointer("operations", operation)
    if not rest:
        return Subject("operation", operation, "operations.json", at, told, operation)
    if rest[0] == "errors" and len(rest) == 2:
        if rest[1] not in told["errors"]:
            raise _unknown(
                spec, specs, ".".join([operation, *rest]), [f"{operation}.errors.{e}" for e in told["errors"]]
            )
        return Subject(
            "error", f"{operation}.errors.{rest[1]}", "operations.json",
            f"{at}/errors/{told['errors'].index(rest[1])}", told, operation, shape=rest[1],
        )  # fmt: skip
    sides = [rest[0]] if rest[0] in SIDES and not _is_member(spec, told, rest[0]) else list(SIDES)
    names = rest[1:] if len(sides) == 1 else rest
    found = [
        subject
        for side in sides
        if told[side] and (subject := _descend(spec, told[side], names, operation=operation, side=side)) is not None
    ]
    if not found:
        known = [
            f"{operation}.{side}.{name}"
            for side in SIDES
            if told[side]
            for name in _paths(spec, told[side], len(names))
        ]
        raise _unknown(spec, specs, ".".join([operation, *rest]), known)
    others = tuple(f"Of the same name: {other.name}" for other in found[1:])
    return found[0]._replace(notes=others)


def _is_member(spec: Spec, told: dict[str, Any], name: str) -> bool:
    """Whether a member is itself called `input` or `output`."""
    return any(told[side] and name in spec.shapes[told[side]]["properties"] for side in SIDES)


def _of_shape(spec: Spec, specs: Path, shape: str, rest: list[str]) -> Subject:
    subject = _descend(spec, shape, rest)
    if subject is None:
        known = [f"{shape}.{name}" for name in _paths(spec, shape, len(rest))]
        raise _unknown(spec, specs, ".".join([shape, *rest]), known)
    return subject


def _descend(spec: Spec, shape: str, names: list[str], operation: str = "", side: str = "") -> Subject | None:
    """The member at the end of `names`; lists and maps on the way need not be told."""
    prefix = f"{operation}.{side}" if operation else shape
    schema, at, path, owner, member = spec.shapes[shape], pointer("$defs", shape), "", shape, ""
    for number, name in enumerate(names):
        if number:
            owner, schema, at, path = _structure(spec, owner, schema, at, path)
        match = _STEP.fullmatch(name)
        member, suffixes = match.groups() if match is not None else (name, "")
        if member not in schema.get("properties", {}):
            return None
        schema = schema["properties"][member]
        at += pointer("properties", member)
        path += f".{member}" if path else member
        last = number == len(names) - 1
        for suffix in re.findall(r"\[\]|\{\}|\{key\}", suffixes) if last else ():
            if "$ref" in schema or (_INNER[suffix] not in schema and suffix != "{key}"):
                return None
            path += suffix
            if _INNER[suffix] in schema:
                schema, at = schema[_INNER[suffix]], f"{at}/{_INNER[suffix]}"
    kind = "member" if member else "shape"
    return Subject(
        kind, f"{prefix}.{path}" if path else prefix, "shapes.json", at, schema, operation, side, path, owner, member
    )


def _structure(
    spec: Spec, owner: str, schema: dict[str, Any], at: str, path: str
) -> tuple[str, dict[str, Any], str, str]:
    """The structure that a value holds in the end, through its lists and maps."""
    while not (name := target_of(schema)):
        step = next(((suffix, key) for suffix, key in _INNER.items() if key in schema and suffix != "{key}"), None)
        if step is None:
            return owner, schema, at, path
        path += step[0]
        schema, at = schema[step[1]], f"{at}/{step[1]}"
    return name, spec.shapes[name], pointer("$defs", name), path


def _paths(spec: Spec, shape: str, depth: int) -> list[str]:
    """Names of the members of a shape, down to that depth and one more, each structure once."""
    found: list[str] = []
    level: list[tuple[str, str, dict[str, Any]]] = [("", shape, spec.shapes[shape])]
    seen = {shape}
    for _ in range(min(depth + 1, 4)):
        deeper = []
        for path, owner, schema in level:
            for name, child in schema.get("properties", {}).items():
                inner = f"{path}.{name}" if path else name
                found.append(inner)
                holder, structure, _, _ = _structure(spec, owner, child, "", "")
                if holder not in seen:
                    seen.add(holder)
                    deeper.append((inner, holder, structure))
        level = deeper
    return found


def _value(spec: Spec, specs: Path, subject: Subject, value: str) -> Subject:
    """One of the values that a member, or an enum itself, may have."""
    schema, at, shape = subject.node, subject.pointer, subject.shape
    while True:
        if name := target_of(schema):
            schema, at, shape = spec.shapes[name], pointer("$defs", name), name
        if "enum" in schema or "items" not in schema:
            break
        schema, at = schema["items"], f"{at}/items"
    values = list(schema.get("enum", [])) if isinstance(schema.get("enum"), list) else []
    if subject.kind not in ("member", "shape") or not values:
        raise AsdocError(
            f"tracing {subject.name}={value[:80]} of {specs / spec.service}: {subject.name} lists no values",
            hint=f"Trace {subject.name} itself.",
        )
    if value not in values:
        raise _unknown(spec, specs, f"{subject.name}={value}", [f"{subject.name}={known}" for known in values])
    return subject._replace(
        kind="value", name=f"{subject.name}={value}", pointer=f"{at}/enum/{values.index(value)}", node=schema,
        shape=shape, value=value,
    )  # fmt: skip


def _by_pointer(spec: Spec, specs: Path, fact: str) -> Subject:
    """What a JSON pointer leads to, with or without the file in front: the fact that it lies in."""
    file, _, at = fact.rpartition("#") if "#" in fact else ("", "", fact)
    name = Path(file).name
    told: dict[str, dict[str, Any]] = {
        "shapes.json": {"$defs": spec.shapes},
        "operations.json": {"operations": spec.operations, "waiters": spec.waiters},
        "examples.json": {"examples": spec.examples},
        "statements.yaml": spec.statements,
    }
    head = at.split("/")[1] if at.startswith("/") else ""
    name = name or next((known for known, document in told.items() if head in document), "")
    parts = _parts(told.get(name), at)
    if len(parts) < 2:
        raise AsdocError(
            f"tracing {fact[:200]!r}: nothing stands there in {specs / spec.service}",
            hint="A pointer leads into shapes.json, operations.json, examples.json or statements.yaml: "
            "shapes.json#/$defs/SHAPE/properties/MEMBER.",
        )
    if name in ("examples.json", "statements.yaml"):
        entry = patch.resolve(told[name], pointer(*parts[:2]))
        return find(spec, specs, str(entry["id"]))
    if name == "operations.json":
        if parts[0] == "operations" and parts[2:3] == ["errors"] and len(parts) == 4:
            error_name = spec.operations[parts[1]]["errors"][int(parts[3])]
            return _of_operation(spec, specs, parts[1], ["errors", error_name])
        return _by_path(spec, specs, parts[1])
    subject = _of_shape(spec, specs, parts[1], parts[3:4] if parts[2:3] == ["properties"] else [])
    if "enum" in parts[2:] and parts[-1].isdigit():
        schema = patch.resolve(told[name], pointer(*parts[:-2]))
        return _value(
            spec, specs, subject._replace(node=schema, pointer=pointer(*parts[:-2])), schema["enum"][int(parts[-1])]
        )
    return subject


def _parts(document: dict[str, Any] | None, at: str) -> list[str]:
    """The parts of a pointer; none where nothing stands there."""
    try:
        patch.resolve(document, at)
        return patch.tokens(at)
    except (KeyError, IndexError, ValueError, TypeError):
        return []


def _names(spec: Spec) -> Iterator[str]:
    """Every name that a fact may begin with."""
    for name, told in spec.operations.items():
        yield name
        yield told["method"]
    yield from spec.shapes
    yield from spec.waiters
    for statement in spec.statements.get("statements", []):
        yield statement["id"]
    for example in spec.examples:
        yield example["id"]


def _unknown(spec: Spec, specs: Path, fact: str, known: Iterable[str]) -> AsdocError:
    """The error of a name that leads nowhere, with what is like it."""
    names = list(dict.fromkeys(known))
    lower = {name.lower(): name for name in reversed(names)}
    like = [lower[name] for name in difflib.get_close_matches(fact.lower(), lower, n=3, cutoff=0.6)]
    if not like:
        # Of a name without the side or the list on the way, its end is what is meant.
        end = re.split(r"[.=]", fact)[-1].lower()
        ends = {re.split(r"[.=]", name)[-1].lower(): name for name in reversed(names)}
        like = [ends[name] for name in difflib.get_close_matches(end, ends, n=3, cutoff=0.75)]
    if like:
        hint = f"Did you mean {' or '.join(like)}?"
    elif len(names) <= _MANY and names:
        hint = f"It has {', '.join(names)}."
    else:
        hint = "Name an operation, a shape, a member as OPERATION.MEMBER, an example, a statement or a JSON pointer."
    return AsdocError(f"tracing {fact[:200]!r}: {specs / spec.service} has no such fact", hint=hint)
