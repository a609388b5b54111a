"""AWS JSON 1.0 and 1.1: every operation is a POST to `/`, named by a header, with all of its input in the body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..schema import Operation, Service
from .base import JsonBody, Parts, Serializer, encode_json


def compile_serializer(service: Service, operation: Operation) -> Serializer:
    headers = {
        "x-amz-target": f"{service.target_prefix}.{operation.name}",
        "content-type": f"application/x-amz-json-{service.json_version or '1.0'}",
    }
    if service.query_compatible:
        headers["x-amzn-query-mode"] = "true"
    shape = service.shapes[operation.input] if operation.input else None
    encode = None if shape is None else JsonBody(service).members(shape)

    def serialize(arguments: Mapping[str, Any]) -> Parts:
        body = arguments if encode is None else encode(arguments)
        return Parts(path="/", headers=headers.copy(), body=encode_json(operation, body))

    return serialize
