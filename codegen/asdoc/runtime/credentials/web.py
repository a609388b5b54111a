"""Small requests to the services that hand out credentials, over a connection that is closed again."""

from __future__ import annotations

from collections.abc import Mapping

from ..endpoint import parse_endpoint
from ..exceptions import CredentialRetrievalError
from ..http import HttpRequest, HttpResponse


def send(
    method: str,
    url: str,
    headers: Mapping[str, str],
    *,
    timeout: float,
) -> HttpResponse:
    """The answer of a server on this machine or link: no proxy is asked. Timeout in seconds.

    Raises TransportError where there is none, InvalidEndpointError where the URL is no HTTP URL.
    """
    from ..transports.pool import PoolTransport

    address, mark, query = url.partition("?")
    endpoint = parse_endpoint(address)
    target = (endpoint.path or "/") + mark + query
    if not target.isascii() or any(character <= " " for character in target):
        raise CredentialRetrievalError("asking for credentials: the URL holds a character that must be percent-encoded")
    transport = PoolTransport(max_idle=0, proxies={})
    try:
        return transport.send(
            HttpRequest(
                method=method, scheme=endpoint.scheme, host=endpoint.host, target=target, headers=dict(headers)
            ),
            connect_timeout=timeout,
            read_timeout=timeout,
        )
    finally:
        transport.close()
