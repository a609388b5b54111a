"""One connection of the pool: how it is opened, what is written over it, and whether it still stands."""

from __future__ import annotations

import select
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from threading import get_ident, main_thread
from time import monotonic
from typing import TYPE_CHECKING

from ..exceptions import (
    ConnectError,
    ConnectionClosedError,
    ConnectTimeout,
    ProxyConnectionError,
    ReadTimeout,
    TransportError,
)
from ..http import HttpRequest, HttpResponse
from .addresses import addresses_of
from .answers import SMALL, Answer, Limits, receive
from .heads import usual
from .stream import Rest
from .written import request_bytes, upload_parts

if TYPE_CHECKING:
    from .proxies import Proxy


_DONTWAIT = getattr(socket, "MSG_DONTWAIT", 0)
_DIRECT = bool(_DONTWAIT) and hasattr(select, "poll") and hasattr(socket, "SO_RCVTIMEO")
_MAIN = main_thread().ident
_RECORD = 16 * 1024
"""Bytes that go over TLS as one, whole or not at all."""


class Connection:
    """An open connection and what is known of it.

    `proxy` is the one that plain requests go through whole, `largest` the most bytes of a body that is not streamed.
    """

    __slots__ = ("_direct", "_kept", "_largest", "_limits", "_poll", "_proxy", "_sock", "answering", "reusable")

    def __init__(self, sock: socket.socket, proxy: Proxy | None, largest: int = sys.maxsize) -> None:
        self._sock = sock
        self._largest = largest
        self._proxy = proxy
        self._limits = Limits(sock)
        self._poll: select.poll | None = None
        self._direct = _DIRECT and type(sock) is socket.socket
        """True where what waits is the kernel, and no layer of Python's over it, such as TLS."""
        self._kept = -1.0
        self.answering = False
        """True from the first byte of an answer."""
        self.reusable = False
        """True where another request can follow the last one, whose answer is read."""
        if hasattr(select, "poll"):
            self._poll = select.poll()
            self._poll.register(sock, select.POLLIN)

    def alive(self) -> bool:
        """False where an idle connection was closed from the other side, or something unasked came over it."""
        if self._poll is not None:
            return not self._poll.poll(0)
        return not select.select([self._sock], [], [], 0)[0]

    def exchange(
        self,
        request: HttpRequest,
        timeout: float,
        deadline: float | None,
        release: Callable[[bool], None] | None = None,
    ) -> HttpResponse:
        """The answer. Of one that streams `release` is told, when it is read, whether another request can follow.

        `timeout` is seconds for each wait, `deadline` the monotonic time at which all waiting ends, but for that of
        whoever reads a body as it comes. Raises a TransportError; the connection is of no use then.
        """
        self.answering = self.reusable = False
        limits, sock = self._limits, self._sock
        begun = b""
        try:
            if request.streams or request.upload is not None or deadline is not None or not self._direct:
                limits.begin(timeout, deadline)
                broken = self._write(request)
            else:
                limits.endless(timeout)
                broken = self._push(request_bytes(request, self._proxy), begun=False, flags=_DONTWAIT)
                if broken is None:
                    begun = self._first(timeout)
                    response = usual(begun, request.method)
                    if response is not None:
                        self.reusable = True
                        return response
            return self._answer(Answer(sock, limits, request.method, begun), request, broken, release)
        except TransportError as error:
            self.answering = self.answering or bool(begun)
            raise told(error, doing(request)) from error.__cause__

    def _answer(
        self, answer: Answer, request: HttpRequest, broken: OSError | None, release: Callable[[bool], None] | None
    ) -> HttpResponse:
        """An answer that comes in parts."""
        try:
            answer.begin()
            if release is not None and request.streams and 200 <= answer.status < 300:
                self._limits.begin(self._limits.timeout, None)
                rest = Rest(
                    _told(answer.chunks(), doing(request)),
                    lambda whole: release(whole and broken is None and answer.lasting),
                )
                return HttpResponse(status=answer.status, headers=answer.headers, stream=rest)
            body = answer.body(self._largest)
        except ConnectionClosedError as error:
            raise error from (broken or error.__cause__)
        finally:
            self.answering = answer.begun
        self.reusable = broken is None and answer.lasting
        return HttpResponse(status=answer.status, headers=answer.headers, body=body)

    def _write(self, request: HttpRequest) -> OSError | None:
        """Send all. The error where the other side stopped reading: it may have answered why."""
        broken = self._push(request_bytes(request, self._proxy), begun=False)
        if request.upload is not None:
            # what reading it raises is its reader's, and tells nothing of the connection
            parts = upload_parts(request.upload)
            while broken is None and (part := next(parts, None)) is not None:
                self._limits.step()
                broken = self._push(part, begun=True)
        return broken

    def _first(self, timeout: float) -> bytes:
        """What comes first of an answer, in as few steps as keep the time: each gives Python's lock away."""
        if get_ident() == _MAIN and self._poll is not None:
            # signals go to the main thread, and would have a `recv` wait anew each time
            if not self._poll.poll(timeout * 1000):
                raise ReadTimeout(f"no answer within {timeout:g} s")
            return receive(self._sock, SMALL, self._limits, _DONTWAIT)
        if timeout != self._kept:
            whole_seconds = int(timeout)
            part = max(int((timeout - whole_seconds) * 1_000_000), 0 if whole_seconds else 1)
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", whole_seconds, part))
            self._kept = timeout
        return receive(self._sock, SMALL, self._limits)

    def _push(self, data: bytes, *, begun: bool, flags: int = 0) -> OSError | None:
        done = 0
        # what breaks off may have sent records of TLS before, and tells nothing of them
        begun = begun or (not self._direct and len(data) > _RECORD)
        try:
            try:
                done = self._sock.send(data, flags) if flags else self._sock.send(data)
            except BlockingIOError:
                begun = begun or len(data) > _RECORD
            if done < len(data):
                self._limits.step()
                self._sock.sendall(memoryview(data)[done:])
        except TimeoutError as error:
            raise ReadTimeout("the other side does not take the request") from error
        except OSError as error:
            if done or begun:
                return error
            closed = ConnectionClosedError(f"the connection broke before anything was sent ({error})")
            closed.sent = False
            raise closed from error
        return None

    def close(self) -> None:
        self._sock.close()

    def __del__(self) -> None:
        self._sock.close()


