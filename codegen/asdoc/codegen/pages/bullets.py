"""The explained parameters below a syntax block, and how they enrich the tree that the block gave.

    - **State** *(string) --*
    :type AllowRevert: boolean
    :param AllowRevert: **[REQUIRED]**

Both list the same nodes in the same order, so they are walked side by side. Where a page hides or adds a parameter in
one of the two, the bullets are nested by their indentation and matched by name, and each stands in for the other.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .facts import Node
from .source import Text
from .syntax import MAX_DEPTH, Syntax, become_map, maps_without_bullets

_BULLET = re.compile(
    r"( *)- (?:\*\*([A-Za-z_][A-Za-z0-9_]*)\*\* )?"  # indentation, name
    r"(?:\*\(([^)]*)\) --\*|\((.*?)\) --)(.*)"  # type, or a type that is a link; what follows
)
_TYPES = {
    "dict": "structure",
    "list": "list",
    "string": "string",
    "str or dict": "string",
    "integer": "integer",
    "float": "float",
    "boolean": "boolean",
    "datetime": "timestamp",
    "bytes": "blob",
    "bytes or seekable file-like object": "blob",
    ":class:`.StreamingBody`": "blob",
    ":class:`.EventStream`": "structure",
    "JSON serializable": "string",
    ":ref:`document<document>`": "document",
    "*dict*": "structure",
}
_REQUIRED = " **[REQUIRED]**"


class Bullet(NamedTuple):
    name: str | None
    type: str
    line: int
    indent: int
    required: bool
    told: str
    """The type as printed."""


def scan(text: Text, start: int, end: int, pad: str) -> list[Bullet]:
    """The bullets of the lines from `start` up to, not including, `end`. Raises PageError for a type unheard of."""
    found: list[Bullet] = []
    types = _TYPES
    typed = pad + ":type "
    # Most lines are prose; the tests that pass them over are all that they cost, and an answer needs but one.
    within = enumerate(text.lines[start:end], start)
    if f"\n{typed}" in text.text:
        candidates = [(number, line) for number, line in within if ") --" in line or line.startswith(typed)]
    else:
        candidates = [(number, line) for number, line in within if ") --" in line]
    for number, line in candidates:
        if line.startswith(typed):
            found.append(_parameter(text, number, line[len(typed) :], pad))
        elif (match := _BULLET.match(line)) is not None:
            indent, name, told, special, rest = match.groups()
            told = told or special
            kind = types.get(told)
            if kind is not None:
                found.append(Bullet(name, kind, number, len(indent), rest.startswith(_REQUIRED), told))
    return found


def _parameter(text: Text, number: int, typed: str, pad: str) -> Bullet:
    """A whole argument: `:type NAME: TYPE`, and `:param NAME:` on the next line."""
    name, _, told = typed.partition(": ")
    kind = _TYPES.get(told)
    if kind is None or not (name.isidentifier() and name.isascii()):
        raise text.refuse(number, "this is not the type of a parameter")
    following = text.lines[number + 1] if number + 1 < len(text.lines) else ""
    opening = f"{pad}:param {name}:"
    if not following.startswith(opening):
        raise text.refuse(number, f"the parameter {name} is not explained on the next line")
    return Bullet(name, kind, number + 1, len(pad), following.startswith(_REQUIRED, len(opening)), told)


def enrich(syntax: Syntax, bullets: list[Bullet], *, root: bool) -> bool:
    """Add to the tree what the bullets tell. `root`: the first bullet explains the whole answer.

    False where the two do not list the same nodes; the tree is then unchanged but for traits already set, and
    `merge` must do the work.
    """
    order = syntax.order
    position = 0
    total = len(bullets)
    if root:
        if not total or bullets[0].name is not None:
            return False
        syntax.root.bullet = bullets[0].line
        position = 1
    for name, node, parent in order:
        if position >= total:
            return False
        bullet = bullets[position]
        if bullet[0] != name:
            if bullet[0] is None and name == "string" and parent.type == "structure" and position + 1 < total:
                become_map(parent, Node(bullet.type, bullet.line, bullet.line))
                position += 1
                bullet = bullets[position]
                if bullet[0] is not None:
                    return False
            else:
                return False
        if node.bullet != bullet[2]:
            add(node, bullet, parent)
        position += 1
    return position == total


def add(node: Node, bullet: Bullet, parent: Node) -> None:
    """Bring what one bullet tells into its node, and into that node's parent where the bullet says required."""
    node.bullet = bullet.line
    if bullet.required and bullet.name is not None:
        if parent.required:
            parent.required.append(bullet.name)
        else:
            parent.required = [bullet.name]
    kind = node.type
    told = bullet.type
    if kind != told:
        if kind == "" or kind == "float":
            node.type = told
        elif kind == "document" and bullet.told == "JSON serializable":
            node.type = "string"
            node.jsonvalue = True


