"""What a caller may give where a page says `bytes` or `datetime`: the types in the signatures of generated clients."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, TypeAlias


class Readable(Protocol):
    """A file opened for reading bytes, or what reads like one."""

    def read(self, /) -> bytes: ...


BlobInput: TypeAlias = bytes | bytearray | memoryview | str | Readable
"""Bytes; a string stands for its UTF-8."""

TimestampInput: TypeAlias = datetime | str | float
"""A time; a string is ISO 8601, a number is seconds since 1970."""
