"""Over a `requests.Session` that the user brings, so that its adapters, `responses` and recorders all work."""

from __future__ import annotations

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
from ..http import Headers, HttpRequest, HttpResponse

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

        session = self._session
        prepared = session.prepare_request(
            # the session would read a .netrc for want of an `auth`, and put its password over the signature
            requests.Request(request.method, request.url, request.headers, data=request.body, auth=_no_auth)
        )
        # requests may write the URL anew; what was signed is what must be sent
        prepared.url = request.url
        settings = session.merge_environment_settings(request.url, {}, False, self._verify, None)
        try:
            answer = session.send(prepared, timeout=(connect_timeout, read_timeout), allow_redirects=False, **settings)
            body = answer.content
        except requests.RequestException as error:
            raise _translated(error, request) from error
        return HttpResponse(
            status=answer.status_code,
            headers=Headers.of(answer.headers.items()),
            body=body or b"",
        )

    def close(self) -> None:
        pass


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _translated(error: requests.RequestException, request: HttpRequest) -> TransportError:
    import requests

    # the order is that of inheritance: a ConnectTimeout is a ConnectionError too
    kinds: tuple[tuple[type[requests.RequestException], type[TransportError]], ...] = (
        (requests.exceptions.ConnectTimeout, ConnectTimeout),
        (requests.exceptions.ReadTimeout, ReadTimeout),
        (requests.exceptions.SSLError, TlsError),
        (requests.exceptions.ProxyError, ProxyConnectionError),
    )
    kind = next((ours for theirs, ours in kinds if isinstance(error, theirs)), None)
    if kind is None:
        kind = TransportError
        if isinstance(error, requests.exceptions.ChunkedEncodingError):
            kind = ConnectionClosedError
        elif isinstance(error, requests.exceptions.ConnectionError):
            kind = ConnectError if _never_connected(error) else ConnectionClosedError
    return kind(f"sending {request.method} to {request.scheme}://{request.host}: {error}")


def _never_connected(error: Exception) -> bool:
    """requests has one class for a connection that was refused and for one that broke; urllib3 below it has two."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return any(kind.__name__ in ("NewConnectionError", "NameResolutionError") for kind in type(reason).__mro__)
