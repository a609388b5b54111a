"""A connection through TLS that libcurl holds, used as a socket is."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from time import monotonic
from typing import Any

import pycurl


class CurlSocket:
    """As much of a socket as an exchange asks for."""

    __slots__ = ("_curl", "_descriptor", "_process", "_timeout")

    def __init__(self, curl: Any) -> None:
        """`curl` is a handle that has opened a connection, and only that."""
        self._curl = curl
        self._descriptor: int = curl.getinfo(pycurl.ACTIVESOCKET)
        self._process = os.getpid()
        self._timeout: float | None = None

    def fileno(self) -> int:
        return self._descriptor

    def settimeout(self, seconds: float | None) -> None:
        """What each `send` and `recv` may take, and all of a `sendall`."""
        self._timeout = seconds

    def send(self, data: bytes | memoryview, flags: int = 0) -> int:
        """With any flag it does not wait: it raises BlockingIOError. So does `recv`."""
        return int(self._done(self._curl.send, data, 0 if flags else self._timeout, writing=True))

    def sendall(self, data: bytes | memoryview) -> None:
        until = None if self._timeout is None else monotonic() + self._timeout
        left = memoryview(data)
        while left:
            timeout = None if until is None else max(until - monotonic(), 0.001)
            left = left[int(self._done(self._curl.send, left, timeout, writing=True)) :]

    def recv(self, amount: int, flags: int = 0) -> bytes:
        return bytes(self._done(self._curl.recv, amount, 0 if flags else self._timeout, writing=False))

    def _done(self, step: Callable[[Any], Any], given: Any, timeout: float | None, *, writing: bool) -> Any:
        """One step, taken again until there is something to take. Raises TimeoutError, ConnectionError."""
        until = None if timeout is None else monotonic() + timeout
        while True:
            try:
                return step(given)
            except BlockingIOError:
                if timeout == 0:
                    raise
            except pycurl.error as error:
                raise ConnectionError(str(error.args[-1])) from error
            if not _ready(self._descriptor, None if until is None else until - monotonic(), writing=writing):
                raise TimeoutError("timed out")

    def silent(self) -> bool:
        """True where the other side has neither said anything since nor gone."""
        try:
            self.recv(1, 1)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def close(self) -> None:
        """Say farewell to the other side; but not from a process that was forked, as its parent still talks to it."""
        if self._descriptor < 0:
            return
        if self._process != os.getpid():
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, self._descriptor)
            os.close(nowhere)
        self._descriptor = -1
        self._curl.close()

    def __del__(self) -> None:
        self.close()


def _ready(descriptor: int, timeout: float | None, *, writing: bool) -> bool:
    if timeout is not None:
        timeout = max(timeout, 0)
    if not hasattr(select, "poll"):
        wanted = [descriptor]
        return any(select.select([] if writing else wanted, wanted if writing else [], wanted, timeout))
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT if writing else select.POLLIN)
    return bool(poll.poll(None if timeout is None else timeout * 1000))
