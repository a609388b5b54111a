"""The async client makes the calls of the blocking one, and is at home in event loops."""

from __future__ import annotations

import asyncio
import inspect
import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import uvloop

from asdoc.appconfig import AsyncClient, Client
from asdoc.appconfig.backend import Backend
from asdoc.runtime.async_client import BaseAsyncClient
from asdoc.runtime.config import Config
from asdoc.runtime.credentials import Credentials, Source
from asdoc.runtime.exceptions import (
    ClientClosedError,
    ConfigurationError,
    ConnectionClosedError,
    ReadTimeout,
    TransportError,
)
from asdoc.runtime.http import AsyncStream, HttpRequest, HttpResponse
from asdoc.runtime.transports.aio_pool import AsyncPoolTransport

from . import fake
from .plays import answer
from .servers import OK, Scripted, always, read_request, scripted


class Orchard(BaseAsyncClient):
    """The async client of the fake service."""

    _package = fake.Client._package
    _service = fake.Client._service

    async def get_tree(self, TreeId: str) -> fake.Tree:  # noqa: N803  # as documented
        tree: fake.Tree = await self._call("GetTree", {"TreeId": TreeId})
        return tree


@asynccontextmanager
async def orchard(port: int = 0, **options: Any) -> AsyncIterator[Orchard]:
    if port:
        options["endpoint_url"] = f"http://127.0.0.1:{port}"
    async with Orchard("eu-west-1", aws_access_key_id="a", aws_secret_access_key="b", **options) as client:
        yield client


def names_the_tree(server: Scripted, connection: socket.socket, number: int) -> None:
    """Answers each request for a tree with its name; one for `slow` after a while."""
    while request := read_request(connection):
        name = request.split(b" ")[1].rpartition(b"/")[2].decode()
        if name == "slow":
            time.sleep(0.3)
        body = json.dumps({"TreeId": name}).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        return await work()

    return asyncio.run(whole())


def test_every_method_has_the_signature_of_the_blocking_client() -> None:
    blocking = {name for name, value in vars(Client).items() if inspect.isfunction(value)}
    assert blocking == {name for name, value in vars(AsyncClient).items() if inspect.isfunction(value)}
    for name in blocking:
        ours, theirs = getattr(AsyncClient, name), getattr(Client, name)
        if name in ("get_paginator", "get_waiter"):
            continue
        assert inspect.signature(ours) == inspect.signature(theirs), name
        assert inspect.iscoroutinefunction(ours), name
        assert inspect.getdoc(ours) == inspect.getdoc(theirs), name
    assert inspect.signature(AsyncClient).parameters.keys() == inspect.signature(Client).parameters.keys()


def test_a_backend_in_this_process_is_awaited() -> None:
    async def work() -> None:
        async with AsyncClient(backend=Backend().handle) as client:
            made = await client.create_application(Name="one")
            assert made.Id is not None
            found = await client.get_application(ApplicationId=made.Id)
            assert found == {"Id": made.Id, "Name": "one"}
            assert [item.Name async for item in client.paginate.list_applications()] == ["one"]
            with pytest.raises(client.exceptions.ResourceNotFoundException):
                await client.get_application(ApplicationId="abcdef1")

    run(work)


def test_a_handler_may_be_awaited_itself() -> None:
    async def handle(request: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0)
        return answer(body={"TreeId": "elm"})

    async def work() -> None:
        async with orchard(backend=handle) as client:
            assert (await client.get_tree("elm")).TreeId == "elm"

    run(work)


def test_a_thousand_tasks_get_their_own_answers() -> None:
    async def work() -> None:
        async with orchard(server.port, config=Config(connect_timeout=60)) as client:

            async def some(number: int) -> list[str | None]:
                return [(await client.get_tree(f"{number}-{turn}")).TreeId for turn in range(5)]

            answers = await asyncio.gather(*(some(number) for number in range(1000)))
            assert answers == [[f"{number}-{turn}" for turn in range(5)] for number in range(1000)]
            assert server.connections <= 100

    with scripted(names_the_tree) as server:
        run(work)


def test_a_cancelled_call_leaves_its_answer_to_nobody() -> None:
    async def work() -> None:
        async with orchard(server.port) as client:
            for turn in range(30):
                cancelled = [asyncio.create_task(client.get_tree(f"lost-{turn}-{number}")) for number in range(8)]
                slow = asyncio.create_task(client.get_tree("slow")) if turn % 10 == 0 else None
                await asyncio.sleep(0.0003 * turn)
                for task in cancelled:
                    task.cancel()
                if slow is not None:
                    slow.cancel()
                assert (await client.get_tree(f"kept-{turn}")).TreeId == f"kept-{turn}"
                await asyncio.gather(*cancelled, return_exceptions=True)
            kept = await asyncio.gather(*(client.get_tree(str(number)) for number in range(150)))
            assert [tree.TreeId for tree in kept] == [str(number) for number in range(150)]

    with scripted(names_the_tree) as server:
        run(work)


