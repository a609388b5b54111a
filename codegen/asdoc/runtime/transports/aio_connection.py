"""One connection of an async client: what is written over it, and what is read from it as it comes.

Straight on asyncio's protocols: a call over aiohttp takes three times the processor time of one over this.
"""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, cast

from ..exceptions import ConnectionClosedError, DeadlineExceededError, ProtocolError, ReadTimeout, TransportError
from ..http import HttpRequest, HttpResponse, Upload
from .aio_stream import AsyncRest
from .body import Body
from .heads import MAX_HEAD, Head, head_end, read_head, usual
from .written import upload_parts

if TYPE_CHECKING:
    import ssl

_START = b"HTTP/1."
_SMALL = 16 * 1024
_LARGE = 256 * 1024
_AHEAD = 1024 * 1024
"""Bytes of a stream that are held before the other side is made to wait."""


class AsyncConnection(asyncio.BufferedProtocol):
    """Carries one exchange at a time. `answering` is True from the first byte of an answer.

    asyncio's own buffer is a new one of 256 KiB for each read, which costs more than all else that a read does; so this
    is a protocol that brings a buffer.
    """

    _method: str
    """Of the request under way; empty before the first."""
    _waiter: asyncio.Future[HttpResponse] | None
    """Of the answer, or of its head where the rest is read as it comes."""
    _wanted: asyncio.Future[None] | None
    """Of more of such an answer."""
    _error: TransportError | None
    _pending: bytes
    _head: Head | None
    _body: Body | None
    _parts: list[bytes]
    _held: int
    _whole: bool
    _lasting: bool
    _abandoned: bool
    """True where the request did not go out whole."""
    _streams: bool
    _timeout: float
    _deadline: float | None
    answering: bool

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._poll: select.poll | None = None
        self._view = memoryview(bytearray(_SMALL))
        self._lost = False
        self._writable: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due = self._looks = 0.0
        self._unsent = 0
        self._begin("")

    # -- what the pool asks

    def attach(self, transport: asyncio.Transport) -> None:
        """Go over `transport` from now on."""
        self._transport = transport
        opened = transport.get_extra_info("socket")
        if opened is not None:
            # a socket that has gone already takes no option
            with suppress(OSError):
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if opened is not None and hasattr(select, "poll"):
            self._poll = select.poll()
            self._poll.register(opened.fileno(), select.POLLIN)

    async def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Go over TLS from now on. Raises OSError, of which ssl's errors are."""
        if self._transport is None or self._lost:
            raise ConnectionResetError("the connection was closed")
        secured = await self._loop.start_tls(self._transport, self, context, server_hostname=host)
        if secured is None:
            raise ConnectionResetError("the connection was closed in the handshake")
        self._transport = secured

    def alive(self) -> bool:
        """False where an idle connection was closed from the other side, or something unasked came over it."""
        transport = self._transport
        if self._lost or transport is None or transport.is_closing():
            return False
        return self._poll is None or not self._poll.poll(0)

    def abort(self, *, soon: bool = False) -> None:
        """Close at once, whatever is under way; or soon, for who is called by asyncio's TLS, which would stumble."""
        self._lost = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None and not self._loop.is_closed():
            if soon:
                self._loop.call_soon(self._transport.abort)
            else:
                self._transport.abort()

    def give_up(self) -> None:
        """Close, unless the answer has come to its end already."""
        if not self._whole:
            self.abort()

    def forget(self, then: Callable[[], None] | None) -> None:
        """Give up and call `then`, in the loop's own thread; for who is in another."""

        def forgotten() -> None:
            self.give_up()
            if then is not None:
                then()

        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(forgotten)

    def ask(
        self, request: HttpRequest, data: bytes, timeout: float, deadline: float | None = None
    ) -> Awaitable[HttpResponse]:
        """The answer to `request`, which is written as `data`, and where it has an upload in parts after that.

        Raises a TransportError, at once or when it is awaited; the connection is of no use after one, nor after having
        been cancelled. `timeout` is seconds for each wait, `deadline` the monotonic time at which all waiting ends, but
        for that of whoever reads a body as it comes.
        """
        waiter = self._send(request, data, timeout, deadline)
        return waiter if request.upload is None else self._exchange(request.upload, waiter)

    def _send(
        self, request: HttpRequest, data: bytes, timeout: float, deadline: float | None
    ) -> asyncio.Future[HttpResponse]:
        transport = self._transport
        if transport is None or self._lost or transport.is_closing():
            closed = ConnectionClosedError("the connection was closed before anything was sent")
            closed.sent = False
            raise closed
        self._begin(request.method, timeout, deadline, streams=request.streams)
        self._watch()
        waiter: asyncio.Future[HttpResponse] = self._loop.create_future()
        self._waiter = waiter
        transport.write(data)
        return waiter

    async def _exchange(self, upload: Upload, waiter: asyncio.Future[HttpResponse]) -> HttpResponse:
        try:
            await self._upload(upload)
            return await waiter
        except BaseException:
            waiter.cancel()
            raise

    async def part(self, amount: int) -> bytes:
        """At most `amount` bytes of an answer that is read as it comes, as soon as there are any; b"" at its end.

        Raises as `ask` does.
        """
        while not self._parts and not self._whole:
            if self._error is not None:
                raise self._error
            self._wanted = self._loop.create_future()
            self._watch()
            try:
                await self._wanted
            finally:
                self._wanted = None
        if not self._parts:
            return b""
        part = self._parts[0]
        if len(part) > amount:
            self._parts[0], part = part[amount:], part[:amount]
        else:
            del self._parts[0]
        self._held -= len(part)
        if self._held < _AHEAD and self._transport is not None and not self._lost:
            self._transport.resume_reading()
        return part

    @property
    def reusable(self) -> bool:
        """True where the last exchange has ended so that another may begin."""
        return (
            self._whole
            and self._lasting
            and not self._abandoned
            and not self._lost
            and self._transport is not None
            and not self._transport.get_write_buffer_size()
        )

    # -- what asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # one of TCP, which reads and writes; that of uvloop is by no class of asyncio's
        self.attach(cast("asyncio.Transport", transport))

    def get_buffer(self, sizehint: int) -> memoryview:
        if sizehint > len(self._view):
            # asyncio's TLS tells what it holds, and drops at the end of a connection what one buffer does not take
            self._view = memoryview(bytearray(sizehint))
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        data = self._view[:nbytes].tobytes()
        if nbytes == len(self._view) < _LARGE:
            self._view = memoryview(bytearray(2 * nbytes))
        if not self._method or self._whole:
            self.abort(soon=True)  # nobody asked for it, so it answers nothing
            return
        if self._lost:
            return  # given up
        self.answering = True
        try:
            self._take(data)
        except TransportError as error:
            self._fail(error, soon=True)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        ours, self._lost = self._lost, True
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._method or self._whole:
            return
        try:
            if self._body is None:
                where = "within the headers of the answer" if self.answering else "before an answer began"
                raise ConnectionClosedError(f"the connection was closed {where}")
            if exc is not None:
                raise ConnectionClosedError(f"the connection broke ({exc})")
            if ours:
                raise ConnectionClosedError("the connection was given up")  # which ends no body
            if self._cut():
                raise ConnectionClosedError("the connection was closed without the farewell of TLS")
            self._body.end()
        except TransportError as error:
            error.__cause__ = exc
            self._fail(error)
        else:
            self._ended()

    def _cut(self) -> bool:
        """True where TLS knows nothing of the end, so that anybody on the way may have made it."""
        secured = None if self._transport is None else self._transport.get_extra_info("ssl_object")
        if secured is None:
            return False
        from ssl import SSLError, SSLWantReadError

        try:
            secured.read(1)
        except SSLWantReadError:
            return True  # it waits for more
        except SSLError:
            pass  # it knows of the end
        return False

    def pause_writing(self) -> None:
        self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    # -- one exchange

    def _begin(
        self, method: str, timeout: float = 0.0, deadline: float | None = None, *, streams: bool = False
    ) -> None:
        self._method = method
        self._waiter = self._wanted = self._error = self._head = self._body = None
        self._pending = b""
        self._parts = []
        self._held = self._unsent = 0
        self._whole = self._lasting = self._abandoned = self.answering = False
        self._streams = streams
        self._timeout = timeout
        self._deadline = deadline

    async def _upload(self, upload: Upload) -> None:
        transport = self._transport
        for part in upload_parts(upload):
            if transport is None or self._lost or self._whole or self._head is not None:
                # answered already, or never to be; what comes next over it would be taken for the rest of this
                self._abandoned = True
                return
            transport.write(part)
            if self._writable is not None:
                await self._writable

    def _take(self, data: bytes) -> None:
        if self._body is None:
            if self._head is None and not self._pending:
                found = usual(data, self._method)
                if found is not None:
                    self._whole = self._lasting = True
                    self._answer(found)
                    return
            data = self._take_head(data)
            head = self._head
            if head is None:
                self._watch()
                return
            self._lasting = head.lasting
            if head.length == len(data):
                self._whole = True
                self._answer(HttpResponse(status=head.status, headers=head.headers, body=data))
                return
            self._body = Body(head)
            if self._streams and 200 <= head.status < 300:
                self._deadline = None  # the time of whoever reads is their own
                self._answer(HttpResponse(status=head.status, headers=head.headers, stream=AsyncRest(self)))
        self._watch()
        parts = self._body.feed(data)
        self._parts += parts
        self._held += sum(map(len, parts))
        if self._body.done:
            if self._body.rest:
                self._lasting = False
                if (
                    self._body.rest.strip(b"\r\n")
                    and self._method != "HEAD"
                    and self._head is not None
                    and self._head.status not in (204, 304)
                ):
                    raise ProtocolError("it goes on after what it says is its body")
            self._ended()
        elif self._held > _AHEAD and self._waiter is None and self._transport is not None:
            self._transport.pause_reading()
        if self._wanted is not None and not self._wanted.done() and self._parts:
            self._wanted.set_result(None)

    def _take_head(self, data: bytes) -> bytes:
        """What follows the head, where it is whole."""
        start = max(len(self._pending) - 3, 0)
        if self._pending:
            data, self._pending = self._pending + data, b""
        while end := head_end(data, start):
            self._head = read_head(data[:end], self._method)
            data, start = data[end:], 0
            if self._head is not None:
                return data
        if not data.startswith(_START[: len(data)]):
            raise ProtocolError(f"it begins with {data[:80]!r}")
        if len(data) >= MAX_HEAD:
            raise ProtocolError(f"its headers are longer than {MAX_HEAD} bytes")
        self._pending = data
        return b""

    def _ended(self) -> None:
        self._whole = True
        head = self._head
        if self._waiter is not None and head is not None:
            body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
            self._answer(HttpResponse(status=head.status, headers=head.headers, body=body))
        if self._wanted is not None and not self._wanted.done():
            self._wanted.set_result(None)

    def _answer(self, response: HttpResponse) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(response)

    def _fail(self, error: TransportError, *, soon: bool = False) -> None:
        self.abort(soon=soon)
        waiter, self._waiter = self._waiter, None
        if waiter is not None:
            if not waiter.done():
                waiter.set_exception(error)
            return
        self._error = self._error or error
        if self._wanted is not None and not self._wanted.done():
            self._wanted.set_result(None)

    # -- how long it may take: one timer for many exchanges, which looks again when it goes off too early

    def _watch(self) -> None:
        now = self._loop.time()
        due = now + self._timeout
        if self._deadline is not None:
            due = min(due, now + self._deadline - monotonic())
        self._due = due
        if self._timer is None or self._looks > due:
            if self._timer is not None:
                self._timer.cancel()
            self._looks = due
            self._timer = self._loop.call_at(due, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._transport is None or (self._waiter is None and self._wanted is None):
            return  # nobody waits
        late = self._deadline is not None and monotonic() >= self._deadline
        unsent = self._transport.get_write_buffer_size()
        if not late and unsent < self._unsent:
            self._unsent = unsent
            self._watch()
        elif not late and self._loop.time() < self._due:
            self._looks = self._due
            self._timer = self._loop.call_at(self._due, self._look)
        elif late:
            self._fail(DeadlineExceededError("no time is left"))
        else:
            waits = "no answer" if not unsent else "the other side does not take the request"
            self._fail(ReadTimeout(f"{waits} within {self._timeout:g} s"))
