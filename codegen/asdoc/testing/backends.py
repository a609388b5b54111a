"""Backends in the test's own process, for asdoc's clients and for boto3: no socket, no credential, no wait.

with appconfig_backend() as aws:
    appconfig = aws.boto3("appconfig")
    …
    aws.clock.advance(900)
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from importlib import metadata
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from types import ModuleType

    from asdoc.runtime.http import HttpRequest, HttpResponse
    from asdoc.runtime.server.backend import ServiceBackend
    from asdoc.runtime.server.clock import ManualClock
    from asdoc.runtime.server.store import Store

_GROUP = "asdoc.services"
_REGION = "us-east-1"


class InProcess:
    """Backends of some services, which share a store, as a region does, and a clock, which stands still."""

    def __init__(self, clock: ManualClock, backends: dict[str, ServiceBackend], packages: dict[str, str]) -> None:
        self.clock = clock
        self.backends = backends
        self._packages = packages
        self._attached: list[Callable[[], None]] = []

    def __repr__(self) -> str:
        return f"<InProcess of {', '.join(self.backends)}>"

    def client(self, service: str, region: str = _REGION, **more: Any) -> Any:
        """asdoc's client of one of the services."""
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        made = importlib.import_module(self._packages[service]).Client
        return made(region, backend=self.backends[service].handle, **{**keys, **more})

    def boto3(self, service: str, region: str = _REGION, **more: Any) -> Any:
        """boto3's client of one of the services. It answers until the `with` block ends."""
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        made = importlib.import_module("boto3").client(service, region_name=region, **{**keys, **more})
        self.attach(made, service)
        return made

    def attach(self, client: Any, service: str) -> None:
        """Have a client of boto3's that was made elsewhere call the backend of a service."""
        handle = self.backends[service].handle

        def answer(request: Any, **_: Any) -> _Answer:
            return _Answer(str(request.url), handle(_to_request(request)))

        name = f"asdoc-in-process-{id(self)}"
        client.meta.events.register_first("before-send", answer, unique_id=name)
        self._attached.append(lambda: client.meta.events.unregister("before-send", answer, unique_id=name))

    def close(self) -> None:
        """Let go of the clients of boto3's."""
        while self._attached:
            self._attached.pop()()


def made(module: ModuleType, clock: ManualClock, stores: dict[str, Store]) -> ServiceBackend:
    """The backend of a service's module, upon its own of `stores`, which is added where it is missing.

    Services that sign alike are one service: what AppConfig deploys is what AppConfig Data serves.
    """
    backend: ServiceBackend = module.Backend(clock=clock)
    shared = stores.setdefault(backend.service.signing_name, backend.store)
    if shared is not backend.store:
        backend = module.Backend(clock=clock, store=shared)
    return backend


@contextmanager
def in_process(*services: str, clock: ManualClock | None = None) -> Iterator[InProcess]:
    """Backends of the services, empty. Raises ValueError for a service that is not installed."""
    from asdoc.runtime.server.clock import ManualClock

    packages = {point.name: point.value for point in metadata.entry_points(group=_GROUP)}
    unknown = [service for service in services if service not in packages]
    if unknown:
        raise ValueError(f"there is no service {unknown[0]} here; there are {', '.join(sorted(packages))}")
    clock = clock or ManualClock()
    stores: dict[str, Store] = {}
    backends: dict[str, ServiceBackend] = {}
    for service in services:
        backends[service] = made(importlib.import_module(f"{packages[service]}.backend"), clock, stores)
    world = InProcess(clock, backends, packages)
    try:
        yield world
    finally:
        world.close()


@contextmanager
def appconfig_backend(clock: ManualClock | None = None) -> Iterator[InProcess]:
    """AppConfig and AppConfig Data."""
    with in_process("appconfig", "appconfigdata", clock=clock) as aws:
        yield aws


@contextmanager
def proton_backend(clock: ManualClock | None = None) -> Iterator[InProcess]:
    """Proton."""
    with in_process("proton", clock=clock) as aws:
        yield aws


class _Raw(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        while chunk := self.read(amt):
            yield chunk


class _Answer:
    """What botocore asks of an answer, in place of its own AWSResponse, which would have to be imported."""

    def __init__(self, url: str, response: HttpResponse) -> None:
        self.url = url
        self.status_code = response.status
        self.headers = Message()  # a mapping that does not mind capitals
        for name, text in response.headers.items():
            self.headers[name] = text
        self.raw = _Raw(response.body)
        self.content = response.body

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


def _to_request(request: Any) -> HttpRequest:
    from asdoc.runtime.http import HttpRequest

    parts = urlsplit(str(request.url))
    body: Any = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    headers = {name.lower(): _text(text) for name, text in request.headers.items()}
    return HttpRequest(
        method=str(request.method),
        scheme=parts.scheme,
        host=parts.netloc,
        target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        headers=headers,
        body=body.encode() if isinstance(body, str) else bytes(body),
    )


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
