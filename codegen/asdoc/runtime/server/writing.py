"""From documented members to a response's headers and body: one writer a shape, compiled from the table."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import msgspec

from ..schema import Operation, Service, Shape
from ..timestamps import FORMATS

Writer = Callable[[dict[str, Any]], tuple[dict[str, str], bytes]]
"""Takes the members of an answer; gives its headers and body. Members that the table does not know are left out."""

Convert = Callable[[Any], Any]

_encode = msgspec.json.Encoder().encode
_JSON_TYPES = {"string", "integer", "long", "float", "double", "boolean", "document"}


class Converters:
    """How the values of a service's shapes are written as JSON; None stands for "as it is"."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._named: dict[str, Convert] = {}

    def of(self, node: Shape) -> Convert | None:
        shape = self._service.resolve(node)
        if shape.type in _JSON_TYPES:
            return None
        if shape.type == "timestamp":
            # JSON bodies carry seconds since the epoch unless the table says otherwise.
            return FORMATS[(node.timestamp_format or shape.timestamp_format or "unixTimestamp").lower()]
        if shape.type == "blob":
            return lambda content: base64.b64encode(content).decode()
        if not node.shape:
            return self._aggregate(shape)
        if node.shape not in self._named:
            name = node.shape
            self._named[name] = lambda value: self._named[name](value)
            self._named[name] = self._aggregate(shape)
        return self._named[node.shape]

    def _aggregate(self, shape: Shape) -> Convert:
        if shape.type == "list" and shape.member is not None:
            member = self.of(shape.member)
            return list if member is None else lambda value: [member(item) for item in value]
        if shape.type == "map" and shape.value is not None:
            entry = self.of(shape.value)
            if entry is None:
                return dict
            return lambda value: {key: entry(item) for key, item in value.items()}
        return self.structure(shape, tuple(shape.members))

    def structure(self, shape: Shape, names: tuple[str, ...]) -> Convert:
        fields = {name: (shape.members[name].name or name, self.of(shape.members[name])) for name in names}

        def convert(value: dict[str, Any]) -> dict[str, Any]:
            result = {}
            for name, item in value.items():
                field = fields.get(name)
                if field is not None and item is not None:
                    wire, inner = field
                    result[wire] = item if inner is None else inner(item)
            return result

        return convert

    def is_plain(self, shape: Shape) -> bool:
        """Whether an answer of this shape goes out as the behaviour gives it, scalar by scalar."""
        return all(
            not node.location and not node.name and self._service.resolve(node).type in _JSON_TYPES
            for node in shape.members.values()
        )


def compile_writer(service: Service, operation: Operation, converters: Converters) -> Writer:
    """The writer of an operation's answers."""
    content_type = "application/json"
    if service.protocol == "json":
        content_type = f"application/x-amz-json-{service.json_version or '1.0'}"
    if not operation.output:
        # The JSON protocol answers with an empty object, REST with nothing.
        if service.protocol == "json":
            return lambda result: ({"content-type": content_type}, b"{}")
        return lambda result: ({}, b"")
    shape = service.shapes[operation.output]
    if service.protocol == "json" or (not shape.payload and not any(m.location for m in shape.members.values())):
        return _body_writer(shape, converters, content_type)
    return _located_writer(service, shape, converters, content_type)


def _body_writer(shape: Shape, converters: Converters, content_type: str) -> Writer:
    convert = converters.structure(shape, tuple(shape.members))
    if not converters.is_plain(shape):
        return lambda result: ({"content-type": content_type}, _encode(convert(result)))
    known = shape.members.keys()

    def write(result: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        if not result.keys() <= known:
            result = convert(result)
        return {"content-type": content_type}, _encode(result)

    return write


def _located_writer(service: Service, shape: Shape, converters: Converters, content_type: str) -> Writer:
    headers = [
        (name, (node.name or name).lower(), service.resolve(node).type, node)
        for name, node in shape.members.items()
        if node.location == "header"
    ]
    prefixes = [(name, node.name.lower()) for name, node in shape.members.items() if node.location == "headers"]
    payload = shape.payload
    kind = service.resolve(shape.members[payload]).type if payload else ""
    payload_convert = converters.of(shape.members[payload]) if payload else None
    convert = converters.structure(shape, tuple(n for n, node in shape.members.items() if not node.location))

    def write(result: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        sent: dict[str, str] = {}
        for name, wire, type_name, node in headers:
            value = result.get(name)
            if value is not None:
                sent[wire] = header_text(value, type_name, node.timestamp_format)
        for name, prefix in prefixes:
            for key, text in result.get(name, {}).items():
                sent[prefix + key.lower()] = header_text(text, "string", "")
        if not payload:
            return {"content-type": content_type, **sent}, _encode(convert(result))
        value = result.get(payload)
        if kind == "blob":
            return ({"content-type": "application/octet-stream", **sent}, value) if value else (sent, b"")
        if kind == "string":
            return {"content-type": "text/plain", **sent}, (value or "").encode()
        if value is not None and payload_convert is not None:
            value = payload_convert(value)
        return {"content-type": content_type, **sent}, _encode(value if value is not None else {})

    return write


def header_text(value: Any, type_name: str, timestamp_format: str) -> str:
    """A member's value as a header carries it: one line of ISO 8859-1."""
    if type_name == "boolean":
        return "true" if value else "false"
    if type_name == "timestamp":
        return str(FORMATS[(timestamp_format or "rfc822").lower()](value))
    text = str(value)
    if text.isascii() and text.isprintable():
        return text
    # A control character would begin another header; what headers cannot carry is shown as a question mark.
    return "".join(c if c.isprintable() else "?" for c in text).encode("latin-1", "replace").decode("latin-1")
