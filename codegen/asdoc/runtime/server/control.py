"""`/_asdoc/`: the paths by which a test moves the clock, the alarms and the records, asks for faults, and looks on.

What only looks on (health, ready, metrics) is always there; the rest may be off. Requests from web pages are refused.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec

from ..errors import AsdocError
from ..http import HttpResponse
from ..schema import Service
from ..timestamps import iso8601
from .clock import Clock, ManualClock
from .faults import EXAMPLE, Faults, Rule
from .metrics import CONTENT_TYPE, Metrics
from .reading import Headers
from .snapshots import Shelf, put_back, take
from .store import Store, StoreLostError
from .web import refusal

log = logging.getLogger("asdoc.server")

PREFIX = "/_asdoc/"
ALARM_STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
"""The states of a CloudWatch alarm."""

_encode = msgspec.json.Encoder().encode
_rules = msgspec.json.Decoder(list[Rule] | Rule).decode


class Controlled(Protocol):
    """A backend, as far as it is controlled."""

    service: Service
    behaviour: Any
    store: Store
    clock: Clock
    has_alarms: bool
    injected: Faults

    def alarm(self, arn: str, state: str) -> int:
        """Move an alarm; gives how many deployments that has rolled back."""
        ...

    def tick(self) -> None: ...


class Control:
    """Answers control requests for any number of backends on one clock."""

    def __init__(self, backends: Sequence[Controlled]) -> None:
        self._backends = backends
        self._clock = backends[0].clock
        self._metrics: Metrics | None = None
        self._shared = False
        self._faults = Faults()
        for backend in backends:
            backend.injected = self._faults
        looks: dict[str, dict[str, Callable[[bytes], HttpResponse]]] = {
            "health": {"GET": lambda body: _answer(200, {"status": "ok", "services": self._services()})},
            "ready": {"GET": lambda body: self._ready()},
            "metrics": {"GET": lambda body: self._show_metrics()},
        }
        self._table: dict[str, dict[str, Callable[[bytes], HttpResponse]]] = {
            **looks,
            "alarms": {"POST": self._move_alarm},
            "clock": {"GET": lambda body: self._show_clock(), "POST": self._move_clock},
            "faults": {
                "GET": lambda body: self._show_faults(),
                "POST": self._set_faults,
                "DELETE": lambda body: self._end_faults(),
            },
            "reset": {"POST": lambda body: self._clear()},
            "restore": {"POST": self._restore},
            "snapshot": {"GET": lambda body: self._snapshot()},
        }
        self._looks = looks

    def configure(self, *, metrics: Metrics | None = None, acts: bool = True, shared: bool = False) -> None:
        """`metrics` are to be shown; without `acts` nothing can be changed; `shared` where there are more workers."""
        self._metrics = metrics
        self._shared = shared
        if not acts:
            self._table = self._looks

    def handle(self, method: str, path: str, headers: Headers, body: bytes) -> HttpResponse:
        why = refusal(headers)
        if why:
            return _answer(403, {"message": why})
        name = path[len(PREFIX) :]
        methods = self._table.get(name)
        if methods is None:
            known = ", ".join(PREFIX + known for known in self._table)
            return _answer(404, {"message": f"{PREFIX}{name[:100]} is not a control path; there are {known}."})
        action = methods.get(method)
        if action is None:
            allowed = " or ".join(methods)
            message = f"{PREFIX}{name} takes {allowed}, not {method[:40]}."
            return _answer(405, {"message": message}, allow=", ".join(methods))
        try:
            return action(body)
        except StoreLostError as error:
            log.error("%s %s%s failed: %s", method, PREFIX, name, error.message)  # noqa: TRY400 - it says all
            return _answer(503, {"message": "The store does not answer; the log tells more."})
        except AsdocError as error:
            return _answer(409, {"message": str(error)})
        except Exception:  # the last line before the network: nothing but a response may pass it
            log.exception("%s %s%s failed", method, PREFIX, name)
            return _answer(500, {"message": f"{PREFIX}{name} failed; the log tells more."})

    def _services(self) -> list[str]:
        return [backend.service.service for backend in self._backends]

    def _ready(self) -> HttpResponse:
        try:
            for shelf in self._shelves().values():
                shelf.store.count(("", ""), next(iter(shelf.records), ""), "")
        except StoreLostError as error:
            log.error("not ready: %s", error.message)  # noqa: TRY400 - it says all
            return _answer(503, {"status": "the store does not answer"})
        except Exception:
            log.exception("a store does not answer")
            return _answer(503, {"status": "the store does not answer"})
        return _answer(200, {"status": "ready"})

    def _show_metrics(self) -> HttpResponse:
        if self._metrics is None:
            return _answer(404, {"message": "Nothing is counted here: a backend in process has no metrics."})
        return HttpResponse(status=200, headers={"content-type": CONTENT_TYPE}, body=self._metrics.text())

    def _shelves(self) -> dict[str, Shelf]:
        shelves: dict[str, Shelf] = {}
        for backend in self._backends:
            name = backend.service.signing_name
            others = shelves[name].records if name in shelves else {}
            records = {**others, **getattr(backend.behaviour, "records", {})}
            shelves[name] = Shelf(backend.store, records)
        return shelves

    def _snapshot(self) -> HttpResponse:
        headers = {"content-type": "application/vnd.msgpack"}
        return HttpResponse(status=200, headers=headers, body=take(self._shelves(), self._clock))

    def _restore(self, body: bytes) -> HttpResponse:
        put_back(body, self._shelves(), self._clock)
        return _answer(200, {"status": "ok"})

    def _show_faults(self) -> HttpResponse:
        return _answer(200, {"faults": self._faults.shown()})

    def _set_faults(self, body: bytes) -> HttpResponse:
        if self._shared:
            return _answer(409, {"message": "Each worker would have faults of its own. Serve with one worker."})
        try:
            wish = _rules(body)
            self._faults.set(wish if isinstance(wish, list) else [wish])
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            return _answer(400, {"message": f"The faults are as before: {error}. Send a list of rules like {EXAMPLE}."})
        return self._show_faults()

    def _end_faults(self) -> HttpResponse:
        self._faults.set([])
        return self._show_faults()

    def _clear(self) -> HttpResponse:
        for backend in self._backends:
            backend.store.clear()
        self._faults.set([])
        return _answer(200, {"status": "ok"})

    def _move_alarm(self, body: bytes) -> HttpResponse:
        wish = _decoded(body)
        arn = wish.get("alarm") if isinstance(wish, dict) else None
        state = wish.get("state", "ALARM") if isinstance(wish, dict) else None
        if not isinstance(arn, str) or not arn or state not in ALARM_STATES:
            return _answer(400, {"message": 'Send {"alarm": its ARN, "state": "ALARM"}; or OK, or INSUFFICIENT_DATA.'})
        having = [backend for backend in self._backends if backend.has_alarms]
        if not having:
            return _answer(409, {"message": "No service that is served here has alarms."})
        hit = sum(backend.alarm(arn, state) for backend in having)
        return _answer(200, {"alarm": arn, "state": state, "rolledBack": hit})

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
