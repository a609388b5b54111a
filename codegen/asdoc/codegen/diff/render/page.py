"""A difference in the layout of the API-changes page, as text: what came, and nothing else.

The sentences of that page are not ours, and no spec holds them: where the page describes something, nothing stands
here. All else is laid out as `codegen.pages.changes` reads it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from asdoc.codegen.pages import Node
from asdoc.codegen.spec.load import Spec, load_spec
from asdoc.runtime.errors import AsdocError

from ..gains import Operation, Values, operations
from ..scope import alike
from ..sides import Side

_WORDS = {
    "structure": "dict",
    "map": "dict",
    "timestamp": "datetime",
    "long": "integer",
    "double": "float",
    "blob": "bytes",
    "document": ":ref:`document<document>`",
}
_VALUES = {
    "string": "'string'",
    "integer": "123",
    "long": "123",
    "float": "...",
    "double": "...",
    "boolean": "True|False",
    "timestamp": "datetime(2015, 1, 1)",
    "blob": "b'bytes'",
    "document": "{...}|[...]|123|123.4|'string'|True|None",
}


def render(old: Side, new: Side, services: Iterable[str]) -> str:
    """The page of the one service. Raises AsdocError where there are several, or a side does not have it."""
    names = sorted(services)
    if len(names) != 1 or names[0] not in old.services or names[0] not in new.services:
        raise AsdocError(
            f"writing an API-changes page: it is of one service that both sides have, and these are {len(names)}.",
            hint="Say which with --service NAME.",
        )
    scope = alike(load_spec(old.specs, names[0]), load_spec(new.specs, names[0]))
    return page(scope.old, scope.new, new.date)


def page(old: Spec, new: Spec, date: str = "") -> str:
    """The page of what the new spec has beyond the old one; without a date, of today."""
    found = operations(old, new)
    came = sum(operation.new for operation in found)
    counts = [f"{count} {kind}" for count, kind in ((came, "new"), (len(found) - came, "updated")) if count]
    day = (date or datetime.date.today().isoformat()).replace("-", "/")
    title = new.metadata.get("serviceFullName") or new.client
    lines = [f"{day} - {title} - {' '.join(counts or ['0 updated'])} api methods"]
    lines.append(f"Changes {came} operations are new, {len(found) - came} take or answer more than before.")
    for operation in found:
        lines += _operation(operation)
    return "\n".join(lines) + "\n"


def _operation(operation: Operation) -> Iterator[str]:
    gained = [told for told in (operation.request, operation.response) if told]
    if len(gained) == 2 and gained[0] == gained[1]:
        gained.pop()
    if len(gained) == 2:
        yield f"{shown(gained[0])} Response"
        yield shown(gained[1])
    elif gained:
        yield shown(gained[0])
    yield "See also: AWS API Documentation"
    yield "Request Syntax"
    arguments = operation.input.members if operation.input is not None else {}
    told = ", ".join(f"{name}={_value(member)}" for name, member in arguments.items())
    yield f"client.{operation.method}( {told} )" if told else f"client.{operation.method}()"
    for name, member in arguments.items():
        yield _WORDS.get(member.type, member.type)
        if operation.input is not None and name in operation.input.required:
            yield "[REQUIRED]"
        yield from _inside(member)
    if operation.output is None:
        yield "None"
        return
    yield "dict"
    yield "Response Syntax"
    yield _value(operation.output)
    yield "Response Structure"
    yield "(dict) --"
    yield from _inside(operation.output)


def _inside(node: Node) -> Iterator[str]:
    """The lines below that of the node itself."""
    if node.recursive:
        return
    if node.type == "structure":
        for name, member in node.members.items():
            required = " [REQUIRED]" if name in node.required else ""
            yield f"{name} ({_WORDS.get(member.type, member.type)}) --{required}"
            yield from _inside(member)
        return
    for inner in (node.key, node.value) if node.type == "map" else (node.member,):
        if inner is not None:
            yield f"({_WORDS.get(inner.type, inner.type)}) --"
            yield from _inside(inner)


def _value(node: Node) -> str:
    if node.recursive:
        return "{'... recursive ...'}"
    if node.streaming:
        return "StreamingBody()"
    if node.type == "structure":
        told = ", ".join(f"'{name}': {_value(member)}" for name, member in node.members.items())
        return f"{{ {told} }}" if told else "{...}" if node.open else "{}"
    if node.type == "list":
        return f"[ {_value(node.member)}, ]" if node.member is not None else "[...]"
    if node.type == "map":
        if node.value is None:
            return "{...}"
        return f"{{ 'string': {_value(node.value)} }}"  # of a key the page shows no values
    if node.enum:
        return "|".join(f"'{value}'" for value in node.enum)
    return _VALUES.get(node.type, "'string'")


def shown(told: Any) -> str:
    """A dictionary of what was gained, as Python prints it, keys in the order of names."""
    if isinstance(told, dict):
        return "{" + ", ".join(f"{key!r}: {shown(value)}" for key, value in sorted(told.items())) + "}"
    if isinstance(told, Values):
        return "{" + ", ".join(repr(value) for value in sorted(told)) + "}"
    if isinstance(told, list):
        return f"[{', '.join(shown(value) for value in told)}]" if told else "()"
    return repr(told)
