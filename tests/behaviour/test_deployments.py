from __future__ import annotations

from datetime import timedelta

import pytest

from tests.behaviour.conftest import ROLE, START, World


def test_a_deployment_starts_as_the_page_shows(world: World) -> None:
    profile = world.create_profile("parameter", LocationUri="ssm-parameter://Example-Parameter", RetrievalRoleArn=ROLE)
    started = world.start(world.create_strategy(), ConfigurationProfileId=profile, Description="", Tags={})
    assert started.ResponseMetadata["HTTPStatusCode"] == 201
    assert (started["State"], started["PercentageComplete"], started["DeploymentNumber"]) == ("DEPLOYING", 1.0, 1)
    assert started["ConfigurationLocationUri"] == "ssm-parameter://Example-Parameter"
    assert "Description" not in started
    assert "CompletedAt" not in started
    (event,) = started["EventLog"]
    assert (event["EventType"], event["TriggeredBy"], event["OccurredAt"]) == ("DEPLOYMENT_STARTED", "USER", START)


def test_the_event_log_begins_with_the_latest_event(world: World) -> None:
    world.create_version()
    world.start(world.create_strategy())
    world.clock.advance(15 * 60)
    found = world.deployment()
    assert [event["EventType"] for event in found["EventLog"]] == [
        "DEPLOYMENT_COMPLETED",
        "BAKE_TIME_STARTED",
        *["PERCENTAGE_UPDATED"] * 4,
        "DEPLOYMENT_STARTED",
    ]
    assert found["CompletedAt"] == START + timedelta(minutes=15)


def test_a_version_is_deployed_by_number_or_label(world: World) -> None:
    world.create_version(VersionLabel="v1.0")
    assert world.deploy("v1.0")["ConfigurationVersion"] == "1"
    again = world.deploy("1")
    assert (again["ConfigurationVersion"], again["VersionLabel"]) == ("1", "v1.0")


@pytest.mark.parametrize("version", ["2", "v2.0", "0", "9" * 900])
def test_a_hosted_version_that_is_not_there_is_not_deployed(world: World, version: str) -> None:
    world.create_version(VersionLabel="v1.0")
    with pytest.raises(world.client.exceptions.ResourceNotFoundException):
        world.deploy(version)


def test_an_environment_takes_one_deployment_at_a_time(world: World) -> None:
    world.create_version()
    strategy = world.create_strategy(FinalBakeTimeInMinutes=5)
    world.start(strategy)
    for minutes in (0, 15, 4.99):
        world.clock.advance(minutes * 60)
        with pytest.raises(world.client.exceptions.ConflictException) as refused:
            world.start(strategy)
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    world.clock.advance(1)
    assert world.start(strategy)["DeploymentNumber"] == 2


def test_numbers_are_counted_in_each_environment_without_gaps(world: World) -> None:
    world.create_version()
    other = world.client.create_environment(ApplicationId=world.application, Name="other")["Id"]
    numbers = [world.deploy()["DeploymentNumber"] for _ in range(3)]
    with pytest.raises(world.client.exceptions.ResourceNotFoundException):
        world.deploy("7")
    assert [*numbers, world.deploy()["DeploymentNumber"]] == [1, 2, 3, 4]
    assert world.deploy(EnvironmentId=other)["DeploymentNumber"] == 1


def test_deployments_are_listed_with_the_highest_number_first(world: World) -> None:
    world.create_version()
    for _ in range(5):
        world.deploy()
    where = {"ApplicationId": world.application, "EnvironmentId": world.environment}
    first = world.client.list_deployments(**where, MaxResults=2)
    second = world.client.list_deployments(**where, MaxResults=3, NextToken=first["NextToken"])
    assert [d["DeploymentNumber"] for d in (*first["Items"], *second["Items"])] == [5, 4, 3, 2, 1]
    assert "NextToken" not in second
    assert (second["Items"][0]["State"], second["Items"][0]["Type"]) == ("COMPLETE", "USER")


def test_a_wrong_latest_deployment_number_is_a_conflict(world: World) -> None:
    world.create_version()
    world.deploy(LatestDeploymentNumber=0)
    with pytest.raises(world.client.exceptions.ConflictException):
        world.deploy(LatestDeploymentNumber=0)
    assert world.deploy(LatestDeploymentNumber=1)["DeploymentNumber"] == 2


