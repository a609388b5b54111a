"""From a call to an unsigned request: `build` is pure, its plans are compiled once an operation.

A protocol is a row in `PROTOCOLS`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .endpoint import Endpoint, parse_endpoint
from .exceptions import ParamValidationError, UnsupportedProtocolError
from .http import HttpRequest
from .protocols import aws_json, cbor, query, rest_json, rest_xml
from .protocols.base import Serializer
from .response import Structure
from .schema import Operation, Service
from .validate import compile_input

PROTOCOLS: dict[str, Callable[[Service, Operation], Serializer]] = {
    "rest-json": rest_json.compile_serializer,
    "rest-xml": rest_xml.compile_serializer,
    "json": aws_json.compile_serializer,
    "query": query.compile_serializer,
    "ec2": query.compile_serializer,
    "smithy-rpc-v2-cbor": cbor.compile_serializer,
}
"""Protocol, as botocore names it -> what compiles an operation's serializer."""


def new_token() -> str:
    """A token that makes a request safe to repeat: a random UUID."""
    return str(uuid.uuid4())


class RequestPlan:
    """All that can be known of an operation's requests before its arguments are."""

    __slots__ = ("_check", "_host_labels", "_serialize", "_tokens", "operation", "service")

    def __init__(self, service: Service, operation: Operation) -> None:
        if service.protocol not in PROTOCOLS:
            raise UnsupportedProtocolError(
                f"preparing {service.service} {operation.name}: the service speaks {service.protocol}, "
                f"and this runtime speaks {', '.join(PROTOCOLS)}"
            )
        self.service = service
        self.operation = operation
        self._serialize = PROTOCOLS[service.protocol](service, operation)
        self._check = None
        self._tokens: tuple[str, ...] = ()
        self._host_labels: tuple[str, ...] = ()
        if operation.input:
            members = service.shapes[operation.input].members
            self._check = compile_input(service, operation.input, locations=service.protocol.startswith("rest-"))
            self._tokens = tuple(name for name, node in members.items() if node.idempotent)
            self._host_labels = tuple(name for name, node in members.items() if node.host_label)

    def build(
        self,
        arguments: Mapping[str, Any],
        endpoint: Endpoint,
        *,
        host_prefix: bool = True,
        token: Callable[[], str] = new_token,
    ) -> HttpRequest:
        """The unsigned request; an argument that is None was not given. Raises ParamValidationError."""
        given = {name: value for name, value in arguments.items() if value is not None}
        for name in self._tokens:
            if name not in given:
                given[name] = token()
        given = self._checked(given)
        parts = self._serialize(given)
        target = parts.path
        if endpoint.path:
            target = endpoint.path if target == "/" else endpoint.path.rstrip("/") + target
        if parts.query:
            target = f"{target}{'&' if '?' in target else '?'}{parts.query}"
        host = endpoint.host
        if host_prefix and self.operation.host_prefix:
            host = self.operation.host_prefix.format(**{name: given[name] for name in self._host_labels}) + host
        return HttpRequest(
            method=self.operation.http_method,
            scheme=endpoint.scheme,
            host=host,
            target=target,
            headers=parts.headers,
            body=parts.body,
        )

    def _checked(self, given: dict[str, Any]) -> dict[str, Any]:
        problems: list[str] = []
        if self._check is None:
            problems.extend(f"{name}: unknown, the operation takes no arguments" for name in given)
        else:
            self._check(given, "", problems)
        if problems:
            plain = {name: _plain(value) for name, value in given.items()}
            again: list[str] = []
            if self._check is not None:
                self._check(plain, "", again)
            if again or self._check is None:
                raise ParamValidationError(self.operation.name, again or problems)
            return plain
        return given


def _plain(value: Any) -> Any:
    """Dictionaries and lists for what is only like them: other mappings and sequences, models of an earlier answer."""
    if isinstance(value, Structure):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray | memoryview):
        return [_plain(item) for item in value]
    return value


_plans: dict[int, tuple[Service, dict[str, RequestPlan]]] = {}


def plan(service: Service, operation: Operation) -> RequestPlan:
    """The plan of an operation, compiled at its first use. Raises UnsupportedProtocolError."""
    # by identity: a table cannot be hashed, and holding it keeps its id from being given to another
    kept = _plans.setdefault(id(service), (service, {}))[1]
    found = kept.get(operation.name)
    if found is None or found.operation is not operation:
        found = kept[operation.name] = RequestPlan(service, operation)
    return found


def build(
    service: Service,
    operation: Operation,
    arguments: Mapping[str, Any],
    *,
    endpoint: str,
    token: Callable[[], str] = new_token,
) -> HttpRequest:
    """The unsigned request for a call to an endpoint such as `https://appconfig.eu-west-1.amazonaws.com`.

    Raises ParamValidationError with every problem of the arguments, before anything is sent; UnsupportedProtocolError;
    InvalidEndpointError.
    """
    return plan(service, operation).build(arguments, parse_endpoint(endpoint), token=token)
