"""The chart of a deployment: what the pages say of its steps, and what a target told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asdoc.conformance.cases.model import Case
from asdoc.conformance.events import CaseFinished, Line, Timeline
from asdoc.conformance.exchanges import Sent
from asdoc.conformance.timelines import EXAMPLE, PROSE, RULE, timelines
from asdoc.conformance.verify import verify_events
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import load_service

OPERATION = load_service("asdoc.appconfig").operations["GetDeployment"]
CASE = Case(id="a", kind="statement", operation="GetDeployment")
STRATEGY = {
    "GrowthType": "LINEAR",
    "GrowthFactor": 20.0,
    "DeploymentDurationInMinutes": 10,
    "FinalBakeTimeInMinutes": 0,
}


def answered(*answers: tuple[float, dict[str, Any]], case: Case = CASE) -> tuple[Timeline, ...]:
    sent = [
        Sent(
            OPERATION, True, HttpRequest(method="GET"), HttpResponse(status=200, body=json.dumps(body).encode()), "", at
        )
        for at, body in answers
    ]
    return timelines(case, sent)


def points(line: Line) -> list[tuple[float, float]]:
    return [(point.seconds, point.percentage) for point in line.points]


def named(timeline: Timeline) -> dict[str, list[tuple[float, float]]]:
    return {line.name: points(line) for line in timeline.lines}


def test_the_reference_is_drawn_as_the_page_logs_it() -> None:
    """get_deployment.rst: started 21:43:54; 25 % at 21:46:55, 50 at 21:49:55, 75 at 21:52:56, 100 at 21:55:56."""
    events = verify_events("reference", service="appconfig", pattern="appconfig.example.GetDeployment.1")
    (case,) = [event for event in events if isinstance(event, CaseFinished)]
    (timeline,) = case.timelines
    lines = named(timeline)
    assert lines[EXAMPLE] == [(0.0, 1.0), (181.0, 25.0), (361.0, 50.0), (542.0, 75.0), (722.0, 100.0)]
    assert lines["observed"][:5] == [(0.0, 1.0), (180.0, 25.0), (360.0, 50.0), (540.0, 75.0), (720.0, 100.0)]


def test_the_prose_of_linear_growth_is_a_line_of_its_own() -> None:
    """update_deployment_strategy.rst: a factor of 20 starts at 20 %, and is at 40 % after a fifth of the time."""
    (timeline,) = answered(
        (0, {**STRATEGY, "PercentageComplete": 1.0}), (120, {**STRATEGY, "PercentageComplete": 20.0})
    )
    lines = named(timeline)
    assert lines[PROSE] == [(0.0, 20.0), (120.0, 40.0), (240.0, 60.0), (360.0, 80.0), (480.0, 100.0)]
    assert lines[RULE][:2] == [(0.0, 1.0), (100.0, 20.0)]
    assert lines["observed"] == [(0.0, 1.0), (120.0, 20.0)]


def test_exponential_growth_doubles() -> None:
    """create_deployment_strategy.rst: G*(2^N), so that a factor of 2 makes 2, 4, 8 and so on."""
    strategy = {**STRATEGY, "GrowthType": "EXPONENTIAL", "GrowthFactor": 2}
    (timeline,) = answered((0, {**strategy, "PercentageComplete": 100}))
    assert [percentage for _, percentage in named(timeline)[PROSE]] == [2, 4, 8, 16, 32, 64, 100]


def test_a_deployment_that_is_over_at_once_is_seen_to_be() -> None:
    (timeline,) = answered((0, {**STRATEGY, "PercentageComplete": 100.0}))
    assert named(timeline)["observed"] == [(0.0, 100.0)]


def test_a_deployment_seen_at_its_start_alone_is_not_drawn() -> None:
    assert answered((0, {**STRATEGY, "PercentageComplete": 1.0})) == ()


def test_what_is_seen_long_after_the_end_does_not_flatten_the_chart() -> None:
    (timeline,) = answered(*((at, {**STRATEGY, "PercentageComplete": 100.0}) for at in (0, 600, 260_000)))
    assert named(timeline)["observed"] == [(0.0, 100.0), (600.0, 100.0)]


@pytest.mark.parametrize("body", [
    {"PercentageComplete": "100"}, {"PercentageComplete": True}, {"PercentageComplete": None},
    {"PercentageComplete": 10**400}, {"PercentageComplete": 100, **STRATEGY, "GrowthFactor": 0.0001},
    {"PercentageComplete": 100, **STRATEGY, "GrowthFactor": "20", "DeploymentDurationInMinutes": -1},
    {"PercentageComplete": 100, "DeploymentDurationInMinutes": 1e308, "StartedAt": "no day", "EventLog": "none"},
    {"PercentageComplete": 100, "StartedAt": 1e300, "EventLog": [1, None, {"EventType": "PERCENTAGE_UPDATED"}]},
    {"PercentageComplete": 100, "StartedAt": "2021-01-01T00:00:00", "EventLog": [
        {"EventType": "PERCENTAGE_UPDATED", "Description": "9" * 10_000 + " %", "OccurredAt": "2021-01-01T00:00:00Z"}]},
    ["PercentageComplete"],
])  # fmt: skip
def test_no_answer_of_a_target_breaks_the_chart(body: Any) -> None:
    for timeline in answered((0, body), (60, body)):
        for line in timeline.lines:
            assert len(line.points) <= 200


def test_a_log_as_long_as_a_target_likes_is_bounded() -> None:
    event = {"EventType": "PERCENTAGE_UPDATED", "Description": "50 %"}
    log = [{**event, "OccurredAt": 1_600_000_000 + at} for at in range(3000)]
    (timeline,) = answered((0, {**STRATEGY, "PercentageComplete": 100, "StartedAt": 1_600_000_000, "EventLog": log}))
    assert len(timeline.lines[0].points) <= 201
