from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.conftest import World


def tags(world: World, resource: str) -> dict[str, str]:
    return dict(world.client.list_tags_for_resource(ResourceArn=world.arn(resource))["Tags"])


def test_every_kind_of_resource_has_the_tags_it_was_made_with(world: World) -> None:
    client, application, environment = world.client, world.application, world.environment
    given: dict[str, Any] = {"Tags": {"group1": "1"}}
    world.create_version()
    other = client.create_application(Name="tagged", **given)["Id"]
    place = client.create_environment(ApplicationId=application, Name="tagged", **given)["Id"]
    profile = world.create_profile("tagged", **given)
    strategy = world.create_strategy(0, 100, **given)
    world.start(strategy, "1", **given)
    for resource in (
        f"application/{other}",
        f"application/{application}/environment/{place}",
        f"application/{application}/configurationprofile/{profile}",
        f"application/{application}/environment/{environment}/deployment/1",
        f"deploymentstrategy/{strategy}",
    ):
        assert tags(world, resource) == {"group1": "1"}, resource


def test_tags_are_added_replaced_and_removed(world: World) -> None:
    arn = world.arn(f"application/{world.application}")
    world.client.tag_resource(ResourceArn=arn, Tags={"a": "1", "b": "2", "c": "3"})
    world.client.tag_resource(ResourceArn=arn, Tags={"b": "4", "d": ""})
    world.client.untag_resource(ResourceArn=arn, TagKeys=["a", "c", "unknown"])
    assert tags(world, f"application/{world.application}") == {"b": "4", "d": ""}


def test_a_resource_has_at_most_50_tags(world: World) -> None:
    arn = world.arn(f"application/{world.application}")
    world.client.tag_resource(ResourceArn=arn, Tags={f"k{number}": "v" for number in range(50)})
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.client.tag_resource(ResourceArn=arn, Tags={"one-more": "v"})
    world.client.tag_resource(ResourceArn=arn, Tags={"k7": "w"})
    assert len(tags(world, f"application/{world.application}")) == 50


@pytest.mark.parametrize("wrong", [{"aws:x": "v"}, {"k": "a b"}, {"k!": "v"}, {"k" * 129: "v"}, {"k": "v" * 257}])
def test_a_tag_keeps_to_the_documented_rules(world: World, wrong: dict[str, str]) -> None:
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.client.tag_resource(ResourceArn=world.arn(f"application/{world.application}"), Tags=wrong)
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.client.create_application(Name="tagged", Tags=wrong)
    assert len(world.client.list_applications()["Items"]) == 1, "what was refused was made all the same"


@pytest.mark.parametrize(
    "resource", ["application/unknown", "application/{a}/environment/none", "deploymentstrategy/x1234"]
)
def test_what_is_not_there_has_no_tags(world: World, resource: str) -> None:
    with pytest.raises(world.client.exceptions.ResourceNotFoundException):
        tags(world, resource.replace("{a}", world.application))


@pytest.mark.parametrize(
    "arn", ["arn:aws:s3:us-east-1:111122223333:bucket/x", "arn:aws:appconfig:us-east-1:111122223333:cat/x"]
)
def test_an_arn_of_something_else_is_refused(world: World, arn: str) -> None:
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.client.list_tags_for_resource(ResourceArn=arn)


def test_tags_go_with_their_resource(world: World) -> None:
    made = world.client.create_application(Name="tagged", Tags={"a": "b"})["Id"]
    world.client.delete_application(ApplicationId=made)
    with pytest.raises(world.client.exceptions.ResourceNotFoundException):
        tags(world, f"application/{made}")


def test_settings_begin_as_documented_and_keep_what_is_set(world: World) -> None:
    found = world.client.get_account_settings()
    assert found["DeletionProtection"].to_dict() == {"Enabled": False, "ProtectionPeriodInMinutes": 60}
    world.client.update_account_settings(DeletionProtection={"Enabled": True})
    world.client.update_account_settings(DeletionProtection={"ProtectionPeriodInMinutes": 15})
    found = world.client.update_account_settings(VendedMetrics={"Enabled": True})
    assert found["DeletionProtection"].to_dict() == {"Enabled": True, "ProtectionPeriodInMinutes": 15}
    assert found["VendedMetrics"]["Enabled"] is True


class TestDeletionProtection:
    def used(self, world: World) -> None:
        world.create_version()
        world.deploy()
        world.retrieve()
        world.client.delete_hosted_configuration_version(
            ApplicationId=world.application, ConfigurationProfileId=world.profile, VersionNumber=1
        )

    def delete(self, world: World, **check: Any) -> None:
        where = {"ApplicationId": world.application}
        world.client.delete_environment(**where, EnvironmentId=world.environment, **check)
        world.client.delete_configuration_profile(**where, ConfigurationProfileId=world.profile, **check)

    def test_it_is_off_unless_switched_on(self, world: World) -> None:
        self.used(world)
        self.delete(world)

    def test_it_keeps_what_was_used_in_the_period(self, world: World) -> None:
        world.client.update_account_settings(DeletionProtection={"Enabled": True})
        world.clock.advance(3600)
        self.used(world)
        world.clock.advance(3600)
        for check in ({}, {"DeletionProtectionCheck": "ACCOUNT_DEFAULT"}, {"DeletionProtectionCheck": "APPLY"}):
            with pytest.raises(world.client.exceptions.ConflictException):
                self.delete(world, **check)
        world.clock.advance(1)
        self.delete(world)

    def test_it_leaves_young_resources_unless_it_is_to_apply(self, world: World) -> None:
        world.client.update_account_settings(DeletionProtection={"Enabled": True})
        self.used(world)
        with pytest.raises(world.client.exceptions.ConflictException):
            self.delete(world, DeletionProtectionCheck="APPLY")
        self.delete(world)

    def test_it_is_bypassed_on_demand(self, world: World) -> None:
        world.client.update_account_settings(DeletionProtection={"Enabled": True})
        world.clock.advance(7200)
        self.used(world)
        self.delete(world, DeletionProtectionCheck="BYPASS")
