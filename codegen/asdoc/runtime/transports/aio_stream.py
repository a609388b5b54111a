"""The body of an answer that an async client reads as it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..exceptions import TransportError
from .connection import told

if TYPE_CHECKING:
    from .aio_connection import AsyncConnection

_PART = 64 * 1024


class AsyncRest:
    """What is left of an answer's body. `ended` is called, once, when the connection is no longer needed for it.

    `doing` is what errors say was being done.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection: AsyncConnection | None = connection
        self._failed: TransportError | None = None
        self.ended: Callable[[], None] | None = None
        self.doing = "reading the body of an answer"

    async def read(self, amount: int | None = None, /) -> bytes:
        """At most `amount` bytes, as soon as there are any, or all that is left; b"" at the end.

        Raises a TransportError where the body ends before it should; so does every `read` after that.
        """
        if amount == 0:
            return b""
        if amount is not None and amount > 0:
            return await self._part(amount)
        parts: list[bytes] = []
        while part := await self._part(_PART):
            parts.append(part)
        return b"".join(parts)

    async def _part(self, amount: int) -> bytes:
        if self._failed is not None:
            raise self._failed
        connection = self._connection
        if connection is None:
            return b""
        try:
            part = await connection.part(amount)
        except TransportError as error:
            self._failed = told(error, self.doing)
            self._end()
            raise
        if not part:
            self._end()
        return part

    async def close(self) -> None:
        """Give up what was not read, and the connection with it."""
        if self._connection is not None:
            self._connection.give_up()
        self._end()

    def _end(self) -> None:
        self._connection = None
        ended, self.ended = self.ended, None
        if ended is not None:
            ended()

    def __del__(self) -> None:
        # the collector may run in any thread
        if self._connection is not None:
            self._connection.forget(self.ended)
