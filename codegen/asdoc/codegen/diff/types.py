"""What it means that the type of a place is another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import flat

Told = Mapping[str, Any]
_WIDER = {
    "integer": ("long", "float", "double"),
    "long": ("double",),
    "float": ("double",),
}


def kind(told: Told) -> str:
    """`string`, `long`, `timestamp`, `map`, `array`, or the name of the shape."""
    return flat.target(told) or str(told.get("x-type") or told.get("type") or "anything")


def is_container(told: Told) -> bool:
    return kind(told) in ("array", "map", "object") and not flat.target(told)


def rule(before: Told, after: Told, old: Mapping[str, Any], new: Mapping[str, Any], *, opened: bool) -> str:
    """The rule, without its direction, of a type that changed; `opened` where a page did not tell the inside of one.

    `old` and `new` are the shapes of the two specs.
    """
    first, second = flat.target(before), flat.target(after)
    enums = [bool(name) and "enum" in shapes.get(name, {}) for name, shapes in ((first, old), (second, new))]
    if first and second:
        return "type-retargeted" if enums[0] == enums[1] else "type-changed"
    if enums[1] and kind(before) == "string":
        return "enum-introduced"
    if enums[0] and kind(after) == "string":
        return "enum-dropped"
    if opened and all(name or is_container(told) for name, told in ((first, before), (second, after))):
        return "type-told"
    if kind(after) in _WIDER.get(kind(before), ()):
        return "type-widened"
    if kind(before) in _WIDER.get(kind(after), ()):
        return "type-narrowed"
    return "type-changed"
