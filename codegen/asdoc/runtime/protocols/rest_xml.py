"""REST with a body of XML: a child element a member, or an attribute; lists with or without an element around them."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ..exceptions import ParamValidationError
from ..schema import Operation, Service, Shape
from .base import Encode, Serializer, number_text, read_blob, timestamp_encoder
from .rest import compile_rest

Write = Callable[[list[str], str, Any], None]
"""Adds the elements of a value to a text, under a name."""

_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#xD;", "\n": "&#xA;", "\t": "&#x9;"}
_TO_ESCAPE = re.compile(r'[&<>"\r\n]')
_TO_ESCAPE_IN_ATTRIBUTE = re.compile(r'[&<>"\r\n\t]')
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def compile_serializer(service: Service, operation: Operation) -> Serializer:
    return compile_rest(service, operation, _Xml(service, operation))


def escape(text: str, what: re.Pattern[str] = _TO_ESCAPE) -> str:
    """`text` as it stands between tags. Raises ValueError for what XML 1.0 has no way to write."""
    if (found := _FORBIDDEN.search(text)) is not None:
        raise ValueError(f"XML cannot hold the character {found[0]!r}")
    return what.sub(lambda match: _ESCAPED[match[0]], text)


class _Xml:
    content_type = "application/xml"

    def __init__(self, service: Service, operation: Operation) -> None:
        self.operation = operation
        self.service = service
        self.named: dict[tuple[str, bool, str, str], Write] = {}

    def member(self, node: Shape) -> Encode | None:
        return None

    def members(self, shape: Shape) -> Callable[[Mapping[str, Any]], bytes]:
        # `members` come by their names on the wire
        documented = {node.name or name: name for name, node in shape.members.items() if not node.location}
        operation = self.operation
        namespace = operation.input_namespace or shape.xml_namespace or self.service.xml_namespace
        write = self._structure(shape, namespace, "")
        root = operation.input_name or shape.name or operation.input
        return lambda members: self._text(write, root, {documented[name]: held for name, held in members.items()})

    def payload(self, node: Shape, name: str) -> Callable[[Any], bytes]:
        shape = self.service.resolve(node)
        root = node.name or shape.name or node.shape or name
        if not (node.xml_namespace or shape.xml_namespace):
            # what a service says of its elements is said by their root
            node = msgspec.structs.replace(node, xml_namespace=self.service.xml_namespace)
        write = self.node(node)
        return lambda value: self._text(write, root, value)

    def empty(self, shape: Shape) -> bytes:
        return b""

    def _text(self, write: Write, root: str, value: Any) -> bytes:
        parts: list[str] = []
        try:
            write(parts, root, value)
            return "".join(parts).encode()
        except (ValueError, TypeError, RecursionError) as error:
            raise ParamValidationError(self.operation.name, [f"the body cannot be written as XML: {error}"]) from error

    def node(self, node: Shape) -> Write:
        shape = self.service.resolve(node)
        namespace, prefix = node.xml_namespace or shape.xml_namespace, node.xml_prefix or shape.xml_prefix
        flattened = node.flattened or shape.flattened
        if shape.type == "timestamp":
            return _scalar(self._text_of(node), namespace, prefix)
        if not node.shape:
            return self._inline(node, flattened, namespace, prefix)
        key = (node.shape, flattened, f"{prefix} {namespace}", node.xml_namespace)
        if key not in self.named:
            # a shape that holds itself finds this while it is being compiled
            self.named[key] = lambda parts, name, value: self.named[key](parts, name, value)
            self.named[key] = self._inline(node, flattened, namespace, prefix)
        return self.named[key]

    def _inline(self, node: Shape, flattened: bool, namespace: str, prefix: str) -> Write:
        shape = self.service.resolve(node)
        if shape.type == "structure":
            return self._structure(shape, namespace, prefix)
        if shape.type == "list" and shape.member is not None:
            return self._list(shape.member, flattened, _attribute(namespace, prefix))
        if shape.type == "map" and shape.key is not None and shape.value is not None:
            # of a flat map each entry is an element of the member, and so has the member's namespace, not the map's
            own = _attribute(node.xml_namespace, node.xml_prefix) if flattened else _attribute(namespace, prefix)
            return self._map(shape.key, shape.value, flattened, own)
        return _scalar(self._text_of(node), namespace, prefix)

    def _text_of(self, node: Shape) -> Callable[[Any], str]:
        """How a scalar is written."""
        kind = self.service.resolve(node).type
        if kind == "timestamp":
            form = timestamp_encoder(self.service, node, "iso8601")
            return lambda value: str(form(value))
        return _TEXTS.get(kind, str)

    def _structure(self, shape: Shape, namespace: str, prefix: str) -> Write:
        opening = _attribute(namespace, prefix)
        attributes = {
            name: (node.name or name, self._text_of(node)) for name, node in shape.members.items() if node.xml_attribute
        }
        elements = {
            name: (node.name or self._name(node) or name, self.node(node))
            for name, node in shape.members.items()
            if name not in attributes
        }

        def write(parts: list[str], name: str, value: Any) -> None:
            parts.append(f"<{name}{opening}")
            for member, held in value.items():
                if member in attributes and held is not None:
                    wire, text = attributes[member]
                    parts.append(f' {wire}="{escape(text(held), _TO_ESCAPE_IN_ATTRIBUTE)}"')
            parts.append(">")
            for member, held in value.items():
                if member in elements and held is not None:
                    wire, element = elements[member]
                    element(parts, wire, held)
            parts.append(f"</{name}>")

        return write

    def _name(self, node: Shape) -> str:
        """The name that a type gives to its elements; that of a structure is for the root of a body alone."""
        shape = self.service.resolve(node)
        return "" if shape.type == "structure" else shape.name

    def _list(self, member: Shape, flattened: bool, attribute: str) -> Write:
        item = self.node(member)
        inner = member.name or self._name(member) or "member"

        def flat(parts: list[str], name: str, value: Any) -> None:
            for held in value:
                if held is None:
                    parts.append(f"<{name}/>")
                else:
                    item(parts, name, held)

        def wrapped(parts: list[str], name: str, value: Any) -> None:
            parts.append(f"<{name}{attribute}>")
            flat(parts, inner, value)
            parts.append(f"</{name}>")

        return flat if flattened else wrapped

    def _map(self, key: Shape, value: Shape, flattened: bool, attribute: str) -> Write:
        write_key, write_value = self.node(key), self.node(value)
        inner = attribute if flattened else ""
        keys = key.name or self._name(key) or "key"
        values = value.name or self._name(value) or "value"

        def flat(parts: list[str], name: str, held: Any) -> None:
            for entry, item in held.items():
                parts.append(f"<{name}{inner}>")
                write_key(parts, keys, entry)
                if item is None:
                    parts.append(f"<{values}/>")
                else:
                    write_value(parts, values, item)
                parts.append(f"</{name}>")

        def wrapped(parts: list[str], name: str, held: Any) -> None:
            parts.append(f"<{name}{attribute}>")
            flat(parts, "entry", held)
            parts.append(f"</{name}>")

        return flat if flattened else wrapped


def _attribute(namespace: str, prefix: str) -> str:
    return f' xmlns{":" if prefix else ""}{prefix}="{escape(namespace)}"' if namespace else ""


def _scalar(text: Callable[[Any], str], namespace: str, prefix: str) -> Write:
    attribute = _attribute(namespace, prefix)
    return lambda parts, name, value: parts.append(f"<{name}{attribute}>{escape(text(value))}</{name}>")


_TEXTS: dict[str, Callable[[Any], str]] = {
    "boolean": lambda value: "true" if value else "false",
    "float": number_text,
    "double": number_text,
    "blob": lambda value: base64.b64encode(read_blob(value)).decode(),
}
