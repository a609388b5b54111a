"""One call of a generated client, in each of the ways in which it may be made: blocking or awaited, with a handler in
this process or over a socket.

A socket shows what no handler sees: the Host as it is sent, the length of the body, and each line of the head.
"""

from __future__ import annotations

import asyncio
import importlib
import itertools
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock
from urllib.parse import urlsplit

from botocore import xform_name

from asdoc.runtime.exceptions import ServiceError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.response import Structure, to_plain

from .cases import Case, package

_KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "hidden"}
_REGION = "us-east-1"


class Way(NamedTuple):
    awaited: bool
    over_socket: bool

    def __str__(self) -> str:
        return f"{'awaited' if self.awaited else 'blocking'}, {'over a socket' if self.over_socket else 'in process'}"


WAYS = [Way(*told) for told in itertools.product((False, True), repeat=2)]


class Answer(NamedTuple):
    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes = b""


class Sent(NamedTuple):
    method: str
    target: str
    host: str
    headers: list[tuple[str, str]]
    """As they were sent: over a socket each line of the head, with Host and Content-Length."""
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for held, value in self.headers if held.lower() == name.lower()), None)


class Outcome(NamedTuple):
    result: Any = None
    """As its `to_dict()` has it, with streams read to their end."""
    typed: Any = None
    """The same, by the attributes of the typed result."""
    error: ServiceError | None = None


def call(case: Case, arguments: Mapping[str, Any], answer: Answer, way: Way, server: Server) -> tuple[Sent, Outcome]:
    """What a call sends, and what it makes of the answer. Raises whatever the client raises but service errors."""
    seen: list[HttpRequest] = []

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse(status=answer.status, headers=dict(answer.headers), body=answer.body)

    told: dict[str, Any] = {"backend": handle, "endpoint_url": case.endpoint}
    if way.over_socket:
        server.begin(answer)
        told = {"endpoint_url": server.endpoint(case.endpoint), **_KEYS}
    module = importlib.import_module(package(case.service))
    method = xform_name(case.given["name"])
    if way.awaited:
        outcome = asyncio.run(_awaited(module.AsyncClient(_REGION, **told), method, arguments))
    else:
        outcome = _blocking(module.Client(_REGION, **told), method, arguments)
    if way.over_socket:
        return server.sent[0], outcome
    request = seen[0]
    headers = list(request.headers.items())
    return Sent(request.method, request.target, request.host, headers, request.content()), outcome


def _blocking(client: Any, method: str, arguments: Mapping[str, Any]) -> Outcome:
    with client:
        try:
            result = getattr(client.with_options(max_attempts=1), method)(**arguments)
        except ServiceError as error:
            return Outcome(error=error)
        held = {id(value): _read(value) for value in _streams(result)}
        return _outcome(result, held)


async def _awaited(client: Any, method: str, arguments: Mapping[str, Any]) -> Outcome:
    async with client:
        try:
            result = await getattr(client.with_options(max_attempts=1), method)(**arguments)
        except ServiceError as error:
            return Outcome(error=error)
        held = {}
        for value in _streams(result):
            if hasattr(value, "read"):
                read = value.read()
                held[id(value)] = await read if asyncio.iscoroutine(read) else read
            else:
                held[id(value)] = [event async for event in value] if hasattr(value, "__aiter__") else list(value)
        return _outcome(result, held)


def _streams(result: Any) -> list[Any]:
    values = [getattr(result, field) for field in result.__struct_fields__]
    return [value for value in values if hasattr(value, "read") or type(value).__name__.endswith("EventStream")]


def _read(value: Any) -> Any:
    return value.read() if hasattr(value, "read") else list(value)


def _outcome(result: Any, held: Mapping[int, Any]) -> Outcome:
    plain = {name: to_plain(held.get(id(value), value)) for name, value in result.to_dict().items()}
    typed = {name: _by_attributes(held.get(id(value), value)) for name, value in _attributes(result).items()}
    return Outcome(plain, typed)


def _attributes(value: Structure) -> dict[str, Any]:
    """What is not absent of a structure, by the names of its members and the values of its attributes."""
    names = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
    told = {name: getattr(value, attribute) for name, attribute in names}
    return {name: inner for name, inner in told.items() if inner is not None}


def _by_attributes(value: Any) -> Any:
    if isinstance(value, Structure):
        return {name: _by_attributes(inner) for name, inner in _attributes(value).items()}
    if isinstance(value, dict):
        return {key: _by_attributes(inner) for key, inner in value.items()}
    return [_by_attributes(inner) for inner in value] if isinstance(value, list) else value


class Server:
    """An HTTP server that gives one answer to whatever it is sent, and keeps that as it came."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self._answer = Answer()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def begin(self, answer: Answer) -> None:
        """Answer so from now on."""
        self.sent.clear()
        self._answer = answer

    def endpoint(self, told: str) -> str:
        """An endpoint with its name and path, and this server behind it."""
        parts = urlsplit(told)
        return f"http://{parts.hostname}:{self.port}{parts.path}"

    @contextmanager
    def named_anything(self) -> Iterator[Server]:
        """Within, every name is that of this machine, so that a prefixed host is reached as well."""
        resolve = socket.getaddrinfo

        def found(host: Any, *rest: Any, **named: Any) -> Any:
            return resolve("127.0.0.1", *rest, **named)

        with mock.patch("socket.getaddrinfo", found):
            yield self
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as incoming:
            while line := incoming.readline():
                method, target, _ = line.decode("latin-1").split(" ")
                headers: list[tuple[str, str]] = []
                while field := incoming.readline().decode("latin-1").rstrip("\r\n"):
                    name, _, value = field.partition(":")
                    headers.append((name, value.strip()))
                told = {name.lower(): value for name, value in headers}
                body = self._body(incoming, told)
                self.sent.append(Sent(method, target, told.get("host", ""), headers, body))
                connection.sendall(self._written())

    def _body(self, incoming: Any, told: Mapping[str, str]) -> bytes:
        if told.get("transfer-encoding") != "chunked":
            return bytes(incoming.read(int(told.get("content-length", "0"))))
        parts = []
        while size := int(incoming.readline(), 16):
            parts.append(incoming.read(size))
            incoming.readline()
        incoming.readline()
        return b"".join(parts)

    def _written(self) -> bytes:
        status, headers, body = self._answer
        # over a socket nothing can be answered that is longer or shorter than it says
        told = {name: value for name, value in headers.items() if name.lower() != "content-length"}
        told["Content-Length"] = str(len(body))
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        return f"HTTP/1.1 {status} Told\r\n{head}\r\n".encode() + body
