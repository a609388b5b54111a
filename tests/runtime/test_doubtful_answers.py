"""What in an answer is doubtful, and what each transport makes of it: the same, and never another call's answer."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from asdoc.runtime.exceptions import (
    ConnectionClosedError,
    DeadlineExceededError,
    ProtocolError,
    ReadTimeout,
    TransportError,
)
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.transports import heads
from asdoc.runtime.transports.aio_pool import AsyncPoolTransport
from asdoc.runtime.transports.curl import CurlTransport
from asdoc.runtime.transports.pool import PoolTransport

from .servers import OK, Scripted, always, read_request, scripted

Ask = Callable[..., tuple[HttpResponse, bytes]]
Serve = Callable[[Callable[[Scripted, socket.socket, int], None]], Scripted]
LIMITS: dict[str, Any] = {"connect_timeout": 5, "read_timeout": 5}


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Servers that end after those who are connected to them, which they would wait for."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(scripted(script))


@pytest.fixture(params=["pool", "curl", "aio"])
def ask(request: pytest.FixtureRequest, serve: Serve, certificate: Path) -> Iterator[Ask]:
    """One request over one transport, and all of its body, also where that comes as a stream."""
    options: dict[str, Any] = {"environ": {}, "verify": str(certificate)}
    if request.param != "aio":
        transport = (PoolTransport if request.param == "pool" else CurlTransport)(**options)

        def blocking(host: str, **told: Any) -> tuple[HttpResponse, bytes]:
            limits: dict[str, Any] = {name: told.pop(name) for name in ("read_timeout", "deadline") if name in told}
            made = HttpRequest(**{"method": "GET", "host": host, **told})
            response = transport.send(made, **{**LIMITS, **limits})
            stream: Any = response.stream
            return response, response.body if stream is None else stream.read()

        yield blocking
        transport.close()
        return
    awaited = AsyncPoolTransport(**options)

    async def whole(host: str, **told: Any) -> tuple[HttpResponse, bytes]:
        limits: dict[str, Any] = {name: told.pop(name) for name in ("read_timeout", "deadline") if name in told}
        made = HttpRequest(**{"method": "GET", "host": host, **told})
        response = await awaited.send(made, **{**LIMITS, **limits})
        stream: Any = response.stream
        return response, response.body if stream is None else await stream.read()

    with asyncio.Runner() as runner:
        yield lambda host, **told: runner.run(whole(host, **told))
        runner.run(awaited.close())


def connections(ask: Ask, serve: Serve, answer: bytes, *, method: str = "GET") -> int:
    """How many connections two requests take that are both answered with `answer`."""
    server = serve(always(answer))
    for _ in range(2):
        ask(server.host, method=method)
        time.sleep(0.02)
    return server.connections


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\r\n", b"\r\n\n", b"\n\n"])
def test_a_head_ends_with_an_empty_line_however_lines_are_broken(ask: Ask, serve: Serve, end: bytes) -> None:
    server = serve(always(b"HTTP/1.1 200 OK\r\nX-A: 1\r\ncontent-length: 11%bno: header\r\n" % end))
    for _ in range(2):
        response, body = ask(server.host)
        assert body == b"no: header\r\n"[:11]
        assert response.headers == {"x-a": "1", "content-length": "11"}


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"\xa0edge\xa0", "\xa0edge\xa0"),
        (b" \t both \t", "both"),
        (b"a\rb", "a b"),
        (b"a\0b", "a b"),
        (b"a\r", "a"),
        (b"\x1c\x85", "\x1c\x85"),
    ],
)
def test_blanks_are_taken_from_a_value_and_nothing_else(ask: Ask, serve: Serve, sent: bytes, read: str) -> None:
    server = serve(always(b"HTTP/1.1 200 OK\r\nX-A:%b\r\ncontent-length: 2\r\n\r\nok" % sent))
    for _ in range(2):
        assert ask(server.host)[0].headers == {"x-a": read, "content-length": "2"}


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 OK\r\nconnection: keep-alive, close\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 204 None\r\ncontent-length: 2\r\n\r\n",
        b"HTTP/1.1 204 None\r\ntransfer-encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding:\r\ncontent-length: 2\r\n\r\nok",
        OK + b"\r\n",
    ],
)
def test_a_connection_is_not_used_again_after_what_is_doubtful(ask: Ask, serve: Serve, answer: bytes) -> None:
    assert connections(ask, serve, answer) == 2


def test_a_connection_is_used_again_after_what_is_not(ask: Ask, serve: Serve) -> None:
    assert connections(ask, serve, b"HTTP/1.1 204 None\r\ncontent-length: 0\r\n\r\n") == 1
    assert connections(ask, serve, b"HTTP/1.1 304 Same\r\ncontent-length: 2\r\n\r\n") == 1
    assert connections(ask, serve, b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n", method="HEAD") == 1
    assert connections(ask, serve, b"HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\ncontent-length: 2\r\n\r\nok") == 1


@pytest.mark.parametrize("streams", [False, True])
def test_what_stands_behind_a_body_is_told_to_who_reads_it_as_it_comes(ask: Ask, serve: Serve, streams: bool) -> None:
    server = serve(always(OK + b"more"))
    with pytest.raises(ProtocolError, match="goes on after"):
        ask(server.host, streams=streams)


@pytest.mark.parametrize("last", [b"0\r\n" + b"X" * 5000 + b"\r\n\r\n", b"0;" + b"x" * 5000 + b"\r\n\r\n"])
def test_a_line_between_chunks_is_too_long_wherever_it_is_cut(ask: Ask, serve: Serve, last: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n" + last
    server = serve(always(answer))
    with pytest.raises(ProtocolError, match="longer than 4096"):
        ask(server.host)


def test_a_head_is_too_long_wherever_it_is_cut() -> None:
    longest = b"HTTP/1.1 200 OK\r\nX: " + b"x" * (heads.MAX_HEAD - 24) + b"\r\n\r\n"
    assert heads.head_end(longest, 0) == len(longest) == heads.MAX_HEAD
    assert heads.head_end(b"H" + longest, 0) == 0


def test_a_head_that_drips_is_waited_for_byte_by_byte(ask: Ask, serve: Serve) -> None:
    """A read timeout is for each wait, as everywhere."""

    def drips(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        for at in range(8):
            connection.sendall(OK[at : at + 1])
            time.sleep(0.04)
        connection.sendall(OK[8:])

    server = serve(drips)
    assert ask(server.host, read_timeout=0.2)[1] == b"ok"
    with pytest.raises(DeadlineExceededError):
        ask(server.host, read_timeout=0.2, deadline=time.monotonic() + 0.25)


def test_a_body_that_is_read_as_it_comes_may_come_after_the_deadline(ask: Ask, serve: Serve) -> None:
    def slow(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(OK[:-2])
        time.sleep(0.3)
        connection.sendall(OK[-2:])

    server = serve(slow)
    assert ask(server.host, streams=True, deadline=time.monotonic() + 0.15)[1] == b"ok"
    with pytest.raises(DeadlineExceededError):
        ask(server.host, deadline=time.monotonic() + 0.15)


@pytest.mark.parametrize("streams", [False, True])
def test_a_body_that_its_connection_ends_is_not_ended_by_a_timeout(ask: Ask, serve: Serve, streams: bool) -> None:
    def stalls(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        connection.recv(1)

    server = serve(stalls)
    with pytest.raises(ReadTimeout):
        ask(server.host, streams=streams, read_timeout=0.2)


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize("farewell", [False, True])
def test_over_tls_a_body_without_a_length_ends_with_the_farewell_only(
    ask: Ask, serve: Serve, certificate: Path, streams: bool, farewell: bool
) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with context.wrap_socket(connection, server_side=True) as over:
            read_request(over)
            over.sendall(b"HTTP/1.1 200 OK\r\n\r\nwhole")
            if farewell:
                over.unwrap()

    server = serve(script)
    if farewell:
        assert ask(server.host, scheme="https", streams=streams)[1] == b"whole"
        return
    with pytest.raises(ConnectionClosedError):
        ask(server.host, scheme="https", streams=streams)


@pytest.mark.parametrize("length", [b"transfer-encoding: chunked\r\n", b""])
def test_over_tls_a_busy_event_loop_reads_what_came_before_the_end(
    serve: Serve, certificate: Path, length: bytes
) -> None:
    whole = b"x" * 120_000
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(whole), whole) if length else whole

    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with context.wrap_socket(connection, server_side=True) as over:
            read_request(over)
            time.sleep(0.1)
            over.sendall(b"HTTP/1.1 200 OK\r\n%b\r\n%b" % (length, body))
            over.settimeout(0)
            with suppress(OSError):
                over.unwrap()

    async def work() -> bytes:
        transport = AsyncPoolTransport(environ={}, verify=str(certificate))
        request = HttpRequest(method="GET", scheme="https", host=server.host)
        sending = asyncio.ensure_future(transport.send(request, **LIMITS))
        while not server.connections:  # what is awaited is another thread's
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.08)
        time.sleep(0.3)  # so that all is there at once, and the end of it
        response = await sending
        await transport.close()
        return response.body

    server = serve(script)
    assert asyncio.run(work()) == whole


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_large_post_that_breaks_off_over_a_kept_connection_is_not_sent_again(
    ask: Ask, serve: Serve, certificate: Path, scheme: str
) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with context.wrap_socket(connection, server_side=True) if scheme == "https" else connection as over:
            read_request(over)
            over.sendall(OK)
            if over.recv(4096):
                server.requests.append(b"begun")  # and is gone, with all that was not read

    server = serve(script)
    assert ask(server.host, scheme=scheme)[1] == b"ok"
    with pytest.raises(ConnectionClosedError):
        ask(server.host, scheme=scheme, method="POST", body=bytes(8 << 20))
    assert server.connections == 1


class _Parts:
    """An upload that is more than a system holds for who does not read."""

    length = 40 << 20
    repeatable = True

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(40):
            yield bytes(1 << 20)


def test_what_follows_an_upload_that_was_answered_early_is_not_taken_for_the_rest_of_it(ask: Ask, serve: Serve) -> None:
    def early(server: Scripted, connection: socket.socket, number: int) -> None:
        """Answers a head at once, and then reads the body that it announced."""
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                more = connection.recv(65536)
                if not more:
                    return
                data += more
            head, _, data = data.partition(b"\r\n\r\n")
            connection.sendall(OK)
            left = _Parts.length - len(data) if head.startswith(b"PUT") else 0
            time.sleep(0.05 if left else 0)
            while left and (more := connection.recv(min(left, 1 << 20))):
                left -= len(more)
                assert not more.strip(b"\0")
            data = b"" if head.startswith(b"PUT") else data

    server = serve(early)
    for _ in range(2):
        assert ask(server.host, method="PUT", upload=_Parts())[1] == b"ok"
        assert ask(server.host, read_timeout=1)[1] == b"ok"


class _Once:
    """An upload that cannot be read again."""

    length = 4
    repeatable = False

    def __init__(self) -> None:
        self._left = [b"once"]

    def __iter__(self) -> Iterator[bytes]:
        yield self._left.pop()


def test_an_upload_that_cannot_be_read_again_is_not_sent_again(ask: Ask, serve: Serve) -> None:
    def once(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(OK)
        read_request(connection)

    server = serve(once)
    assert ask(server.host)[1] == b"ok"
    with pytest.raises(ConnectionClosedError):
        ask(server.host, method="PUT", upload=_Once())
    assert server.connections == 1


def test_a_transport_error_says_what_was_being_done(ask: Ask, serve: Serve) -> None:
    server = serve(always(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort"))
    with pytest.raises(TransportError) as caught:
        ask(server.host, read_timeout=0.1, streams=True)
    assert str(caught.value).startswith(f"sending GET to http://{server.host}: ")
