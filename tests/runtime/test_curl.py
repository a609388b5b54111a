"""What the transport over libcurl sees to by itself: opening within a time, and TLS."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from asdoc.runtime.exceptions import (
    ConnectError,
    ConnectionClosedError,
    ConnectTimeout,
    DeadlineExceededError,
    ProxyConnectionError,
    ReadTimeout,
    TransportError,
)
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.transports.curl import CurlTransport
from asdoc.runtime.transports.curl_socket import CurlSocket

from .servers import OK, Scripted, always, read_request, scripted, secure


@pytest.fixture
def transport() -> Iterator[CurlTransport]:
    made = CurlTransport(environ={})
    yield made
    made.close()


def ask(
    transport: CurlTransport, host: str, *, timeout: float = 5, deadline: float | None = None, **told: Any
) -> HttpResponse:
    request = HttpRequest(**{"method": "GET", "host": host, **told})
    return transport.send(request, connect_timeout=5, read_timeout=timeout, deadline=deadline)


def slow(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    go = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: go.wait(10) and [])
    return go


def test_a_resolver_that_hangs_ends_with_the_deadline(
    transport: CurlTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = slow(monkeypatch)
    began = time.monotonic()
    with pytest.raises((ConnectTimeout, DeadlineExceededError), match="not resolved within"):
        ask(transport, "slow.example", deadline=began + 0.1)
    assert time.monotonic() - began < 2
    go.set()


def test_a_resolver_that_hangs_on_a_proxy_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    go = slow(monkeypatch)
    began = time.monotonic()
    transport = CurlTransport(environ={}, proxies={"https": "http://proxy.example:3128"})
    with pytest.raises(ConnectTimeout, match=r"proxy\.example:3128: the name was not resolved"):
        ask(transport, "service.example", scheme="https", deadline=began + 0.1)
    assert time.monotonic() - began < 2
    go.set()


def test_the_addresses_that_were_found_are_the_ones_that_are_tried(
    transport: CurlTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of them takes no connection."""
    with scripted(always(OK)) as server:
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (name, server.port)) for name in ("127.0.0.9", "127.0.0.1")
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: found)
        assert ask(transport, f"service.example:{server.port}").body == b"ok"
        assert f"host: service.example:{server.port}".encode() in server.requests[0].lower()
        transport.close()


def test_a_handshake_that_stalls_ends_in_time(transport: CurlTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(ConnectTimeout):
            ask(transport, f"127.0.0.1:{silent.getsockname()[1]}", scheme="https", deadline=began + 0.2)
        assert time.monotonic() - began < 3


def test_a_proxy_that_stalls_ends_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        transport = CurlTransport(proxies={"https": f"http://127.0.0.1:{silent.getsockname()[1]}"})
        with pytest.raises((ConnectTimeout, ProxyConnectionError)):
            ask(transport, "service.example", scheme="https", deadline=began + 0.2)
        assert time.monotonic() - began < 3


def test_an_answer_that_does_not_come_is_waited_for_once(transport: CurlTransport) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.recv(1)

    with scripted(script) as server:
        for limits, kind in (({"timeout": 0.8}, ReadTimeout), ({"timeout": 9}, DeadlineExceededError)):
            began = time.monotonic()
            with pytest.raises(kind) as caught:
                ask(transport, server.host, deadline=began + 0.8 if kind is DeadlineExceededError else None, **limits)
            assert caught.value.sent
            assert 0.75 < time.monotonic() - began < 1.55


# -- over TLS, whose records libcurl reads


def test_large_bodies_pass_both_ways_over_tls(certificate: Path) -> None:
    def echo(server: Scripted, connection: socket.socket, number: int) -> None:
        with secure(certificate, connection) as over:
            while request := read_request(over):
                body = request.partition(b"\r\n\r\n")[2]
                time.sleep(0.05)  # so that the other side has to wait
                over.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)

    body = os.urandom(1 << 22)
    transport = CurlTransport(environ={}, verify=str(certificate))
    with scripted(echo) as server:
        told: dict[str, Any] = {"scheme": "https", "method": "PUT"}
        assert ask(transport, server.host, **told, body=body).body == body
        assert ask(transport, server.host, **told, body=b"short").body == b"short"
        stream = ask(transport, server.host, **told, body=body, streams=True).stream
        assert stream is not None
        assert stream.read() == body
        assert ask(transport, server.host, **told, body=b"after").body == b"after"
        assert server.connections == 1
        transport.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_is_said_unasked_reaches_no_call(scheme: str, certificate: Path) -> None:
    """Each in a record of its own, so that what is left may wait in the memory of TLS."""

    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        over = secure(certificate, connection) if scheme == "https" else connection
        with over:
            while read_request(over):
                over.sendall(OK)
                over.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil")

    transport = CurlTransport(environ={}, verify=str(certificate))
    with scripted(script) as server:
        for _ in range(5):
            with suppress(TransportError):
                assert ask(transport, server.host, scheme=scheme).body == b"ok"
            time.sleep(0.02)
        assert server.connections == 5
        transport.close()


def test_a_ticket_of_tls_is_no_reason_to_connect_again(certificate: Path) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        with secure(certificate, connection) as over:
            always(OK)(server, over, number)

    transport = CurlTransport(environ={}, verify=str(certificate))
    with scripted(script) as server:
        for _ in range(4):
            assert ask(transport, server.host, scheme="https").body == b"ok"
            time.sleep(0.02)
        assert server.connections == 1
        transport.close()


def test_a_body_that_tls_cuts_short_is_an_error(certificate: Path) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        with secure(certificate, connection) as over:
            read_request(over)
            over.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort")

    transport = CurlTransport(environ={}, verify=str(certificate))
    with scripted(script) as server, pytest.raises(ConnectionClosedError):
        ask(transport, server.host, scheme="https", method="POST")


def test_many_threads_share_a_transport_over_tls(certificate: Path) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        with secure(certificate, connection) as over:
            while request := read_request(over):
                name = request.split(b" ")[1]
                over.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(name), name))

    transport = CurlTransport(environ={}, verify=str(certificate), max_idle=4)
    wrong: list[object] = []

    def work(number: int) -> None:
        for turn in range(20):
            name = f"/{number}/{turn}"
            try:
                body = ask(transport, server.host, scheme="https", target=name).body
            except TransportError as error:
                wrong.append(error)
            else:
                if body != name.encode():
                    wrong.append((name, body))

    with scripted(script) as server:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        transport.close()
    assert wrong == []


def test_no_descriptor_is_left_open(certificate: Path) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        with suppress(OSError), secure(certificate, connection) as over:
            always(OK)(server, over, number)

    def descriptors() -> int:
        return len(list(Path("/dev/fd").iterdir()))

    with scripted(script) as server, scripted(always(OK)) as plain:
        before = descriptors()
        for _ in range(3):
            transport = CurlTransport(environ={}, verify=str(certificate))
            ask(transport, server.host, scheme="https")
            ask(transport, plain.host)
            with suppress(ConnectError):
                ask(transport, plain.host, scheme="https", timeout=0.2, deadline=time.monotonic() + 0.2)
            transport.close()
        time.sleep(0.2)
        assert descriptors() <= before + 2


def test_a_closed_socket_can_be_closed_again() -> None:
    class Handle:
        closed = 0

        def getinfo(self, option: int) -> int:
            return 1 << 20

        def close(self) -> None:
            self.closed += 1

    handle = Handle()
    sock = CurlSocket(handle)
    sock.close()
    sock.close()
    assert handle.closed == 1
