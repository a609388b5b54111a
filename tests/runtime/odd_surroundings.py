"""What stands between clients, ours and boto3's, and a world: each is answered by the world itself, or over sockets."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import msgspec
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.httpsession import URLLib3Session
from botocore.utils import ContainerMetadataFetcher

from asdoc.runtime.credentials import container
from asdoc.runtime.credentials.sts import Sts
from asdoc.runtime.exceptions import ConnectTimeout, ReadTimeout
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.settings import Settings
from asdoc.runtime.transports import pool

from .odd_worlds import World
from .servers import handled

_MEANT_FOR = "x-meant-for"
"""The header that tells who a request is for that goes over sockets."""


class Seen(Exception):  # noqa: N818  # it carries what was to be seen
    def __init__(self, request: Any) -> None:
        self.request = request


def _answered_theirs(world: World, wire: str) -> Callable[..., AWSResponse]:
    over_sockets = URLLib3Session.send

    def send(self: URLLib3Session, request: Any) -> AWSResponse:
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        if wire and world.around(request.url, body):
            request.headers[_MEANT_FOR] = request.url
            request.url = wire
            return over_sockets(self, request)
        headers = {
            name.lower(): held.decode() if isinstance(held, bytes) else str(held)
            for name, held in request.headers.items()
        }
        found = world.answer(request.method, request.url, headers, body)
        if found is None:
            raise Seen(request)
        if isinstance(found, str):
            kind = ConnectTimeoutError if found == "connect" else ReadTimeoutError
            raise kind(endpoint_url=request.url, error=TimeoutError())
        made: Any = AWSResponse
        response: AWSResponse = made(request.url, found[0], {}, None)
        vars(response)["_content"] = found[1]
        return response

    return send


def _answered_ours(world: World, wire: str) -> Callable[..., HttpResponse]:
    over_sockets = pool.PoolTransport.send

    def send(self: pool.PoolTransport, request: HttpRequest, **limits: Any) -> HttpResponse:
        if wire and world.around(request.url, request.body):
            headers = {**request.headers, _MEANT_FOR: request.url}
            host = urlsplit(wire).netloc
            there = msgspec.structs.replace(request, scheme="http", host=host, target="/", headers=headers)
            return over_sockets(self, there, **limits)
        found = world.answer(request.method, request.url, request.headers, request.body)
        if found is None:
            raise Seen(request)
        if isinstance(found, str):
            raise (ConnectTimeout if found == "connect" else ReadTimeout)(f"asking {request.host}")
        return HttpResponse(status=found[0], body=found[1])

    return send


@contextmanager
def _wire(world: World) -> Iterator[str]:
    """Where the services around a world listen; empty where they do not."""
    if not world.wire:
        yield ""
        return

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            found = world.answer(self.command, headers[_MEANT_FOR], headers, body)
            if found is None or isinstance(found, str):
                self.close_connection = True
                return
            self.send_response(found[0])
            self.send_header("content-length", str(len(found[1])))
            self.end_headers()
            self.wfile.write(found[1])

        do_GET = do_PUT = do_POST = _serve  # noqa: N815 - the names that the base class looks for

        def log_message(self, format: str, *args: object) -> None:
            pass

    with handled(Handler) as url:
        yield f"{url}/"


class _Heard(logging.Handler):
    """Keeps what our loggers say."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        self._world.shown.append(f"{self.format(record)} {vars(record)}")


@contextmanager
def within(world: World, environ: dict[str, str]) -> Iterator[None]:
    """Within, this process stands in a world, and nobody sleeps."""
    unhurried = Settings._sts

    def sts(self: Settings) -> Sts:
        return msgspec.structs.replace(unhurried(self), sleep=lambda _: None)

    asked = container.credentials
    log, heard = logging.getLogger("asdoc"), _Heard(world)
    with ExitStack() as stack:
        wire = stack.enter_context(_wire(world))
        log.addHandler(heard)
        stack.callback(log.removeHandler, heard)
        stack.callback(log.setLevel, log.level)
        log.setLevel(logging.DEBUG)
        for patch in (
            mock.patch.dict(os.environ, environ, clear=True),
            mock.patch.object(URLLib3Session, "send", _answered_theirs(world, wire)),
            mock.patch.object(pool.PoolTransport, "send", _answered_ours(world, wire)),
            mock.patch.object(ContainerMetadataFetcher, "SLEEP_TIME", 0),
            mock.patch("botocore.endpoint.time.sleep"),
            mock.patch.object(Settings, "_sts", sts),
            mock.patch.object(container, "credentials", partial(asked, sleep=lambda _: None)),
        ):
            stack.enter_context(patch)
        yield
