"""Checking a caller's arguments against the documented input, before anything is sent.

A shape is compiled once into a function that appends to a list of problems, so that a call tells all of them at once.
Required members, types, unknown members, unions and minimum lengths are checked: what boto3 checks too. Enums and upper
bounds are the service's to judge, for they grow. A value must be of the very type: a subclass, such as a member of an
Enum that is a string too, may be written in another way than as what it is, and is made plain by whoever finds that.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from . import timestamps
from .schema import Service, Shape

Check = Callable[[Any, str, list[str]], None]
"""Takes a value, its path, and the list that problems are added to."""

_HOST_LABEL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")


def compile_input(service: Service, shape_name: str, *, locations: bool = True) -> Check:
    """The check of an operation's input. `locations` is False where the protocol puts everything into the body."""
    return _Compiler(service, locations=locations).structure(service.shapes[shape_name])


class _Compiler:
    def __init__(self, service: Service, *, locations: bool) -> None:
        self.service = service
        self.locations = locations
        self.named: dict[str, Check] = {}

    def node(self, node: Shape) -> Check:
        check = self._named(node)
        if node.host_label:
            return _host_label(check)
        if self.locations and node.location:
            if node.location == "header" and node.jsonvalue:
                return _json_value
            if node.location == "uri":
                return _label(check)
            if node.location in ("header", "headers"):
                return _header(check)
        return check

    def _named(self, node: Shape) -> Check:
        if not node.shape:
            return self._inline(node)
        name = node.shape
        if name not in self.named:
            # a shape that holds itself finds this while it is being compiled
            self.named[name] = lambda value, path, problems: self.named[name](value, path, problems)
            self.named[name] = self._inline(self.service.shapes[name])
        return self.named[name]

    def _inline(self, shape: Shape) -> Check:
        if shape.type == "structure":
            return self.structure(shape)
        if shape.type == "list":
            return self._list(shape)
        if shape.type == "map":
            return self._map(shape)
        return _SCALARS[shape.type](shape)

    def structure(self, shape: Shape) -> Check:
        members = {name: (self.node(node), f".{name}") for name, node in shape.members.items()}
        required = tuple((name, _describe(self.service, shape.members[name])) for name in shape.required)
        known = ", ".join(members)
        union = shape.union

        def check(value: Any, path: str, problems: list[str]) -> None:
            if not isinstance(value, dict):
                problems.append(_wrong(path, "a dictionary", value))
                return
            for name, kind in required:
                if name not in value:
                    problems.append(f"{_join(path, name)}: missing, a required {kind}")
            if union and len(value) != 1:
                problems.append(f"{path or 'input'}: exactly one of {known} must be set, found {len(value)}")
            for name, item in value.items():
                entry = members.get(name)
                if entry is None:
                    problems.append(f"{_join(path, name)}: unknown, must be one of {known or 'none'}")
                else:
                    entry[0](item, path + entry[1] if path else name, problems)

        return check

    def _list(self, shape: Shape) -> Check:
        assert shape.member is not None  # noqa: S101  # a list without it is no service table
        item_check, at_least = self._named(shape.member), shape.min or 0
        if shape.sparse:
            item_check = _or_none(item_check)

        def check(value: Any, path: str, problems: list[str]) -> None:
            if not isinstance(value, list | tuple):
                problems.append(_wrong(path, "a list", value))
                return
            if len(value) < at_least:
                problems.append(_short(path, at_least, "items", len(value)))
            for index, item in enumerate(value):
                item_check(item, f"{path}[{index}]", problems)

        return check

    def _map(self, shape: Shape) -> Check:
        assert shape.key is not None and shape.value is not None  # noqa: S101, PT018  # a map without them is no service table
        key_check, value_check = self._named(shape.key), self._named(shape.value)
        if shape.sparse:
            value_check = _or_none(value_check)

        def check(value: Any, path: str, problems: list[str]) -> None:
            if not isinstance(value, dict):
                problems.append(_wrong(path, "a dictionary", value))
                return
            for key, item in value.items():
                key_check(key, f"{path} (key {key!r})", problems)
                value_check(item, f"{path}.{key}", problems)

        return check


def _or_none(check: Check) -> Check:
    def checked(value: Any, path: str, problems: list[str]) -> None:
        if value is not None:
            check(value, path, problems)

    return checked


def _string(shape: Shape) -> Check:
    at_least = shape.min or 0

    def check(value: Any, path: str, problems: list[str]) -> None:
        if type(value) is not str:
            problems.append(_wrong(path, "a string", value))
        elif len(value) < at_least:
            problems.append(_short(path, at_least, "characters", len(value)))

    return check


