"""The two values that cross a transport: one request, one response.

Both halves of the runtime speak them: a client builds a request and parses a response, a backend does the reverse,
so a client can be joined to a backend with nothing in between.
"""

from __future__ import annotations

from typing import Protocol

import msgspec


class HttpRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP/1.1 request, complete but for the connection it goes over."""

    method: str
    scheme: str = "http"
    host: str = "localhost"
    """The authority as the Host header carries it: name, and port where it is not the scheme's own."""
    target: str = "/"
    """Path and query as they go on the request line: percent-encoded, beginning with `/`."""
    headers: dict[str, str] = {}
    """Header names in lower case."""
    body: bytes = b""

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}{self.target}"


class HttpResponse(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP response, read to its end."""

    status: int
    headers: dict[str, str] = {}
    """Header names in lower case; a header sent more than once is joined with `, `."""
    body: bytes = b""


class Handler(Protocol):
    """What answers a request without a socket: a backend's `handle`."""

    def __call__(self, request: HttpRequest, /) -> HttpResponse: ...
