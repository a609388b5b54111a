"""The few paths by which endpoint rules ask for a part of a call's arguments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def find(path: str, given: Any) -> Any:
    """What stands at a path: `A.B`, `A[*].B`, `A[*].[B.C, D.E][]` or `keys(A)`; None where nothing does.

    The words are those of JMESPath, of which no service's rules use more.
    """
    if path.startswith("keys("):
        held = find(path[5:-1], given)
        return list(held) if isinstance(held, Mapping) else None
    outer, star, inner = path.partition("[*].")
    if not star:
        return _member(path, given)
    items = _member(outer, given)
    if not isinstance(items, Iterable) or isinstance(items, str | bytes | Mapping):
        return None
    if inner.startswith("["):
        parts = [part.strip() for part in inner.removesuffix("[]").strip("[]").split(",")]
        return [held for item in items for part in parts if (held := _member(part, item)) is not None]
    return [held for item in items if (held := find(inner, item)) is not None]


def _member(path: str, given: Any) -> Any:
    for name in path.split("."):
        given = given.get(name) if isinstance(given, Mapping) else getattr(given, name, None)
    return given
