"""The few sentences of a page's prose that state a fact of the type, always in the same words."""

from __future__ import annotations

from bisect import bisect_right

from .bullets import Bullet
from .facts import Node
from .source import Text

_UNION = "This is a Tagged Union structure. Only one of the"
_TOKEN = "This field is autopopulated if not provided."  # noqa: S105 - a sentence, no secret
_DEPRECATED = "This operation is deprecated and may not function as expected."


def deprecated(text: Text, start: int, end: int, heading: str = ".. danger::") -> int:
    """The line of the note that the operation is deprecated, below its `heading`; 0 without one."""
    if _DEPRECATED not in text.text:
        return 0
    danger = False
    for number in range(start, end):
        line = text.lines[number].strip()
        if danger and line.startswith(_DEPRECATED):
            return number
        danger = line == heading or (danger and not line)
    return 0


def enrich(text: Text, root: Node, listed: list[Bullet], start: int, end: int) -> None:
    """Mark unions and idempotency tokens on the nodes whose explanation holds the sentence."""
    union = _lines(text, _UNION, start, end)
    token = _lines(text, _TOKEN, start, end)
    if not union and not token:
        return
    by_bullet = {root.bullet: root} if root.bullet else {}
    todo = [root]
    while todo:
        node = todo.pop()
        for child in (*node.members.values(), node.member, node.key, node.value):
            if child is not None:
                by_bullet[child.bullet] = child
                todo.append(child)
    starts = [bullet.line for bullet in listed]
    for number in union:
        if (owner := _owner(by_bullet, starts, number)) is not None and owner.type == "structure":
            owner.union = number
    for number in token:
        if (owner := _owner(by_bullet, starts, number)) is not None:
            owner.idempotent = number


def _owner(by_bullet: dict[int, Node], starts: list[int], number: int) -> Node | None:
    position = bisect_right(starts, number) - 1
    return by_bullet.get(starts[position]) if position >= 0 else None


def _lines(text: Text, sentence: str, start: int, end: int) -> list[int]:
    if sentence not in text.text:
        return []
    return [number for number in range(start, end) if sentence in text.lines[number]]
