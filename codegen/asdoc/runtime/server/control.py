"""`/_asdoc/`: the paths by which a test moves the clock, empties the store and asks whether the server is up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from ..http import HttpResponse
from ..timestamps import iso8601
from .clock import Clock, ManualClock

PREFIX = "/_asdoc/"
ALARM_STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
"""The states of a CloudWatch alarm."""

Alarm = Callable[[str, str], int]
"""Moves the alarm of that ARN into a state, and gives how many deployments that has rolled back."""

_encode = msgspec.json.Encoder().encode


class Control:
    """Answers control requests for one clock and any number of stores."""

    def __init__(
        self, clock: Clock, reset: Callable[[], None], services: tuple[str, ...], alarm: Alarm | None = None
    ) -> None:
        """`alarm` moves an alarm; None where no service has any."""
        self._clock = clock
        self._reset = reset
        self._services = services
        self._alarm = alarm
        self._table: dict[str, dict[str, Callable[[bytes], HttpResponse]]] = {
            "alarms": {"POST": self._move_alarm},
            "clock": {"GET": lambda body: self._show_clock(), "POST": self._move_clock},
            "health": {"GET": lambda body: _answer(200, {"status": "ok", "services": list(self._services)})},
            "reset": {"POST": lambda body: self._clear()},
        }

    def handle(self, method: str, path: str, body: bytes) -> HttpResponse:
        name = path[len(PREFIX) :]
        methods = self._table.get(name)
        if methods is None:
            known = ", ".join(PREFIX + known for known in self._table)
            return _answer(404, {"message": f"{PREFIX}{name[:100]} is not a control path; there are {known}."})
        action = methods.get(method)
        if action is None:
            allowed = " or ".join(methods)
            return _answer(405, {"message": f"{PREFIX}{name} takes {allowed}, not {method}."}, allow=", ".join(methods))
        return action(body)

    def _clear(self) -> HttpResponse:
        self._reset()
        return _answer(200, {"status": "ok"})

    def _move_alarm(self, body: bytes) -> HttpResponse:
        wish = _decoded(body)
        arn = wish.get("alarm") if isinstance(wish, dict) else None
        state = wish.get("state", "ALARM") if isinstance(wish, dict) else None
        if not isinstance(arn, str) or not arn or state not in ALARM_STATES:
            return _answer(400, {"message": 'Send {"alarm": its ARN, "state": "ALARM"}; or OK, or INSUFFICIENT_DATA.'})
        if self._alarm is None:
            return _answer(409, {"message": "No service that is served here has alarms."})
        return _answer(200, {"alarm": arn, "state": state, "rolledBack": self._alarm(arn, state)})

    def _show_clock(self) -> HttpResponse:
        return _answer(200, {"mode": self._clock.mode, "now": iso8601(self._clock.now())})

    def _move_clock(self, body: bytes) -> HttpResponse:
        clock = self._clock
        if not isinstance(clock, ManualClock):
            return _answer(409, {"message": "The clock is the real one. Start with a manual clock to move it."})
        wish = _decoded(body)
        advance = wish.get("advance") if isinstance(wish, dict) else None
        now = wish.get("now") if isinstance(wish, dict) else None
        try:
            if isinstance(advance, int | float) and not isinstance(advance, bool) and now is None:
                clock.advance(advance)
                return self._show_clock()
            if isinstance(now, str) and advance is None:
                moment = datetime.fromisoformat(now)
                clock.set(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
                return self._show_clock()
        except (ValueError, OverflowError) as error:
            return _answer(400, {"message": f"The clock was not moved: {error}."})
        return _answer(400, {"message": 'Send {"advance": seconds} or {"now": "2021-09-17T21:43:54Z"}.'})


def _decoded(body: bytes) -> Any:
    """What a body of JSON holds; None where it is none."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def _answer(status: int, value: dict[str, Any], **headers: str) -> HttpResponse:
    return HttpResponse(status=status, headers={"content-type": "application/json", **headers}, body=_encode(value))
