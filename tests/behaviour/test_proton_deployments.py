"""Proton's deployments, tags, pages of lists and waiters, as their pages document them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from asdoc.proton import Client
from asdoc.runtime.schema import load_service
from tests.behaviour.proton_world import START, World


@pytest.fixture
def world() -> World:
    world = World()
    world.templates("1.0", "1.1")
    return world


def deployment(world: World, identifier: str, **more: Any) -> Any:
    return world.client.get_deployment(id=identifier, **more)["deployment"]


def test_a_deployment_tells_what_was_there_and_what_is_aimed_at(world: World) -> None:
    """get_deployment.rst:57, 242, 480"""
    first = world.deployed(templateMinorVersion="0")["lastAttemptedDeploymentId"]
    second = world.update("MINOR_VERSION", spec="spec: 2")["lastAttemptedDeploymentId"]
    of_template = {"templateName": "vpc", "templateMajorVersion": "1"}
    before = {**of_template, "templateMinorVersion": "0", "spec": "spec: 1"}
    shown = deployment(world, first)
    assert shown["targetState"] == {"environment": before}
    assert "initialState" not in shown
    shown = deployment(world, second)
    assert shown["initialState"] == {"environment": before}
    assert shown["targetState"] == {"environment": {**of_template, "templateMinorVersion": "1", "spec": "spec: 2"}}


def test_a_deployment_follows_its_environment(world: World) -> None:
    """get_deployment.rst:193, 214, 424, 438"""
    first = world.deployed()["lastAttemptedDeploymentId"]
    shown = deployment(world, first)
    assert (shown["deploymentStatus"], shown["environmentName"]) == ("SUCCEEDED", "prod")
    assert shown["arn"] == f"arn:aws:proton:us-east-1:111122223333:deployment/{first}"
    assert (shown["targetArn"], shown["targetResourceType"]) == (world.get()["arn"], "ENVIRONMENT")
    assert shown["targetResourceCreatedAt"] == shown["createdAt"] == START
    assert shown["completedAt"] == shown["lastModifiedAt"] == START + timedelta(seconds=60)
    assert shown["lastSucceededDeploymentId"] == first
    second = world.update("CURRENT_VERSION")["lastAttemptedDeploymentId"]
    shown = deployment(world, second)
    assert (shown["deploymentStatus"], shown["lastSucceededDeploymentId"]) == ("IN_PROGRESS", first)
    assert "completedAt" not in shown
    world.cancel()
    assert deployment(world, second)["deploymentStatus"] == "CANCELLING"
    world.clock.advance(10)
    shown = deployment(world, second)
    assert (shown["deploymentStatus"], bool(shown["deploymentStatusMessage"])) == ("CANCELLED", True)
    assert shown["completedAt"] == START + timedelta(seconds=70)
    shown = deployment(world, first)
    assert (shown["deploymentStatus"], shown["lastAttemptedDeploymentId"]) == ("SUCCEEDED", second)


def test_a_deployment_is_not_found_where_it_is_not(world: World) -> None:
    """get_deployment.rst:49, 671"""
    world.create("other")
    identifier = world.create()["lastAttemptedDeploymentId"]
    assert deployment(world, identifier, environmentName="prod")["id"] == identifier
    for wrong in (
        {"id": "00000000-0000-0000-0000-000000000000"},
        {"id": identifier, "environmentName": "other"},
        {"id": identifier, "serviceName": "none"},
        {"id": identifier, "componentName": "none"},
    ):
        with pytest.raises(world.exceptions.ResourceNotFoundException):
            world.client.get_deployment(**wrong)


def test_deployments_are_listed_by_environment(world: World) -> None:
    """list_deployments.rst:13, 42, 50, 74, 82"""
    world.deployed("a")
    world.deployed("b")
    world.update("CURRENT_VERSION", "a")

    def listed(**wanted: str) -> list[str]:
        return [each["environmentName"] for each in world.client.list_deployments(**wanted)["deployments"]]

    assert (listed(), listed(environmentName="a"), listed(environmentName="b")) == (["a", "b", "a"], ["a", "a"], ["b"])
    for none in ("environmentName", "serviceName", "serviceInstanceName", "componentName"):
        with pytest.raises(world.exceptions.ResourceNotFoundException):
            listed(**{none: "none"})


def many(world: World) -> dict[str, tuple[Callable[..., Any], str]]:
    """Lists with seven entries: how each is called, and the member that has the entries."""
    for number in range(6):
        world.template(f"t{number}")
        world.version()
        world.create(f"e{number}")
    world.create("e6")
    tags = [{"key": f"k{number}", "value": "v"} for number in range(7)]
    arn = world.template("tagged", tags=tags)["arn"]
    world.client.delete_environment_template(name="t5")
    client = world.client
    return {
        "templates": (client.list_environment_templates, "templates"),
        "versions": (
            lambda **more: client.list_environment_template_versions(templateName="vpc", **more),
            "templateVersions",
        ),
        "environments": (client.list_environments, "environments"),
        "deployments": (client.list_deployments, "deployments"),
        "tags": (lambda **more: client.list_tags_for_resource(resourceArn=arn, **more), "tags"),
    }


@pytest.mark.parametrize("name", ["templates", "versions", "environments", "deployments", "tags"])
@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_the_pages_together_are_the_list(world: World, name: str, size: int) -> None:
    """list_environments.rst:75, 83; list_environment_templates.rst:38, 46; list_deployments.rst:58, 66

    list_environment_template_versions.rst:52, 60; list_tags_for_resource.rst:39, 47
    """
    call, member = many(world)[name]
    whole = call()[member]
    assert len(whole) == 7
    found: list[Any] = []
    more: dict[str, Any] = {}
    while True:
        answer = call(maxResults=size, **more)
        assert len(answer[member]) <= size
        found += answer[member]
        if "nextToken" not in answer:
            break
        more = {"nextToken": answer["nextToken"]}
    assert found == whole


def test_a_token_of_another_list_is_refused(world: World) -> None:
    """list_environments.rst:288"""
    many(world)
    token = world.client.list_environments(maxResults=1)["nextToken"]
    calls: list[Callable[[], Any]] = [
        lambda: world.client.list_environment_templates(nextToken=token),
        lambda: world.client.list_environments(nextToken=token[::-1]),
        lambda: world.client.list_environments(
            nextToken=token, environmentTemplates=[{"templateName": "vpc", "majorVersion": "1"}]
        ),
    ]
    for call in calls:
        with pytest.raises(world.exceptions.ValidationException):
            call()


def tags_of(world: World, arn: str) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in world.client.list_tags_for_resource(resourceArn=arn)["tags"]}


def test_new_resources_have_the_tags_that_they_are_given(world: World) -> None:
    """create_environment_template.rst:99, create_environment_template_version.rst:111, create_environment.rst:183

    list_tags_for_resource.rst:13
    """
    tags = [{"key": "team", "value": "blue"}]
    template = world.template("tagged", tags=tags)["arn"]
    world.version("tagged", tags=tags)
    version = world.shown_version("1.0", "tagged")["arn"]
    environment = world.create(tags=tags)["arn"]
    for arn in (template, version, environment):
        assert tags_of(world, arn) == {"team": "blue"}
    world.delete_version("1.0", "tagged")
    with pytest.raises(world.exceptions.ResourceNotFoundException):
        tags_of(world, version)


def test_tags_are_added_and_removed_by_their_keys(world: World) -> None:
    """tag_resource.rst:13, 55; untag_resource.rst:13, 52"""
    arn = world.create(tags=[{"key": "a", "value": "1"}])["arn"]
    world.client.tag_resource(resourceArn=arn, tags=[{"key": "b", "value": "2"}, {"key": "a", "value": "3"}])
    assert tags_of(world, arn) == {"a": "3", "b": "2"}
    world.client.untag_resource(resourceArn=arn, tagKeys=["a", "none"])
    assert tags_of(world, arn) == {"b": "2"}
    world.client.untag_resource(resourceArn=arn, tagKeys=["b"])
    assert tags_of(world, arn) == {}


def test_there_are_no_more_than_fifty_tags(world: World) -> None:
    arn = world.create()["arn"]
    world.client.tag_resource(resourceArn=arn, tags=[{"key": f"k{n}", "value": ""} for n in range(50)])
    with pytest.raises(world.exceptions.ValidationException):
        world.client.tag_resource(resourceArn=arn, tags=[{"key": "one more", "value": ""}])


@pytest.mark.parametrize(
    ("resource", "error"),
    [
        ("arn:aws:proton:us-east-1:111122223333:environment/none", "ResourceNotFoundException"),
        ("arn:aws:proton:us-east-1:111122223333:environment-template/none", "ResourceNotFoundException"),
        ("arn:aws:proton:us-east-1:111122223333:environment-template/vpc:9.9", "ResourceNotFoundException"),
        ("arn:aws:proton:us-east-1:444455556666:environment-template/vpc", "ResourceNotFoundException"),
        ("arn:aws:proton:eu-west-1:111122223333:environment-template/vpc", "ResourceNotFoundException"),
        ("arn:aws:proton:us-east-1:111122223333:service/none", "ResourceNotFoundException"),
        ("arn:aws:s3:us-east-1:111122223333:bucket", "ValidationException"),
    ],
)
def test_what_is_not_there_has_no_tags(world: World, resource: str, error: str) -> None:
    """list_tags_for_resource.rst:133, tag_resource.rst:114, untag_resource.rst:92"""
    calls: list[Callable[[], Any]] = [
        lambda: world.client.list_tags_for_resource(resourceArn=resource),
        lambda: world.client.tag_resource(resourceArn=resource, tags=[]),
        lambda: world.client.untag_resource(resourceArn=resource, tagKeys=[]),
    ]
    for call in calls:
        with pytest.raises(getattr(world.exceptions, error)):
            call()


def test_the_whole_of_proton_is_deprecated_and_what_is_built_is_answered_all_the_same(world: World) -> None:
    """cancel_environment_deployment.rst:33 and the same line of every page"""
    operations = load_service("asdoc.proton").operations.values()
    assert all(operation.deprecated for operation in operations)
    for operation in operations:
        assert "Deprecated" in str(getattr(Client, operation.method).__doc__), operation.method
    assert world.create()["name"] == "prod"


def test_what_is_not_built_is_never_a_success(world: World) -> None:
    for call in (
        world.client.list_services,
        world.client.list_repositories,
        world.client.get_account_settings,
        lambda: world.client.list_environment_outputs(environmentName="prod"),
        lambda: world.client.delete_deployment(id="00000000-0000-0000-0000-000000000000"),
        lambda: world.client.list_environment_account_connections(requestedBy="MANAGEMENT_ACCOUNT"),
    ):
        with pytest.raises(world.exceptions.ClientError) as refused:
            call()
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
