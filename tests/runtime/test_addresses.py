"""Names are resolved within the time that a connection is given."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest

from asdoc.runtime.exceptions import ConnectError, ConnectTimeout
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.transports.addresses import addresses_of
from asdoc.runtime.transports.pool import PoolTransport


def test_a_resolver_that_hangs_ends_with_the_time_to_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: go.wait(10) and [])
    began = time.monotonic()
    with pytest.raises(ConnectTimeout, match=r"not resolved within 0\.05 s"):
        PoolTransport(environ={}).send(
            HttpRequest(method="GET", host="slow.example"), connect_timeout=0.05, read_timeout=1
        )
    assert time.monotonic() - began < 2
    go.set()


def test_a_name_that_is_none_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: Any, **named: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(ConnectError, match="Name or service not known"):
        PoolTransport(environ={}).send(
            HttpRequest(method="GET", host="none.example"), connect_timeout=5, read_timeout=1
        )


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_what_needs_no_resolver_costs_no_thread(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "Thread", None)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: [given])
    found: list[Any] = addresses_of(host, 80, 1.0)
    assert found == [(host.encode(), 80)]
