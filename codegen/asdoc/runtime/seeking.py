"""Asking a service what its calls must know first: one question for many calls, of threads and of tasks.

It is where they go (`discovery`), or the keys that they are signed with (`sessions`).

A call that blocks asks in its own thread while others wait for it; a task leaves it to a task that outlives it. Who
finds that an answer will end soon asks ahead of that, and nobody waits.
"""

from __future__ import annotations

import copy
import logging
import os
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from weakref import WeakKeyDictionary

from .discovery import Addresses, Key, Need, Place
from .exceptions import DeadlineExceededError

if TYPE_CHECKING:
    import asyncio

    from .call import Call
    from .client_base import ClientBase
    from .endpoint import Endpoint
    from .schema import Operation, Service
    from .sessions import Session, Sessions

_SHARE = 0.5
"""How much of the time that a call has left may go to asking ahead."""
_log = logging.getLogger(__name__)

Found: TypeAlias = "Place | Session"
Outcome: TypeAlias = "Found | Exception | None"
"""None where whoever asked gave up for a reason of its own."""


class _Question:
    """What one thread asks, for all that want to know."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.process = os.getpid()
        self.outcome: Outcome = None


class Asking:
    """What the calls of one client know, and are asking."""

    def __init__(self, known: Addresses | Sessions) -> None:
        self.known: Any = known
        self.questions: dict[Key, _Question] = {}
        self.tasks: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Key, asyncio.Task[Outcome]]]
        self.tasks = WeakKeyDictionary()


class Discovery(Asking):
    """Where the calls of one client go."""

    def __init__(self, service: Service, enabled: Literal["auto"] | bool) -> None:
        self.addresses = Addresses(service, enabled)
        super().__init__(self.addresses)

    def seeker(self, operation: Operation, arguments: Mapping[str, Any], home: Endpoint) -> Seeker | None:
        """What finds the address of a call; None where it is `home`. Raises EndpointDiscoveryError."""
        need = self.addresses.need(operation, arguments)
        return None if need is None else Seeker(self, need, home)


class Seeker:
    """Finds what one call must know, before each of its attempts."""

    __slots__ = ("_asking", "_found", "_home", "_known", "_need")

    def __init__(self, asking: Asking, need: Need, home: Endpoint) -> None:
        self._asking = asking
        self._known = asking.known
        self._need = need
        self._home = home
        self._found: Found | None = None

    def refused(self, code: str, status: int) -> bool:
        """True where an answer says that what was found does not hold: the next attempt asks again."""
        return bool(self._known.refused(self._need, self._found, code, status))

    def seek(self, client: ClientBase, call: Call) -> None:
        """Have the call take the way that is found; asks where nobody did. Raises what asking does."""
        known, need = self._known, self._need
        while (found := known.look(need)) is None:
            outcome = self._ask(client, call)
            if outcome is not None:
                found = known.instead(need, outcome) if isinstance(outcome, Exception) else outcome
                break
        if found.due:
            self._ask_ahead(client, call)
        self._lead(call, found)

    async def seek_awaited(self, client: ClientBase, call: Call) -> None:
        """As `seek`, and holds up no event loop."""
        import asyncio

        known, need = self._known, self._need
        while (found := known.look(need)) is None:
            task = self._task(client)
            left = None if call.until is None else max(call.until - time.monotonic(), 0.0)
            # neither the end of this call's time nor its cancelling ends the task
            done, _ = await asyncio.wait((task,), timeout=left)
            if not done:
                call.late(None)
            outcome = None if task.cancelled() else task.result()
            if outcome is not None:
                found = known.instead(need, copy.copy(outcome)) if isinstance(outcome, Exception) else outcome
                break
        if found.due:
            self._task(client)
        self._lead(call, found)

    def _lead(self, call: Call, found: Found) -> None:
        self._found = found
        found.lead(call, self._home)

    # -- threads

    def _ask(self, client: ClientBase, call: Call) -> Outcome:
        """What the service answers, to this thread or to the one that asks already."""
        questions, key, own = self._asking.questions, self._need.key, _Question()
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
        if self._asking.questions.setdefault(self._need.key, own) is not own:
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
                self._known.operation, self._need.arguments
            )
            own.outcome = self._known.told(self._need, answer.to_dict())
        except DeadlineExceededError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, each that waits decides what it means
            own.outcome = self._missed(error)
        finally:
            self._asking.questions.pop(self._need.key, None)
            own.done.set()
        return own.outcome

    # -- tasks

    def _task(self, client: ClientBase) -> asyncio.Task[Outcome]:
        """The task of this event loop that asks; it knows neither the deadline nor the context of who began it."""
        import asyncio
        from contextvars import Context

        loop, key = asyncio.get_running_loop(), self._need.key
        tasks = self._asking.tasks.setdefault(loop, {})
        task = tasks.get(key)
        if task is None:
            task = tasks[key] = loop.create_task(self._answer(client), context=Context())
            task.add_done_callback(lambda _: tasks.pop(key, None))
        return task

    async def _answer(self, client: ClientBase) -> Outcome:
        try:
            answer = await client._viewed(client._config._replace(deadline=None))._call(
                self._known.operation, self._need.arguments
            )
            found: Found = self._known.told(self._need, answer.to_dict())
        except Exception as error:  # noqa: BLE001 - whatever it is, each that waits decides what it means
            return self._missed(error)
        return found

    def _missed(self, error: Exception) -> Exception:
        text = "asking by %s what other calls must know failed: %s"
        _log.debug(text, self._known.operation, type(error).__name__)
        self._known.missed(self._need, error)
        return error
