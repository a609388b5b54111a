"""When a request is sent again, and after how long: the modes of AWS's SDKs.

`standard` is the default: three attempts, full jitter, and a budget, with the numbers of AWS's SDKs since the autumn of
2026. `adaptive` is that, and holds a client that was throttled to a rate of its own. `legacy` is accepted for the sake
of configurations that name it: five attempts without a budget, by the rules of the standard mode otherwise.

Sent again are: what was throttled; 500, 502, 503 and 504; and what no answer came to. Of the last, a request that is
not safe to repeat is sent again only where the service has certainly not seen it. That is stricter than boto3, which
may run such an operation twice after a timeout. Safe are GET, HEAD, PUT, DELETE and OPTIONS, what carries a token for
the purpose, and what only reads by its name (`DescribeTable` is a POST, too).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from . import timestamps
from .exceptions import TransportError
from .http import HttpResponse
from .schema import Operation, Service

if TYPE_CHECKING:
    from .rate import Rate

MAX_ATTEMPTS = 3
MAX_ATTEMPTS_LEGACY = 5
MAX_ATTEMPTS_QUICK = 4
MAX_BACKOFF = 20.0
"""Seconds."""
BASE_THROTTLED = 1.0
BASE = 0.05
BASE_QUICK = 0.025
RETRY_AFTER_BEYOND = 5.0
"""How many seconds `x-amz-retry-after` may add to the wait."""

THROTTLED = frozenset(
    (
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    )
)
"""Error codes that mean: too many requests."""
TRANSIENT = frozenset(("IDPCommunicationError", "RequestTimeout", "RequestTimeoutException"))
"""Error codes that pass; the first is of STS, which did not reach who knows the user."""
TRANSIENT_STATUSES = frozenset((500, 502, 503, 504))

_QUICK = frozenset(("dynamodb", "dynamodbstreams"))
"""Services that answer so soon that they are asked again sooner, and once more."""
_POLLS = frozenset(
    (
        ("Kinesis", "ReceiveDeadLetterQueueRecords"),
        ("Kinesis", "ReceiveQueueRecords"),
        ("SFN", "GetActivityTask"),
        ("SQS", "ReceiveMessage"),
        ("SWF", "PollForActivityTask"),
        ("SWF", "PollForDecisionTask"),
    )
)
"""Service ids and operations that programs call in a loop: without a wait, one that fails at once would be a flood."""
_SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"))
_READS = ("Get", "List", "Describe", "BatchGet", "Query", "Scan", "Search", "Head", "Lookup")


def _random() -> float:
    from random import random  # which few calls need, and which costs as much as many

    return random()  # noqa: S311  # of a wait, not of a secret


def repeatable(service: Service, operation: Operation) -> bool:
    """True where an operation that may have been done already can be asked for again."""
    if operation.http_method in _SAFE_METHODS or operation.name.startswith(_READS):
        return True
    return bool(operation.input) and any(node.idempotent for node in service.shapes[operation.input].members.values())


def polls(service: Service, operation: Operation) -> bool:
    """True where an operation waits for something to come, and is called again whatever came."""
    return (service.service_id, operation.name) in _POLLS


class Again(NamedTuple):
    """A request is sent again, or its call ends after a wait."""

    wait: float
    """Seconds to wait before."""
    cost: int
    """Tokens that the budget was charged."""
    ends: bool = False
    """True where the budget does not suffice for another attempt, and whoever made the call would make the next."""


class Budget:
    """Tokens that a client's retries cost and its successes bring back, so that an outage is not met with a flood."""

    CAPACITY = 500
    COST = 14
    COST_THROTTLED = 5
    """Where a service says that another time would do, and is not broken."""
    REFILL = 1

    def __init__(self, capacity: int = CAPACITY) -> None:
        from threading import Lock

        self.capacity = capacity
        self.available = capacity
        self._make_lock = Lock
        self._process = os.getpid()
        self._lock = Lock()

    def take(self, cost: int) -> bool:
        self._own()
        with self._lock:
            if cost > self.available:
                return False
            self.available -= cost
            return True

    def give(self, amount: int) -> None:
        if self.available < self.capacity:
            self._own()
            with self._lock:
                self.available = min(self.capacity, self.available + amount)

    def _own(self) -> None:
        # a thread that held the lock as the process forked is not there to give it back
        if self._process != os.getpid():
            self._lock, self._process = self._make_lock(), os.getpid()


