"""What the docstrings of generated code say: facts of the spec in a fixed form, and the address of the page.

Every function returns lines; `quoting.docstring` makes them safe to stand in source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from asdoc.runtime.customs import ALSO_TAKEN
from asdoc.runtime.schema import Operation, Service, Shape, WaiterRule

from .quoting import wrap

WIDTH = 100
"""Columns that a docstring may take, its margin aside."""
_LONGEST_PATTERN = 80
_MOST_VALUES = 100
"""Allowed values that are told one by one; of more, as many as `_FIRST_VALUES`."""
_FIRST_VALUES = 20
_KINDS = {
    "string": "str",
    "character": "str",
    "integer": "int",
    "long": "int",
    "float": "float",
    "double": "float",
    "boolean": "bool",
    "timestamp": "datetime",
    "blob": "bytes",
    "document": "any JSON value",
}


def method_lines(
    service: Service, operation: Operation, parameters: Mapping[str, str], dicts: Mapping[str, str], result: str
) -> list[str]:
    """The docstring of a client's method.

    `parameters` maps a documented name to the Python one, `dicts` a structure to the name of its TypedDict.
    """
    # Protocols without REST send every call to the same path: that tells nothing.
    address = "" if operation.uri == "/" else f": {operation.http_method} {operation.uri}"
    lines = [f"{operation.name}{address}"]
    if operation.deprecated:
        lines += ["", "Deprecated: its page says so."]
    request = service.shapes[operation.input] if operation.input else Shape()
    if request.members:
        lines += ["", "Args:"]
        for member, name in parameters.items():
            line = value_line(service, request.members[member], member in request.required)
            also = ALSO_TAKEN.get((service.service, member))
            lines += _item(f"{name}: {line}{f' Or {also.told}.' if also else ''}")
            lines += _keys(service, request.members[member], dicts)
    lines += ["", "Returns:", *_result(service, operation, result)]
    if operation.errors:
        lines += ["", "Raises:"]
        for name in operation.errors:
            error = service.shapes[name].error
            lines += _item(f"{name}: status {error.status}." if error else f"{name}.")
    if operation.page:
        lines += ["", f"Page: {operation.page}"]
    return lines


def listing_lines(operation: Operation, method: str, *, items: bool) -> list[str]:
    """The docstring of a method that walks over pages."""
    told = (
        f"The {'items' if items else 'pages'} of {operation.name}, page after page. Arguments as of `Client.{method}`."
    )
    lists = operation.pagination.result_key if operation.pagination else ()
    if len(lists) > 1:
        told += f" A page has more than one list: {', '.join(lists)}."
    lines = wrap(told, width=WIDTH)
    return [*lines, "", f"Page: {operation.page}"] if operation.page else lines


def waiter_lines(rule: WaiterRule, operation: Operation) -> list[str]:
    """The docstring of a method that waits: how often it asks what, and what ends it."""
    text = (
        f"Call {operation.method} every {rule.delay} seconds, {rule.max_attempts} times at most, until it tells "
        f"{rule.name}. Arguments as of `Client.{operation.method}`."
    )
    lines = [*wrap(text, width=WIDTH), "", "Ends:"]
    for acceptor in rule.acceptors:
        lines += _item(f"{acceptor.state}: {_ENDS[acceptor.matcher].format(acceptor)}.")
    lines += ["", "Raises:", "    WaiterError: it will not be so, or did not become so in time."]
    return [*lines, "", f"Page: {operation.page}"] if operation.page else lines


_ENDS = {
    "path": "{0.argument} is {0.expected!r}",
    "pathAll": "{0.argument} are all {0.expected!r}",
    "pathAny": "one of {0.argument} is {0.expected!r}",
    "status": "status {0.expected}",
    "error": "error {0.expected}",
}


def _item(text: str, margin: str = "    ") -> list[str]:
    return [margin + line for line in wrap(text, width=WIDTH - len(margin), indent="    ")]


def _keys(service: Service, node: Shape, dicts: Mapping[str, str]) -> list[str]:
    """The keys of the dicts that an argument is made of; of dicts inside these, the type."""
    structure = service.resolve(_innermost(service, node))
    lines: list[str] = []
    for member, inner in structure.members.items():
        keys = dicts.get(_innermost(service, inner).shape, "")
        lines += _item(f"{member}: {value_line(service, inner, member in structure.required, keys)}", margin=" " * 8)
    return lines


def _result(service: Service, operation: Operation, result: str) -> list[str]:
    members = service.shapes[operation.output].members if operation.output else {}
    if not members:
        return _item(f"{result}: ResponseMetadata alone (status {operation.status}).")
    return _item(f"{result} (status {operation.status}): {', '.join(members)}.")


def _innermost(service: Service, node: Shape) -> Shape:
    """What the lists and maps of a node hold in the end."""
    inside: set[str] = set()
    while (shape := service.resolve(node)).type in ("list", "map") and node.shape not in inside:
        inside |= {node.shape} - {""}
        node = shape.member or shape.value or Shape()
    return node


def value_line(service: Service, node: Shape, required: bool, keys: str = "") -> str:
    """Kind, obligation, allowed values and bounds of a value, each a sentence; `keys` names the type of its dicts."""
    first, *others = _told(service, node)
    sentences = [first + (", required" if required else ""), *others, *([f"keys of models.{keys}"] if keys else [])]
    return " ".join([f"{sentences[0]}.", *(f"{sentence[:1].upper()}{sentence[1:]}." for sentence in sentences[1:])])


def _told(service: Service, node: Shape) -> list[str]:
    shape = service.resolve(node)
    told = [kind(service, node)]
    valued = service.resolve(shape.member) if shape.type == "list" and shape.member else shape
    if valued.enum:
        told.append(_allowed(valued.enum))
    if bounds := _bounds(shape):
        told.append(bounds)
    if shape.pattern and len(shape.pattern) <= _LONGEST_PATTERN:
        told.append(f"matches `{shape.pattern}`")
    if node.idempotent:
        told.append("made by the client where none is given")
    if shape.union:
        told.append("exactly one key")
    return told


def _allowed(values: Sequence[str]) -> str:
    shown = values if len(values) <= _MOST_VALUES else values[:_FIRST_VALUES]
    more = f" and {len(values) - len(shown):,} more, which the type tells" if len(shown) < len(values) else ""
    return "one of " + ", ".join(f"'{value}'" for value in shown) + more


def kind(service: Service, node: Shape, depth: int = 0) -> str:
    """What a value is, in a word or a few: `str`, `list of dict`, `dict of str to int`."""
    shape = service.resolve(node)
    if node.jsonvalue or shape.jsonvalue:
        return "any JSON value"
    if shape.type in ("list", "map") and depth > 3:
        return "list" if shape.type == "list" else "dict"
    if shape.type == "list" and shape.member:
        return f"list of {kind(service, shape.member, depth + 1)}"
    if shape.type == "map" and shape.value:
        return f"dict of str to {kind(service, shape.value, depth + 1)}"
    if shape.eventstream or node.eventstream:
        return "event stream"
    return "dict" if shape.type == "structure" else _KINDS.get(shape.type, shape.type)


def _bounds(shape: Shape) -> str:
    unit = {"string": "characters", "blob": "bytes", "list": "items", "map": "keys"}.get(shape.type, "")
    # A length of at least 0 says nothing.
    low = None if unit and shape.min == 0 else shape.min
    parts = [f"{bound:.15g}" for bound in (low, shape.max) if bound is not None]
    if not parts:
        return ""
    if low is not None and shape.max is not None:
        text = parts[0] if parts[0] == parts[1] else f"{parts[0]} to {parts[1]}"
    else:
        text = f"{'at least' if low is not None else 'at most'} {parts[0]}"
    if parts[-1] == "1":
        unit = unit.removesuffix("s")
    return f"{text} {unit}".rstrip()


def class_lines(name: str, results: Iterable[str], holders: Iterable[str], *, union: bool = False) -> list[str]:
    """The docstring of an answer's class: which methods give it, and which classes hold it."""
    return _uses(name, [("Given by", results), ("Part of", holders)], ["At most one member is set."] if union else [])


