"""A clock of ours that is wrong: told from an answer, and put right for all that is signed after it."""

from __future__ import annotations

from collections.abc import Mapping

from . import timestamps

CERTAIN = frozenset(("RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"))
"""Error codes that say so."""
POSSIBLE = frozenset(("AuthFailure", "InvalidSignatureException", "SignatureDoesNotMatch", "SignatureError"))
"""Error codes that come of a wrong clock, too, and mostly of something else."""
WRONG_BY = 240.0
"""Seconds from which a difference is taken for the reason of the others; services bear five minutes."""


def offset(code: str, headers: Mapping[str, str], clock: float, signed_at: float) -> float | None:
    """Seconds to add to our clock; None where it is not what the answer is about.

    `clock` is what our clock shows, `signed_at` what the request was signed with, both in seconds since 1970.
    """
    if code not in CERTAIN and code not in POSSIBLE:
        return None
    try:
        theirs = timestamps.parse(headers["date"]).timestamp()
    except (KeyError, ValueError):
        return None
    difference = abs(theirs - signed_at)
    if difference < (1.0 if code in CERTAIN else WRONG_BY):
        return None
    return theirs - clock
