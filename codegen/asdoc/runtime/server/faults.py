"""Faults that a test asks for: answers that come late, are throttled or fail, by operation and by share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec

from .call import ServiceFault
from .errors import INTERNAL

MOST_LATENCY = 60.0
"""Seconds that an answer may be held back."""
MOST_RULES = 100

_KINDS = {
    "throttling": ("ThrottlingException", 429, "Rate exceeded"),
    "internal": (INTERNAL, 500, "The request processing has failed because of an unknown error."),
    "unavailable": ("ServiceUnavailableException", 503, "The request has failed due to a temporary failure."),
    "timeout": ("GatewayTimeoutException", 504, "The request was not answered in time."),
}
"""Error by name: the code, and the status where the service documents none for it."""

EXAMPLE = '{"operation": "StartDeployment", "error": "throttling", "latency": 0.2, "share": 0.5, "count": 10}'


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is to happen to which calls."""

    operation: str = "*"
    service: str = "*"
    error: str = ""
    """A name of `_KINDS`; empty for an answer that only comes late."""
    latency: float = 0.0
    """Seconds."""
    share: float = 1.0
    """Of the calls that it fits; they are spread evenly, so that a test can count on them."""
    count: int | None = None
    """After so many calls it is over; None for never."""


class _Active:
    __slots__ = ("left", "owed", "rule")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.left = rule.count
        self.owed = 0.0

    def strikes(self) -> bool:
        if self.left == 0:
            return False
        self.owed += self.rule.share
        if self.owed < 1.0 - 1e-9:
            return False
        self.owed -= 1.0
        if self.left is not None:
            self.left -= 1
        return True


class Faults:
    """The rules in force. Nothing is in force until `set`; `active` tells so at no cost."""

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.active = False
        self._rules: list[_Active] = []
        self._lock = threading.Lock()
        self._sleep = sleep

    def set(self, rules: list[Rule]) -> None:
        """Put these rules in the place of those in force. Raises ValueError where one makes no sense."""
        if len(rules) > MOST_RULES:
            raise ValueError(f"there may be {MOST_RULES} rules")
        for rule in rules:
            _check(rule)
        with self._lock:
            self._rules = [_Active(rule) for rule in rules]
            self.active = bool(rules)

    def shown(self) -> list[dict[str, Any]]:
        """The rules, each with how many calls it still has."""
        with self._lock:
            return [
                {**msgspec.to_builtins(held.rule), **({} if held.left is None else {"count": held.left})}
                for held in self._rules
            ]

    def strike(self, service: str, operation: str) -> None:
        """Do to a call what the rules say: wait, and raise the ServiceFault of the first rule with an error."""
        latency, error = 0.0, ""
        with self._lock:
            for held in self._rules:
                rule = held.rule
                if rule.operation in ("*", operation) and rule.service in ("*", service) and held.strikes():
                    latency += rule.latency
                    error = error or rule.error
        if latency:
            self._sleep(min(latency, MOST_LATENCY))
        if error:
            code, status, message = _KINDS[error]
            raise ServiceFault(code, message, status=status)


def _check(rule: Rule) -> None:
    if rule.error and rule.error not in _KINDS:
        raise ValueError(f"error is one of {', '.join(_KINDS)}, not {rule.error[:40]!r}")
    if not rule.error and not rule.latency:
        raise ValueError("a rule has an error, a latency or both")
    if not 0 <= rule.latency <= MOST_LATENCY:
        raise ValueError(f"latency is from 0 to {MOST_LATENCY:g} seconds")
    if not 0 < rule.share <= 1:
        raise ValueError("share is above 0 and at most 1")
    if rule.count is not None and rule.count < 1:
        raise ValueError("count is 1 or more")