def now_and_then(server: Scripted, connection: socket.socket, number: int) -> None:
    """Names the tree in one piece, in two, or in chunks; some answers break off."""
    chance = random.Random(number)  # noqa: S311  # guards nothing
    while request := read_request(connection):
        body = json.dumps({"TreeId": request.split(b" ")[1].rpartition(b"/")[2].decode()}).encode()
        time.sleep(chance.random() * 0.002)
        how = chance.randrange(20)
        if how == 0:
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body[:4]))
            return
        if how < 10:
            connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n" % len(body))
            connection.sendall(body + b"\r\n0\r\n\r\n")
        else:
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body))
            time.sleep(chance.random() * 0.001)
            connection.sendall(body)


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_calls_that_are_given_up_anywhere_leave_the_pool_right(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    seen: Counter[str] = Counter()

    async def walk(client: Orchard, number: int, until: float) -> None:
        chance = random.Random(number)  # noqa: S311  # guards nothing
        turn = 0
        while time.monotonic() < until:
            turn += 1
            name, how = f"{number}-{turn}", chance.randrange(4)
            try:
                if how == 0:
                    async with asyncio.timeout(chance.random() * 0.006):
                        found = await client.get_tree(name)
                elif how == 1:
                    found = await client.with_options(deadline=0.0005 + chance.random() * 0.01).get_tree(name)
                else:
                    task = asyncio.ensure_future(client.get_tree(name))
                    for _ in range(chance.randrange(12) if how == 2 else 0):
                        await asyncio.sleep(0)
                    if how == 2:
                        task.cancel()
                    found = await task
                assert found.TreeId == name
                seen["answered"] += 1
            except (asyncio.CancelledError, TimeoutError, TransportError) as error:
                seen[type(error).__name__] += 1

    async def work() -> None:
        async with orchard(server.port, config=Config(max_attempts=2)) as client:
            until = time.monotonic() + 0.5
            async with asyncio.TaskGroup() as group:
                for number in range(130):  # more than there are connections
                    group.create_task(walk(client, number, until))
            (pool,) = client._made["transport"]._pools.values()
            assert (pool.free, pool._waiting, len(pool._queue)) == (100, 0, 0)
            client._made["caller"].retries.budget.available = 500  # which the answers that broke off have spent
            for number in range(20):
                assert (await client.with_options(max_attempts=9).get_tree(f"kept-{number}")).TreeId == f"kept-{number}"

    with scripted(now_and_then) as server, asyncio.Runner(loop_factory=loop) as runner:
        runner.run(work())
    assert seen["answered"]
    assert {"CancelledError", "TimeoutError", "DeadlineExceededError"} <= seen.keys()


def test_cancelling_those_who_wait_for_a_connection_loses_none() -> None:
    async def work() -> None:
        async with orchard(server.port) as client:
            waiting = [asyncio.create_task(client.get_tree("slow")) for _ in range(300)]
            await asyncio.sleep(0.1)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            found = await asyncio.gather(*(client.get_tree(str(number)) for number in range(100)))
            assert [tree.TreeId for tree in found] == [str(number) for number in range(100)]

    with scripted(names_the_tree) as server:
        run(work)


def test_a_client_serves_one_event_loop_after_another_and_two_at_once() -> None:
    with scripted(names_the_tree) as server:
        client = Orchard(
            "eu-west-1",
            endpoint_url=f"http://{server.host}",
            aws_access_key_id="a",
            aws_secret_access_key="b",
            config=Config(max_pool_connections=0),
        )

        async def work(name: str) -> str | None:
            found = await asyncio.gather(*(client.get_tree(name) for _ in range(5)))
            return found[-1].TreeId

        assert [asyncio.run(work(str(number))) for number in range(3)] == ["0", "1", "2"]
        seen: list[str | None] = []
        threads = [
            threading.Thread(target=lambda name=str(number): seen.append(asyncio.run(work(name))))
            for number in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(map(str, seen)) == ["0", "1", "2", "3"]
        asyncio.run(client.close())


def test_a_session_of_aiohttps_says_so_in_another_event_loop() -> None:
    with scripted(names_the_tree) as server:

        async def begin() -> tuple[Orchard, aiohttp.ClientSession]:
            session = aiohttp.ClientSession()
            client = Orchard(
                "eu-west-1",
                endpoint_url=f"http://{server.host}",
                aws_access_key_id="a",
                aws_secret_access_key="b",
                session=session,
            )
            assert (await client.get_tree("elm")).TreeId == "elm"
            await session.close()
            with pytest.raises(ConfigurationError, match="was closed"):
                await client.get_tree("elm")
            return client, aiohttp.ClientSession()

        async def go_on(client: Orchard) -> None:
            with pytest.raises(ConfigurationError, match="another event loop"):
                await client.get_tree("elm")

        with asyncio.Runner() as first:
            client, session = first.run(begin())
            client._made["transport"]._session = session
            with asyncio.Runner() as second:
                second.run(go_on(client))
            first.run(session.close())


def test_a_closed_client_refuses_calls_and_leaves_nothing_open() -> None:
    async def work() -> None:
        async with orchard(server.port) as client:
            await client.get_tree("elm")
        with pytest.raises(ClientClosedError):
            await client.get_tree("elm")

    with scripted(names_the_tree) as server:
        run(work)


def test_fetching_credentials_holds_up_no_other_task() -> None:
    def fetch() -> Credentials:
        time.sleep(0.3)
        return Credentials("a", "b")

    async def work() -> None:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        async with orchard(backend=lambda request: answer(body={"TreeId": "elm"})) as client:
            client._credentials = lambda: Source(fetch)  # type: ignore[method-assign]  # of this one client
            ticking = asyncio.create_task(tick())
            await asyncio.gather(*(client.get_tree("elm") for _ in range(5)))
            ticking.cancel()
        assert ticks >= 5

    run(work)


def test_what_is_throttled_is_sent_again_without_blocking(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(Orchard, "_sleep", staticmethod(sleep))
    answers = [answer(503), answer(400, {"code": "ThrottlingException"}), answer(body={"TreeId": "elm"})]

    async def work() -> None:
        async with orchard(backend=lambda request: answers.pop(0)) as client:
            found = await client.get_tree("elm")
            assert found.ResponseMetadata is not None
            assert found.ResponseMetadata["RetryAttempts"] == 2

    run(work)
    assert len(slept) == 2


# -- an answer that is read as it comes


@asynccontextmanager
async def streamed(port: int) -> AsyncIterator[tuple[AsyncStream, AsyncPoolTransport]]:
    transport = AsyncPoolTransport(environ={})
    request = HttpRequest(method="GET", host=f"127.0.0.1:{port}", target="/x", streams=True)
    response = await transport.send(request, connect_timeout=5, read_timeout=0.5)
    assert response.stream is not None
    assert response.body == b""
    assert inspect.iscoroutinefunction(response.stream.read)
    stream: Any = response.stream
    yield stream, transport
    await stream.close()
    await transport.close()


def test_a_stream_is_read_part_by_part_and_its_connection_used_again() -> None:
    whole = bytes(range(256)) * 20_000
    head = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(whole)

    async def work() -> None:
        async with streamed(server.port) as (stream, transport):
            parts = [await stream.read(1000)]
            while part := await stream.read(50_000):
                assert len(part) <= 50_000
                parts.append(part)
            assert b"".join(parts) == whole
            assert await stream.read() == b""
            request = HttpRequest(method="GET", host=server.host, target="/x")
            assert (await transport.send(request, connect_timeout=5, read_timeout=5)).body == whole
            assert server.connections == 1

    with scripted(always(head + whole)) as server:
        run(work)


@pytest.mark.parametrize("length", [b"content-length: 5\r\n", b"transfer-encoding: chunked\r\n", b""])
def test_a_stream_whose_head_comes_by_itself_is_not_taken_for_an_empty_one(length: bytes) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n%b\r\n" % length)
        time.sleep(0.05)
        connection.sendall(b"5\r\nwhole\r\n0\r\n\r\n" if b"chunked" in length else b"whole")

    async def work() -> None:
        async with streamed(server.port) as (stream, _):
            assert await stream.read() == b"whole"

    with scripted(script) as server:
        run(work)


def test_a_reader_that_takes_its_time_does_not_run_into_the_read_timeout() -> None:
    whole = b"x" * 5_000_000
    head = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(whole)

    async def work() -> None:
        async with streamed(server.port) as (stream, _):
            first = await stream.read(10)
            await asyncio.sleep(0.8)
            assert first + await stream.read() == whole

    with scripted(always(head + whole)) as server:
        run(work)


@pytest.mark.parametrize(("stall", "expected"), [(False, ConnectionClosedError), (True, ReadTimeout)])
def test_a_stream_that_ends_too_early_is_an_error_each_time(stall: bool, expected: type[Exception]) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort")
        if stall:
            connection.recv(1)

    async def work() -> None:
        async with streamed(server.port) as (stream, _):
            assert await stream.read(5) == b"short"
            for _ in range(2):
                with pytest.raises(expected):
                    await stream.read()

    with scripted(script) as server:
        run(work)


def test_a_stream_that_is_given_up_does_not_reach_the_next_call() -> None:
    async def work() -> None:
        transport = AsyncPoolTransport(environ={})
        half = HttpRequest(method="GET", host=server.host, target="/x", streams=True)
        assert (await transport.send(half, connect_timeout=5, read_timeout=5)).stream is not None  # closed by nobody
        whole = HttpRequest(method="GET", host=server.host, target="/y")
        assert (await transport.send(whole, connect_timeout=5, read_timeout=5)).body == b"ok"
        await transport.close()

    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        while request := read_request(connection):
            connection.sendall(OK if b"/y" in request else b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")

    with scripted(script) as server:
        run(work)


def test_where_no_event_loop_of_asyncios_runs_the_error_says_so() -> None:
    sending = AsyncPoolTransport(environ={}).send(HttpRequest(method="GET"), connect_timeout=5, read_timeout=5)
    with pytest.raises(ConfigurationError, match="no event loop of asyncio's runs here"):
        sending.send(None)  # as another library's loop does
