"""What a member may be, tried on both sides: required, type, enum, bounds and pattern, at any depth.

That a member is required is documented as a demand. Types and enums are documented as what a member holds, and that
anything else is refused is concluded; bounds and patterns stand in the wire source alone. Each side of each constraint
is tried, or says why not: `asdoc coverage` lists them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from asdoc.runtime.schema import Operation, Shape

from .breaches import ALL_FIT, LONGEST, NOTHING_LESS, TOO_MUCH, breach, is_unfit
from .errors import ABSENT, names_a_thing
from .facts import Facts, case, control
from .made import GONE, filled
from .nested import empty, is_tags, nested
from .sides import Side, sides

_LONGEST_LABEL = 2_048
_UNFIT_LABEL = ("!!", "asdoc.no.such", "asdoc-no-such")
"""Texts that fit few patterns, for a part of a path, where some characters mean something to servers in between."""
_SHORT_LIST = 100
"""Items for which there is room in a query string."""
_FREE = re.compile(r"(Name|Description|name|description)$")
"""Members that may be any text of a length: others are names of things, or mean something by themselves."""
_NUMBERS = frozenset({"integer", "long", "float", "double"})

_MEANT = "whether a value of that form is taken depends on what it means"
_BY_NAME = "a thing is named as its service named it, whatever else would have that form"
_OTHER_PATH = "without it the path is that of another operation, or of none"
_ALL_TEXT = "whatever stands there is a text"
_EMPTY_IS_NONE = "where it stands, an empty value is not told from none"
_NOT_JSON = "in this protocol every value is a text"
_TOKEN = "a token that the client makes where the caller gives none"  # noqa: S105  a reason, and no secret


class Trial(NamedTuple):
    value: Any
    accepted: bool = False
    basis: str = "derived"
    any_refusal: bool = False
    """True where no page tells how a breach is refused: what cannot be read is refused before the service sees it."""


def constraints(facts: Facts, operation: Operation) -> Iterator[dict[str, Any]]:
    for side in sides(facts.service, operation):
        told = tried(facts, operation, side)
        if isinstance(told, str):
            continue
        yield case(
            facts, "constraint", operation, *side.path, side.rule,
            rule=side.rule, steps=[_call(facts, operation, side, told), control(operation)], basis=told.basis,
        )  # fmt: skip


def case_id(facts: Facts, operation: Operation, side: Side) -> str:
    """The id of the case that tries one side, where one does."""
    return ".".join((facts.service.service, "constraint", operation.name, *side.path, side.rule))


def tried(facts: Facts, operation: Operation, side: Side) -> Trial | str:
    """How one side of a constraint is tried; or, as a sentence, why it is not."""
    if side.nested:
        value = nested(facts, operation, side)
        if isinstance(value, str):
            return value
        basis = "documented" if side.rule == "required" else "derived"
        return Trial(value, accepted=side.rule == "max", basis=basis, any_refusal=side.rule == "type")
    name, node = side.path[0], side.node
    shape = facts.service.resolve(node)
    structure = facts.service.shapes[operation.input]
    rest = facts.service.protocol.startswith("rest-")
    if node.host_label:
        return "a part of the host's name, which nobody answers where it is wrong"
    if node.streaming or shape.streaming:
        return "a stream of any bytes"
    if rest and node.location == "uri":
        return _label(shape, side.rule)
    if (node.name or name).lower() == "content-type":
        return "no request with a body goes without one, whoever writes it"
    if node.idempotent:
        return _TOKEN
    if side.rule == "required":
        if name == structure.payload:
            return "it is the whole body, and an empty body is an empty value"
        return Trial(None, basis="documented")
    if side.rule == "type":
        return _type(facts, node, shape, payload=name == structure.payload)
    if side.rule in {"min", "max"}:
        return _allowed(facts, name, node, side.rule, operation.pagination.limit_key if operation.pagination else "")
    if (
        side.rule == "below-min"
        and shape.min == 1
        and node.location
        and shape.type != "integer"
        and (name not in structure.required)
    ):
        return _EMPTY_IS_NONE
    if node.location and shape.type in {"list", "map"} and not _short(shape, side.rule):
        return "a list of that length does not fit into a line that servers in between let pass"
    if side.rule == "below-min" and (reason := empty(facts.service, side, shape, required=name in structure.required)):
        return reason
    told = breach(facts.service, node, side.rule)
    return told if isinstance(told, str) else Trial(None if told.value is GONE else told.value)


def _short(shape: Shape, rule: str) -> bool:
    return rule == "above-max" and shape.type == "list" and (shape.max or 0) <= _SHORT_LIST


def _type(facts: Facts, node: Shape, shape: Shape, *, payload: bool) -> Trial | str:
    if payload:
        return "it is the whole body, and any bytes are a body"
    if facts.service.protocol not in {"json", "rest-json"}:
        return _NOT_JSON
    if node.location and shape.type in {"string", "list", "map", "boolean", "timestamp", "blob"}:
        return _ALL_TEXT
    told = breach(facts.service, node, "type")
    return told if isinstance(told, str) else Trial(told.value, any_refusal=True)


def _allowed(facts: Facts, name: str, node: Shape, rule: str, limit: str) -> Trial | str:
    """A value at the very bound, where nothing but its size decides whether it is taken."""
    if not facts.read and name != limit:
        return "nobody has read what a sentence says besides"
    shape = facts.service.resolve(node)
    bound = int((shape.max if rule == "max" else shape.min) or 0)
    if shape.type in _NUMBERS:
        return Trial(bound, accepted=True) if abs(bound) <= 2**31 - 2 else "the largest number of its type"
    if bound == 0:
        return "no page tells whether an empty value is shown, or is none"
    if is_tags(facts.service, name, node):
        return Trial(filled(facts.service, shape, bound), accepted=True) if bound <= LONGEST else TOO_MUCH
    if shape.type != "string" or shape.enum or shape.pattern or not _FREE.search(name):
        return _MEANT
    return Trial({"$repeat": ["a", bound]}, accepted=True) if bound <= LONGEST else TOO_MUCH


def _label(shape: Shape, rule: str) -> Trial | str:
    """Of a part of the path: what can name nothing is refused, for its form or for want of a thing."""
    if rule == "required" or (rule == "below-min" and shape.min == 1 and shape.type == "string"):
        return _OTHER_PATH
    if rule in {"min", "max"}:
        return _BY_NAME
    if rule == "type":
        return Trial({"$raw": "x"}) if shape.type in {"integer", "long"} else _ALL_TEXT
    if rule == "above-max" and shape.max is not None:
        if shape.type == "string":
            long = shape.max > _LONGEST_LABEL
            return (
                "longer than a line that servers in between let pass"
                if long
                else Trial({"$repeat": ["a", int(shape.max) + 1]})
            )
        return Trial(int(shape.max) + 1)
    if rule == "below-min" and shape.min is not None:
        if shape.min <= 0 and shape.type == "string":
            return NOTHING_LESS
        return Trial("a" * (int(shape.min) - 1)) if shape.type == "string" else Trial(int(shape.min) - 1)
    if rule == "pattern":
        unfit = next((text for text in _UNFIT_LABEL if is_unfit(shape, text)), "")
        return Trial(unfit) if unfit else ALL_FIT
    return Trial("asdoc-no-such-value") if rule == "enum" else f"no case tries {rule}"


def _call(facts: Facts, operation: Operation, side: Side, trial: Trial) -> dict[str, Any]:
    name = side.path[0]
    node = facts.members(operation)[name]
    params = {name: trial.value}
    call: dict[str, Any] = {"call": operation.name, "params": params}
    if trial.accepted:
        if name in facts.outputs(operation):
            call["output"] = params
        own = facts.own_name(operation)
        if own and own != name and not facts.service.resolve(facts.members(operation)[own]).pattern:
            # The control that follows a failure makes a thing of the documented name.
            call["params"] = {**params, own: "asdoc-second"}
        return call
    call["malformed"] = True
    call |= {"refused": True} if trial.any_refusal else facts.refusal(operation)
    unfit = side.rule != "required" and names_a_thing(facts, operation, name)
    if "error" in call and (node.location == "uri" or unfit or side.nested):
        # Nothing can bear such a name, and no page tells which of both is looked at first.
        call["error"] = [*call["error"], *(code for code in facts.codes(operation) if ABSENT.search(code))]
    return call
