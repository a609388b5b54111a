"""What an answer gives that is read as it comes: a body of bytes, and a stream of events.

Each is read in the way of the client that it comes from: plainly, or awaited.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable, Iterator
from inspect import iscoroutinefunction
from typing import Any, Generic, NoReturn, Protocol, Self, TypeVar

from .exceptions import ClientSideError
from .http import AsyncStream, Stream

Event_co = TypeVar("Event_co", covariant=True)
_PART = 64 * 1024
_LINE = 8 * 1024
"""Bytes that are read ahead for a line."""


class Watch(Protocol):
    """What is told of every part of a body as it is read."""

    def update(self, part: bytes, /) -> None: ...

    def finish(self) -> None:
        """Told once, at the end. Raises an error where the body is not what was promised."""


class _Held:
    """A body that is in memory already, read as a stream."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def read(self, amount: int | None = None, /) -> bytes:
        end = len(self._data) if amount is None or amount < 0 else self._at + amount
        part = self._data[self._at : end]
        self._at += len(part)
        return part

    def close(self) -> None:
        self._data = b""


class _Source:
    """Bytes that are in memory, then those of a stream, whichever kind it is."""

    def __init__(self, data: bytes, stream: Stream | AsyncStream | None) -> None:
        self._held = _Held(data)
        self._back = b""
        self._awaited = stream is not None and iscoroutinefunction(stream.read)
        self._stream: Any = stream

    def read(self, amount: int | None) -> bytes:
        part = self._near(amount)
        if self._enough(part, amount):
            return part
        if self._awaited:
            _refuse("`aread()` or `async for`")
        rest: bytes = self._stream.read(amount)
        return part + rest

    async def aread(self, amount: int | None) -> bytes:
        part = self._near(amount)
        if self._enough(part, amount):
            return part
        rest: bytes = await self._stream.read(amount) if self._awaited else self._stream.read(amount)
        return part + rest

    def give_back(self, part: bytes) -> None:
        """Have `part`, the end of what was read last, read again."""
        self._back = part + self._back

    def _near(self, amount: int | None) -> bytes:
        """What is at hand of it."""
        back = self._back
        if not back:
            return self._held.read(amount)
        if amount is None or amount < 0:
            self._back = b""
            return back + self._held.read(amount)
        self._back = back[amount:]
        return back[:amount]

    def _enough(self, part: bytes, amount: int | None) -> bool:
        """True where nothing more is to be asked of the stream now."""
        whole = amount is None or amount < 0
        return self._stream is None or (not whole and (bool(part) or amount == 0))

    def close(self) -> None:
        self._drop()
        stream, self._stream = self._stream, None
        if stream is not None:
            if self._awaited:
                _refuse("`aclose()` or `async with`")
            stream.close()

    def _drop(self) -> None:
        self._held.close()
        self._back = b""

    async def aclose(self) -> None:
        self._drop()
        stream, self._stream = self._stream, None
        if stream is not None:
            closing = stream.close()
            if self._awaited:
                await closing


def _refuse(instead: str) -> NoReturn:
    raise ClientSideError("reading a body: it was answered to an async client", hint=f"Await it: {instead}.")


