"""What every transport does."""

from __future__ import annotations

from typing import Protocol

from ..http import HttpRequest, HttpResponse


class Transport(Protocol):
    """Sends one request and reads its answer to the end. Safe to use from many threads at once."""

    def send(
        self, request: HttpRequest, *, connect_timeout: float, read_timeout: float, deadline: float | None = None
    ) -> HttpResponse:
        """The answer, whatever its status. Raises a TransportError where there is none.

        Timeouts are seconds, each for one wait. `deadline` ends all waiting at that `time.monotonic()`; it is given
        only for calls that have one, and the timeouts are then no longer than what is left.
        """
        ...

    def close(self) -> None:
        """Give up what is held open. A later `send` may open it again."""
        ...


class AsyncTransport(Protocol):
    """As `Transport`, awaited. Safe to use from many tasks at once; a cancelled `send` harms no other."""

    async def send(
        self, request: HttpRequest, *, connect_timeout: float, read_timeout: float, deadline: float | None = None
    ) -> HttpResponse: ...

    async def close(self) -> None: ...
