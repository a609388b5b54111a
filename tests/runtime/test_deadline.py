"""A call with a deadline has ended by it: its attempts, their waits, and a server that drips."""

from __future__ import annotations

import asyncio
import itertools
import pickle
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from asdoc.appconfig import AsyncClient as AsyncAppConfig
from asdoc.appconfig import Client as AppConfig
from asdoc.runtime.config import Config
from asdoc.runtime.deadline import deadline
from asdoc.runtime.exceptions import (
    ConfigurationError,
    ConnectTimeout,
    DeadlineExceededError,
    ReadTimeout,
    ServiceError,
    TransportError,
)
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.transports.pool import PoolTransport

from .fake import Client
from .plays import Plays, answer, client
from .servers import OK, Scripted, always, read_request, scripted

SLACK = 3.0
"""Seconds that a loaded machine may be late by."""


def over(server: Scripted, **settings: object) -> Client:
    return Client(
        "eu-west-1",
        endpoint_url=f"http://{server.host}",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(**settings),  # type: ignore[arg-type]  # a test's
    )


def drips(what: bytes) -> Callable[[Scripted, socket.socket, int], None]:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(what)
        while True:
            time.sleep(0.05)
            connection.sendall(b"x")

    return script


@pytest.mark.parametrize(
    "what",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nx-slow: ",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10000\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
    ],
    ids=["before", "headers", "body", "chunks", "to the end"],
)
def test_a_server_that_sends_a_byte_now_and_then_is_not_waited_for(what: bytes) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        if what:
            drips(what)(server, connection, number)
        read_request(connection)
        connection.recv(1)

    with scripted(script) as server, over(server, deadline=0.4, read_timeout=0.3) as trees:
        began = time.monotonic()
        with pytest.raises(DeadlineExceededError) as caught:
            trees.get_tree(TreeId="t")
        assert time.monotonic() - began < 0.4 + SLACK
        assert caught.value.sent
        assert "GetTree" in str(caught.value)


def test_the_waits_between_attempts_never_pass_it(waits: list[float]) -> None:
    trees, transport = client(answer(503, None, retry_after="15"), config=Config(deadline=5))
    with pytest.raises(DeadlineExceededError) as caught:
        trees.get_tree(TreeId="t")
    assert waits == []
    assert len(transport.sent) == 1
    assert isinstance(caught.value.__cause__, ServiceError)
    assert caught.value.__cause__.status == 503


def test_a_wait_that_is_not_made_costs_no_budget(waits: list[float]) -> None:
    trees, _ = client(answer(503, None, retry_after="15"), config=Config(deadline=5))
    for _ in range(200):
        with pytest.raises(DeadlineExceededError):
            trees.get_tree(TreeId="t")
    assert trees._made["caller"].retries.budget.available == 500


def test_an_error_that_is_not_tried_again_is_itself_within_the_deadline() -> None:
    trees, _ = client(answer(404, {"code": "NoSuchTree"}), config=Config(deadline=5))
    with pytest.raises(ServiceError, match="NoSuchTree"):
        trees.get_tree(TreeId="t")


def test_a_wait_for_a_state_does_not_sleep_beyond_it() -> None:
    asked: Any = {"ApplicationId": "a", "EnvironmentId": "e", "DeploymentNumber": 1}
    deploying = Plays(answer(200, {"State": "DEPLOYING"}))
    began = time.monotonic()
    with AppConfig("eu-west-1", transport=deploying, aws_access_key_id="a", aws_secret_access_key="b") as client:
        with deadline(2), pytest.raises(DeadlineExceededError, match="waiting for DeploymentComplete"):
            client.wait_until.deployment_complete(**asked)
        with deadline(0.9), pytest.raises(DeadlineExceededError, match="before the next look, after 1 s"):
            client.get_waiter("deployment_complete").wait(**asked, WaiterConfig={"Delay": 1, "MaxAttempts": 9})

    async def awaited() -> None:
        async def handle(request: HttpRequest) -> HttpResponse:
            return answer(200, {"State": "DEPLOYING"})

        async with AsyncAppConfig("eu-west-1", backend=handle) as client:
            with deadline(2):
                await client.wait_until.deployment_complete(**asked)

    with pytest.raises(DeadlineExceededError, match="waiting for DeploymentComplete"):
        asyncio.run(awaited())
    assert time.monotonic() - began < SLACK
    assert len(deploying.sent) == 2


def test_a_timer_that_goes_off_a_little_early_has_met_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    trees, _ = client(ReadTimeout("x"), config=Config(deadline=5, max_attempts=1))
    began = time.monotonic()
    for passed, expected in ((4.999, DeadlineExceededError), (4.9, ReadTimeout)):
        clock = itertools.chain(
            (began, began), itertools.repeat(began + passed)
        )  # the call begins, is sent, and its timer goes off
        monkeypatch.setattr("asdoc.runtime.deadline.monotonic", clock.__next__)
        monkeypatch.setattr("asdoc.runtime.call.time.monotonic", clock.__next__)
        with pytest.raises(expected):
            trees.get_tree(TreeId="t")


