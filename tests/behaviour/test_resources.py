from __future__ import annotations

from typing import Any

import pytest

from asdoc.appconfig import Client
from asdoc.behaviour.appconfig import AppConfig
from asdoc.runtime.schema import load_service
from asdoc.runtime.server.backend import ServiceBackend
from tests.behaviour.conftest import ROLE, World


def test_a_resource_is_created_read_listed_updated_and_deleted(world: World) -> None:
    client, application = world.client, world.application
    made = client.create_application(Name="one", Description="first")
    assert made.ResponseMetadata["HTTPStatusCode"] == 201
    assert client.get_application(ApplicationId=made["Id"])["Description"] == "first"
    assert made["Id"] in [item["Id"] for item in client.list_applications()["Items"]]
    assert client.update_application(ApplicationId=made["Id"], Name="two")["Name"] == "two"
    deleted = client.delete_application(ApplicationId=made["Id"])
    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(client.exceptions.ResourceNotFoundException) as gone:
        client.get_application(ApplicationId=made["Id"])
    assert gone.value.response["ResourceName"] == made["Id"]
    assert client.get_application(ApplicationId=application)["Name"] == "application"


def test_an_empty_description_is_none(world: World) -> None:
    made = world.client.create_application(Name="one", Description="An application")
    updated = world.client.update_application(ApplicationId=made["Id"], Name="two", Description="")
    assert (updated["Name"], updated["Description"]) == ("two", "An application")
    assert "Description" not in world.client.create_application(Name="three", Description="")


def test_an_application_that_holds_something_stays(world: World) -> None:
    client = world.client
    with pytest.raises(client.exceptions.BadRequestException):
        client.delete_application(ApplicationId=world.application)
    client.delete_environment(ApplicationId=world.application, EnvironmentId=world.environment)
    with pytest.raises(client.exceptions.BadRequestException):
        client.delete_application(ApplicationId=world.application)
    client.delete_configuration_profile(ApplicationId=world.application, ConfigurationProfileId=world.profile)
    client.delete_application(ApplicationId=world.application)


def test_a_profile_with_versions_stays(world: World) -> None:
    world.create_version()
    where = {"ApplicationId": world.application, "ConfigurationProfileId": world.profile}
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.client.delete_configuration_profile(**where)
    world.client.delete_hosted_configuration_version(**where, VersionNumber=1)
    world.client.delete_configuration_profile(**where)


def test_an_environment_with_a_deployment_in_progress_stays(world: World) -> None:
    world.create_version()
    world.start(world.create_strategy())
    where = {"ApplicationId": world.application, "EnvironmentId": world.environment}
    with pytest.raises(world.client.exceptions.ConflictException):
        world.client.delete_environment(**where)
    world.stop()
    world.client.delete_environment(**where)
    with pytest.raises(world.client.exceptions.ResourceNotFoundException):
        world.deployment()


def test_what_stands_in_another_application_is_not_found(world: World) -> None:
    other = world.client.create_application(Name="other")["Id"]
    for call, member in (("get_environment", "EnvironmentId"), ("get_configuration_profile", "ConfigurationProfileId")):
        identifier = world.environment if member == "EnvironmentId" else world.profile
        with pytest.raises(world.client.exceptions.ResourceNotFoundException):
            getattr(world.client, call)(ApplicationId=other, **{member: identifier})


def test_an_update_changes_what_was_given_and_nothing_else(world: World) -> None:
    strategy = world.create_strategy(Description="slow", ReplicateTo="SSM_DOCUMENT")
    updated = world.client.update_deployment_strategy(DeploymentStrategyId=strategy, FinalBakeTimeInMinutes=20)
    assert updated.to_dict() == {
        "ResponseMetadata": updated["ResponseMetadata"],
        "Id": strategy,
        "Name": "strategy",
        "Description": "slow",
        "DeploymentDurationInMinutes": 15,
        "GrowthType": "LINEAR",
        "GrowthFactor": 25.0,
        "FinalBakeTimeInMinutes": 20,
        "ReplicateTo": "SSM_DOCUMENT",
    }


def test_predefined_strategies_are_there_and_stay_as_they_are(world: World) -> None:
    client = world.client
    known = {item["Id"]: item for item in client.list_deployment_strategies()["Items"]}
    assert set(known) == {
        "AppConfig.AllAtOnce",
        "AppConfig.Linear50PercentEvery30Seconds",
        "AppConfig.Canary10Percent20Minutes",
        "AppConfig.Linear20PercentEvery6Minutes",
    }
    canary = client.get_deployment_strategy(DeploymentStrategyId="AppConfig.Canary10Percent20Minutes")
    assert (canary["GrowthType"], canary["GrowthFactor"], canary["FinalBakeTimeInMinutes"]) == ("EXPONENTIAL", 10.0, 10)
    with pytest.raises(client.exceptions.BadRequestException):
        client.delete_deployment_strategy(DeploymentStrategyId="AppConfig.AllAtOnce")
    with pytest.raises(client.exceptions.BadRequestException):
        client.update_deployment_strategy(DeploymentStrategyId="AppConfig.AllAtOnce", GrowthFactor=2.0)
    world.create_version()
    assert world.start("AppConfig.AllAtOnce")["State"] == "BAKING"


