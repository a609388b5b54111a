"""The two values that cross a transport: one request, one response.

Both halves of the runtime speak them: a client builds a request and parses a response, a backend does the reverse,
so a client can be joined to a backend with nothing in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import msgspec


class Upload(Protocol):
    """A body that is sent as it is read, and so is never in memory whole."""

    @property
    def length(self) -> int | None:
        """Bytes that are to come; None where nobody knows, and the request then goes out in chunks."""

    def __iter__(self) -> Iterator[bytes]:
        """The body from its beginning, in parts of which none is empty. Raises an error where it cannot begin again."""
        ...

    @property
    def repeatable(self) -> bool:
        """True where it can be sent once more from its beginning."""
        ...


class Stream(Protocol):
    """What is left of an answer's body, read as it is asked for."""

    def read(self, amount: int | None = None, /) -> bytes:
        """At most `amount` bytes, as soon as there are any, or all that is left; b"" at the end. Raises TransportError
        where the body ends before it should."""
        ...

    def close(self) -> None:
        """Give up what was not read."""


class AsyncStream(Protocol):
    """As `Stream`, awaited."""

    async def read(self, amount: int | None = None, /) -> bytes: ...

    async def close(self) -> None: ...


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
    upload: Upload | None = None
    """The body in place of `body`, where it is not to be held in memory."""
    streams: bool = False
    """True where a success should be answered with its body as a `stream`. A transport need not, and then reads it."""

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}{self.target}"

    def content(self) -> bytes:
        """The whole body in memory, for who cannot send it otherwise."""
        return self.body if self.upload is None else b"".join(self.upload)

    def whole(self) -> HttpRequest:
        """The same with its body in memory, for a handler in this process."""
        return self if self.upload is None else msgspec.structs.replace(self, body=self.content(), upload=None)


class Headers(dict[str, str]):
    """Headers by their names in lower case, that also know how the names were written where they came from.

    Names are compared without regard to case, but a map of headers is given its keys as they were written.
    """

    lines: Sequence[str] = ()
    """The head as it came: `Name: value`, a line each."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Headers:
        """The values of a header that is there more than once are joined with `, `."""
        headers, lines = cls(), []
        for name, value in pairs:
            lines.append(f"{name}:")
            key = name.lower()
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        headers.lines = lines
        return headers

    def written(self) -> dict[str, str]:
        """Name in lower case -> name as it was written."""
        names = [line.partition(":")[0] for line in self.lines]
        return {name.lower(): name for name in names}


class HttpResponse(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP response, read to its end unless it has a `stream`."""

    status: int
    headers: dict[str, str] = {}
    """Header names in lower case; a header sent more than once is joined with `, `."""
    body: bytes = b""
    stream: Stream | AsyncStream | None = None
    """What follows `body`, where the request asked for a stream."""


def lowered(response: HttpResponse) -> HttpResponse:
    """A response whose headers go by names in lower case, however a handler wrote them."""
    names = "".join(response.headers)
    if not names or names.islower():
        return response
    return msgspec.structs.replace(response, headers=Headers.of(response.headers.items()))


class Handler(Protocol):
    """What answers a request without a socket: a backend's `handle`."""

    def __call__(self, request: HttpRequest, /) -> HttpResponse: ...


class AsyncHandler(Protocol):
    """As `Handler`, awaited."""

    async def __call__(self, request: HttpRequest, /) -> HttpResponse: ...
