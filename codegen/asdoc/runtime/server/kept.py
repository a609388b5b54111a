"""Answers that are kept as long as what they were made of.

A record never changes: a change puts another in its place. So the answer to a call that read records by their keys, and
nothing else, holds as long as the store has those very records. Which operations are such a behaviour says, with
`steady`; what a call read is noted when it is answered for the first time, and looked up again before its answer is
given out once more. So another writer's change is seen as it would be by the operation itself.

Only a store in memory hands out the very record that it was given; with another nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from ..http import HttpResponse
from ..schema import Operation, Service
from .call import Call, Scope
from .store import MemoryStore, Store

F = TypeVar("F", bound=Callable[..., Any])

_MOST = 4096
"""Answers that are kept; then all are forgotten, and those in use come back at once."""
_LONGEST = 64 * 1024
"""Bytes of a body that is kept."""
_MOST_BYTES = 16 * 1024 * 1024
"""Bytes of all bodies that are kept."""

_MARK = "asdoc_steady"

Read = tuple[tuple[str, str], str, str, str, Any]
"""A read of the store: scope, kind, parent, key, and the record that it gave."""


def steady(method: F) -> F:
    """Says of a behaviour's method that its answer follows from the call's members and the records that it gets by
    their keys. A method that overrides it says so again, or is not taken to be so."""
    setattr(method, _MARK, True)
    return method


def is_steady(method: object) -> bool:
    return getattr(method, _MARK, False)


def comes_by_path(service: Service, operation: Operation) -> bool:
    """Whether all that an operation is told stands in the path."""
    shape = service.shapes.get(operation.input) if operation.input else None
    if operation.http_method != "GET" or service.protocol != "rest-json":
        return False
    return shape is None or all(node.location == "uri" for node in shape.members.values())


class Reads:
    """A store that notes what is got from it; anything else that is asked of it makes `alone` false."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.noted: list[Read] = []
        self.alone = True

    def get(self, scope: tuple[str, str], kind: str, parent: str, key: str) -> Any | None:
        record = self._store.get(scope, kind, parent, key)
        self.noted.append((scope, kind, parent, key, record))
        return record

    def as_store(self) -> Store:
        view: Any = self  # the rest of a store is there by `__getattr__`
        store: Store = view
        return store

    def __getattr__(self, name: str) -> Any:
        self.alone = False
        return getattr(self._store, name)


class Kept:
    """One answer, but for its request id."""

    __slots__ = ("_sent", "body", "headers", "reads", "seen", "status")

    def __init__(self, response: HttpResponse, reads: list[Read]) -> None:
        self.status = response.status
        self._sent = {name: text for name, text in response.headers.items() if name != "x-amzn-requestid"}
        self.headers = list(self._sent.items())
        self.headers.append(("content-length", str(len(response.body))))
        self.body = response.body
        self.reads = reads
        self.seen = -1
        """How many changes the store had seen when the answer was last found to hold."""

    def sent_as(self, request_id: str) -> dict[str, str]:
        """The headers, as an answer has them before an adapter writes it."""
        return {**self._sent, "x-amzn-requestid": request_id}


class Address(NamedTuple):
    """A path that was asked for: its operation, the texts of its labels, and its answer by whose call it is."""

    operation: Operation
    labels: list[str]
    answers: dict[Scope, Kept]


class Answers:
    """The answers that are kept, by path. Safe for threads."""

    def __init__(self, store: Store) -> None:
        self._store = store if type(store) is MemoryStore else None
        self._number = 0
        self._bytes = 0
        self._era = 0
        self._addresses: dict[str, Address] = {}
        self.find = self._addresses.get
        self.possible = self._store is not None

    def keep(self, path: str, labels: list[str], call: Call, reads: Reads, response: HttpResponse) -> None:
        """Keep an answer, if it is of the kind that lasts."""
        size, store = len(response.body), self._store
        if store is None or not reads.alone or call.told_time or size > _LONGEST:
            return
        # What was kept of a store that has since been emptied can never be given out again.
        if self._number >= _MOST or self._bytes + size > _MOST_BYTES or self._era != store.era:
            self._addresses.clear()
            self._number = self._bytes = 0
            self._era = store.era
        self._number += 1
        self._bytes += size
        address = self._addresses.setdefault(path, Address(call.operation, labels, {}))
        address.answers[call.scope] = Kept(response, reads.noted)

    def holds(self, kept: Kept) -> bool:
        """Whether the store still has what the answer was made of."""
        store = self._store
        if store is None:
            return False
        changes = store.changes
        if kept.seen != changes:
            if any(store.get(*read[:4]) is not read[4] for read in kept.reads):
                return False
            kept.seen = changes
        return True
