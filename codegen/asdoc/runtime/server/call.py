"""What a behaviour sees of a request, and how it refuses one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from ..schema import Operation
from .clock import Clock
from .store import Store


class Scope(NamedTuple):
    """Whose records a call may see: every record belongs to one account and region."""

    account: str
    region: str


class ServiceFault(Exception):  # noqa: N818 - AWS's own word for an error that a service documents
    """A documented refusal: the error's code, what is wrong, and the error's other documented members.

    The status comes from the service table; `status` stands in for codes that the table does not know.
    """

    def __init__(self, code: str, message: str, *, status: int = 0, **members: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.members = members


class Call:
    """One request to one operation, parsed and checked.

    `params` holds the documented members that were given, by documented name: absent means not given, and no value
    is None. Timestamps are aware datetimes, blobs bytes. `status` may be set where an answer's status is not the
    operation's usual one. `prepared` is what the behaviour's `before_…` method of the operation gave, if it has one.
    """

    __slots__ = ("_clock", "_now", "invalid_code", "operation", "params", "prepared", "scope", "status", "store")

    def __init__(
        self,
        operation: Operation,
        params: dict[str, Any],
        scope: Scope,
        store: Store,
        clock: Clock,
        invalid_code: str,
    ) -> None:
        self.operation = operation
        self.params = params
        self.scope = scope
        self.store = store
        self.invalid_code = invalid_code
        self.status = 0
        self.prepared: Any = None
        self._clock = clock
        self._now: datetime | None = None

    @property
    def now(self) -> datetime:
        """The time of the call: one instant for everything it does."""
        if self._now is None:
            self._now = self._clock.now()
        return self._now

    @property
    def told_time(self) -> bool:
        """Whether the behaviour has asked for the time."""
        return self._now is not None

    def invalid(self, message: str, **members: object) -> ServiceFault:
        """The operation's documented error for a request that breaks a rule; to be raised."""
        return ServiceFault(self.invalid_code, message, status=400, **members)
