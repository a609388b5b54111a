"""Threads that stand by never leave a request without one, however few the server has made."""

from __future__ import annotations

import contextlib
import queue
import signal
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from asdoc.runtime.server.threads import Standby


class Lazy:
    """A server that makes a thread for every second request that finds none: the other waits for the next to come."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._threads = 0
        self._waiting: queue.Queue[socket.socket] = queue.Queue()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.application: Any = None
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = self.listener.accept()[0]
                self._waiting.put(connection)
                if self._threads < self._most and (self._waiting.qsize() > 1 or not self._threads):
                    self._threads += 1
                    threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._waiting.get() as connection, contextlib.suppress(OSError):
                path = connection.recv(1000).split(b" ")[1].decode()
                self.application({"PATH_INFO": path}, lambda status, headers: None)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    def answers(self, path: str = "/", within: float = 3.0) -> bool:
        with socket.create_connection(self.listener.getsockname(), timeout=within) as client:
            client.sendall(f"GET {path} HTTP/1.1\r\n\r\n".encode())
            try:
                return client.recv(12) == b"HTTP/1.1 200"
            except TimeoutError:
                return False


@pytest.fixture
def lazy() -> Iterator[Lazy]:
    usual = signal.getsignal(signal.SIGURG)
    made = Lazy(8)
    yield made
    made.listener.close()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGURG, usual)


@pytest.mark.parametrize("at_work", [1, 2, 8])
def test_a_request_is_answered_however_few_threads_were_made(lazy: Lazy, at_work: int) -> None:
    held = threading.Event()
    standby = Standby(
        lambda environ, start_response: [bytes(environ["PATH_INFO"] == "/" or held.wait(10))],
        f"http://127.0.0.1:{lazy.listener.getsockname()[1]}",
        "name",
        threads=8,
        at_work=at_work,
    )
    lazy.application = standby
    standby.start()
    for pause in (0, 0.01, 0.05, 0.3):
        time.sleep(pause)
        assert lazy.answers()
    # All but one are held up, one after the other.
    slow = [threading.Thread(target=lazy.answers, args=("/held", 10)) for _ in range(7)]
    for one in slow:
        one.start()
        assert lazy.answers()
    held.set()
    for one in slow:
        one.join()
    time.sleep(0.1)
    assert lazy.answers()
