"""How a deployment goes on: a pure function of strategy, start and the present moment.

The documented GetDeployment example (15 minutes, 25 %, LINEAR, no bake; get_deployment.rst) gives the rule: 1 % from
the start, four steps of growth 3, 6, 9 and 12 minutes in, the bake at 15. So N steps of growth part the duration into
N + 1 equal intervals. The prose of GrowthType (update_deployment_strategy.rst) and the user guide tell other timelines;
the example is the one that shows times.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta
from functools import lru_cache

import msgspec

INITIAL_PERCENTAGE = 1.0
"""What StartDeployment's documented answer shows before the first step (start_deployment.rst)."""

ROLLBACK = timedelta(minutes=1)
"""How long a rollback takes that an alarm has caused. The pages name the state, ROLLING_BACK, and no time."""

IN_PROGRESS = frozenset({"DEPLOYING", "BAKING", "VALIDATING", "ROLLING_BACK"})


class Strategy(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a deployment strategy that a deployment follows."""

    duration_minutes: int
    growth_type: str
    """LINEAR or EXPONENTIAL."""
    growth_factor: float
    """Per cent, 1 to 100."""
    bake_minutes: int


class Event(msgspec.Struct, frozen=True):
    event_type: str
    triggered_by: str
    description: str
    occurred_at: datetime


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a deployment stands."""

    state: str
    percentage: float
    events: tuple[Event, ...]
    """Oldest first."""
    completed_at: datetime | None = None


@lru_cache(maxsize=1024)
def growth(growth_type: str, factor: float) -> tuple[float, ...]:
    """The percentages that a deployment grows to, in order; the last is 100.

    LINEAR adds `factor` at each step; EXPONENTIAL is G*(2^N) (update_deployment_strategy.rst).
    """
    steps: list[float] = []
    while not steps or steps[-1] < 100.0:
        count = len(steps)
        grown = factor * 2**count if growth_type == "EXPONENTIAL" else factor * (count + 1)
        # Three times 33.3 is 99.9, and in binary only nearly so; what the caller gave is left as it is.
        steps.append(min(100.0, round(grown, 9) if count else factor))
    return tuple(steps)


@lru_cache(maxsize=1024)
def schedule(strategy: Strategy) -> tuple[tuple[timedelta, ...], tuple[float, ...]]:
    """When, counted from the start, each percentage is reached. Without duration all is reached at once."""
    if strategy.duration_minutes == 0:
        return (timedelta(),), (100.0,)
    percentages = growth(strategy.growth_type, strategy.growth_factor)
    duration = timedelta(minutes=strategy.duration_minutes)
    intervals = len(percentages) + 1
    return tuple(duration * step / intervals for step in range(1, intervals)), percentages


def timeline(strategy: Strategy, started: datetime, now: datetime) -> Progress:
    """The state, percentage and events of a deployment that nobody stops.

    DEPLOYING through the strategy's duration, BAKING through its bake time, then COMPLETE. What happens at `now` has
    happened.
    """
    now = max(now, started)
    offsets, percentages = schedule(strategy)
    grown = bisect_right(offsets, now - started)
    events = [Event("DEPLOYMENT_STARTED", "USER", "Deployment started", started)]
    events += [
        Event(
            "PERCENTAGE_UPDATED",
            "APPCONFIG",
            f"Configuration available to {percentage:.2f}% of clients",
            started + offset,
        )
        for offset, percentage in zip(offsets[:grown], percentages[:grown], strict=True)
    ]
    state, percentage = position(strategy, started, now)
    baking = started + timedelta(minutes=strategy.duration_minutes)
    completed = baking + timedelta(minutes=strategy.bake_minutes)
    if state != "DEPLOYING":
        events.append(Event("BAKE_TIME_STARTED", "APPCONFIG", "Deployment bake time started", baking))
    if state != "COMPLETE":
        return Progress(state=state, percentage=percentage, events=tuple(events))
    events.append(Event("DEPLOYMENT_COMPLETED", "APPCONFIG", "Deployment completed", completed))
    return Progress(state=state, percentage=percentage, events=tuple(events), completed_at=completed)


def position(strategy: Strategy, started: datetime, now: datetime) -> tuple[str, float]:
    """State and percentage alone."""
    elapsed = max(now, started) - started
    offsets, percentages = schedule(strategy)
    grown = bisect_right(offsets, elapsed)
    percentage = percentages[grown - 1] if grown else INITIAL_PERCENTAGE
    if elapsed < timedelta(minutes=strategy.duration_minutes):
        return "DEPLOYING", percentage
    if elapsed < timedelta(minutes=strategy.duration_minutes + strategy.bake_minutes):
        return "BAKING", percentage
    return "COMPLETE", percentage


def roll_back(progress: Progress, moment: datetime, account: str) -> Progress:
    """What becomes of a deployment in progress that a user stops: ROLLED_BACK (stop_deployment.rst).

    The description names the account that asked for it, as DeploymentEvent.Description is documented to.
    """
    return Progress(
        state="ROLLED_BACK",
        percentage=progress.percentage,
        events=(
            *progress.events,
            Event("ROLLBACK_STARTED", "USER", f"Rollback started by account {account}", moment),
            Event("ROLLBACK_COMPLETED", "USER", "Rollback completed", moment),
        ),
    )


def roll_back_by_alarm(progress: Progress, moment: datetime, alarm: str, now: datetime) -> Progress:
    """What becomes of a deployment in progress when an alarm of its environment goes off.

    It is ROLLING_BACK for `ROLLBACK`, and ROLLED_BACK then.
    """
    done = moment + ROLLBACK
    started = Event("ROLLBACK_STARTED", "CLOUDWATCH_ALARM", f"Rollback started by alarm {alarm}", moment)
    if now < done:
        return Progress(state="ROLLING_BACK", percentage=progress.percentage, events=(*progress.events, started))
    completed = Event("ROLLBACK_COMPLETED", "CLOUDWATCH_ALARM", "Rollback completed", done)
    return Progress(state="ROLLED_BACK", percentage=progress.percentage, events=(*progress.events, started, completed))


def revert(progress: Progress, moment: datetime, account: str) -> Progress:
    """What becomes of a completed deployment that a user takes back: REVERTED (stop_deployment.rst)."""
    event = Event("REVERT_COMPLETED", "USER", f"Deployment reverted by account {account}", moment)
    return msgspec.structs.replace(progress, state="REVERTED", events=(*progress.events, event))
