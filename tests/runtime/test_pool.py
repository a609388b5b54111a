"""The pool keeps connections, replaces those that died, and ends every failure in a typed error soon."""

from __future__ import annotations

import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from asdoc.runtime.exceptions import (
    ConfigurationError,
    ConnectError,
    ConnectionClosedError,
    ConnectTimeout,
    ProtocolError,
    ProxyConnectionError,
    ReadTimeout,
    TlsError,
)
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.transports.pool import PoolTransport

from .servers import OK, Scripted, always, read_request, scripted, secure


def send(
    pool: PoolTransport, host: str, *, method: str = "GET", body: bytes = b"", timeout: float = 5, scheme: str = "http"
) -> HttpResponse:
    request = HttpRequest(method=method, scheme=scheme, host=host, target="/x", body=body)
    return pool.send(request, connect_timeout=timeout, read_timeout=timeout)


@pytest.fixture
def pool() -> PoolTransport:
    return PoolTransport(environ={})


def test_a_connection_is_used_again(pool: PoolTransport) -> None:
    with scripted(always(OK)) as server:
        assert [send(pool, server.host).body for _ in range(5)] == [b"ok"] * 5
        assert server.connections == 1
        pool.close()
        assert send(pool, server.host).body == b"ok"
        assert server.connections == 2
        pool.close()


def test_a_connection_that_the_server_closed_meanwhile_is_replaced_unseen(pool: PoolTransport) -> None:
    def once(server: Scripted, connection: socket.socket, number: int) -> None:
        server.requests.append(read_request(connection))
        connection.sendall(OK)

    with scripted(once) as server:
        for _ in range(3):
            assert send(pool, server.host, method="POST", body=b"{}").body == b"ok"
            time.sleep(0.05)
        assert server.connections == 3
        assert len(server.requests) == 3
        pool.close()


def closes_on_the_second_request(server: Scripted, connection: socket.socket, number: int) -> None:
    server.requests.append(read_request(connection))
    connection.sendall(OK)
    if request := read_request(connection):
        server.requests.append(request)


def test_a_get_is_sent_again_when_a_kept_connection_breaks_before_the_answer(pool: PoolTransport) -> None:
    with scripted(closes_on_the_second_request) as server:
        send(pool, server.host)
        assert send(pool, server.host).body == b"ok"
        assert server.connections == 2
        pool.close()


def test_a_post_that_may_have_been_done_is_never_sent_again(pool: PoolTransport) -> None:
    with scripted(closes_on_the_second_request) as server:
        send(pool, server.host, method="POST")
        with pytest.raises(ConnectionClosedError) as caught:
            send(pool, server.host, method="POST")
        assert caught.value.sent
        assert len(server.requests) == 2
        pool.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
    ],
)
def test_a_truncated_answer_is_an_error_and_not_a_short_body(pool: PoolTransport, answer: bytes) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(answer)

    with scripted(script) as server, pytest.raises(ConnectionClosedError):
        send(pool, server.host)


def test_what_is_no_http_is_an_error(pool: PoolTransport) -> None:
    with scripted(always(b"220 mail.example.org ESMTP\r\n")) as server, pytest.raises(ProtocolError):
        send(pool, server.host)


def test_a_reset_connection_is_an_error(pool: PoolTransport) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with scripted(script) as server, pytest.raises(ConnectionClosedError):
        send(pool, server.host)


