"""A connection that libcurl opens, to an endpoint or to the proxy before it."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from time import monotonic
from typing import Any

import pycurl

from ..exceptions import ConnectError, ConnectTimeout, ProxyConnectionError
from .addresses import addresses_of
from .curl_errors import translated
from .curl_socket import CurlSocket
from .pool import split_authority
from .proxies import Proxy

_ALWAYS: dict[int, Any] = {
    pycurl.CONNECT_ONLY: 1,
    pycurl.TCP_KEEPALIVE: 1,
    pycurl.NOSIGNAL: 1,  # else timeouts are signals, which only one thread may take
    pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
    pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
    pycurl.NOPROXY: "",  # the environment has been asked already
    pycurl.HEADEROPT: pycurl.HEADER_SEPARATE,
    pycurl.WRITEFUNCTION: len,  # what a proxy says with its refusal is of no use
    pycurl.HEADERFUNCTION: len,
}


def opened(
    scheme: str, authority: str, proxy: Proxy | None, trust: Mapping[int, Any], timeout: float
) -> socket.socket | CurlSocket:
    """A connection that stands within `timeout` seconds: a plain one, or one through TLS and where need be a tunnel.

    Raises ConnectTimeout, TlsError, ProxyConnectionError and other ConnectErrors, and ConfigurationError for `trust`.
    """
    until = monotonic() + timeout
    doing = f"connecting to {scheme}://{authority}"
    host, port = split_authority(authority, 443 if scheme == "https" else 80)
    if proxy is not None:
        doing += f" through the proxy {proxy.host}:{proxy.port}"
        host, port = proxy.host, proxy.port
    options = {**_ALWAYS, pycurl.PROXY: "", pycurl.RESOLVE: _resolved(host, port, timeout, doing, proxy)}
    if scheme == "https":
        options |= {**trust, pycurl.URL: f"https://{authority}/"}
        if proxy is not None:
            options[pycurl.PROXY] = f"http://{_written(host)}:{port}"
            if proxy.authorization:
                options[pycurl.PROXYHEADER] = [f"Proxy-Authorization: {proxy.authorization}"]
    else:
        # of a proxy that takes whole requests libcurl needs to know no more than of another server
        options[pycurl.URL] = f"http://{_written(host)}:{port}/"
    left = max(round((until - monotonic()) * 1000), 1)
    options |= {pycurl.CONNECTTIMEOUT_MS: left, pycurl.TIMEOUT_MS: left}
    curl = pycurl.Curl()
    try:
        for option, value in options.items():
            curl.setopt(option, value)
        curl.perform()
        if scheme == "http" and sys.platform != "win32":
            return _plain(curl)
        return CurlSocket(curl)
    except pycurl.error as error:
        curl.close()
        raise translated(error, doing, proxy) from error
    except BaseException:
        curl.close()
        raise


def _resolved(host: str, port: int, timeout: float, doing: str, proxy: Proxy | None) -> list[str]:
    """The addresses of a host as libcurl takes them.

    libcurl can resolve names itself, and stops waiting for that in time; but a handle that is closed waits for its
    resolver to the end.
    """
    try:
        found = addresses_of(host, port, timeout)
    except TimeoutError as error:
        raise ConnectTimeout(f"{doing}: {error}", hint="Check the name, and the resolver of this machine.") from error
    except (OSError, ValueError) as error:  # UnicodeError, too: the name cannot be one
        kind = ConnectError if proxy is None else ProxyConnectionError
        hint = "Check the address, and that the server runs."
        raise kind(f"{doing}: {getattr(error, 'strerror', None) or error}", hint=hint) from error
    # libcurl takes no zones
    addresses = dict.fromkeys(_written(address[4][0]) for address in found if "%" not in address[4][0])
    return [f"{_written(host)}:{port}:{','.join(addresses)}"] if addresses else []


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _plain(curl: Any) -> socket.socket:
    """The socket itself, from which libcurl is gone."""
    sock = socket.socket(fileno=os.dup(curl.getinfo(pycurl.ACTIVESOCKET)))
    curl.close()
    return sock