def test_it_counts_all_attempts_together() -> None:
    with scripted(always(b"HTTP/1.1 503 Slow\r\ncontent-length: 0\r\nx-amz-retry-after: 150\r\n\r\n")) as server:
        trees = over(server, deadline=0.4, max_attempts=100)
        began = time.monotonic()
        with pytest.raises(DeadlineExceededError):
            trees.get_tree(TreeId="t")
        assert time.monotonic() - began < 0.4 + SLACK
        assert 2 <= len(server.requests) <= 3
        trees.close()


def test_one_call_can_have_one_of_its_own() -> None:
    with scripted(drips(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")) as server, over(server) as trees:
        began = time.monotonic()
        with pytest.raises(DeadlineExceededError):
            trees.with_options(deadline=0.2).get_tree(TreeId="t")
        with pytest.raises(DeadlineExceededError), deadline(0.2):
            trees.get_tree(TreeId="t")
        assert time.monotonic() - began < 0.4 + SLACK
        assert trees._config.deadline is None


def test_a_block_shares_its_time_among_its_calls_and_ends_with_it() -> None:
    trees, transport = client(answer(200))
    with deadline(0.05):
        trees.get_tree(TreeId="t")
        time.sleep(0.06)
        with pytest.raises(DeadlineExceededError) as caught:
            trees.get_tree(TreeId="t")
    assert not caught.value.sent
    assert len(transport.sent) == 1
    trees.get_tree(TreeId="t")


def test_the_earlier_of_two_blocks_holds() -> None:
    trees, _ = client(answer(200))
    with deadline(0.01), deadline(60):
        time.sleep(0.02)
        with pytest.raises(DeadlineExceededError):
            trees.with_options(deadline=60).get_tree(TreeId="t")


def test_a_block_of_one_thread_is_not_that_of_another() -> None:
    trees, _ = client(answer(200))
    ended: list[object] = []
    with deadline(0.001):
        time.sleep(0.01)
        thread = threading.Thread(target=lambda: ended.append(trees.get_tree(TreeId="t")))
        thread.start()
        thread.join()
    assert len(ended) == 1


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), "2"])
def test_a_deadline_that_is_none_is_refused_at_once(seconds: float) -> None:
    trees, _ = client(answer(200))
    with pytest.raises(ConfigurationError):
        deadline(seconds)
    with pytest.raises(ConfigurationError):
        trees.with_options(deadline=seconds)
    with pytest.raises(ConfigurationError):
        client(answer(200), config=Config(deadline=seconds))


def test_a_transport_is_told_of_a_deadline_only_where_there_is_one() -> None:
    told: list[tuple[float, float, float | None]] = []

    class Own:
        def send(
            self, request: HttpRequest, *, connect_timeout: float, read_timeout: float, deadline: float | None = None
        ) -> HttpResponse:
            told.append((connect_timeout, read_timeout, deadline))
            return answer(200)

        def close(self) -> None:
            pass

    trees = Client("eu-west-1", aws_access_key_id="a", aws_secret_access_key="b", transport=Own())
    trees.get_tree(TreeId="t")
    trees.with_options(deadline=3, read_timeout=2).get_tree(TreeId="t")
    assert told[0] == (60.0, 60.0, None)
    connect, read, until = told[1]
    assert read == 2
    assert 2 < connect <= 3
    assert until is not None
    assert 0 < until - time.monotonic() <= 3


@pytest.mark.parametrize("kind", [ReadTimeout, ConnectTimeout])
def test_what_was_not_sent_is_told(kind: type[TransportError], monkeypatch: pytest.MonkeyPatch) -> None:
    trees, _ = client(kind("x"), config=Config(deadline=1, max_attempts=50))
    ticks = itertools.count()
    monkeypatch.setattr("asdoc.runtime.calls.time.monotonic", lambda: next(ticks) * 0.3)
    monkeypatch.setattr("asdoc.runtime.deadline.monotonic", lambda: 0.0)
    monkeypatch.setattr(Client, "_sleep", staticmethod(lambda seconds: None))
    with pytest.raises(DeadlineExceededError) as caught:
        trees.get_tree(TreeId="t")
    assert caught.value.sent is (kind is ReadTimeout)


def test_the_pool_keeps_to_it_by_itself() -> None:
    with scripted(drips(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")) as server:
        pool = PoolTransport(environ={})
        began = time.monotonic()
        with pytest.raises((DeadlineExceededError, ReadTimeout)):
            pool.send(
                HttpRequest(method="GET", host=server.host), connect_timeout=9, read_timeout=9, deadline=began + 0.2
            )
        assert time.monotonic() - began < 0.2 + SLACK


def test_a_socket_that_had_little_time_left_has_all_of_it_for_the_next_call() -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        while read_request(connection):
            if server.requests:
                time.sleep(0.3)
            server.requests.append(b"")
            connection.sendall(OK)

    with scripted(script) as server:
        pool = PoolTransport(environ={})
        request = HttpRequest(method="GET", host=server.host)
        pool.send(request, connect_timeout=9, read_timeout=9, deadline=time.monotonic() + 0.2)
        assert pool.send(request, connect_timeout=9, read_timeout=9).body == b"ok"
        assert server.connections == 1
        pool.close()


def test_the_error_can_be_sent_to_another_process() -> None:
    error: DeadlineExceededError = pickle.loads(pickle.dumps(DeadlineExceededError("a", hint="b")))  # noqa: S301  # ours
    assert str(error).startswith("a")
