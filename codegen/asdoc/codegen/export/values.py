"""Values of documented examples as plain JSON, and whether they hold to the shapes that they are values of."""

from __future__ import annotations

import re
from typing import Any

from .graph import Graph, Ref, Shape

_BOUNDED = ("string", "blob", "list", "map")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_NUMBERS = ("integer", "long", "float", "double")


def plain(value: Any) -> Any:
    """A value of examples.json as JSON that any tool reads: times as RFC 3339 in UTC, bytes in base64."""
    if isinstance(value, dict):
        if "$datetime" in value:
            return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*value["$datetime"][:6])
        if "$bytes" in value:
            return value["$bytes"]
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def fault(model: Graph, ref: Ref, value: Any, where: str = "") -> str:
    """Why a plain value is none of the shape that `ref` refers to, with the path to it; "" where it is one."""
    shape = model.shapes[ref.shape]
    reason = _kind_fault(shape, value) or _bounds_fault(shape, value)
    if reason:
        return f"{where or shape.name} {reason}"
    if shape.kind == "structure":
        for name in shape.required:
            if name not in value:
                return f"{where or shape.name} lacks {name}"
        if shape.union and len(value) != 1:
            return f"{where or shape.name} has not exactly one member"
        for name, item in value.items():
            if name not in shape.members:
                return f"{where or shape.name} has no member {name}"
            if found := fault(model, shape.members[name], item, f"{where}.{name}".lstrip(".")):
                return found
    elif shape.kind == "list" and shape.member is not None:
        for index, item in enumerate(value):
            if found := fault(model, shape.member, item, f"{where}[{index}]"):
                return found
    elif shape.kind == "map" and shape.key is not None and shape.value is not None:
        for key, item in value.items():
            if found := (fault(model, shape.key, key, where) or fault(model, shape.value, item, f"{where}.{key}")):
                return found
    return ""


_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("structure", "map"), (dict,)),
    "list": (list,),
    **dict.fromkeys(("string", "blob"), (str,)),
    "timestamp": (str, int, float),
    **dict.fromkeys(("integer", "long"), (int,)),
    **dict.fromkeys(("float", "double"), (int, float)),
    "boolean": (bool,),
}


def _kind_fault(shape: Shape, value: Any) -> str:
    if shape.kind == "document":
        return ""
    wanted = _TYPES[shape.kind]
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        return f"is no {shape.kind}"
    if shape.kind == "timestamp" and isinstance(value, str) and not _TIME.fullmatch(value):
        return "is no timestamp"
    return ""


def _bounds_fault(shape: Shape, value: Any) -> str:
    size = len(value) if shape.kind in _BOUNDED else value if shape.kind in _NUMBERS else None
    if size is not None:
        if shape.min is not None and size < shape.min:
            return f"is below its minimum of {shape.min}"
        if shape.max is not None and size > shape.max:
            return f"is above its maximum of {shape.max}"
    if shape.enum and value not in shape.enum:
        return f"is {value!r}, which the enum does not have"
    if shape.pattern and shape.kind == "string" and not matches(shape.pattern, value):
        return "does not match its pattern"
    return ""


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern, unanchored as Smithy's are, is found in the text; True where Python cannot read it."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True
