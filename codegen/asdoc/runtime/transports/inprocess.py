"""Straight into a backend, with no socket between."""

from __future__ import annotations

from ..http import Handler, HttpRequest, HttpResponse, lowered


class InProcessTransport:
    """Hands each request to a handler in the caller's thread. What the handler raises is raised to the caller."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def send(
        self, request: HttpRequest, *, connect_timeout: float, read_timeout: float, deadline: float | None = None
    ) -> HttpResponse:
        return lowered(self._handler(request if request.upload is None else request.whole()))

    def close(self) -> None:
        pass
