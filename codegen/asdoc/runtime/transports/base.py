"""What every transport does."""

from __future__ import annotations

from typing import Protocol

from ..http import HttpRequest, HttpResponse


class Transport(Protocol):
    """Sends one request and reads its answer to the end. Safe to use from many threads at once."""

    def send(self, request: HttpRequest, *, connect_timeout: float, read_timeout: float) -> HttpResponse:
        """The answer, whatever its status. Timeouts are seconds. Raises a TransportError where there is none."""
        ...

    def close(self) -> None:
        """Give up what is held open. A later `send` may open it again."""
        ...
