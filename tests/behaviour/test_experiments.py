"""Experiment definitions. Each test names the page and line that it holds the backend to, as of botocore 1.44.5."""

from __future__ import annotations

from typing import Any

import pytest

from asdoc.behaviour.appconfig import AppConfig
from tests.behaviour.conftest import World

FLAGS = b'{"version": "1", "flags": {"colour": {"name": "Colour"}}, "values": {"colour": {"enabled": true}}}'
KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def treatment(weight: float = 1, **more: Any) -> dict[str, Any]:
    return {"Weight": weight, "FlagValue": {"Enabled": True}, **more}


class Lab:
    """A world whose application stores the feature flag that is tried."""

    def __init__(self, behaviour: AppConfig | None = None) -> None:
        self.world = World(behaviour=behaviour)
        self.client = self.world.client
        self.clock = self.world.clock
        self.profile = self.world.create_profile("flags", Type="AWS.AppConfig.FeatureFlags", KmsKeyIdentifier=KEY)
        self.world.create_version(FLAGS, ConfigurationProfileId=self.profile)

    def define(self, name: str = "try", **more: Any) -> Any:
        members = {
            "ApplicationIdentifier": "application",
            "ConfigurationProfileIdentifier": "flags",
            "EnvironmentIdentifier": "environment",
            "FlagKey": "colour",
            "Treatments": [treatment(2, Description="red"), treatment(3)],
            "Control": treatment(),
            "AudienceRule": "(eq $country 'NO')",
            **more,
        }
        return self.client.create_experiment_definition(Name=name, **members)

    def of(self, name: str = "try", **more: Any) -> dict[str, Any]:
        return {"ApplicationIdentifier": "application", "ExperimentDefinitionIdentifier": name, **more}

    def get(self, name: str = "try") -> Any:
        return self.client.get_experiment_definition(**self.of(name))

    def names(self, **filters: Any) -> list[str]:
        return [item["Name"] for item in self.client.list_experiment_definitions(**filters)["Items"]]


@pytest.fixture
def lab() -> Lab:
    return Lab()


def test_a_definition_is_answered_with_what_it_was_made_of(lab: Lab) -> None:
    """create_experiment_definition.rst:454, :552, :784"""
    made = lab.define(Hypothesis="h", AudienceDescription="a", LaunchCriteria="l")
    assert (made["ApplicationId"], made["ConfigurationProfileId"]) == (lab.world.application, lab.profile)
    assert (made["EnvironmentId"], made["FlagKey"]) == (lab.world.environment, "colour")
    assert (made["Hypothesis"], made["AudienceDescription"], made["LaunchCriteria"]) == ("h", "a", "l")
    assert [each["Weight"] for each in made["Treatments"]] == [2, 3]
    assert made["Treatments"][0]["Description"] == "red"
    keys = [each["Key"] for each in (*made["Treatments"], made["Control"])]
    assert len(set(keys)) == 3
    assert made["CreatedAt"] == made["UpdatedAt"] == lab.clock.now()
    assert made["KmsKeyIdentifier"] == KEY
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201


def test_a_definition_is_idle_until_it_is_run(lab: Lab) -> None:
    """create_experiment_definition.rst:489"""
    assert lab.define()["Status"] == "IDLE"


def test_a_definition_is_found_by_id_and_by_name(lab: Lab) -> None:
    """update_experiment_definition.rst:77, :85"""
    made = lab.define()
    by_id = lab.client.get_experiment_definition(
        ApplicationIdentifier=lab.world.application, ExperimentDefinitionIdentifier=made["Id"]
    )
    assert by_id["Name"] == lab.get()["Name"] == "try"
    with pytest.raises(lab.client.exceptions.ResourceNotFoundException):
        lab.get("other")


def test_a_definition_is_not_found_in_another_application(lab: Lab) -> None:
    """create_experiment_definition.rst:461"""
    made = lab.define()
    lab.client.create_application(Name="second")
    for name in (made["Id"], "try"):
        with pytest.raises(lab.client.exceptions.ResourceNotFoundException):
            lab.client.get_experiment_definition(ApplicationIdentifier="second", ExperimentDefinitionIdentifier=name)


