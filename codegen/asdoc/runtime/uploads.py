"""Bodies that are sent as they are read: files, iterators, and either in chunks with a checksum behind them."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from typing import Any

from . import checksums
from .exceptions import ClientSideError
from .http import Upload

PART = 64 * 1024


def upload_of(value: Any, length: int | None = None) -> Upload:
    """The upload that a caller means by a file, or by an iterable of bytes; `length` is what the caller says of it."""
    return FileUpload(value, length) if hasattr(value, "read") else PartsUpload(value, length)


class FileUpload:
    """What is left of a file from where it stands now, or of what reads like one."""

    def __init__(self, file: Any, length: int | None = None) -> None:
        self._file = file
        self._start = _position(file)
        self._begun = False
        self.length = _length(file, self._start) if length is None else length

    @property
    def repeatable(self) -> bool:
        return self._start is not None

    def __iter__(self) -> Iterator[bytes]:
        if self._start is not None:
            self._file.seek(self._start)
        elif self._begun:
            raise _cannot_repeat()
        self._begun = True
        left = self.length
        while part := self._file.read(PART):
            data = part.encode() if isinstance(part, str) else bytes(part)
            if left is not None:
                left -= len(data)
                if left < 0:
                    raise _other_length("longer")
            yield data
        if left:
            raise _other_length("shorter")


class PartsUpload:
    """An iterable of bytes: a list of parts can be sent again, an iterator cannot. `len()` of it is not its length."""

    def __init__(self, parts: Iterable[bytes], length: int | None = None) -> None:
        self._parts = parts
        self._begun = False
        self.length = length

    @property
    def repeatable(self) -> bool:
        return not isinstance(self._parts, Iterator)

    def __iter__(self) -> Iterator[bytes]:
        if self._begun and not self.repeatable:
            raise _cannot_repeat()
        self._begun = True
        sent = 0
        for part in self._parts:
            if not isinstance(part, bytes | bytearray | memoryview):
                raise ClientSideError(
                    f"sending a body: one of its parts is {type(part).__name__}, not bytes",
                    hint="Encode what is text, so that every part is bytes.",
                )
            sent += len(part)
            if self.length is not None and sent > self.length:
                raise _other_length("longer")
            if part:
                yield part
        if self.length is not None and sent < self.length:
            raise _other_length("shorter")


class TrailedUpload:
    """A body in `aws-chunked` form: chunks with their lengths, and a checksum of all behind the last."""

    def __init__(self, body: bytes | Upload, algorithm: str, header: str) -> None:
        self._body = body
        self._algorithm = algorithm
        self._header = header
        self.length: int | None = None

    @property
    def repeatable(self) -> bool:
        return isinstance(self._body, bytes) or self._body.repeatable

    def __iter__(self) -> Iterator[bytes]:
        held = checksums.new(self._algorithm)
        for part in parts_of(self._body):
            held.update(part)
            yield b"%x\r\n%b\r\n" % (len(part), part)
        yield f"0\r\n{self._header}:{checksums.encoded(held)}\r\n\r\n".encode()


def parts_of(body: bytes | Upload) -> Iterable[bytes]:
    """A body in parts of which none is empty."""
    if isinstance(body, bytes):
        return [body] if body else []
    return body


def _position(file: Any) -> int | None:
    """Where a file stands; None for one that cannot go back there."""
    try:
        if hasattr(file, "seekable") and not file.seekable():
            return None
        position = int(file.tell())
        file.seek(position)
    except (AttributeError, OSError, ValueError, TypeError):
        return None
    return position


def _length(file: Any, start: int | None) -> int | None:
    if start is None:
        length = getattr(file, "length", None)
        return length if isinstance(length, int) else None
    try:
        end = file.seek(0, os.SEEK_END)
        if not isinstance(end, int):
            end = file.tell()
        file.seek(start)
    except (OSError, ValueError, io.UnsupportedOperation):
        return None
    return max(0, int(end) - start) if "b" in getattr(file, "mode", "b") else None


def _cannot_repeat() -> ClientSideError:
    return ClientSideError(
        "sending a body: it was read once, and cannot be read again from its beginning",
        hint="Give bytes or a file that can seek, so that the request can be sent again.",
    )


def _other_length(how: str) -> ClientSideError:
    return ClientSideError(
        f"sending a body: it is {how} than it was when the request began, so the request cannot be whole",
        hint="Do not change what is being sent.",
    )
