"""The explained parameters of an API-changes page, brought to the types that the syntax line shows.

    string                          the type of an argument, without its name
    [REQUIRED] Prose.
    Name (string) -- [REQUIRED]     of what is nested, without its indentation
    (string) --                     an element, or the key of a map

The lines come in the order of the syntax. Prose between them may look just like them, so both are aligned as two
sequences: one after another where that leaves nothing over, else so that as much as possible of what only an
explained parameter shows is used. An argument whose type was a link has lost its line, with all of its prose that was
a link.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from .facts import Node
from .source import Text
from .syntax import Syntax, become_map

_TYPES = {
    "string": "string",
    "dict": "structure",
    "list": "list",
    "integer": "integer",
    "float": "float",
    "boolean": "boolean",
    "datetime": "timestamp",
    "bytes": "blob",
    "bytes or seekable file-like object": "blob",
    ":class:`.StreamingBody`": "blob",
    ":class:`.EventStream`": "structure",
    ":ref:`document<document>`": "document",
    "JSON serializable": "jsonvalue",
}
_NESTED = re.compile(
    r"(?:([A-Za-z_][A-Za-z0-9_]*) )?\((" + "|".join(re.escape(told) for told in _TYPES) + r")\) --(?: (.*))?"
)
_REQUIRED = "[REQUIRED]"
_TOKEN = "This field is autopopulated if not provided."  # noqa: S105 - a sentence, no secret
_MAX_CELLS = 600_000
"""How much of a page may be aligned the dear way: about a second of work."""
_SKIPPED = -20
_ODD, _LIKELY, _SURE = 1, 3, 8
"""How much a mark looks like one and not like prose."""


class Mark(NamedTuple):
    """A line that looks like the head of an explained parameter."""

    line: int
    argument: bool
    """True of a line that is nothing but a type, or but the mark of a required argument that has lost its type."""
    name: str | None
    type: str
    required: bool
    weight: int


class _Place(NamedTuple):
    """What the syntax lets one expect: a node, or the key of a map."""

    name: str | None
    node: Node
    parent: Node
    argument: bool
    key: bool


def marks(text: Text, start: int, end: int, *, arguments: bool) -> list[Mark]:
    """All marks on the lines from `start` up to, not including, `end`; those of arguments only on request."""
    lines = text.lines
    found: list[Mark] = []
    for number in range(start, end):
        line = lines[number]
        if ") --" in line:
            match = _NESTED.fullmatch(line)
            if match is not None:
                required = (match[3] or "").startswith(_REQUIRED)
                found.append(Mark(number, False, match[1], _TYPES[match[2]], required, _SURE))
        elif arguments and line in _TYPES:
            following = lines[number + 1] if number + 1 < end else ""
            required = following.startswith(_REQUIRED)
            weight = _SURE if required else _LIKELY if " " in following else _ODD
            found.append(Mark(number, True, None, _TYPES[line], required, weight))
        elif arguments and line.startswith(_REQUIRED) and lines[number - 1] not in _TYPES:
            found.append(Mark(number, True, None, "", True, _SURE))
    return found


class Aligner:
    """Aligns the operations of one page; it remembers how much of the page was aligned the dear way."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._cells = 0
        self._tokens = [number for number, line in enumerate(text.lines) if _TOKEN in line]

    def align(self, syntax: Syntax, found: list[Mark], end: int, *, root: bool) -> list[Mark]:
        """Add to the syntax tree what the marks tell. They stand above the line `end`. `root`: the first
        mark explains the whole answer.

        Returns the marks used, in their order. Raises PageError where marks and syntax are too far apart.
        """
        used: list[Mark] = []
        if root and found and not found[0].argument and found[0].name is None:
            syntax.root.bullet = found[0].line
            used.append(found[0])
            found = found[1:]
        places = _places(syntax, found, root=root)
        pairs = self._pairs(places, found)
        for place, mark in pairs:
            _add(place, mark)
            used.append(mark)
        if pairs and self._tokens:
            self._fill_tokens(pairs, end)
        return used

    def _fill_tokens(self, pairs: list[tuple[_Place, Mark]], end: int) -> None:
        """The client fills the token of which this is said between its own mark and the next."""
        lines = [mark.line for _, mark in pairs]
        tokens = self._tokens
        for number in tokens[bisect_right(tokens, lines[0]) : bisect_right(tokens, end - 1)]:
            pairs[bisect_right(lines, number) - 1][0].node.idempotent = number

    def _pairs(self, places: list[_Place], found: list[Mark]) -> list[tuple[_Place, Mark]]:
        """Which mark explains which place. Both ends are taken one by one as far as there is no doubt."""
        alike = len(places) == len(found)
        length = min(len(places), len(found))
        head = 0
        while head < length and _fits(places[head], found[head]):
            if not (alike or head == 0 or found[head].weight == _SURE):
                break
            head += 1
        tail = 0
        while tail < length - head and _fits(places[-1 - tail], found[-1 - tail]) and found[-1 - tail].weight == _SURE:
            tail += 1
        pairs = list(zip(places[:head], found[:head], strict=True))
        if head < len(places) or head < len(found):
            pairs += self._best(places[head : len(places) - tail], found[head : len(found) - tail])
        if tail:
            pairs += zip(places[-tail:], found[-tail:], strict=True)
        return pairs

    def _best(self, places: list[_Place], found: list[Mark]) -> list[tuple[_Place, Mark]]:
        """The alignment that uses most of what looks like marks, and leaves out as few places as it can."""
        if not places or not found:
            return []
        columns = len(found) + 1
        self._cells += len(places) * columns
        if self._cells > _MAX_CELLS:
            raise self._text.refuse(found[0].line, "what is explained from here on does not fit the syntax above it")
        # score[i][j]: the best that the places from i on and the marks from j on can give.
        score = [[0] * columns for _ in range(len(places) + 1)]
        for i in range(len(places) - 1, -1, -1):
            place = places[i]
            row, below = score[i], score[i + 1]
            lost = 0 if _may_be_lost(place) else _SKIPPED
            row[-1] = below[-1] + lost
            for j in range(len(found) - 1, -1, -1):
                best = max(row[j + 1], below[j] + lost)
                if _fits(place, found[j]):
                    best = max(best, below[j + 1] + found[j].weight)
                row[j] = best
        pairs: list[tuple[_Place, Mark]] = []
        i = j = 0
        while i < len(places) and j < len(found):
            place, mark = places[i], found[j]
            if _fits(place, mark) and score[i][j] == score[i + 1][j + 1] + mark.weight:
                pairs.append((place, mark))
                i, j = i + 1, j + 1
            elif score[i][j] == score[i][j + 1]:
                j += 1
            else:
                i += 1
        return pairs