def test_a_strategy_changed_meanwhile_changes_no_deployment(world: World) -> None:
    world.create_version()
    strategy = world.create_strategy()
    world.start(strategy)
    world.client.update_deployment_strategy(DeploymentStrategyId=strategy, DeploymentDurationInMinutes=1000)
    world.client.delete_deployment_strategy(DeploymentStrategyId=strategy)
    world.clock.advance(15 * 60)
    assert world.deployment()["State"] == "COMPLETE"


@pytest.mark.parametrize("allow_revert", [{}, {"AllowRevert": False}, {"AllowRevert": True}])
def test_stopping_a_deploying_deployment_rolls_it_back(world: World, allow_revert: dict[str, bool]) -> None:
    world.create_version()
    world.start(world.create_strategy())
    world.clock.advance(4 * 60)
    stopped = world.stop(**allow_revert)
    assert stopped.ResponseMetadata["HTTPStatusCode"] == 202
    assert (stopped["State"], stopped["PercentageComplete"]) == ("ROLLED_BACK", 25.0)
    assert [(e["EventType"], e["TriggeredBy"]) for e in stopped["EventLog"][:2]] == [
        ("ROLLBACK_COMPLETED", "USER"),
        ("ROLLBACK_STARTED", "USER"),
    ]
    assert "111122223333" in stopped["EventLog"][1]["Description"]
    world.clock.advance(24 * 3600)
    assert (world.deployment()["State"], world.environment_state()) == ("ROLLED_BACK", "ROLLED_BACK")


def test_a_baking_deployment_is_stopped_with_allow_revert_alone(world: World) -> None:
    world.create_version()
    world.start(world.create_strategy(FinalBakeTimeInMinutes=10))
    world.clock.advance(16 * 60)
    assert world.deployment()["State"] == "BAKING"
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.stop()
    assert world.stop(AllowRevert=True)["State"] == "ROLLED_BACK"


def test_a_completed_deployment_is_not_stopped(world: World) -> None:
    world.create_version()
    world.deploy()
    with pytest.raises(world.client.exceptions.BadRequestException) as refused:
        world.stop()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert world.deployment()["State"] == "COMPLETE"


def test_a_completed_deployment_is_reverted_within_72_hours(world: World) -> None:
    world.create_version()
    world.deploy()
    world.clock.advance(72 * 3600)
    reverted = world.stop(AllowRevert=True)
    assert reverted["State"] == "REVERTED"
    assert reverted["EventLog"][0]["EventType"] == "REVERT_COMPLETED"
    assert (world.deployment()["State"], world.environment_state()) == ("REVERTED", "REVERTED")


def test_after_72_hours_a_deployment_stays(world: World) -> None:
    world.create_version()
    world.deploy()
    world.clock.advance(72 * 3600 + 1)
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.stop(AllowRevert=True)
    assert (world.deployment()["State"], world.environment_state()) == ("COMPLETE", "READY_FOR_DEPLOYMENT")


@pytest.mark.parametrize("allow_revert", [True, False])
def test_what_was_rolled_back_or_reverted_is_over(world: World, allow_revert: bool) -> None:
    world.create_version()
    world.start(world.create_strategy())
    world.stop()
    world.deploy()
    world.stop(2, AllowRevert=True)
    for number in (1, 2):
        with pytest.raises(world.client.exceptions.BadRequestException):
            world.stop(number, AllowRevert=allow_revert)


def test_the_environment_says_what_its_deployment_does(world: World) -> None:
    world.create_version()
    states = [world.environment_state()]
    world.start(world.create_strategy(FinalBakeTimeInMinutes=5))
    for minutes in (0, 15, 5):
        world.clock.advance(minutes * 60)
        states.append(world.environment_state())
    assert states == ["READY_FOR_DEPLOYMENT", "DEPLOYING", "DEPLOYING", "READY_FOR_DEPLOYMENT"]


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_number_that_was_not_given_names_no_deployment(world: World, number: int) -> None:
    world.create_version()
    world.deploy()
    for ask in (world.deployment, world.stop):
        with pytest.raises(world.client.exceptions.ResourceNotFoundException):
            ask(number)
