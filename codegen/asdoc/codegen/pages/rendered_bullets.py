"""The explained parameters of a rendered page, once its markup is gone, and how they find their nodes.

    • State (string) –
      • (dict) –

What a page loses on its way from HTML to text are whole lists, so what is left is matched by name, the syntax block
leading. A line that only looks like a parameter, in prose, finds no node and is passed over.
"""

from __future__ import annotations

from . import bullets, syntax
from .bullets import Bullet
from .facts import Node
from .source import Text

TYPES = {
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
    "StreamingBody": "blob",
    "EventStream": "structure",
    "JSON serializable": "string",
    "document": "document",
}
"""What a page prints as the type of a parameter, without its markup."""

REQUIRED = "[REQUIRED]"


def combine(
    text: Text, scanned: syntax.Syntax | None, opening: int, listed: list[Bullet] | None, *, root: bool
) -> Node:
    """One tree of the syntax block, which begins at line `opening`, and the bullets.

    Either is None where the page elides or has lost it. Raises PageError where the bullets alone give no tree.
    """
    if scanned is None or not listed:
        node = bullets.combine(text, scanned, listed or None, root=root)
        return node if node.type else Node("structure", open=True)
    if bullets.enrich(scanned, listed, root=root):
        return scanned.root
    # Some bullets are missing or are prose; enriching has left its traces, so it begins again.
    scanned = syntax.scan(text, opening)
    _match(text, scanned.root, listed, root=root)
    lost = [entry for entry in scanned.order if (inner := entry[1].members.get("string")) and not inner.bullet]
    syntax.maps_without_bullets(lost)
    return scanned.root


def _match(text: Text, top: Node, listed: list[Bullet], *, root: bool) -> None:
    """Give each bullet to the node of its name below the node of the bullet that it stands under.

    Raises PageError where they nest too deep.
    """
    rest = listed
    base = -1
    if root and listed[0].name is None:
        top.bullet = listed[0].line
        base = listed[0].indent
        rest = listed[1:]
    # (indentation of the bullet, its node, True where what stands below it is the value of that map)
    stack: list[tuple[int, Node, bool]] = [(base, top, False)]
    for bullet in rest:
        while len(stack) > 1 and stack[-1][0] >= bullet.indent:
            stack.pop()
        _, parent, below_key = stack[-1]
        node: Node | None = None
        is_key = False
        if below_key:
            node = parent.value if bullet.name is None else None
        elif bullet.name is not None:
            node = parent.members.get(bullet.name)
            if node is None and parent.type == "structure" and not parent.recursive:
                # Told by the bullets alone, as some that a page hides from the syntax on purpose.
                node = parent.members[bullet.name] = _alone(bullet)
        elif parent.type == "list":
            node = parent.member
        elif parent.type == "structure" and list(parent.members) == ["string"]:
            syntax.become_map(parent, Node(bullet.type, bullet.line, bullet.line))
            node, is_key = parent, True
        if node is None or (node.bullet and not is_key):
            continue
        if not is_key:
            bullets.add(node, bullet, parent)
        if len(stack) > syntax.MAX_DEPTH and sum(not key for _, _, key in stack) > syntax.MAX_DEPTH:
            raise text.refuse(bullet.line, f"the types nest deeper than {syntax.MAX_DEPTH} levels")
        stack.append((bullet.indent, node, is_key))


def _alone(bullet: Bullet) -> Node:
    """The node of a bullet that the syntax block does not show."""
    return Node(
        bullet.type,
        members={},
        required=[],
        streaming=bullet.told == "StreamingBody" or "file-like" in bullet.told,
        eventstream=bullet.told == "EventStream",
        jsonvalue=bullet.told == "JSON serializable",
    )


def from_fields(name: str, told: str, line: int, first: str) -> Bullet | None:
    """The argument of fields that Sphinx left as they were, `type NAME:` and `param NAME:`; None where they are prose.

    `line` is that of the second, and `first` the first line of what it says.
    """
    kind = TYPES.get(told)
    return Bullet(name, kind, line, -1, first.startswith(REQUIRED), told) if kind is not None else None