def _places(syntax: Syntax, found: list[Mark], *, root: bool) -> list[_Place]:
    """What to expect, in order. A structure of the one member `string` is a map unless a mark names that member."""
    named = any(mark.name == "string" for mark in found)
    places: list[_Place] = []
    for name, node, parent in syntax.order:
        told = name
        if (
            name == "string"
            and parent.type == "structure"
            and len(parent.members) == 1
            and parent is not syntax.root
            and not parent.eventstream
            and not (named and len(places) < len(found) and found[len(places)].name == "string")
        ):
            become_map(parent, Node("string", parent.line))
            places.append(_Place(None, parent, parent, False, True))
            told = None
        places.append(_Place(told, node, parent, not root and parent is syntax.root, False))
    return places


def _may_be_lost(place: _Place) -> bool:
    """An argument whose type is printed as a link has no line of its own."""
    return place.argument and (place.node.type == "document" or place.node.eventstream)


def _fits(place: _Place, mark: Mark) -> bool:
    if mark.argument is not place.argument:
        return False
    if mark.type == "":
        return _may_be_lost(place)
    if not place.argument and mark.name != place.name:
        return False
    if place.key:
        return True
    kind, told = place.node.type, mark.type
    return (
        kind == told
        or kind == ""
        or (told == "structure" and kind == "map")
        or (told == "float" and kind == "double")
        or (told == "jsonvalue" and kind in ("document", "string"))
    )


def _add(place: _Place, mark: Mark) -> None:
    node = place.node
    if place.key:
        node.key = Node(mark.type, mark.line, mark.line)
        return
    node.bullet = mark.line
    if mark.required and place.name is not None:
        if place.parent.required:
            place.parent.required.append(place.name)
        else:
            place.parent.required = [place.name]
    if mark.type == "jsonvalue":
        node.type, node.jsonvalue = "string", True
    elif node.type in ("", "float") and mark.type:
        node.type = mark.type
