"""The sessions of S3's directory buckets: requests to one are signed by keys that the bucket itself gives for minutes.

Nothing here sends: `seeking` has CreateSession called, once for many calls, and ahead of the end of what it gave.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from .credentials.values import Credentials
from .discovery import PAUSE, Key, Need
from .exceptions import CredentialRetrievalError
from .seeking import Asking, Seeker

if TYPE_CHECKING:
    from .call import Call
    from .endpoint import Endpoint

_BUCKETS = 100
"""Of how many buckets the sessions are kept, as botocore has it."""
_OVER = ("ExpiredToken", "InvalidToken")
_AHEAD = 60.0
"""Seconds before its end at which a session is asked for again, but no more than a fifth of its life."""


class Session(NamedTuple):
    """Keys for one bucket."""

    keys: Credentials
    renew_at: float
    due: bool = False
    """True where somebody should ask again, though the session still holds."""

    def lead(self, call: Call, home: Endpoint) -> None:
        call.keys = self.keys


class Sessions:
    """The sessions of the buckets that a client calls."""

    operation = "CreateSession"

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._kept: dict[Key, Session] = {}
        self._paused: dict[Key, float] = {}

    def look(self, need: Need) -> Session | None:
        """The session to sign with; None where there is none that holds."""
        session, now = self._kept.get(need.key), self.clock()
        if session is None or (session.keys.expires is not None and now >= session.keys.expires):
            return None
        due = now >= session.renew_at and now >= self._paused.get(need.key, 0.0)
        return session._replace(due=due)

    def told(self, need: Need, answer: Mapping[str, Any]) -> Session:
        """Keep what CreateSession answered. Raises CredentialRetrievalError where that holds no keys."""
        told = answer.get("Credentials") or {}
        access, secret, token = (told.get(name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
        ends = told.get("Expiration")
        if not (access and secret and token and isinstance(ends, datetime)):
            raise CredentialRetrievalError(
                f"calling {need.operation}: the session of {need.arguments['Bucket']} came without its keys or its end"
            )
        now, expires = self.clock(), ends.timestamp()
        if len(self._kept) >= _BUCKETS:
            self._kept.clear()
            self._paused.clear()
        renew_at = expires - min(_AHEAD, max(expires - now, 0.0) / 5)
        session = self._kept[need.key] = Session(Credentials(access, secret, token, expires), renew_at)
        self._paused.pop(need.key, None)
        return session

    def missed(self, need: Need, error: Exception) -> None:
        """Asking failed: while a session holds, it is not asked again for a while."""
        if need.key in self._kept:
            self._paused[need.key] = self.clock() + PAUSE

    def instead(self, need: Need, error: Exception) -> Session:
        """Raises `error`: without a session a bucket takes no request."""
        raise error

    def refused(self, need: Need, found: object, code: str, status: int) -> bool:
        """True where an answer says that the session is over before its time, which is then forgotten."""
        if code not in _OVER or not isinstance(found, Session):
            return False
        # of many calls that are refused, those that come late must not forget what the first was told since
        session = self._kept.get(need.key)
        if session is not None and session.keys is found.keys:
            del self._kept[need.key]
        return True


class Keys(Asking):
    """What signs the calls to directory buckets."""

    def __init__(self) -> None:
        self.sessions = Sessions()
        super().__init__(self.sessions)

    def seeker(self, operation: str, bucket: str, home: Endpoint) -> Seeker:
        """What finds the session of a call's bucket."""
        arguments = {"Bucket": bucket}
        return Seeker(self, Need(operation, True, arguments, tuple(arguments.items())), home)
