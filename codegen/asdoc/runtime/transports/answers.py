"""Reading the answers that come over a connection, held to what each of them promises.

Here and not by `http.client`, for three reasons. It reads heads with the parser of e-mails, which is half of the
processor time of a small call. It knows a limit for each wait, not for all of them, so that a server that sends a byte
now and then is waited for without end. And it does not tell of what stands behind an answer, so that an answer that is
longer than it says passes for a whole one.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from time import monotonic

from ..exceptions import ConnectionClosedError, DeadlineExceededError, ProtocolError, ReadTimeout
from .heads import MAX_HEAD, MAX_LINE, chunk_size, head_end, read_head

_START = b"HTTP/1."
SMALL = 16 * 1024
"""Bytes that one read asks for where little is expected."""
_LARGE = 256 * 1024


class Limits:
    """How long one exchange may wait: `timeout` seconds for each step, and none after `deadline` (monotonic time)."""

    __slots__ = ("_set", "_sock", "deadline", "timeout")

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._set: float | None = -1.0
        self.timeout = 0.0
        self.deadline: float | None = None

    def begin(self, timeout: float, deadline: float | None) -> None:
        self.timeout, self.deadline = timeout, deadline
        self.step()

    def endless(self, timeout: float) -> None:
        """Leave it to who exchanges to keep `timeout`, until the next `step`."""
        self.timeout, self.deadline = timeout, None
        if self._set is not None:
            self._sock.settimeout(None)
            self._set = None

    def step(self) -> None:
        """Set what the next step may take. Raises DeadlineExceededError where nothing is left."""
        timeout = self.timeout
        if self.deadline is not None:
            left = self.deadline - monotonic()
            if left <= 0:
                raise DeadlineExceededError("no time is left")
            timeout = min(timeout, left)
        if timeout != self._set:
            self._sock.settimeout(timeout)
            self._set = timeout

    def late(self) -> ReadTimeout | DeadlineExceededError:
        """What is to be raised where a step took all the time that it had."""
        if self.deadline is not None and monotonic() >= self.deadline:
            return DeadlineExceededError("no time is left")
        return ReadTimeout(f"no answer within {self.timeout:g} s")


class Answer:
    """One answer as it is read. `begin` reads its head; then `body` or `chunks` the rest."""

    __slots__ = (
        "_buffer",
        "_chunked",
        "_length",
        "_limits",
        "_method",
        "_sock",
        "begun",
        "headers",
        "lasting",
        "status",
    )

    def __init__(self, sock: socket.socket, limits: Limits, method: str, begun: bytes = b"") -> None:
        """`begun` is what came of it already."""
        self._sock = sock
        self._limits = limits
        self._method = method
        self._buffer = begun
        self._chunked = False
        self._length: int | None = None
        self.begun = bool(begun)
        """True from the first byte of it."""
        self.lasting = False
        """True where, once it is read, the connection can carry another request."""
        self.status = 0
        self.headers: dict[str, str] = {}
        """Lower-case name -> value; the values of one that is sent more than once are joined with `, `."""

    def begin(self) -> None:
        """Read the head. Raises ProtocolError, ConnectionClosedError, ReadTimeout."""
        while (head := read_head(self._head(), self._method)) is None:
            pass
        self.status, self.headers = head.status, head.headers
        self._length, self._chunked, self.lasting = head.length, head.chunked, head.lasting

    def body(self, largest: int) -> bytes:
        """All that follows the head.

        Raises as `chunks` does, and ProtocolError where it has more than `largest` bytes.
        """
        length = self._length
        if length is not None and length == len(self._buffer):
            body, self._buffer = self._buffer, b""
            return body
        parts, size = [], 0
        for part in self.chunks():
            size += len(part)
            if size > largest:
                raise ProtocolError(f"its body is larger than {largest} bytes")
            parts.append(part)
        return b"".join(parts)

    def chunks(self) -> Iterator[bytes]:
        """The body in parts, each as soon as it is there, none empty.

        Raises ConnectionClosedError where it ends too soon, ProtocolError where its chunks are none or more than the
        body follows, ReadTimeout.
        """
        if self._chunked:
            yield from self._chunks()
        elif self._length is None:
            if self._buffer:
                yield self._take(len(self._buffer))
            while part := self._receive(_LARGE):
                yield part
        else:
            yield from self._exactly(self._length, self._length)
        if self._buffer:
            self.lasting = False
            if self._buffer.strip(b"\r\n") and self._method != "HEAD" and self.status not in (204, 304):
                raise ProtocolError("it goes on after what it says is its body")

    def _exactly(self, count: int, promised: int) -> Iterator[bytes]:
        if self._buffer and count:
            part = self._take(min(count, len(self._buffer)))
            count -= len(part)
            yield part
        while count:
            part = self._receive(min(max(count, SMALL), _LARGE))
            if not part:
                raise ConnectionClosedError(
                    f"the connection was closed after {promised - count} of {promised} bytes of the answer"
                )
            if len(part) > count:
                part, self._buffer = part[:count], part[count:]
            count -= len(part)
            yield part

    def _chunks(self) -> Iterator[bytes]:
        while True:
            line = self._line()
            count = chunk_size(line)
            if not count:
                break
            yield from self._exactly(count, count)
            if self._line():
                raise ProtocolError(f"a chunk goes on after the {count} bytes that it should have")
        while self._line():  # trailers, which nobody asked for
            pass

    def _line(self) -> bytes:
        while (end := self._buffer.find(b"\n", 0, MAX_LINE)) < 0:
            if len(self._buffer) >= MAX_LINE:
                raise ProtocolError(f"a line between its chunks is longer than {MAX_LINE} bytes")
            self._more("between the chunks of the answer")
        return self._take(end + 1)[:-1].removesuffix(b"\r")

    def _head(self) -> bytes:
        start = 0
        while True:
            end = head_end(self._buffer, start)
            if end:
                return self._take(end)
            if not self._buffer.startswith(_START[: len(self._buffer)]):
                raise ProtocolError(f"it begins with {self._buffer[:80]!r}")
            if len(self._buffer) >= MAX_HEAD:
                raise ProtocolError(f"its headers are longer than {MAX_HEAD} bytes")
            start = max(len(self._buffer) - 3, 0)
            self._more("within the headers of the answer" if self._buffer else "before an answer began")

    def _more(self, where: str) -> None:
        part = self._receive(SMALL)
        if not part:
            raise ConnectionClosedError(f"the connection was closed {where}")
        self.begun = True
        self._buffer = self._buffer + part if self._buffer else part

    def _take(self, count: int) -> bytes:
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _receive(self, amount: int) -> bytes:
        self._limits.step()
        return receive(self._sock, amount, self._limits)


def receive(sock: socket.socket, amount: int, limits: Limits, flags: int = 0) -> bytes:
    """What comes next; b"" at the end. Raises ReadTimeout, DeadlineExceededError, ConnectionClosedError."""
    try:
        return sock.recv(amount, flags) if flags else sock.recv(amount)
    except (TimeoutError, BlockingIOError) as error:
        raise limits.late() from error
    except OSError as error:
        raise ConnectionClosedError(f"the connection broke ({error})") from error
