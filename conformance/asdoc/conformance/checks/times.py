"""Timestamps of one answer against each other, as the page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from ..events import Check
from .values import Moment

TOLERANCE = 30.0
"""Seconds. The documented deployment itself runs up to 10 s behind its nominal three-minute steps; thrice that leaves
room for a slower target, and a sixth of a step leaves no way to take one step for another."""


def distances(moments: Sequence[Moment], *, waited: float) -> list[Check]:
    """One check a timestamp after the earliest: its distance from it.

    `waited` is the time, in seconds, that the plan let pass. Examples show times of calls made on different days; only
    distances that the plan can have brought about are judged.
    """
    if len(moments) < 2:
        return []
    first = min(moments, key=lambda moment: moment.documented)
    offsets = [(moment.documented - first.documented).total_seconds() for moment in moments]
    if max(offsets) > waited + TOLERANCE:
        return []
    checks = []
    for moment, documented in zip(moments, offsets, strict=True):
        if moment is first:
            continue
        found = (moment.found - first.found).total_seconds()
        checks.append(
            Check(
                id=f"time:{moment.documented_at}",
                outcome="pass" if abs(found - documented) <= TOLERANCE else "fail",
                documented=f"{_told(documented)} after {first.documented_at} (within {TOLERANCE:.0f} s)",
                found=f"{_told(found)} after it",
                pointer=moment.pointer,
            )
        )
    return checks


def _told(seconds: float) -> str:
    sign = "-" if seconds < 0 else ""
    return sign + str(timedelta(seconds=round(abs(seconds), 3))).removesuffix("000")
