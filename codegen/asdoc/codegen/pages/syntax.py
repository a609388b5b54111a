"""Request and response syntax blocks: the skeleton of a type, one line a node.

    {
        'State': 'BAKING'|'COMPLETE',
        'EventLog': [
            {
                'OccurredAt': datetime(2015, 1, 1)
            },
        ]
    }

The scanner keeps its own stack, so that nesting costs no Python frames, and stops with a PageError at the first line
that does not belong.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from .facts import Node
from .source import Text

MAX_DEPTH = 60
"""More than twice what the deepest documented type nests (23); a page that goes beyond it is not one of a service."""

ANY_JSON = "{...}|[...]|123|123.4|'string'|True|None"

# What a line shows -> the type, and what else the node carries.
_SCALARS: dict[str, tuple[str, dict[str, bool]]] = {
    "'string'": ("string", {}),
    "123": ("integer", {}),
    "123.0": ("double", {}),
    "...": ("float", {}),
    "True|False": ("boolean", {}),
    "datetime(2015, 1, 1)": ("timestamp", {}),
    "b'bytes'": ("blob", {}),
    "b'bytes'|file": ("blob", {"streaming": True}),
    "StreamingBody()": ("blob", {"streaming": True}),
    ANY_JSON: ("document", {}),
    "{'... recursive ...'}": ("", {"recursive": True}),
    "{}": ("structure", {}),
    "{...}": ("structure", {"open": True}),
    "[...]": ("list", {"open": True}),
}
_CLOSERS = {"}": "structure", "]": "list", "})": "eventstream"}


class Syntax(msgspec.Struct):
    """A scanned block: its root, its nodes in the order of the page, and the line after it."""

    root: Node
    order: list[tuple[str | None, Node, Node]]
    """(name or None in a list, node, parent)."""
    end: int


class _Shown(NamedTuple):
    """What one line shows of a member."""

    name: str
    type: str
    traits: dict[str, bool]
    enum: tuple[str, ...]
    opens: bool


# The same lines stand on thousands of pages, so what they show is kept; the longest are not worth it.
_MEMBERS: dict[str, _Shown] = {}
_ARGUMENTS: dict[str, _Shown] = {}
_KEPT = 30_000
_KEPT_LENGTH = 300


def scan(text: Text, start: int) -> Syntax:
    """The type that the block at line `start` shows: `response = client.x(` or `{`. Raises PageError."""
    lines = text.lines
    opening = lines[start].strip()
    if opening == "{}" or opening.endswith("()"):
        return Syntax(Node("structure", start), [], start + 1)
    root = Node("structure", start, members={})
    arguments = opening.endswith("(")
    if not arguments and opening != "{":
        raise text.refuse(start, "a syntax block should begin here")
    order: list[tuple[str | None, Node, Node]] = []
    stack: list[Node] = []
    top = root
    is_list = False
    kept = _ARGUMENTS if arguments else _MEMBERS
    last = len(lines)
    number = start
    while True:
        number += 1
        if number >= last:
            raise text.refuse(last - 1, f"the page ends inside the syntax block that begins at line {start}")
        line = lines[number].strip()
        shown = kept.get(line) if not is_list else None
        if shown is None:
            if not line or line == ",":
                continue  # an empty structure leaves its comma to the next line
            bare = line[:-1] if line[-1] == "," else line
            if bare[0] in "}])":
                if not stack:
                    if bare != (")" if arguments else "}"):
                        raise text.refuse(number, f"`{bare}` does not close the syntax block of line {start}")
                    return Syntax(root, order, number + 1)
                kind = _CLOSERS.get(bare)
                if kind is None or kind != ("eventstream" if top.eventstream else top.type):
                    raise text.refuse(number, f"`{bare}` does not close what line {top.line} opens")
                top = stack.pop()
                is_list = top.type == "list"
                kept = _ARGUMENTS if arguments and not stack else _MEMBERS
                continue
            shown = _shown(text, number, bare, "" if is_list else "=" if kept is _ARGUMENTS else "': ")
            if not is_list and len(line) <= _KEPT_LENGTH:
                if len(kept) >= _KEPT:
                    kept.clear()
                kept[line] = shown
        name, kind, traits, enum, opens = shown
        node = Node(kind, number, enum=enum)
        if traits:
            for trait in traits:
                setattr(node, trait, True)
        if opens and kind == "structure":
            node.members = {}
        if is_list:
            if top.member is not None:
                raise text.refuse(number, f"the list of line {top.line} shows more than one element")
            top.member = node
            order.append((None, node, top))
        else:
            if name in top.members:
                raise text.refuse(number, f"{name} stands here a second time")
            top.members[name] = node
            order.append((name, node, top))
        if opens:
            if len(stack) > MAX_DEPTH:
                raise text.refuse(number, f"the types nest deeper than {MAX_DEPTH} levels")
            stack.append(top)
            top = node
            is_list = kind == "list"
            kept = _MEMBERS


def _shown(text: Text, number: int, line: str, between: str) -> _Shown:
    """What the line shows; `between` stands between name and value, empty in a list. Raises PageError."""
    name, value = "", line
    if between == "=":
        name, _, value = line.partition("=")
    elif between:
        if line[0] != "'":
            raise text.refuse(number, "a member should stand here, as in 'Name': value", cut="the syntax block")
        name, _, value = line[1:].partition("': ")
    enum: tuple[str, ...] = ()
    opens = False
    scalar = _SCALARS.get(value)
    if scalar is not None:
        kind, traits = scalar
    elif value in ("{", "EventStream({", "["):
        kind, traits, opens = "list" if value == "[" else "structure", {}, True
        if value == "EventStream({":
            traits = {"eventstream": True}
    elif value[:1] == "'" and value[-1:] == "'" and len(value) > 1:
        kind, traits, enum = "string", {}, tuple(dict.fromkeys(value[1:-1].split("'|'")))
    elif value.startswith("'string' or {"):
        kind, traits = "string", {}
    else:
        raise text.refuse(
            number, f"the value of {name or 'a list'} is none that a syntax block shows", cut="the syntax block"
        )
    if between and not (name.isidentifier() and name.isascii()):
        raise text.refuse(number, "this is not the name of a member")
    return _Shown(name, kind, traits, enum, opens)


def maps_without_bullets(order: list[tuple[str | None, Node, Node]]) -> None:
    """Turn each structure of the one member 'string' into a map, as the syntax block alone would be read.

    Where the parameters are explained, their bullets tell the two apart; see `bullets`.
    """
    for _, node, _ in order:
        if node.type == "structure" and not node.eventstream and list(node.members) == ["string"]:
            become_map(node, Node("string", node.line))


def become_map(node: Node, key: Node) -> None:
    node.type = "map"
    node.key = key
    node.value = node.members["string"]
    node.members = {}
