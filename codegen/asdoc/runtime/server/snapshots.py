"""All that a server keeps, as bytes that another process takes.

A store in memory is written record by record, so that any store takes it back. A store on a database is written as its
rows are, and taken back by a store on a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from .clock import Clock, ManualClock
from .store import MemoryStore, Store, StoreError
from .stores.codec import Codec

FORMAT = 1

_Record = tuple[str, bytes]
"""Key, record."""
_Collection = tuple[tuple[str, str], str, str, list[_Record]]
"""Scope, kind, parent, and the records in their order."""
_Row = tuple[int, str, str, bytes]
"""Place, collection, name, record."""


class _Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    collections: list[_Collection] | None = None
    rows: list[_Row] | None = None


class _Snapshot(msgspec.Struct, frozen=True, tag_field="asdoc", tag="snapshot", forbid_unknown_fields=True):
    format: int
    now: datetime
    stores: dict[str, _Kept]
    """By the name that the services of a store are signed with."""


class Shelf(NamedTuple):
    """A store, and the types of the records in it by kind."""

    store: Store
    records: Mapping[str, Any]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Snapshot).decode


def take(shelves: Mapping[str, Shelf], clock: Clock) -> bytes:
    """What the stores hold now. Raises StoreError where a record is of a kind that nobody has told of."""
    kept = {}
    for name, (store, records) in shelves.items():
        with store.transaction():
            found = store.snapshot()
        kept[name] = (
            _Kept(collections=_written(found, records)) if isinstance(store, MemoryStore) else _Kept(rows=found)
        )
    return _encode(_Snapshot(format=FORMAT, now=clock.now(), stores=kept))


def put_back(data: bytes, shelves: Mapping[str, Shelf], clock: Clock) -> None:
    """Forget what the stores hold, and keep what the snapshot holds. A clock that is moved by hand is set to its time.

    Raises StoreError, and changes nothing, where `data` is no snapshot of these services.
    """
    try:
        snapshot = _decode(data)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise StoreError(
            f"restoring: this is no snapshot ({error}).", hint="GET /_asdoc/snapshot gives one."
        ) from error
    if snapshot.format != FORMAT:
        raise StoreError(f"restoring: the snapshot has format {snapshot.format}, not {FORMAT}.")
    if set(snapshot.stores) != set(shelves):
        there, here = ", ".join(sorted(snapshot.stores)), ", ".join(sorted(shelves))
        raise StoreError(f"restoring: the snapshot is of {there[:200]}, and served is {here}.")
    read = {name: _read(kept, shelves[name]) for name, kept in snapshot.stores.items()}
    for name, found in read.items():
        store = shelves[name].store
        with store.transaction():
            if snapshot.stores[name].rows is not None:
                store.restore(found)
                continue
            store.clear()
            for scope, kind, parent, key, record in found:
                store.put(scope, kind, parent, key, record)
    if isinstance(clock, ManualClock):
        clock.set(snapshot.now)


def _written(found: Any, records: Mapping[str, Any]) -> list[_Collection]:
    codec = Codec()
    codec.keeps(records)
    return [
        (tuple(scope), kind, parent, [_pair(codec, kind, collection, place) for place in collection.order])
        for (scope, kind, parent), collection in found.items()
    ]


def _pair(codec: Codec, kind: str, collection: Any, place: int) -> _Record:
    key = collection.keys[place]
    return key, codec.encode(kind, collection.entries[key][1])


def _read(kept: _Kept, shelf: Shelf) -> Any:
    """What `put_back` keeps, read whole before anything is forgotten."""
    if kept.rows is not None:
        if isinstance(shelf.store, MemoryStore):
            raise StoreError(
                "restoring: the snapshot is of a database, and this store is in memory.",
                hint="Serve with --store sqlite:///… or postgresql://….",
            )
        return kept.rows
    codec = Codec()
    codec.keeps(shelf.records)
    found = []
    # A scope is a NamedTuple to those who wrote it, and equal to a tuple of the same texts.
    for scope, kind, parent, pairs in kept.collections or ():
        decode = codec.decoder(kind)
        found += [(scope, kind, parent, key, decode(data)) for key, data in pairs]
    return found
