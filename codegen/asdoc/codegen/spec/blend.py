"""One tree of several that document the same type: the newest leads, and older ones tell what it cannot.

Nothing that was read is changed: a tree that comes of this is a new one. Since its parts may stem from several pages,
`Origins` says where a node, or one fact of it, was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from asdoc.codegen.pages.facts import Node, OperationPage
from asdoc.codegen.pages.source import Text


class Origins:
    """Where the nodes of blended trees were read. A node that it knows stays alive, so that its identity is its own."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[Text, int]] = {}
        self._nodes: list[Node] = []

    def put(self, node: Node, text: Text) -> None:
        """The lines of the node are lines of `text`."""
        self._known[id(node), ""] = (text, 0)
        self._nodes.append(node)

    def put_fact(self, node: Node, fact: str, text: Text, line: int) -> None:
        """One fact of the node (`enum`, `union`, `idempotent`) was read elsewhere."""
        self._known[id(node), fact] = (text, line)

    def text(self, node: Node, otherwise: Text) -> Text:
        return self._known.get((id(node), ""), (otherwise, 0))[0]

    def fact(self, node: Node, fact: str, otherwise: Text) -> tuple[Text, int]:
        """Text and line of one fact of the node."""
        line = node.line or node.bullet if fact == "enum" else int(getattr(node, fact))
        return self._known.get((id(node), fact), (self.text(node, otherwise), line))

    def copy_facts(self, node: Node, copy: Node) -> None:
        for fact in _FACTS:
            if (id(node), fact) in self._known:
                self._known[id(copy), fact] = self._known[id(node), fact]


_SHOWN_OPEN = {"structure": frozenset(("structure", "map")), "list": frozenset(("list",))}
_KINDS = frozenset(
    ("structure", "list", "map", "string", "integer", "float", "double", "boolean", "timestamp", "blob", "document")
)
"""What may stand where a page shows only braces, or nothing."""
_FACTS = ("enum", "union", "idempotent")


class Held(NamedTuple):
    """A node as one page tells it."""

    node: Node
    text: Text
    untold: frozenset[str]
    """What the page cannot tell: some of `required`, `union` and `idempotent`."""


EXPLAINED = frozenset(("required", "union", "idempotent"))
"""What only the explained parameters tell."""


def untold(page: OperationPage, root: Node) -> frozenset[str]:
    """What the page does not tell of that tree: its format never does, or the page elides it."""
    return EXPLAINED if root.unexplained else EXPLAINED & set(page.untold)


def blend(held: Sequence[Held], origins: Origins) -> Node:
    """The type that the pages tell, the newest page first.

    From older pages come a type, an enum, what is required, or a whole structure only where the newer cannot tell it.
    """
    first = held[0]
    if (first.node.open or not first.node.type) and not first.node.recursive:
        kinds = _SHOWN_OPEN.get(first.node.type, _KINDS)
        for position, other in enumerate(held):
            if not other.node.open and not other.node.recursive and other.node.type in kinds:
                return blend(held[position:], origins)
    node = msgspec.structs.replace(first.node, members={}, member=None, key=None, value=None)
    origins.put(node, first.text)
    _type(node, held)
    alike = [other for other in held if other.node.type == node.type and not other.node.recursive]
    if node.type == "string" and not node.enum and not node.line:
        told = next((other for other in alike if other.node.line), first)
        node.enum = told.node.enum
        origins.put_fact(node, "enum", told.text, told.node.line or told.node.bullet)
    for name in first.node.members:
        below = [other._replace(node=other.node.members[name]) for other in alike if name in other.node.members]
        node.members[name] = blend(below or [first._replace(node=first.node.members[name])], origins)
    for fact in first.untold:
        told = next((other for other in alike if fact not in other.untold), first)
        if fact == "required":
            node.required = [name for name in told.node.required if name in node.members]
        elif (line := getattr(told.node, fact)) and not getattr(node, fact):
            setattr(node, fact, line)
            origins.put_fact(node, fact, told.text, line)
    for part in ("member", "key", "value"):
        inside = [
            other._replace(node=getattr(other.node, part)) for other in (first, *alike) if getattr(other.node, part)
        ]
        if getattr(first.node, part) is not None:
            inside = list({id(other.node): other for other in inside}.values())
            setattr(node, part, blend(inside, origins))
    return node


def _type(node: Node, held: Sequence[Held]) -> None:
    if not node.type:
        node.type = next((other.node.type for other in held if other.node.type), "")
    elif node.type == "float" and not node.line and any(other.node.line for other in held):
        # Bullets alone call both kinds of number so; a syntax block tells them apart.
        exact = next(other.node.type for other in held if other.node.line)
        node.type = exact if exact == "double" else "float"


def copied(node: Node, text: Text, origins: Origins) -> Node:
    """A copy of a tree whose root was read in `text`, or wherever `origins` says."""
    text = origins.text(node, text)
    copy = msgspec.structs.replace(node, members={}, member=None, key=None, value=None, required=list(node.required))
    origins.put(copy, text)
    origins.copy_facts(node, copy)
    copy.members = {name: copied(child, text, origins) for name, child in node.members.items()}
    for part in ("member", "key", "value"):
        if (inner := getattr(node, part)) is not None:
            setattr(copy, part, copied(inner, text, origins))
    return copy
