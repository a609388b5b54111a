"""From a call to an unsigned request: `build` is pure, its plans are compiled once an operation.

A protocol is a row in `PROTOCOLS`.
"""

from __future__ import annotations

import importlib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from . import customs
from .endpoint import Endpoint, parse_endpoint
from .exceptions import ParamValidationError, UnsupportedProtocolError
from .finishing import Finishing, streams_in
from .http import HttpRequest
from .protocols.base import Serializer
from .quick import compile_target
from .response import Structure
from .schema import Operation, Service, Shape
from .settings import COMPRESSED_FROM
from .validate import compile_input

PROTOCOLS = {
    "rest-json": "rest_json",
    "rest-xml": "rest_xml",
    "json": "aws_json",
    "query": "query",
    "ec2": "query",
    "smithy-rpc-v2-cbor": "cbor",
}
"""Protocol, as botocore names it -> the module of `protocols` that compiles an operation's serializer."""


def compile_serializer(service: Service, operation: Operation) -> Serializer:
    """What writes the requests of an operation, in its service's protocol, which is one of PROTOCOLS."""
    # a service speaks one of them, and its first call need not wait for the others
    module = importlib.import_module(f"{__package__}.protocols.{PROTOCOLS[service.protocol]}")
    compiled: Serializer = module.compile_serializer(service, operation)
    return compiled


def new_token() -> str:
    """A token that makes a request safe to repeat: a random UUID."""
    return str(uuid.uuid4())


class RequestPlan:
    """All that can be known of an operation's requests before its arguments are."""

    __slots__ = (
        "_after",
        "_before",
        "_check",
        "_finishing",
        "_host_labels",
        "_mode",
        "_serialize",
        "_streamed",
        "_streams",
        "_tokens",
        "operation",
        "service",
        "short",
    )

    def __init__(
        self,
        service: Service,
        operation: Operation,
        *,
        finished: bool = True,
        compress_from: int | None = COMPRESSED_FROM,
        sums: bool = True,
    ) -> None:
        """Not `finished` leaves out what is added to a request that is written: checksums, compression, headers.
        `compress_from` and `sums` are as `Finishing` has them."""
        if service.protocol not in PROTOCOLS:
            raise UnsupportedProtocolError(
                f"preparing {service.service} {operation.name}: the service speaks {service.protocol}, "
                f"and this runtime speaks {', '.join(PROTOCOLS)}"
            )
        if operation.input and (member := service.event_member(service.shapes[operation.input])):
            raise UnsupportedProtocolError(
                f"preparing {service.service} {operation.name}: its input {member} is an event stream",
                hint="Streams of events are read here, and not sent. Make this call with an SDK that speaks "
                "HTTP/2, such as AWS's for Java or JavaScript; all others of this client work.",
            )
        self.service = service
        self.operation = operation
        self._serialize = compile_serializer(service, operation)
        self._before = customs.before(service, operation)
        self._after = customs.after(service, operation) if finished else ()
        self._mode = operation.checksum_mode_member if finished else ""
        self._finishing = None
        if finished and Finishing.needed(operation):
            self._finishing = Finishing(service, operation, compress_from=compress_from, sums=sums)
        self._streams = service.streams_out(operation)
        self._streamed = service.shapes[operation.input].payload if streams_in(service, operation) else ""
        self._check = None
        self._tokens: tuple[str, ...] = ()
        self._host_labels: tuple[str, ...] = ()
        if operation.input:
            members = service.shapes[operation.input].members
            self._check = compile_input(service, operation.input, locations=service.protocol.startswith("rest-"))
            self._tokens = tuple(name for name, node in members.items() if node.idempotent)
            self._host_labels = tuple(name for name, node in members.items() if node.host_label)
        changed = self._before or self._after or self._mode or self._finishing or self._streams
        self.short = None if changed else compile_target(service, operation)

    def build(
        self,
        arguments: Mapping[str, Any],
        endpoint: Endpoint,
        *,
        host_prefix: bool = True,
        token: Callable[[], str] = new_token,
    ) -> HttpRequest:
        """The unsigned request; an argument that is None was not given. Raises ParamValidationError."""
        try:
            found = None if self.short is None else self.short(arguments)
        except UnicodeEncodeError as error:
            raise self._unwritable(error) from error
        if found is not None:
            return HttpRequest(
                method=self.operation.http_method,
                scheme=endpoint.scheme,
                host=endpoint.host,
                target=joined(endpoint.path, found[0]) if endpoint.path else found[0],
                headers={},
            )
        given = {name: value for name, value in arguments.items() if value is not None}
        for name in self._tokens:
            if name not in given:
                given[name] = token()
        if self._mode:
            given.setdefault(self._mode, "ENABLED")
        for change in self._before:
            try:
                change(given)
            except ValueError as error:
                raise ParamValidationError(self.operation.name, [str(error)]) from error
        given = self._checked(given) if self._streamed not in given else self._checked_but_stream(given)
        try:
            parts = self._serialize(given)
        except UnicodeEncodeError as error:
            raise self._unwritable(error) from error
        target = joined(endpoint.path, parts.path) if endpoint.path else parts.path
        if parts.query:
            target = f"{target}{'&' if '?' in target else '?'}{parts.query}"
        host = endpoint.host
        if host_prefix and self.operation.host_prefix:
            host = self.operation.host_prefix.format(**{name: given[name] for name in self._host_labels}) + host
        request = HttpRequest(
            method=self.operation.http_method,
            scheme=endpoint.scheme,
            host=host,
            target=target,
            headers=parts.headers,
            body=parts.body,
            upload=parts.upload,
            streams=self._streams,
        )
        for finish in self._after:
            request = finish(request, given)
        return request if self._finishing is None else self._finishing.request(request, given)

    def _unwritable(self, error: UnicodeEncodeError) -> ParamValidationError:
        return ParamValidationError(
            self.operation.name, [f"a text among the arguments cannot be written as UTF-8: {error.reason}"]
        )

    def _checked_but_stream(self, given: dict[str, Any]) -> dict[str, Any]:
        """Checked, with what is to be sent in parts taken for bytes."""
        value = given[self._streamed]
        if isinstance(value, str | bytes | bytearray | memoryview | Mapping) or not isinstance(value, Iterable):
            return self._checked(given)
        parts = value if isinstance(value, list | tuple) else ()
        if not all(isinstance(part, bytes | bytearray | memoryview) for part in parts):
            return self._checked(given)
        return {**self._checked({**given, self._streamed: b""}), self._streamed: value}

    def _checked(self, given: dict[str, Any]) -> dict[str, Any]:
        problems: list[str] = []
        if self._check is None:
            problems.extend(f"{name}: unknown, the operation takes no arguments" for name in given)
        else:
            self._check(given, "", problems)
        if problems:
            plain = {name: _plain(value) for name, value in given.items()}
            if self.operation.input:
                plain = _told(self.service, self.service.shapes[self.operation.input], plain)
            again: list[str] = []
            if self._check is not None:
                self._check(plain, "", again)
            if again or self._check is None:
                raise ParamValidationError(self.operation.name, again or problems)
            return plain
        return given


