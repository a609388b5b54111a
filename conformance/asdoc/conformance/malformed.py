"""Requests that are wrong on purpose: what a client of ours would refuse to send, sent as it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from asdoc.runtime.endpoint import parse_endpoint
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.schema import Operation, Service, Shape
from asdoc.runtime.serialize import compile_serializer

RAW = "$raw"
"""`{$raw: 7}`: a JSON value that is sent as it stands, whatever the type of its member."""


def malformed(service: Service, operation: Operation, arguments: Mapping[str, Any], *, endpoint: str) -> HttpRequest:
    """The unsigned request of a call, unchecked. Raises LookupError, TypeError or ValueError where it has no form."""
    raw = {name: value[RAW] for name, value in arguments.items() if isinstance(value, dict) and RAW in value}
    plain = {name: value for name, value in arguments.items() if name not in raw and value is not None}
    members = service.shapes[operation.input].members if operation.input else {}
    in_body = {name: value for name, value in raw.items() if _in_json_body(service, members[name])}
    # Outside of the body everything is text, and a text is what a wrong type looks like there.
    plain |= {name: value for name, value in raw.items() if name not in in_body}
    parts = compile_serializer(service, operation)(plain)
    body = parts.body
    headers = dict(parts.headers)
    if in_body:
        told = json.loads(body) if body else {}
        body = json.dumps({**told, **{members[name].name or name: value for name, value in in_body.items()}}).encode()
        headers.setdefault("content-type", "application/json")
    where = parse_endpoint(endpoint)
    target = where.path.rstrip("/") + parts.path if where.path else parts.path
    if parts.query:
        target = f"{target}{'&' if '?' in target else '?'}{parts.query}"
    return HttpRequest(
        method=operation.http_method, scheme=where.scheme, host=where.host, target=target, headers=headers, body=body
    )


def _in_json_body(service: Service, member: Shape) -> bool:
    return service.protocol in {"json", "rest-json"} and not (service.protocol == "rest-json" and member.location)
