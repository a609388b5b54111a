"""What a member may be, tried on both sides: required, type, enum, bounds and pattern.

That a member is required is documented as a demand. Types and enums are documented as what a member holds, and that
anything else is refused is concluded; bounds and patterns stand in the wire source alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from asdoc.runtime.schema import Operation, Shape

from .errors import ABSENT, names_a_thing
from .facts import Facts, case, control

_LONGEST = 100_000
_LONGEST_LABEL = 2_048
_NO_VALUE = "asdoc-no-such-value"
_WRONG = {"string": {}, "integer": "x", "long": "x", "float": "x", "double": "x", "boolean": "x", "list": "x",
          "map": "x", "structure": "x"}  # fmt: skip
"""Type -> a JSON value that is not of it."""
_UNFIT = ("!", "asdoc no such!", " ", "a" * 300, "/", "#:", "é")
_UNFIT_LABEL = ("!!", "asdoc.no.such", "asdoc-no-such")
"""The same for a part of a path, where some characters mean something to servers in between."""
_FREE = re.compile(r"(Name|Description|name|description)$")
"""Members that may be any text of a length: others are names of things, or mean something by themselves."""


class Trial(NamedTuple):
    rule: str
    value: Any
    accepted: bool = False
    basis: str = "derived"
    any_refusal: bool = False
    """True where no page tells how a breach is refused: what cannot be read is refused before the service sees it."""


def constraints(facts: Facts, operation: Operation) -> Iterator[dict[str, Any]]:
    for name, node in facts.members(operation).items():
        for trial in trials(facts, operation, name, node):
            params = {name: trial.value}
            call: dict[str, Any] = {"call": operation.name, "params": params}
            if trial.accepted:
                if name in facts.outputs(operation):
                    call["output"] = params
                own = facts.own_name(operation)
                if own and own != name and not facts.service.resolve(facts.members(operation)[own]).pattern:
                    # The control that follows a failure makes a thing of the documented name.
                    call["params"] = {**params, own: "asdoc-second"}
            else:
                call["malformed"] = True
                call |= {"refused": True} if trial.any_refusal else facts.refusal(operation)
                unfit = trial.rule != "required" and names_a_thing(facts, operation, name)
                if "error" in call and (node.location == "uri" or unfit):
                    # Nothing can bear such a name, and no page tells which of both is looked at first.
                    call["error"] = [*call["error"], *(code for code in facts.codes(operation) if ABSENT.search(code))]
            yield case(
                facts, "constraint", operation, name, trial.rule,
                rule=trial.rule, steps=[call, control(operation)], basis=trial.basis,
            )  # fmt: skip


def trials(facts: Facts, operation: Operation, name: str, node: Shape) -> Iterator[Trial]:
    """What is tried of one member."""
    shape = facts.service.resolve(node)
    rest = facts.service.protocol.startswith("rest-")
    if node.host_label or node.streaming or shape.streaming:
        return
    if rest and node.location == "uri":
        yield from _label(shape)
        return
    structure = facts.service.shapes[operation.input]
    if (node.name or name).lower() == "content-type":
        # No request with a body goes without one, whoever writes it.
        return
    if name in structure.required and not node.idempotent and name != structure.payload:
        yield Trial("required", None, basis="documented")
    in_json = facts.service.protocol in {"json", "rest-json"} and name != structure.payload
    textual = node.location in {"querystring", "header"} and shape.type not in {"string", "list", "map", "boolean"}
    if in_json and shape.type in _WRONG and (not node.location or textual):
        yield Trial("type", {"$raw": _WRONG[shape.type]}, any_refusal=True)
    if shape.type == "string" and shape.enum:
        yield Trial("enum", _NO_VALUE)
    elif shape.type == "string" and not node.idempotent:
        yield from _text(name, shape, required=name in structure.required)
    elif shape.type in {"integer", "long", "float", "double"}:
        yield from _number(shape)


def _label(shape: Shape) -> Iterator[Trial]:
    """Of a part of the path: what can name nothing is refused, for its form or for want of a thing."""
    if shape.type in {"integer", "long"}:
        yield Trial("type", {"$raw": "x"})
    elif shape.type == "string" and shape.max is not None and shape.max <= _LONGEST_LABEL:
        yield Trial("above-max", {"$repeat": ["a", int(shape.max) + 1]})
    elif shape.pattern and (unfit := next((text for text in _UNFIT_LABEL if _is_unfit(shape, text)), "")):
        yield Trial("pattern", unfit)


def _text(name: str, shape: Shape, *, required: bool) -> Iterator[Trial]:
    if shape.max is not None and shape.max <= _LONGEST:
        if _FREE.search(name) and not shape.pattern:
            yield Trial("max", {"$repeat": ["a", int(shape.max)]}, accepted=True)
        yield Trial("above-max", {"$repeat": ["a", int(shape.max) + 1]})
    if shape.min and required:
        yield Trial("below-min", "")
    if shape.pattern and (unfit := next((text for text in _UNFIT if _is_unfit(shape, text)), "")):
        yield Trial("pattern", unfit)


def _is_unfit(shape: Shape, text: str) -> bool:
    if shape.max is not None and len(text) > shape.max:
        return False
    try:
        return re.search(shape.pattern, text) is None
    except re.error:
        return False


def _number(shape: Shape) -> Iterator[Trial]:
    for rule, bound, beyond in (("max", shape.max, 1), ("min", shape.min, -1)):
        if bound is None or abs(bound) > 2**31 - 2:
            continue
        value = int(bound)
        yield Trial(rule, value, accepted=True)
        yield Trial("above-max" if beyond > 0 else "below-min", value + beyond)
