"""Stores by the URL that names them; what each needs is imported only where it is asked for."""

from __future__ import annotations

from ..store import MemoryStore, Store, StoreError

MEMORY = "memory"
_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")


def open_store(url: str) -> Store:
    """`memory`, `sqlite:///relative/file`, `sqlite:////absolute/file` or `postgresql://user:password@host/database`.

    Raises StoreError where the store cannot be opened, or was written with another schema.
    """
    if url == MEMORY:
        return MemoryStore()
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE):
        from .sql import SqlStore
        from .sqlite import SqliteDatabase

        return SqlStore(SqliteDatabase(url[len(_SQLITE) :]))
    if url.startswith(_POSTGRES):
        from .postgres import PostgresDatabase
        from .sql import SqlStore

        return SqlStore(PostgresDatabase(url.replace("postgres://", "postgresql://", 1)))
    kind = url.partition(":")[0][:40]
    raise StoreError(
        f"opening a store: {kind} is none that is known.",
        hint="There are memory, sqlite:///FILE and postgresql://USER:PASSWORD@HOST/DATABASE.",
    )
