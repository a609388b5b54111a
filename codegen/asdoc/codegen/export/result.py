"""What an export gives."""

from __future__ import annotations

from typing import NamedTuple


class Exported(NamedTuple):
    files: dict[str, str]
    """Texts by path; the same bytes for the same spec."""
    notes: tuple[str, ...] = ()
    """What the spec knows and the format cannot say, each with its reason."""
