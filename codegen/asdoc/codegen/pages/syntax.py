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
    scalars = _SCALARS
    last = len(lines)
    number = start
    while True:
        number += 1
        if number >= last:
            raise text.refuse(last - 1, f"the page ends inside the syntax block that begins at line {start}")
        line = lines[number].strip()
        if not line:
            continue
        if line[-1] == ",":
            line = line[:-1]
            if not line:
                continue  # an empty structure leaves its comma to the next line
        first = line[0]
        if first == "}" or first == "]" or first == ")":
            if not stack:
                if line != (")" if arguments else "}"):
                    raise text.refuse(number, f"`{line}` does not close the syntax block of line {start}")
                return Syntax(root, order, number + 1)
            kind = _CLOSERS.get(line)
            if kind is None or kind != ("eventstream" if top.eventstream else top.type):
                raise text.refuse(number, f"`{line}` does not close what line {top.line} opens")
            top = stack.pop()
            is_list = top.type == "list"
            continue
        name: str | None
        if is_list:
            name, value = None, line
        elif arguments and not stack:
            name, _, value = line.partition("=")
        else:
            if first != "'":
                raise text.refuse(number, "a member should stand here, as in 'Name': value", cut="the syntax block")
            name, _, value = line[1:].partition("': ")
        scalar = scalars.get(value)
        if scalar is not None:
            node = Node(scalar[0], number)
            if scalar[1]:
                for trait in scalar[1]:
                    setattr(node, trait, True)
        elif value == "{" or value == "EventStream({":
            node = Node("structure", number, members={}, eventstream=value != "{")
        elif value == "[":
            node = Node("list", number)
        elif value[:1] == "'" and value[-1:] == "'" and len(value) > 1:
            node = Node("string", number, enum=tuple(value[1:-1].split("'|'")))
        elif value.startswith("'string' or {"):
            node = Node("string", number)
        else:
            raise text.refuse(
                number, f"the value of {name or 'a list'} is none that a syntax block shows", cut="the syntax block"
            )
        if name is None:
            if top.member is not None:
                raise text.refuse(number, f"the list of line {top.line} shows more than one element")
            top.member = node
        else:
            if not name.isidentifier() or not name.isascii():
                raise text.refuse(number, "this is not the name of a member")
            if name in top.members:
                raise text.refuse(number, f"{name} stands here a second time")
            top.members[name] = node
        order.append((name, node, top))
        if value[-1] in "{[" and scalar is None:
            if len(stack) > MAX_DEPTH:
                raise text.refuse(number, f"the types nest deeper than {MAX_DEPTH} levels")
            stack.append(top)
            top = node
            is_list = node.type == "list"


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
