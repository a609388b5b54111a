"""Records in PostgreSQL, for any number of workers and machines.

A transaction runs READ COMMITTED under an advisory lock: that of its scope, and beside it, shared, those of its family
of services and of the whole store; a transaction of no scope takes the lock of the family for itself. So two writers of
one scope take turns, as they do in memory, and what a transaction reads no other changes. Serializable transactions
would do as well, but would have to be run again whenever two meet, and what a behaviour has done besides (called an
action) cannot be taken back. Readers take no lock and wait for nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from ..store import StoreError, StoreLostError
from .sql import META, RECORDS, Database, Transaction

if TYPE_CHECKING:
    from sqlalchemy import Connection, PoolProxiedConnection

T = TypeVar("T")

_WIDER = (0, 1)
"""How many names a domain has that holds others: none is the whole store, one a family, three a scope in it."""

_POOL = 32
"""Connections that one process opens at most: one a thread that is at work."""


class PostgresDatabase(Database):
    """Keeps records in the database at `url` (postgresql://…), in two tables of its own, which it makes.

    Raises StoreError where the database cannot be reached, or what drives it is not installed.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        try:
            import psycopg
            import sqlalchemy
            import sqlalchemy.exc
        except ModuleNotFoundError as error:
            raise StoreError(
                f"opening a store in PostgreSQL needs {error.name}, which is not installed.",
                hint="pip install 'asdoc[postgres]'",
            ) from error
        self._lost = psycopg.OperationalError
        self._driver_errors = (psycopg.Error, sqlalchemy.exc.SQLAlchemyError)
        try:
            parsed = sqlalchemy.make_url(url).set(drivername="postgresql+psycopg")
        except (sqlalchemy.exc.ArgumentError, ValueError):
            raise StoreError(
                "opening a store in PostgreSQL: the URL cannot be read.",
                hint="It goes like postgresql://user:password@host:5432/database.",
            ) from None
        self._where = parsed.render_as_string(hide_password=True).replace("+psycopg", "")
        # Each statement is its own transaction unless BEGIN is said; so a reader does with one trip.
        self._engine = sqlalchemy.create_engine(
            parsed,
            isolation_level="AUTOCOMMIT",
            pool_size=_POOL,
            max_overflow=0,
            pool_use_lifo=True,
            pool_reset_on_return=None,  # a transaction is ended by `end`, or its connection thrown away
        )
        try:
            with Transaction(self, ()):
                with self._telling(), self._engine.connect() as connection:
                    _make_tables(connection)
                self.settle(self._where)
        except StoreError:
            self.close()
            raise

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What PostgreSQL has against it, as an error of the store's. Neither statement nor values are told: they are
        the callers' configurations."""
        try:
            yield
        except self._driver_errors as error:
            raise self._told(error) from None

    def _told(self, error: Exception) -> StoreLostError:
        told = str(getattr(error, "orig", None) or error).strip().splitlines()
        return StoreLostError(
            f"using the store {self._where}: {told[0] if told else type(error).__name__}.",
            hint="The database must be running, and the user be allowed to make tables in it.",
        )

    def _give(self, connection: PoolProxiedConnection) -> None:
        """Back into the pool; where it was lost, those that wait there were lost with it."""
        driver: Any = connection.driver_connection
        if driver is not None and driver.closed:
            connection.invalidate()
            self._engine.dispose()
        connection.close()

    def fetch(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        # Written out, as every request comes by here; a fifth of the time would go to context managers.
        found: list[tuple[Any, ...]]
        try:
            connection = self.current.connection
            if connection is not None:
                found = _run(connection, _spelled(statement), values).fetchall()
            else:
                found = self._again(lambda: self._read(_spelled(statement), values))
        except self._driver_errors as error:
            raise self._told(error) from None
        return found

    def _read(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        connection = self._engine.raw_connection()
        try:
            found: list[tuple[Any, ...]] = _run(connection, statement, values).fetchall()
            return found
        finally:
            self._give(connection)

    def change(self, statement: str, values: Sequence[Any]) -> int:
        changed: int
        try:
            connection = self.current.connection
            if connection is not None:
                changed = _run(connection, _spelled(statement), values).rowcount
                return changed
            connection = self._engine.raw_connection()
            try:
                changed = _run(connection, _spelled(statement), values).rowcount
                return changed
            finally:
                self._give(connection)
        except self._driver_errors as error:
            raise self._told(error) from None

    def begin(self, *domain: str) -> PoolProxiedConnection:
        begin = _begin(domain)

        def opened() -> PoolProxiedConnection:
            connection = self._engine.raw_connection()
            try:
                _run(connection, begin)
            except BaseException:
                connection.invalidate()
                self._engine.dispose()
                raise
            return connection

        with self._telling():
            return self._again(opened)

    def end(self, connection: PoolProxiedConnection, *, commit: bool) -> None:
        done = ""
        try:
            with self._telling():
                done = _run(connection, "COMMIT" if commit else "ROLLBACK").statusmessage
        except BaseException:
            # Whether it was committed is not known; the connection, at any rate, is of no more use.
            connection.invalidate()
            if commit:
                raise
        finally:
            self._give(connection)
        if commit and done != "COMMIT":
            # PostgreSQL takes a COMMIT behind a statement that failed for a ROLLBACK, and says so in no other way.
            raise StoreError(f"using the store {self._where}: a statement had failed, so nothing was kept.")

    def _again(self, work: Callable[[], T]) -> T:
        """Do it, and once more where the connection was lost: the database was restarted since its last use."""
        try:
            return work()
        except self._lost:
            return work()

    def follow(self, place: int) -> None:
        sequence = f"pg_get_serial_sequence('{RECORDS}', 'place')"
        self.fetch(f"SELECT setval({sequence}, GREATEST(nextval({sequence}), ?))", (place,))

    def close(self) -> None:
        self._engine.dispose()


def _run(connection: PoolProxiedConnection, statement: str, values: Sequence[Any] | None = None) -> Any:
    # The driver's own, as SQLAlchemy's way to it takes as long again as the driver does; and one cursor for all that a
    # connection is asked, as each answer is read to its end before the next question.
    cursor: Any = connection.info.get("cursor")
    if cursor is None:
        driver: Any = connection.driver_connection
        cursor = connection.info["cursor"] = driver.cursor()
    # Several commands at once, as begin a transaction, go as text alone.
    return cursor.execute(statement, values, binary=values is not None)


def _make_tables(connection: Connection) -> None:
    from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, MetaData, Table, Text

    metadata = MetaData()
    name = Text(collation="C")
    Table(META, metadata, Column("name", name, primary_key=True), Column("value", LargeBinary, nullable=False))
    records = Table(
        RECORDS,
        metadata,
        Column("place", BigInteger, Identity(always=False), nullable=False),
        Column("collection", name, primary_key=True),
        Column("name", name, primary_key=True),
        Column("data", LargeBinary, nullable=False),
    )
    Index(f"{RECORDS}_places", records.c.collection, records.c.place, unique=True)
    metadata.create_all(connection, checkfirst=True)


@lru_cache(maxsize=1024)
def _begin(domain: tuple[str, ...]) -> str:
    """What begins a transaction, in one trip: the locks of all wider domains, shared, and its own. As the wider come
    first for all, no two wait for each other."""
    wider = [f"SELECT pg_advisory_xact_lock_shared({_lock(*domain[:end])})" for end in _WIDER if end < len(domain)]
    own = f"SELECT pg_advisory_xact_lock({_lock(*domain)})"
    return "; ".join(("BEGIN ISOLATION LEVEL READ COMMITTED", *wider, own))


def _lock(*names: str) -> int:
    """The number of an advisory lock. Two scopes with the same number wait for one another, and no more than that."""
    text = "\0".join((RECORDS, *names)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big", signed=True)


@lru_cache(maxsize=64)
def _spelled(statement: str) -> str:
    return statement.replace("?", "%s")