def test_an_answer_longer_than_it_says_is_an_error_and_does_not_reach_the_next_call(pool: PoolTransport) -> None:
    with scripted(always(OK + b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil")) as server:
        for _ in range(3):
            with pytest.raises(ProtocolError, match="goes on after what it says"):
                send(pool, server.host)
        assert server.connections == 3


def test_an_empty_line_behind_an_answer_is_no_lie(pool: PoolTransport) -> None:
    with scripted(always(OK + b"\r\n")) as server:
        assert [send(pool, server.host).body for _ in range(3)] == [b"ok"] * 3


def test_an_answer_that_does_not_come_ends_in_time(pool: PoolTransport) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.recv(1)

    with scripted(script) as server:
        began = time.monotonic()
        with pytest.raises(ReadTimeout):
            send(pool, server.host, timeout=0.2)
        assert time.monotonic() - began < 15


def test_a_refused_connection_is_told_at_once(pool: PoolTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(ConnectError) as caught:
        send(pool, f"127.0.0.1:{port}")
    assert time.monotonic() - began < 15
    assert not caught.value.sent
    assert f"127.0.0.1:{port}" in str(caught.value)


def test_a_connection_that_does_not_come_ends_in_time(pool: PoolTransport) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        # what fills the queue of a listener that never accepts
        waiting = [socket.socket() for _ in range(8)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        began = time.monotonic()
        with pytest.raises((ConnectTimeout, ReadTimeout)):
            send(pool, f"127.0.0.1:{address[1]}", timeout=0.3)
        assert time.monotonic() - began < 15
        for one in waiting:
            one.close()


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 80])
def test_a_name_that_does_not_resolve_is_told(pool: PoolTransport, host: str) -> None:
    with pytest.raises(ConnectError):
        send(pool, host)


def test_an_answer_that_comes_before_the_body_is_read_is_given(pool: PoolTransport) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        connection.recv(1024)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 20):
            pass

    with scripted(script) as server:
        assert send(pool, server.host, method="POST", body=b"x" * (1 << 24)).status == 413


def test_large_bodies_pass_both_ways(pool: PoolTransport) -> None:
    def echo(server: Scripted, connection: socket.socket, number: int) -> None:
        body = read_request(connection).partition(b"\r\n\r\n")[2]
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)

    body = os.urandom(1 << 22)
    with scripted(echo) as server:
        assert send(pool, server.host, method="PUT", body=body).body == body
        pool.close()


def test_threads_share_a_pool_and_each_gets_its_own_answer(pool: PoolTransport) -> None:
    def echo(server: Scripted, connection: socket.socket, number: int) -> None:
        while request := read_request(connection):
            body = request.partition(b"\r\n\r\n")[2]
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)

    with scripted(echo) as server, ThreadPoolExecutor(16) as threads:
        bodies = [b"%d" % number for number in range(800)]
        answers = threads.map(lambda body: send(pool, server.host, method="POST", body=body).body, bodies)
        assert list(answers) == bodies
        assert server.connections <= 100
        assert sum(map(len, pool._idle.values())) <= 10
        pool.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_a_forked_child_opens_connections_of_its_own(pool: PoolTransport) -> None:
    with scripted(always(OK)) as server:
        send(pool, server.host)
        reader, writer = os.pipe()
        # the servers' threads are of no use to the child, which leaves by os._exit
        child = fork()
        if child == 0:
            try:
                os.write(writer, send(pool, server.host).body)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert os.read(reader, 10) == b"ok"
        assert server.connections == 2
        assert send(pool, server.host).body == b"ok"
        assert server.connections == 2
        os.close(reader)
        os.close(writer)
        pool.close()


def fork() -> int:
    import warnings

    with warnings.catch_warnings():
        # Python warns of forking beside threads; none of them holds a lock here
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def test_a_plain_request_goes_through_a_proxy_as_a_whole_url() -> None:
    with scripted(always(OK)) as proxy:
        pool = PoolTransport(environ={"http_proxy": f"http://user:p%40ss@{proxy.host}"})
        assert send(pool, "service.example.org").body == b"ok"
        head = proxy.requests[0].decode()
        assert head.startswith("GET http://service.example.org/x HTTP/1.1\r\n")
        assert "proxy-authorization: Basic dXNlcjpwQHNz\r\n" in head
        pool.close()


@pytest.mark.parametrize(
    ("no_proxy", "host", "bypassed"),
    [
        ("example.org", "service.example.org", True),
        (".example.org", "service.example.org", True),
        ("example.org", "badexample.org", False),
        ("*", "service.example.org", True),
        ("127.0.0.0/8", "127.0.0.1:80", True),
        ("127.0.0.1:81", "127.0.0.1:80", False),
        ("a, 127.0.0.1:80", "127.0.0.1:80", True),
        ("", "service.example.org", False),
    ],
)
def test_no_proxy_names_what_is_reached_directly(no_proxy: str, host: str, bypassed: bool) -> None:
    from asdoc.runtime.transports.proxies import find

    environ = {"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": no_proxy}
    assert (find("http", host, None, environ) is None) is bypassed


