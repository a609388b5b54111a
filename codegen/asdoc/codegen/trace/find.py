"""The fact of a spec that a user names: `StopDeployment.AllowRevert`, or a JSON pointer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from asdoc.codegen.spec import Spec, patch
from asdoc.runtime.errors import AsdocError

from . import alike
from .lines import pointer
from .subject import INNER, SIDES, Subject, structure, target_of

_STEP = re.compile(r"(.*?)((?:\[\]|\{\}|\{key\})*)")


def find(spec: Spec, fact: str) -> Subject:
    """The subject that `fact` names. Raises AsdocError, with names that are like it, where it names none."""
    path, equals, value = fact.partition("=")
    if "/" in path or "#" in path:  # a value may hold either, as text/csv does
        return _by_pointer(spec, fact)
    for index, statement in enumerate(spec.statements.get("statements", [])):
        if statement["id"] == fact:
            return Subject("statement", fact, "statements.yaml", pointer("statements", index), statement)
    for index, example in enumerate(spec.examples):
        if example["id"] == fact:
            at = pointer("examples", index)
            return Subject("example", fact, "examples.json", at, example, operation=example["operation"])
    subject = _by_path(spec, path)
    return _value(spec, subject, value) if equals else subject


def _by_path(spec: Spec, path: str) -> Subject:
    head, *rest = path.split(".")
    operation = head if head in spec.operations else _by_method(spec, head)
    if operation:
        return _of_operation(spec, operation, rest)
    if head in spec.shapes:
        return _of_shape(spec, head, rest)
    if head in spec.waiters and not rest:
        told = spec.waiters[head]
        return Subject("waiter", head, "operations.json", pointer("waiters", head), told, operation=told["operation"])
    raise alike.unknown(spec, path, alike.heads(spec))


def _by_method(spec: Spec, name: str) -> str:
    return next((operation for operation, told in spec.operations.items() if told["method"] == name), "")


def _of_operation(spec: Spec, operation: str, rest: list[str]) -> Subject:
    told = spec.operations[operation]
    at = pointer("operations", operation)
    if not rest:
        return Subject("operation", operation, "operations.json", at, told, operation)
    error = ".".join(rest[1:])
    if rest[0] == "errors" and (error in told["errors"] or not _is_member(spec, told, "errors")):
        name = ".".join([operation, *rest])
        if error not in told["errors"]:
            raise alike.unknown(spec, name, [f"{operation}.errors.{known}" for known in told["errors"]])
        at = pointer("operations", operation, "errors", told["errors"].index(error))
        return Subject("error", name, "operations.json", at, told, operation, shape=error)
    ways = [(side, rest) for side in SIDES]
    if rest[0] in SIDES:  # of a member that is itself called so, both are meant
        ways.insert(0, (rest[0], rest[1:]))
    found = [
        subject
        for side, names in ways
        if told[side] and (subject := _descend(spec, told[side], names, operation=operation, side=side)) is not None
    ]
    if not found:
        known = [
            f"{operation}.{side}.{name}"
            for side in SIDES
            if told[side]
            for name in alike.members(spec, told[side], len(rest))
        ]
        known += [example["id"] for example in spec.examples if example["operation"] == operation]
        raise alike.unknown(spec, ".".join([operation, *rest]), known)
    others = tuple(f"Of the same name: {other.name}" for other in found[1:])
    return found[0]._replace(notes=others)


def _is_member(spec: Spec, told: dict[str, Any], name: str) -> bool:
    """Whether a member of the operation is called so."""
    return any(told[side] and name in spec.shapes[told[side]]["properties"] for side in SIDES)


def _of_shape(spec: Spec, shape: str, rest: list[str]) -> Subject:
    subject = _descend(spec, shape, rest)
    if subject is None:
        known = [f"{shape}.{name}" for name in alike.members(spec, shape, len(rest))]
        raise alike.unknown(spec, ".".join([shape, *rest]), known)
    return subject


def _descend(spec: Spec, shape: str, names: list[str], operation: str = "", side: str = "") -> Subject | None:
    """The member at the end of `names`; lists and maps on the way need not be told."""
    prefix = f"{operation}.{side}" if operation else shape
    schema, at, path, owner, member = spec.shapes[shape], pointer("$defs", shape), "", shape, ""
    for number, name in enumerate(names):
        if number:
            owner, schema, at, path = structure(spec, owner, schema, at, path)
        match = _STEP.fullmatch(name)
        member, suffixes = match.groups() if match is not None else (name, "")
        if member not in schema.get("properties", {}):
            return None
        schema = schema["properties"][member]
        at += pointer("properties", member)
        path += f".{member}" if path else member
        last = number == len(names) - 1
        for suffix in re.findall(r"\[\]|\{\}|\{key\}", suffixes) if last else ():
            if "$ref" in schema or (INNER[suffix] not in schema and suffix != "{key}"):
                return None
            path += suffix
            if INNER[suffix] in schema:
                schema, at = schema[INNER[suffix]], f"{at}/{INNER[suffix]}"
    kind = "member" if member else "shape"
    return Subject(
        kind, f"{prefix}.{path}" if path else prefix, "shapes.json", at, schema, operation, side, path, owner, member
    )


def _value(spec: Spec, subject: Subject, value: str) -> Subject:
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
            f"tracing {f'{subject.name}={value}'[:200]!r}: {subject.name} lists no values",
            hint=f"Trace {subject.name} itself.",
        )
    if value not in values:
        raise alike.unknown(spec, f"{subject.name}={value}", [f"{subject.name}={known}" for known in values])
    return subject._replace(
        kind="value", name=f"{subject.name}={value}", pointer=f"{at}/enum/{values.index(value)}", node=schema,
        shape=shape, value=value,
    )  # fmt: skip


def _by_pointer(spec: Spec, fact: str) -> Subject:
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
            f"tracing {fact[:200]!r}: nothing stands there in the spec of {spec.service}",
            hint="A pointer leads into shapes.json, operations.json, examples.json or statements.yaml: "
            "shapes.json#/$defs/SHAPE/properties/MEMBER.",
        )
    if name in ("examples.json", "statements.yaml"):
        entry = patch.resolve(told[name], pointer(*parts[:2]))
        return find(spec, str(entry["id"]))
    if name == "operations.json":
        if parts[0] == "operations" and parts[2:3] == ["errors"] and len(parts) == 4:
            return _of_operation(spec, parts[1], ["errors", spec.operations[parts[1]]["errors"][int(parts[3])]])
        return _by_path(spec, parts[1])
    subject = _of_shape(spec, parts[1], parts[3:4] if parts[2:3] == ["properties"] else [])
    if "enum" in parts[2:] and parts[-1].isdigit():
        schema = patch.resolve(told[name], pointer(*parts[:-2]))
        subject = subject._replace(node=schema, pointer=pointer(*parts[:-2]))
        return _value(spec, subject, schema["enum"][int(parts[-1])])
    return subject


def _parts(document: dict[str, Any] | None, at: str) -> list[str]:
    """The parts of a pointer; none where nothing stands there."""
    try:
        patch.resolve(document, at)
        return patch.tokens(at)
    except (KeyError, IndexError, ValueError, TypeError):
        return []