def dict_lines(name: str, methods: Iterable[str], *, union: bool = False) -> list[str]:
    """The docstring of an argument's TypedDict: which methods take it."""
    return _uses(name, [("Taken by", methods)], ["Exactly one key is given."] if union else [])


def error_lines(service: Service, name: str, methods: Sequence[str]) -> list[str]:
    """The docstring of an error: its status, what it carries beside the message, and who raises it."""
    shape = service.shapes[name]
    status = f"Status {shape.error.status}" if shape.error else "An error"
    if shape.error and shape.error.code != name:
        status += f", code {shape.error.code}"
    lines = wrap(f"{status}.", width=WIDTH)
    carried = {member: node for member, node in shape.members.items() if member.lower() not in ("message", "code")}
    if carried:
        lines += ["", "`response` also holds:"]
        for member, node in carried.items():
            lines += _item(f"{member}: {value_line(service, node, False)}")
    if methods:
        users = "every operation" if len(methods) == len(service.operations) else _some(methods)
        lines += ["", *wrap(f"Raised by {users}.", width=WIDTH)]
    return lines


def _uses(name: str, groups: list[tuple[str, Iterable[str]]], notes: list[str]) -> list[str]:
    sentences = [f"{verb} {_some(sorted(set(users)))}." for verb, users in groups if users]
    return wrap(" ".join([*sentences, *notes]) or f"{name}.", width=WIDTH)


def _some(names: Sequence[str], limit: int = 6) -> str:
    if len(names) > limit + 1:
        return f"{', '.join(names[:limit])} and {len(names) - limit} more"
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
