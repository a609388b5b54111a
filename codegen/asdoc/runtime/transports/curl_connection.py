"""One connection through TLS that libcurl has opened, and the short way of what is usual over it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from time import monotonic
from typing import cast

from ..exceptions import ConnectionClosedError, TransportError
from ..http import HttpRequest, HttpResponse
from .answers import SMALL, Answer
from .connection import Connection, doing, told
from .curl_socket import CurlSocket
from .heads import usual
from .written import request_bytes

_DONTWAIT = getattr(socket, "MSG_DONTWAIT", 0)


class CurlConnection(Connection):
    """As its base, to which it leaves what is not usual: bodies in parts, and answers that do not come at once."""

    __slots__ = ("_secured",)

    def __init__(self, secured: CurlSocket, largest: int) -> None:
        # it is as much of a socket as a connection asks for
        super().__init__(cast("socket.socket", secured), None, largest)
        self._secured = secured

    def alive(self) -> bool:
        # what waits there may be of TLS itself, such as a ticket for the next session
        return self._secured.silent()

    def exchange(
        self,
        request: HttpRequest,
        timeout: float,
        deadline: float | None,
        release: Callable[[bool], None] | None = None,
    ) -> HttpResponse:
        poll = self._poll
        wait = timeout if deadline is None else min(timeout, deadline - monotonic())
        if request.streams or request.upload is not None or poll is None or not _DONTWAIT or wait <= 0:
            return super().exchange(request, timeout, deadline, release)
        self.answering = self.reusable = False
        limits, sock = self._limits, self._sock
        begun = b""
        try:
            limits.endless(timeout)
            limits.deadline = deadline
            broken = self._push(request_bytes(request, self._proxy), begun=False, flags=_DONTWAIT)
            if broken is None:
                if not poll.poll(wait * 1000):
                    raise limits.late()
                try:
                    begun = sock.recv(SMALL, _DONTWAIT)
                except BlockingIOError:
                    pass  # it was not of the answer
                except OSError as error:
                    raise ConnectionClosedError(f"the connection broke ({error})") from error
                response = usual(begun, request.method)
                if response is not None:
                    self.reusable = True
                    return response
            return self._answer(Answer(sock, limits, request.method, begun), request, broken, release)
        except TransportError as error:
            self.answering = self.answering or bool(begun)
            raise told(error, doing(request)) from error.__cause__
