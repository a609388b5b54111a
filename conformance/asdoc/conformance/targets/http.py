"""A target behind a URL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

import msgspec

from asdoc.runtime.endpoint import parse_endpoint
from asdoc.runtime.exceptions import TransportError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.transports.pool import PoolTransport

from ..hiding import header_secrets, plain_url, without
from .base import LARGEST, call_hook, taken
from .described import Clock, Hook, Ready, Reset

_CONNECT_TIMEOUT = 5.0


class HttpTarget:
    fresh = False
    private = False

    def __init__(
        self,
        url: str,
        *,
        timeout: float,
        name: str = "",
        headers: Mapping[str, str] | None = None,
        ca_bundle: str = "",
        rate: float = 0.0,
        reset: Reset | None = None,
        clock: Clock = Clock(),  # noqa: B008  a frozen value
        ready: Ready | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        """`timeout` is the longest wait for one answer, in seconds; `rate` the most requests in a second, 0 for all.

        `headers` go with every request beside those that are signed. Raises AsdocError where the URL is none.
        """
        parse_endpoint(url)
        self.name = plain_url(name or url)
        self.endpoint = url.rstrip("/")
        self.clock = clock
        self.reset_hook = reset
        self.ready = ready
        self._timeout = timeout
        self._headers = {header.lower(): value for header, value in (headers or {}).items()}
        hooks = [hook.headers for hook in (clock.advance, reset) if hook is not None]
        self.secrets = header_secrets(self._headers, *hooks)
        """What of this target may be shown to nobody, though an answer may echo it."""
        self._pace = Pace(rate) if rate else None
        self._transport = PoolTransport(verify=ca_bundle or None, largest=LARGEST)
        self._on_close = on_close

    def send(self, request: HttpRequest) -> HttpResponse:
        if self._pace is not None:
            self._pace.wait()
        if request.streams:
            # What is judged is the whole body.
            request = msgspec.structs.replace(request, streams=False)
        if self._headers:
            request = msgspec.structs.replace(request, headers={**request.headers, **self._headers})
        try:
            answer = self._transport.send(
                request,
                connect_timeout=min(self._timeout, _CONNECT_TIMEOUT),
                read_timeout=self._timeout,
                # One byte at a time must not make an answer that never ends.
                deadline=time.monotonic() + 2 * self._timeout,
            )
        except TransportError as error:
            # What is no HTTP may be quoted in it, and may be what we sent.
            error.message = without(error.message, self.secrets)
            error.args = (error.message,)
            raise
        return taken(answer, request)

    def reset(self) -> None:
        """Raises AsdocError where the hook does not answer with a success."""
        if self.reset_hook is not None:
            call_hook(self, self.reset_hook, "resetting")

    def call(self, hook: Hook, doing: str) -> HttpResponse:
        return call_hook(self, hook, doing)

    def close(self) -> None:
        self._transport.close()
        if self._on_close is not None:
            self._on_close()


class Pace:
    """Holds requests back to so many in a second, evenly. Safe to use from many threads."""

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = 1.0 / rate
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        with self._lock:
            now = self._clock()
            turn = max(self._next, now)
            self._next = turn + self._interval
        if turn > now:
            self._sleep(turn - now)
