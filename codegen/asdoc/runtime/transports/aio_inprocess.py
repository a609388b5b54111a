"""Straight into a backend from an event loop, with no socket between."""

from __future__ import annotations

from inspect import isawaitable

from ..http import AsyncHandler, Handler, HttpRequest, HttpResponse, lowered


class AsyncInProcessTransport:
    """Hands each request to a handler, plain or awaited. What the handler raises is raised to the caller."""

    def __init__(self, handler: Handler | AsyncHandler) -> None:
        self._handler = handler

    async def send(
        self, request: HttpRequest, *, connect_timeout: float, read_timeout: float, deadline: float | None = None
    ) -> HttpResponse:
        response = self._handler(request if request.upload is None else request.whole())
        return lowered(await response if isawaitable(response) else response)

    async def close(self) -> None:
        pass
