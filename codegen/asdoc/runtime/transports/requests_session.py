"""Over a `requests.Session` that the user brings, so that its adapters, `responses` and recorders all work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..exceptions import (
    ConnectError,
    ConnectionClosedError,
    ConnectTimeout,
    ProxyConnectionError,
    ReadTimeout,
    TlsError,
    TransportError,
)
from ..http import Headers, HttpRequest, HttpResponse, Upload

if TYPE_CHECKING:
    import requests


class RequestsTransport:
    """Sends through a session. The session stays the user's: closing the client does not close it.

    A deadline bounds each wait, as the timeouts do, and whether another attempt is made; a server that sends a byte now
    and then is waited for, for `requests` knows no limit for all of an answer.
    """

    def __init__(self, session: requests.Session, *, verify: bool | str | None = None) -> None:
        self._session = session
        self._verify = verify

    def send(
        self, request: HttpRequest, *, connect_timeout: float, read_timeout: float, deadline: float | None = None
    ) -> HttpResponse:
        import requests
        from urllib3.exceptions import HTTPError

        session = self._session
        body: bytes | _Parts | Iterator[bytes] = request.body
        failures: list[Exception] = []
        if request.upload is not None:
            parts = _Parts(request.upload, failures)
            # what has no length goes out in chunks; requests takes a length of 0 for none
            body = iter(parts) if request.upload.length is None else parts if request.upload.length else b""
        prepared = session.prepare_request(
            # the session would read a .netrc for want of an `auth`, and put its password over the signature
            requests.Request(request.method, request.url, request.headers, data=body, auth=_no_auth)
        )
        # requests may write the URL anew; what was signed is what must be sent
        prepared.url = request.url
        settings = session.merge_environment_settings(request.url, {}, False, self._verify, None)
        try:
            answer = session.send(prepared, timeout=(connect_timeout, read_timeout), allow_redirects=False, **settings)
            content = answer.content
        except (OSError, HTTPError) as error:
            if failures:  # of who reads what is sent, not of the connection
                raise failures[0] from None
            # those of requests are OSErrors; an adapter of a user's own, and now and then requests, let others pass
            raise _translated(error, request) from error
        return HttpResponse(
            status=answer.status_code,
            headers=Headers.of(answer.headers.items()),
            body=content or b"",
        )

    def close(self) -> None:
        pass


class _Parts:
    """An upload as requests takes it: with its length, and keeping what reading it raises."""

    def __init__(self, upload: Upload, failures: list[Exception]) -> None:
        self._upload = upload
        self._failures = failures

    def __len__(self) -> int:
        return self._upload.length or 0

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._upload
        except Exception as error:
            self._failures.append(error)
            raise


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _translated(error: Exception, request: HttpRequest) -> TransportError:
    import requests

    # the order is that of inheritance: a ConnectTimeout is a ConnectionError too
    kinds: tuple[tuple[type[Exception], type[TransportError]], ...] = (
        (requests.exceptions.ConnectTimeout, ConnectTimeout),
        (requests.exceptions.ReadTimeout, ReadTimeout),
        (requests.exceptions.SSLError, TlsError),
        (requests.exceptions.ProxyError, ProxyConnectionError),
        (requests.exceptions.ChunkedEncodingError, ConnectionClosedError),
        (ConnectionRefusedError, ConnectError),
        (ConnectionError, ConnectionClosedError),
        (TimeoutError, ReadTimeout),
    )
    kind = next((ours for theirs, ours in kinds if isinstance(error, theirs)), TransportError)
    if kind is TransportError and isinstance(error, requests.exceptions.ConnectionError):
        kind = _broken(error)
    return kind(f"sending {request.method} to {request.scheme}://{request.host}: {error}")


def _broken(error: Exception) -> type[TransportError]:
    """requests has one class for connections that were refused, broke, or fell silent; urllib3 below it has several."""
    below = error.args[0] if error.args else None
    kinds = {kind.__name__ for inner in (below, getattr(below, "reason", None)) for kind in type(inner).__mro__}
    if kinds & {"NewConnectionError", "NameResolutionError"}:
        return ConnectError
    return ReadTimeout if "ReadTimeoutError" in kinds else ConnectionClosedError
