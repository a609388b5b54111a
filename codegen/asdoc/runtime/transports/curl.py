"""Over libcurl, by `Config(transport="fast")`: pip install 'asdoc[fast]'.

libcurl opens the connections: the race of a host's addresses, proxies and their tunnels, TLS. What goes over them is
written and read here: libcurl's own way of a request takes seven system calls where four do, and half the time again.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from typing import Any

from ..exceptions import ConfigurationError
from .connection import Connection
from .curl_connection import CurlConnection
from .curl_socket import CurlSocket
from .pool import PoolTransport
from .proxies import find
from .tls import ClientCert

try:
    import pycurl
except ModuleNotFoundError as missing:
    raise ConfigurationError(
        "choosing the transport 'fast': pycurl is not installed", hint="pip install 'asdoc[fast]'"
    ) from missing

from .curl_opening import opened

_NATIVE_CA = 16
"""CURLSSLOPT_NATIVE_CA: the trust of Windows or macOS."""


class CurlTransport(PoolTransport):
    """Keeps up to `max_idle` idle connections to each endpoint. Safe to use from many threads, and after a fork.

    `verify`, `proxies` and `client_cert` are those of `Config`; `environ` stands in for the process's environment.
    """

    def __init__(
        self,
        *,
        max_idle: int = 10,
        verify: bool | str | None = None,
        proxies: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
        client_cert: ClientCert | None = None,
    ) -> None:
        super().__init__(max_idle=max_idle, verify=verify, proxies=proxies, environ=environ)
        self._trust = {**_trust(verify), **_own(client_cert)}

    def _connect(self, route: tuple[str, str], timeout: float) -> Connection:
        if route not in self._proxies:
            self._proxies[route] = find(*route, self._configured, self._environ)
        proxy = self._proxies[route]
        sock = opened(*route, proxy, self._trust, timeout)
        if not isinstance(sock, CurlSocket):
            return Connection(sock, proxy if route[0] == "http" else None, self._largest)
        return CurlConnection(sock, self._largest)


def _own(client_cert: ClientCert | None) -> dict[int, Any]:
    """The options that say as whom a connection is made. Raises ConfigurationError where there is no such file."""
    if client_cert is None:
        return {}
    certificate, key = (client_cert, client_cert) if isinstance(client_cert, str) else client_cert
    for path in (certificate, key):
        if not os.path.exists(path):  # noqa: PTH110
            raise ConfigurationError(f"reading the certificate of this client, {path}: there is no such file")
    return {pycurl.SSLCERT: certificate, pycurl.SSLKEY: key}


def _trust(verify: bool | str | None) -> dict[int, Any]:
    """The options that say which certificates are trusted. Raises ConfigurationError where `verify` names none."""
    if verify is False:
        return {pycurl.SSL_VERIFYPEER: 0, pycurl.SSL_VERIFYHOST: 0}
    if isinstance(verify, str):
        if not os.path.exists(verify):  # noqa: PTH110  # the import of pathlib costs more
            raise ConfigurationError(f"reading the trusted certificates {verify}: there is no such file or folder")
        folder = os.path.isdir(verify)  # noqa: PTH112
        # libcurl has a file of its own beside a folder that it is given
        return {pycurl.CAPATH: verify, pycurl.CAINFO: None} if folder else {pycurl.CAINFO: verify}
    # the ones that Python trusts: the file that libcurl was built with is another machine's
    paths = ssl.get_default_verify_paths()
    found = {pycurl.CAINFO: paths.cafile, pycurl.CAPATH: paths.capath}
    options: dict[int, Any] = {option: path for option, path in found.items() if path}
    return options or {pycurl.SSL_OPTIONS: _NATIVE_CA}
