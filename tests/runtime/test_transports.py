"""What every transport over a network keeps to, whichever library carries it."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from asdoc.runtime.config import Config
from asdoc.runtime.exceptions import (
    ConnectError,
    ConnectionClosedError,
    DeadlineExceededError,
    ProtocolError,
    ProxyConnectionError,
    ReadTimeout,
    TransportError,
)
from asdoc.runtime.transports.aio_pool import AsyncPoolTransport
from asdoc.runtime.transports.curl import CurlTransport
from asdoc.runtime.transports.pool import PoolTransport

from .fake import Client
from .senders import OWN, Make, Sender, serving
from .servers import OK, Scripted, always, read_request


def test_a_connection_is_used_again(sender: Sender) -> None:
    with serving(always(OK)) as server:
        assert [sender.send(server.host).body for _ in range(5)] == [b"ok"] * 5
        assert server.connections == 1


@pytest.mark.parametrize("kind", OWN)
def test_a_connection_that_the_server_closed_meanwhile_is_replaced_unseen(kind: str, make: Make) -> None:
    def once(server: Scripted, connection: socket.socket, number: int) -> None:
        server.requests.append(read_request(connection))
        connection.sendall(OK)

    sender = make(kind)
    with serving(once) as server:
        for _ in range(3):
            assert sender.send(server.host, method="POST", body=b"{}").body == b"ok"
            time.sleep(0.05)
        assert server.connections == 3
        assert len(server.requests) == 3


def closes_on_the_second_request(server: Scripted, connection: socket.socket, number: int) -> None:
    server.requests.append(read_request(connection))
    connection.sendall(OK)
    if request := read_request(connection):
        server.requests.append(request)


def test_a_get_is_sent_again_when_a_kept_connection_breaks_before_the_answer(sender: Sender) -> None:
    with serving(closes_on_the_second_request) as server:
        sender.send(server.host)
        assert sender.send(server.host).body == b"ok"
        assert server.connections == 2


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_a_post_that_may_have_been_done_is_never_sent_again(sender: Sender, body: bytes) -> None:
    with serving(closes_on_the_second_request) as server:
        sender.send(server.host, method="POST", body=body)
        with pytest.raises(ConnectionClosedError) as caught:
            sender.send(server.host, method="POST", body=body)
        assert caught.value.sent
        assert len([request for request in server.requests if request]) == 2


def test_a_get_after_a_post_is_replaced_again(sender: Sender) -> None:
    with serving(closes_on_the_second_request) as server:
        sender.send(server.host, method="POST")
        assert sender.send(server.host).body == b"ok"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
    ],
)
def test_a_truncated_answer_is_an_error_and_not_a_short_body(sender: Sender, answer: bytes) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(answer)

    with serving(script) as server, pytest.raises((ConnectionClosedError, ProtocolError)):
        sender.send(server.host)


def test_what_is_no_http_is_an_error(sender: Sender) -> None:
    with serving(always(b"220 mail.example.org ESMTP\r\n")) as server, pytest.raises(ProtocolError):
        sender.send(server.host)


def test_a_reset_connection_is_an_error(sender: Sender) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with serving(script) as server, pytest.raises(ConnectionClosedError):
        sender.send(server.host)


def test_what_stands_behind_an_answer_never_reaches_another_call(sender: Sender) -> None:
    with serving(always(OK + b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil")) as server:
        for _ in range(4):
            with suppress(ProtocolError, ConnectionClosedError):
                assert sender.send(server.host).body == b"ok"


@pytest.mark.parametrize(
    ("method", "answer", "status", "body"),
    [
        ("GET", b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"ok"),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        ("GET", b"HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n", 304, b""),
        ("HEAD", b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", 200, b""),
        ("GET", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\no\r\n1;a=b\r\nk\r\n0\r\n\r\n", 200, b"ok"),
        ("GET", b"HTTP/1.1 302 Found\r\nlocation: /y\r\ncontent-length: 0\r\n\r\n", 302, b""),
        ("DELETE", b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno", 404, b"no"),
    ],
)
def test_each_kind_of_answer_is_read_to_its_end(
    sender: Sender, method: str, answer: bytes, status: int, body: bytes
) -> None:
    with serving(always(answer)) as server:
        for _ in range(2):
            got = sender.send(server.host, method=method)
            assert (got.status, got.body) == (status, body)
        assert server.connections == 1


def test_a_body_without_a_length_ends_with_its_connection(sender: Sender) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000)

    with serving(script) as server:
        assert sender.send(server.host).body == b"x" * 100_000


def test_a_header_sent_twice_is_joined_and_bodies_stay_packed(sender: Sender) -> None:
    answer = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a:2\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nok"
    with serving(always(answer)) as server:
        try:
            got = sender.send(server.host)
        except TransportError:
            pytest.skip("this session unpacks bodies, as it was made to")
        assert got.headers["x-a"] == "1, 2"
        assert got.body == b"ok"


def test_a_request_goes_out_as_it_is(sender: Sender) -> None:
    with serving(always(OK)) as server:
        headers = {"x-a": "b", "x-empty": "", "x-latin": "ä", "user-agent": "me"}
        target = "/a/../b//c/%2F%3a?x=%20+&y"
        for method, body in (("GET", b""), ("POST", b"{}"), ("POST", b""), ("PUT", b"\0\1"), ("DELETE", b"")):
            sender.send(server.host, method=method, target=target, headers=headers, body=body)
            head, _, sent = server.requests[-1].partition(b"\r\n\r\n")
            first, *lines = head.decode().split("\r\n")
            assert first == f"{method} {target} HTTP/1.1"
            assert sent == body
            got = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines}
            expected = {**headers, "host": server.host, "accept-encoding": "identity"}
            if method in ("POST", "PUT"):
                expected["content-length"] = str(len(body))
            got.pop("connection", None)
            if method == "DELETE":
                got.pop("content-length", None)  # of nothing, which may be said
            assert got == expected


@pytest.mark.parametrize(
    "wrong", [{"headers": {"x": "a\r\ny: b"}}, {"target": "/a b"}, {"target": "/a\nb"}, {"headers": {"x\n": "a"}}]
)
def test_a_line_break_is_never_sent(sender: Sender, wrong: dict[str, Any]) -> None:
    with serving(always(OK)) as server:
        with pytest.raises(ProtocolError, match="line break or a blank") as caught:
            sender.send(server.host, **wrong)
        assert not caught.value.sent
        assert server.requests == []


def test_an_answer_that_does_not_come_ends_in_time(sender: Sender) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.recv(1)

    with serving(script) as server:
        began = time.monotonic()
        with pytest.raises(ReadTimeout):
            sender.send(server.host, timeout=0.2)
        assert time.monotonic() - began < 15


def test_an_answer_that_drips_ends_with_the_deadline(sender: Sender) -> None:
    def drips(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while True:
            connection.sendall(b"x")
            time.sleep(0.02)

    with serving(drips) as server:
        began = time.monotonic()
        with pytest.raises((DeadlineExceededError, ReadTimeout)):
            sender.send(server.host, deadline=began + 0.3)
        assert time.monotonic() - began < 10


def test_a_refused_connection_is_told_at_once(sender: Sender) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(ConnectError) as caught:
        sender.send(f"127.0.0.1:{port}")
    assert time.monotonic() - began < 15
    assert not caught.value.sent
    assert f"127.0.0.1:{port}" in str(caught.value)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 80])
def test_a_name_that_does_not_resolve_is_told(sender: Sender, host: str) -> None:
    with pytest.raises(ConnectError):
        sender.send(host)


def echo(server: Scripted, connection: socket.socket, number: int) -> None:
    while request := read_request(connection):
        body = request.partition(b"\r\n\r\n")[2]
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)


def test_large_bodies_pass_both_ways(sender: Sender) -> None:
    body = os.urandom(1 << 22)
    with serving(echo) as server:
        assert sender.send(server.host, method="PUT", body=body).body == body
        assert sender.send(server.host, method="PUT", body=b"short").body == b"short"


class Parts:
    """An upload."""

    repeatable = True

    def __init__(self, *parts: bytes, told: bool) -> None:
        self.parts = parts
        self.length = sum(map(len, parts)) if told else None

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            if part == b"!":
                raise KeyError("of the source")
            yield part


def takes_chunks(server: Scripted, connection: socket.socket, number: int) -> None:
    """Takes one request in chunks, and answers with its body."""
    data = b""
    while not data.endswith(b"0\r\n\r\n"):
        more = connection.recv(1 << 16)
        if not more:
            return
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    assert b"transfer-encoding: chunked" in head.lower()
    body = b""
    while not rest.startswith(b"0\r\n"):
        size, _, rest = rest.partition(b"\r\n")
        body += rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))


@pytest.mark.parametrize("told", [True, False])
def test_an_upload_is_sent_as_it_is_read(sender: Sender, told: bool) -> None:
    parts = [bytes((number,)) * 70_000 for number in range(20)]
    with serving(echo if told else takes_chunks) as server:
        answer = sender.send(server.host, method="PUT", upload=Parts(*parts, told=told))
        assert answer.body == b"".join(parts)


def test_an_upload_that_breaks_off_is_told_and_its_connection_not_used_again(sender: Sender) -> None:
    with serving(echo) as server:
        sender.send(server.host)
        with pytest.raises(KeyError, match="of the source"):
            sender.send(server.host, method="PUT", upload=Parts(b"a" * 1000, b"!", told=True))
        assert sender.send(server.host, method="PUT", body=b"whole").body == b"whole"


@pytest.mark.parametrize("kind", OWN)
def test_a_plain_request_goes_through_a_proxy_as_a_whole_url(kind: str, make: Make) -> None:
    with serving(always(OK)) as proxy:
        sender = make(kind, environ={"http_proxy": f"http://user:p%40ss@{proxy.host}"})
        assert sender.send("service.example.org").body == b"ok"
        head = proxy.requests[0].decode()
        assert head.startswith("GET http://service.example.org/x HTTP/1.1\r\n")
        assert "proxy-authorization: basic dxnlcjpwqhnz\r\n" in head.lower()


@pytest.mark.parametrize("kind", OWN)
def test_a_proxy_of_the_process_that_configuration_leaves_out_is_not_used(
    kind: str, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with serving(always(OK)) as server:
        assert make(kind).send(server.host).body == b"ok"


@pytest.mark.parametrize("kind", OWN)
def test_a_proxy_that_is_not_there_is_told_as_the_proxy(kind: str, make: Make) -> None:
    with pytest.raises(ProxyConnectionError, match=r"127\.0\.0\.1:1"):
        make(kind, proxies={"http": "http://127.0.0.1:1"}).send("service.example.org")


def test_connections_are_kept_alive_while_nothing_goes_over_them() -> None:
    def alive(sock: Any) -> bool:
        return bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))

    async def awaited(host: str) -> bool:
        transport = AsyncPoolTransport()
        loop = asyncio.get_running_loop()
        connection = await transport._connector.connect(loop, ("http", host), 5)
        try:
            assert connection._transport is not None
            return alive(connection._transport.get_extra_info("socket"))
        finally:
            connection.abort()

    with serving(always(OK)) as server:
        for kind in (PoolTransport, CurlTransport):
            connection = kind()._connect(("http", server.host), 5)
            assert alive(connection._sock), kind
            connection.close()
        assert asyncio.run(awaited(server.host))


@pytest.mark.parametrize("kind", OWN)
def test_a_proxy_that_refuses_the_tunnel_is_told(kind: str, make: Make) -> None:
    with serving(always(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")) as proxy:
        sender = make(kind, environ={"https_proxy": f"http://{proxy.host}"})
        with pytest.raises(ProxyConnectionError, match="407"):
            sender.send("localhost:8443", scheme="https")


def fast(port: int, **config: Any) -> Client:
    return Client(
        "eu-west-1",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(transport="fast", **config),
    )


def names_the_tree(server: Scripted, connection: socket.socket, number: int) -> None:
    while request := read_request(connection):
        name = request.split(b" ")[1].rpartition(b"/")[2].decode()
        body = json.dumps({"TreeId": name}).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))


def test_a_thousand_threads_share_one_client_over_libcurl() -> None:
    with serving(names_the_tree) as server:
        client = fast(server.port, connect_timeout=30)
        start = threading.Barrier(1000)

        def work(number: int) -> list[str | None]:
            start.wait()
            return [client.get_tree(TreeId=f"{number}-{turn}").TreeId for turn in range(3)]

        with ThreadPoolExecutor(1000) as threads:
            answers = list(threads.map(work, range(1000)))
        assert answers == [[f"{number}-{turn}" for turn in range(3)] for number in range(1000)]
        client.close()


@pytest.mark.parametrize("seconds", [float("inf"), 1e7])
def test_a_timeout_may_be_longer_than_systems_can_count(seconds: float) -> None:
    with serving(always(b'HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{"TreeId":"t"}')) as server:
        config = Config(connect_timeout=seconds, read_timeout=seconds)
        keys: dict[str, Any] = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "config": config}
        with Client("eu-west-1", endpoint_url=f"http://{server.host}", **keys) as client:
            assert client.get_tree(TreeId="t").TreeId == "t"
            assert client.with_options(read_timeout=seconds).get_tree(TreeId="t").TreeId == "t"
