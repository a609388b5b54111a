"""What a value that stands in a suite as JSON is in Python, by the shape that it has."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_START = datetime(1970, 1, 1, tzinfo=UTC)


def given(value: Any, reference: Json, shapes: Json) -> Any:
    """An argument: floats that JSON has no sign for are their own."""
    return _walk(value, reference, shapes, {"float": _special, "double": _special})


def read(value: Any, reference: Json, shapes: Json) -> Any:
    """A part of a result: bytes, times and floats as such."""
    scalars = {"float": _float, "double": _float, "blob": _blob, "timestamp": _time}
    return _walk(value, reference, shapes, scalars)


def same(one: Any, other: Any) -> bool:
    """True of values that are equal and of one type, however deep: 1 is neither True nor 1.0, and NaN is itself."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if type(one) is not type(other):
        return False
    return bool(one == other) or (isinstance(one, float) and math.isnan(one) and math.isnan(other))


def _walk(value: Any, reference: Json, shapes: Json, scalars: Json) -> Any:
    shape = shapes[reference["shape"]]
    if value is None or reference.get("jsonvalue") or shape.get("jsonvalue") or shape.get("document"):
        return value
    if shape.get("eventstream") and isinstance(value, list):
        return [_walk(event, reference, shapes, scalars) for event in value]
    kind = shape["type"]
    if kind == "structure":
        members = shape.get("members", {})
        return {
            name: _walk(inner, members[name], shapes, scalars) if name in members else inner
            for name, inner in value.items()
        }
    if kind == "list":
        return [_walk(inner, shape["member"], shapes, scalars) for inner in value]
    if kind == "map":
        return {name: _walk(inner, shape["value"], shapes, scalars) for name, inner in value.items()}
    return scalars[kind](value) if kind in scalars else value


def _special(value: Any) -> Any:
    return _SPECIAL.get(value, value) if isinstance(value, str) else value


def _float(value: Any) -> float:
    return float(_special(value))


def _blob(value: str) -> bytes:
    return value.encode()


def _time(value: float) -> datetime:
    return _START + timedelta(microseconds=round(value * 1_000_000))
