"""What the REST protocols share: members go to path, query string and headers as the wire facts say.

What is left goes into the body, which each protocol writes in its own way.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import msgspec

from ..finishing import streams_in
from ..schema import Operation, Service, Shape
from ..uploads import upload_of
from .base import Encode, Parts, Serializer, number_text, quote, read_blob, timestamp_encoder

_LABEL, _GREEDY, _QUERY, _QUERY_LIST, _QUERY_MAP, _HEADER, _HEADERS, _PAYLOAD, _BODY = range(9)
_Place = tuple[int, str, Encode | None]
"""Where a member goes, its name there, and how its value is written; None where it is so already."""


class Body(Protocol):
    """How a protocol writes the body."""

    content_type: str

    def member(self, node: Shape) -> Encode | None:
        """How one member is made ready; None where it is so already."""

    def members(self, shape: Shape) -> Callable[[Mapping[str, Any]], bytes]:
        """Writes the members, made ready and by their names on the wire, that stand nowhere else."""
        ...

    def payload(self, node: Shape, name: str) -> Callable[[Any], bytes]:
        """Writes the one member that is the whole body."""
        ...

    def empty(self, shape: Shape) -> bytes:
        """The body where no member of it is given."""
        ...


def compile_rest(service: Service, operation: Operation, body_of: Body) -> Serializer:
    shape = service.shapes[operation.input] if operation.input else Shape(type="structure")
    path, labels = template(operation.uri)
    places = _places(service, shape, body_of, greedy={label[:-1] for label in labels if label.endswith("+")})
    names = [label.rstrip("+") for label in labels]
    payload = service.resolve(shape.members[shape.payload]).type if shape.payload else ""
    content_type = _RAW_TYPES.get(payload, body_of.content_type)
    streams = streams_in(service, operation)
    empty = b"" if payload in _RAW else body_of.empty(shape)
    write_members = body_of.members(shape)

    def serialize(arguments: Mapping[str, Any]) -> Parts:
        filled: dict[str, str] = {}
        query: list[str] = []
        free_query: dict[str, Any] = {}
        headers: dict[str, str] = {}
        free_headers: dict[str, str] = {}
        members: dict[str, Any] = {}
        body: Any = empty
        streamed: Any = None
        for name, value in arguments.items():
            place, wire, encode = places[name]
            written = value if encode is None or place == _PAYLOAD else encode(value)
            if place == _LABEL:
                filled[wire] = quote(written)
            elif place == _BODY:
                members[wire] = written
            elif place == _QUERY:
                query.append(f"{wire}={quote(written)}")
            elif place == _QUERY_LIST:
                query.extend(f"{wire}={quote(part)}" for part in written)
            elif place == _QUERY_MAP:
                free_query |= written
            elif place == _HEADER:
                if written is not None:
                    headers[wire] = written
            elif place == _HEADERS:
                free_headers |= {wire + key.lower(): held for key, held in written.items()}
            elif place == _GREEDY:
                filled[wire] = quote(written, greedy=True)
            elif streams and not isinstance(value, bytes | bytearray | memoryview | str):
                streamed = value
            else:
                body = written if encode is None else encode(value)
        # a member that has a place of its own outdoes a map that names the same place
        if free_query:
            query += _pairs(free_query, {pair.partition("=")[0] for pair in query})
        if free_headers:
            headers = free_headers | headers
        if members:
            body = write_members(members)
        upload = None if streamed is None else upload_of(streamed, _told_length(headers))
        if (body or upload is not None) and "content-type" not in headers:
            headers["content-type"] = content_type
        return Parts(
            path=path % tuple([filled[name] for name in names]) if names else path,
            query="&".join(query) if query else "",
            headers=headers,
            body=body,
            upload=upload,
        )

    return serialize


def _told_length(headers: Mapping[str, str]) -> int | None:
    return int(headers["content-length"]) if "content-length" in headers else None


def _pairs(members: Mapping[str, Any], taken: set[str]) -> Iterator[str]:
    for name, held in members.items():
        key = quote(name)
        if key not in taken:
            for part in held if isinstance(held, list | tuple) else [held]:
                yield f"{key}={quote(str(part))}"


def template(uri: str) -> tuple[str, tuple[str, ...]]:
    """The path as a format with `%s` for each label, and the labels in their order; `{Key+}` keeps its slashes."""
    labels = tuple(re.findall(r"{(.*?)}", uri))
    return (re.sub(r"{.*?}", "%s", uri.replace("%", "%%")) if labels else uri), labels


def _places(service: Service, shape: Shape, body: Body, *, greedy: set[str]) -> dict[str, _Place]:
    places: dict[str, _Place] = {}
    for name, node in shape.members.items():
        wire = node.name or name
        held = service.resolve(node)
        if name == shape.payload:
            places[name] = (_PAYLOAD, wire, _RAW.get(held.type) or body.payload(node, wire))
        elif node.location == "uri":
            places[name] = (_GREEDY if wire in greedy else _LABEL, wire, _text(service, node))
        elif node.location == "querystring":
            places[name] = _query(service, node, quote(wire))
        elif node.location == "header":
            places[name] = (_HEADER, wire.lower(), _header_text(service, node))
        elif node.location == "headers":
            places[name] = (_HEADERS, node.name.lower(), None)  # a prefix may be empty
        else:
            places[name] = (_BODY, wire, body.member(node))
    return places


def _query(service: Service, node: Shape, key: str) -> _Place:
    shape = service.resolve(node)
    if shape.type == "map":
        return _QUERY_MAP, key, None
    if shape.type == "list" and shape.member is not None:
        item = _text(service, shape.member)
        return _QUERY_LIST, key, None if item is None else lambda value: [item(part) for part in value]
    return _QUERY, key, _text(service, node)


def _text(service: Service, node: Shape) -> Encode | None:
    """How a scalar is written in a path or a query string; None for a string, which is so already."""
    kind = service.resolve(node).type
    if kind == "timestamp":
        form = timestamp_encoder(service, node, "iso8601")
        return lambda value: str(form(value))
    return _TEXTS.get(kind, str)


def _header_text(service: Service, node: Shape) -> Encode | None:
    """How a value is written as a header; the function gives None where no header is to be sent."""
    shape = service.resolve(node)
    if node.jsonvalue:
        return lambda value: base64.b64encode(msgspec.json.encode(value)).decode()
    if shape.type == "timestamp":
        form = timestamp_encoder(service, node, "rfc822")
        return lambda value: str(form(value))
    if shape.type == "list" and shape.member is not None:
        item = _header_item if service.resolve(shape.member).type == "string" else _header_text(service, shape.member)
        return lambda value: ",".join(part if item is None else item(part) for part in value) if value else None
    return _TEXTS.get(shape.type, str)


def _header_item(value: str) -> str:
    """One string of a list in a header: quoted where it holds what separates or quotes."""
    return '"' + value.replace('"', '\\"') + '"' if '"' in value or "," in value else value


_TEXTS: dict[str, Encode | None] = {
    "string": None,
    "boolean": lambda value: "true" if value else "false",
    "float": number_text,
    "double": number_text,
}
_RAW: dict[str, Encode] = {"blob": read_blob, "string": read_blob}
_RAW_TYPES = {"blob": "application/octet-stream", "string": "text/plain"}
"""The types that the protocols give to a body that is a blob or a string, where no member says another."""
