"""botocore's own model of a service beside the exported one, and every way in which the two differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

PROSE = ("documentation", "documentationUrl", "deprecatedMessage", "deprecatedSince")

# (pattern of a difference, why it is one); a difference that no rule explains fails the test.
RULES: dict[str, str] = {
    r"extra /operations/\w+/http/responseCode = 200": "a status of 200 goes without saying, and we say it",
    r"order /operations/\w+/errors": "a spec lists errors by name",
    r"extra /shapes/\w+/error(/\w+)? = .*": "the status and the fault that botocore takes for granted are told",
    r"lack /shapes/(\w+)/error/code = '\1'": "a code that is the error's name is told once",
    r"lack /operations/\w+/input = .*": "no page shows an input without members",
    r"lack /clientContextParams = .*": "rules of endpoints are not imported",
    r"lack /metadata/checksumFormat = .*": "not imported",
    r"lack /shapes/\w+/synthetic = True": "of botocore's own making",
    r"(lack|extra) /shapes/\w+(/members/\w+|/member)?/(flattened|streaming|timestampFormat) = .*": (
        "a trait that all places of a shape have stands on the shape"
    ),
    r"lack /shapes/\w+/members/ContentMD5 = .*": "boto3 hides the parameter, which it fills in itself",
}


def differences(ours: Json, theirs: Json) -> list[str]:
    """One line each: `lack`, `extra`, `order`, `twice` or `differ`, with pointer and value."""
    return list(_differences(_told(ours), _told(_reached(theirs)), ""))


def unexplained(found: list[str]) -> list[str]:
    return [line for line in found if not any(re.fullmatch(rule, line, re.DOTALL) for rule in RULES)]


def _told(node: Any) -> Any:
    """The model without sentences, and without `box`, which is for other languages."""
    if isinstance(node, dict):
        return {
            name: _told(value)
            for name, value in node.items()
            if not (name in (*PROSE, "box") and isinstance(value, str | bool))
        }
    return [_told(item) for item in node] if isinstance(node, list) else node


def _reached(model: Json) -> Json:
    """The model with those shapes alone that an operation of documented input, output and errors reaches."""
    todo = [
        told["shape"]
        for operation in model["operations"].values()
        for told in (operation.get("input"), operation.get("output"), *operation.get("errors", ()))
        if told is not None and (told is not operation.get("input") or model["shapes"][told["shape"]]["members"])
    ]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            shape = model["shapes"][name]
            todo += [member["shape"] for member in shape.get("members", {}).values()]
            todo += [shape[part]["shape"] for part in ("member", "key", "value") if part in shape]
    return {**model, "shapes": {name: shape for name, shape in model["shapes"].items() if name in seen}}


def _differences(ours: Any, theirs: Any, pointer: str) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in {**theirs, **ours}:
            where = f"{pointer}/{name}"
            if name not in ours:
                yield f"lack {where} = {theirs[name]!r}"
            elif name not in theirs:
                yield f"extra {where} = {ours[name]!r}"
            else:
                yield from _differences(ours[name], theirs[name], where)
    elif ours != theirs:
        yield _difference(ours, theirs, pointer)


def _difference(ours: Any, theirs: Any, pointer: str) -> str:
    if isinstance(ours, list) and isinstance(theirs, list):
        told = [sorted(map(repr, side)) for side in (ours, theirs)]
        if told[0] == told[1]:
            return f"order {pointer}"
        if set(told[0]) == set(told[1]):
            return f"twice {pointer}"
    return f"differ {pointer}: {ours!r}, not {theirs!r}"
