"""The default transport: connections of our own on the standard library's sockets, kept open between requests.

Not on `http.client`: its import alone costs more than a process's first call otherwise does, for it reads headers with
the parser of e-mails, and that is most of its time in every call too.
"""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..exceptions import (
    ConfigurationError,
    ConnectError,
    ConnectionClosedError,
    ConnectTimeout,
    ProxyConnectionError,
    ReadTimeout,
    TlsError,
    TransportError,
)
from ..http import HttpRequest, HttpResponse
from .http1 import answer_reader, request_bytes
from .proxies import Proxy, find

if TYPE_CHECKING:
    import ssl

_IDEMPOTENT = frozenset(("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"))
_AT_ONCE = 64 * 1024
_Route = tuple[str, str]
"""Scheme and authority of an endpoint."""


class PoolTransport:
    """Keeps up to `max_idle` idle connections to each endpoint. Safe to use from many threads, and after a fork.

    `verify` and `proxies` are those of `Config`; `environ` stands in for the process's environment.
    """

    def __init__(
        self,
        *,
        max_idle: int = 10,
        verify: bool | str | None = None,
        proxies: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._max_idle = max_idle
        self._verify = verify
        self._configured = proxies
        self._environ: Mapping[str, str] = os.environ if environ is None else environ
        self._proxies: dict[_Route, Proxy | None] = {}
        self._idle: dict[_Route, list[_Connection]] = {}
        self._process = os.getpid()
        self._context: ssl.SSLContext | None = None

    def send(self, request: HttpRequest, *, connect_timeout: float, read_timeout: float) -> HttpResponse:
        """The answer to one request. An idle connection that turns out to be closed is replaced, once."""
        route = (request.scheme, request.host)
        if self._process != os.getpid():
            # two processes on one connection would read each other's answers
            self._idle, self._process = {}, os.getpid()
        connection = self._take(route)
        if connection is None:
            connection = self._connect(route, connect_timeout)
            return self._exchange(connection, request, route, read_timeout)
        try:
            return self._exchange(connection, request, route, read_timeout)
        except ConnectionClosedError as error:
            if connection.answering or (error.sent and request.method not in _IDEMPOTENT):
                raise
        return self._exchange(self._connect(route, connect_timeout), request, route, read_timeout)

    def close(self) -> None:
        idle, self._idle = self._idle, {}
        for connections in idle.values():
            for connection in connections:
                connection.close()

    def _take(self, route: _Route) -> _Connection | None:
        idle = self._idle.get(route)
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
        self, connection: _Connection, request: HttpRequest, route: _Route, read_timeout: float
    ) -> HttpResponse:
        try:
            response, reusable = connection.exchange(request, read_timeout)
        except BaseException:
            connection.close()
            raise
        if reusable:
            idle = self._idle.setdefault(route, [])
            if len(idle) < self._max_idle:
                idle.append(connection)
                return response
        connection.close()
        return response

    def _connect(self, route: _Route, timeout: float) -> _Connection:
        scheme, authority = route
        if route not in self._proxies:
            self._proxies[route] = find(scheme, authority, self._configured, self._environ)
        proxy = self._proxies[route]
        host, port = split_authority(authority, 443 if scheme == "https" else 80)
        doing = f"connecting to {scheme}://{authority}"
        if proxy is None:
            plain = _dial(host, port, timeout, doing, ConnectError)
        else:
            doing += f" through the proxy {proxy.host}:{proxy.port}"
            plain = _dial(proxy.host, proxy.port, timeout, doing, ProxyConnectionError)
        if scheme != "https":
            return _Connection(plain, proxy)
        try:
            if proxy is not None:
                _tunnel(plain, f"{host}:{port}" if ":" not in host else f"[{host}]:{port}", proxy, doing)
            return _Connection(self._secured(plain, host, doing), None)
        except BaseException:
            plain.close()
            raise

    def _secured(self, plain: socket.socket, host: str, doing: str) -> socket.socket:
        import ssl

        if self._context is None:
            self._context = _context(self._verify)
        try:
            return self._context.wrap_socket(plain, server_hostname=host)
        except TimeoutError as error:
            raise ConnectTimeout(f"{doing}: the TLS handshake took too long") from error
        except ssl.SSLCertVerificationError as error:
            raise TlsError(
                f"{doing}: its certificate is not trusted ({error.verify_message})",
                hint="Name the file of a CA that is: AWS_CA_BUNDLE, or Config(verify=…).",
            ) from error
        except OSError as error:
            raise TlsError(f"{doing}: the TLS handshake failed ({error})") from error


