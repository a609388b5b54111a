"""What may be shown of a call: arguments and headers without what is secret in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .schema import Operation, Service, Shape

HIDDEN = "***"
_LONGEST = 200
_SECRET_HEADERS = ("authorization", "cookie", "credential", "key", "password", "secret", "signature", "token")
"""A header whose name holds one of these is not shown."""
_SECRET_NAMES = ("accesskey", "apikey", "credential", "password", "passphrase", "privatekey", "secret", "sessiontoken")
"""Nor is a member whose name, in lower case and without lines, holds one of these, whatever its model says."""


def secret_name(name: str) -> bool:
    """True where the name of a member says that it holds a secret."""
    plain = name.lower().replace("-", "").replace("_", "")
    return any(part in plain for part in _SECRET_NAMES)


def shown_headers(headers: Mapping[str, str], hidden: frozenset[str] = frozenset()) -> dict[str, str]:
    """Headers with the values of secret ones hidden; `hidden` names more of them, in lower case."""
    return {
        name: HIDDEN if name in hidden or any(part in name for part in _SECRET_HEADERS) else value
        for name, value in headers.items()
    }


class Redaction:
    """What is secret in the input of one operation."""

    def __init__(self, service: Service, operation: Operation) -> None:
        self._service = service
        self._input = service.shapes[operation.input] if operation.input else Shape(type="structure")
        secret = {name: node for name, node in self._input.members.items() if self._secret(name, node)}
        self.headers = frozenset(
            (node.name or name).lower() for name, node in secret.items() if node.location in ("header", "headers")
        )
        self._prefixes = tuple(name for name in self.headers if name.endswith("-"))
        self._template = (
            operation.uri if any(node.location in ("uri", "querystring") for node in secret.values()) else ""
        )

    def url(self, scheme: str, host: str, target: str) -> str:
        """Where a request goes; by the operation's template where a part of it is secret."""
        return f"{scheme}://{host}{self._template or target}"

    def shown_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        more = (name for name in headers if self._prefixes and name.startswith(self._prefixes))
        return shown_headers(headers, self.headers.union(more))

    def shown(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a call, secrets hidden, bytes and long texts shortened."""
        shown: dict[str, Any] = self._value(self._input, arguments)
        return shown

    def _secret(self, name: str, node: Shape) -> bool:
        shape = self._service.resolve(node)
        parts = [part for part in (shape.member, shape.key, shape.value) if part is not None]
        return (
            secret_name(name)
            or any(part.sensitive for part in (node, shape, *parts))
            or any(self._service.resolve(part).sensitive for part in parts)
        )

    def _value(self, node: Shape, value: Any) -> Any:
        shape = self._service.resolve(node)
        if node.sensitive or shape.sensitive or (shape.key is not None and self._service.resolve(shape.key).sensitive):
            return HIDDEN
        if isinstance(value, str):
            return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}… ({len(value)} characters)"
        if isinstance(value, bytes | bytearray | memoryview):
            return f"<{len(value)} bytes>"
        if shape.type == "document" or hasattr(value, "read"):
            return f"<{type(value).__name__}>"
        items = value.items() if hasattr(value, "items") else None
        if items is not None:
            return {
                name: HIDDEN
                if self._secret_entry(shape, name)
                else self._value(shape.members.get(name) or shape.value or _UNKNOWN, held)
                for name, held in items
            }
        if isinstance(value, Sequence):
            return [self._value(shape.member or _UNKNOWN, item) for item in value]
        return value

    def _secret_entry(self, shape: Shape, name: str) -> bool:
        node = shape.members.get(name)
        return secret_name(str(name)) if node is None else self._secret(name, node)


_UNKNOWN = Shape(type="string")
