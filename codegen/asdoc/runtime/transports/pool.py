"""The default transport: a pool of connections, kept open between requests.

`socket` is imported by the first connection, not by the client: a client that only calls a backend needs none.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from ..exceptions import (
    ConnectError,
    ConnectionClosedError,
    ConnectTimeout,
    ProxyConnectionError,
    TlsError,
)
from ..http import HttpRequest, HttpResponse
from .proxies import Proxy, find
from .tls import ClientCert, tls_context

if TYPE_CHECKING:
    import socket
    import ssl

    from .connection import Connection

_IDEMPOTENT = frozenset(("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"))
_forks = [0]
"""How often this process was forked off from another that had this module."""
_Route = tuple[str, str]
"""Scheme and authority of an endpoint."""


def _forked() -> None:
    _forks[0] += 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def ready() -> None:
    """Import what the first connection needs, while no process can be forked."""
    from . import connection  # noqa: F401


class PoolTransport:
    """Keeps up to `max_idle` idle connections to each endpoint. Safe to use from many threads, and after a fork.

    `verify`, `proxies` and `client_cert` are those of `Config`; `environ` stands in for the process's environment.
    An answer with more bytes than `largest` is given up, unless it is streamed.
    """

    def __init__(
        self,
        *,
        max_idle: int = 10,
        verify: bool | str | None = None,
        proxies: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
        largest: int = sys.maxsize,
        client_cert: ClientCert | None = None,
    ) -> None:
        self._max_idle = max_idle
        self._largest = largest
        self._verify = verify
        self._client_cert = client_cert
        self._configured = proxies
        self._environ: Mapping[str, str] = os.environ if environ is None else environ
        self._proxies: dict[_Route, Proxy | None] = {}
        self._idle: dict[_Route, list[Connection]] = {}
        self._process = _forks[0]
        self._context: ssl.SSLContext | None = None

    def send(
        self, request: HttpRequest, *, connect_timeout: float, read_timeout: float, deadline: float | None = None
    ) -> HttpResponse:
        """The answer to one request. An idle connection that turns out to be closed is replaced, once."""
        route = (request.scheme, request.host)
        if self._process != _forks[0]:
            # two processes on one connection would read each other's answers
            self._idle, self._process = {}, _forks[0]
        idle = self._idle
        connection = self._take(idle.get(route))
        if connection is not None:
            try:
                return self._exchange(connection, request, idle, route, read_timeout, deadline)
            except ConnectionClosedError as error:
                upload = request.upload
                repeatable = request.method in _IDEMPOTENT and (upload is None or upload.repeatable)
                if connection.answering or (error.sent and not repeatable):
                    raise
        if deadline is not None:
            connect_timeout = max(min(connect_timeout, deadline - monotonic()), 0.001)
        connection = self._connect(route, connect_timeout)
        return self._exchange(connection, request, idle, route, read_timeout, deadline)

    def close(self) -> None:
        idle, self._idle = self._idle, {}
        for connections in idle.values():
            for connection in connections:
                connection.close()

    @staticmethod
    def _take(idle: list[Connection] | None) -> Connection | None:
        while idle:
            try:
                connection = idle.pop()
            except IndexError:  # another thread was faster
                return None
            if connection.alive():
                return connection
            connection.close()
        return None

    def _exchange(
        self,
        connection: Connection,
        request: HttpRequest,
        idle: dict[_Route, list[Connection]],
        route: _Route,
        read_timeout: float,
        deadline: float | None,
    ) -> HttpResponse:
        release: Callable[[bool], None] | None = None
        if request.streams:
            release = partial(self._back, connection, idle, route)
        try:
            response = connection.exchange(request, read_timeout, deadline, release)
        except BaseException:
            connection.close()
            raise
        if response.stream is None:
            self._back(connection, idle, route, connection.reusable)
        return response

    def _back(
        self,
        connection: Connection,
        idle: dict[_Route, list[Connection]],
        route: _Route,
        reusable: bool,
    ) -> None:
        # a pool that was closed meanwhile has begun anew
        if reusable and idle is self._idle:
            kept = idle.get(route)
            if kept is None:
                kept = idle.setdefault(route, [])
            if len(kept) < self._max_idle:
                kept.append(connection)
                return
        connection.close()

    def _connect(self, route: _Route, timeout: float) -> Connection:
        scheme, authority = route
        if route not in self._proxies:
            self._proxies[route] = find(scheme, authority, self._configured, self._environ)
        proxy = self._proxies[route]
        host, port = split_authority(authority, 443 if scheme == "https" else 80)
        doing = f"connecting to {scheme}://{authority}"
        from .connection import Connection, dial, tunnel

        if proxy is None:
            sock = dial(host, port, timeout, doing, ConnectError)
        else:
            doing += f" through the proxy {proxy.host}:{proxy.port}"
            sock = dial(proxy.host, proxy.port, timeout, doing, ProxyConnectionError)
        if scheme != "https":
            return Connection(sock, proxy, self._largest)
        try:
            if proxy is not None:
                name = f"[{host}]" if ":" in host else host
                tunnel(sock, f"{name}:{port}", timeout, proxy.authorization, doing)
            sock = self._secured(sock, host, doing)
            return Connection(sock, None, self._largest)
        except BaseException:
            sock.close()
            raise

    def _secured(self, plain: socket.socket, host: str, doing: str) -> socket.socket:
        import ssl

        if self._context is None:
            self._context = tls_context(self._verify, self._client_cert)
        try:
            return self._context.wrap_socket(plain, server_hostname=host, suppress_ragged_eofs=False)
        except TimeoutError as error:
            raise ConnectTimeout(f"{doing}: the TLS handshake took too long") from error
        except ssl.SSLCertVerificationError as error:
            raise TlsError(
                f"{doing}: its certificate is not trusted ({error.verify_message})",
                hint="Name the file of a CA that is: AWS_CA_BUNDLE, or Config(verify=…).",
            ) from error
        except OSError as error:
            raise TlsError(f"{doing}: the TLS handshake failed ({error})") from error


def split_authority(authority: str, default_port: int) -> tuple[str, int]:
    """Host, without brackets, and port."""
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        return authority.strip("[]"), default_port
    return host.strip("[]"), int(port)
