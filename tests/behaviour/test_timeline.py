from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asdoc.behaviour.appconfig.timeline import Strategy, growth, position, revert, roll_back, timeline

START = datetime(2021, 9, 17, 21, 43, 54, 205000, tzinfo=UTC)

strategies = st.builds(
    Strategy,
    duration_minutes=st.integers(0, 1440),
    growth_type=st.sampled_from(["LINEAR", "EXPONENTIAL"]),
    growth_factor=st.floats(1, 100),
    bake_minutes=st.integers(0, 1440),
)
elapsed = st.timedeltas(timedelta(), timedelta(hours=60))


def linear(duration: int, factor: float, bake: int = 0) -> Strategy:
    return Strategy(duration_minutes=duration, growth_type="LINEAR", growth_factor=factor, bake_minutes=bake)


def test_the_documented_example_comes_out_event_for_event() -> None:
    progress = timeline(linear(15, 25), START, START + timedelta(minutes=15))
    told = [
        (e.event_type, e.triggered_by, e.description, (e.occurred_at - START) / timedelta(minutes=1))
        for e in progress.events
    ]
    assert told == [
        ("DEPLOYMENT_STARTED", "USER", "Deployment started", 0),
        ("PERCENTAGE_UPDATED", "APPCONFIG", "Configuration available to 25.00% of clients", 3),
        ("PERCENTAGE_UPDATED", "APPCONFIG", "Configuration available to 50.00% of clients", 6),
        ("PERCENTAGE_UPDATED", "APPCONFIG", "Configuration available to 75.00% of clients", 9),
        ("PERCENTAGE_UPDATED", "APPCONFIG", "Configuration available to 100.00% of clients", 12),
        ("BAKE_TIME_STARTED", "APPCONFIG", "Deployment bake time started", 15),
        ("DEPLOYMENT_COMPLETED", "APPCONFIG", "Deployment completed", 15),
    ]
    assert (progress.state, progress.percentage, progress.completed_at) == (
        "COMPLETE",
        100.0,
        START + timedelta(minutes=15),
    )


@pytest.mark.parametrize(
    ("minutes", "state", "percentage"),
    [(0, "DEPLOYING", 1), (2.99, "DEPLOYING", 1), (3, "DEPLOYING", 25), (11.99, "DEPLOYING", 75),
     (12, "DEPLOYING", 100), (15, "BAKING", 100), (24.99, "BAKING", 100), (25, "COMPLETE", 100)],
)  # fmt: skip
def test_a_deployment_grows_then_bakes_then_completes(minutes: float, state: str, percentage: float) -> None:
    assert position(linear(15, 25, bake=10), START, START + timedelta(minutes=minutes)) == (state, percentage)


def test_exponential_growth_doubles_until_all_targets_are_reached() -> None:
    assert growth("EXPONENTIAL", 2.0) == (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 100.0)
    assert growth("EXPONENTIAL", 10.0) == (10.0, 20.0, 40.0, 80.0, 100.0)


def test_linear_growth_ends_at_100_whatever_the_factor() -> None:
    assert growth("LINEAR", 30.0) == (30.0, 60.0, 90.0, 100.0)
    assert growth("LINEAR", 100.0) == (100.0,)
    assert len(growth("LINEAR", 1.0)) == 100


def test_without_duration_all_targets_are_reached_at_once_and_then_baked() -> None:
    at_once = timeline(linear(0, 20, bake=10), START, START)
    assert (at_once.state, at_once.percentage) == ("BAKING", 100.0)
    assert [e.event_type for e in at_once.events] == ["DEPLOYMENT_STARTED", "PERCENTAGE_UPDATED", "BAKE_TIME_STARTED"]
    assert timeline(linear(0, 20), START, START).state == "COMPLETE"


def test_a_rollback_keeps_the_percentage_reached_and_names_the_account() -> None:
    moment = START + timedelta(minutes=7)
    stopped = roll_back(timeline(linear(15, 25), START, moment), moment, "111122223333")
    assert (stopped.state, stopped.percentage, stopped.completed_at) == ("ROLLED_BACK", 50.0, None)
    assert [(e.event_type, e.triggered_by) for e in stopped.events[-2:]] == [
        ("ROLLBACK_STARTED", "USER"),
        ("ROLLBACK_COMPLETED", "USER"),
    ]
    assert "111122223333" in stopped.events[-2].description


def test_a_revert_follows_the_completion() -> None:
    moment = START + timedelta(hours=1)
    reverted = revert(timeline(linear(15, 25), START, moment), moment, "111122223333")
    assert reverted.state == "REVERTED"
    assert reverted.completed_at == START + timedelta(minutes=15)
    assert [e.event_type for e in reverted.events[-2:]] == ["DEPLOYMENT_COMPLETED", "REVERT_COMPLETED"]


@given(strategies, elapsed, elapsed)
def test_time_never_takes_back_what_has_happened(strategy: Strategy, one: timedelta, other: timedelta) -> None:
    early, late = sorted((one, other))
    before, after = timeline(strategy, START, START + early), timeline(strategy, START, START + late)
    assert after.events[: len(before.events)] == before.events
    assert after.percentage >= before.percentage
    order = ["DEPLOYING", "BAKING", "COMPLETE"]
    assert order.index(after.state) >= order.index(before.state)


@given(strategies, elapsed)
def test_events_are_in_order_and_not_of_the_future(strategy: Strategy, after: timedelta) -> None:
    progress = timeline(strategy, START, START + after)
    times = [event.occurred_at for event in progress.events]
    assert times == sorted(times)
    assert times[0] == START
    assert times[-1] <= START + after
    assert position(strategy, START, START + after) == (progress.state, progress.percentage)


@given(strategies)
def test_every_deployment_reaches_all_targets_and_completes(strategy: Strategy) -> None:
    end = START + timedelta(minutes=strategy.duration_minutes + strategy.bake_minutes)
    progress = timeline(strategy, START, end)
    assert (progress.state, progress.percentage, progress.completed_at) == ("COMPLETE", 100.0, end)


@given(st.sampled_from(["LINEAR", "EXPONENTIAL"]), st.floats(1, 100))
def test_growth_is_strict_and_ends_at_100(growth_type: str, factor: float) -> None:
    steps = growth(growth_type, factor)
    assert steps[0] == factor
    assert steps[-1] == 100.0
    assert all(one < other for one, other in pairwise(steps))


def test_decimal_factors_give_decimal_percentages() -> None:
    """update_deployment_strategy.rst, GrowthType LINEAR: multiples of the factor"""
    assert growth("LINEAR", 33.3) == (33.3, 66.6, 99.9, 100.0)
    assert growth("EXPONENTIAL", 0.1 + 1.0) == (1.1, 2.2, 4.4, 8.8, 17.6, 35.2, 70.4, 100.0)
