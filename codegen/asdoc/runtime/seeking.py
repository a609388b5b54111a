"""Asking a service where to call it: one question for many calls, of threads and of tasks.

A call that blocks asks in its own thread while others wait for it; a task leaves it to a task that outlives it. Who
finds that an address will end soon asks ahead of that, and nobody waits.
"""

from __future__ import annotations

import copy
import logging
import os
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from .discovery import Addresses, Key, Need, Place
from .exceptions import DeadlineExceededError

if TYPE_CHECKING:
    import asyncio

    from .calls import Call
    from .client_base import ClientBase
    from .endpoint import Endpoint
    from .schema import Operation, Service

_SHARE = 0.5
"""How much of the time that a call has left may go to asking ahead."""
_log = logging.getLogger(__name__)

Outcome = Place | Exception | None
"""None where whoever asked gave up for a reason of its own."""


class _Question:
    """What one thread asks, for all that want to know."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.process = os.getpid()
        self.outcome: Outcome = None


class Discovery:
    """What the calls of one client know, and are asking."""

    def __init__(self, service: Service, enabled: Literal["auto"] | bool) -> None:
        self.addresses = Addresses(service, enabled)
        self.questions: dict[Key, _Question] = {}
        self.tasks: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Key, asyncio.Task[Outcome]]]
        self.tasks = WeakKeyDictionary()

    def seeker(self, operation: Operation, arguments: Mapping[str, Any], home: Endpoint) -> Seeker | None:
        """What finds the address of a call; None where it is `home`. Raises EndpointDiscoveryError."""
        need = self.addresses.need(operation, arguments)
        return None if need is None else Seeker(self, need, home)


class Seeker:
    """Finds where one call goes, before each of its attempts."""

    __slots__ = ("_discovery", "_home", "_need", "_place")

    def __init__(self, discovery: Discovery, need: Need, home: Endpoint) -> None:
        self._discovery = discovery
        self._need = need
        self._home = home
        self._place = Place()

    def refused(self, code: str, status: int) -> bool:
        """True where an answer says that the attempt came to the wrong address: the next one asks for another."""
        return self._discovery.addresses.refused(self._need, self._place.kept, code, status)

    def seek(self, client: ClientBase, call: Call) -> None:
        """Send the call to where it belongs; asks where nobody did. Raises what asking does."""
        addresses, need = self._discovery.addresses, self._need
        while (place := addresses.look(need)) is None:
            outcome = self._ask(client, call)
            if outcome is not None:
                place = outcome if isinstance(outcome, Place) else addresses.instead(need, outcome)
                break
        if place.due:
            self._ask_ahead(client, call)
        self._go(call, place)

    async def seek_awaited(self, client: ClientBase, call: Call) -> None:
        """As `seek`, and holds up no event loop."""
        import asyncio

        addresses, need = self._discovery.addresses, self._need
        while (place := addresses.look(need)) is None:
            task = self._task(client)
            left = None if call.until is None else max(call.until - time.monotonic(), 0.0)
            # neither the end of this call's time nor its cancelling ends the task
            done, _ = await asyncio.wait((task,), timeout=left)
            if not done:
                call.late(None)
            outcome = None if task.cancelled() else task.result()
            if outcome is not None:
                place = outcome if isinstance(outcome, Place) else addresses.instead(need, copy.copy(outcome))
                break
        if place.due:
            self._task(client)
        self._go(call, place)

    def _go(self, call: Call, place: Place) -> None:
        self._place = place
        call.go_to(place.endpoint or self._home)

    # -- threads

    def _ask(self, client: ClientBase, call: Call) -> Outcome:
        """What the service answers, to this thread or to the one that asks already."""
        questions, key, own = self._discovery.questions, self._need.key, _Question()
        asked = questions.setdefault(key, own)
        if asked is own:
            try:
                return self._answered(own, client, call.until)
            except DeadlineExceededError as error:
                call.late(error)
        if asked.process != os.getpid():
            # the thread that asked is not in this process
            questions.pop(key, None)
            return None
        if not asked.done.wait(None if call.until is None else max(call.until - time.monotonic(), 0.0)):
            call.late(None)
        # each raises an error of its own, so that none has the traceback of another
        return copy.copy(asked.outcome) if isinstance(asked.outcome, Exception) else asked.outcome

    def _ask_ahead(self, client: ClientBase, call: Call) -> None:
        own, until = _Question(), call.until
        if self._discovery.questions.setdefault(self._need.key, own) is not own:
            return
        if until is not None:
            now = time.monotonic()
            until = now + (until - now) * _SHARE
        try:
            self._answered(own, client, until)
        except DeadlineExceededError as error:
            self._missed(error)

    def _answered(self, own: _Question, client: ClientBase, until: float | None) -> Outcome:
        """Ask, and tell who waits. Raises DeadlineExceededError, which is this caller's own."""
        try:
            left = None if until is None else max(until - time.monotonic(), 1e-6)
            answer = client._viewed(client._config._replace(deadline=left))._call(
                self._discovery.addresses.operation, self._need.arguments
            )
            own.outcome = self._discovery.addresses.told(self._need, answer.to_dict())
        except DeadlineExceededError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, each that waits decides what it means
            own.outcome = self._missed(error)
        finally:
            self._discovery.questions.pop(self._need.key, None)
            own.done.set()
        return own.outcome

    # -- tasks

    def _task(self, client: ClientBase) -> asyncio.Task[Outcome]:
        """The task of this event loop that asks; it knows neither the deadline nor the context of who began it."""
        import asyncio
        from contextvars import Context

        loop, key = asyncio.get_running_loop(), self._need.key
        tasks = self._discovery.tasks.setdefault(loop, {})
        task = tasks.get(key)
        if task is None:
            task = tasks[key] = loop.create_task(self._answer(client), context=Context())
            task.add_done_callback(lambda _: tasks.pop(key, None))
        return task

    async def _answer(self, client: ClientBase) -> Outcome:
        try:
            answer = await client._viewed(client._config._replace(deadline=None))._call(
                self._discovery.addresses.operation, self._need.arguments
            )
            return self._discovery.addresses.told(self._need, answer.to_dict())
        except Exception as error:  # noqa: BLE001 - whatever it is, each that waits decides what it means
            return self._missed(error)

    def _missed(self, error: Exception) -> Exception:
        text = "asking %s where to call it failed: %s"
        _log.debug(text, self._discovery.addresses.operation, type(error).__name__)
        self._discovery.addresses.missed(self._need, error)
        return error
