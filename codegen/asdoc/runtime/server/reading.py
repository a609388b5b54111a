"""From a request's parts to the documented members, checked: one reader an operation, compiled from the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import unquote, unquote_plus

import msgspec

from ..errors import AsdocError
from ..schema import Operation, Service, Shape
from .limits import MAX_DEPTH, is_deep
from .validation import Check, Checkers, InvalidRequestError


class Headers(Protocol):
    """Request headers: looked up by name in lower case."""

    def get(self, name: str, /) -> str | None: ...

    def items(self) -> Iterable[tuple[str, str]]: ...


Reader = Callable[[list[str], str, Headers, bytes], dict[str, Any]]
"""Takes the texts of the path's labels (decoded), the query string, the headers and the body; gives the members.

Raises InvalidRequestError where they break the table's rules."""

Field = tuple[str, str, bool, Check]
"""Documented name, name on the wire, whether it is required, its checker."""


def compile_reader(service: Service, operation: Operation, labels: list[str], checkers: Checkers) -> Reader:
    """The reader of an operation. `labels` are the names of its URI template's labels, in order."""
    shape = service.shapes[operation.input] if operation.input else Shape(type="structure")
    if service.protocol == "json":
        return _json_reader(shape, checkers)
    if service.protocol != "rest-json":
        raise AsdocError(
            f"serving {service.service}: its protocol is {service.protocol}.",
            hint="Backends speak rest-json and json today.",
        )
    parts: list[Callable[[dict[str, Any], list[str], str, Headers, bytes], None]] = []
    order = [(name, labels.index(wire), check) for name, wire, _, check in _fields(shape, "uri", checkers)]
    if order:
        parts.append(_label_part(order))
    query = _fields(shape, "querystring", checkers, service)
    if query:
        lists = frozenset(
            name for name, node in shape.members.items() if service.resolve(node).type == "list" and node.location
        )
        parts.append(_query_part(query, lists))
    headers = _fields(shape, "header", checkers)
    if headers:
        parts.append(_header_part(headers))
    for name, node in shape.members.items():
        if node.location == "headers":
            parts.append(_prefix_part(name, node.name.lower()))
    body = _body_part(service, shape, checkers)
    if body is not None:
        parts.append(body)
    if len(parts) == 1 and order:
        return _labels_only(order)

    def read(labels: list[str], query: str, headers: Headers, body: bytes) -> dict[str, Any]:
        params: dict[str, Any] = {}
        for part in parts:
            part(params, labels, query, headers, body)
        return params

    return read


def _fields(shape: Shape, location: str, checkers: Checkers, service: Service | None = None) -> list[Field]:
    fields = []
    for name, node in shape.members.items():
        if node.location != location:
            continue
        target = service.resolve(node) if service else node
        if target.type == "list" and target.member is not None:
            check = _text_list(checkers.of(node), checkers.of(target.member, text=True))
        else:
            check = checkers.of(node, text=True)
        wire = node.name or name
        fields.append((name, wire.lower() if location == "header" else wire, name in shape.required, check))
    return fields


def _text_list(whole: Check, member: Check) -> Check:
    def check(value: Any, where: str) -> Any:
        return whole([member(item, where) for item in value], where)

    return check


def _label_part(
    order: list[tuple[str, int, Check]],
) -> Callable[[dict[str, Any], list[str], str, Headers, bytes], None]:
    def part(params: dict[str, Any], labels: list[str], query: str, headers: Headers, body: bytes) -> None:
        for name, index, check in order:
            params[name] = check(labels[index], name)

    return part


def _labels_only(order: list[tuple[str, int, Check]]) -> Reader:
    if len(order) == 1:
        name, index, check = order[0]
        return lambda labels, query, headers, body: {name: check(labels[index], name)}
    return lambda labels, query, headers, body: {name: check(labels[index], name) for name, index, check in order}


