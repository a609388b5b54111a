"""REST with JSON: members go to path, query string and headers as the wire facts say, the rest into the body."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ..exceptions import UnsupportedProtocolError
from ..schema import Operation, Service, Shape
from .base import Encode, JsonBody, Parts, Serializer, encode_json, float_text, quote, read_blob, timestamp_encoder

_Place = Callable[[Any, "_Draft"], None]
"""Puts one argument where it belongs."""


class _Draft(msgspec.Struct):
    labels: dict[str, str] = {}
    query: list[str] = []
    query_map: list[str] = []
    headers: dict[str, str] = {}
    body: dict[str, Any] = {}
    payload: Any = None


def compile_serializer(service: Service, operation: Operation) -> Serializer:
    shape = service.shapes[operation.input] if operation.input else Shape(type="structure")
    places = _places(service, operation, shape)
    path, labels = _template(operation.uri)
    payload_type = service.resolve(shape.members[shape.payload]).type if shape.payload else ""
    raw = payload_type in ("blob", "string")
    # a body is promised by any member that stands nowhere else, though none may be given
    empty = b"{}" if not raw and any(not node.location for node in shape.members.values()) else b""

    def serialize(arguments: Mapping[str, Any]) -> Parts:
        draft = _Draft()
        for name, value in arguments.items():
            places[name](value, draft)
        headers = draft.headers
        body = empty
        if draft.payload is not None:
            body = read_blob(draft.payload) if raw else encode_json(operation, draft.payload)
        elif draft.body:
            body = encode_json(operation, draft.body)
        if body and not raw and "content-type" not in headers:
            headers["content-type"] = "application/json"
        filled = path % tuple([draft.labels[label] for label in labels]) if labels else path
        query = "&".join(draft.query + draft.query_map) if draft.query or draft.query_map else ""
        return Parts(path=filled, query=query, headers=headers, body=body)

    return serialize


def _template(uri: str) -> tuple[str, tuple[str, ...]]:
    """The path as a format with `%s` for each label, and the labels in their order; `{Key+}` keeps its slashes."""
    labels = tuple(re.findall(r"{(.*?)}", uri))
    return (re.sub(r"{.*?}", "%s", uri.replace("%", "%%")) if labels else uri), labels


def _places(service: Service, operation: Operation, shape: Shape) -> dict[str, _Place]:
    greedy = {label[:-1] for label in _template(operation.uri)[1] if label.endswith("+")}
    body = JsonBody(service)
    places: dict[str, _Place] = {}
    for name, node in shape.members.items():
        wire = node.name or name
        if service.resolve(node).eventstream:
            raise UnsupportedProtocolError(
                f"preparing {service.service} {operation.name}: its input {name} is an event stream",
                hint="Streams of events can not be sent.",
            )
        if name == shape.payload:
            places[name] = _payload(body.node(node) if service.resolve(node).type not in ("blob", "string") else None)
        elif node.location == "uri":
            places[name] = _label(wire, _text(service, node), greedy=wire in greedy)
        elif node.location == "querystring":
            places[name] = _query(service, node, quote(wire))
        elif node.location == "header":
            places[name] = _header(wire.lower(), _header_text(service, node))
        elif node.location == "headers":
            places[name] = _headers(wire.lower())
        else:
            places[name] = _body(wire, body.node(node))
    return places


def _label(wire: str, text: Encode | None, *, greedy: bool) -> _Place:
    label = f"{wire}+" if greedy else wire

    def place(value: Any, draft: _Draft) -> None:
        draft.labels[label] = quote(value if text is None else text(value), greedy=greedy)

    return place


def _query(service: Service, node: Shape, key: str) -> _Place:
    shape = service.resolve(node)
    if shape.type == "map":

        def place_map(value: Any, draft: _Draft) -> None:
            for name, held in value.items():
                parts = held if isinstance(held, list | tuple) else [held]
                draft.query_map.extend(f"{quote(name)}={quote(str(part))}" for part in parts)

        return place_map
    if shape.type == "list" and shape.member is not None:
        item = _text(service, shape.member)

        def place_list(value: Any, draft: _Draft) -> None:
            draft.query.extend(f"{key}={quote(part if item is None else item(part))}" for part in value)

        return place_list
    text = _text(service, node)

    def place(value: Any, draft: _Draft) -> None:
        draft.query.append(f"{key}={quote(value if text is None else text(value))}")

    return place


def _header(wire: str, text: Encode | None) -> _Place:
    def place(value: Any, draft: _Draft) -> None:
        written = value if text is None else text(value)
        if written is not None:
            draft.headers[wire] = written

    return place


def _headers(prefix: str) -> _Place:
    def place(value: Any, draft: _Draft) -> None:
        for name, held in value.items():
            draft.headers[prefix + name.lower()] = held

    return place


def _payload(encode: Encode | None) -> _Place:
    def place(value: Any, draft: _Draft) -> None:
        draft.payload = value if encode is None else encode(value)

    return place


def _body(wire: str, encode: Encode | None) -> _Place:
    def place(value: Any, draft: _Draft) -> None:
        draft.body[wire] = value if encode is None else encode(value)

    return place


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
    "float": lambda value: str(float_text(value)),
    "double": lambda value: str(float_text(value)),
}
