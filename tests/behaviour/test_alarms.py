"""An alarm of an environment rolls back what is being deployed to it, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asdoc.runtime.http import HttpRequest
from tests.behaviour.conftest import World

ALARM = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:errors"


@pytest.fixture
def world() -> World:
    world = World()
    world.environment = world.client.create_environment(
        ApplicationId=world.application, Name="watched", Monitors=[{"AlarmArn": ALARM}]
    )["Id"]
    world.create_version()
    return world


def move(world: World, state: str = "ALARM", alarm: Any = ALARM) -> tuple[int, Any]:
    body = json.dumps({"alarm": alarm, "state": state}).encode()
    answer = world.backend.handle(HttpRequest(method="POST", target="/_asdoc/alarms", body=body))
    return answer.status, json.loads(answer.body)


def shown(world: World, number: int = 1) -> Any:
    return world.client.get_deployment(
        ApplicationId=world.application, EnvironmentId=world.environment, DeploymentNumber=number
    )


def state_of_environment(world: World) -> str:
    found = world.client.get_environment(ApplicationId=world.application, EnvironmentId=world.environment)
    return str(found["State"])


@pytest.mark.parametrize("minutes", [1, 16])
def test_an_alarm_rolls_back_what_is_deployed_or_bakes(world: World, minutes: int) -> None:
    """get_deployment.rst: TriggeredBy CLOUDWATCH_ALARM, and the states ROLLING_BACK and ROLLED_BACK"""
    world.start(world.create_strategy(15, 25, FinalBakeTimeInMinutes=10))
    world.clock.advance(minutes * 60)
    percentage = shown(world)["PercentageComplete"]
    assert move(world) == (200, {"alarm": ALARM, "state": "ALARM", "rolledBack": 1})
    rolling = shown(world)
    assert (rolling["State"], rolling["PercentageComplete"]) == ("ROLLING_BACK", percentage)
    assert (rolling["EventLog"][0]["EventType"], rolling["EventLog"][0]["TriggeredBy"]) == (
        "ROLLBACK_STARTED",
        "CLOUDWATCH_ALARM",
    )
    assert state_of_environment(world) == "ROLLING_BACK"
    world.clock.advance(120)
    rolled = shown(world)
    assert rolled["State"] == "ROLLED_BACK"
    assert [(event["EventType"], event["TriggeredBy"]) for event in rolled["EventLog"][:2]] == [
        ("ROLLBACK_COMPLETED", "CLOUDWATCH_ALARM"),
        ("ROLLBACK_STARTED", "CLOUDWATCH_ALARM"),
    ]
    assert "CompletedAt" not in rolled
    assert state_of_environment(world) == "ROLLED_BACK"


def test_a_completed_deployment_is_not_rolled_back(world: World) -> None:
    world.start(world.create_strategy())
    world.clock.advance(900)
    assert move(world)[1]["rolledBack"] == 0
    assert shown(world)["State"] == "COMPLETE"


@pytest.mark.parametrize("state", ["OK", "INSUFFICIENT_DATA"])
def test_only_the_state_alarm_rolls_back(world: World, state: str) -> None:
    world.start(world.create_strategy())
    assert move(world, state)[1]["rolledBack"] == 0
    assert shown(world)["State"] == "DEPLOYING"


def test_the_alarm_of_another_environment_does_not_concern_a_deployment(world: World) -> None:
    world.start(world.create_strategy())
    assert move(world, alarm=f"{ALARM}-2")[1]["rolledBack"] == 0
    assert shown(world)["State"] == "DEPLOYING"


def test_while_it_rolls_back_no_other_deployment_starts_and_it_cannot_be_stopped(world: World) -> None:
    strategy = world.create_strategy()
    world.start(strategy)
    move(world)
    move(world, "OK")
    with pytest.raises(world.client.exceptions.ConflictException):
        world.start(strategy)
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.client.stop_deployment(
            ApplicationId=world.application, EnvironmentId=world.environment, DeploymentNumber=1
        )
    world.clock.advance(60)
    assert world.start(strategy)["State"] == "DEPLOYING"


def test_an_alarm_twice_rolls_back_once(world: World) -> None:
    world.start(world.create_strategy())
    move(world)
    world.clock.advance(10)
    assert move(world)[1]["rolledBack"] == 0
    world.clock.advance(50)
    assert shown(world)["State"] == "ROLLED_BACK"


def test_a_deployment_that_starts_under_an_alarm_is_rolled_back(world: World) -> None:
    move(world)
    assert world.start(world.create_strategy())["State"] == "ROLLING_BACK"
    move(world, "OK")
    world.clock.advance(60)
    assert shown(world)["State"] == "ROLLED_BACK"
    assert world.start(world.create_strategy())["State"] == "DEPLOYING"


@pytest.mark.parametrize("wrong", ["", None, 1])
def test_what_names_no_alarm_is_refused_with_what_to_send(world: World, wrong: Any) -> None:
    status, told = move(world, alarm=wrong)
    assert status == 400
    assert "ARN" in told["message"]


def test_what_is_no_state_is_refused(world: World) -> None:
    assert move(world, "RED")[0] == 400
