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

MAX_HEAD = 256 * 1024
"""Bytes that the headers of an answer may take."""
_MAX_LINE = 4096
"""Bytes that the line before a chunk may take."""
_START = b"HTTP/1."
_SMALL = 16 * 1024
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

    def __init__(self, sock: socket.socket, limits: Limits, method: str) -> None:
        self._sock = sock
        self._limits = limits
        self._method = method
        self._buffer = b""
        self._chunked = False
        self._length: int | None = None
        self.begun = False
        """True from the first byte of it."""
        self.lasting = False
        """True where, once it is read, the connection can carry another request."""
        self.status = 0
        self.headers: dict[str, str] = {}
        """Lower-case name -> value; the values of one that is sent more than once are joined with `, `."""

    def begin(self) -> None:
        """Read the head. Raises ProtocolError, ConnectionClosedError, ReadTimeout."""
        while True:
            lines = self._head().split("\n")
            version, status = _status_line(lines[0].rstrip("\r"))
            headers = _headers(lines)
            if status >= 200:
                break
            if status == 101:
                raise ProtocolError("it has the status 101, unasked")
        self.status, self.headers = status, headers
        coding = headers.get("transfer-encoding", "").lower()
        if coding not in ("", "chunked"):
            raise ProtocolError(f"its transfer encoding {coding[:40]!r} is not known")
        asked = headers.get("connection", "").lower()
        self.lasting = "keep-alive" in asked if version == "HTTP/1.0" else "close" not in asked
        length = _length(headers.get("content-length"))
        if self._method == "HEAD" or status in (204, 304):
            length = 0
        elif coding:
            # two lengths are how one answer is smuggled behind another
            self.lasting = self.lasting and length is None
            self._chunked, length = True, None
        elif length is None:
            self.lasting = False
        self._length = length

    def body(self) -> bytes:
        """All that follows the head. Raises as `chunks` does, and ProtocolError where more than the body follows."""
        length = self._length
        if length is not None and length == len(self._buffer):
            body, self._buffer = self._buffer, b""
            return body
        body = b"".join(self.chunks())
        if self._buffer.strip(b"\r\n") and self._method != "HEAD" and self.status not in (204, 304):
            raise ProtocolError(f"it goes on after the {len(body)} bytes that it says are its body")
        return body

    def chunks(self) -> Iterator[bytes]:
        """The body in parts, each as soon as it is there, none empty.

        Raises ConnectionClosedError where it ends too soon, ProtocolError where its chunks are none, ReadTimeout.
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

    def _exactly(self, count: int, promised: int) -> Iterator[bytes]:
        if self._buffer and count:
            part = self._take(min(count, len(self._buffer)))
            count -= len(part)
            yield part
        while count:
            part = self._receive(min(max(count, _SMALL), _LARGE))
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
            size = line.partition(b";")[0].strip()
            if not size or len(size) > 15 or not _HEX.issuperset(size):
                raise ProtocolError(f"{line[:40]!r} does not tell the length of a chunk")
            count = int(size, 16)
            if not count:
                break
            yield from self._exactly(count, count)
            if self._line():
                raise ProtocolError(f"a chunk goes on after the {count} bytes that it should have")
        while self._line():  # trailers, which nobody asked for
            pass

    def _line(self) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _MAX_LINE:
                raise ProtocolError(f"a line between its chunks is longer than {_MAX_LINE} bytes")
            self._more("between the chunks of the answer")
        return self._take(end + 1).rstrip(b"\r\n")

    def _head(self) -> str:
        start = 0
        while True:
            end = _head_end(self._buffer, start)
            if end:
                return self._take(end).decode("latin-1")
            if not self._buffer.startswith(_START[: len(self._buffer)]):
                raise ProtocolError(f"it begins with {self._buffer[:80]!r}")
            if len(self._buffer) > MAX_HEAD:
                raise ProtocolError(f"its headers are longer than {MAX_HEAD} bytes")
            start = max(len(self._buffer) - 3, 0)
            self._more("within the headers of the answer" if self._buffer else "before an answer began")

    def _more(self, where: str) -> None:
        part = self._receive(_SMALL)
        if not part:
            raise ConnectionClosedError(f"the connection was closed {where}")
        self.begun = True
        self._buffer = self._buffer + part if self._buffer else part

    def _take(self, count: int) -> bytes:
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _receive(self, amount: int) -> bytes:
        self._limits.step()
        try:
            return self._sock.recv(amount)
        except TimeoutError as error:
            raise ReadTimeout(f"no answer within {self._limits.timeout:g} s") from error
        except OSError as error:
            raise ConnectionClosedError(f"the connection broke ({error})") from error


_HEX = frozenset(b"0123456789abcdefABCDEF")


def _head_end(data: bytes, start: int) -> int:
    """Where the head ends, behind the empty line; 0 where it does not yet."""
    plain, bare = data.find(b"\r\n\r\n", start), data.find(b"\n\n", start)
    if plain >= 0 and (bare < 0 or plain < bare):
        return plain + 4
    return bare + 2 if bare >= 0 else 0


def _status_line(line: str) -> tuple[str, int]:
    version, _, rest = line.partition(" ")
    status = rest[:3]
    known = len(version) == 8 and version.startswith("HTTP/1.") and version[7] in "0123456789"
    if not known or not (status.isascii() and status.isdigit()) or status < "100" or rest[3:4] not in ("", " "):
        raise ProtocolError(f"it begins with {line[:80]!r}")
    return version, int(status)


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    name = ""
    for line in lines[1:]:
        field, colon, value = line.partition(":")
        if not colon or not field or field.strip() != field:
            if not line.strip():
                continue
            if not name or line[0] not in " \t":
                raise ProtocolError(f"{line.strip()[:80]!r} is no header")
            headers[name] = f"{headers[name]} {line.strip()}".strip()  # folded: obsolete, and still sent
            continue
        name, value = field.lower(), value.strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _length(text: str | None) -> int | None:
    """The one length that a Content-Length tells; told twice alike, it is one."""
    if text is None:
        return None
    values = {part.strip() for part in text.split(",")}
    value = values.pop()
    if values or not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise ProtocolError(f"its content-length is {text[:80]!r}")
    return int(value)
