"""Syntax blocks that were joined into one line, with single spaces for their line ends and indentation.

    client.get_extension( ExtensionIdentifier='string', VersionNumber=123 )
    { 'Items': [ { 'Id': 'string', 'Kind': 'A, b'|'it's' }, ], 'NextToken': 'string' }

Quotes inside an enum value are not escaped, so a string ends where what may follow a string begins: the next name, or
what closes the type around it. The scanner goes forward only, with its own stack, and stops with a PageError.
"""

from __future__ import annotations

import re

from .facts import Node
from .source import Text
from .syntax import ANY_JSON, MAX_DEPTH, Syntax

_NAME = "[A-Za-z_][A-Za-z0-9_]*"
_MAX_NODES = 50_000
"""Ten times the largest, MediaConvert's job template."""
_CALL = re.compile(r"client\.([a-z_][a-z0-9_]*)\(")
# How an element of each type begins, and the quote that ends a string there.
_BEGINS = {
    "structure": re.compile(f" ?'({_NAME})': "),
    "eventstream": re.compile(f" ?'({_NAME})': "),
    "arguments": re.compile(f" ?({_NAME})="),
    "list": re.compile(" ?()"),
}
_ENDS = {
    "structure": re.compile(f"'(?=, '{_NAME}': | }})"),
    "eventstream": re.compile(f"'(?=, '{_NAME}': | }})"),
    "arguments": re.compile(rf"'(?=, {_NAME}=| \))"),
    "list": re.compile(r"'(?=, \])"),
}
_CLOSE = re.compile(r" ?(\}\)|\}|\]|\))")
_CLOSERS = {"})": "eventstream", "}": "structure", "]": "list", ")": "arguments"}
_SEPARATOR = re.compile(" ?,")  # an empty structure has a space before its comma
_OPENERS = {"{": "structure", "EventStream({": "eventstream", "[": "list"}
# What a value may be -> its type, and a trait of the node. Of those that begin alike the longest is first.
_SCALARS: dict[str, tuple[str, str]] = {
    ANY_JSON: ("document", ""),
    "{'... recursive ...'}": ("", "recursive"),
    "{...}": ("structure", "open"),
    "[...]": ("list", "open"),
    "{}": ("structure", ""),
    "123.0": ("double", ""),
    "123": ("integer", ""),
    "...": ("float", ""),
    "True|False": ("boolean", ""),
    "datetime(2015, 1, 1)": ("timestamp", ""),
    "b'bytes'|file": ("blob", "streaming"),
    "b'bytes'": ("blob", ""),
    "StreamingBody()": ("blob", "streaming"),
}
_VALUE = re.compile("(" + "|".join(re.escape(shown) for shown in _SCALARS) + r")|(EventStream\(\{|\{|\[)")
_STRING_OR = re.compile(r"'string' or \{[^{}]*\}")


def call(text: Text, number: int, at: int) -> tuple[str, Syntax, str]:
    """The method called at that offset of the line, the arguments that it shows, and what stands after them.

    Raises PageError.
    """
    line = text.lines[number]
    match = _CALL.match(line, at)
    if match is None:
        raise text.refuse(number, "the call of a method should stand here, as in `client.get_extension( ... )`")
    syntax, end = _scan(text, number, match.end(), "arguments")
    return match[1], syntax, line[end:]


def answer(text: Text, number: int, at: int) -> tuple[Syntax, str]:
    """The structure at that offset of the line, and what stands after it. Raises PageError."""
    line = text.lines[number]
    if not line.startswith("{", at):
        raise text.refuse(number, "the syntax of the answer should stand here")
    syntax, end = _scan(text, number, at + 1, "structure")
    return syntax, line[end:]


def _scan(text: Text, number: int, at: int, kind: str) -> tuple[Syntax, int]:
    """What stands from the offset `at` of the line on, inside an opened `kind`; and the offset after its end."""
    line = text.lines[number]
    root = top = Node("structure", number, members={})
    order: list[tuple[str | None, Node, Node]] = []
    stack: list[tuple[Node, str]] = []
    separated = True
    while True:
        close = _CLOSE.match(line, at)
        if close is not None:
            if _CLOSERS[close[1]] != kind:
                raise text.refuse(number, f"`{close[1]}` at column {close.start(1) + 1} closes no {kind}")
            at = close.end()
            if not stack:
                return Syntax(root, order, number + 1), at
            top, kind = stack.pop()
        else:
            begin = _BEGINS[kind].match(line, at)
            if begin is None or not separated:
                raise text.refuse(number, f"no member stands at column {at + 1}, where the syntax should go on")
            name = begin[1] or None
            node, opened, at = _value(text, number, begin.end(), kind)
            if name is None:
                if top.member is not None:
                    raise text.refuse(number, f"the list before column {at + 1} shows more than one element")
                top.member = node
            else:
                if name in top.members:
                    raise text.refuse(number, f"{name} stands a second time in one structure, before column {at + 1}")
                top.members[name] = node
            order.append((name, node, top))
            if len(order) > _MAX_NODES:
                raise text.refuse(number, f"a syntax of more than {_MAX_NODES:,} members is none of an operation")
            if opened:
                if len(stack) > MAX_DEPTH:
                    raise text.refuse(number, f"the types nest deeper than {MAX_DEPTH} levels")
                stack.append((top, kind))
                top, kind = node, opened
                continue
        separator = _SEPARATOR.match(line, at)
        separated = separator is not None
        if separator is not None:
            at = separator.end()


def _value(text: Text, number: int, at: int, kind: str) -> tuple[Node, str, int]:
    """The value at an offset of the line; the kind that it opens, if it does; and the offset after what was read."""
    line = text.lines[number]
    if line.startswith("'", at):
        if line.startswith("'string'", at):
            either = _STRING_OR.match(line, at)
            if either is not None:
                return Node("string", number), "", either.end()
        end = _ENDS[kind].search(line, at + 1)
        if end is None:
            raise text.refuse(number, f"the string at column {at + 1} does not end")
        told = line[at + 1 : end.start()]
        enum = () if told == "string" else tuple(dict.fromkeys(told.split("'|'")))
        return Node("string", number, enum=enum), "", end.end()
    match = _VALUE.match(line, at)
    if match is None:
        raise text.refuse(number, f"the value at column {at + 1} is none that a syntax shows")
    if match[1]:
        type_, trait = _SCALARS[match[1]]
        node = Node(type_, number)
        if trait:
            setattr(node, trait, True)
        return node, "", match.end()
    opened = _OPENERS[match[2]]
    if opened == "list":
        return Node("list", number), opened, match.end()
    return Node("structure", number, members={}, eventstream=opened == "eventstream"), opened, match.end()
