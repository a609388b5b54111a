"""A target behind a URL."""

from __future__ import annotations

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.transports.pool import PoolTransport

_CONNECT_TIMEOUT = 5.0


class HttpTarget:
    fresh = False

    def __init__(self, url: str, *, timeout: float) -> None:
        """`timeout` is the longest wait for one answer, in seconds."""
        self.name = url
        self.endpoint = url.rstrip("/")
        self._timeout = timeout
        self._transport = PoolTransport()

    def send(self, request: HttpRequest) -> HttpResponse:
        return self._transport.send(
            request, connect_timeout=min(self._timeout, _CONNECT_TIMEOUT), read_timeout=self._timeout
        )

    def reset(self) -> None:
        raise AsdocError(f"{self.name} cannot be reset")

    def close(self) -> None:
        self._transport.close()
