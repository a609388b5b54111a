"""What moto's users have AppConfig do, through boto3: the scenarios that its own tests of AppConfig show, in our words.

Where those send what no page allows (a place, a type or a validator called anything at all), what a page allows stands
here instead, and that the rest is refused is said as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from asdoc.testing import InProcess, appconfig_backend, in_process, proton_backend

SSM = {"LocationUri": "ssm-parameter://parameter", "RetrievalRoleArn": "arn:aws:iam::111122223333:role/first"}
SCHEMA = [{"Type": "JSON_SCHEMA", "Content": "{}"}]
LAMBDA = [{"Type": "LAMBDA", "Content": "arn:aws:lambda:us-east-1:111122223333:function:check"}]


@pytest.fixture
def aws() -> Iterator[InProcess]:
    with appconfig_backend() as made:
        yield made


def bare(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def code_of(refused: pytest.ExceptionInfo[ClientError]) -> Any:
    response: Any = refused.value.response
    return response["Error"]["Code"]


def missing(call: Any, **members: Any) -> None:
    with pytest.raises(ClientError) as refused:
        call(**members)
    assert code_of(refused) == "ResourceNotFoundException"


def test_an_application_lives_through_creation_reading_update_and_deletion(aws: InProcess) -> None:
    client = aws.boto3("appconfig", "ap-southeast-1")
    made = bare(client.create_application(Name="first", Description="before"))
    assert (made["Name"], made["Description"]) == ("first", "before")
    known = {"ApplicationId": made["Id"]}
    assert bare(client.get_application(**known)) == made
    changed = bare(client.update_application(**known, Name="second", Description="after"))
    assert changed == {"Id": made["Id"], "Name": "second", "Description": "after"}
    client.delete_application(**known)
    missing(client.get_application, **known)


def follow_tags(client: Any, arn: str, given: dict[str, str]) -> None:
    def tags() -> Any:
        return client.list_tags_for_resource(ResourceArn=arn)["Tags"]

    assert tags() == given
    client.tag_resource(ResourceArn=arn, Tags={"one": "1"})
    assert tags() == given | {"one": "1"}
    client.tag_resource(ResourceArn=arn, Tags={"two": "2", "three": "3"})
    client.untag_resource(ResourceArn=arn, TagKeys=["two"])
    assert tags() == {"one": "1", "three": "3"}
    client.untag_resource(ResourceArn=arn, TagKeys=["one", "three"])
    assert tags() == {}


@pytest.mark.parametrize("given", [{}, {"one": "1"}])
def test_the_tags_of_an_application_come_and_go(aws: InProcess, given: dict[str, str]) -> None:
    client = aws.boto3("appconfig", "us-east-2", aws_access_key_id="123456789012")
    made = client.create_application(Name="tagged", Tags=given)["Id"]
    follow_tags(client, f"arn:aws:appconfig:us-east-2:123456789012:application/{made}", given)


@pytest.mark.parametrize("given", [{}, {"one": "1"}])
def test_the_tags_of_a_profile_come_and_go(aws: InProcess, given: dict[str, str]) -> None:
    client = aws.boto3("appconfig", "us-east-2", aws_access_key_id="123456789012")
    application = client.create_application(Name="a")["Id"]
    profile = client.create_configuration_profile(
        ApplicationId=application, Name="p", LocationUri="hosted", Tags=given
    )["Id"]
    arn = f"arn:aws:appconfig:us-east-2:123456789012:application/{application}/configurationprofile/{profile}"
    follow_tags(client, arn, given)


def test_a_profile_lives_through_creation_reading_listing_update_and_deletion(aws: InProcess) -> None:
    client = aws.boto3("appconfig", "eu-north-1")
    of = {"ApplicationId": client.create_application(Name="a")["Id"]}
    told = {"Name": "p", "Description": "d", **SSM, "Validators": SCHEMA, "Type": "AWS.Freeform"}
    made = bare(client.create_configuration_profile(**of, **told))
    assert made == {**of, **told, "Id": made["Id"]}
    known = {**of, "ConfigurationProfileId": made["Id"]}
    assert bare(client.get_configuration_profile(**known)) == made
    summary = {name: made[name] for name in ("ApplicationId", "Id", "Name", "LocationUri", "Type")}
    listed = client.list_configuration_profiles(**of)["Items"]
    assert listed == [{**summary, "ValidatorTypes": ["JSON_SCHEMA"]}]
    role = "arn:aws:iam::111122223333:role/second"
    changed = client.update_configuration_profile(
        **known, Name="q", Description="e", RetrievalRoleArn=role, Validators=[]
    )
    assert (changed["Name"], changed["RetrievalRoleArn"], changed.get("Validators", [])) == ("q", role, [])
    client.delete_configuration_profile(**known)
    missing(client.get_configuration_profile, **known)
    assert client.list_configuration_profiles(**of)["Items"] == []


@pytest.mark.parametrize(
    "wrong",
    [{"LocationUri": "anywhere"}, {"Type": "freeform"}, {"Validators": [{"Type": "JSON", "Content": "c"}]}],
    ids=["place", "type", "validator"],
)
def test_what_no_page_allows_of_a_profile_is_refused(aws: InProcess, wrong: dict[str, Any]) -> None:
    client = aws.boto3("appconfig")
    of = {"ApplicationId": client.create_application(Name="a")["Id"]}
    with pytest.raises(ClientError) as refused:
        client.create_configuration_profile(**{**of, "Name": "p", **SSM, **wrong})
    assert code_of(refused) == "BadRequestException"


def test_versions_are_numbered_shown_and_deleted(aws: InProcess) -> None:
    client = aws.boto3("appconfig", "us-west-1")
    of = {"ApplicationId": client.create_application(Name="a")["Id"]}
    profile = client.create_configuration_profile(**of, Name="p", LocationUri="hosted", Validators=LAMBDA)["Id"]
    its = {**of, "ConfigurationProfileId": profile}
    told = {"Description": "d", "ContentType": "text/xml", "VersionLabel": "label"}
    made = client.create_hosted_configuration_version(**its, **told, Content=b"<a/>")
    assert {name: made[name] for name in (*its, *told)} == {**its, **told}
    assert (made["VersionNumber"], made["Content"].read()) == (1, b"<a/>")
    again = client.create_hosted_configuration_version(**its, Content=b"<b/>", ContentType="text/xml")
    assert again["VersionNumber"] == 2
    shown = client.get_hosted_configuration_version(**its, VersionNumber=1)
    assert {name: shown[name] for name in told} == told
    assert shown["Content"].read() == b"<a/>"
    client.delete_hosted_configuration_version(**its, VersionNumber=1)
    missing(client.get_hosted_configuration_version, **its, VersionNumber=1)


def test_boto3_reads_through_the_data_plane_what_it_deployed(aws: InProcess) -> None:
    client, data = aws.boto3("appconfig"), aws.boto3("appconfigdata")
    of = {"ApplicationId": client.create_application(Name="a")["Id"]}
    environment = client.create_environment(**of, Name="e")["Id"]
    profile = client.create_configuration_profile(**of, Name="p", LocationUri="hosted")["Id"]
    its = {**of, "ConfigurationProfileId": profile}
    client.create_hosted_configuration_version(**its, Content=b"on", ContentType="text/plain")
    what = {"DeploymentStrategyId": "AppConfig.AllAtOnce", "ConfigurationVersion": "1"}
    client.start_deployment(**its, EnvironmentId=environment, **what)
    aws.clock.advance(600)
    names = {
        "ApplicationIdentifier": "a",
        "EnvironmentIdentifier": "e",
        "ConfigurationProfileIdentifier": "p",
    }
    token = data.start_configuration_session(**names)["InitialConfigurationToken"]
    assert data.get_latest_configuration(ConfigurationToken=token)["Configuration"].read() == b"on"
    assert aws.client("appconfig").list_applications()["Items"][0]["Name"] == "a"
    assert client.list_deployments(**of, EnvironmentId=environment)["Items"][0]["State"] == "COMPLETE"


def test_a_client_made_elsewhere_is_let_go_at_the_end() -> None:
    boto3 = pytest.importorskip("boto3")
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    client = boto3.client("proton", region_name="us-east-1", endpoint_url="http://127.0.0.1:9", **keys)
    with proton_backend() as aws:
        aws.attach(client, "proton")
        assert client.list_environments()["environments"] == []
    client.meta.events.register("before-send", lambda **_: pytest.fail("went to the network"))
    with pytest.raises(pytest.fail.Exception):
        client.list_environments()


def test_a_service_that_is_not_here_is_told_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="no service s3 here; there are appconfig, "), in_process("s3"):
        pass