class Retries:
    """How one client retries, in one of the three modes. `attempt` counts from 1, the first sending."""

    def __init__(
        self,
        max_attempts: int | None = None,
        mode: str = "standard",
        *,
        service: str = "",
        random: Callable[[], float] = _random,
    ) -> None:
        quick = service in _QUICK
        usual = MAX_ATTEMPTS_LEGACY if mode == "legacy" else MAX_ATTEMPTS_QUICK if quick else MAX_ATTEMPTS
        self.max_attempts = max_attempts or usual
        self._base = BASE_QUICK if quick else BASE
        self.budget: Budget | None = None if mode == "legacy" else Budget()
        self.rate: Rate | None = None
        """What holds a throttled client back; None but in the adaptive mode."""
        if mode == "adaptive":
            from .rate import Rate

            self.rate = Rate()
        self._random = random

    def after_answer(
        self,
        response: HttpResponse,
        code: str,
        attempt: int,
        *,
        modelled: str | None = "",
        most: int | None = None,
        polls: bool = False,
    ) -> Again | None:
        """How the request is sent again; None where the answer stands.

        `modelled` is None where the operation does not document the error, else what its service says of it: transient,
        throttling, or nothing. A 429 that is documented is throttling only where its code is, or its service says so.
        `most` stands in for the client's number of attempts; `polls` is told by `polls`.
        """
        throttled = code in THROTTLED or modelled == "throttling" or (response.status == 429 and modelled is None)
        if self.rate is not None:
            self.rate.answered(throttled=throttled)
        passing = code in TRANSIENT or modelled == "transient" or response.status in TRANSIENT_STATUSES
        if not throttled and not passing:
            return None
        cost, base = (Budget.COST_THROTTLED, BASE_THROTTLED) if throttled else (Budget.COST, self._base)
        again = self._again(attempt, cost, base, most, polls=polls)
        return again and again._replace(wait=asked_wait(response.headers, again.wait))

    def after_error(
        self, error: TransportError, attempt: int, *, repeatable: bool, most: int | None = None, polls: bool = False
    ) -> Again | None:
        """The same after a request that no answer came to."""
        if error.sent and not repeatable:
            return None
        return self._again(attempt, Budget.COST, self._base, most, polls=polls)

    def succeeded(self, cost: int) -> None:
        """Bring back what the last retry of a call cost, or a little where it needed none."""
        budget = self.budget
        if budget is not None and budget.available < budget.capacity:
            budget.give(cost or Budget.REFILL)
        if self.rate is not None:
            self.rate.answered(throttled=False)

    def given_up(self, cost: int) -> None:
        """Bring back what a retry cost that is not made after all."""
        if self.budget is not None:
            self.budget.give(cost)

    def _again(self, attempt: int, cost: int, base: float, most: int | None, *, polls: bool) -> Again | None:
        if attempt >= (most or self.max_attempts):
            return None
        if self.budget is None:
            return Again(self._backoff(attempt, base), 0)
        if self.budget.take(cost):
            return Again(self._backoff(attempt, base), cost)
        return Again(self._backoff(attempt, base), 0, ends=True) if polls else None

    def _backoff(self, attempt: int, base: float) -> float:
        # full jitter: anything from nothing to the cap
        return self._random() * min(base * 2.0 ** min(attempt - 1, 30), MAX_BACKOFF)


def asked_wait(headers: Mapping[str, str], wait: float) -> float:
    """`wait`, raised to what the service asks for: `x-amz-retry-after` in milliseconds, by 5 seconds at most, or
    `Retry-After` in seconds or as a date, to 20 seconds at most. What cannot be read asks for nothing."""
    try:
        milliseconds = int(headers.get("x-amz-retry-after", -1))
        if milliseconds >= 0:
            return max(wait, min(milliseconds / 1000, wait + RETRY_AFTER_BEYOND))
    except ValueError:
        pass
    asked = headers.get("retry-after", "")
    try:
        seconds = float(int(asked)) if asked.isdigit() else _until(asked, headers)
        return max(wait, min(seconds, MAX_BACKOFF))
    except (ValueError, TypeError):
        return wait


def _until(date: str, headers: Mapping[str, str]) -> float:
    """Seconds between the answer's own date and another, so that a clock of ours that is wrong plays no part."""
    if not date:
        return 0.0
    return (timestamps.parse(date) - timestamps.parse(headers.get("date"))).total_seconds()