def _number(kinds: frozenset[type], said: str) -> Callable[[Shape], Check]:
    def compile_number(shape: Shape) -> Check:
        minimum = shape.min

        def check(value: Any, path: str, problems: list[str]) -> None:
            if type(value) not in kinds:
                problems.append(_wrong(path, said, value))
            elif minimum is not None and value < minimum:
                problems.append(f"{path}: must be at least {minimum:g}, found {value}")

        return check

    return compile_number


def _boolean(shape: Shape) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        if not isinstance(value, bool):
            problems.append(_wrong(path, "a boolean", value))

    return check


def _blob(shape: Shape) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        if not isinstance(value, bytes | bytearray | memoryview | str) and not hasattr(value, "read"):
            problems.append(_wrong(path, "bytes, a string or a file-like object", value))

    return check


def _timestamp(shape: Shape) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        try:
            timestamps.given(value)
        except (TypeError, ValueError, OverflowError):
            problems.append(_wrong(path, "a datetime, an ISO 8601 string or seconds since 1970", value))

    return check


def _document(shape: Shape) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                if not isinstance(key, str):
                    problems.append(_wrong(f"{path} (key {key!r})", "a string", key))
                check(item, f"{path}.{key}", problems)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                check(item, f"{path}[{index}]", problems)
        elif value is not None and type(value) not in _PLAIN:
            problems.append(_wrong(path, "a document (dict, list, string, number, boolean or None)", value))

    return check


_PLAIN = frozenset((str, int, float, bool))
_integer = _number(frozenset((int, bool)), "an integer")
_NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
"""What the protocols write for a float that is no number, or endless; callers may, too."""


def _float(shape: Shape) -> Check:
    number = _number(frozenset((float, int, bool, Decimal)), "a number")(shape)

    def check(value: Any, path: str, problems: list[str]) -> None:
        if not isinstance(value, str) or value not in _NO_NUMBERS:
            number(value, path, problems)

    return check


_SCALARS: dict[str, Callable[[Shape], Check]] = {
    "string": _string,
    "integer": _integer,
    "long": _integer,
    "float": _float,
    "double": _float,
    "boolean": _boolean,
    "blob": _blob,
    "timestamp": _timestamp,
    "document": _document,
}


def _label(check: Check) -> Check:
    """A part of the path: an empty one would address another resource."""

    def checked(value: Any, path: str, problems: list[str]) -> None:
        if value == "":
            problems.append(f"{path}: must not be empty, it is a part of the path")
        else:
            check(value, path, problems)

    return checked


def _host_label(check: Check) -> Check:
    """A part of the host: what may not stand in a host name would address another host."""

    def checked(value: Any, path: str, problems: list[str]) -> None:
        if isinstance(value, str) and (not value or not _HOST_LABEL.issuperset(value)):
            problems.append(f"{path}: must be letters, digits, hyphens and dots, it is a part of the host name")
        else:
            check(value, path, problems)

    return checked


def _header(check: Check) -> Check:
    """A header's value, a list of them or a map: a line break in one would begin another header, and half of a pair of
    surrogates cannot be written."""

    def checked(value: Any, path: str, problems: list[str]) -> None:
        check(value, path, problems)
        if _in_text(_breaks_line, value):
            problems.append(f"{path}: must not hold a line break or a NUL, it is sent as a header")
        if _in_text(_is_broken, value):
            problems.append(f"{path}: must be text that UTF-8 can write, it is sent as a header")

    return checked


def _in_text(wrong: Callable[[str], bool], value: Any) -> bool:
    if isinstance(value, str):
        return wrong(value)
    if isinstance(value, dict):
        return any(_in_text(wrong, part) for pair in value.items() for part in pair)
    return isinstance(value, list | tuple) and any(_in_text(wrong, part) for part in value)


def _breaks_line(text: str) -> bool:
    return "\n" in text or "\r" in text or "\0" in text


def _is_broken(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)


def _json_value(value: Any, path: str, problems: list[str]) -> None:
    try:
        msgspec.json.encode(value)
    except (TypeError, ValueError, OverflowError) as error:
        problems.append(f"{path}: must be something that JSON can hold ({error})")


def _join(path: str, name: Any) -> str:
    return f"{path}.{name}" if path else str(name)


def _wrong(path: str, expected: str, value: Any) -> str:
    # the value itself may be a secret, its type is not
    return f"{path or 'input'}: expected {expected}, found {type(value).__name__}"


def _short(path: str, at_least: float, unit: str, length: int) -> str:
    return f"{path}: must have at least {at_least:g} {unit}, found {length}"


def _describe(service: Service, node: Shape) -> str:
    return service.resolve(node).type or "member"
