"""Reading an answer's members place by place, and noting every place that is not of its documented type."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from asdoc.runtime.bodies import BODIES, decode_cbor
from asdoc.runtime.http import HttpResponse
from asdoc.runtime.schema import Operation, Service, Shape

from .bodies import read_json

_ISO8601 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
_NAMED_FLOATS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class Problem(NamedTuple):
    kind: str
    """body, type, required or enum"""
    pointer: str
    documented: str
    found: str


class Mistyped(NamedTuple):
    """Stands in the tree for a value that is not of its documented type."""

    raw: Any


class Observed(NamedTuple):
    tree: dict[str, Any]
    problems: list[Problem]


class Reader:
    def __init__(self, service: Service) -> None:
        self.service = service
        self.problems: list[Problem] = []

    def json(self, data: bytes) -> dict[str, Any] | None:
        try:
            body = read_json(data, _no_number)
        except (ValueError, RecursionError):
            self.problems.append(Problem("body", "", "a JSON object", _excerpt(data)))
            return None
        if not isinstance(body, dict):
            self.problems.append(Problem("body", "", "a JSON object", _kind(body)))
            return None
        return body

    def body(self, data: bytes, shape: Shape, operation: Operation) -> dict[str, Any] | None:
        """The members of a body, by their names there."""
        return self.json(data)

    def raw(self, name: str, member: Shape, body: dict[str, Any]) -> Any:
        """What a body has in place of a member."""
        return body.get(member.name or name)

    def held(self, data: bytes, member: Shape) -> Any:
        """The one member that is the whole body."""
        return self.json(data)

    def from_head(self, tree: dict[str, Any], name: str, member: Shape, response: HttpResponse) -> None:
        wire = (member.name or name).lower()
        if member.location == "statusCode":
            tree[name] = response.status
        elif member.location == "headers":
            found = {key[len(wire) :]: value for key, value in response.headers.items() if key.startswith(wire)}
            if found:
                tree[name] = found
        elif wire in response.headers:
            tree[name] = self.header(member, response.headers[wire], f"/{name}")

    def header(self, member: Shape, text: str, pointer: str) -> Any:
        shape = self.service.resolve(member)
        try:
            if shape.type in {"integer", "long"}:
                return int(text)
            if shape.type in {"float", "double"}:
                return _NAMED_FLOATS.get(text) or float(text)
            if shape.type == "boolean":
                return {"true": True, "false": False}[text.lower()]
            if shape.type == "timestamp":
                return self.timestamp(member, shape, text, pointer, default="rfc822")
            if shape.type == "list":
                return [part.strip() for part in text.split(",")]
        except (ValueError, KeyError):
            return self.wrong(pointer, shape.type, text)
        return self.value(member, text, pointer) if shape.type == "string" else text

    def payload(self, tree: dict[str, Any], shape: Shape, response: HttpResponse) -> None:
        member = shape.members[shape.payload]
        kind = self.service.resolve(member).type
        if kind == "blob":
            tree[shape.payload] = response.body
        elif kind == "string":
            tree[shape.payload] = response.body.decode(errors="replace")
        elif response.body and not self.service.resolve(member).eventstream:
            body = self.held(response.body, member)
            if body is not None:
                tree[shape.payload] = self.value(member, body, f"/{shape.payload}")

    def members(self, tree: dict[str, Any], members: dict[str, Shape], body: dict[str, Any], pointer: str) -> None:
        for name, member in members.items():
            raw = self.raw(name, member, body)
            # A null says the same as a member that is not there: boto3 and the SDKs read both alike.
            if raw is not None:
                tree[name] = self.value(member, raw, f"{pointer}/{name}")

    def wrong(self, pointer: str, documented: str, raw: Any) -> Mistyped:
        self.problems.append(Problem("type", pointer, documented, _kind(raw)))
        return Mistyped(raw)

    def value(self, member: Shape, raw: Any, pointer: str) -> Any:
        shape = self.service.resolve(member)
        kind = shape.type
        if kind == "structure":
            if not isinstance(raw, dict):
                return self.wrong(pointer, "a JSON object", raw)
            tree: dict[str, Any] = {}
            self.members(tree, shape.members, raw, pointer)
            for name in shape.required:
                if name not in tree:
                    self.problems.append(Problem("required", f"{pointer}/{name}", "always present", "absent"))
            return tree
        if kind == "list":
            if not isinstance(raw, list):
                return self.wrong(pointer, "a JSON array", raw)
            item = shape.member or Shape()
            return [self.value(item, part, f"{pointer}/{index}") for index, part in enumerate(raw)]
        if kind == "map":
            if not isinstance(raw, dict):
                return self.wrong(pointer, "a JSON object", raw)
            entry = shape.value or Shape()
            return {key: self.value(entry, part, f"{pointer}/{key}") for key, part in raw.items()}
        return self.scalar(member, shape, raw, pointer)

    def scalar(self, member: Shape, shape: Shape, raw: Any, pointer: str) -> Any:
        kind = shape.type
        if kind == "string":
            if not isinstance(raw, str):
                return self.wrong(pointer, "a string", raw)
            if shape.enum and raw not in shape.enum:
                self.problems.append(Problem("enum", pointer, f"one of {', '.join(shape.enum)}", repr(raw)))
            return raw
        if kind in {"integer", "long"}:
            # JSON does not tell 25 from 25.0.
            whole = isinstance(raw, int) or (isinstance(raw, float) and raw.is_integer())
            return raw if whole and not isinstance(raw, bool) else self.wrong(pointer, "a whole number", raw)
        if kind in {"float", "double"}:
            if isinstance(raw, str) and raw in _NAMED_FLOATS:
                return _NAMED_FLOATS[raw]
            return (
                raw
                if isinstance(raw, int | float) and not isinstance(raw, bool)
                else self.wrong(pointer, "a number", raw)
            )
        if kind == "boolean":
            return raw if isinstance(raw, bool) else self.wrong(pointer, "true or false", raw)
        if kind == "timestamp":
            return self.timestamp(member, shape, raw, pointer, default="unixTimestamp")
        if kind == "blob":
            return self.blob(raw, pointer)
        return raw

    def blob(self, raw: Any, pointer: str) -> Any:
        if isinstance(raw, str):
            try:
                return base64.b64decode(raw, validate=True)
            except (binascii.Error, ValueError):
                pass
        return self.wrong(pointer, "a base64 string", raw)

    def timestamp(self, member: Shape, shape: Shape, raw: Any, pointer: str, *, default: str) -> Any:
        form = member.timestamp_format or shape.timestamp_format or default
        try:
            if form.lower() == "iso8601" and isinstance(raw, str) and _ISO8601.fullmatch(raw):
                return datetime.fromisoformat(raw)
            if form.lower() == "rfc822" and isinstance(raw, str):
                return parsedate_to_datetime(raw).astimezone(UTC)
            if form.lower() == "unixtimestamp" and isinstance(raw, int | float) and not isinstance(raw, bool):
                return datetime.fromtimestamp(raw, UTC)
        except (ValueError, OverflowError, OSError, TypeError):
            pass
        return self.wrong(pointer, f"a timestamp ({form})", raw)


class XmlReader(Reader):
    """Bodies in XML, where everything is a text."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.bodies = BODIES[service.protocol](service)

    def taken(self, take: Callable[[bytes], Any], data: bytes) -> Any:
        try:
            return take(data)
        except ValueError as error:
            self.problems.append(Problem("body", "", "an XML document of the output", f"{error}"[:80]))
            return None

    def body(self, data: bytes, shape: Shape, operation: Operation) -> dict[str, Any] | None:
        found = self.taken(self.bodies.structure(shape, operation.result_wrapper), data)
        return found if isinstance(found, dict) else None

    def raw(self, name: str, member: Shape, body: dict[str, Any]) -> Any:
        return body.get(name)

    def held(self, data: bytes, member: Shape) -> Any:
        return self.taken(self.bodies.payload(member), data)

    def scalar(self, member: Shape, shape: Shape, raw: Any, pointer: str) -> Any:
        if not isinstance(raw, str):
            return self.wrong(pointer, f"a {shape.type}", raw)
        if shape.type in {"string", "document"}:
            return super().scalar(member, shape, raw, pointer)
        if shape.type == "blob":
            return self.blob(raw, pointer)
        if shape.type == "timestamp":
            return self.timestamp(member, shape, raw.strip(), pointer, default="iso8601")
        try:
            return _FROM_TEXT[shape.type](raw.strip())
        except (KeyError, ValueError):
            return self.wrong(pointer, f"a {shape.type}", raw)


