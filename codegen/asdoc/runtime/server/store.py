"""Where a backend keeps its records: the interface, and the store in memory.

A record lies in a collection, which is named by scope (account and region), kind and parent, and keeps the order in
which its records came. A record is an immutable value: it is replaced, never changed, so a reader needs no lock.

Stores that outlive the process are made by `stores.open_store`.
"""

from __future__ import annotations

import itertools
import secrets
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ..errors import AsdocError

Entry = tuple[int, Any]
"""A record's place in its collection, which never changes, and the record."""


class StoreError(AsdocError):
    """A store cannot be opened, does not answer, or holds what cannot be read."""


class StoreLostError(StoreError):
    """What keeps a store's records refuses, or does not answer; it may again."""


class Store(Protocol):
    @property
    def token_key(self) -> bytes:
        """The key of the tokens that continue a list: the same for all who share the store, as long as it lasts."""
        ...

    def of(self, family: str) -> Store:
        """The part of the store that belongs to a family of services: none sees what another keeps."""
        ...

    def keeps(self, records: Mapping[str, Any]) -> None:
        """Learn of which type the records of a kind are. A store that writes records down takes no others."""
        ...

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

    def transaction(self, scope: tuple[str, str] | None = None) -> AbstractContextManager[Any]:
        """What is read and written inside is not mixed with what others write; a transaction within another is part
        of it.

        A store that writes records down keeps them at the end of the outermost, all or none: none where it is left by
        an exception. `scope` says that no other scope's records are read or replaced inside, so that transactions of
        different scopes need not wait for one another.
        """
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...

    def snapshot(self) -> Any:
        """All that is kept, as a value that `restore` of the same store takes."""
        ...

    def restore(self, snapshot: Any) -> None:
        """Forget everything, and keep what was kept at the time of the snapshot."""
        ...

    def close(self) -> None:
        """Let go of what the store holds open; nothing may be asked of it afterwards."""
        ...


class _Collection:
    __slots__ = ("entries", "keys", "order")

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.keys: dict[int, str] = {}
        self.order: list[int] = []

    def copy(self) -> _Collection:
        copy = _Collection()
        copy.entries, copy.keys, copy.order = dict(self.entries), dict(self.keys), list(self.order)
        return copy


class MemoryStore:
    """Keeps records as long as the process lives. Safe for threads: writers take `transaction()`, readers need not."""

    def __init__(self) -> None:
        self._collections: dict[tuple[tuple[str, str], str, str], _Collection] = {}
        self._lock = threading.RLock()
        self._places = itertools.count(1)
        self.token_key = secrets.token_bytes(32)
        self._families: dict[str, MemoryStore] = {}
        self.changes = 0
        """Grows with every change, once it can be seen: as long as it is the same, so are the records."""
        self.era = 0
        """Grows when all records go at once."""

    def of(self, family: str) -> Store:
        with self._lock:
            return self._families.setdefault(family, MemoryStore())

    def keeps(self, records: Mapping[str, Any]) -> None:
        pass

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
            else:
                place = next(self._places)
                collection.entries[key] = (place, record)
                collection.keys[place] = key
                collection.order.append(place)
            self.changes += 1

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
            self.changes += 1
            return True

    def drop(self, scope: tuple[str, str], kind: str, parent: str) -> None:
        with self._lock:
            self._collections.pop((scope, kind, parent), None)
            self.changes += 1

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

    def transaction(self, scope: tuple[str, str] | None = None) -> AbstractContextManager[Any]:
        return self._lock

    def clear(self) -> None:
        with self._lock:
            self._collections = {}
            self.era += 1
            self.changes += 1

    def snapshot(self) -> Any:
        with self._lock:
            return {name: collection.copy() for name, collection in self._collections.items()}

    def restore(self, snapshot: Any) -> None:
        with self._lock:
            self._collections = {name: collection.copy() for name, collection in snapshot.items()}
            self.era += 1
            self.changes += 1

    def close(self) -> None:
        pass
