"""A backend behind the `responses` package: what `requests` sends to AWS's endpoints is answered in process."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..http import HttpRequest
from .backend import ServiceBackend
from .reading import lower_case

if TYPE_CHECKING:
    from requests import PreparedRequest
    from responses import RequestsMock

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


def register(backend: ServiceBackend, mock: RequestsMock | None = None, *, url: str | None = None) -> None:
    """Have `mock` (the package's own default one, where none is given) answer by `backend`.

    It answers for `url`, an endpoint such as `http://localhost:8080`, or for all of the service's endpoints at AWS.
    """
    if mock is None:
        import responses

        mock = responses.mock
    pattern = endpoints_of(backend.service.endpoint_prefix) if url is None else re.escape(url.rstrip("/")) + r"/.*"

    def answer(request: PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        response = backend.handle(to_request(request))
        return response.status, response.headers, response.body

    for method in METHODS:
        # The content type comes with the headers; a second one would be sent beside it.
        mock.add_callback(method, re.compile(pattern), callback=answer, content_type=None)


def endpoints_of(prefix: str) -> str:
    """A pattern for the URLs of a service's regional endpoints: plain, FIPS, dual-stack, and of each partition."""
    name = re.escape(prefix)
    return rf"https?://{name}(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|api\.aws|amazonaws\.eu)(:\d+)?/.*"


def to_request(request: PreparedRequest) -> HttpRequest:
    """The request that `requests` was about to send."""
    parts = urlsplit(str(request.url))
    body: Any = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    return HttpRequest(
        method=str(request.method),
        scheme=parts.scheme,
        host=parts.netloc,
        target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        headers=lower_case({name: _text(text) for name, text in request.headers.items()}),
        body=body.encode() if isinstance(body, str) else bytes(body),
    )


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