class _Connection:
    """One open socket, and what is known of it."""

    __slots__ = ("_poll", "_proxy", "_socket", "_timeout", "answering")

    def __init__(self, opened: socket.socket, proxy: Proxy | None) -> None:
        self._socket = opened
        self._proxy = proxy
        self._timeout: float | None = None
        self._poll: select.poll | None = None
        self.answering = False
        """True from the first byte of an answer."""
        if hasattr(select, "poll"):
            self._poll = select.poll()
            self._poll.register(opened, select.POLLIN)

    def alive(self) -> bool:
        """False where an idle connection was closed from the other side, or something unasked came over it."""
        if self._poll is not None:
            return not self._poll.poll(0)
        return not select.select([self._socket], [], [], 0)[0]

    def exchange(self, request: HttpRequest, timeout: float) -> tuple[HttpResponse, bool]:
        self.answering = False
        opened = self._socket
        if self._timeout != timeout:
            opened.settimeout(timeout)
            self._timeout = timeout
        proxy = self._proxy
        if proxy is None:
            data = request_bytes(request)
        else:
            extra = f"proxy-authorization: {proxy.authorization}\r\n" if proxy.authorization else ""
            data = request_bytes(request, target=request.url, extra=extra)
        doing = f"sending {request.method} to {request.scheme}://{request.host}"
        broken = self._write(data, doing)
        reader = answer_reader(request.method)
        next(reader)
        try:
            while True:
                try:
                    received = opened.recv(65536)
                except TimeoutError as error:
                    raise ReadTimeout(f"{doing}: no answer within {timeout:g} s") from error
                except OSError as error:
                    raise ConnectionClosedError(f"{doing}: the connection broke ({error})") from (broken or error)
                if received:
                    self.answering = True
                reader.send(received)
        except StopIteration as whole:
            response, reusable = whole.value
            return response, reusable and broken is None

    def _write(self, data: bytes, doing: str) -> OSError | None:
        """Send all. The error where the other side stopped reading: it may have answered why."""
        opened = self._socket
        done = 0
        try:
            done = opened.send(data)
            if done < len(data):
                opened.sendall(memoryview(data)[done:])
        except TimeoutError as error:
            raise ReadTimeout(f"{doing}: the other side does not take the request") from error
        except OSError as error:
            if not done:
                closed = ConnectionClosedError(f"{doing}: the connection broke before anything was sent ({error})")
                closed.sent = False
                raise closed from error
            return error
        return None

    def close(self) -> None:
        self._socket.close()

    def __del__(self) -> None:
        self._socket.close()


def split_authority(authority: str, default_port: int) -> tuple[str, int]:
    """Host, without brackets, and port."""
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        return authority.strip("[]"), default_port
    return host.strip("[]"), int(port)


def _dial(host: str, port: int, timeout: float, doing: str, refused: type[ConnectError]) -> socket.socket:
    try:
        opened = socket.create_connection((host, port), timeout)
    except TimeoutError as error:
        raise ConnectTimeout(f"{doing}: no connection within {timeout:g} s") from error
    except OSError as error:
        raise refused(
            f"{doing}: {error.strerror or error}", hint="Check the address, and that the server runs."
        ) from error
    except UnicodeError as error:
        raise refused(f"{doing}: it is no host name ({error})") from error
    # a request is written at once; waiting to fill a packet would only delay it
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def _tunnel(opened: socket.socket, authority: str, proxy: Proxy, doing: str) -> None:
    """Ask the proxy for a way through to `authority`."""
    headers = {"proxy-authorization": proxy.authorization} if proxy.authorization else {}
    request = HttpRequest(method="CONNECT", host=authority, target=authority, headers=headers)
    try:
        opened.sendall(request_bytes(request))
        # the answer has headers alone; byte by byte, so that nothing of the TLS behind it is taken
        head = b""
        while not head.endswith(b"\r\n\r\n") and len(head) < _AT_ONCE:
            byte = opened.recv(1)
            if not byte:
                raise ProxyConnectionError(f"{doing}: it closed the connection")
            head += byte
    except TimeoutError as error:
        raise ConnectTimeout(f"{doing}: it did not answer in time") from error
    except TransportError:
        raise
    except OSError as error:
        raise ProxyConnectionError(f"{doing}: {error}") from error
    status = head.split(b"\r\n", 1)[0].decode("latin-1")
    if status.split(" ")[1:2] != ["200"]:
        raise ProxyConnectionError(f"{doing}: it refused the tunnel ({status[:80]!r})")


def _context(verify: bool | str | None) -> ssl.SSLContext:
    import ssl

    try:
        if not isinstance(verify, str):
            context = ssl.create_default_context()
        elif os.path.isdir(verify):  # noqa: PTH112  # the import of pathlib costs more
            context = ssl.create_default_context(capath=verify)
        else:
            context = ssl.create_default_context(cafile=verify)
    except OSError as error:
        raise ConfigurationError(f"reading the trusted certificates {verify}: {error}") from error
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context
