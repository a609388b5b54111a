"""The body of an answer that a client reads as it comes, over a connection that is its own until then."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..exceptions import TransportError


class Rest:
    """What is left of an answer's body.

    `ended` is called once, when the connection is no longer needed: with True where the body was read to its end.
    """

    __slots__ = ("_ended", "_failed", "_left", "_parts")

    def __init__(self, parts: Iterator[bytes], ended: Callable[[bool], None]) -> None:
        self._parts: Iterator[bytes] | None = parts
        self._left = b""
        self._failed: TransportError | None = None
        self._ended: Callable[[bool], None] | None = ended

    def read(self, amount: int | None = None, /) -> bytes:
        """At most `amount` bytes, as soon as there are any, or all that is left; b"" at the end.

        Raises a TransportError where the body ends before it should; so does every `read` after that.
        """
        if amount is None or amount < 0:
            parts = [self._left]
            self._left = b""
            while part := self._next():
                parts.append(part)
            return b"".join(parts)
        if not self._left and amount:
            self._left = self._next()
        part, self._left = self._left[:amount], self._left[amount:]
        return part

    def _next(self) -> bytes:
        if self._failed is not None:
            raise self._failed
        if self._parts is None:
            return b""
        try:
            part = next(self._parts, b"")
        except TransportError as error:
            self._failed = error
            self._end(whole=False)
            raise
        except BaseException:
            self._end(whole=False)
            raise
        if not part:
            self._end(whole=True)
        return part

    def close(self) -> None:
        """Give up what was not read, and the connection with it."""
        self._left = b""
        self._end(whole=False)

    def _end(self, *, whole: bool) -> None:
        self._parts = None
        ended, self._ended = self._ended, None
        if ended is not None:
            ended(whole)

    def __del__(self) -> None:
        self._end(whole=False)
