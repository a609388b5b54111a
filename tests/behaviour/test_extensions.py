"""Extensions and their associations, as their pages document them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.conftest import World

LAMBDA = "arn:aws:lambda:us-east-1:111122223333:function:Backup"
ACTIONS = {"ON_DEPLOYMENT_START": [{"Name": "backup", "Uri": LAMBDA}]}


@pytest.fixture
def world() -> World:
    return World()


def create(world: World, name: str = "backup", **more: Any) -> Any:
    return world.client.create_extension(Name=name, **{"Actions": ACTIONS, **more})


def resource(world: World, kind: str = "") -> str:
    return f"arn:aws:appconfig:us-east-1:111122223333:application/{world.application}{kind}"


def associate(world: World, identifier: str = "backup", **more: Any) -> Any:
    members = {"ResourceIdentifier": resource(world), **more}
    return world.client.create_extension_association(ExtensionIdentifier=identifier, **members)


def test_a_new_extension_is_shown_whole_as_version_1(world: World) -> None:
    made = create(world, Description="keeps copies", Parameters={"Bucket": {"Required": True}})
    assert (made["Name"], made["VersionNumber"], made["Description"]) == ("backup", 1, "keeps copies")
    assert made["Arn"].endswith(f":extension/{made['Id']}/1")
    assert made["Actions"]["ON_DEPLOYMENT_START"][0]["Uri"] == LAMBDA
    assert made["Parameters"]["Bucket"]["Required"] is True
    shown = world.client.get_extension(ExtensionIdentifier=made["Id"])
    assert {**shown, "ResponseMetadata": 0} == {**made, "ResponseMetadata": 0}


def test_a_name_is_unique_in_the_account(world: World) -> None:
    """create_extension.rst:70"""
    create(world)
    with pytest.raises(world.client.exceptions.ConflictException):
        create(world)
    with pytest.raises(world.client.exceptions.ConflictException):
        create(world, "AppConfig deployment events to Amazon SNS")


def test_a_new_version_needs_the_number_of_the_most_recent_one(world: World) -> None:
    """create_extension.rst:221"""
    first = create(world)
    for wrong in (0, 2):
        with pytest.raises(world.client.exceptions.ConflictException):
            create(world, LatestVersionNumber=wrong)
    second = create(world, LatestVersionNumber=1, Description="second")
    assert (second["Id"], second["VersionNumber"]) == (first["Id"], 2)
    third = create(world, LatestVersionNumber=2)
    assert third["VersionNumber"] == 3


def test_a_number_of_a_deleted_version_is_not_given_again(world: World) -> None:
    create(world)
    create(world, LatestVersionNumber=1)
    world.client.delete_extension(ExtensionIdentifier="backup")
    assert create(world, LatestVersionNumber=1)["VersionNumber"] == 3


def test_an_extension_is_found_by_name_id_and_arn_and_is_the_highest_unless_a_version_is_told(world: World) -> None:
    """get_extension.rst: "the name, the ID, or the ARN"; without version the highest"""
    made = create(world)
    create(world, LatestVersionNumber=1)
    unversioned = made["Arn"].rsplit("/", 1)[0]
    for identifier in ("backup", made["Id"], unversioned):
        assert world.client.get_extension(ExtensionIdentifier=identifier)["VersionNumber"] == 2
        assert world.client.get_extension(ExtensionIdentifier=identifier, VersionNumber=1)["VersionNumber"] == 1
    assert world.client.get_extension(ExtensionIdentifier=made["Arn"])["VersionNumber"] == 1


@pytest.mark.parametrize("identifier", ["nothing", "arn:aws:appconfig:us-east-1:111122223333:extension/abcdefg/1"])
def test_an_extension_that_is_not_there_is_not_found(world: World, identifier: str) -> None:
    for method in ("get_extension", "update_extension", "delete_extension"):
        with pytest.raises(world.client.exceptions.ResourceNotFoundException):
            getattr(world.client, method)(ExtensionIdentifier=identifier)
    with pytest.raises(world.client.exceptions.ResourceNotFoundException):
        associate(world, identifier)


def test_an_arn_that_is_none_of_an_extension_or_tells_another_version_is_refused(world: World) -> None:
    made = create(world)
    create(world, LatestVersionNumber=1)
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.client.get_extension(ExtensionIdentifier=resource(world))
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.client.get_extension(ExtensionIdentifier=made["Arn"], VersionNumber=2)


def test_a_dynamic_parameter_cannot_be_required(world: World) -> None:
    """create_extension.rst:194"""
    with pytest.raises(world.client.exceptions.BadRequestException):
        create(world, Parameters={"Reason": {"Dynamic": True, "Required": True}})
    create(world, Parameters={"Reason": {"Dynamic": True}})
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.client.update_extension(
            ExtensionIdentifier="backup", Parameters={"Reason": {"Dynamic": True, "Required": True}}
        )


def test_an_update_changes_the_version_that_is_named_and_what_is_given_alone(world: World) -> None:
    create(world, Description="first")
    create(world, LatestVersionNumber=1, Description="second")
    changed = world.client.update_extension(ExtensionIdentifier="backup", VersionNumber=1, Description="changed")
    assert (changed["VersionNumber"], changed["Description"]) == (1, "changed")
    assert changed["Actions"] == world.client.get_extension(ExtensionIdentifier="backup")["Actions"]
    assert world.client.get_extension(ExtensionIdentifier="backup")["Description"] == "second"


def test_without_a_version_the_highest_is_deleted_until_none_is_left(world: World) -> None:
    """delete_extension.rst:39"""
    create(world)
    create(world, LatestVersionNumber=1)
    world.client.delete_extension(ExtensionIdentifier="backup")
    assert world.client.get_extension(ExtensionIdentifier="backup")["VersionNumber"] == 1
    world.client.delete_extension(ExtensionIdentifier="backup")
    with pytest.raises(world.client.exceptions.ResourceNotFoundException):
        world.client.get_extension(ExtensionIdentifier="backup")
    assert create(world)["VersionNumber"] == 1


def test_an_associated_version_is_not_deleted(world: World) -> None:
    """delete_extension.rst:13"""
    create(world)
    association = associate(world)
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.client.delete_extension(ExtensionIdentifier="backup")
    world.client.delete_extension_association(ExtensionAssociationId=association["Id"])
    world.client.delete_extension(ExtensionIdentifier="backup")


def test_no_version_is_deleted_while_another_is_associated(world: World) -> None:
    """delete_extension.rst:13: all associations to an extension, and not to one version of it"""
    create(world)
    association = associate(world)
    create(world, LatestVersionNumber=1)
    create(world, "other")
    for asked in ({}, {"VersionNumber": 1}, {"VersionNumber": 2}):
        with pytest.raises(world.client.exceptions.BadRequestException, match="is associated"):
            world.client.delete_extension(ExtensionIdentifier="backup", **asked)
    world.client.delete_extension(ExtensionIdentifier="other")
    world.client.delete_extension_association(ExtensionAssociationId=association["Id"])
    world.client.delete_extension(ExtensionIdentifier="backup")
    assert world.client.get_extension(ExtensionIdentifier="backup")["VersionNumber"] == 1


def test_the_list_has_the_accounts_own_and_those_that_aws_wrote_page_by_page(world: World) -> None:
    """list_extensions.rst:13"""
    names = [create(world, f"extension {number}")["Name"] for number in range(4)]
    create(world, "extension 1", LatestVersionNumber=1)
    whole = world.client.list_extensions()["Items"]
    assert [item["Name"] for item in whole[:4]] == names
    assert [item["VersionNumber"] for item in whole[:4]] == [1, 2, 1, 1]
    assert len(whole) > 4
    assert all(item["Arn"].split(":")[4] == "" for item in whole[4:])
    seen: list[Any] = []
    token: dict[str, str] = {}
    while True:
        answer = world.client.list_extensions(MaxResults=3, **token)
        seen += answer["Items"]
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert seen == whole


def test_the_list_is_filtered_by_name(world: World) -> None:
    create(world)
    create(world, "other")
    assert [item["Name"] for item in world.client.list_extensions(Name="backup")["Items"]] == ["backup"]
    assert world.client.list_extensions(Name="nothing")["Items"] == []


def test_what_aws_wrote_can_be_read_and_associated_and_not_changed(world: World) -> None:
    events = "AWS.AppConfig.DeploymentNotificationsToSns"
    assert world.client.get_extension(ExtensionIdentifier=events)["Parameters"]["topicArn"]["Required"] is True
    with pytest.raises(world.client.exceptions.BadRequestException):
        associate(world, events)
    associate(world, events, Parameters={"topicArn": "arn:aws:sns:us-east-1:111122223333:topic"})
    for method in ("update_extension", "delete_extension"):
        with pytest.raises(world.client.exceptions.BadRequestException):
            getattr(world.client, method)(ExtensionIdentifier=events)


def test_required_parameters_must_be_given_and_unknown_ones_not(world: World) -> None:
    """create_extension_association.rst:62"""
    create(world, Parameters={"Bucket": {"Required": True}, "Prefix": {}})
    for wrong in ({}, {"Prefix": "a"}, {"Bucket": "b", "Other": "c"}):
        with pytest.raises(world.client.exceptions.BadRequestException):
            associate(world, Parameters=wrong)
    made = associate(world, Parameters={"Bucket": "b"})
    assert made["Parameters"] == {"Bucket": "b"}
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.client.update_extension_association(ExtensionAssociationId=made["Id"], Parameters={"Prefix": "a"})
    changed = world.client.update_extension_association(
        ExtensionAssociationId=made["Id"], Parameters={"Bucket": "c", "Prefix": "a"}
    )
    assert changed["Parameters"] == {"Bucket": "c", "Prefix": "a"}


def test_an_association_takes_the_highest_version_unless_one_is_told_and_keeps_it(world: World) -> None:
    """create_extension_association.rst:46"""
    create(world)
    create(world, LatestVersionNumber=1)
    latest, first = associate(world), associate(world, ExtensionVersionNumber=1)
    assert (latest["ExtensionVersionNumber"], first["ExtensionVersionNumber"]) == (2, 1)
    create(world, LatestVersionNumber=2)
    shown = world.client.get_extension_association(ExtensionAssociationId=latest["Id"])
    assert shown["ExtensionVersionNumber"] == 2
    assert shown["ExtensionArn"].endswith("/2")


def test_applications_environments_and_profiles_are_associated_and_nothing_else(world: World) -> None:
    """create_extension_association.rst:54"""
    create(world)
    for kind in ("", f"/environment/{world.environment}", f"/configurationprofile/{world.profile}"):
        assert associate(world, ResourceIdentifier=resource(world, kind))["ResourceArn"] == resource(world, kind)
    strategy = f"arn:aws:appconfig:us-east-1:111122223333:deploymentstrategy/{world.create_strategy()}"
    for wrong in (strategy, world.application, "arn:aws:s3:::bucket"):
        with pytest.raises(world.client.exceptions.BadRequestException):
            associate(world, ResourceIdentifier=wrong)
    with pytest.raises(world.client.exceptions.ResourceNotFoundException):
        associate(world, ResourceIdentifier=resource(world, "/environment/nothing"))


def test_associations_are_listed_by_resource_extension_and_version(world: World) -> None:
    create(world)
    create(world, "other")
    environment = resource(world, f"/environment/{world.environment}")
    first = associate(world)["Id"]
    second = associate(world, ResourceIdentifier=environment)["Id"]
    third = associate(world, "other")["Id"]
    made = create(world, LatestVersionNumber=1)
    fourth = associate(world)["Id"]

    def listed(**filters: Any) -> list[str]:
        return [item["Id"] for item in world.client.list_extension_associations(**filters)["Items"]]

    assert listed() == [first, second, third, fourth]
    assert listed(ResourceIdentifier=environment) == [second]
    assert listed(ExtensionIdentifier="backup") == listed(ExtensionIdentifier=made["Id"]) == [first, second, fourth]
    assert listed(ExtensionIdentifier=made["Arn"]) == listed(ExtensionIdentifier="backup", ExtensionVersionNumber=2)
    assert listed(ExtensionIdentifier="backup", ExtensionVersionNumber=2) == [fourth]
    assert listed(ExtensionIdentifier="nothing") == []


def test_deleting_an_association_leaves_its_extension(world: World) -> None:
    """delete_extension_association.rst:13"""
    create(world)
    made = associate(world)
    world.client.delete_extension_association(ExtensionAssociationId=made["Id"])
    with pytest.raises(world.client.exceptions.ResourceNotFoundException):
        world.client.get_extension_association(ExtensionAssociationId=made["Id"])
    with pytest.raises(world.client.exceptions.ResourceNotFoundException):
        world.client.delete_extension_association(ExtensionAssociationId=made["Id"])
    assert world.client.get_extension(ExtensionIdentifier="backup")["Name"] == "backup"


def test_extensions_and_associations_have_tags(world: World) -> None:
    made = create(world, Tags={"team": "red"})
    association = associate(world, Tags={"team": "blue"})
    for arn, team in ((made["Arn"], "red"), (association["Arn"], "blue")):
        assert world.client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"team": team}
        world.client.tag_resource(ResourceArn=arn, Tags={"stage": "test"})
        world.client.untag_resource(ResourceArn=arn, TagKeys=["team"])
        assert world.client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"stage": "test"}


def test_what_is_deleted_has_no_associations_any_more(world: World) -> None:
    create(world)
    associate(world, ResourceIdentifier=resource(world, f"/environment/{world.environment}"), Tags={"team": "red"})
    kept = associate(world)["Id"]
    world.client.delete_environment(ApplicationId=world.application, EnvironmentId=world.environment)
    assert [item["Id"] for item in world.client.list_extension_associations()["Items"]] == [kept]
