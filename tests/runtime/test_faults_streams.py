"""Bodies that are sent and read as they come, over connections that hold, break and lie."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from asdoc.runtime.exceptions import ConnectionClosedError, ProtocolError, ReadTimeout, ServiceError, TransportError
from asdoc.runtime.http import HttpRequest, HttpResponse, Stream
from asdoc.runtime.transports.pool import PoolTransport
from asdoc.runtime.uploads import FileUpload, PartsUpload

from .plays import answer, client
from .servers import OK, Scripted, always, read_request, scripted


def ask(pool: PoolTransport, server: Scripted, **settings: Any) -> HttpResponse:
    request = HttpRequest(**{"method": "GET", "host": server.host, "streams": True, **settings})
    return pool.send(request, connect_timeout=5, read_timeout=0.5)


def stream_of(response: HttpResponse) -> Stream:
    stream: Any = response.stream
    assert stream is not None
    return stream  # type: ignore[no-any-return]  # of a blocking transport


@pytest.mark.parametrize("chunked", [True, False])
def test_a_part_is_given_before_the_next_is_sent(chunked: bool) -> None:
    go_on = threading.Event()

    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        while read_request(connection):
            if chunked:
                connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            else:
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nfirst")
            assert go_on.wait(5)
            connection.sendall(b"6\r\nsecond\r\n0\r\n\r\n" if chunked else b"second")

    with scripted(script) as server:
        pool = PoolTransport(environ={})
        stream = stream_of(ask(pool, server))
        assert stream.read(100) == b"first"
        go_on.set()
        assert stream.read() == b"second"
        assert stream.read() == b""
        assert stream_of(ask(pool, server)).read() == b"firstsecond"
        assert server.connections == 1
        pool.close()


def test_reading_by_small_amounts_gives_every_byte_once() -> None:
    body = bytes(range(256)) * 400
    with scripted(always(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))) as server:
        pool = PoolTransport(environ={})
        stream = stream_of(ask(pool, server))
        assert stream.read(0) == b""
        assert b"".join(iter(lambda: stream.read(777), b"")) == body
        pool.close()


def test_a_connection_is_not_shared_while_its_body_is_read() -> None:
    with scripted(always(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody")) as server:
        pool = PoolTransport(environ={})
        one, other = stream_of(ask(pool, server)), stream_of(ask(pool, server))
        assert server.connections == 2
        assert (one.read(), other.read()) == (b"body", b"body")
        pool.close()


@pytest.mark.parametrize("how", ["closed", "forgotten"])
def test_a_body_that_is_given_up_takes_its_connection_with_it(how: str) -> None:
    with scripted(always(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody")) as server:
        pool = PoolTransport(environ={})
        stream = stream_of(ask(pool, server))
        if how == "closed":
            stream.close()
            assert stream.read() == b""
        del stream
        assert not any(pool._idle.values())
        assert stream_of(ask(pool, server)).read() == b"body"
        assert server.connections == 2
        pool.close()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"content-length: 100", ConnectionClosedError),
        (b"transfer-encoding: chunked", ProtocolError),
    ],
)
def test_a_body_that_ends_too_soon_is_an_error_each_time_it_is_read(head: bytes, kind: type[TransportError]) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\nxyz\r\nzz\r\n")

    with scripted(script) as server:
        stream = stream_of(ask(PoolTransport(environ={}), server))
        for _ in range(2):
            with pytest.raises(kind, match="sending GET"):
                stream.read()


def test_a_body_that_stalls_is_an_error_in_time() -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc")
        connection.recv(1)

    with scripted(script) as server:
        stream = stream_of(ask(PoolTransport(environ={}), server))
        assert stream.read(10) == b"abc"
        began = time.monotonic()
        with pytest.raises(ReadTimeout):
            stream.read(10)
        assert time.monotonic() - began < 5


def test_an_error_is_read_whole_even_where_a_stream_was_asked_for() -> None:
    with scripted(always(b"HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nbody")) as server:
        response = ask(PoolTransport(environ={}), server)
        assert (response.status, response.body, response.stream) == (404, b"body", None)


# -- what is sent


def receives(server: Scripted, connection: socket.socket, number: int) -> None:
    while request := read_request(connection):
        if b"transfer-encoding: chunked" in request:
            while not request.endswith(b"0\r\n\r\n"):
                more = connection.recv(65536)
                if not more:
                    return
                request += more
        server.requests.append(request)
        connection.sendall(OK)


@pytest.mark.parametrize("length", [None, 9])
def test_parts_are_sent_in_their_order(length: int | None) -> None:
    with scripted(receives) as server:
        pool = PoolTransport(environ={})
        upload = PartsUpload(iter([b"one", b"two", b"six"]), length)
        assert ask(pool, server, method="PUT", upload=upload, streams=False).body == b"ok"
        body = server.requests[0].partition(b"\r\n\r\n")[2]
        assert body == (b"onetwosix" if length else b"3\r\none\r\n3\r\ntwo\r\n3\r\nsix\r\n0\r\n\r\n")
        pool.close()


class Broken:
    """A file whose disk fails."""

    def read(self, amount: int = -1) -> bytes:
        raise OSError("the disk is gone")


def test_a_file_that_cannot_be_read_is_told_as_that_and_its_connection_is_not_used_again() -> None:
    with scripted(receives) as server:
        pool = PoolTransport(environ={})
        with pytest.raises(OSError, match="the disk is gone"):
            ask(pool, server, method="PUT", upload=FileUpload(Broken()), streams=False)
        assert not any(pool._idle.values())


def once() -> Iterator[bytes]:
    yield b"once"


@pytest.mark.parametrize(("parts", "attempts"), [(once, 1), (lambda: [b"again"], 3)])
def test_what_cannot_be_read_again_is_not_sent_again(
    parts: Callable[[], Any], attempts: int, waits: list[float]
) -> None:
    trees, transport = client(answer(503))
    trees._start()
    caller = trees._made["caller"]
    call = caller.call("GetTree", {"TreeId": "t"})
    call._request = HttpRequest(method="PUT", host="h", upload=PartsUpload(parts()))
    caller.call = lambda *arguments: call
    with pytest.raises(ServiceError):
        trees.get_tree(TreeId="t")
    assert len(transport.sent) == attempts


def test_a_kept_connection_that_broke_is_not_replaced_under_an_upload_that_was_begun() -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        server.requests.append(read_request(connection))
        connection.sendall(OK)
        if read_request(connection):
            server.requests.append(b"second")

    with scripted(script) as server:
        pool = PoolTransport(environ={})
        ask(pool, server, streams=False)
        with pytest.raises(ConnectionClosedError):
            ask(pool, server, method="PUT", upload=PartsUpload(once(), 4), streams=False)
        assert len(server.requests) == 2
