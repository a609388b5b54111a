"""Where a backend keeps its records: the interface, and the store in memory.

A record lies in a collection, which is named by scope (account and region), kind and parent, and keeps the order in
which its records came. A record is an immutable value: it is replaced, never changed, so a reader needs no lock.
"""

from __future__ import annotations

import itertools
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

Entry = tuple[int, Any]
"""A record's place in its collection, which never changes, and the record."""


class Store(Protocol):
    def get(self, scope: tuple[str, str], kind: str, parent: str, key: str) -> Any | None:
        """The record, or None."""
        ...

    def put(self, scope: tuple[str, str], kind: str, parent: str, key: str, record: Any) -> None:
        """Add the record behind the others, or replace the one of that key in its place."""
        ...

    def delete(self, scope: tuple[str, str], kind: str, parent: str, key: str) -> bool:
        """Forget the record; False where there was none."""
        ...

    def drop(self, scope: tuple[str, str], kind: str, parent: str) -> None:
        """Forget a whole collection."""
        ...

    def count(self, scope: tuple[str, str], kind: str, parent: str) -> int: ...

    def page(
        self,
        scope: tuple[str, str],
        kind: str,
        parent: str,
        *,
        after: int | None = None,
        limit: int | None = None,
        newest_first: bool = False,
        where: Callable[[Any], bool] | None = None,
    ) -> list[Entry]:
        """Up to `limit` entries that follow the place `after` in the asked order, and satisfy `where`."""
        ...

    def transaction(self) -> AbstractContextManager[Any]:
        """What is read and written inside is not mixed with what others write."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...


class _Collection:
    __slots__ = ("entries", "keys", "order")

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.keys: dict[int, str] = {}
        self.order: list[int] = []


class MemoryStore:
    """Keeps records as long as the process lives. Safe for threads: writers take `transaction()`, readers need not."""

    def __init__(self) -> None:
        self._collections: dict[tuple[tuple[str, str], str, str], _Collection] = {}
        self._lock = threading.RLock()
        self._places = itertools.count(1)

    def get(self, scope: tuple[str, str], kind: str, parent: str, key: str) -> Any | None:
        collection = self._collections.get((scope, kind, parent))
        if collection is None:
            return None
        entry = collection.entries.get(key)
        return None if entry is None else entry[1]

    def put(self, scope: tuple[str, str], kind: str, parent: str, key: str, record: Any) -> None:
        with self._lock:
            collection = self._collections.setdefault((scope, kind, parent), _Collection())
            known = collection.entries.get(key)
            if known is not None:
                collection.entries[key] = (known[0], record)
                return
            place = next(self._places)
            collection.entries[key] = (place, record)
            collection.keys[place] = key
            collection.order.append(place)

    def delete(self, scope: tuple[str, str], kind: str, parent: str, key: str) -> bool:
        with self._lock:
            collection = self._collections.get((scope, kind, parent))
            if collection is None or key not in collection.entries:
                return False
            place, _ = collection.entries.pop(key)
            # A list that a reader may be walking is replaced, not changed under it.
            index = bisect_left(collection.order, place)
            collection.order = collection.order[:index] + collection.order[index + 1 :]
            del collection.keys[place]
            if not collection.order:
                del self._collections[(scope, kind, parent)]
            return True

    def drop(self, scope: tuple[str, str], kind: str, parent: str) -> None:
        with self._lock:
            self._collections.pop((scope, kind, parent), None)

    def count(self, scope: tuple[str, str], kind: str, parent: str) -> int:
        collection = self._collections.get((scope, kind, parent))
        return 0 if collection is None else len(collection.entries)

    def page(
        self,
        scope: tuple[str, str],
        kind: str,
        parent: str,
        *,
        after: int | None = None,
        limit: int | None = None,
        newest_first: bool = False,
        where: Callable[[Any], bool] | None = None,
    ) -> list[Entry]:
        collection = self._collections.get((scope, kind, parent))
        if collection is None:
            return []
        order, keys, entries = collection.order, collection.keys, collection.entries
        indexes: range
        if newest_first:
            start = len(order) if after is None else bisect_left(order, after)
            indexes = range(start - 1, -1, -1)
        else:
            start = 0 if after is None else bisect_right(order, after)
            indexes = range(start, len(order))
        found: list[Entry] = []
        for index in indexes:
            if limit is not None and len(found) >= limit:
                break
            # A record that another thread has deleted meanwhile is simply no longer there.
            entry = entries.get(keys.get(order[index], ""))
            if entry is not None and (where is None or where(entry[1])):
                found.append(entry)
        return found

    def transaction(self) -> AbstractContextManager[Any]:
        return self._lock

    def clear(self) -> None:
        with self._lock:
            self._collections = {}
