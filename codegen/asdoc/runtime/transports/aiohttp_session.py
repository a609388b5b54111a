"""Over an `aiohttp.ClientSession` that the user brings, with its connector, resolver and tracing."""

from __future__ import annotations

import asyncio
import io
from time import monotonic
from typing import TYPE_CHECKING, Any

from ..exceptions import (
    ConfigurationError,
    ConnectError,
    ConnectionClosedError,
    ConnectTimeout,
    DeadlineExceededError,
    ProtocolError,
    ProxyConnectionError,
    ReadTimeout,
    TlsError,
    TransportError,
)
from ..http import Headers, HttpRequest, HttpResponse
from .connection import told
from .tls import tls_context
from .written import check

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    import aiohttp

    from ..http import Upload

_AT_ONCE = 1024 * 1024
"""Bytes of a body that aiohttp sends without a word on it."""
_NOT_ASKED_FOR = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
"""Headers that aiohttp would add."""


class AiohttpTransport:
    """Sends through a session. The session stays the user's: closing the client does not close it."""

    def __init__(self, session: aiohttp.ClientSession, *, verify: bool | str | None = None) -> None:
        self._session = session
        self._verify = verify
        self._trust: ssl.SSLContext | None = None

    async def send(
        self, request: HttpRequest, *, connect_timeout: float, read_timeout: float, deadline: float | None = None
    ) -> HttpResponse:
        import aiohttp
        from yarl import URL

        session, doing = self._session, f"sending {request.method} to {request.scheme}://{request.host}"
        self._check(doing)
        try:
            check(request)
        except ProtocolError as error:
            raise told(error, doing) from None
        options: dict[str, Any] = {}
        if self._verify is not None and request.scheme == "https":
            if self._trust is None:
                self._trust = await asyncio.to_thread(tls_context, self._verify)
            options["ssl"] = self._trust
        headers = {"accept-encoding": "identity", **request.headers}
        failures: list[Exception] = []
        body: Any = request.body or None
        if request.upload is not None:
            body = _parts(request.upload, failures)
            if request.upload.length is not None:
                headers.setdefault("content-length", str(request.upload.length))
        elif len(request.body) > _AT_ONCE:
            body = io.BytesIO(request.body)
        left = None if deadline is None else max(deadline - monotonic(), 0.001)
        try:
            answer = await session.request(
                request.method,
                URL(request.url, encoded=True),  # what was signed is what must be sent
                headers=headers,
                data=body,
                allow_redirects=False,
                skip_auto_headers=_NOT_ASKED_FOR,
                timeout=aiohttp.ClientTimeout(
                    total=left, connect=connect_timeout, sock_connect=connect_timeout, sock_read=read_timeout
                ),
                **options,
            )
            async with answer:
                data = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            if failures:
                raise failures[0] from None
            if deadline is not None and monotonic() >= deadline:
                raise DeadlineExceededError(f"{doing}: no time is left") from error
            raise _translated(error, doing) from error
        return HttpResponse(status=answer.status, headers=Headers.of(answer.headers.items()), body=data)

    async def close(self) -> None:
        pass

    def _check(self, doing: str) -> None:
        session = self._session
        if session.closed:
            raise ConfigurationError(f"{doing}: the aiohttp session was closed", hint="Close it after its last call.")
        if session._loop is not asyncio.get_running_loop():
            raise ConfigurationError(
                f"{doing}: the aiohttp session belongs to another event loop",
                hint="Make session and client in the loop that uses them, or give no session: a client has then "
                "connections of its own for each loop.",
            )


async def _parts(upload: Upload, failures: list[Exception]) -> AsyncIterator[bytes]:
    try:
        for part in upload:
            yield part
    except Exception as error:
        failures.append(error)  # which aiohttp would tell as one of the connection
        raise


def _translated(error: Exception, doing: str) -> TransportError:
    import aiohttp

    # the order is that of inheritance
    kinds: tuple[tuple[type[Exception], type[TransportError]], ...] = (
        (aiohttp.ConnectionTimeoutError, ConnectTimeout),
        (aiohttp.ServerTimeoutError, ReadTimeout),
        (aiohttp.ClientSSLError, TlsError),
        (aiohttp.ClientProxyConnectionError, ProxyConnectionError),
        (aiohttp.ClientHttpProxyError, ProxyConnectionError),
        (aiohttp.ClientConnectorError, ConnectError),
        (aiohttp.InvalidURL, ConnectError),
        (aiohttp.ClientResponseError, ProtocolError),
        (TimeoutError, ReadTimeout),
        (aiohttp.ClientConnectionError, ConnectionClosedError),
        (aiohttp.ClientPayloadError, ConnectionClosedError),
        (OSError, ConnectionClosedError),
        (ValueError, ConnectError),
    )
    kind = next((ours for theirs, ours in kinds if isinstance(error, theirs)), TransportError)
    return kind(f"{doing}: {error or type(error).__name__}")
