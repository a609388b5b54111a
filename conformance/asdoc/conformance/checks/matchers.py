"""What a statement can ask of a place in an answer, beyond a value: a row a matcher.

A matcher says, of what was found there, whether it will do. Values within a matcher are compared as any other is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, Protocol

from asdoc.runtime.schema import Shape

from ..plan.leaves import is_special


class Within(Protocol):
    """What a matcher needs of the comparison that it is part of."""

    def fits(self, shape: Shape, documented: Any, found: Any) -> bool:
        """Whether a found value is as told."""
        ...

    def live(self, shape: Shape, told: Any) -> Any:
        """What a told value is in this run."""
        ...


Matcher = Callable[[Within, Shape, Any, Any], bool]
"""Comparison, shape of the place, what the matcher was given, what was found -> whether it will do."""


def _item(shape: Shape) -> Shape:
    return shape.member or Shape()


def _count(within: Within, shape: Shape, told: Any, found: Any) -> bool:
    return isinstance(found, list | dict | str | bytes) and len(found) == told


def _only(within: Within, shape: Shape, told: Any, found: Any) -> bool:
    if isinstance(told, dict):
        return (
            isinstance(found, dict)
            and set(found) == set(told)
            and all(
                within.fits(shape.value or shape.members.get(name, Shape()), told[name], found[name]) for name in told
            )
        )
    return (
        isinstance(found, list)
        and len(found) == len(told)
        and all(within.fits(_item(shape), one, other) for one, other in zip(told, found, strict=True))
    )


def _lacks(within: Within, shape: Shape, told: Any, found: Any) -> bool:
    if isinstance(found, dict):
        return told not in found
    return isinstance(found, list) and not any(within.fits(_item(shape), told, item) for item in found)


def _sorted(within: Within, shape: Shape, told: Any, found: Any) -> bool:
    by, direction = told
    if not isinstance(found, list) or not all(isinstance(item, dict) and by in item for item in found):
        return False
    keys = [item[by] for item in found]
    try:
        return all(a >= b if direction == "descending" else a <= b for a, b in pairwise(keys))
    except TypeError:
        return False


def _contains(within: Within, shape: Shape, told: Any, found: Any) -> bool:
    return isinstance(found, str) and str(within.live(shape, told)) in found


def _between(within: Within, shape: Shape, told: Any, found: Any) -> bool:
    low, high = told
    return isinstance(found, int | float) and not isinstance(found, bool) and low <= found <= high


MATCHERS: Mapping[str, Matcher] = {
    "$any": lambda within, shape, told, found: True,
    "$one_of": lambda within, shape, told, found: any(within.fits(shape, one, found) for one in told),
    "$not": lambda within, shape, told, found: not within.fits(shape, told, found),
    "$matches": lambda within, shape, told, found: isinstance(found, str) and bool(re.search(told, found)),
    "$contains": _contains,
    "$between": _between,
    "$count": _count,
    "$only": _only,
    "$lacks": _lacks,
    "$sorted": _sorted,
    "$all": lambda within, shape, told, found: all(within.fits(shape, one, found) for one in told),
}


def matcher_of(documented: Any) -> tuple[str, Any] | None:
    """The name of a matcher and what it was given; None for a value."""
    if is_special(documented):
        name, told = next(iter(documented.items()))
        if name in MATCHERS:
            return name, told
    return None
