"""Reading bodies of JSON that are as documented, quickly: one function a shape, made once.

Where anything is otherwise these functions give up, and `readers` reads the answer anew to tell what and where.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asdoc.runtime.schema import Service, Shape

from .readers import Reader

Read = Callable[[Any], Any]


class Doubt(Exception):  # noqa: N818  no error, but the end of what is quick
    """Something is not as documented."""


class QuickReads:
    """The functions for the shapes of one service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: dict[str, Read] = {}

    def members(self, shape: Shape) -> Read:
        """Reads the members of a structure. Raises Doubt, as all of these functions do."""
        plan: list[tuple[str, str, Read | None]] = []
        read = _structure(plan, shape.required)
        plan += [(name, node.name or name, self.of(node)) for name, node in shape.members.items()]
        return read

    def of(self, node: Shape) -> Read | None:
        """Reads a value in the place of a node; None where any value may stand."""
        shape = self._service.resolve(node)
        if shape.type == "structure":
            return self._structure(node.shape, shape)
        if shape.type == "list":
            return _list(self.of(shape.member) if shape.member else None)
        if shape.type == "map":
            return _map(self.of(shape.value) if shape.value else None)
        if shape.type == "string":
            return _one_of(frozenset(shape.enum)) if shape.enum else _text
        if shape.type in _PLAIN:
            return _PLAIN[shape.type](self._scalar(node, shape))
        return self._scalar(node, shape) if shape.type in {"timestamp", "blob"} else None

    def _structure(self, name: str, shape: Shape) -> Read:
        if not name:
            return self.members(shape)
        known = self._known.get(name)
        if known is None:
            # Known before its members are looked at, for one of them may hold such a structure.
            plan: list[tuple[str, str, Read | None]] = []
            known = self._known[name] = _structure(plan, shape.required)
            plan += [(member, node.name or member, self.of(node)) for member, node in shape.members.items()]
        return known

    def _scalar(self, node: Shape, shape: Shape) -> Read:
        def read(raw: Any) -> Any:
            reader = Reader(self._service)
            value = reader.scalar(node, shape, raw, "")
            if reader.problems:
                raise Doubt
            return value

        return read


def _plain(*types: type) -> Callable[[Read], Read]:
    """What makes of a function for a scalar one that knows at once the values of these very types."""
    known = frozenset(types)

    def of(otherwise: Read) -> Read:
        return lambda raw: raw if type(raw) in known else otherwise(raw)

    return of


_PLAIN = {
    "integer": _plain(int), "long": _plain(int), "float": _plain(int, float), "double": _plain(int, float),
    "boolean": _plain(bool),
}  # fmt: skip


def _structure(plan: list[tuple[str, str, Read | None]], required: tuple[str, ...]) -> Read:
    def read(raw: Any) -> dict[str, Any]:
        if type(raw) is not dict:
            raise Doubt
        tree = {}
        for name, wire, value in plan:
            item = raw.get(wire)
            # A null says the same as a member that is not there.
            if item is not None:
                tree[name] = value(item) if value else item
        for name in required:
            if name not in tree:
                raise Doubt
        return tree

    return read


def _list(value: Read | None) -> Read:
    def read(raw: Any) -> list[Any]:
        if type(raw) is not list:
            raise Doubt
        return [value(item) for item in raw] if value else raw

    return read


def _map(value: Read | None) -> Read:
    def read(raw: Any) -> dict[str, Any]:
        if type(raw) is not dict:
            raise Doubt
        return {name: value(item) for name, item in raw.items()} if value else raw

    return read


def _one_of(enum: frozenset[str]) -> Read:
    def read(raw: Any) -> str:
        if type(raw) is not str or raw not in enum:
            raise Doubt
        return raw

    return read


def _text(raw: Any) -> str:
    if type(raw) is not str:
        raise Doubt
    return raw
