"""The few sentences of a page's prose that state a fact of the type, always in the same words."""

from __future__ import annotations

from bisect import bisect_right

from .bullets import Bullet
from .facts import Node
from .source import Text

UNION = "This is a Tagged Union structure. Only one of the"
TOKEN = "This field is autopopulated if not provided."  # noqa: S105 - a sentence, no secret
DEPRECATED = "This operation is deprecated and may not function as expected."


def deprecated(text: Text, start: int, end: int, heading: str = ".. danger::") -> int:
    """The line of the note that the operation is deprecated, below its `heading`; 0 without one."""
    if DEPRECATED not in text.text:
        return 0
    danger = False
    for number in range(start, end):
        line = text.lines[number].strip()
        if danger and line.startswith(DEPRECATED):
            return number
        danger = line == heading or (danger and not line)
    return 0


def enrich(text: Text, root: Node, listed: list[Bullet], start: int, end: int) -> None:
    """Mark unions and idempotency tokens on the nodes whose explanation holds the sentence."""
    union = _lines(text, UNION, start, end)
    token = _lines(text, TOKEN, start, end)
    if not union and not token:
        return
    starts = [bullet.line for bullet in listed]
    mark(
        root,
        [(_owner(starts, number), number) for number in union],
        [(_owner(starts, number), number) for number in token],
    )


def mark(root: Node, unions: list[tuple[int, int]], tokens: list[tuple[int, int]]) -> None:
    """Mark unions and idempotency tokens: pairs of the line of a bullet, and the line of the sentence below it."""
    by_bullet = {root.bullet: root} if root.bullet else {}
    todo = [root]
    while todo:
        node = todo.pop()
        for child in (*node.members.values(), node.member, node.key, node.value):
            if child is not None:
                by_bullet[child.bullet] = child
                todo.append(child)
    for bullet, number in unions:
        if bullet and (owner := by_bullet.get(bullet)) is not None and owner.type == "structure":
            owner.union = number
    for bullet, number in tokens:
        if bullet and (owner := by_bullet.get(bullet)) is not None:
            owner.idempotent = number


def _owner(starts: list[int], number: int) -> int:
    """The line of the last bullet above line `number`; 0 without one."""
    position = bisect_right(starts, number) - 1
    return starts[position] if position >= 0 else 0


def _lines(text: Text, sentence: str, start: int, end: int) -> list[int]:
    if sentence not in text.text:
        return []
    return [number for number in range(start, end) if sentence in text.lines[number]]
