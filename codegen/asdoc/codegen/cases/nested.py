"""Constraints of what stands within an argument: each place of each named shape is tried once a service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from asdoc.runtime.schema import Operation, Service, Shape

from .breaches import breach
from .facts import Facts
from .made import GONE, changed
from .sides import KEY, Side

_LONGEST_KEY = 2_048
_TAGS = re.compile(r"(^|[a-z])[Tt]ags$")


def nested(facts: Facts, operation: Operation, side: Side) -> Any | str:
    """What the argument is given in which one place breaks a rule; or, as a sentence, why there is no case."""
    first = facts.homes.get((*side.home, side.rule))
    if first and first != (operation.name, side.path):
        return f"the same shape is tried in {first[0]}, {'.'.join(first[1])}"
    service = facts.service
    node = service.shapes[operation.input].members[side.path[0]]
    if side.rule == "max" and facts.read and len(side.path) == 2 and is_tags(service, side.path[0], node):
        return _longest_tag(service, node, side)
    if side.rule in {"min", "max"}:
        return "whether a value of that form is taken depends on what it means"
    if side.rule == "type" and (service.protocol not in {"json", "rest-json"} or side.path[-1] == KEY):
        return "every value that can stand there is a text"
    if node.location and (node.location != "querystring" or side.rule not in {"above-max", "pattern"}):
        return "it is sent beside the body, where servers in between have a word in what passes"
    shape = service.resolve(side.node)
    if side.rule == "below-min" and (reason := empty(service, side, shape, required=False)):
        return reason
    told = breach(service, side.node, side.rule)
    if isinstance(told, str):
        return told
    value: Any = told.value
    if side.path[-1] == KEY:
        value = _key(value)
        if value is None:
            return "longer than a name that a case sends"
    raw = side.rule == "type"
    given = facts.given(operation).get(side.path[0])
    whole = changed(
        service,
        node,
        None if _is_live(given) else given,
        side.path[1:],
        partial(_instead, value["$raw"] if raw else value),
    )
    return {"$raw": _on_the_wire(facts, node, whole)} if raw else whole


def empty(service: Service, side: Side, shape: Shape, *, required: bool) -> str:
    """Why an empty value cannot be told from none, where the wire has no sign for it; else empty."""
    if service.protocol in {"json", "rest-json", "smithy-rpc-v2-cbor"} or shape.min != 1:
        return ""
    flat = shape.type in {"list", "map"} and (service.protocol != "rest-xml" or shape.flattened or side.node.flattened)
    plain = service.protocol in {"query", "ec2"} and shape.type == "string" and not required
    return "in this protocol an empty value is not told from none" if flat or plain else ""


def is_tags(service: Service, name: str, node: Shape) -> bool:
    """Whether an argument is a map of texts that mean nothing to the service."""
    shape = service.resolve(node)
    texts = [service.resolve(inner) for inner in (shape.key, shape.value) if inner]
    return (
        shape.type == "map"
        and bool(_TAGS.search(name))
        and all(text.type == "string" and not text.enum and not text.pattern for text in texts)
    )


def _longest_tag(service: Service, node: Shape, side: Side) -> Any | str:
    longest = "a" * int(service.resolve(side.node).max or 0)
    if len(longest) > _LONGEST_KEY:
        return "longer than a name that a case sends"
    return {longest: "asdoc"} if side.path[-1] == KEY else {"asdoc": longest}


def _instead(new: Any, _old: Any) -> Any:
    return new


def _key(value: Any) -> str | None:
    if isinstance(value, Mapping):
        part, times = value["$repeat"]
        return part * times if times <= _LONGEST_KEY else None
    return None if value is GONE else str(value)


def _is_live(value: Any) -> bool:
    """Whether something within stands for what another call gave."""
    if isinstance(value, Mapping):
        return any(str(name).startswith("$") and name != "$bytes" for name in value) or any(
            map(_is_live, value.values())
        )
    return isinstance(value, list) and any(map(_is_live, value))


def _on_the_wire(facts: Facts, node: Shape, value: Any) -> Any:
    """A documented literal as JSON has it, where it is sent as it stands: by the names and forms of the wire."""
    shape = facts.service.resolve(node)
    if isinstance(value, Mapping):
        if "$bytes" in value:
            return value["$bytes"]
        if shape.type == "structure":
            return {
                shape.members[name].name or name: _on_the_wire(facts, shape.members[name], inner)
                for name, inner in value.items()
            }
        return {name: _on_the_wire(facts, shape.value or Shape(), inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_on_the_wire(facts, shape.member or Shape(), inner) for inner in value]
    return 0 if shape.type == "timestamp" and isinstance(value, str) and value != "x" else value
