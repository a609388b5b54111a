"""Proton's environments, created, updated in each mode, listed and deleted, as their pages document them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from asdoc.behaviour.proton import Proton
from asdoc.runtime.server.call import Call
from tests.behaviour.proton_world import START, World, in_use

ROLE = "arn:aws:iam::111122223333:role/ProtonServiceRole"
CONNECTION = "a1b2c3d4-5678-90ab-cdef-111111111111"
OTHER_CONNECTION = "a1b2c3d4-5678-90ab-cdef-222222222222"
REPOSITORY = {"branch": "main", "name": "owner/repository", "provider": "GITHUB"}


@pytest.fixture
def world() -> World:
    world = World()
    world.templates("1.0", "1.1", "2.0")
    return world


def test_a_new_environment_is_deployed(world: World) -> None:
    """create_environment.rst:13"""
    made = world.create(description="production", componentRoleArn=ROLE)
    assert made["arn"] == "arn:aws:proton:us-east-1:111122223333:environment/prod"
    assert (made["deploymentStatus"], in_use(made), made["templateName"]) == ("IN_PROGRESS", "1.1", "vpc")
    assert (made["spec"], made["description"], made["componentRoleArn"]) == ("spec: 1", "production", ROLE)
    assert made["createdAt"] == made["lastDeploymentAttemptedAt"] == START
    assert "lastSucceededDeploymentId" not in made
    world.clock.advance(59.9)
    assert world.get()["deploymentStatus"] == "IN_PROGRESS"
    world.clock.advance(0.1)
    shown = world.get()
    assert shown["deploymentStatus"] == "SUCCEEDED"
    assert shown["lastSucceededDeploymentId"] == shown["lastAttemptedDeploymentId"] == made["lastAttemptedDeploymentId"]
    assert shown["lastDeploymentSucceededAt"] == START + timedelta(seconds=60)


def test_a_minor_version_may_be_told(world: World) -> None:
    """create_environment.rst:226"""
    assert in_use(world.create(templateMinorVersion="0")) == "1.0"


@pytest.mark.parametrize(
    "wrong", [{"templateName": "none"}, {"templateMajorVersion": "3"}, {"templateMinorVersion": "7"}]
)
def test_an_environment_of_nothing_is_not_found(world: World, wrong: dict[str, str]) -> None:
    """create_environment.rst:494"""
    with pytest.raises(world.exceptions.ResourceNotFoundException):
        world.create(**wrong)


def test_an_environment_of_a_draft_is_refused(world: World) -> None:
    world.version()
    with pytest.raises(world.exceptions.ValidationException):
        world.create(templateMajorVersion="3", templateMinorVersion="0")
    with pytest.raises(world.exceptions.ResourceNotFoundException):
        world.create(templateMajorVersion="3")


def test_an_environment_has_a_name_of_its_own(world: World) -> None:
    """create_environment.rst:491"""
    world.create()
    with pytest.raises(world.exceptions.ConflictException):
        world.create()


def test_an_environment_shows_the_provisioning_of_its_template(world: World) -> None:
    """create_environment.rst:408"""
    world.template("own", provisioning="CUSTOMER_MANAGED")
    world.version("own")
    world.publish("1.0", template="own")
    assert world.create("mine", templateName="own")["provisioning"] == "CUSTOMER_MANAGED"
    assert "provisioning" not in world.create()


def test_amazon_provisions_with_a_role_or_a_connection(world: World) -> None:
    """create_environment.rst:113, 133"""
    assert world.create("a", protonServiceRoleArn=ROLE)["protonServiceRoleArn"] == ROLE
    made = world.create("b", environmentAccountConnectionId=CONNECTION)
    assert made["environmentAccountConnectionId"] == CONNECTION
    for wrong in (
        {"protonServiceRoleArn": ROLE, "environmentAccountConnectionId": CONNECTION},
        {"protonServiceRoleArn": ROLE, "provisioningRepository": REPOSITORY},
        {"environmentAccountConnectionId": CONNECTION, "provisioningRepository": REPOSITORY},
    ):
        with pytest.raises(world.exceptions.ValidationException):
            world.create(**wrong)


def test_a_self_managed_environment_has_a_repository(world: World) -> None:
    """create_environment.rst:24, 145, 415, 422"""
    made = world.create(provisioningRepository=REPOSITORY)["provisioningRepository"]
    arn = "arn:aws:proton:us-east-1:111122223333:repository/github:owner/repository"
    assert made == {**REPOSITORY, "arn": arn}


def test_codebuild_provisions_with_a_role_or_a_connection(world: World) -> None:
    """create_environment.rst:77"""
    assert world.create("a", codebuildRoleArn=ROLE)["codebuildRoleArn"] == ROLE
    assert world.create("b", codebuildRoleArn=ROLE, protonServiceRoleArn=ROLE)["codebuildRoleArn"] == ROLE
    with pytest.raises(world.exceptions.ValidationException):
        world.create(codebuildRoleArn=ROLE, environmentAccountConnectionId=CONNECTION)


def test_none_changes_metadata_and_deploys_nothing(world: World) -> None:
    """update_environment.rst:53"""
    before = world.deployed(description="old")
    changed = world.update("NONE", description="new", spec="spec: 2", templateMajorVersion="2")
    assert changed["description"] == "new"
    assert {name: changed[name] for name in changed if name != "description"} == {
        name: before[name] for name in before if name != "description"
    }


def test_current_version_deploys_the_new_spec(world: World) -> None:
    """update_environment.rst:61"""
    before = world.deployed(templateMinorVersion="0")
    changed = world.update("CURRENT_VERSION", spec="spec: 2")
    assert changed["deploymentStatus"] == "IN_PROGRESS"
    assert changed["lastAttemptedDeploymentId"] != before["lastAttemptedDeploymentId"]
    assert changed["lastSucceededDeploymentId"] == before["lastSucceededDeploymentId"]
    world.clock.advance(60)
    after = world.get()
    assert (after["deploymentStatus"], after["spec"], in_use(after)) == ("SUCCEEDED", "spec: 2", "1.0")


def test_an_environment_tells_its_last_attempt_and_its_last_success(world: World) -> None:
    """list_environments.rst:210, 217, 224, 231"""
    first = world.deployed()["lastAttemptedDeploymentId"]
    later = world.clock.advance(60)
    second = world.update("CURRENT_VERSION")["lastAttemptedDeploymentId"]
    (summary,) = world.client.list_environments()["environments"]
    for shown in (world.get(), summary):
        assert (shown["lastAttemptedDeploymentId"], shown["lastDeploymentAttemptedAt"]) == (second, later)
        assert (shown["lastSucceededDeploymentId"], shown["lastDeploymentSucceededAt"]) == (
            first,
            START + timedelta(seconds=60),
        )
    world.clock.advance(60)
    shown = world.get()
    assert shown["lastSucceededDeploymentId"] == second
    assert shown["lastDeploymentSucceededAt"] == later + timedelta(seconds=60)


@pytest.mark.parametrize("wrong", [{"templateMajorVersion": "1"}, {"templateMinorVersion": "1"}])
def test_current_version_takes_no_versions(world: World, wrong: dict[str, str]) -> None:
    """update_environment.rst:61, 155"""
    world.deployed()
    with pytest.raises(world.exceptions.ValidationException):
        world.update("CURRENT_VERSION", spec="spec: 2", **wrong)
    assert world.get()["deploymentStatus"] == "SUCCEEDED"


def test_minor_version_deploys_the_recommended_one_of_the_major_version_in_use(world: World) -> None:
    """update_environment.rst:69"""
    world.deployed(templateMinorVersion="0")
    world.update("MINOR_VERSION")
    world.clock.advance(60)
    assert (in_use(world.get()), world.get()["spec"]) == ("1.1", "spec: 1")


def test_minor_version_deploys_the_one_that_is_told(world: World) -> None:
    """update_environment.rst:69"""
    world.deployed()
    world.update("MINOR_VERSION", templateMinorVersion="0", templateMajorVersion="1", spec="spec: 2")
    world.clock.advance(60)
    assert (in_use(world.get()), world.get()["spec"]) == ("1.0", "spec: 2")
    with pytest.raises(world.exceptions.ValidationException):
        world.update("MINOR_VERSION", templateMajorVersion="2")
    with pytest.raises(world.exceptions.ResourceNotFoundException):
        world.update("MINOR_VERSION", templateMinorVersion="9")


def test_major_version_deploys_the_recommended_version(world: World) -> None:
    """update_environment.rst:77"""
    world.deployed()
    world.version(major="2")
    world.publish("2.1")
    world.version()
    world.update("MAJOR_VERSION")
    world.clock.advance(60)
    assert in_use(world.get()) == "2.1"


def test_major_version_deploys_a_higher_one_that_is_told(world: World) -> None:
    """update_environment.rst:77, 171"""
    world.version(major="2")
    world.version()
    world.publish("2.1", "3.0")
    world.deployed()
    world.update("MAJOR_VERSION", templateMajorVersion="2", templateMinorVersion="0")
    world.clock.advance(60)
    assert in_use(world.get()) == "2.0"
    for lower in ("1", "2"):
        with pytest.raises(world.exceptions.ValidationException):
            world.update("MAJOR_VERSION", templateMajorVersion=lower)
    world.update("MAJOR_VERSION", templateMajorVersion="3")
    world.clock.advance(60)
    assert in_use(world.get()) == "3.0"


def test_an_update_is_refused_while_a_deployment_is_in_progress(world: World) -> None:
    """update_environment.rst:515"""
    world.create()
    for mode in ("NONE", "CURRENT_VERSION", "MINOR_VERSION", "MAJOR_VERSION"):
        with pytest.raises(world.exceptions.ConflictException):
            world.update(mode)
    world.clock.advance(60)
    world.update("CURRENT_VERSION")
    world.cancel()
    with pytest.raises(world.exceptions.ConflictException):
        world.update("CURRENT_VERSION")


def refused(world: World, **members: Any) -> None:
    with pytest.raises(world.exceptions.ValidationException):
        world.update("NONE", **members)


def test_an_environment_with_a_connection_keeps_having_one(world: World) -> None:
    """update_environment.rst:17, 21, 29"""
    world.deployed(environmentAccountConnectionId=CONNECTION)
    refused(world, protonServiceRoleArn=ROLE)
    refused(world, provisioningRepository=REPOSITORY)
    refused(world, environmentAccountConnectionId=OTHER_CONNECTION, protonServiceRoleArn=ROLE)
    changed = world.update("NONE", environmentAccountConnectionId=OTHER_CONNECTION)
    assert changed["environmentAccountConnectionId"] == OTHER_CONNECTION


def test_an_environment_without_a_connection_cannot_get_one(world: World) -> None:
    """update_environment.rst:25"""
    world.deployed("role", protonServiceRoleArn=ROLE)
    world.deployed("none")
    for name in ("role", "none"):
        with pytest.raises(world.exceptions.ValidationException):
            world.update("NONE", name, environmentAccountConnectionId=CONNECTION)
    assert world.update("NONE", "role", protonServiceRoleArn=ROLE + "2")["protonServiceRoleArn"] == ROLE + "2"


def test_an_environment_that_amazon_provisions_takes_no_repository(world: World) -> None:
    """update_environment.rst:33"""
    world.deployed(protonServiceRoleArn=ROLE)
    refused(world, provisioningRepository=REPOSITORY)


def test_a_self_managed_environment_takes_a_repository_alone(world: World) -> None:
    """update_environment.rst:37"""
    world.deployed(provisioningRepository=REPOSITORY)
    refused(world, protonServiceRoleArn=ROLE)
    refused(world, environmentAccountConnectionId=CONNECTION)
    changed = world.update("NONE", provisioningRepository={**REPOSITORY, "branch": "next"})
    assert changed["provisioningRepository"]["branch"] == "next"


def test_a_deployment_that_fails_leaves_what_was_deployed_before() -> None:
    """update_environment.rst:281"""

    class Failing(Proton):
        def deployment_outcome(self, call: Call) -> str:
            return "FAILED" if call.params["spec"] == "wrong" else "SUCCEEDED"

    world = World(Failing())
    world.templates("1.0")
    world.deployed()
    world.update("CURRENT_VERSION", spec="wrong")
    world.clock.advance(60)
    shown = world.get()
    assert (shown["deploymentStatus"], shown["spec"]) == ("FAILED", "spec: 1")
    assert shown["deploymentStatusMessage"]
    assert shown["lastSucceededDeploymentId"] != shown["lastAttemptedDeploymentId"]
    world.update("CURRENT_VERSION", spec="right")
    world.clock.advance(60)
    assert (world.get()["deploymentStatus"], world.get()["spec"]) == ("SUCCEEDED", "right")


def test_environments_are_listed_by_template_and_major_version(world: World) -> None:
    """list_environments.rst:44, 58, 65"""
    world.templates("1.0", template="other")
    world.deployed("a")
    world.deployed("b", templateMajorVersion="2")
    world.deployed("c", templateName="other")

    def listed(*wanted: tuple[str, str]) -> list[str]:
        filters = [{"templateName": name, "majorVersion": major} for name, major in wanted]
        found = world.client.list_environments(**({"environmentTemplates": filters} if filters else {}))
        return [each["name"] for each in found["environments"]]

    assert listed() == ["a", "b", "c"]
    assert listed(("vpc", "1")) == ["a"]
    assert listed(("vpc", "2"), ("other", "1")) == ["b", "c"]
    assert listed(("vpc", "3")) == []
    world.update("MAJOR_VERSION", "a")
    assert listed(("vpc", "2")) == ["b"]
    world.clock.advance(60)
    assert listed(("vpc", "2")) == ["a", "b"]


def test_a_summary_has_no_spec(world: World) -> None:
    """list_environments.rst:99-117"""
    whole = world.deployed()
    (summary,) = world.client.list_environments()["environments"]
    assert {name: whole[name] for name in whole if name != "spec"} == {name: summary[name] for name in summary}


def test_a_deleted_environment_is_on_its_way_and_then_gone(world: World) -> None:
    """delete_environment.rst:13, 91, 294; get_environment.rst:291"""
    world.deployed()
    deleted = world.client.delete_environment(name="prod")["environment"]
    assert deleted["deploymentStatus"] == world.get()["deploymentStatus"] == "DELETE_IN_PROGRESS"
    refused_now: list[Callable[[], Any]] = [
        lambda: world.client.delete_environment(name="prod"),
        lambda: world.update("NONE"),
        world.cancel,
        world.create,
    ]
    for call in refused_now:
        with pytest.raises(world.exceptions.ConflictException):
            call()
    world.clock.advance(10)
    refused_later: list[Callable[[], Any]] = [world.get, world.cancel, refused_now[0]]
    for call in refused_later:
        with pytest.raises(world.exceptions.ResourceNotFoundException):
            call()
    assert world.client.list_environments()["environments"] == []
    assert world.client.list_deployments()["deployments"] == []
    with pytest.raises(world.exceptions.ResourceNotFoundException):
        world.client.get_deployment(id=deleted["lastAttemptedDeploymentId"])
    assert world.create()["deploymentStatus"] == "IN_PROGRESS"


def test_an_environment_that_is_being_deployed_is_not_deleted(world: World) -> None:
    """delete_environment.rst:291"""
    world.create()
    with pytest.raises(world.exceptions.ConflictException):
        world.client.delete_environment(name="prod")


def test_nothing_is_left_of_a_deleted_environment(world: World) -> None:
    """delete_environment.rst:13"""
    world.deployed(tags=[{"key": "a", "value": "b"}])
    world.client.delete_environment(name="prod")
    world.clock.advance(10)
    world.create()
    arn = world.get()["arn"]
    assert world.client.list_tags_for_resource(resourceArn=arn)["tags"] == []
    assert len(world.client.list_deployments(environmentName="prod")["deployments"]) == 1


def test_accounts_and_regions_see_their_own_environments_alone(world: World) -> None:
    world.create()
    for other in (world.caller("444455556666"), world.caller(region="eu-west-1")):
        assert other.list_environments()["environments"] == []
        with pytest.raises(other.exceptions.ResourceNotFoundException):
            other.get_environment(name="prod")