def test_a_cgi_process_does_not_take_its_proxy_from_a_request_header() -> None:
    from asdoc.runtime.transports.proxies import find

    assert find("http", "h", None, {"HTTP_PROXY": "http://evil:1", "REQUEST_METHOD": "GET"}) is None


@pytest.mark.parametrize(
    "url", ["socks5://proxy:1080", "https://proxy:1", "http://", "http://proxy:x", "http://proxy:0"]
)
def test_a_proxy_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    pool = PoolTransport(proxies={"http": url.replace("://", "://user:secret@")})
    with pytest.raises(ConfigurationError) as caught:
        send(pool, "h")
    assert "secret" not in str(caught.value)


def test_a_proxy_that_is_not_there_is_told_as_the_proxy() -> None:
    pool = PoolTransport(proxies={"http": "http://127.0.0.1:1"})
    with pytest.raises(ProxyConnectionError):
        send(pool, "service.example.org")


def test_tls_is_verified_against_the_given_authority(certificate: Path) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        with secure(certificate, connection) as secured:
            always(OK)(server, secured, number)

    with scripted(script) as server:
        trusting = PoolTransport(verify=str(certificate), environ={})
        for host in (f"localhost:{server.port}", server.host):
            assert [send(trusting, host, scheme="https").body for _ in range(2)] == [b"ok"] * 2
        trusting.close()
        assert server.connections == 2
        careless = PoolTransport(verify=False, environ={})
        assert send(careless, server.host, scheme="https").body == b"ok"
        careless.close()
        with pytest.raises(TlsError) as caught:
            send(PoolTransport(environ={}), server.host, scheme="https")
        assert "AWS_CA_BUNDLE" in caught.value.hint


def test_tls_goes_through_a_proxy_by_a_tunnel(certificate: Path) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        server.requests.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with secure(certificate, connection) as secured:
            always(OK)(server, secured, number)

    with scripted(script) as proxy:
        pool = PoolTransport(verify=str(certificate), environ={"https_proxy": f"http://{proxy.host}"})
        assert [send(pool, "localhost:8443", scheme="https").body for _ in range(2)] == [b"ok"] * 2
        assert proxy.requests[0].startswith(b"CONNECT localhost:8443 HTTP/1.")
        assert proxy.requests[1].startswith(b"GET /x HTTP/1.1\r\n")
        pool.close()


def test_a_proxy_that_refuses_the_tunnel_is_told() -> None:
    with scripted(always(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")) as proxy:
        pool = PoolTransport(environ={"https_proxy": f"http://{proxy.host}"})
        with pytest.raises(ProxyConnectionError, match="407"):
            send(pool, "localhost:8443", scheme="https")


def test_an_endpoint_that_does_not_speak_tls_is_told(pool: PoolTransport) -> None:
    def plain(server: Scripted, connection: socket.socket, number: int) -> None:
        connection.recv(1024)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with scripted(plain) as server, pytest.raises(TlsError):
        send(pool, server.host, scheme="https")


def test_trusted_certificates_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("no certificate")
    with scripted(always(OK)) as server:
        for bundle in ("bad.pem", "missing.pem"):
            with pytest.raises(ConfigurationError):
                send(PoolTransport(verify=str(tmp_path / bundle), environ={}), server.host, scheme="https")


def test_an_abandoned_pool_leaves_no_socket_open() -> None:
    threads = threading.active_count()
    with scripted(always(OK)) as server:
        pool = PoolTransport(environ={})
        send(pool, server.host)
        kept = pool._idle[("http", server.host)][0]._sock
        assert kept.fileno() != -1
        del pool
        assert kept.fileno() == -1
    assert threading.active_count() <= threads