def test_predefined_strategies_come_behind_the_callers_own_on_every_page(world: World) -> None:
    own = [world.create_strategy() for _ in range(3)]
    seen: list[str] = []
    token: dict[str, str] = {}
    while True:
        listed = world.client.list_deployment_strategies(MaxResults=2, **token)
        seen += [item["Id"] for item in listed["Items"]]
        if "NextToken" not in listed:
            break
        token = {"NextToken": listed["NextToken"]}
    assert seen[:3] == own
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize("location", ["somewhere", "http://example.com", "hosted2"])
def test_a_location_of_no_documented_kind_is_refused(world: World, location: str) -> None:
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.create_profile(LocationUri=location, RetrievalRoleArn=ROLE)


@pytest.mark.parametrize(
    "location", ["s3://bucket", "s3://bucket/", "s3:///key", "codepipeline://", "ssm-parameter://", "secretsmanager://"]
)
def test_a_place_without_a_name_is_none(world: World, location: str) -> None:
    """create_configuration_profile.rst, LocationUri: the format of each source"""
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.create_profile(LocationUri=location, RetrievalRoleArn=ROLE)


@pytest.mark.parametrize(
    "location",
    ["s3://bucket/a/key.json", "secretsmanager://name", "arn:aws:ssm:us-east-1:111122223333:document/d"],
)
def test_a_place_in_its_documented_format_is_taken(world: World, location: str) -> None:
    world.create_profile(LocationUri=location, RetrievalRoleArn=ROLE)


def test_feature_flags_are_hosted(world: World) -> None:
    """create_configuration_profile.rst, LocationUri: for feature flags, `hosted`"""
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.create_profile(Type="AWS.AppConfig.FeatureFlags", LocationUri="codepipeline://pipeline")


@pytest.mark.parametrize("location", ["ssm-parameter://p", "ssm-document://d", "secretsmanager://s", "s3://b/k"])
def test_a_role_is_required_where_the_page_requires_it(world: World, location: str) -> None:
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.create_profile(LocationUri=location)
    world.create_profile(LocationUri=location, RetrievalRoleArn=ROLE)
    world.create_profile(LocationUri="codepipeline://pipeline")


def test_profiles_are_filtered_by_type(world: World) -> None:
    flags = world.create_profile("flags", Type="AWS.AppConfig.FeatureFlags")
    client = world.client

    def listed(kind: str) -> list[str]:
        found = client.list_configuration_profiles(ApplicationId=world.application, Type=kind)
        return [item["Id"] for item in found["Items"]]

    assert listed("AWS.AppConfig.FeatureFlags") == [flags]
    assert listed("AWS.Freeform") == [world.profile]
    with pytest.raises(client.exceptions.BadRequestException):
        world.create_profile("other", Type="AWS.Other")


def test_a_key_is_carried_through_and_taken_away(world: World) -> None:
    client = world.client
    profile = world.create_profile("secret", KmsKeyIdentifier="alias/mine")
    where = {"ApplicationId": world.application, "ConfigurationProfileId": profile}
    found = client.get_configuration_profile(**where)
    assert found["KmsKeyIdentifier"] == "alias/mine"
    assert found["KmsKeyArn"] == "arn:aws:kms:us-east-1:111122223333:alias/mine"
    assert "KmsKeyArn" not in client.update_configuration_profile(**where, KmsKeyIdentifier="")


@pytest.mark.parametrize("identifier", ["k" * 2048, "arn:aws:kms", "arn:aws:s3:us-east-1:111122223333:key/mine"])
def test_a_key_is_refused_whose_arn_no_answer_could_have(world: World, identifier: str) -> None:
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.create_profile("secret", KmsKeyIdentifier=identifier)


def test_a_quota_is_in_force_where_it_is_set() -> None:
    backend = ServiceBackend(load_service("asdoc.appconfig"), AppConfig(quotas={"Application": 1}))
    client: Any = Client("us-east-1", backend=backend.handle, aws_access_key_id="key", aws_secret_access_key="secret")
    client.create_application(Name="first")
    with pytest.raises(client.exceptions.ServiceQuotaExceededException) as refused:
        client.create_application(Name="second")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 402


def test_accounts_and_regions_do_not_see_each_other(world: World) -> None:
    def count(region: str, account: str) -> int:
        client: Any = Client(
            region, backend=world.backend.handle, aws_access_key_id=account, aws_secret_access_key="secret"
        )
        return len(client.list_applications()["Items"])

    assert count("us-east-1", "111122223333") == 1
    assert count("us-west-2", "111122223333") == 0
    assert count("us-east-1", "444455556666") == 0
