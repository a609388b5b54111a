"""CBOR (RFC 8949), as far as Smithy's RPC v2 needs it, and that protocol: a POST to `/service/X/operation/Y`.

Maps, lists, strings and byte strings go out with their lengths; all that the RFC allows is read, also without lengths.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .. import timestamps
from ..exceptions import ParamValidationError
from ..schema import Operation, Service, Shape
from .base import Parts, Serializer, read_blob

Encode = Callable[[bytearray, Any], None]

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP, _TAG, _SIMPLE = range(8)
_MAX_DEPTH = 200
_EPOCH_TAG = 1
_NULL = 0xF6


def compile_serializer(service: Service, operation: Operation) -> Serializer:
    path = f"/service/{service.target_prefix}/operation/{operation.name}"
    headers = {"smithy-protocol": "rpc-v2-cbor", "accept": "application/cbor"}
    output = service.shapes[operation.output] if operation.output else Shape(type="structure")
    if any(service.resolve(node).eventstream or node.eventstream for node in output.members.values()):
        headers["accept"] = "application/vnd.amazon.eventstream"
    if service.query_compatible:
        headers["x-amzn-query-mode"] = "true"
    if not operation.input:
        return lambda arguments: Parts(path=path, headers=headers.copy())
    headers["content-type"] = "application/cbor"
    encode = _Encoders(service).node(Shape(shape=operation.input))

    def serialize(arguments: Mapping[str, Any]) -> Parts:
        body = bytearray()
        try:
            encode(body, arguments)
        except (struct.error, OverflowError, RecursionError, TypeError, ValueError) as error:
            raise ParamValidationError(operation.name, [f"the body cannot be written as CBOR: {error}"]) from error
        return Parts(path=path, headers=headers.copy(), body=bytes(body))

    return serialize


def _head(out: bytearray, major: int, value: int) -> None:
    if value < 24:
        out.append(major << 5 | value)
    elif value < 1 << 8:
        out += bytes((major << 5 | 24, value))
    elif value < 1 << 16:
        out.append(major << 5 | 25)
        out += value.to_bytes(2, "big")
    elif value < 1 << 32:
        out.append(major << 5 | 26)
        out += value.to_bytes(4, "big")
    else:
        out.append(major << 5 | 27)
        out += value.to_bytes(8, "big")


def _integer(out: bytearray, value: Any) -> None:
    if value >= 0:
        _head(out, _UNSIGNED, value)
    else:
        _head(out, _NEGATIVE, -1 - value)


def _text(out: bytearray, value: Any) -> None:
    data = value.encode()
    _head(out, _TEXT, len(data))
    out += data


def _blob(out: bytearray, value: Any) -> None:
    data = read_blob(value)
    _head(out, _BYTES, len(data))
    out += data


def _boolean(out: bytearray, value: Any) -> None:
    out.append(0xF5 if value else 0xF4)


def _special(value: float) -> bytes | None:
    """What is no number, or is endless, in its shortest form."""
    if math.isnan(value):
        return b"\xf9\x7e\x00"
    if math.isinf(value):
        return b"\xf9\x7c\x00" if value > 0 else b"\xf9\xfc\x00"
    return None


def _float(out: bytearray, value: Any) -> None:
    number = float(value)
    out += _special(number) or struct.pack(">Bf", 0xFA, number)


def _double(out: bytearray, value: Any) -> None:
    number = float(value)
    out += _special(number) or struct.pack(">Bd", 0xFB, number)


def _timestamp(out: bytearray, value: Any) -> None:
    seconds = timestamps.epoch(timestamps.given(value))
    _head(out, _TAG, _EPOCH_TAG)
    if isinstance(seconds, int):
        _integer(out, seconds)
    else:
        _double(out, seconds)


_SCALARS: dict[str, Encode] = {
    "string": _text,
    "integer": _integer,
    "long": _integer,
    "float": _float,
    "double": _double,
    "boolean": _boolean,
    "blob": _blob,
    "timestamp": _timestamp,
}


class _Encoders:
    """Compiles the shapes of a service into functions that append a value's bytes."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.named: dict[str, Encode] = {}

    def node(self, node: Shape) -> Encode:
        if not node.shape:
            return self._inline(node)
        name = node.shape
        if name not in self.named:
            # a shape that holds itself finds this while it is being compiled
            self.named[name] = lambda out, value: self.named[name](out, value)
            self.named[name] = self._inline(self.service.shapes[name])
        return self.named[name]

    def _inline(self, shape: Shape) -> Encode:
        if shape.type == "structure":
            return self._structure(shape)
        if shape.type == "list" and shape.member is not None:
            return self._list(self.node(shape.member))
        if shape.type == "map" and shape.value is not None:
            return self._map(self.node(shape.value))
        return _SCALARS.get(shape.type, _text)

    def _structure(self, shape: Shape) -> Encode:
        table: dict[str, tuple[bytes, Encode]] = {}
        for name, node in shape.members.items():
            key = bytearray()
            _text(key, node.name or name)
            table[name] = (bytes(key), self.node(node))

        def encode(out: bytearray, value: Any) -> None:
            members = [(name, held) for name, held in value.items() if held is not None]
            _head(out, _MAP, len(members))
            for name, held in members:
                key, member = table[name]
                out += key
                member(out, held)

        return encode

    @staticmethod
    def _list(item: Encode) -> Encode:
        def encode(out: bytearray, value: Any) -> None:
            _head(out, _LIST, len(value))
            for held in value:
                if held is None:
                    out.append(_NULL)
                else:
                    item(out, held)

        return encode

    @staticmethod
    def _map(item: Encode) -> Encode:
        def encode(out: bytearray, value: Any) -> None:
            _head(out, _MAP, len(value))
            for key, held in value.items():
                _text(out, key)
                if held is None:
                    out.append(_NULL)
                else:
                    item(out, held)

        return encode


