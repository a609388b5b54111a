"""Slow clients and slow answers: what they take, and what they leave to the others."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from asdoc.runtime.server.limits import HEAD_SECONDS, MAX_DEPTH, is_deep
from asdoc.runtime.server.threads import THREADS
from asdoc.runtime.server.wsgi import read_body
from tests.server.test_malformed import LINE, sent
from tests.server.test_metrics import Server
from tests.server.test_wsgi import Endless

SLOW = b"POST /applications HTTP/1.1\r\nhost: localhost\r\ncontent-length: 12\r\n\r\n{"


def connection(server: Server) -> socket.socket:
    host, _, port = server.url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=10)


def seconds(server: Server) -> float:
    began = time.monotonic()
    with urllib.request.urlopen(f"{server.url}/applications", timeout=10) as response:
        assert response.status == 200
    return time.monotonic() - began


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_as_many_slow_clients_as_threads_stand_by_hold_up_nobody(store: str, tmp_path: Path) -> None:
    given = ("--store", f"sqlite:///{tmp_path}/a.db") if store == "sqlite" else ()
    with Server("appconfig", *given) as server, contextlib.ExitStack() as open_ones:
        for _ in range(THREADS - 1):
            open_ones.enter_context(connection(server)).sendall(SLOW)
        assert seconds(server) < 5
        assert seconds(server) < 2
        # A second lot comes in once the first is gone: the threads are parked again, and let go again.
        open_ones.close()
        time.sleep(0.5)
        with contextlib.ExitStack() as others:
            slow = [others.enter_context(connection(server)) for _ in range(THREADS - 1)]
            for one in slow:
                one.sendall(SLOW)
            assert seconds(server) < 5
            for one in slow:
                one.sendall(b'"Name": "n"}'[1:])
                assert b"HTTP/1.1 " in one.recv(1000)
        told = server.stop()
    assert told == ""


def test_an_answer_that_is_held_back_holds_up_nobody() -> None:
    with Server("appconfig") as server:
        server.post("/_asdoc/faults", b'{"operation": "GetApplication", "latency": 3}')
        held = threading.Thread(target=lambda: sent(server, LINE.replace(b"applications", b"applications/a") + b"\r\n"))
        held.start()
        time.sleep(0.1)
        assert max(seconds(server) for _ in range(5)) < 1
        assert held.is_alive()
        held.join()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_threads_that_stand_by_hold_up_no_stop(stop: signal.Signals) -> None:
    with Server("appconfig") as server:
        seconds(server)
        time.sleep(0.3)
        began = time.monotonic()
        assert server.stop(stop) == ""
        assert server.process.returncode == 0
    assert time.monotonic() - began < 3


def test_a_head_that_does_not_end_is_given_up() -> None:
    with Server("appconfig") as server, connection(server) as slow:
        slow.sendall(b"GET /applications HTTP/1.1\r\n")
        slow.settimeout(HEAD_SECONDS + 10)
        began = time.monotonic()
        assert not slow.recv(1000).startswith(b"HTTP/1.1 200")
        assert HEAD_SECONDS - 1 < time.monotonic() - began < HEAD_SECONDS + 5


@pytest.mark.parametrize("length", ["9" * 15, "9" * 16, "9" * 400, "9" * 5000])
def test_a_length_beyond_all_bounds_is_over_the_limit(length: str) -> None:
    class Empty(Endless):
        def read(self, size: int = -1, /) -> bytes:
            return b""

    body, size = read_body(Empty(), length, 100)
    assert body == b""
    assert 100 < size < 10**17


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize(("levels", "deep"), [(1, False), (MAX_DEPTH, False), (MAX_DEPTH + 1, True)])
def test_depth_is_counted_in_levels(opening: bytes, closing: bytes, levels: int, deep: bool) -> None:
    import msgspec

    body = opening * levels + (b"1" if opening != b"[" else b"") + closing * levels
    wide = b"[" + body + b", " + b"[]," * 100 + b"1]"
    assert is_deep(body, msgspec.json.decode(body)) is deep
    assert is_deep(wide, msgspec.json.decode(wide)) is (levels >= MAX_DEPTH)