class StreamingBody(io.IOBase):
    """The body of an answer, to be read once as a file is, and not kept in memory.

    `io.TextIOWrapper`, `csv`, `tarfile` and their like take it for a file. A loop over it gives parts, as boto3's does;
    `iter_lines` gives lines. From an async client, `read` is `aread`, `close` is `aclose`, and loops and contexts are
    `async for` and `async with`. Reading raises a TransportError where the body ends too early, ChecksumError at its
    end where it is not what its checksum says, and ValueError after `close`.
    """

    def __init__(
        self, data: bytes = b"", stream: Stream | AsyncStream | None = None, *, watch: Watch | None = None
    ) -> None:
        self._data = data
        self._source = _Source(data, stream)
        self._streams = stream is not None
        self._watch = watch
        self._position = 0
        self._closed = False

    def read(self, amt: int | None = None) -> bytes:
        """The next `amt` bytes, fewer only where the body ends, or all that is left; b"" at the end."""
        part = self._some(amt)
        if amt is None or not part or len(part) >= amt:
            return part
        parts, left = [part], amt - len(part)
        while left > 0 and (part := self._some(left)):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    async def aread(self, amt: int | None = None) -> bytes:
        """As `read`, awaited."""
        part = await self._asome(amt)
        if amt is None or not part or len(part) >= amt:
            return part
        parts, left = [part], amt - len(part)
        while left > 0 and (part := await self._asome(left)):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def _some(self, amount: int | None) -> bytes:
        """At most so many bytes, as soon as there are any."""
        self._open()
        return self._seen(self._source.read(amount), amount)

    async def _asome(self, amount: int | None) -> bytes:
        self._open()
        return self._seen(await self._source.aread(amount), amount)

    def _open(self) -> None:
        if self._closed:
            raise ValueError("reading a body that was closed")

    def _seen(self, part: bytes, amount: int | None) -> bytes:
        self._position += len(part)
        if self._watch is not None:
            self._watch.update(part)
            if amount is None or amount < 0 or (not part and amount):
                watch, self._watch = self._watch, None
                watch.finish()
        return part

    def readline(self, size: int | None = -1, /) -> bytes:
        """The next line with its `\\n`, or `size` bytes of it at most; b"" at the end."""
        self._open()
        source, most = self._source, -1 if size is None else size
        held: list[bytes] = []
        count = 0
        while most < 0 or count < most:
            part = source.read(_LINE if most < 0 else min(_LINE, most - count))
            end = part.find(b"\n") + 1
            if end:
                source.give_back(part[end:])
                part = part[:end]
            held.append(part)
            count += len(part)
            if end or not part:
                break
        line = b"".join(held)
        return self._seen(line, size if size == 0 else len(line) or 1)

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """Fill the beginning of a buffer; how many bytes were read, 0 at the end."""
        part = self.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def readlines(self, hint: int | None = -1, /) -> list[bytes]:
        """The lines that are left with their `\\n`, up to the one that `hint` bytes end in."""
        lines, count = [], 0
        while line := self.readline():
            lines.append(line)
            count += len(line)
            if hint is not None and 0 < hint <= count:
                break
        return lines

    def iter_chunks(self, chunk_size: int = 1024) -> Iterator[bytes]:
        while chunk := self.read(chunk_size):
            yield chunk

    def iter_lines(self, chunk_size: int = 1024, keepends: bool = False) -> Iterator[bytes]:
        """The lines as they come, without their ends unless `keepends`."""
        lines = _Lines(keepends=keepends)
        while part := self._some(chunk_size):
            yield from lines.feed(part)
        yield from lines.end()

    def __iter__(self) -> Iterator[bytes]:
        return self.iter_chunks()

    def __next__(self) -> bytes:
        part = self.read(1024)
        if not part:
            raise StopIteration
        return part

    next = __next__

    async def aiter_chunks(self, chunk_size: int = 1024) -> AsyncIterator[bytes]:
        """As `iter_chunks`, awaited."""
        while chunk := await self.aread(chunk_size):
            yield chunk

    async def aiter_lines(self, chunk_size: int = 1024, keepends: bool = False) -> AsyncIterator[bytes]:
        """As `iter_lines`, awaited."""
        lines = _Lines(keepends=keepends)
        while part := await self._asome(chunk_size):
            for line in lines.feed(part):
                yield line
        for line in lines.end():
            yield line

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await self.aread(1024):
            yield chunk

    def tell(self) -> int:
        return self._position

    def readable(self) -> bool:
        return not self._closed

    def close(self) -> None:
        """Give up what was not read."""
        self._closed = True
        self._source.close()

    def __del__(self) -> None:
        """Nothing: what is below gives up its connection by itself, and an awaited one cannot be closed from here."""

    async def aclose(self) -> None:
        self._closed = True
        await self._source.aclose()

    @property
    def closed(self) -> bool:
        return self._closed

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.aclose()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StreamingBody) or self._streams or other._streams:
            return self is other
        return self._data == other._data

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        if self._streams:
            return f"<StreamingBody, {self._position} bytes read>"
        return f"<StreamingBody of {len(self._data)} bytes>"


class _Lines:
    """Lines out of parts; `\\r` and `\\n` may come in two of them."""

    def __init__(self, *, keepends: bool) -> None:
        self._keepends = keepends
        self._rest = b""

    def feed(self, part: bytes) -> list[bytes]:
        lines = (self._rest + part).splitlines(keepends=True)
        # the last may go on in the next part, as may its `\r`
        self._rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        return self._cut(lines)

    def end(self) -> list[bytes]:
        return self._cut(self._rest.splitlines(keepends=True))

    def _cut(self, lines: list[bytes]) -> list[bytes]:
        return lines if self._keepends else [line.rstrip(b"\r\n") for line in lines]


class EventStream(Generic[Event_co]):
    """The events of an answer, in their order, each as it comes: `for event in stream`, or `async for`.

    An event is of the documented union, with one member set. What the stream tells as an error is raised as the
    service's error; a stream that breaks off within an event raises a TransportError.
    """

    def __init__(
        self,
        data: bytes,
        stream: Stream | AsyncStream | None,
        feed: Callable[[bytes], Iterator[Event_co]],
    ) -> None:
        """`feed` makes events of the bytes that come; of none, at the end, it raises where an event has begun."""
        self._source = _Source(data, stream)
        self._feed = feed
        self._closed = False

    def __iter__(self) -> Iterator[Event_co]:
        while not self._closed:
            part = self._source.read(_PART)
            yield from self._feed(part)
            if not part:
                return

    async def __aiter__(self) -> AsyncIterator[Event_co]:
        while not self._closed:
            part = await self._source.aread(_PART)
            for event in self._feed(part):
                yield event
            if not part:
                return

    def close(self) -> None:
        """Stop listening: give up the connection with all that was not read."""
        self._closed = True
        self._source.close()

    async def aclose(self) -> None:
        self._closed = True
        await self._source.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"<EventStream, {'closed' if self._closed else 'open'}>"