def doing(request: HttpRequest) -> str:
    return f"sending {request.method} to {request.scheme}://{request.host}"


def _told(parts: Iterator[bytes], doing: str) -> Iterator[bytes]:
    try:
        yield from parts
    except TransportError as error:
        raise told(error, doing) from error.__cause__


def told(error: TransportError, doing: str) -> TransportError:
    """The same error, saying what was being done."""
    error.message = f"{doing}: {error.message}"
    error.args = (error.message,)
    return error


def dial(host: str, port: int, timeout: float, doing: str, refused: type[ConnectError]) -> socket.socket:
    """A socket to the first address of a host that takes a connection, all of them within `timeout` seconds.

    Raises ConnectTimeout, or `refused` where no address answers or the name is none.
    """
    until = monotonic() + timeout
    hint = "Check the address, and that the server runs."
    last: OSError | None = None
    try:
        addresses = addresses_of(host, port, timeout)
    except TimeoutError as error:
        raise ConnectTimeout(f"{doing}: {error}", hint="Check the name, and the resolver of this machine.") from error
    except OSError as error:
        raise refused(f"{doing}: {error.strerror or error}", hint=hint) from error
    except ValueError as error:  # UnicodeError, too
        raise refused(f"{doing}: it is no host name ({error})") from error
    for family, kind, protocol, _, address in addresses:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(max(until - monotonic(), 0.001))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # what lies between forgets a connection over which nothing goes while an answer is long in coming
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        except OSError as error:
            sock.close()
            last = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    if isinstance(last, TimeoutError):
        raise ConnectTimeout(f"{doing}: no connection within {timeout:g} s", hint=hint) from last
    raise refused(f"{doing}: {last.strerror or last if last else 'it has no address'}", hint=hint) from last


def tunnel(sock: socket.socket, authority: str, timeout: float, authorization: str, doing: str) -> None:
    """Have a proxy pass all that follows to `authority`. Raises TransportError; the socket is then of no use."""
    extra = f"proxy-authorization: {authorization}\r\n" if authorization else ""
    limits = Limits(sock)
    answer = Answer(sock, limits, "HEAD")  # what follows the head is the other side's
    try:
        limits.begin(timeout, monotonic() + timeout)
        sock.sendall(f"CONNECT {authority} HTTP/1.1\r\nhost: {authority}\r\n{extra}\r\n".encode())
        answer.begin()
    except TimeoutError as error:
        raise ConnectTimeout(f"{doing}: the proxy did not answer within {timeout:g} s") from error
    except TransportError as error:
        kind = ConnectTimeout if isinstance(error, ReadTimeout) else ProxyConnectionError
        raise kind(f"{doing}: {error.message}") from error
    except OSError as error:
        raise ProxyConnectionError(f"{doing}: {error}") from error
    if not 200 <= answer.status < 300:
        raise ProxyConnectionError(f"{doing}: the proxy refuses the tunnel with status {answer.status}")
