"""Checks of what a caller sent, compiled from the shapes of the service table.

A checker takes a value as it came (decoded JSON, or the text of a path, query or header) and gives the value that
behaviours see. It raises `InvalidRequestError` with the member's path and what it must be.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ..schema import Service, Shape
from ..timestamps import parse

Check = Callable[[Any, str], Any]
"""Takes a value and the path of the member; returns the value checked."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")
_RANGES = {"integer": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1)}


class InvalidRequestError(Exception):
    """A member breaks a documented rule."""

    def __init__(self, where: str, rule: str) -> None:
        super().__init__(f"{where}: {rule}." if where else f"{rule[:1].upper()}{rule[1:]}.")


class Checkers:
    """The checkers of one service; recursive shapes refer to themselves by name."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._named: dict[str, Check] = {}

    def of(self, node: Shape, *, text: bool = False) -> Check:
        """The checker of a node; `text` where the value comes as text from a path, a query string or a header."""
        shape = self._service.resolve(node)
        kind = shape.type
        if kind == "timestamp":
            return _timestamp
        if kind in _SCALARS:
            return _SCALARS[kind](shape, text)
        if not node.shape:
            return self._aggregate(shape)
        if node.shape not in self._named:
            name = node.shape
            # While a shape is being compiled, those inside that refer to it look it up when they run.
            self._named[name] = lambda value, where: self._named[name](value, where)
            self._named[name] = self._aggregate(shape)
        return self._named[node.shape]

    def _aggregate(self, shape: Shape) -> Check:
        if shape.type == "structure":
            return self.structure(shape, tuple(shape.members))
        if shape.type == "list" and shape.member is not None:
            return _list(shape, self.of(shape.member))
        if shape.type == "map" and shape.key is not None and shape.value is not None:
            return _map(shape, self.of(shape.key), self.of(shape.value))
        return _anything  # a document: any JSON value

    def structure(self, shape: Shape, names: tuple[str, ...]) -> Check:
        """The checker of those members of a structure that come in the body; members not documented are ignored."""
        fields = [
            (name, shape.members[name].name or name, name in shape.required, self.of(shape.members[name]))
            for name in names
        ]
        union = shape.union

        def check(value: Any, where: str) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise InvalidRequestError(where, "must be an object")
            prefix = f"{where}." if where else ""
            result: dict[str, Any] = {}
            for name, wire, required, inner in fields:
                given = value.get(wire)
                if given is not None:
                    result[name] = inner(given, prefix + name)
                elif required:
                    raise InvalidRequestError(prefix + name, "is required")
            if union and len(result) != 1:
                raise InvalidRequestError(where, f"must have exactly one of {', '.join(name for name, *_ in fields)}")
            return result

        return check


def _anything(value: Any, where: str) -> Any:
    return value


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def _length(shape: Shape, unit: str) -> Callable[[int, str], None] | None:
    if shape.min is None and shape.max is None:
        return None
    low = 0 if shape.min is None else shape.min
    high = math.inf if shape.max is None else shape.max
    if shape.max is None:
        rule = f"must have at least {_number(low)} {unit}"
    elif low == 0:
        rule = f"must have at most {_number(high)} {unit}"
    else:
        rule = f"must have {_number(low)} to {_number(high)} {unit}"

    def check(length: int, where: str) -> None:
        if not low <= length <= high:
            raise InvalidRequestError(where, rule)

    return check


def _pattern(shape: Shape) -> re.Pattern[str] | None:
    if not shape.pattern:
        return None
    try:
        # Patterns are those of Smithy: not anchored by themselves.
        return re.compile(shape.pattern)
    except (re.error, FutureWarning):
        return None  # a dialect that Python does not read; the service's other rules still hold


def _string(shape: Shape, text: bool) -> Check:
    length = _length(shape, "characters")
    pattern = _pattern(shape)
    values = frozenset(shape.enum)
    listed = ", ".join(shape.enum)

    def check(value: Any, where: str) -> str:
        if value.__class__ is not str:
            raise InvalidRequestError(where, "must be a string")
        if length is not None:
            length(len(value), where)
        if values and value not in values:
            raise InvalidRequestError(where, f"must be one of {listed}")
        if pattern is not None and pattern.search(value) is None:
            raise InvalidRequestError(where, f"must match {shape.pattern}")
        checked: str = value
        return checked

    return check


def _integer(shape: Shape, text: bool) -> Check:
    low, high = _RANGES[shape.type]
    bounded = shape.min is not None or shape.max is not None
    low = max(low, int(shape.min)) if shape.min is not None else low
    high = min(high, int(shape.max)) if shape.max is not None else high
    rule = f"must be from {low} to {high}" if bounded else f"must be an integer of {shape.type} range"

    def check(value: Any, where: str) -> int:
        if text:
            if _INTEGER.fullmatch(value) is None:
                raise InvalidRequestError(where, "must be an integer")
            value = int(value)
        elif value.__class__ is not int:
            raise InvalidRequestError(where, "must be an integer")
        if not low <= value <= high:
            raise InvalidRequestError(where, rule)
        checked: int = value
        return checked

    return check


def _float(shape: Shape, text: bool) -> Check:
    low = -math.inf if shape.min is None else shape.min
    high = math.inf if shape.max is None else shape.max
    if math.isinf(high):
        rule = f"must be at least {low:g}"
    elif math.isinf(low):
        rule = f"must be at most {high:g}"
    else:
        rule = f"must be from {low:g} to {high:g}"

    def check(value: Any, where: str) -> float:
        if text:
            try:
                value = float(value)
            except ValueError as error:
                raise InvalidRequestError(where, "must be a number") from error
        elif value.__class__ is not float and value.__class__ is not int:
            raise InvalidRequestError(where, "must be a number")
        try:
            number = float(value)
        except OverflowError as error:
            raise InvalidRequestError(where, "must be a number") from error
        if not math.isfinite(number):
            raise InvalidRequestError(where, "must be a finite number")
        if not low <= number <= high:
            raise InvalidRequestError(where, rule)
        return number

    return check


def _boolean(shape: Shape, text: bool) -> Check:
    def check(value: Any, where: str) -> bool:
        if text:
            if value not in ("true", "false"):
                raise InvalidRequestError(where, "must be true or false")
            return bool(value == "true")
        if value.__class__ is not bool:
            raise InvalidRequestError(where, "must be a boolean")
        checked: bool = value
        return checked

    return check


def _blob(shape: Shape, text: bool) -> Check:
    length = _length(shape, "bytes")

    def check(value: Any, where: str) -> bytes:
        if value.__class__ is not bytes:  # a payload comes as bytes; elsewhere a blob is base64 text
            if value.__class__ is not str:
                raise InvalidRequestError(where, "must be base64 text")
            try:
                value = base64.b64decode(value, validate=True)
            except (ValueError, binascii.Error) as error:
                raise InvalidRequestError(where, "must be base64 text") from error
        if length is not None:
            length(len(value), where)
        checked: bytes = value
        return checked

    return check


def _timestamp(value: Any, where: str) -> datetime:
    try:
        return parse(value)
    except (TypeError, ValueError) as error:
        raise InvalidRequestError(where, "must be a timestamp") from error


def _list(shape: Shape, member: Check) -> Check:
    length = _length(shape, "items")

    def check(value: Any, where: str) -> list[Any]:
        if not isinstance(value, list):
            raise InvalidRequestError(where, "must be a list")
        if length is not None:
            length(len(value), where)
        return [member(item, f"{where}[{index}]") for index, item in enumerate(value)]

    return check


def _map(shape: Shape, key: Check, item: Check) -> Check:
    length = _length(shape, "entries")

    def check(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise InvalidRequestError(where, "must be an object")
        if length is not None:
            length(len(value), where)
        return {key(name, f"{where} key"): item(entry, f"{where}.{name}") for name, entry in value.items()}

    return check


_SCALARS: dict[str, Callable[[Shape, bool], Check]] = {
    "string": _string,
    "integer": _integer,
    "long": _integer,
    "float": _float,
    "double": _float,
    "boolean": _boolean,
    "blob": _blob,
}
