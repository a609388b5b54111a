"""A target that is asked too often is asked again after a while: to throttle is no deviation from the documents."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.retry import THROTTLED

from .checks.bodies import error_code

WAITS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds before each further attempt, where the target does not tell how long."""
LONGEST = 5.0
"""The longest of the waits that a target may ask for, in seconds."""

_LASTING = frozenset(("LimitExceededException", "PriorRequestNotComplete", "TransactionInProgressException"))
"""Codes that clients wait for, and that speak of something else than how often they ask."""
_BOUND = re.compile(r"Quota|LimitExceeded")


def throttled(response: HttpResponse) -> bool:
    """Whether an answer says no more than that there were too many requests."""
    if response.status < 400:
        return False
    code, _ = error_code(response)
    if code in THROTTLED:
        return code not in _LASTING
    return response.status == 429 and not _BOUND.search(code)


class Patience:
    """Sends what was throttled again. After all waits were in vain it waits no more, until something is answered."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._spent = False

    def send(self, send: Callable[[HttpRequest], HttpResponse], request: HttpRequest) -> HttpResponse:
        """The first answer that is not throttled, else the last."""
        response = send(request)
        for wait in WAITS:
            if not throttled(response):
                self._spent = False
                return response
            if self._spent:
                return response
            self._sleep(_asked(response, wait))
            response = send(request)
        self._spent = throttled(response)
        return response


def _asked(response: HttpResponse, otherwise: float) -> float:
    """The seconds that a target asks to wait, within bounds."""
    told = response.headers.get("retry-after", "")
    if not re.fullmatch(r"\d{1,6}", told):
        return otherwise
    return min(max(float(told), otherwise), LONGEST)
