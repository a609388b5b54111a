"""What the protocols have in common: the plan of a request, percent-encoding, and the values of the JSON body."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from .. import timestamps
from ..exceptions import ParamValidationError
from ..http import Upload
from ..schema import Operation, Service, Shape

Encode = Callable[[Any], Any]


class Parts(msgspec.Struct):
    """A request before it has an endpoint."""

    path: str
    """Percent-encoded, beginning with `/`, with the operation's own query string where it has one."""
    query: str = ""
    """Percent-encoded pairs, without `?`."""
    headers: dict[str, str] = {}
    body: bytes = b""
    upload: Upload | None = None
    """The body in place of `body`, where it is read as it is sent."""


class Serializer(Protocol):
    """Makes the parts of a request from arguments that were checked."""

    def __call__(self, arguments: Mapping[str, Any], /) -> Parts: ...


_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_QUOTED = [chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in range(256)]
_QUOTED_GREEDY = [*_QUOTED[:47], "/", *_QUOTED[48:]]


def quote(text: str, *, greedy: bool = False) -> str:
    """`text` percent-encoded as UTF-8, all but the unreserved characters (RFC 3986), and `/` where it is greedy."""
    if text.isalnum() and text.isascii():
        return text
    table = _QUOTED_GREEDY if greedy else _QUOTED
    return "".join([table[byte] for byte in text.encode()])


def read_blob(value: Any) -> bytes:
    """The bytes that a caller gives for a blob: bytes, a string (as UTF-8), or something to read."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    if hasattr(value, "read"):
        return read_blob(value.read())
    return bytes(value)


def float_text(value: Any) -> Any:
    """A number as JSON can hold it: what is none, or is endless, as a string."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def number_text(value: Any) -> str:
    """A number as text: a Decimal with every digit it has."""
    return str(value if isinstance(value, Decimal) and value.is_finite() else float_text(value))


def timestamp_encoder(service: Service, node: Shape, default: str) -> Encode:
    form = timestamps.FORMATS[(node.timestamp_format or service.resolve(node).timestamp_format or default).lower()]
    return lambda value: form(timestamps.given(value))


_encode = msgspec.json.Encoder().encode


def encode_json(operation: Operation, value: Any) -> bytes:
    """The JSON text. Raises ParamValidationError for what passed the check of types and yet has no JSON."""
    try:
        return _encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ParamValidationError(operation.name, [f"the body cannot be written as JSON: {error}"]) from error


class JsonBody:
    """Compiles the shapes of a service into functions that make a value ready for JSON; None where it is so already."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.named: dict[str, Encode | None] = {}

    def node(self, node: Shape) -> Encode | None:
        shape = self.service.resolve(node)
        if shape.type == "timestamp":
            return timestamp_encoder(self.service, node, "unixTimestamp")
        if not node.shape:
            return self._inline(node)
        name = node.shape
        if name not in self.named:
            # a shape that holds itself finds this while it is being compiled
            self.named[name] = lambda value: encode(value) if (encode := self.named[name]) else value
            self.named[name] = self._inline(shape)
        return self.named[name]

    def _inline(self, shape: Shape) -> Encode | None:
        if shape.type == "structure":
            return self.members(shape)
        if shape.type == "list" and shape.member is not None:
            item = self.node(shape.member)
            return None if item is None else lambda value: [None if part is None else item(part) for part in value]
        if shape.type == "map" and shape.value is not None:
            held = self.node(shape.value)
            if held is None:
                return None
            return lambda value: {key: None if part is None else held(part) for key, part in value.items()}
        return _SCALARS.get(shape.type)

    def members(self, shape: Shape) -> Encode | None:
        """Of a structure: renames its members to their names on the wire, and encodes them."""
        table = {name: (node.name or name, self.node(node)) for name, node in shape.members.items()}
        if all(encode is None and name == wire for name, (wire, encode) in table.items()):
            return None

        def encode_members(value: Mapping[str, Any]) -> dict[str, Any]:
            encoded = {}
            for name, item in value.items():
                wire, encode = table[name]
                encoded[wire] = item if encode is None else encode(item)
            return encoded

        return encode_members


_SCALARS: dict[str, Encode] = {
    "float": float_text,
    "double": float_text,
    "blob": lambda value: base64.b64encode(read_blob(value)).decode(),
}