def tree(text: Text, bullets: list[Bullet], *, root: bool) -> Node:
    """The tree that the bullets alone give, nested by their indentation.

    What only the syntax tells (enums, recursion, double or float) is absent. A dictionary whose first inner bullet
    has no name is a map.
    """
    top = Node("structure", members={}, required=[])
    rest = bullets
    if root:
        if not bullets or bullets[0].name is not None:
            return top
        top.bullet = bullets[0].line
        rest = bullets[1:]
    stack: list[tuple[int, Node]] = [(-1, top)]
    for bullet in rest:
        while stack[-1][0] >= bullet.indent:
            stack.pop()
        parent = stack[-1][1]
        node = Node(bullet.type, 0, bullet.line, members={}, required=[])
        node.streaming = "StreamingBody" in bullet.told or "file-like" in bullet.told
        node.eventstream = "EventStream" in bullet.told
        node.jsonvalue = bullet.told == "JSON serializable"
        if len(stack) > MAX_DEPTH:
            raise text.refuse(bullet.line, f"the types nest deeper than {MAX_DEPTH} levels")
        if bullet.name is not None:
            if parent.type != "structure":
                raise text.refuse(bullet.line, f"{bullet.name} is a member, but stands in no structure")
            parent.members[bullet.name] = node
            if bullet.required:
                parent.required.append(bullet.name)
        elif parent.type == "list":
            parent.member = node
        elif parent.type == "map":
            parent.value = node
            if node.type in ("structure", "list", "map"):
                stack.append((bullet.indent, node))
            continue
        elif parent.type == "structure" and not parent.members:
            # The key of a map; its value stands one level further in, at the same depth as far as nesting goes.
            parent.type = "map"
            parent.key = node
            continue
        else:
            raise text.refuse(bullet.line, "this element stands in no list and in no map")
        stack.append((bullet.indent, node))
    return top


def merge(skeleton: Node, told: Node) -> None:
    """Bring what the bullets' own tree `told` knows into the syntax tree `skeleton`, by name, the syntax leading."""
    todo = [(skeleton, told)]
    while todo:
        node, other = todo.pop()
        node.bullet = other.bullet
        if node.type == "structure" and other.type == "map" and list(node.members) == ["string"]:
            become_map(node, other.key or Node("string", node.line))
        if node.type in ("", "float") and other.type:
            node.type = other.type
        if node.type == "document" and other.jsonvalue:
            node.type, node.jsonvalue = "string", True
        if node.type == "structure" and other.type == "structure" and not node.recursive:
            node.required = list(other.required)
            merged: dict[str, Node] = {}
            for name, child in other.members.items():
                if name in node.members:
                    todo.append((node.members[name], child))
                    merged[name] = node.members[name]
                else:
                    merged[name] = child
            for name, child in node.members.items():
                merged.setdefault(name, child)
            node.members = merged
        elif node.type == other.type == "list" and node.member is not None and other.member is not None:
            todo.append((node.member, other.member))
        elif node.type == other.type == "map" and node.value is not None and other.value is not None:
            if other.key is not None:
                node.key = other.key
            todo.append((node.value, other.value))


def combine(text: Text, syntax: Syntax | None, bullets: list[Bullet] | None, *, root: bool) -> Node:
    """One tree of both: `syntax` is None where the page elides the block, `bullets` where it elides the list."""
    if syntax is None:
        return tree(text, bullets, root=root) if bullets is not None else Node("structure", open=True)
    if bullets is None:
        syntax.root.unexplained = True
        maps_without_bullets(syntax.order)
        return syntax.root
    if not enrich(syntax, bullets, root=root):
        merge(syntax.root, tree(text, bullets, root=root))
        maps_without_bullets([entry for entry in syntax.order if not entry[1].bullet])
    return syntax.root
