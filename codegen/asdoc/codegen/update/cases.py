"""Cases before and after an update: ids stay where facts stay, so what came, went or changed can be told by id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

_WHERE = frozenset({"source"})
"""Members of a case that say where it was read, and not what is tried."""


class CaseChanges(msgspec.Struct, frozen=True):
    """Ids of cases, sorted."""

    new: tuple[str, ...] = ()
    """They are pending in a baseline until somebody has looked at them."""
    changed: tuple[str, ...] = ()
    """Tried otherwise, or judged by other values, than before."""
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> CaseChanges:
    """What became of the cases of one service; each side is the content of a `cases.json`, or empty."""
    old, new = _by_id(before), _by_id(after)
    return CaseChanges(
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(name for name in new.keys() & old.keys() if new[name] != old[name])),
        tuple(sorted(old.keys() - new.keys())),
    )


def _by_id(file: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        case["id"]: {key: value for key, value in case.items() if key not in _WHERE} for case in file.get("cases", ())
    }