_FROM_TEXT: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "boolean": lambda text: {"true": True, "false": False}[text],
}


class CborReader(Reader):
    """Bodies in CBOR, which has types of its own."""

    def json(self, data: bytes) -> dict[str, Any] | None:
        try:
            return decode_cbor(data)
        except (ValueError, LookupError) as error:
            self.problems.append(Problem("body", "", "a CBOR map", f"{error}"[:80]))
            return None

    def blob(self, raw: Any, pointer: str) -> Any:
        return raw if isinstance(raw, bytes) else self.wrong(pointer, "a byte string", raw)

    def timestamp(self, member: Shape, shape: Shape, raw: Any, pointer: str, *, default: str) -> Any:
        return raw if isinstance(raw, datetime) else super().timestamp(member, Shape(), raw, pointer, default=default)


READERS: dict[str, type[Reader]] = {
    "rest-xml": XmlReader,
    "query": XmlReader,
    "ec2": XmlReader,
    "smithy-rpc-v2-cbor": CborReader,
}
"""Protocol -> how its bodies are read; the others are JSON."""


def _no_number(name: str) -> float:
    """NaN and Infinity are no JSON, though Python reads them."""
    raise ValueError(name)


def _kind(raw: Any) -> str:
    names = {
        dict: "an object",
        list: "an array",
        str: "the string",
        bool: "the boolean",
        int: "the number",
        float: "the number",
    }
    if raw is None:
        return "null"
    name = names[type(raw)] if type(raw) in names else type(raw).__name__
    return name if isinstance(raw, dict | list) else f"{name} {json.dumps(raw)[:60]}"


def _excerpt(data: bytes) -> str:
    text = data[:60].decode(errors="replace")
    return repr(text) + ("…" if len(data) > 60 else "") if data else "an empty body"
