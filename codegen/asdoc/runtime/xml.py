"""Answers in XML, turned into the plain values that `readers` take: dictionaries, lists, and texts.

Element names are taken without their namespaces, as every AWS SDK takes them. A document type declaration is refused:
no service sends one, and it is what attacks by XML are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from .schema import Service, Shape

Plain = Callable[[list[Element]], object]
"""Takes every element that tells a value: one, or for a list without an element around it, all of its items."""


def parse(body: bytes) -> Element:
    """The root element; an empty one for an empty body. Raises ValueError where the body is no XML to be trusted."""
    body = body.strip()  # a declaration may have nothing before it, and yet has
    if not body:
        return Element("")
    if b"<!DOCTYPE" in body:
        raise ValueError("XML with a document type declaration")
    try:
        return ElementTree.fromstring(body)  # noqa: S314 - without declarations there are no entities to expand
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise ValueError(f"no XML: {error}") from error


def local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]


def child(element: Element, name: str) -> Element | None:
    """The first child of that name."""
    return next((held for held in element if local(held.tag) == name), None)


def text_of(element: Element | None) -> str:
    return "" if element is None else element.text or ""


def error_of(root: Element) -> Element:
    """The element that tells code and message: the root, `Error` in it, or `Errors/Error` as EC2 has it."""
    errors = child(root, "Errors")
    return next(
        (found for held in (errors, root) if held is not None and (found := child(held, "Error")) is not None), root
    )


def details(element: Element) -> dict[str, Any]:
    """What the children of an element say, by their names: a text, or the same of their own; None of an empty one."""
    found: dict[str, Any] = {}
    for held in element:
        found.setdefault(local(held.tag), details(held) if len(held) else held.text)
    return found


def request_id(root: Element) -> str:
    """What the answer tells of itself: `ResponseMetadata/RequestId`, `RequestId`, or `requestId`; empty without one."""
    metadata = child(root, "ResponseMetadata")
    holders = [root] if metadata is None else [metadata, root]
    for holder in holders:
        for name in ("RequestId", "requestId", "RequestID"):
            if (found := child(holder, name)) is not None:
                return text_of(found)
    return ""


def more_metadata(root: Element) -> dict[str, str]:
    """What stands in `ResponseMetadata` beside the request's ID, such as SimpleDB's `BoxUsage`."""
    metadata = child(root, "ResponseMetadata")
    told = () if metadata is None else metadata
    return {name: text_of(held) for held in told if (name := local(held.tag)) not in _KNOWN}


_KNOWN = ("RequestId", "HTTPStatusCode", "HTTPHeaders", "RetryAttempts")


class XmlShapes:
    """Compiles the shapes of a service into functions from elements to plain values."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.named: dict[tuple[str, bool], Plain] = {}

    def node(self, node: Shape) -> Plain:
        shape = self.service.resolve(node)
        flattened = node.flattened or shape.flattened
        if not node.shape:
            return self._inline(shape, flattened)
        key = (node.shape, flattened)
        if key not in self.named:
            # a shape that holds itself finds this while it is being compiled
            self.named[key] = lambda elements: self.named[key](elements)
            self.named[key] = self._inline(shape, flattened)
        return self.named[key]

    def _inline(self, shape: Shape, flattened: bool) -> Plain:
        if shape.type == "structure":
            return self.structure(shape)
        if shape.type == "list" and shape.member is not None:
            return self._list(shape.member, flattened)
        if shape.type == "map" and shape.key is not None and shape.value is not None:
            return self._map(shape.key, shape.value, flattened)
        return lambda elements: text_of(elements[0])

    def structure(self, shape: Shape, elsewhere: Collection[str] = ()) -> Plain:
        """Of a structure: its members by their documented names, but for those that stand `elsewhere`."""
        attributes: dict[str, str] = {}
        table: list[tuple[str, str, str, Plain]] = []
        for name, node in shape.members.items():
            if node.xml_attribute:
                attributes[(node.name or name).rpartition(":")[2]] = name
            elif name not in elsewhere:
                # two members may read the same element, as s3's `Event` and `Events`
                table.append((self._element_name(node, name), node.name or name, name, self.node(node)))

        def read(elements: list[Element]) -> object:
            element = elements[0]
            found: dict[str, list[Element]] = {}
            for held in element:
                found.setdefault(local(held.tag), []).append(held)
            members: dict[str, object] = {}
            for wire, other, name, member in table:
                # a flat list goes by the name of its items in the models, and by its own in the protocol
                if (told := found.get(wire) or found.get(other)) is not None:
                    members[name] = member(told)
            for wire, value in element.attrib.items() if attributes else ():
                if (known := attributes.get(local(wire))) is not None:
                    members[known] = value
            if shape.union and not members:
                # the readers tell of it
                members = dict.fromkeys(found.keys() - shape.members.keys(), "")
            return members

        return read

    def _element_name(self, node: Shape, name: str) -> str:
        shape = self.service.resolve(node)
        if shape.type == "list" and (node.flattened or shape.flattened) and shape.member is not None:
            inner = shape.member.name or self.service.resolve(shape.member).name
            if inner:
                return inner
        return node.name or shape.name or name

    def _list(self, member: Shape, flattened: bool) -> Plain:
        item = self.node(member)
        if flattened:
            return lambda elements: [item([element]) for element in elements]
        return lambda elements: [item([element]) for element in elements[0]]

    def _map(self, key: Shape, value: Shape, flattened: bool) -> Plain:
        item = self.node(value)
        keys = key.name or self.service.resolve(key).name or "key"
        values = value.name or self.service.resolve(value).name or "value"

        def read(elements: list[Element]) -> object:
            entries = elements if flattened else list(elements[0])
            found: dict[str, object] = {}
            for entry in entries:
                name, held = child(entry, keys), child(entry, values)
                if name is not None and held is not None:
                    found[text_of(name)] = item([held])
            return found

        return read
