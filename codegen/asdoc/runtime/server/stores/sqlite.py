"""Records in a file of SQLite's, for the workers of one machine.

The journal is a write-ahead log, synchronised at every commit (synchronous FULL): what was answered is on the disk.
Writers take turns, as SQLite has one at a time; readers wait for nobody.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..store import StoreError, StoreLostError
from .sql import META, RECORDS, Database, Transaction

_BUSY = 30.0
"""Seconds that a writer waits for those of other processes."""

_TABLES = (
    f"CREATE TABLE IF NOT EXISTS {META} (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    # AUTOINCREMENT: the place of a record that was deleted is given to no other, as a token may stand for it.
    f"CREATE TABLE IF NOT EXISTS {RECORDS} (place INTEGER PRIMARY KEY AUTOINCREMENT, "
    "collection TEXT NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL, UNIQUE (collection, name))",
    # Its entries end with the place, so a page is read in order.
    f"CREATE INDEX IF NOT EXISTS {RECORDS}_places ON {RECORDS} (collection)",
)


class SqliteDatabase(Database):
    """Keeps records in the file at `path`, which is made where there is none. Raises StoreError where it cannot be."""

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        self._path = str(path)
        self._writing = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        try:
            with Transaction(self, ()):
                for statement in _TABLES:
                    self.change(statement, ())
                self.settle(self._path)
        except StoreError:
            self.close()
            raise

    def _told(self, error: sqlite3.Error) -> StoreLostError:
        """What SQLite has against it, as an error of the store's."""
        return StoreLostError(
            f"using the store {self._path}: {error}.",
            hint="The folder must be there, writable and not full, and the file, if there is one, SQLite's.",
        )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _give(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def fetch(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self._run(statement, values)[0]

    def change(self, statement: str, values: Sequence[Any]) -> int:
        return self._run(statement, values)[1]

    def _run(self, statement: str, values: Sequence[Any]) -> tuple[list[tuple[Any, ...]], int]:
        """Rows, and how many were changed. Written out, as every request comes by here a dozen times."""
        own: sqlite3.Connection | None = None
        try:
            connection = self.current.connection
            if connection is None:
                connection = own = self._take()
            cursor = connection.execute(statement, values)
            return cursor.fetchall(), cursor.rowcount
        except sqlite3.Error as error:
            raise self._told(error) from error
        finally:
            if own is not None:
                self._give(own)

    def begin(self, *domain: str) -> sqlite3.Connection:
        # Threads of this process wait here, in order; SQLite itself would have them sleep and try again.
        self._writing.acquire()
        try:
            connection = self._take()
            try:
                connection.execute("BEGIN IMMEDIATE")
            except BaseException:
                connection.close()
                raise
            return connection
        except BaseException as error:
            self._writing.release()
            if isinstance(error, sqlite3.Error):
                raise self._told(error) from error
            raise

    def end(self, connection: sqlite3.Connection, *, commit: bool) -> None:
        try:
            connection.execute("COMMIT" if commit else "ROLLBACK")
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise self._told(error) from error
        finally:
            self._give(connection)
            self._writing.release()

    def follow(self, place: int) -> None:
        pass  # AUTOINCREMENT does

    def close(self) -> None:
        self._closed = True
        while self._idle:
            self._idle.pop().close()
