"""What a shape of a service is in Python: the annotations of answers and of arguments.

A shape has two sides. What a service answers becomes a class (side `output`); what a caller writes becomes a
`TypedDict` (side `input`), so that the dict literals of the pages type-check. Where a caller gives a structure that an
answer may hold too, the class is taken as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from asdoc.runtime.names import Side, TypeNames
from asdoc.runtime.schema import Service, Shape

_SIMPLE = {
    "string": "str",
    "character": "str",
    "integer": "int",
    "long": "int",
    "float": "float",
    "double": "float",
    "boolean": "bool",
    "document": "Any",
}
_SCALARS: dict[Side, dict[str, str]] = {
    "output": {**_SIMPLE, "timestamp": "datetime", "blob": "bytes"},
    "input": {**_SIMPLE, "timestamp": "TimestampInput", "blob": "BlobInput"},
}
_LIST: dict[Side, str] = {"output": "list", "input": "Sequence"}
_MAP: dict[Side, str] = {"output": "dict", "input": "Mapping"}


@dataclass(frozen=True)
class Types:
    """Annotations of the shapes of one service."""

    service: Service
    names: TypeNames

    def answered(self, node: Shape, hiding: frozenset[str] = frozenset(), models: str = "") -> str:
        """What an answer holds; a type named in `hiding` is reached through its private alias.

        `models` is what the module of the models is called where it is not the one that is being written.
        """
        return self._annotation(node, "output", hiding, models and f"{models}.", ())

    def given(self, node: Shape, hiding: frozenset[str] = frozenset(), models: str = "") -> str:
        """What a caller may write."""
        return self._annotation(node, "input", hiding, models and f"{models}.", ())

    def _annotation(self, node: Shape, side: Side, hiding: frozenset[str], prefix: str, inside: tuple[str, ...]) -> str:
        shape = self.service.resolve(node)
        if node.jsonvalue or shape.jsonvalue or node.shape in inside:
            return "Any"
        named = " | ".join(f"{prefix}{'_' if name in hiding else ''}{name}" for name in self._named(node.shape, side))
        if node.eventstream or shape.eventstream:
            return f"streaming.EventStream[{named}]" if named and side == "output" else "Any"
        if named:
            return named
        inside = (*inside, node.shape) if node.shape else inside
        if shape.type == "list" and shape.member:
            item = self._annotation(shape.member, side, hiding, prefix, inside)
            return f"{_LIST[side]}[{_or_none(item, shape)}]"
        if shape.type == "map" and shape.value:
            held = self._annotation(shape.value, side, hiding, prefix, inside)
            return f"{_MAP[side]}[str, {_or_none(held, shape)}]"
        if shape.type in ("structure", "map", "list"):
            return f"{_MAP[side]}[str, Any]"
        if shape.type == "blob" and side == "output" and (node.streaming or shape.streaming):
            return "streaming.StreamingBody"
        return _SCALARS[side].get(shape.type, "Any")

    def _named(self, shape: str, side: Side) -> list[str]:
        """The types that stand for a named shape; none where it is no structure and no enum."""
        first = self.names.of(shape, side) if shape else None
        if first is None:
            return []
        also = self.names.classes.get(shape) if side == "input" else None
        return [first, also] if also else [first]


def _or_none(annotation: str, holder: Shape) -> str:
    return f"{annotation} | None" if holder.sparse and annotation != "Any" else annotation
