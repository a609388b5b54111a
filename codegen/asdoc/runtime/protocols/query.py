"""The query protocols, AWS's and EC2's: every operation is a form, posted to `/`.

    Action=SendMessage&Version=2012-11-05&MessageAttribute.1.Name=color&MessageAttribute.1.Value.StringValue=red

A nested value is named by its path. The two differ in names, and in how they number the elements of a list.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from .. import timestamps
from ..schema import Operation, Service, Shape
from .base import Parts, Serializer, number_text, quote, read_blob

Write = Callable[[list[str], str, Any], None]
"""Adds the pairs of a value to a form, under a name that is percent-encoded already."""


def compile_serializer(service: Service, operation: Operation) -> Serializer:
    head = f"Action={quote(operation.name)}&Version={quote(service.api_version)}"
    shape = service.shapes[operation.input] if operation.input else Shape(type="structure")
    form = (_Ec2Form if service.protocol == "ec2" else _Form)(service)
    writers = {name: (quote(form.name(node, name)), form.node(node)) for name, node in shape.members.items()}

    def serialize(arguments: Mapping[str, Any]) -> Parts:
        pairs = [head]
        for name, value in arguments.items():
            prefix, write = writers[name]
            write(pairs, prefix, value)
        return Parts(
            path="/",
            headers={"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
            body="&".join(pairs).encode(),
        )

    return serialize


class _Form:
    """Compiles the shapes of a service into writers of form pairs."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.named: dict[tuple[str, bool, bool], Write] = {}

    def name(self, node: Shape, default: str) -> str:
        shape = self.service.resolve(node)
        # the name of a structure is for the root of a body of XML alone
        return node.name or (shape.name if shape.type != "structure" else "") or default

    def node(self, node: Shape) -> Write:
        shape = self.service.resolve(node)
        if shape.type == "timestamp":
            return self._timestamp(node, shape)
        flattened = node.flattened or shape.flattened
        named = bool(node.name)
        if not node.shape:
            return self._inline(shape, flattened, named)
        key = (node.shape, flattened, named)
        if key not in self.named:
            # a shape that holds itself finds this while it is being compiled
            self.named[key] = lambda pairs, prefix, value: self.named[key](pairs, prefix, value)
            self.named[key] = self._inline(shape, flattened, named)
        return self.named[key]

    def _inline(self, shape: Shape, flattened: bool, named: bool) -> Write:
        if shape.type == "structure":
            return self._structure(shape)
        if shape.type == "list" and shape.member is not None:
            return self._list(shape.member, flattened, named)
        if shape.type == "map" and shape.key is not None and shape.value is not None:
            return self._map(shape.key, shape.value, flattened)
        text = _TEXTS.get(shape.type, str)
        return lambda pairs, prefix, value: pairs.append(f"{prefix}={quote(text(value))}")

    @staticmethod
    def _timestamp(node: Shape, shape: Shape) -> Write:
        form = timestamps.FORMATS[(node.timestamp_format or shape.timestamp_format or "iso8601").lower()]
        return lambda pairs, prefix, value: pairs.append(f"{prefix}={quote(str(form(timestamps.given(value))))}")

    def _structure(self, shape: Shape) -> Write:
        writers = {name: (quote(self.name(node, name)), self.node(node)) for name, node in shape.members.items()}

        def write(pairs: list[str], prefix: str, value: Any) -> None:
            for name, held in value.items():
                if held is not None:
                    wire, member = writers[name]
                    member(pairs, f"{prefix}.{wire}", held)

        return write

    def _list(self, member: Shape, flattened: bool, named: bool) -> Write:
        item = self.node(member)
        own = quote(self.name(member, ""))

        def write(pairs: list[str], prefix: str, value: Any) -> None:
            if not value:
                pairs.append(f"{prefix}=")  # an empty list is told, so that it differs from none
                return
            if not flattened:
                prefix = f"{prefix}.{own or 'member'}"
            elif own and not named:
                # the element's name takes the place of the list's, unless the list was given one for this
                outer, dot, _ = prefix.rpartition(".")
                prefix = f"{outer}{dot}{own}"
            for number, held in enumerate(value, 1):
                item(pairs, f"{prefix}.{number}", held)

        return write

    def _map(self, key: Shape, value: Shape, flattened: bool) -> Write:
        write_key, write_value = self.node(key), self.node(value)
        keys, values = quote(self.name(key, "key")), quote(self.name(value, "value"))

        def write(pairs: list[str], prefix: str, value: Any) -> None:
            if not flattened:
                prefix = f"{prefix}.entry"
            for number, (name, held) in enumerate(value.items(), 1):
                write_key(pairs, f"{prefix}.{number}.{keys}", name)
                write_value(pairs, f"{prefix}.{number}.{values}", held)

        return write


class _Ec2Form(_Form):
    """EC2's own: names of its own, capitalized; lists are always flat, and empty ones are not told."""

    def name(self, node: Shape, default: str) -> str:
        shape = self.service.resolve(node)
        if told := node.query_name or shape.query_name:
            return told
        name = node.name or shape.name or default
        return name[:1].upper() + name[1:]

    def _list(self, member: Shape, flattened: bool, named: bool) -> Write:
        item = self.node(member)

        def write(pairs: list[str], prefix: str, value: Any) -> None:
            for number, held in enumerate(value, 1):
                item(pairs, f"{prefix}.{number}", held)

        return write


_TEXTS: dict[str, Callable[[Any], str]] = {
    "boolean": lambda value: "true" if value else "false",
    "float": number_text,
    "double": number_text,
    "blob": lambda value: base64.b64encode(read_blob(value)).decode(),
}