@pytest.mark.parametrize("member", ["ApplicationIdentifier", "ConfigurationProfileIdentifier", "EnvironmentIdentifier"])
def test_a_definition_of_nothing_is_refused(lab: Lab, member: str) -> None:
    """create_experiment_definition.rst:83, :99, :107, :796"""
    with pytest.raises(lab.client.exceptions.ResourceNotFoundException):
        lab.define(**{member: "nothing"})


@pytest.mark.parametrize("more", [{"FlagKey": "shape"}, {"ConfigurationProfileIdentifier": "profile"}])
def test_only_an_existing_feature_flag_is_tried(lab: Lab, more: dict[str, str]) -> None:
    """create_experiment_definition.rst:99, :115"""
    with pytest.raises(lab.client.exceptions.BadRequestException):
        lab.define(**more)


def test_a_name_is_given_once_an_application(lab: Lab) -> None:
    """create_experiment_definition.rst:799: and operations take the name for the id"""
    lab.define()
    with pytest.raises(lab.client.exceptions.ConflictException):
        lab.define()


def test_a_quota_that_is_given_is_kept() -> None:
    """create_experiment_definition.rst:793"""
    lab = Lab(AppConfig(quotas={"ExperimentDefinition": 1}))
    lab.define("a")
    with pytest.raises(lab.client.exceptions.ServiceQuotaExceededException):
        lab.define("b")


def test_definitions_are_listed_for_the_account(lab: Lab) -> None:
    """list_experiment_definitions.rst:13"""
    lab.define("a")
    lab.define("b")
    (first, _) = lab.client.list_experiment_definitions()["Items"]
    assert {"ApplicationId", "Id", "Name", "Status", "FlagKey", "CreatedAt", "UpdatedAt"} <= set(first)
    assert "Treatments" not in first
    assert lab.names() == ["a", "b"]


def test_definitions_are_filtered_by_where_they_are(lab: Lab) -> None:
    """list_experiment_definitions.rst:35, :43, :51"""
    lab.define("a")
    other = lab.client.create_environment(ApplicationId=lab.world.application, Name="other")["Id"]
    lab.define("b", EnvironmentIdentifier="other")
    assert lab.names(EnvironmentIdentifier="other") == lab.names(EnvironmentIdentifier=other) == ["b"]
    assert lab.names(ApplicationIdentifier="application") == ["a", "b"]
    assert lab.names(ApplicationIdentifier=lab.world.application, EnvironmentIdentifier="environment") == ["a"]
    assert lab.names(ConfigurationProfileIdentifier="flags") == ["a", "b"]
    assert lab.names(ConfigurationProfileIdentifier=lab.world.profile) == []
    with pytest.raises(lab.client.exceptions.ResourceNotFoundException):
        lab.names(ApplicationIdentifier="nothing")


def test_definitions_are_filtered_by_status(lab: Lab) -> None:
    """list_experiment_definitions.rst:59"""
    lab.define("idle")
    lab.define("active")
    lab.client.start_experiment_run(**lab.of("active"))
    assert lab.names(Status="IDLE") == ["idle"]
    assert lab.names(Status="ACTIVE") == ["active"]


def test_definitions_are_listed_in_pages(lab: Lab) -> None:
    """list_experiment_definitions.rst:67, :75"""
    for name in "abc":
        lab.define(name)
    first = lab.client.list_experiment_definitions(MaxResults=2)
    rest = lab.client.list_experiment_definitions(MaxResults=2, NextToken=first["NextToken"])
    assert [item["Name"] for item in (*first["Items"], *rest["Items"])] == ["a", "b", "c"]
    assert "NextToken" not in rest
    with pytest.raises(lab.client.exceptions.BadRequestException):
        lab.client.list_experiment_definitions(Status="IDLE", NextToken=first["NextToken"])


