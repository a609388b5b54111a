"""A body that does not come is given up after a time, and a part of one is not taken for the whole."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from asdoc.appconfig.backend import Backend
from asdoc.runtime.server import patience
from asdoc.runtime.server.patience import Patience, end_waiting
from asdoc.runtime.server.wsgi import wsgi_application
from tests.server.durability import Server, Wire

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux of its connections")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@contextlib.contextmanager
def connected(listener: socket.socket) -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_connection(listener.getsockname()) as client, listener.accept()[0] as server:
        yield client, server


def test_only_a_connection_that_has_asked_and_waits_is_ended(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with connected(listener) as (client, server), connected(listener) as (answered, other):
        client.sendall(b"{")
        answered.sendall(b"{")
        time.sleep(0.2)
        other.sendall(b"answer")
        assert end_waiting(port + 1, 0.1) == 0
        assert end_waiting(port, 60) == 0
        assert end_waiting(port, 0.15) == 1
        assert (server.recv(10), server.recv(10)) == (b"{", b"")
        server.sendall(b"late")
        assert client.recv(10) == b"late"


class Body:
    """Comes in part, and then not."""

    def __init__(self, part: bytes, ended: threading.Event | None = None) -> None:
        self._part, self._ended = part, ended

    def read(self, size: int = -1, /) -> bytes:
        if self._ended is not None:
            assert self._ended.wait(10)
        return self._part


def answered(body: Body, waits: Patience | None = None, **headers: str) -> str:
    return written(body, waits, **headers)[0]


def written(body: Body, waits: Patience | None = None, **headers: str) -> tuple[str, dict[str, str], bytes]:
    told: list[tuple[str, dict[str, str]]] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/applications",
        "QUERY_STRING": "",
        "wsgi.input": body,
        **headers,
    }
    parts = wsgi_application(Backend(), waits)(environ, lambda status, headers: told.append((status, dict(headers))))
    return (*told[0], b"".join(parts))


def test_a_part_of_a_body_is_not_the_body() -> None:
    assert answered(Body(b'{"Name": "n"}'), CONTENT_LENGTH="13").startswith("201")
    assert answered(Body(b'{"Name": "n"}'), CONTENT_LENGTH="14").startswith("408")


def test_a_request_that_was_cut_short_is_refused_as_every_other_is() -> None:
    _, headers, body = written(Body(b"{"), CONTENT_LENGTH="14")
    assert headers["x-amzn-errortype"] == "RequestTimeoutException"
    assert len(headers["x-amzn-requestid"]) == 36
    assert headers["connection"] == "close"
    assert json.loads(body)["message"].startswith("The body")


def test_what_came_of_a_body_that_was_given_up_is_not_the_body(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(patience, "_LOOK", 0.01)
    monkeypatch.setattr(patience, "end_waiting", lambda port, seconds: ended.set())
    waits = Patience(1, seconds=0.05)
    waits.start()
    assert answered(Body(b'{"Name": "n"}', ended), waits, HTTP_TRANSFER_ENCODING="chunked").startswith("408")
    ended.clear()
    assert (waits.reading, waits.given_up) == ({}, set())


@pytest.mark.skipif(not os.environ.get("ASDOC_EXPLORE"), reason="waits for as long as the server does")
def test_more_slow_clients_than_threads_are_given_up_and_the_others_answered(tmp_path: Any) -> None:
    server = Server(f"sqlite:///{tmp_path}/a.db", workers=1)
    try:
        with contextlib.ExitStack() as stack:
            slow = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(40)]
            for one in slow:
                one.sendall(b"POST /applications HTTP/1.1\r\nhost: localhost\r\ncontent-length: 12\r\n\r\n{")
            for one in slow:
                one.settimeout(patience.SECONDS + 10)
                assert one.recv(12) == b"HTTP/1.1 408"
            wire = Wire(server.port)
            assert wire.told("GET", "/applications") == {"Items": []}
            wire.close()
    finally:
        server.stop()
