"""REST with a body of JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..schema import Operation, Service, Shape
from .base import Encode, JsonBody, Serializer, encode_json
from .rest import compile_rest


def compile_serializer(service: Service, operation: Operation) -> Serializer:
    return compile_rest(service, operation, _Json(service, operation))


class _Json:
    content_type = "application/json"

    def __init__(self, service: Service, operation: Operation) -> None:
        self.operation = operation
        self.service = service
        self.body = JsonBody(service)

    def member(self, node: Shape) -> Encode | None:
        return self.body.node(node)

    def members(self, shape: Shape) -> Callable[[Mapping[str, Any]], bytes]:
        return lambda members: encode_json(self.operation, members)

    def payload(self, node: Shape, name: str) -> Callable[[Any], bytes]:
        encode = self.body.node(node)
        return lambda value: encode_json(self.operation, value if encode is None else encode(value))

    def empty(self, shape: Shape) -> bytes:
        if shape.payload:
            # a structure may be empty; of a union, a list or a document that is not given there is nothing to say
            held = self.service.resolve(shape.members[shape.payload])
            return b"{}" if held.type == "structure" and not held.union else b""
        # a body is promised by any member that stands nowhere else, though none may be given
        return b"{}" if any(not node.location for node in shape.members.values()) else b""