def test_an_update_changes_what_it_gives_alone(lab: Lab) -> None:
    """update_experiment_definition.rst:13, :93, :202, :303, :311, :319, :327"""
    before = lab.define(Hypothesis="h", LaunchCriteria="l")
    lab.clock.advance(60)
    after = lab.client.update_experiment_definition(**lab.of(), Hypothesis="h2", Treatments=[treatment(5)])
    assert (after["Hypothesis"], after["LaunchCriteria"]) == ("h2", "l")
    assert [each["Weight"] for each in after["Treatments"]] == [5]
    assert after["Control"] == before["Control"]
    assert after["UpdatedAt"] == lab.clock.now() > after["CreatedAt"] == before["CreatedAt"]
    again = lab.client.update_experiment_definition(**lab.of(), Control=treatment(9), AudienceRule="r")
    assert (again["Control"]["Weight"], again["AudienceRule"]) == (9, "r")


def test_a_definition_is_not_updated_while_a_run_is_active(lab: Lab) -> None:
    """update_experiment_definition.rst:13"""
    lab.define()
    lab.client.start_experiment_run(**lab.of())
    with pytest.raises(lab.client.exceptions.ConflictException):
        lab.client.update_experiment_definition(**lab.of(), Hypothesis="h")
    lab.client.stop_experiment_run(**lab.of(Run=1))
    assert lab.client.update_experiment_definition(**lab.of(), Hypothesis="h")["Hypothesis"] == "h"


@pytest.mark.parametrize("given", [{"DeleteType": "ARCHIVE"}, {}])
def test_an_archived_definition_is_hidden_and_kept(lab: Lab, given: dict[str, str]) -> None:
    """delete_experiment_definition.rst:13, :48"""
    lab.define()
    lab.client.start_experiment_run(**lab.of())
    lab.client.stop_experiment_run(**lab.of(Run=1))
    gone = lab.client.delete_experiment_definition(**lab.of(), **given)
    assert gone["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert lab.names() == []
    assert lab.names(Status="ARCHIVED") == ["try"]
    assert lab.get()["Status"] == "ARCHIVED"
    assert lab.client.get_experiment_run(**lab.of(Run=1))["Status"] == "DONE"
    with pytest.raises(lab.client.exceptions.ConflictException):
        lab.client.start_experiment_run(**lab.of())


def test_a_destroyed_definition_is_gone_with_its_runs(lab: Lab) -> None:
    """delete_experiment_definition.rst:13, :48"""
    lab.define()
    lab.client.start_experiment_run(**lab.of())
    lab.client.stop_experiment_run(**lab.of(Run=1))
    lab.client.delete_experiment_definition(**lab.of(), DeleteType="DESTROY")
    assert lab.names(Status="ARCHIVED") == []
    with pytest.raises(lab.client.exceptions.ResourceNotFoundException):
        lab.get()
    lab.define()
    assert lab.client.list_experiment_runs(**lab.of())["Items"] == []


@pytest.mark.parametrize("kind", ["ARCHIVE", "DESTROY"])
def test_a_definition_is_not_deleted_while_a_run_is_active(lab: Lab, kind: str) -> None:
    """delete_experiment_definition.rst:60"""
    lab.define()
    lab.client.start_experiment_run(**lab.of())
    with pytest.raises(lab.client.exceptions.ConflictException):
        lab.client.delete_experiment_definition(**lab.of(), DeleteType=kind)


@pytest.mark.parametrize(
    "value",
    [{"StringValue": "s"}, {"NumberValue": 1.5}, {"BooleanValue": False}, {"StringArray": ["a"]}, {"NumberArray": [1]}],
)
def test_a_treatment_carries_values_of_every_kind(lab: Lab, value: dict[str, Any]) -> None:
    """create_experiment_definition.rst:175"""
    lab.define(Control={"Weight": 1, "FlagValue": {"Enabled": False, "AttributeValues": {"size": value}}})
    assert lab.get()["Control"]["FlagValue"] == {"Enabled": False, "AttributeValues": {"size": value}}
