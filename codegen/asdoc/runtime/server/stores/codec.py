"""Records as bytes: MessagePack, read back into the type that a behaviour has named for their kind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from ..store import StoreError


class _Kind(NamedTuple):
    record_type: Any
    decode: Callable[[bytes], Any]


class Codec:
    """Writes and reads the records of the kinds that it was told of. Safe for threads."""

    def __init__(self) -> None:
        self._kinds: dict[str, _Kind] = {}
        self._lock = threading.Lock()
        self._encode = msgspec.msgpack.Encoder().encode

    def keeps(self, records: Mapping[str, Any]) -> None:
        """Learn kinds and the types of their records. Raises StoreError for a kind that has another type already."""
        with self._lock:
            for kind, record_type in records.items():
                known = self._kinds.get(kind)
                if known is None:
                    self._kinds[kind] = _Kind(record_type, msgspec.msgpack.Decoder(record_type).decode)
                elif known.record_type != record_type:
                    raise StoreError(
                        f"keeping records: the kind {kind} is told to be {known.record_type} and {record_type}.",
                        hint="Services that share a store call their kinds differently.",
                    )

    def encode(self, kind: str, record: Any) -> bytes:
        """Raises StoreError for a kind that nobody has told of."""
        self._known(kind)
        return self._encode(record)

    def decoder(self, kind: str) -> Callable[[bytes], Any]:
        """What reads the records of a kind, and raises StoreError where they are not of its type."""
        decode = self._known(kind).decode

        def read(data: bytes) -> Any:
            try:
                return decode(data)
            # Where a text is no UTF-8, msgspec leaves the error of the decoding as it is.
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise StoreError(
                    f"reading a record of the kind {kind}: {error}.",
                    hint="The store was written by another version of asdoc, or by another service.",
                ) from error

        return read

    def _known(self, kind: str) -> _Kind:
        found = self._kinds.get(kind)
        if found is None:
            raise StoreError(
                f"keeping a record of the kind {kind}: its type is not known.",
                hint="A behaviour names the types of what it keeps in its `records`.",
            )
        return found
