"""Streams of events, as the services of AWS frame them (`application/vnd.amazon.eventstream`), read.

A frame is: its length and that of its headers (4 bytes each), a CRC-32 of these eight, the headers, a payload, and a
CRC-32 of all before it. A header is its name, a type, and a value of that type.
"""

from __future__ import annotations

import struct
import uuid
from binascii import crc32
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, TypeAlias

from . import timestamps

HeaderValue: TypeAlias = bool | int | bytes | str | datetime | uuid.UUID

_PRELUDE = 12
_TRAILER = 4
MAX_HEADERS = 128 * 1024
MAX_FRAME = 24 * 1024 * 1024 + MAX_HEADERS + _PRELUDE + _TRAILER
"""The services' own limit is 16 MiB of payload; botocore takes 24 MiB."""


class Frame(NamedTuple):
    headers: dict[str, HeaderValue]
    payload: bytes

    def text(self, name: str) -> str:
        """A header that is a text; empty where it is absent, or none."""
        value = self.headers.get(name, "")
        return value if isinstance(value, str) else ""


class FrameError(ValueError):
    """The bytes of a stream are no frames: damaged on their way, or of another protocol."""


class FrameDecoder:
    """Makes frames of bytes, in whatever parts they come."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._needed = _PRELUDE

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that `data` completes. Raises FrameError; nothing after that can be read."""
        self._held += data
        while len(self._held) >= self._needed:
            if self._needed == _PRELUDE:
                self._needed = _length(self._held)
                continue
            raw = bytes(self._held[: self._needed])
            del self._held[: self._needed]
            self._needed = _PRELUDE
            yield _frame(raw)

    @property
    def between(self) -> bool:
        """True where no frame has begun: where a stream may end."""
        return not self._held


def _length(held: bytearray) -> int:
    """The length of the frame that begins here. Raises FrameError."""
    total, headers, told = struct.unpack_from(">III", held)
    if crc32(held[:8]) != told:
        raise FrameError("a frame's length is damaged: its checksum does not fit")
    if headers > MAX_HEADERS or total > MAX_FRAME or total < _PRELUDE + headers + _TRAILER:
        raise FrameError(f"a frame tells of {total} bytes with {headers} bytes of headers, which no frame has")
    return int(total)


def _frame(raw: bytes) -> Frame:
    end = len(raw) - _TRAILER
    if crc32(raw[:end]) != int.from_bytes(raw[end:], "big"):
        raise FrameError(f"a frame of {len(raw)} bytes is damaged: its checksum does not fit")
    begin = _PRELUDE + int.from_bytes(raw[4:8], "big")
    return Frame(_headers(raw[_PRELUDE:begin]), raw[begin:end])


def _headers(raw: bytes) -> dict[str, HeaderValue]:
    headers: dict[str, HeaderValue] = {}
    at = 0
    try:
        while at < len(raw):
            size = raw[at]
            name = _taken(raw, at + 1, size).decode()
            at += 1 + size
            kind = raw[at]
            value, at = _value(raw, at + 1, kind)
            if name in headers:
                raise FrameError(f"a frame has the header {name!r} twice")
            headers[name] = value
    except (IndexError, UnicodeDecodeError) as error:
        raise FrameError(f"the headers of a frame cannot be read: {error}") from error
    return headers


_NUMBERS = {2: 1, 3: 2, 4: 4, 5: 8}
"""Type of a header -> bytes of its number."""
_TRUE, _FALSE, _BYTES, _TEXT, _TIME, _UUID = 0, 1, 6, 7, 8, 9


def _value(raw: bytes, at: int, kind: int) -> tuple[HeaderValue, int]:
    """The value that begins here, and where the next header does."""
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE, at
    if kind in _NUMBERS:
        size = _NUMBERS[kind]
        return int.from_bytes(_taken(raw, at, size), "big", signed=True), at + size
    if kind in (_BYTES, _TEXT):
        size = int.from_bytes(_taken(raw, at, 2), "big")
        held = _taken(raw, at + 2, size)
        return held if kind == _BYTES else held.decode(), at + 2 + size
    if kind == _TIME:
        return timestamps.from_epoch(int.from_bytes(_taken(raw, at, 8), "big", signed=True) / 1000), at + 8
    if kind == _UUID:
        return uuid.UUID(bytes=_taken(raw, at, 16)), at + 16
    raise FrameError(f"a header of a frame has the type {kind}, which is none")


def _taken(raw: bytes, at: int, size: int) -> bytes:
    held = raw[at : at + size]
    if len(held) != size:
        raise FrameError("a header of a frame is longer than the headers together")
    return held
