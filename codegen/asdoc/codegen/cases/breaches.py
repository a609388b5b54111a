"""Values that break a constraint by as little as can be, or why there is none to send."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from asdoc.runtime.schema import Service, Shape

from .made import GONE, filled, made

LONGEST = 100_000
"""Characters that a case sends."""
_MOST = 200
"""Items that a case sends."""
_NO_VALUE = "asdoc-no-such-value"
WRONG = {"string": {}, "integer": "x", "long": "x", "float": "x", "double": "x", "boolean": "x", "list": "x",
          "map": "x", "structure": "x"}  # fmt: skip
"""Type -> a JSON value that is not of it."""
_UNFIT = ("!", "asdoc no such!", " ", "a" * 300, "/", "#:", "é", "1")
_NUMBERS = frozenset({"integer", "long", "float", "double"})
_LARGEST = 2**31 - 2

ALL_FIT = "none of the texts that cases try breaks the pattern"
NOTHING_LESS = "nothing is shorter than nothing"
TOO_MUCH = "larger than what a case sends"
_NO_MORE_KEYS = "its keys are an enum of no more values than that"


class Breach(NamedTuple):
    value: Any
    """`GONE` where nothing is sent, `{"$raw": …}` where the type is wrong."""


def breach(service: Service, node: Shape, rule: str) -> Breach | str:
    """What breaks a rule, in the form of a documented literal; or, as a sentence, why no case does."""
    shape = service.resolve(node)
    match rule:
        case "required":
            return Breach(GONE)
        case "type":
            return Breach({"$raw": WRONG[shape.type]}) if shape.type in WRONG else "any value is one of its type"
        case "enum":
            return Breach(_NO_VALUE)
        case "pattern":
            # As long as the bounds ask for, so that the pattern alone is broken.
            texts = (text.ljust(int(shape.min or 0), text[0]) for text in _UNFIT)
            unfit = next((text for text in texts if is_unfit(shape, text)), None)
            return ALL_FIT if unfit is None else Breach(unfit)
        case "one-of":
            both = tuple(shape.members.items())[:2]
            return (
                Breach({name: made(service, inner) for name, inner in both}) if len(both) > 1 else "there is one alone"
            )
        case "above-max" if shape.max is not None:
            return _of_size(service, shape, int(shape.max) + 1)
        case "below-min" if shape.min is not None:
            return _of_size(service, shape, int(shape.min) - 1)
    return f"no case tries {rule}"


def _of_size(service: Service, shape: Shape, size: int) -> Breach | str:
    if shape.type in _NUMBERS:
        return Breach(size) if abs(size) <= _LARGEST + 1 else "what lies beyond is no number of its type"
    if size < 0:
        return NOTHING_LESS
    if shape.type == "list" and shape.member:
        return Breach(_items(service, shape.member, size)) if size <= _MOST else TOO_MUCH
    if shape.type == "map":
        entries = filled(service, shape, size) if size <= _MOST else {}
        return Breach(entries) if len(entries) == size else TOO_MUCH if size > _MOST else _NO_MORE_KEYS
    if shape.type in {"string", "blob"}:
        return Breach("" if size == 0 else {"$repeat": ["a", size]}) if size <= LONGEST else TOO_MUCH
    return "no case tries how much it holds"


def _items(service: Service, node: Shape, count: int) -> Any:
    """So many items; texts differ, lest a service that takes them for a set finds one."""
    item, shape = made(service, node), service.resolve(node)
    numbered = [f"{item}{number or ''}" for number in range(count)]
    if shape.type == "string" and not shape.enum and all(_allows(shape, text) for text in numbered):
        return numbered
    return {"$repeat": [[item], count]} if count else []


def _allows(shape: Shape, text: str) -> bool:
    return (shape.max is None or len(text) <= shape.max) and (not shape.pattern or not is_unfit(shape, text))


def is_unfit(shape: Shape, text: str) -> bool:
    """Whether a text breaks a pattern, and no bound."""
    if shape.max is not None and len(text) > shape.max:
        return False
    try:
        return re.search(shape.pattern, text) is None
    except (re.error, FutureWarning):
        return False
