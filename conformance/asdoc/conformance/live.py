"""A run against a live account: told before, cleared up and accounted for after."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from asdoc.runtime.errors import AsdocError

from .cases.model import Case, Suite
from .driver import Driver
from .plan.planner import Planner
from .plan.world import CallStep
from .targets.ledger import TAG, Ledger, lives

PRICES: Mapping[str, Mapping[str, float]] = {
    "appconfig": {"GetConfiguration": 0.0000002 + 0.0008},
    "appconfigdata": {"GetLatestConfiguration": 0.0000002 + 0.0008},
}
"""Service -> operation -> US dollars for a call at most: one request, and one configuration received. Nothing else of a
service that stands here is charged for."""
PRICES_SOURCE = "as told on 2026-11-21; https://aws.amazon.com/systems-manager/pricing/ decides"


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is going to do, as far as the documents tell."""

    cases: int
    calls: Mapping[str, int]
    """Operation -> how often, with the calls that clear up."""
    made: Mapping[str, int]
    """Operation that makes something -> how many."""
    waits: tuple[str, ...]
    """States that time alone brings about."""
    unplanned: tuple[str, ...]
    """Cases that no plan is known for."""
    dollars: float | None
    """None where the prices of the service are not known here."""


class Aftermath(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did to a live account."""

    run: str
    """Value of the tag on what was made."""
    calls: Mapping[str, int]
    leaks: tuple[str, ...]
    """What could not be deleted."""
    commands: tuple[str, ...] = ()
    """For each of them, what deletes it by hand; empty where nothing does."""
    unsure: tuple[str, ...] = ()
    """Calls of which nobody knows whether they made something."""
    search: str = ""
    """A command that lists all that carries the run's tag."""
    interrupted: bool = False
    """True where the clearing up was broken off."""
    dollars: float | None


def price(service: str, calls: Mapping[str, int]) -> float | None:
    """US dollars for so many calls, at most; None where they are not known here."""
    prices = PRICES.get(service)
    return None if prices is None else sum(prices.get(name, 0.0) * count for name, count in calls.items())


def planned(suite: Suite, cases: Iterable[Case]) -> Planned:
    """What replaying these cases does, without doing it."""
    planner = Planner(suite)
    calls: Counter[str] = Counter()
    waits: list[str] = []
    unplanned: list[str] = []
    cases = list(cases)
    for case in cases:
        try:
            world = planner.worlds(case)[0]
        except (AsdocError, IndexError):
            unplanned.append(case.id)
            continue
        if world.missing:
            unplanned.append(case.id)
            continue
        for step in (*world.steps, world.call, *world.teardown):
            if isinstance(step, CallStep):
                calls[step.operation] += 1
            else:
                waits.append(step.state)
    creating = lives(suite.service, suite.file.resources)
    return Planned(
        cases=len(cases),
        calls=dict(sorted(calls.items())),
        made={name: count for name, count in sorted(calls.items()) if name in creating},
        waits=tuple(waits),
        unplanned=tuple(unplanned),
        dollars=price(suite.service.service, calls),
    )


def clear_up(driver: Driver, ledger: Ledger, sleep: Callable[[float], None] = time.sleep) -> Aftermath:
    """Delete what a run left behind, and tell what it did. An interrupt ends the deleting, and not the telling."""

    def undo(name: str, arguments: dict[str, Any]) -> int:
        try:
            return driver.send(driver.request(driver.service.operations[name], arguments)).status
        except (AsdocError, LookupError):
            # Whatever is wrong with one, such as keys that have ended: the others are still to be tried, or told.
            return 0

    interrupted = False
    try:
        left = ledger.clear(undo, sleep)
    except KeyboardInterrupt:
        interrupted, left = True, ledger.left
    service, region = driver.service.service, driver.region
    return Aftermath(
        run=ledger.run,
        calls=dict(sorted(ledger.calls.items())),
        leaks=tuple(str(made) for made in left),
        commands=tuple(made.command(service, region) for made in left),
        unsure=tuple(ledger.unsure),
        search="aws resourcegroupstaggingapi get-resources "
        f"--tag-filters Key={TAG},Values={ledger.run} --region {region}",
        interrupted=interrupted,
        dollars=price(service, ledger.calls),
    )