def _query_part(
    fields: list[Field], lists: frozenset[str]
) -> Callable[[dict[str, Any], list[str], str, Headers, bytes], None]:
    def part(params: dict[str, Any], labels: list[str], query: str, headers: Headers, body: bytes) -> None:
        given = parse_query(query) if query else {}
        for name, wire, required, check in fields:
            texts = given.get(wire)
            if texts is not None:
                params[name] = check(texts if name in lists else texts[0], name)
            elif required:
                raise InvalidRequestError(name, "is required")

    return part


def _header_part(fields: list[Field]) -> Callable[[dict[str, Any], list[str], str, Headers, bytes], None]:
    def part(params: dict[str, Any], labels: list[str], query: str, headers: Headers, body: bytes) -> None:
        for name, wire, required, check in fields:
            text = headers.get(wire)
            if text is not None:
                params[name] = check(text, name)
            elif required:
                raise InvalidRequestError(name, "is required")

    return part


def _prefix_part(name: str, prefix: str) -> Callable[[dict[str, Any], list[str], str, Headers, bytes], None]:
    def part(params: dict[str, Any], labels: list[str], query: str, headers: Headers, body: bytes) -> None:
        found = {key[len(prefix) :]: text for key, text in headers.items() if key.startswith(prefix)}
        if found:
            params[name] = found

    return part


def _body_part(
    service: Service, shape: Shape, checkers: Checkers
) -> Callable[[dict[str, Any], list[str], str, Headers, bytes], None] | None:
    if shape.payload:
        name = shape.payload
        node = shape.members[name]
        check = checkers.of(node)
        required = name in shape.required
        kind = service.resolve(node).type

        def payload(params: dict[str, Any], labels: list[str], query: str, headers: Headers, body: bytes) -> None:
            # A body of no bytes is how a client sends a payload that it was not given.
            if not body:
                if required:
                    raise InvalidRequestError(name, "is required")
                return
            if kind == "blob":
                params[name] = check(body, name)
            elif kind == "string":
                params[name] = check(_text(body), name)
            else:
                params[name] = check(decode_json(body), name)

        return payload
    names = tuple(name for name, node in shape.members.items() if not node.location)
    if not names:
        return None
    structure = checkers.structure(shape, names)

    def members(params: dict[str, Any], labels: list[str], query: str, headers: Headers, body: bytes) -> None:
        params.update(structure(decode_json(body) if body else {}, ""))

    return members


def _json_reader(shape: Shape, checkers: Checkers) -> Reader:
    structure = checkers.structure(shape, tuple(shape.members))
    return lambda labels, query, headers, body: structure(decode_json(body) if body else {}, "")


def decode_json(body: bytes) -> Any:
    """The value of a JSON text. Raises InvalidRequestError where it is none."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidRequestError("", f"the body is not valid JSON ({error})") from error
    except RecursionError as error:
        raise InvalidRequestError("", "the body is nested too deeply") from error
    if is_deep(body, value):
        raise InvalidRequestError("", f"the body is nested deeper than {MAX_DEPTH} levels")
    return value


def parse_query(query: str) -> dict[str, list[str]]:
    """The values of a query string by name. Raises InvalidRequestError where it is not UTF-8."""
    values: dict[str, list[str]] = {}
    for part in query.split("&"):
        name, _, text = part.partition("=")
        if "%" in part or "+" in part:
            try:
                name, text = unquote_plus(name, errors="strict"), unquote_plus(text, errors="strict")
            except UnicodeDecodeError as error:
                raise InvalidRequestError("", "the query string is not UTF-8") from error
        values.setdefault(name, []).append(text)
    return values


def decode_labels(labels: list[str]) -> list[str]:
    """The labels of a path without its percent-encoding. Raises InvalidRequestError where they are not UTF-8."""
    try:
        return [unquote(label, errors="strict") if "%" in label else label for label in labels]
    except UnicodeDecodeError as error:
        raise InvalidRequestError("", "the path is not UTF-8") from error


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise InvalidRequestError("", "the body is not UTF-8") from error


def lower_case(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by name in lower case."""
    return {name.lower(): text for name, text in headers.items()}
