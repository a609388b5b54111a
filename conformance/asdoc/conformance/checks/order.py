"""The order of a list, where a page tells one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from ..cases.model import Order
from ..events import Check
from .values import shown


def ordered(order: Order, tree: Mapping[str, Any]) -> Check | None:
    """Whether the whole list runs as documented; None where there are not two items to compare."""
    items: Any = tree
    for part in order.path.split("/")[1:]:
        items = items.get(part) if isinstance(items, dict) else None
    if not isinstance(items, list) or len(items) < 2:
        return None
    keys: list[Any] = [item.get(order.by) if isinstance(item, dict) else None for item in items]
    if not all(isinstance(key, int | float | str | datetime) for key in keys) or len({type(key) for key in keys}) != 1:
        return None
    falling = order.direction == "descending"
    right = all((a >= b if falling else a <= b) for a, b in pairwise(keys))
    return Check(
        id=f"order:{order.path}",
        outcome="pass" if right else "fail",
        documented=f"{order.direction} by {order.by}",
        found=f"{order.direction} by {order.by}" if right else shown(keys),
        pointer=order.path,
    )
