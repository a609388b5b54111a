"""The dictionary before an updated operation of an API-changes page: what was added to its types.

    {'Applied': [{'Id': 'string', 'Count': 'integer'}], 'Log': {'Kind': 'USER | ROLE', 'State': ['PAUSED']}}

A member that is new shows its whole type: a dictionary for a structure or a map, a list for a list, a word for a
scalar, all values of an enum in one string. On the way to what is new a list and a map show only what their elements
gained, and an enum the values that it gained. Which reading holds is decided by the operation's own type.
"""

from __future__ import annotations

import re
from typing import Any

from .facts import Node
from .syntax import MAX_DEPTH

_TOKEN = re.compile(
    r"""\s*(?:([\[{(])|([\]})])|([,:])|'([^'\\]*(?:\\.[^'\\]*)*)'|"([^"\\]*(?:\\.[^"\\]*)*)"|set(?=\(\)))"""
)
_ESCAPE = re.compile(r"\\(.)")
_PAIRS = {"{": "}", "[": "]", "(": ")"}
# A page says `integer` of a long elsewhere, and of a float or double one of the two; a spec tells them apart.
_WORDS = {
    "string": ("string",),
    "integer": ("integer", "long"),
    "long": ("integer", "long"),
    "float": ("float", "double"),
    "double": ("double", "float"),
    "boolean": ("boolean",),
    "timestamp": ("timestamp",),
    "blob": ("blob",),
}


class _Open:
    """A bracket that is open: what it holds so far."""

    __slots__ = ("bracket", "items", "keys", "pieces")

    def __init__(self, bracket: str) -> None:
        self.bracket = bracket
        self.keys: list[str] = []
        self.items: list[Any] = []
        self.pieces: list[str] = []
        """Of the string that goes on; a long one is broken into several."""

    def end_string(self) -> None:
        if self.pieces:
            self.items.append("".join(self.pieces))
            self.pieces = []

    def name(self) -> bool:
        """Take the last string for the key of the next value; False where there is none."""
        self.end_string()
        if self.bracket != "{" or len(self.items) != len(self.keys) + 1 or not isinstance(self.items[-1], str):
            return False
        self.keys.append(self.items.pop())
        return True

    def close(self) -> Any:
        """The value, or None where a key has no value. Strings in parentheses are one string."""
        self.end_string()
        if self.keys:
            return dict(zip(self.keys, self.items, strict=True)) if len(self.keys) == len(self.items) else None
        if self.bracket == "(" and len(self.items) == 1 and isinstance(self.items[0], str):
            return self.items[0]
        return {} if self.bracket == "{" and not self.items else self.items


def parse(line: str) -> dict[str, Any] | None:
    """The dictionary that the line is; None where it is none. Sets and tuples come as lists, strings joined."""
    if not line.startswith("{'") or not line.endswith("}"):
        return None
    stack: list[_Open] = []
    at = 0
    while (match := _TOKEN.match(line, at)) is not None:
        at = match.end()
        opener, closer, sign, *strings = match.groups()
        if opener:
            if len(stack) > 2 * MAX_DEPTH:
                return None
            stack.append(_Open(opener))
            continue
        top = stack[-1]
        if closer:
            value = stack.pop().close()
            if _PAIRS[top.bracket] != closer or value is None:
                return None
            if not stack:
                return value if at == len(line) and isinstance(value, dict) else None
            stack[-1].items.append(value)
        elif sign == ":":
            if not top.name():
                return None
        elif sign:
            top.end_string()
        else:  # nothing at all is the word `set` before its parentheses
            top.pieces += [_ESCAPE.sub(r"\1", told) for told in strings if told is not None]
    return None


def project(root: Node, told: dict[str, Any], line: int) -> Node | None:
    """The part of the type `root` that the dictionary of that line tells; None where it is none of that type's."""
    found = Node("structure", line, members={})
    todo: list[tuple[Node, Any, Node]] = [(root, told, found)]
    while todo:
        node, value, out = todo.pop()
        inner = _inside(node, value, out, line)
        if inner is None:
            return None
        todo += inner
    return found


def _inside(node: Node, value: Any, out: Node, line: int) -> list[tuple[Node, Any, Node]] | None:
    """Fill `out` with what the value tells of the node; what is left to do inside it, or None where they differ."""
    out.type = node.type
    if node.recursive:
        out.recursive = True  # where the dictionary goes a level further, it repeats what stands above
        return []
    if value == [] and node.type in ("structure", "list", "map"):
        return []
    if node.type == "structure":
        if not isinstance(value, dict) or not value.keys() <= node.members.keys():
            return None
        out.eventstream = node.eventstream
        out.members = {name: Node("", line) for name in value}
        return [(node.members[name], value[name], out.members[name]) for name in value]
    if node.type == "list" and node.member is not None:
        out.member = Node("", line)
        whole = isinstance(value, list) and len(value) == 1 and not _gained(node.member, value)
        return [(node.member, value[0] if whole else value, out.member)]
    if node.type == "map" and node.value is not None:
        out.value = Node("", line)
        if _is_whole_map(node.value, value):
            (key,) = value
            out.key = Node("string", line, enum=() if key == "string" else tuple(key.split(" | ")))
            return [(node.value, value[key], out.value)]
        out.key = Node(node.key.type if node.key is not None else "string", line)
        return [(node.value, value, out.value)]
    return [] if _scalar(node, value, out) else None


def _is_whole_map(inner: Node, value: Any) -> bool:
    """True of `{key: type}`, False of what the values of the map gained."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    while inner.type in ("list", "map") and (element := inner.member or inner.value) is not None:
        inner = element
    return inner.type != "structure" or not value.keys() <= inner.members.keys()


def _gained(node: Node, value: list[Any]) -> bool:
    """True where the list holds values that an enum gained, rather than the type of the elements of a list."""
    if node.type != "string" or not node.enum or value == [" | ".join(node.enum)]:
        return False
    values = set(node.enum)
    return all(isinstance(item, str) and item in values for item in value)


def _scalar(node: Node, value: Any, out: Node) -> bool:
    if isinstance(value, list):
        if not value or not _gained(node, value):
            return False
        gained = set(value)
        out.enum = tuple(item for item in node.enum if item in gained)
        return True
    if isinstance(value, dict):
        return node.type == "document" and not value
    if node.enum and value == " | ".join(node.enum):
        out.enum = node.enum
        return True
    out.jsonvalue = node.jsonvalue
    return node.type in _WORDS.get(value, ())
