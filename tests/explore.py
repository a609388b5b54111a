"""How much is tried: a share that takes CI seconds, or, with `ASDOC_EXPLORE=1`, much more of it."""

from __future__ import annotations

import os

EXPLORING = bool(os.environ.get("ASDOC_EXPLORE"))
_TIMES = 20


def examples(share: int) -> int:
    """How many inputs a property is tried with."""
    return share * _TIMES if EXPLORING else share


def every(step: int) -> int:
    """The step through a list of things that are alike: all of them when exploring."""
    return 1 if EXPLORING else step