def decode(data: bytes) -> Any:
    """The value that CBOR holds: times (tag 1) as aware datetimes, other tags by what they enclose.

    Raises ValueError where the data is cut, nests deeper than 200 levels, or is none.
    """
    reader = _Reader(data)
    value = reader.value(0)
    if reader.at != len(data):
        raise ValueError(f"{len(data) - reader.at} bytes follow the end of the CBOR value")
    return value


_BREAK = object()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        end = self.at + count
        if end > len(self.data):
            raise ValueError(f"the CBOR ends at byte {len(self.data)}, within a value")
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def value(self, depth: int) -> Any:
        found = self._item(depth)
        if found is _BREAK:
            raise ValueError(f"a break stands at byte {self.at - 1}, where a value should")
        return found

    def _item(self, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise ValueError(f"the CBOR nests deeper than {_MAX_DEPTH} levels")
        first = self.take(1)[0]
        major, minor = first >> 5, first & 31
        if major == _SIMPLE:
            return self._simple(minor)
        endless = minor == 31
        if endless and major in (_UNSIGNED, _NEGATIVE, _TAG):
            raise ValueError(f"byte {self.at - 1} is no CBOR")
        length = 0 if endless else self._argument(minor)
        if major == _UNSIGNED:
            return length
        if major == _NEGATIVE:
            return -1 - length
        if major in (_BYTES, _TEXT):
            data = self._chunks(major) if endless else self.take(length)
            return data.decode() if major == _TEXT else data
        if major == _LIST:
            return list(self._items(length, endless, depth))
        if major == _MAP:
            return self._map(length, endless, depth)
        return self._tagged(length, depth)

    def _argument(self, minor: int) -> int:
        if minor < 24:
            return minor
        if minor > 27:
            raise ValueError(f"byte {self.at - 1} is no CBOR")
        return int.from_bytes(self.take(1 << (minor - 24)), "big")

    def _chunks(self, major: int) -> bytes:
        parts = []
        while (first := self.take(1)[0]) != 0xFF:
            if first >> 5 != major or first & 31 == 31:
                raise ValueError(f"byte {self.at - 1} begins no chunk of the string around it")
            parts.append(self.take(self._argument(first & 31)))
        return b"".join(parts)

    def _items(self, length: int, endless: bool, depth: int) -> Any:
        if endless:
            while (found := self._item(depth + 1)) is not _BREAK:
                yield found
        else:
            for _ in range(length):
                yield self.value(depth + 1)

    def _map(self, length: int, endless: bool, depth: int) -> dict[Any, Any]:
        members: dict[Any, Any] = {}
        count = 0
        while endless or count < length:
            key = self._item(depth + 1)
            if key is _BREAK and endless:
                break
            if not isinstance(key, str | int):
                raise ValueError(f"the key of a map at byte {self.at} is neither text nor number")  # noqa: TRY004  # of data, not of a caller
            members[key] = self.value(depth + 1)
            count += 1
        return members

    def _tagged(self, tag: int, depth: int) -> Any:
        held = self.value(depth + 1)
        if tag != _EPOCH_TAG:
            return held
        if isinstance(held, bool | datetime) or not isinstance(held, int | float):
            raise ValueError(f"a time at byte {self.at} is no number of seconds")  # noqa: TRY004  # of data, not of a caller
        return timestamps.from_epoch(held)

    def _simple(self, minor: int) -> Any:
        if minor in _WORDS:
            return _WORDS[minor]
        if minor in _FLOATS:
            form, size = _FLOATS[minor]
            return struct.unpack(form, self.take(size))[0]
        raise ValueError(f"byte {self.at - 1} is no CBOR")


_WORDS = {20: False, 21: True, 22: None, 23: None, 31: _BREAK}
_FLOATS = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}
