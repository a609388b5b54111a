"""The default transport of async clients: a pool of connections for each event loop that they are used in."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Mapping
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from ..exceptions import (
    ConfigurationError,
    ConnectError,
    ConnectionClosedError,
    ConnectTimeout,
    DeadlineExceededError,
    ProxyConnectionError,
    TlsError,
    TransportError,
)
from ..http import HttpRequest, HttpResponse
from .aio_connection import AsyncConnection
from .aio_stream import AsyncRest
from .connection import doing, told
from .pool import split_authority
from .proxies import Proxy, find
from .tls import ClientCert, tls_context
from .written import request_bytes

if TYPE_CHECKING:
    import ssl

_IDEMPOTENT = frozenset(("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"))
_MAX_OPEN = 100
"""Connections that one event loop opens at most, unless more are to be kept idle; further calls wait for one."""
_Route = tuple[str, str]
"""Scheme and authority of an endpoint."""
_HINT = "Check the address, and that the server runs."


class AsyncPoolTransport:
    """Keeps up to `max_idle` idle connections to each endpoint, for each event loop by itself.

    Safe to use from any number of tasks, event loops and threads. A call that is cancelled closes its connection.
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
        self._max_idle = max_idle
        self._connector = _Connector(verify, proxies, os.environ if environ is None else environ, client_cert)
        self._pools: dict[asyncio.AbstractEventLoop, _LoopPool] = {}

    async def send(
        self, request: HttpRequest, *, connect_timeout: float, read_timeout: float, deadline: float | None = None
    ) -> HttpResponse:
        """The answer to one request. An idle connection that turns out to be closed is replaced, once."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError as error:
            raise ConfigurationError(
                f"{doing(request)}: no event loop of asyncio's runs here",
                hint="They are for asyncio, and anyio over it. Under trio, call the blocking client in a thread.",
            ) from error
        pool = self._pools.get(loop)
        if pool is None:
            pool = self._begin(loop)
        route = (request.scheme, request.host)
        data = request_bytes(request, self._connector.through(route))
        if pool.free:
            pool.free -= 1
        else:
            await pool.turn(route, connect_timeout, deadline)
        connection = pool.take(route)
        response: HttpResponse | None = None
        try:
            if connection is not None:
                try:
                    response = await connection.ask(request, data, read_timeout, deadline)
                except ConnectionClosedError as error:
                    upload = request.upload
                    repeatable = request.method in _IDEMPOTENT and (upload is None or upload.repeatable)
                    if connection.answering or (error.sent and not repeatable):
                        raise
                    connection.abort()
            if connection is None or response is None:
                connection = await self._connector.connect(loop, route, _left(connect_timeout, deadline))
                response = await connection.ask(request, data, read_timeout, deadline)
        except BaseException as error:
            if connection is not None:
                connection.abort()
            pool.release()
            if isinstance(error, TransportError) and not isinstance(error, ConnectError):
                told(error, doing(request))
            raise
        if response.stream is not None and isinstance(response.stream, AsyncRest):
            response.stream.doing = doing(request)
            response.stream.ended = partial(pool.back, route, connection)
        else:
            pool.back(route, connection)
        return response

    async def close(self) -> None:
        """Close the idle connections, also those of other event loops that still run."""
        pools, self._pools = self._pools, {}
        here = asyncio.get_running_loop()
        for loop, pool in pools.items():
            if loop is here:
                pool.close()
            elif not loop.is_closed():
                loop.call_soon_threadsafe(pool.close)
        await asyncio.sleep(0)  # asyncio closes a socket in the turn after

    def _begin(self, loop: asyncio.AbstractEventLoop) -> _LoopPool:
        # what a loop that has ended had open ended with it
        self._pools = {kept: pool for kept, pool in self._pools.items() if not kept.is_closed()}
        pool = self._pools[loop] = _LoopPool(loop, self._max_idle)
        return pool


class _LoopPool:
    """The connections of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, max_idle: int) -> None:
        self._loop = loop
        self._max_idle = max_idle
        self._idle: dict[_Route, list[AsyncConnection]] = {}
        self.free = max(_MAX_OPEN, max_idle)
        """Connections that may be opened or taken before calls have to wait for one; 0 while any waits."""
        self._queue: deque[asyncio.Future[None]] = deque()
        self._closed = False
        self._waiting = 0

    def close(self) -> None:
        self._closed = True
        idle, self._idle = self._idle, {}
        for connections in idle.values():
            for connection in connections:
                connection.abort()

    def take(self, route: _Route) -> AsyncConnection | None:
        idle = self._idle.get(route)
        while idle:
            connection = idle.pop()
            if connection.alive():
                return connection
            connection.abort()
        return None

    def back(self, route: _Route, connection: AsyncConnection) -> None:
        if self._queue:
            self.release()
        else:
            self.free += 1
        if connection.reusable and not self._closed:
            idle = self._idle.get(route)
            if idle is None:
                idle = self._idle[route] = []
            if len(idle) < self._max_idle + self._waiting:
                idle.append(connection)
                return
        connection.abort()

    async def turn(self, route: _Route, timeout: float, deadline: float | None) -> None:
        """Wait until fewer connections are open."""
        turn: asyncio.Future[None] = self._loop.create_future()
        self._queue.append(turn)
        self._waiting += 1
        try:
            async with asyncio.timeout(_left(timeout, deadline)):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.release()  # it came too late
            turn.cancel()
            if not isinstance(error, TimeoutError):
                raise
            raise ConnectTimeout(
                f"connecting to {route[0]}://{route[1]}: all connections were in use for {timeout:g} s",
                hint="Keep more of them: Config(max_pool_connections=…).",
            ) from error
        finally:
            self._waiting -= 1

    def release(self) -> None:
        """Let the next call have its turn."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1


def _left(timeout: float, deadline: float | None) -> float:
    if deadline is None:
        return timeout
    left = deadline - monotonic()
    if left <= 0:
        late = DeadlineExceededError("no time is left")
        late.sent = False
        raise late
    return min(timeout, left)


class _Connector:
    """Opens connections: straight or through a proxy, plain or secured."""

    def __init__(
        self,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None,
        environ: Mapping[str, str],
        client_cert: ClientCert | None,
    ) -> None:
        self._verify = verify
        self._client_cert = client_cert
        self._configured = proxies
        self._environ = environ
        self._proxies: dict[_Route, Proxy | None] = {}
        self._context: ssl.SSLContext | None = None

    def proxy(self, route: _Route) -> Proxy | None:
        if route not in self._proxies:
            self._proxies[route] = find(*route, self._configured, self._environ)
        return self._proxies[route]

    def through(self, route: _Route) -> Proxy | None:
        """The proxy that plain requests go through whole."""
        return self.proxy(route) if route[0] == "http" else None

    async def connect(self, loop: asyncio.AbstractEventLoop, route: _Route, timeout: float) -> AsyncConnection:
        """An open connection. Raises a ConnectError, all steps together within `timeout` seconds."""
        scheme, authority = route
        proxy = self.proxy(route)
        doing = f"connecting to {scheme}://{authority}"
        if proxy is not None:
            doing += f" through the proxy {proxy.host}:{proxy.port}"
        connection: AsyncConnection | None = None
        try:
            async with asyncio.timeout(timeout):
                connection = await self._dial(loop, route, proxy, doing)
                if scheme == "https":
                    if proxy is not None:
                        await _tunnel(connection, route, proxy, doing, timeout)
                    await self._secure(loop, connection, split_authority(authority, 443)[0], doing)
        except BaseException as error:
            if connection is not None:
                connection.abort()
            if isinstance(error, TimeoutError):
                raise ConnectTimeout(f"{doing}: no connection within {timeout:g} s", hint=_HINT) from error
            raise
        return connection

    async def _dial(
        self, loop: asyncio.AbstractEventLoop, route: _Route, proxy: Proxy | None, doing: str
    ) -> AsyncConnection:
        host, port = split_authority(route[1], 443 if route[0] == "https" else 80)
        refused: type[ConnectError] = ConnectError
        if proxy is not None:
            host, port, refused = proxy.host, proxy.port, ProxyConnectionError
        try:
            # one address after another: asyncio's race between them leaks a socket when it is cancelled
            _, connection = await loop.create_connection(partial(AsyncConnection, loop), host, port)
        except TimeoutError:
            raise
        except OSError as error:
            raise refused(f"{doing}: {error.strerror or error}", hint=_HINT) from error
        except ValueError as error:  # UnicodeError, too
            raise refused(f"{doing}: it is no host name ({error})") from error
        return connection

    async def _secure(
        self, loop: asyncio.AbstractEventLoop, connection: AsyncConnection, host: str, doing: str
    ) -> None:
        import ssl

        if self._context is None:
            # reading hundreds of certificates takes its time
            self._context = await asyncio.to_thread(tls_context, self._verify, self._client_cert)
        try:
            await connection.secure(self._context, host)
        except ssl.SSLCertVerificationError as error:
            raise TlsError(
                f"{doing}: its certificate is not trusted ({error.verify_message})",
                hint="Name the file of a CA that is: AWS_CA_BUNDLE, or Config(verify=…).",
            ) from error
        except TimeoutError:
            raise
        except OSError as error:
            raise TlsError(f"{doing}: the TLS handshake failed ({error})") from error


async def _tunnel(connection: AsyncConnection, route: _Route, proxy: Proxy, doing: str, timeout: float) -> None:
    host, port = split_authority(route[1], 443)
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    extra = f"proxy-authorization: {proxy.authorization}\r\n" if proxy.authorization else ""
    data = f"CONNECT {authority} HTTP/1.1\r\nhost: {authority}\r\n{extra}\r\n".encode()
    try:
        # as to HEAD: what follows the head is the other side's
        answer = await connection.ask(HttpRequest(method="HEAD"), data, timeout)
    except TransportError as error:
        raise ProxyConnectionError(f"{doing}: {error.message}") from error
    if not 200 <= answer.status < 300:
        raise ProxyConnectionError(f"{doing}: the proxy refuses the tunnel with status {answer.status}")
