"""What the stores on a database share: one table of records, and transactions that belong to a thread.

A reader outside of a transaction takes no lock: it sees what was last committed. A collection's name and a record's key
are kept as they are where they are short and plain, else as a hash, as no database takes any text for an index.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import TracebackType
from typing import Any

from ..store import Entry, StoreError
from .codec import Codec

SCHEMA = b"1"
"""The version of the tables and of how records are written into them."""

META = "asdoc_meta"
RECORDS = "asdoc_records"

_LONGEST = 200
"""Characters of a name that is kept as it is."""
_CHUNK, _MOST_CHUNK = 128, 4096
"""Records that are read at once where a filter may let few of them pass; each time twice as many."""

GET = f"SELECT data FROM {RECORDS} WHERE collection = ? AND name = ?"  # noqa: S608 - a name of our own
PUT = (
    f"INSERT INTO {RECORDS} (collection, name, data) VALUES (?, ?, ?) "  # noqa: S608
    "ON CONFLICT (collection, name) DO UPDATE SET data = excluded.data"
)
DELETE = f"DELETE FROM {RECORDS} WHERE collection = ? AND name = ?"  # noqa: S608
DROP = f"DELETE FROM {RECORDS} WHERE collection = ?"  # noqa: S608
COUNT = f"SELECT count(*) FROM {RECORDS} WHERE collection = ?"  # noqa: S608
OLDEST = f"SELECT place, data FROM {RECORDS} WHERE collection = ? AND place > ? ORDER BY place LIMIT ?"  # noqa: S608
NEWEST = f"SELECT place, data FROM {RECORDS} WHERE collection = ? AND place < ? ORDER BY place DESC LIMIT ?"  # noqa: S608
CLEAR = f"DELETE FROM {RECORDS} WHERE collection >= ? AND collection < ?"  # noqa: S608
ALL = (
    f"SELECT place, collection, name, data FROM {RECORDS} "  # noqa: S608
    "WHERE collection >= ? AND collection < ? ORDER BY place"
)
AGAIN = f"INSERT INTO {RECORDS} (place, collection, name, data) VALUES (?, ?, ?, ?)"  # noqa: S608
PLACES = f"SELECT place FROM {RECORDS} WHERE place >= ? AND place <= ?"  # noqa: S608
KNOWN = f"SELECT value FROM {META} WHERE name = ?"  # noqa: S608
LEARN = f"INSERT INTO {META} (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING"  # noqa: S608

_LAST = 2**63 - 1
"""Behind every place, and more than every limit."""


class Database(ABC):
    """Runs statements, each within the thread's transaction where there is one."""

    token_key: bytes

    def __init__(self) -> None:
        self.current = Current()

    @abstractmethod
    def fetch(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement."""

    @abstractmethod
    def change(self, statement: str, values: Sequence[Any]) -> int:
        """Carry out a statement, and give how many rows it has changed."""

    @abstractmethod
    def begin(self, *domain: str) -> Any:
        """A connection in a new transaction, for which those of the same domain wait, and of a wider one: of none, of
        a family alone."""

    @abstractmethod
    def end(self, connection: Any, *, commit: bool) -> None:
        """Commit or roll back, and give the connection back."""

    @abstractmethod
    def follow(self, place: int) -> None:
        """See to it that the next place is behind this one, which was given by hand."""

    @abstractmethod
    def close(self) -> None: ...

    def settle(self, where: str) -> None:
        """Within the transaction that has made the tables: note the schema and the key of tokens, or read them.

        Raises StoreError where the schema is another.
        """
        self.change(LEARN, ("schema", SCHEMA))
        self.change(LEARN, ("token-key", secrets.token_bytes(32)))
        schema = bytes(self.fetch(KNOWN, ("schema",))[0][0])
        if schema != SCHEMA:
            raise StoreError(
                f"opening the store {where}: its schema is version {schema.decode('ascii', 'replace')}, and this asdoc "
                f"reads version {SCHEMA.decode()}.",
                hint="Serve it with the asdoc that wrote it, or take another store.",
            )
        self.token_key = bytes(self.fetch(KNOWN, ("token-key",))[0][0])


class SqlStore:
    """The records of one family of services on a database."""

    def __init__(self, database: Database, family: str = "") -> None:
        self._database = database
        self._family = family
        self._codec = Codec()
        self._fetch, self._change = database.fetch, database.change
        # All names of a family lie between these two.
        self._range = (f"{plain(family)}|", f"{plain(family)}}}")
        self.token_key = database.token_key

    def of(self, family: str) -> SqlStore:
        return SqlStore(self._database, family)

    def keeps(self, records: Mapping[str, Any]) -> None:
        self._codec.keeps(records)

    def close(self) -> None:
        """Lets go of the database, and so of what the other families have there."""
        self._database.close()

    def get(self, scope: tuple[str, str], kind: str, parent: str, key: str) -> Any | None:
        decode = self._codec.decoder(kind)
        rows = self._fetch(GET, (collection_name(self._family, scope, kind, parent), plain(key)))
        return decode(rows[0][0]) if rows else None

    def put(self, scope: tuple[str, str], kind: str, parent: str, key: str, record: Any) -> None:
        data = self._codec.encode(kind, record)
        self._change(PUT, (collection_name(self._family, scope, kind, parent), plain(key), data))

    def delete(self, scope: tuple[str, str], kind: str, parent: str, key: str) -> bool:
        return self._change(DELETE, (collection_name(self._family, scope, kind, parent), plain(key))) > 0

    def drop(self, scope: tuple[str, str], kind: str, parent: str) -> None:
        self._change(DROP, (collection_name(self._family, scope, kind, parent),))

    def count(self, scope: tuple[str, str], kind: str, parent: str) -> int:
        found: int = self._fetch(COUNT, (collection_name(self._family, scope, kind, parent),))[0][0]
        return found

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
        if limit is not None and limit <= 0:
            return []
        decode = self._codec.decoder(kind)
        name = collection_name(self._family, scope, kind, parent)
        statement = NEWEST if newest_first else OLDEST
        place = after if after is not None else (_LAST if newest_first else 0)
        if place > _LAST:
            # A token may stand for a place behind all that a database can have.
            if not newest_first:
                return []
            place = _LAST
        if where is None:
            rows = self._fetch(statement, (name, place, _LAST if limit is None else limit))
            return [(at, decode(data)) for at, data in rows]
        found: list[Entry] = []
        for at, data in self._stream(statement, name, place):
            record = decode(data)
            if where(record):
                found.append((at, record))
                if limit is not None and len(found) >= limit:
                    break
        return found

    def _stream(self, statement: str, name: str, place: int) -> Iterator[tuple[Any, ...]]:
        chunk = _CHUNK
        while True:
            rows = self._fetch(statement, (name, place, chunk))
            yield from rows
            if len(rows) < chunk:
                return
            place = rows[-1][0]
            chunk = min(2 * chunk, _MOST_CHUNK)

    def transaction(self, scope: tuple[str, str] | None = None) -> Transaction:
        domain = (self._family,) if scope is None else (self._family, *scope)
        return Transaction(self._database, domain)

    def clear(self) -> None:
        with self.transaction():
            self._change(CLEAR, self._range)

    def snapshot(self) -> Any:
        return tuple(self._fetch(ALL, self._range))

    def restore(self, snapshot: Any) -> None:
        """Raises StoreError for a snapshot of another family's. Places are kept unless the store has given them to
        others, as another store than the one of the snapshot may have."""
        first, behind = self._range
        rows: list[tuple[int, str, str, bytes]] = sorted(tuple(row) for row in snapshot)
        if not all(first <= collection < behind for _, collection, _, _ in rows):
            raise StoreError("restoring: the snapshot is of other services than these.")
        with self.transaction():
            self._change(CLEAR, self._range)
            if not rows:
                return
            places = {place for place, _, _, _ in rows}
            taken = {place for (place,) in self._fetch(PLACES, (rows[0][0], rows[-1][0]))}
            for row in rows:
                if taken & places:
                    self._change(PUT, row[1:])
                else:
                    self._change(AGAIN, row)
            self._database.follow(rows[-1][0])


class Current(threading.local):
    """The transaction of a thread."""

    connection: Any = None
    depth = 0


class Transaction:
    """A transaction, or a part of the one that the thread is in."""

    def __init__(self, database: Database, domain: tuple[str, ...]) -> None:
        self._database, self._domain = database, domain

    def __enter__(self) -> None:
        current = self._database.current
        if current.depth == 0:
            current.connection = self._database.begin(*self._domain)
        current.depth += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        current = self._database.current
        current.depth -= 1
        if current.depth == 0:
            connection, current.connection = current.connection, None
            self._database.end(connection, commit=kind is None)


@lru_cache(maxsize=4096)
def collection_name(family: str, scope: tuple[str, str], kind: str, parent: str) -> str:
    """The name under which a collection lies in the table."""
    return "|".join((plain(family), plain(scope[0]), plain(scope[1]), plain(kind), plain(parent)))


def plain(text: str) -> str:
    """A part of a name, as a database takes it for an index."""
    # No two texts have one name: what is kept as it is never begins like a hash, nor has the bar that parts names.
    if len(text) <= _LONGEST and text.isascii() and text.isprintable() and text[:1] != "~" and "|" not in text:
        return text
    return "~" + hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=24).hexdigest()
