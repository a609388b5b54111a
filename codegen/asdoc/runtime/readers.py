"""Reading a decoded JSON value as its shape tells: into the generated models, or into plain dictionaries.

More is taken than the documents promise, as boto3 takes it: times in every format, numbers in strings, nulls in lists.
"""

from __future__ import annotations

import base64
import re
import types
import typing
from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec

from .bodies import TEXTS
from .response import Structure, member_names
from .schema import Service, Shape

UNKNOWN = "SDK_UNKNOWN_MEMBER"
"""What boto3's pages call the member of a union that they do not know."""
Reader = Callable[[Any], Any]
StructureReader = Callable[[Any, dict[str, Any]], Any]
"""Takes the JSON object, and members that were read elsewhere."""


class Readers:
    """Compiles the shapes of a service into readers; `scalars` make a value of a plain one, by type.

    `documented`: members come by their documented names, not by those on the wire. `dense`: a null in a map that is not
    told to be sparse is no entry; otherwise it is one, unless lists or maps are the values.
    """

    def __init__(
        self, service: Service, scalars: Mapping[str, Reader], *, documented: bool = False, dense: bool = False
    ) -> None:
        self.service = service
        self._documented = documented
        self._dense = dense
        self._scalars = scalars
        self._named: dict[tuple[str, Any], Reader] = {}

    def structure(
        self, shape: Shape, model: type[Structure] | None, elsewhere: Collection[str] = ()
    ) -> StructureReader:
        """The reader of a structure, but for the members that stand `elsewhere` than in its body."""
        attributes = member_names(model) if model is not None else {name: name for name in shape.members}
        table = [
            (name if self._documented else node.name or name, name, self.member(node, model, name))
            for name, node in shape.members.items()
            if name in attributes and name not in elsewhere
        ]
        known = {wire for wire, _, _ in table} if shape.union else None

        def read(value: Any, found: dict[str, Any]) -> Any:
            members = dict(found)
            for wire, name, reader in table:
                held = value.get(wire)
                if held is not None:
                    members[name] = reader(held)
            if known is not None and not members and (unknown := _unknown(value, known)):
                members[UNKNOWN] = {"name": unknown}
            if model is None:
                return members
            return model(**{attributes[name]: held for name, held in members.items() if name in attributes})

        return read

    def member(self, node: Shape, model: type[Structure] | None, name: str) -> Reader:
        """The reader of one member of a structure; its nested models are found in the annotations of `model`."""
        return self.node(node, None if model is None else _annotations(model).get(name))

    def node(self, node: Shape, annotation: Any) -> Reader:
        kind = _without_none(annotation)
        if not node.shape:
            return self._inline(node, kind)
        key = (node.shape, kind if isinstance(kind, type) else str(kind))
        if key not in self._named:
            # a shape that holds itself finds this while it is being compiled
            self._named[key] = lambda value: self._named[key](value)
            self._named[key] = self._inline(self.service.shapes[node.shape], kind)
        return self._named[key]

    def _inline(self, shape: Shape, kind: Any) -> Reader:
        if shape.type == "structure":
            model = kind if isinstance(kind, type) and issubclass(kind, Structure) else None
            whole = self.structure(shape, model)
            return lambda value: whole(value, {})
        arguments = typing.get_args(kind)
        if shape.type == "list" and shape.member is not None:
            item = self.node(shape.member, arguments[0] if arguments else None)
            return lambda value: [None if part is None else item(part) for part in _expect(value, list)]
        if shape.type == "map" and shape.value is not None:
            held = self.node(shape.value, arguments[1] if len(arguments) == 2 else None)
            # in JSON botocore hands on a null, but for a list or a map that is to be walked: there it fails
            walked = self.service.resolve(shape.value).type in ("list", "map")
            if (self._dense or walked) and not shape.sparse:
                return lambda value: {key: held(part) for key, part in _expect(value, dict).items() if part is not None}
            return lambda value: {
                key: None if part is None else held(part) for key, part in _expect(value, dict).items()
            }
        return self._scalars.get(shape.type, _as_is)

    def header(self, node: Shape) -> Reader:
        """The reader of a header's text."""
        shape = self.service.resolve(node)
        if node.jsonvalue:
            return lambda value: msgspec.json.decode(base64.b64decode(value))
        if shape.type == "list" and shape.member is not None:
            item = self.header(shape.member)
            cut = _dates if self.service.resolve(shape.member).type == "timestamp" else _listed
            return lambda value: [item(part) for part in cut(value)]
        return TEXTS.get(shape.type, _as_is)


_ITEM = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|\Z)')
_ESCAPED = re.compile(r"\\(.)")


def _listed(value: str) -> list[str]:
    """The items of a list in a header; one that holds a comma or a quote stands in quotes."""
    if '"' not in value:
        return [part.strip() for part in value.split(",")]
    items, at = [], 0
    while at < len(value):
        match = _ITEM.match(value, at)
        if match is None:
            return [part.strip() for part in value.split(",")]
        item = match[1].strip()
        items.append(_ESCAPED.sub(r"\1", item[1:-1]) if item[:1] == '"' == item[-1:] and len(item) > 1 else item)
        at = match.end()
    return items


def _dates(value: str) -> list[str]:
    """The times of a list in a header: a weekday's comma is its own."""
    items: list[str] = []
    weekday = ""
    for part in (part.strip() for part in value.split(",")):
        if part.isalpha():
            weekday = f"{part}, "
        else:
            items.append(weekday + part)
            weekday = ""
    return items


def _annotations(model: type[Structure]) -> dict[str, Any]:
    """Documented name -> type of every member."""
    hints = msgspec.structs.fields(model)
    return {field.encode_name: field.type for field in hints}


def member_types(model: type[Structure]) -> dict[str, Any]:
    """Documented name -> type of every member, without the None that each may be."""
    return {name: _without_none(kind) for name, kind in _annotations(model).items()}


def _without_none(annotation: Any) -> Any:
    """The type of a member, of which absence is always a possibility; its metadata is of no use here."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _without_none(typing.get_args(annotation)[0])
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        kinds = [kind for kind in typing.get_args(annotation) if kind is not type(None)]
        return _without_none(kinds[0]) if len(kinds) == 1 else None
    return annotation


def _unknown(value: Mapping[str, Any], known: Collection[str]) -> str:
    """The member of a union that is set, and that no page knows; empty where there is none."""
    told = (name for name, held in value.items() if held is not None and name != "__type")
    return next((name for name in told if name not in known), "")


def _as_is(value: Any) -> Any:
    return value


def _expect(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"a {type(value).__name__} where a {kind.__name__} was expected")
    return value
