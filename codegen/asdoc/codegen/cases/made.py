"""Values made up from shapes, and values changed in one place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from asdoc.runtime.schema import Service, Shape

from .sides import ITEM, KEY

GONE = object()
"""What a change gives where its place is to hold nothing."""
_DEEPEST = 8
_TEXTS = (
    "asdoc",
    "a",
    "1",
    "asdoc#asdoc",
    "arn:aws:iam::123456789012:role/asdoc",
    "https://example.org/",
    "2026-01-01",
)


def made(service: Service, node: Shape, depth: int = 0) -> Any:
    """The smallest value that a shape allows, as far as its type, enum, bounds and pattern tell."""
    shape = service.resolve(node)
    low = int(shape.min or 0)
    match shape.type:
        case "structure":
            names = shape.required or (tuple(shape.members)[:1] if shape.union else ())
            return {} if depth > _DEEPEST else {name: made(service, shape.members[name], depth + 1) for name in names}
        case "list":
            return [made(service, shape.member, depth + 1)] * low if shape.member and depth <= _DEEPEST else []
        case "map":
            return filled(service, shape, low, depth + 1)
        case "integer" | "long" | "float" | "double":
            return max(low, min(1, int(1 if shape.max is None else shape.max)))
        case "boolean":
            return False
        case "timestamp":
            return "2026-01-01T00:00:00+00:00"
        case "blob":
            return {"$bytes": "YXNkb2M="}
        case "string":
            return _text(shape)
    return {}


def filled(service: Service, shape: Shape, count: int, depth: int = 0) -> dict[str, Any]:
    """A map of so many entries; of fewer, where its keys are an enum of fewer."""
    if not (shape.key and shape.value):
        return {}
    key = service.resolve(shape.key)
    first = str(made(service, shape.key))
    keys = key.enum[:count] if key.enum else [f"{first}{number or ''}" for number in range(count)]
    return {name: made(service, shape.value, depth + 1) for name in keys}


def _text(shape: Shape) -> str:
    if shape.enum:
        return shape.enum[0]
    low, high = int(shape.min or 0), int(1_000 if shape.max is None else shape.max)
    for text in _TEXTS:
        fitted = text.ljust(low, "a")[: max(high, 1)]
        if not shape.pattern or _fits(shape.pattern, fitted):
            return fitted
    return "a" * max(low, 1)


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except (re.error, FutureWarning):
        return True


def changed(
    service: Service, node: Shape, given: Any, path: Sequence[str], change: Callable[[Any], Any], depth: int = 0
) -> Any:
    """A value with one place changed. What leads there, and is not in what is given, is made up."""
    if not path:
        return change(made(service, node) if given is None else given)
    shape = service.resolve(node)
    step, rest = path[0], path[1:]
    if shape.type == "structure":
        inner = shape.members[step]
        whole = dict(given) if isinstance(given, Mapping) else made(service, node)
        new = changed(service, inner, whole.get(step), rest, change, depth + 1)
        kept = {} if shape.union else {name: value for name, value in whole.items() if name != step}
        return kept if new is GONE else {**kept, step: new}
    if shape.type == "list" and step == ITEM and shape.member:
        items = list(given) if isinstance(given, list) and given else made(service, node)
        first = changed(service, shape.member, items[0] if items else None, rest, change, depth + 1)
        return [first, *items[1:]]
    if shape.type == "map" and shape.key and shape.value:
        entries = (
            dict(given) if isinstance(given, Mapping) and given else filled(service, shape, max(1, int(shape.min or 0)))
        )
        name = next(iter(entries))
        value = entries.pop(name)
        if step == KEY:
            return {str(changed(service, shape.key, name, rest, change, depth + 1)): value, **entries}
        return {name: changed(service, shape.value, value, rest, change, depth + 1), **entries}
    return given
