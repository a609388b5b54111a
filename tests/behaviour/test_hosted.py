from __future__ import annotations

import json

import pytest

from tests.behaviour.conftest import World


def where(world: World) -> dict[str, str]:
    return {"ApplicationId": world.application, "ConfigurationProfileId": world.profile}


def test_content_comes_back_byte_for_byte(world: World) -> None:
    content = bytes(range(256)) * 10
    made = world.create_version(content, ContentType="application/octet-stream", Description="all bytes")
    assert made.ResponseMetadata["HTTPStatusCode"] == 201
    found = world.client.get_hosted_configuration_version(**where(world), VersionNumber=1)
    assert found["Content"].read() == content
    assert (found["ContentType"], found["Description"]) == ("application/octet-stream", "all bytes")


def test_a_version_is_made_on_the_latest_only(world: World) -> None:
    # With no version there is nothing to guard: the documented example gives 1 for the first.
    assert world.create_version(LatestVersionNumber=1)["VersionNumber"] == 1
    assert world.create_version(LatestVersionNumber=1)["VersionNumber"] == 2
    with pytest.raises(world.client.exceptions.ConflictException):
        world.create_version(LatestVersionNumber=1)
    assert world.create_version()["VersionNumber"] == 3


def test_a_number_is_not_given_twice(world: World) -> None:
    world.create_version()
    world.client.delete_hosted_configuration_version(**where(world), VersionNumber=1)
    assert world.create_version()["VersionNumber"] == 2


def test_a_label_is_not_a_number_and_not_taken_twice(world: World) -> None:
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.create_version(VersionLabel="123")
    world.create_version(VersionLabel="v1")
    with pytest.raises(world.client.exceptions.ConflictException):
        world.create_version(VersionLabel="v1")


def test_versions_are_listed_by_label_and_prefix(world: World) -> None:
    for label in ("v1.0", "v2.0", "v2.1"):
        world.create_version(VersionLabel=label)
    world.create_version()

    def listed(**label: str) -> list[int]:
        found = world.client.list_hosted_configuration_versions(**where(world), **label)
        return sorted(item["VersionNumber"] for item in found["Items"])

    assert listed() == [1, 2, 3, 4]
    assert listed(VersionLabel="v2*") == [2, 3]
    assert listed(VersionLabel="v2.0") == [2]
    assert listed(VersionLabel="v2") == []


def test_a_page_holds_50_versions_unless_told(world: World) -> None:
    for _ in range(51):
        world.create_version()
    first = world.client.list_hosted_configuration_versions(**where(world))
    assert len(first["Items"]) == 50
    rest = world.client.list_hosted_configuration_versions(**where(world), NextToken=first["NextToken"])
    assert len(rest["Items"]) == 1
    assert "Content" not in rest["Items"][0]


def test_a_schema_is_applied_to_what_is_made_deployed_and_validated(world: World) -> None:
    schema = json.dumps({"type": "object", "required": ["rank"], "properties": {"rank": {"type": "integer"}}})
    world.profile = world.create_profile("checked", Validators=[{"Type": "JSON_SCHEMA", "Content": schema}])
    world.create_version(b'{"rank": 7}')
    world.client.validate_configuration(**where(world), ConfigurationVersion="1")
    with pytest.raises(world.client.exceptions.BadRequestException) as refused:
        world.create_version(b'{"rank": "high"}')
    assert refused.value.response["Reason"] == "InvalidConfiguration"
    (detail,) = refused.value.response["Details"]["InvalidConfiguration"]
    assert (detail["Constraint"], detail["Location"]) == ("type", "$.rank")
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.create_version(b"not JSON")
    stricter = json.dumps({"type": "object", "maxProperties": 0})
    world.client.update_configuration_profile(**where(world), Validators=[{"Type": "JSON_SCHEMA", "Content": stricter}])
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.deploy("1")
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.client.validate_configuration(**where(world), ConfigurationVersion="1")


def test_a_lambda_is_not_run_and_never_called_valid(world: World) -> None:
    arn = "arn:aws:lambda:us-east-1:111122223333:function:check"
    world.profile = world.create_profile("checked", Validators=[{"Type": "LAMBDA", "Content": arn}])
    world.create_version()
    with pytest.raises(world.client.exceptions.ClientError) as refused:
        world.client.validate_configuration(**where(world), ConfigurationVersion="1")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert world.deploy("1")["State"] == "COMPLETE"


@pytest.mark.parametrize(
    "validator", [{"Type": "JSON_SCHEMA", "Content": "{"}, {"Type": "LAMBDA", "Content": "a function"}]
)
def test_a_validator_that_is_none_is_refused(world: World, validator: dict[str, str]) -> None:
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.create_profile("checked", Validators=[validator])
