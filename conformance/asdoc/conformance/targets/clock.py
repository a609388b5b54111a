"""Time at a target: moved where it can be, waited for where the user allows it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import ConnectError, TransportError
from asdoc.runtime.http import HttpRequest, HttpResponse

from .base import Target, call_hook, located
from .described import Clock, Hook

_PATH = "/_asdoc/clock"
_SETTLED = 4 * 86400.0
"""Seconds after which nothing documented goes on: a deployment takes a day, its bake another, at most."""


class Postponed(Exception):  # noqa: N818  a request to begin again, not an error
    """A case needs the clock of a target that other cases are using just now."""


class TargetClock:
    """How time passes at one target."""

    def __init__(self, target: Target, *, max_wait: float, sleep: Callable[[float], None] = time.sleep) -> None:
        """`max_wait` is the longest real wait for one documented state, in seconds."""
        self._target = target
        self._told: Clock = getattr(target, "clock", Clock())
        self._max_wait = max_wait
        self._sleep = sleep
        self._mode = ""
        self.held = False
        """True while others use the target: its clock then must not be moved under them."""

    @property
    def mode(self) -> str:
        """manual where the target lets its clock be moved, else real."""
        if not self._mode:
            self._mode = "manual" if self._told.advance is not None or self._is_manual() else "real"
        return self._mode

    def _is_manual(self) -> bool:
        try:
            response = self._control("GET", b"")
        except TransportError:
            return False
        return response.status == 200 and _read(response).get("mode") == "manual"

    def _control(self, method: str, body: bytes) -> HttpResponse:
        scheme, host, target = located(self._target, _PATH)
        headers = {"content-type": "application/json"} if body else {}
        return self._target.send(
            HttpRequest(method=method, scheme=scheme, host=host, target=target, headers=headers, body=body)
        )

    def pass_time(self, seconds: float) -> bool:
        """Let so much time pass at the target. False where it cannot, or would take longer than allowed.

        Raises Postponed where the clock is `held`, and AsdocError where the target does not answer, or its hook fails.
        """
        if seconds <= 0:
            return True
        if self.mode == "manual":
            if self.held:
                raise Postponed
            return self._advance(seconds)
        real = seconds / self._told.speed
        if real > self._max_wait:
            return False
        self._sleep(real)
        return True

    def settle(self) -> bool:
        """Let all that goes on at the target come to its end. False where its clock cannot be moved, or not now."""
        if self.mode != "manual" or self.held:
            return False
        try:
            return self._advance(_SETTLED)
        except ConnectError:
            raise
        except AsdocError:
            # It is not what a case is judged by; where one is, it will be told.
            return False

    def _advance(self, seconds: float) -> bool:
        hook: Hook | None = self._told.advance
        if hook is None:
            try:
                response = self._control("POST", json.dumps({"advance": seconds}).encode())
            except ConnectError:
                raise
            except TransportError as error:
                # Whether it has moved, nobody knows: what is judged from here on would be so at an unknown time.
                raise AsdocError(
                    f"moving the clock of {self._target.name}: {error.message}",
                    hint=f"It answered GET {_PATH} before, and does not any more.",
                ) from error
            if response.status != 200 or _read(response).get("mode") != "manual":
                # A clock that was there when the run began: without it cases would be blocked, and a gate would open.
                raise AsdocError(
                    f"moving the clock of {self._target.name}: POST {_PATH} was answered with {response.status} "
                    "and no clock.",
                    hint="It moved, or said that it could be, before; its log may tell what happened.",
                )
            return True
        call_hook(self._target, hook, "moving the clock of", seconds=seconds)
        return True


def _read(response: HttpResponse) -> dict[str, object]:
    try:
        body = json.loads(response.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
