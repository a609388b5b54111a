"""What was given to Proton is shown wherever its pages document it, and tells what came of it."""

from __future__ import annotations

import pytest

from tests.behaviour.proton_world import World

CONNECTION = "a1b2c3d4-5678-90ab-cdef-111111111111"
ROLE = "arn:aws:iam::111122223333:role/ProtonServiceRole"


@pytest.fixture
def world() -> World:
    world = World()
    world.templates("1.0", "1.1")
    return world


def test_an_environment_shows_its_description_and_spec_where_it_is_read_and_listed(world: World) -> None:
    """get_environment.rst:148, 254; list_environments.rst:189"""
    world.create(description="for all", spec="spec: whole", protonServiceRoleArn=ROLE)
    shown = world.get()
    assert (shown["description"], shown["spec"], shown["protonServiceRoleArn"]) == ("for all", "spec: whole", ROLE)
    (listed,) = world.client.list_environments()["environments"]
    assert (listed["description"], listed["protonServiceRoleArn"]) == ("for all", ROLE)


@pytest.mark.parametrize("minor", ["0", "1"])
def test_an_environment_shows_the_minor_version_that_it_is_of(world: World, minor: str) -> None:
    """get_environment.rst:268; list_environments.rst:266"""
    world.create(templateMinorVersion=minor)
    assert world.get()["templateMinorVersion"] == minor
    assert [each["templateMinorVersion"] for each in world.client.list_environments()["environments"]] == [minor]


def test_an_environment_tells_how_its_deployment_is_and_when_one_was_last_a_success(world: World) -> None:
    """get_environment.rst:134, 183"""
    made = world.create()
    assert made["deploymentStatus"] == world.get()["deploymentStatus"] == "IN_PROGRESS"
    world.clock.advance(60)
    assert (world.get()["deploymentStatus"], world.get()["lastDeploymentSucceededAt"]) == (
        "SUCCEEDED",
        world.clock.now(),
    )


def test_an_environment_shows_its_account_connection(world: World) -> None:
    """create_environment.rst:352"""
    assert world.create(environmentAccountConnectionId=CONNECTION)["environmentAccountConnectionId"] == CONNECTION


def test_a_list_of_deployments_tells_when_each_was_completed(world: World) -> None:
    """list_deployments.rst:149"""
    world.create()
    (running,) = world.client.list_deployments(environmentName="prod")["deployments"]
    assert "completedAt" not in running
    world.clock.advance(60)
    (done,) = world.client.list_deployments(environmentName="prod")["deployments"]
    assert done["completedAt"] == world.clock.now()


def test_a_template_keeps_its_name_from_another(world: World) -> None:
    """create_environment_template.rst:83"""
    assert world.template("other")["name"] == "other"
    with pytest.raises(world.exceptions.ConflictException):
        world.template("other")


def test_a_version_keeps_its_description_as_it_is_published(world: World) -> None:
    """create_environment_template_version.rst:60"""
    version = world.version(description="with a subnet")
    assert world.shown_version(version)["description"] == "with a subnet"
    world.publish(version)
    shown = world.shown_version(version)
    assert (shown["description"], shown["status"]) == ("with a subnet", "PUBLISHED")
