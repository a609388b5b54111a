"""Every transport over a network, called as a blocking one is."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import aiohttp
import uvloop

from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.transports.aio_pool import AsyncPoolTransport
from asdoc.runtime.transports.aiohttp_session import AiohttpTransport
from asdoc.runtime.transports.base import AsyncTransport, Transport
from asdoc.runtime.transports.curl import CurlTransport
from asdoc.runtime.transports.pool import PoolTransport

from .servers import Scripted, scripted


class Sender:
    """A transport of either kind, called as a blocking one is."""

    opened: ClassVar[list[Sender]] = []

    def __init__(self, kind: str, **options: Any) -> None:
        self._runner: asyncio.Runner | None = None
        self._session: aiohttp.ClientSession | None = None
        self.transport: Transport | AsyncTransport
        if kind in ("pool", "curl"):
            made = PoolTransport if kind == "pool" else CurlTransport
            self.transport = made(**{"environ": {}, **options})
            self.opened.append(self)
            return
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop if kind == "uvloop" else None)
        self.opened.append(self)
        if kind in ("aio", "uvloop"):
            self.transport = AsyncPoolTransport(**{"environ": {}, **options})
        else:
            self.transport = self._runner.run(self._over_aiohttp(options.get("verify")))

    async def _over_aiohttp(self, verify: Any) -> AiohttpTransport:
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return AiohttpTransport(self._session, verify=verify)

    def send(
        self, host: str, *, timeout: float = 5, scheme: str = "http", deadline: float | None = None, **request: Any
    ) -> HttpResponse:
        told = HttpRequest(**{"method": "GET", "scheme": scheme, "host": host, "target": "/x", **request})
        answer = self.transport.send(told, connect_timeout=timeout, read_timeout=timeout, deadline=deadline)
        if isinstance(answer, HttpResponse):
            return answer
        assert self._runner is not None
        whole: HttpResponse = self._runner.run(awaited(answer))
        return whole

    def close(self) -> None:
        if self not in self.opened:
            return
        self.opened.remove(self)
        closing = self.transport.close()
        if self._runner is not None:
            if closing is not None:
                self._runner.run(awaited(closing))
            if self._session is not None:
                self._runner.run(self._session.close())
            self._runner.close()


async def awaited(awaitable: Any) -> Any:
    return await awaitable


@contextmanager
def serving(script: Callable[[Scripted, socket.socket, int], None]) -> Iterator[Scripted]:
    """A server that ends after those who are connected to it, which it would wait for."""
    with scripted(script) as server:
        try:
            yield server
        finally:
            for sender in list(Sender.opened):
                sender.close()


KINDS = ("pool", "curl", "aio", "uvloop", "aiohttp")
OWN = ("pool", "curl", "aio", "uvloop")
"""Those that are made with proxies and trust of ours; a session of aiohttp's has its own."""
Make = Callable[..., Sender]
