"""One thread that answers, and others that stand by for when it is held up.

Python's threads share one interpreter: a second that is never needed costs a fifth of all requests, as each waits for
the other. But a client that is slow to send its body, or an action that is slow to answer, holds up the thread that
waits for it. So all threads but one are parked, each in a request that the server sends to itself; a supervisor looks
every few milliseconds whether those at work have moved on, and lets one go where none has.

The server makes its threads as they are needed, and where two requests come at once it may make one for both; the
second then waits until a third comes. A thread that is parked does not come back to it, so nothing may rest on threads
that ought to be there. They are all called together at the start, and count once they have come; a thread that is
called later parks itself only if another is left at work. And now and then a call is sent that must be answered at
once: where it is not, one of those parked goes.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from .control import PREFIX

THREADS = 16
"""In all: one less is the number of slow clients that hold up nobody."""
SHARED_THREADS = 4
"""Threads of each of several workers; all of them are at work."""

_LOOK = 0.02
"""Seconds between two looks; a request that takes longer counts as held up."""
_BEAT = 1.0
"""Seconds between two calls that are to show that somebody answers. They keep the threads, too, which the server ends
where they have had nothing to do for long."""
_LATE = 0.1
"""Seconds after which such a call counts as not answered."""
_COME = 0.005
"""Seconds that a thread may take to come, before another call is sent."""
_GATHERED = 1.0
"""Seconds after which it is done with those threads that have come."""
_WAKES = 5
"""Times that the main thread is woken to stop."""
_CONNECT = 5.0
"""Seconds for a connection to ourselves."""

Application = Callable[[dict[str, Any], Callable[..., Any]], list[bytes]]


class Standby:
    """Wraps an application so that few threads answer, and more where those are held up."""

    def __init__(self, application: Application, url: str, name: str, *, threads: int, at_work: int) -> None:
        """`url` is where this process answers, maybe among others, with at most `threads` threads, of which `at_work`
        are to answer. `name` is a secret, the same in all of them, under which threads are called."""
        self._application = application
        self._url = urlsplit(url)
        self._path = f"{PREFIX}standby/{name}"
        self._threads = threads
        self._at_work = at_work
        self._running: dict[int, dict[str, Any]] = {}
        """The request of each thread at work."""
        self._lock = threading.Lock()
        self._go = threading.Condition(self._lock)
        self._came = threading.Condition(self._lock)
        self._known: set[int] = set()
        """Threads that have come when they were called."""
        self._parked: set[int] = set()
        self._let_go = 0
        """Of those parked: how many may go, and have not yet gone."""
        self._stuck = 0
        """Threads that were held up at the last look."""
        self._gathering = True
        self._stopping = False
        self._calls: list[socket.socket] = []
        self._signals, wakeup = os.pipe()
        os.set_blocking(wakeup, False)
        # Requests under way are answered before the server stops, and those that are parked are under way.
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        signal.signal(signal.SIGURG, lambda number, frame: None)

    def start(self) -> None:
        """Begin to supervise. To be called once the server answers; until then all threads are at work."""
        threading.Thread(target=self._supervise, daemon=True).start()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        thread = threading.get_ident()
        if environ["PATH_INFO"] == self._path:
            self._come(thread)
            start_response("200 OK", [("content-length", "0")])
            return []
        self._running[thread] = environ
        try:
            return self._application(environ, start_response)
        finally:
            del self._running[thread]

    def _come(self, thread: int) -> None:
        """What a thread does that was called: stay here until it may go, unless it is needed at work."""
        with self._lock:
            self._known.add(thread)
            if self._gathering or self._free() > self._at_work:
                self._parked.add(thread)
                self._came.notify()
                self._go.wait_for(lambda: self._let_go > 0 or self._stopping)
                self._parked.remove(thread)
                self._let_go = max(0, self._let_go - 1)

    def _free(self) -> int:
        """How many threads can take up a request."""
        return len(self._known) - len(self._parked) + self._let_go - self._stuck

    def _release(self, wanted: int) -> None:
        """Let so many go of those that are parked."""
        going = max(0, min(wanted, len(self._parked) - self._let_go))
        self._let_go += going
        self._go.notify(going)

    def _supervise(self) -> None:
        try:
            self._gather()
            self._watch()
        except OSError:
            pass  # no connection can be had: the server stops, or all its threads had better be at work
        finally:
            with self._lock:
                self._stopping = True
                self._go.notify_all()
        if self._told_to_stop(0):
            _wake_main()

    def _told_to_stop(self, seconds: float) -> bool:
        """Wait for so long; whether the server was told to stop meanwhile."""
        return bool(select.select([self._signals], [], [], seconds)[0])

    def _gather(self) -> None:
        """Call until all threads are here together, so that the server has made them, and we know them."""
        deadline = float("inf")
        while not self._all_known() and time.monotonic() < deadline and not self._told_to_stop(0):
            here = len(self._parked)
            self._call()
            with self._lock:
                # Another process may have taken the call, or nobody has yet.
                self._came.wait_for(partial(self._are_more, here), _COME)
            if self._parked and deadline == float("inf"):
                deadline = time.monotonic() + _GATHERED
        with self._lock:
            self._gathering = False
            self._release(self._at_work)

    def _all_known(self) -> bool:
        with self._lock:
            # Those that have a request do not come, and are there nevertheless.
            self._known |= set(self._running)
            return len(self._known) >= self._threads

    def _are_more(self, here: int) -> bool:
        return len(self._parked) > here

    def _watch(self) -> None:
        before: dict[int, dict[str, Any]] = {}
        sent, beat = time.monotonic(), self._call()
        while not self._told_to_stop(_LOOK):
            running = dict(self._running)
            self._balance(sum(before.get(thread) is environ for thread, environ in running.items()))
            before = running
            elapsed = time.monotonic() - sent
            answered = beat not in self._calls or _is_readable(beat)
            if elapsed > _BEAT or (elapsed > _LATE and not answered):
                if not answered:
                    self._miss()
                sent, beat = time.monotonic(), self._call()

    def _balance(self, stuck: int) -> None:
        """Let go of those parked, or call some, so that as many as wanted are at work beside those held up."""
        with self._lock:
            self._stuck = stuck
            surplus = self._free() - self._at_work
            self._release(-surplus)
        for _ in range(surplus):
            self._call()

    def _miss(self) -> None:
        """Nobody has answered. Those that are at work are held up, or are no more: only who comes again counts."""
        with self._lock:
            self._known = self._parked | set(self._running)
            self._release(1)

    def _call(self) -> socket.socket:
        """Have the next free thread come."""
        # The connections whose threads have gone back are of no more use.
        kept = []
        for call in self._calls:
            if _is_readable(call):
                call.close()
            else:
                kept.append(call)
        self._calls = kept
        connection = self._connect()
        kept.append(connection)
        connection.sendall(f"GET {self._path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode())
        return connection

    def _connect(self) -> socket.socket:
        place = (self._url.hostname or "127.0.0.1", self._url.port or 80)
        connection = socket.create_connection(place, timeout=_CONNECT)
        if self._url.scheme == "https":
            # It is this process that answers; nothing is told it that it does not know.
            context = ssl._create_unverified_context()  # noqa: S323
            return context.wrap_socket(connection, server_hostname=self._url.hostname)
        return connection


def _wake_main() -> None:
    """Have the main thread see to the signals that it was sent.

    One that comes just as it goes to sleep until it is woken does not wake it: Python sees to it after the next, and
    the server would go on until it was killed.
    """
    main = threading.main_thread().ident or 0
    for _ in range(_WAKES):
        signal.pthread_kill(main, signal.SIGURG)
        time.sleep(_LOOK)


def _is_readable(connection: socket.socket) -> bool:
    return bool(select.select([connection], [], [], 0)[0])
