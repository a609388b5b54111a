"""The body of an answer, taken out of bytes as they come in whatever parts."""

from __future__ import annotations

from ..exceptions import ConnectionClosedError, ProtocolError
from .heads import MAX_LINE, Head, chunk_size

_SIZE, _BREAK, _TRAILER = range(3)
"""What a line between chunks is: the length of the next, the end of the last, or behind them all."""


class Body:
    """What follows a head. `feed` takes bytes and gives those of the body; `done` is True once it is whole."""

    __slots__ = ("_buffer", "_chunked", "_left", "_line", "_promised", "_taken", "done", "rest")

    def __init__(self, head: Head) -> None:
        self._chunked = head.chunked
        self._promised = head.length
        self._left = head.length or 0
        self._line = _SIZE
        self._buffer = b""
        self._taken = 0
        self.done = head.length == 0
        self.rest = b""
        """What came behind the end of the body."""

    def feed(self, data: bytes) -> list[bytes]:
        """The parts of the body in `data`, none empty. Raises ProtocolError where its chunks are none."""
        if self.done:
            self.rest += data
            return []
        if self._chunked:
            parts = self._chunks(data)
        elif self._promised is None:
            parts = [data] if data else []
        else:
            part = data[: self._left]
            self._left -= len(part)
            self.done = not self._left
            self.rest = data[len(part) :]
            parts = [part] if part else []
        self._taken += sum(map(len, parts))
        return parts

    def end(self) -> None:
        """Take the end of the connection for that of the body. Raises ConnectionClosedError where it is not."""
        if self._promised is not None:
            raise ConnectionClosedError(
                f"the connection was closed after {self._taken} of {self._promised} bytes of the answer"
            )
        if self._chunked:
            raise ConnectionClosedError("the connection was closed between the chunks of the answer")
        self.done = True

    def _chunks(self, data: bytes) -> list[bytes]:
        data = self._buffer + data if self._buffer else data
        parts: list[bytes] = []
        at = 0
        while at < len(data) and not self.done:
            if self._left:
                part = data[at : at + self._left]
                self._left -= len(part)
                at += len(part)
                parts.append(part)
                continue
            end = data.find(b"\n", at, at + MAX_LINE)
            if end < 0:
                if len(data) - at >= MAX_LINE:
                    raise ProtocolError(f"a line between its chunks is longer than {MAX_LINE} bytes")
                break
            self._between(data[at:end].removesuffix(b"\r"))
            at = end + 1
        self._buffer = b"" if self.done else data[at:]
        self.rest = data[at:] if self.done else b""
        return parts

    def _between(self, line: bytes) -> None:
        if self._line == _SIZE:
            self._left = chunk_size(line)
            self._line = _BREAK if self._left else _TRAILER
        elif self._line == _BREAK:
            if line:
                raise ProtocolError("a chunk goes on after the bytes that it should have")
            self._line = _SIZE
        else:
            self.done = not line  # trailers, which nobody asked for
