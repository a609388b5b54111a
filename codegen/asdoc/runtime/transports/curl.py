"""Over libcurl, by `Config(transport="fast")`: pip install 'asdoc[fast]'.

libcurl works without Python's lock, so that the calls of many threads use many cores.
"""

from __future__ import annotations

import os
import select
import ssl
from collections.abc import Callable, Iterator, Mapping
from time import monotonic
from typing import Any

from ..exceptions import ConfigurationError, ProtocolError
from ..http import HttpRequest, HttpResponse, Upload
from .connection import doing, told
from .curl_errors import translated
from .heads import read_head
from .proxies import Proxy, find
from .written import check

try:
    import pycurl
except ModuleNotFoundError as missing:
    raise ConfigurationError(
        "choosing the transport 'fast': pycurl is not installed", hint="pip install 'asdoc[fast]'"
    ) from missing

_IDEMPOTENT = frozenset(("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"))
_UNASKED = ("accept", "user-agent")
_UNASKED_WITH_BODY = (*_UNASKED, "content-type", "expect")
"""Headers that libcurl would add."""
_NATIVE_CA = 16
"""CURLSSLOPT_NATIVE_CA: the trust of Windows or macOS."""
_Route = tuple[str, str]


class CurlTransport:
    """Keeps up to `max_idle` idle connections. Safe to use from many threads, and after a fork.

    `verify` and `proxies` are those of `Config`; `environ` stands in for the process's environment. A read timeout is
    kept in whole seconds, rounded up.
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
        self._trust = _trust(verify)
        self._configured = proxies
        self._environ: Mapping[str, str] = os.environ if environ is None else environ
        self._proxies: dict[_Route, Proxy | None] = {}
        self._idle: dict[_Route, list[_Handle]] = {}
        self._process = os.getpid()

    def send(
        self, request: HttpRequest, *, connect_timeout: float, read_timeout: float, deadline: float | None = None
    ) -> HttpResponse:
        """The answer to one request, read to its end."""
        if self._process != os.getpid():
            self._forked()
        route = (request.scheme, request.host)
        all_idle = self._idle
        idle = all_idle.setdefault(route, [])
        handle = self._take(idle) or self._handle(route)
        try:
            response = handle.perform(request, connect_timeout, read_timeout, deadline)
        except BaseException:
            handle.close()
            raise
        # a transport that was closed meanwhile has begun anew
        if len(idle) < self._max_idle and all_idle is self._idle:
            idle.append(handle)
        else:
            handle.close()
        return response

    def close(self) -> None:
        idle, self._idle = self._idle, {}
        for handles in idle.values():
            for handle in handles:
                handle.close()

    @staticmethod
    def _take(idle: list[_Handle]) -> _Handle | None:
        while idle:
            try:
                handle = idle.pop()
            except IndexError:  # another thread was faster
                return None
            if handle.alive():
                return handle
            handle.close()
        return None

    def _forked(self) -> None:
        idle, self._idle, self._process = self._idle, {}, os.getpid()
        for handles in idle.values():
            for handle in handles:
                handle.disown()

    def _handle(self, route: _Route) -> _Handle:
        if route not in self._proxies:
            self._proxies[route] = find(*route, self._configured, self._environ)
        return _Handle(route, self._trust, self._proxies[route])


class _Handle:
    """One handle of libcurl's, which keeps one connection."""

    def __init__(self, route: _Route, trust: Mapping[int, Any], proxy: Proxy | None) -> None:
        self._proxy = proxy
        # libcurl writes paths anew, such as %3a as %3A; what was signed is what must be sent
        self._whole = proxy is not None and route[0] == "http"
        self._socket = -1
        self._poll: select.poll | None = None
        self._lines: list[bytes] = []
        self._body: list[bytes] = []
        self._set: dict[int, Any] = {}
        self._failure: BaseException | None = None
        self._limited = (0.0, 0.0)
        self._plain = False
        """True where the last request had no body, so that the next such one need not be told to have none."""
        curl = self._curl = pycurl.Curl()
        options = {
            pycurl.NOSIGNAL: 1,  # else timeouts of name resolution are signals, which only one thread may take
            pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
            pycurl.HTTP09_ALLOWED: 0,
            pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
            pycurl.URL: f"{route[0]}://{route[1]}/",
            pycurl.MAXCONNECTS: 1,
            pycurl.LOW_SPEED_LIMIT: 1,
            pycurl.HEADERFUNCTION: self._lines.append,
            pycurl.WRITEFUNCTION: self._body.append,
            pycurl.NOPROXY: "",  # the environment has been asked already
            pycurl.PROXY: f"http://{proxy.host}:{proxy.port}" if proxy is not None else "",
            **trust,
        }
        if proxy is not None:
            options[pycurl.HEADEROPT] = pycurl.HEADER_SEPARATE
            if proxy.authorization:
                options[pycurl.PROXYHEADER] = [f"Proxy-Authorization: {proxy.authorization}"]
        for option, value in options.items():
            curl.setopt(option, value)

    def perform(
        self, request: HttpRequest, connect_timeout: float, read_timeout: float, deadline: float | None
    ) -> HttpResponse:
        curl, lines, body = self._curl, self._lines, self._body
        lines.clear()
        body.clear()
        self._failure = None
        try:
            check(request)
            if deadline is not None or self._limited != (connect_timeout, read_timeout):
                self._limit(connect_timeout, read_timeout, deadline)
            self._prepare(request)
            curl.perform()
            data = b"".join(lines)
            if data.find(b"\r\n\r\n") != len(data) - 4:
                # of several heads, such as that of a proxy's tunnel, the last is the answer's
                begin = max((at for at, line in enumerate(lines) if line.startswith(b"HTTP/")), default=0)
                data = b"".join(lines[begin:])
            head = read_head(data, request.method)
        except pycurl.error as error:
            failure, self._failure = self._failure, None
            if failure is not None:
                raise failure from None
            raise translated(error, curl, request, self._proxy, deadline) from error
        except ProtocolError as error:
            raise told(error, doing(request)) from None
        if head is None:
            raise ProtocolError(f"{doing(request)}: it has no answer")
        return HttpResponse(status=head.status, headers=head.headers, body=b"".join(body))

    def alive(self) -> bool:
        """False where the kept connection was closed from the other side, or something unasked came over it."""
        kept = self._curl.getinfo(pycurl.ACTIVESOCKET)
        if kept < 0 or not hasattr(select, "poll"):
            return True  # libcurl opens another
        if kept != self._socket or self._poll is None:
            self._socket, self._poll = kept, select.poll()
            self._poll.register(kept, select.POLLIN)
        return not self._poll.poll(0)

    def close(self) -> None:
        self._curl.close()

    def disown(self) -> None:
        """Close without a word to the other side, to which the process that this one was forked from still talks."""
        descriptor = self._curl.getinfo(pycurl.ACTIVESOCKET)
        if descriptor >= 0:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, descriptor)
            os.close(nowhere)
        self._curl.close()

    def _option(self, option: int, value: Any) -> None:
        if self._set.get(option) != value:
            self._set[option] = value
            self._curl.setopt(option, value)

    def _limit(self, connect_timeout: float, read_timeout: float, deadline: float | None) -> None:
        left = 0 if deadline is None else max(round((deadline - monotonic()) * 1000), 1)
        self._option(pycurl.CONNECTTIMEOUT_MS, max(round(connect_timeout * 1000), 1))
        self._option(pycurl.LOW_SPEED_TIME, max(-int(-read_timeout // 1), 1))
        self._option(pycurl.TIMEOUT_MS, left)
        self._limited = (connect_timeout, read_timeout) if deadline is None else (0.0, 0.0)

    def _prepare(self, request: HttpRequest) -> None:
        curl, upload, method = self._curl, request.upload, request.method
        self._option(pycurl.REQUEST_TARGET, request.url if self._whole else request.target)
        if upload is None and not request.body and method == "GET":
            curl.setopt(pycurl.HTTPHEADER, _header_lines(request, _UNASKED))
            if self._plain:
                return
            curl.setopt(pycurl.HTTPGET, 1)
            self._plain = True
        else:
            curl.setopt(pycurl.HTTPHEADER, _header_lines(request, _UNASKED_WITH_BODY))
            self._plain = False
            if upload is not None:
                # the other ways to send have libcurl hold the whole
                curl.setopt(pycurl.UPLOAD, 1)
                curl.setopt(pycurl.READFUNCTION, self._reader(upload))
                curl.setopt(pycurl.INFILESIZE_LARGE, -1 if upload.length is None else upload.length)
            elif request.body or method in ("POST", "PUT", "PATCH"):
                curl.setopt(pycurl.POST, 1)
                curl.setopt(pycurl.POSTFIELDS, request.body)
            elif method == "HEAD":
                curl.setopt(pycurl.NOBODY, 1)
            else:
                curl.setopt(pycurl.HTTPGET, 1)
        self._option(pycurl.CUSTOMREQUEST, method)
        once = method not in _IDEMPOTENT
        if once or pycurl.PREREQFUNCTION in self._set:
            self._set[pycurl.PREREQFUNCTION] = once
            curl.setopt(pycurl.PREREQFUNCTION, _once() if once else _ever)

    def _reader(self, upload: Upload) -> Callable[[int], bytes | int]:
        parts: Iterator[bytes] = iter(upload)
        left = b""

        def read(most: int) -> bytes | int:
            nonlocal left
            try:
                part = left or next(parts, b"")
            except BaseException as error:  # noqa: BLE001 - raised again where perform ends, as it cannot pass libcurl
                self._failure = error
                return int(pycurl.READFUNC_ABORT)
            left = part[most:]
            return part[:most]

        return read


def _once() -> Callable[..., int]:
    """Called before each sending: libcurl sends again by itself where a kept connection turns out to be closed."""
    sent = False

    def before(*addresses: object) -> int:
        nonlocal sent
        again, sent = sent, True
        return int(pycurl.PREREQFUNC_ABORT if again else pycurl.PREREQFUNC_OK)

    return before


def _ever(*addresses: object) -> int:
    return int(pycurl.PREREQFUNC_OK)


def _header_lines(request: HttpRequest, unasked: tuple[str, ...]) -> list[str] | list[bytes]:
    headers = request.headers
    lines = [f"{name}: {value}" if value else f"{name};" for name, value in headers.items()]
    lines += [f"host: {request.host}", "accept-encoding: identity"]
    lines += [f"{name}:" for name in unasked if name not in headers]
    if request.upload is not None and request.upload.length is None and "transfer-encoding" not in headers:
        lines.append("transfer-encoding: chunked")
    return lines if all(map(str.isascii, lines)) else [line.encode() for line in lines]


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
