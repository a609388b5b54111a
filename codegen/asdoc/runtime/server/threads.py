"""One thread that answers, and others that stand by for when it is held up.

Python's threads share one interpreter: a second that is never needed costs a fifth of all requests, as each waits for
the other. But a client that is slow to send its body, or an action that is slow to answer, holds up the thread that
waits for it. So all threads but one are parked, each in a request that the server sends to itself; a supervisor looks
every few milliseconds whether those at work have moved on, and lets one go where none has.
"""

from __future__ import annotations

import os
import secrets
import select
import signal
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from .control import PREFIX

THREADS = 16
"""In all: one less is the number of slow clients that hold up nobody."""

_LOOK = 0.02
"""Seconds between two looks; a request that takes longer counts as held up."""
_CONNECT = 5.0
"""Seconds for a connection to ourselves."""

Application = Callable[[dict[str, Any], Callable[..., Any]], list[bytes]]


class Standby:
    """Wraps an application so that few threads answer, and more where those are held up."""

    def __init__(self, application: Application, url: str, *, threads: int = THREADS, at_work: int = 1) -> None:
        """`url` is where this process alone answers, with `threads` threads, of which `at_work` are to answer."""
        self._application = application
        self._url = urlsplit(url)
        self._path = f"{PREFIX}standby/{secrets.token_hex(16)}"
        self._threads = threads
        self._at_work = at_work
        self._running: dict[int, dict[str, Any]] = {}
        """The request of each thread at work."""
        self._condition = threading.Condition()
        self._asked = 0
        """Requests of our own that no thread has taken up yet."""
        self._parked = 0
        self._let_go = 0
        """Of those parked: how many may go, and have not yet gone."""
        self._stopping = False
        self._held: list[socket.socket] = []
        self._signals, wakeup = os.pipe()
        os.set_blocking(wakeup, False)
        # Requests under way are answered before the server stops, and those that are parked are under way.
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)

    def start(self) -> None:
        """Begin to supervise. To be called once the server answers; until then all threads are at work."""
        threading.Thread(target=self._supervise, daemon=True).start()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] == self._path:
            self._park()
            start_response("200 OK", [("content-length", "0")])
            return []
        thread = threading.get_ident()
        self._running[thread] = environ
        try:
            return self._application(environ, start_response)
        finally:
            del self._running[thread]

    def _park(self) -> None:
        with self._condition:
            self._asked -= 1
            self._parked += 1
            self._condition.wait_for(lambda: self._let_go > 0 or self._stopping)
            self._parked -= 1
            if self._let_go:
                self._let_go -= 1

    def _supervise(self) -> None:
        before: dict[int, dict[str, Any]] = {}
        try:
            while not select.select([self._signals], [], [], _LOOK)[0]:
                now = dict(self._running)
                self._balance(sum(before.get(thread) is environ for thread, environ in now.items()))
                before = now
        except OSError:
            pass  # no connection can be had: the server stops, or all its threads had better be at work
        finally:
            with self._condition:
                self._stopping = True
                self._condition.notify_all()

    def _balance(self, stuck: int) -> None:
        """Let one thread go, or have some parked, so that as many as wanted are at work beside those held up."""
        with self._condition:
            free = self._threads - self._parked + self._let_go - stuck
            if free < self._at_work and self._parked > self._let_go:
                self._let_go += 1
                self._condition.notify()
            surplus = free - self._asked - self._at_work
            self._asked += max(0, surplus)
        for _ in range(surplus):
            connection = self._connect()
            self._held.append(connection)
            connection.sendall(f"GET {self._path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode())

    def _connect(self) -> socket.socket:
        # The connections whose threads were let go are of no more use.
        kept = []
        for held in self._held:
            if select.select([held], [], [], 0)[0]:
                held.close()
            else:
                kept.append(held)
        self._held = kept
        place = (self._url.hostname or "127.0.0.1", self._url.port or 80)
        connection = socket.create_connection(place, timeout=_CONNECT)
        if self._url.scheme == "https":
            # It is this process that answers; nothing is told it that it does not know.
            context = ssl._create_unverified_context()  # noqa: S323
            return context.wrap_socket(connection, server_hostname=self._url.hostname)
        return connection