def joined(before: str, target: str) -> str:
    """The path of an endpoint and that of a request."""
    alone = target == "/" or target.startswith("/?")
    return before + target[1:] if alone else before.rstrip("/") + target


def _plain(value: Any) -> Any:
    """Dictionaries, lists, strings and numbers for what is only like them: other mappings and sequences, models of an
    earlier answer, members of Enums."""
    if isinstance(value, Structure):
        return value.to_dict()
    if isinstance(value, Mapping):
        # a key that is no string is left as it is, to be refused: what is made of it might be no key
        return {_plain(key) if isinstance(key, str) else key: _plain(item) for key, item in value.items()}
    if isinstance(value, str):
        return str.__str__(value)
    for kind in (int, float):
        if isinstance(value, kind) and type(value) not in (kind, bool):
            return kind(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [_plain(item) for item in value]
    return value


def _told(service: Service, node: Shape, value: Any) -> Any:
    """`value` without the members of structures that are None: they are not given, deep within as at the top."""
    shape = service.resolve(node)
    if shape.type == "structure" and isinstance(value, dict):
        members = shape.members
        return {
            name: _told(service, members[name], item) if name in members else item
            for name, item in value.items()
            if item is not None
        }
    if shape.type == "list" and shape.member is not None and isinstance(value, list):
        return [_told(service, shape.member, item) for item in value]
    if shape.type == "map" and shape.value is not None and isinstance(value, dict):
        return {key: _told(service, shape.value, item) for key, item in value.items()}
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
    host_prefix: bool = True,
) -> HttpRequest:
    """The unsigned request for a call to an endpoint such as `https://appconfig.eu-west-1.amazonaws.com`.

    Raises ParamValidationError with every problem of the arguments, before anything is sent; UnsupportedProtocolError;
    InvalidEndpointError.
    """
    return plan(service, operation).build(arguments, parse_endpoint(endpoint), token=token, host_prefix=host_prefix)
