"""The ways by which a plan is gone through, and what each makes of it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple, Self

from asdoc.runtime.exceptions import TransportError
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.transports.aio_pool import AsyncPoolTransport
from asdoc.runtime.transports.curl import CurlTransport
from asdoc.runtime.transports.pool import PoolTransport

from .plans import Turn, plan
from .server import PAUSE


class Outcome(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes
    error: str = ""
    message: str = ""
    took: float = 0.0
    begun: bool = False
    """True where a stream gave an error."""

    def told(self) -> tuple[Any, ...]:
        return self[:4] if not self.error else (self.error,)

    def short(self) -> str:
        if self.error:
            return f"{self.error}: {self.message[-60:]} after {len(self.body)} {self.took:.2f}s"
        return f"{self.status} {str(self.headers)[:150]} {len(self.body)} bytes {self.body[:40]!r} {self.took:.2f}s"


class Parts:
    """An upload of given parts."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.length = sum(map(len, turn.parts or ())) if turn.told else None
        self.repeatable = True

    def __iter__(self) -> Iterator[bytes]:
        for part in self.turn.parts or ():
            if self.turn.slow:
                time.sleep(0.003)
            yield part


def request_of(turn: Turn, target: str, scheme: str, port: int) -> HttpRequest:
    return HttpRequest(
        method=turn.method,
        scheme=scheme,
        host=f"127.0.0.1:{port}",
        target=target,
        body=turn.body,
        upload=None if turn.parts is None else Parts(turn),
        streams=turn.streams,
    )


def limits(turn: Turn) -> dict[str, Any]:
    deadline = None if turn.deadline is None else time.monotonic() + turn.deadline
    return {"connect_timeout": 6, "read_timeout": turn.timeout, "deadline": deadline}


def failed(error: TransportError, began: float, body: bytes = b"", *, begun: bool = False) -> Outcome:
    return Outcome(0, {}, body, type(error).__name__, str(error), time.monotonic() - began, begun)


def blocking(make: Callable[[], Any], scheme: str, run: str, name: str, seed: int, port: int) -> list[Outcome]:
    transport = make()
    outcomes = []
    for number, turn in enumerate(plan(seed)):
        began = time.monotonic()
        body = b""
        begun = False
        try:
            request = request_of(turn, f"/{run}/{seed}/{number}/{name}", scheme, port)
            response = transport.send(request, **limits(turn))
            body = response.body
            if response.stream is not None:
                begun = True
                while part := response.stream.read(turn.amount):
                    assert turn.amount is None or len(part) <= turn.amount
                    body += part
                response.stream.close()
            outcomes.append(Outcome(response.status, dict(response.headers), body, took=time.monotonic() - began))
        except TransportError as error:
            outcomes.append(failed(error, began, body, begun=begun))
        if turn.later or turn.ending != "keep":
            time.sleep(PAUSE * 3)
    transport.close()
    return outcomes


async def awaited(make: Callable[[], Any], scheme: str, run: str, name: str, seed: int, port: int) -> list[Outcome]:
    transport = make()
    outcomes = []
    for number, turn in enumerate(plan(seed)):
        began = time.monotonic()
        body = b""
        begun = False
        try:
            request = request_of(turn, f"/{run}/{seed}/{number}/{name}", scheme, port)
            response = await transport.send(request, **limits(turn))
            body = response.body
            if response.stream is not None:
                begun = True
                while part := await response.stream.read(turn.amount):
                    assert turn.amount is None or len(part) <= turn.amount
                    body += part
                await response.stream.close()
            outcomes.append(Outcome(response.status, dict(response.headers), body, took=time.monotonic() - began))
        except TransportError as error:
            outcomes.append(failed(error, began, body, begun=begun))
        if turn.later or turn.ending != "keep":
            await asyncio.sleep(PAUSE * 3)
    await transport.close()
    return outcomes


class Ways:
    """All ways, each over transports of its own, at once."""

    def __init__(self, certificate: str, ports: list[int]) -> None:
        trust: dict[str, Any] = {"environ": {}, "verify": certificate}
        # the transport is made anew for each plan; what they trust is read once
        self._tls = {"pool": PoolTransport(**trust), "aio": AsyncPoolTransport(**trust), "curl": CurlTransport(**trust)}
        plain = {
            "pool": PoolTransport(environ={}),
            "aio": AsyncPoolTransport(environ={}),
            "curl": CurlTransport(environ={}),
        }
        self.ports = ports
        self.threads: dict[str, tuple[Callable[[], Any], str]] = {
            "thread": (lambda: plain["pool"], "http"),
            "curl": (lambda: plain["curl"], "http"),
            "curl+tls": (lambda: self._tls["curl"], "https"),
            "pool+tls": (lambda: self._tls["pool"], "https"),
        }
        self.own = PoolTransport(environ={})
        self.tasks: dict[str, tuple[Callable[[], Any], str]] = {
            "aio": (lambda: plain["aio"], "http"),
            "aio+tls": (lambda: self._tls["aio"], "https"),
        }
        self._executor = ThreadPoolExecutor(len(self.threads))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._executor.shutdown()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def run(self, run: str, seed: int) -> dict[str, list[Outcome]]:
        under_way: dict[str, Future[list[Outcome]]] = {}
        for name, (make, scheme) in self.threads.items():
            under_way[name] = self._executor.submit(
                blocking, make, scheme, run, name, seed, self.ports[scheme == "https"]
            )
        for name, (make, scheme) in self.tasks.items():
            work = awaited(make, scheme, run, name, seed, self.ports[scheme == "https"])
            under_way[name] = asyncio.run_coroutine_threadsafe(work, self._loop)
        outcomes = {"main": blocking(lambda: self.own, "http", run, "main", seed, self.ports[0])}
        for name, future in under_way.items():
            outcomes[name] = future.result(60)
        return outcomes
