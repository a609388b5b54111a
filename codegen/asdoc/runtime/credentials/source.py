"""The credentials that hold now: kept, and renewed ahead of their end by one thread for all."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

from ..exceptions import CredentialRetrievalError, DeadlineExceededError
from .values import Credentials

ADVISORY = 15 * 60.0
"""Seconds before the end at which one caller renews, while the others go on with what they have."""
MANDATORY = 10 * 60.0
"""Seconds before the end at which every caller waits for new ones."""
_PAUSE = 60.0
"""Seconds until a renewal is tried again that failed ahead of need."""
_NEVER = float("inf")


class Source:
    """Gives the credentials that hold now. Safe to use from many threads, and after a fork.

    `fetch` is called for the first ones, and again ahead of the end of each. A call pays one comparison:

        held = source.held
        if held is None or now >= source.renew_at:
            held = source.current()

    The windows are botocore's (15 and 10 minutes), but take no more than a half and a third of the life of the
    credentials, so that those which live a quarter of an hour are not fetched for every call.
    """

    __slots__ = (
        "_clock",
        "_failed",
        "_failure",
        "_fetch",
        "_lock",
        "_must_at",
        "_process",
        "_work",
        "held",
        "renew_at",
    )

    def __init__(self, fetch: Callable[[], Credentials], *, clock: Callable[[], float] = time.time) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._must_at = _NEVER
        self._failed = 0
        self._failure: Exception | None = None
        self._work: _Work | None = None
        self.held: Credentials | None = None
        """The credentials last fetched; None before the first."""
        self.renew_at = _NEVER
        """The time, in seconds since 1970, from which `current` has something to do."""

    @classmethod
    def of(cls, credentials: Credentials) -> Source:
        """A source of keys that do not change."""
        source = cls(lambda: credentials)
        source.held = credentials
        return source

    def due(self, now: float) -> bool:
        """True where `current` would fetch or wait: a caller that must not block asks first, then calls in a thread."""
        if self.held is None or now >= self._must_at:
            return True
        return now >= self.renew_at and not (self._lock.locked() and self._process == os.getpid())

    def current(self) -> Credentials:
        """The credentials that hold now, fetched where they are missing or about to end. May block.

        Raises a CredentialsError where there are none. What goes wrong ahead of need is logged, and tried again.
        """
        if self._process != os.getpid():
            # the thread that held the lock is not in this process
            self._lock, self._process = threading.Lock(), os.getpid()
        held, now = self.held, self._clock()
        if held is not None and now < self.renew_at:
            return held
        if held is None or now >= self._must_at:
            return self._renew_for_all()
        if not self._lock.acquire(blocking=False):
            return held
        try:
            return self._renew_ahead(held)
        finally:
            self._lock.release()

    def within(self, until: float) -> Credentials:
        """As `current`, but no later than at a monotonic time. Raises DeadlineExceededError.

        What holds a caller up (a server, a program, the resolution of a name) cannot be broken off: a thread of its own
        waits for it, and what comes of it is there for later calls.
        """
        held, now = self.held, self._clock()
        if (held is not None and now < self.renew_at) or not self.due(now):
            return self.current()
        work = self._work
        if work is None or work.done.is_set() or work.process != os.getpid():
            # two callers may both come here: the second thread then waits for what the first one fetches
            work = self._work = _Work(self.current)
        if work.done.wait(max(until - time.monotonic(), 0.0)):
            return work.result()
        if held is not None and self._clock() < self._must_at:
            return held
        raise DeadlineExceededError(
            "waiting for credentials: they did not come before the deadline of the call",
            hint="Give it more time: Config(deadline=…), client.with_options(deadline=…).",
        )

    def _renew_for_all(self) -> Credentials:
        failed = self._failed
        with self._lock:
            held = self.held
            if held is not None and self._clock() < self._must_at:
                return held
            if self._failed != failed and self._failure is not None:
                # it failed while this thread waited: to try again for each waiting thread would take its time each
                raise _again(self._failure)
            try:
                return self._take(self._fetch())
            except Exception as error:
                self._failed, self._failure = failed + 1, error
                raise

    def _renew_ahead(self, held: Credentials) -> Credentials:
        now = self._clock()
        if self.held is not held or now < self.renew_at:
            return self.held or held
        try:
            return self._take(self._fetch())
        except Exception as error:  # noqa: BLE001 - whatever it is, the ones at hand still hold
            import logging

            text = "renewing credentials ahead of their end failed, the old ones stay: %s"
            logging.getLogger(__name__).warning(text, getattr(error, "message", type(error).__name__))
            self.renew_at = min(now + _PAUSE, self._must_at)
            return held

    def _take(self, fetched: Credentials) -> Credentials:
        now = self._clock()
        if fetched.expires is None:
            self._must_at = renew_at = _NEVER
        else:
            life = fetched.expires - now
            if life <= 0:
                raise CredentialRetrievalError(
                    "renewing credentials: the ones that came have ended already",
                    hint="Check that this machine's clock is right, and what the source of the credentials hands out.",
                )
            self._must_at = fetched.expires - min(MANDATORY, life / 3)
            renew_at = fetched.expires - min(ADVISORY, life / 2)
        # last, as a reader looks at `held` without the lock
        self.held, self.renew_at = fetched, renew_at
        return fetched


class _Work:
    """One fetch in a thread of its own."""

    def __init__(self, fetch: Callable[[], Credentials]) -> None:
        self.done = threading.Event()
        self.process = os.getpid()
        self._fetch = fetch
        self._fetched: Credentials | None = None
        self._error: BaseException | None = None
        threading.Thread(target=self._run, name="asdoc-credentials", daemon=True).start()

    def _run(self) -> None:
        try:
            self._fetched = self._fetch()
        except BaseException as error:  # noqa: BLE001 - it is raised by whoever waits for it
            self._error = error
        self.done.set()

    def result(self) -> Credentials:
        if self._fetched is not None:
            return self._fetched
        # of many that wait each raises an error of its own, so that none has the traceback of another
        raise _again(self._error) if self._error else AssertionError("the fetch has neither result nor error")


def _again(error: BaseException) -> BaseException:
    """The same error, for another to raise."""
    import copy  # which few processes come to need

    return copy.copy(error)
