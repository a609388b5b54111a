"""boto3 drives every operation of Proton that is built, against `asdoc serve proton`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import WaiterError

from asdoc.behaviour.proton import Proton
from asdoc.runtime.schema import load_service
from tests.server.test_serving import address_of, post, start

SOURCE = {"s3": {"bucket": "bundles", "key": "bundle.tar.gz"}}
ROLE = "arn:aws:iam::111122223333:role/ProtonServiceRole"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with start("proton", "--port", "0", "--clock", "manual") as process:
        yield address_of(process)
        process.terminate()


@pytest.fixture
def aws(endpoint: str) -> Any:
    post(f"{endpoint}/_asdoc/reset", b"")
    return boto3.client(
        "proton",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="111122223333",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )


def advance(endpoint: str, seconds: int) -> None:
    post(f"{endpoint}/_asdoc/clock", b'{"advance": %d}' % seconds)


def published(aws: Any, *majors: str | None) -> None:
    """A template with a published version for each major one named, or for a new one."""
    aws.create_environment_template(name="vpc", tags=[{"key": "a", "value": "b"}])
    for major in majors:
        named = {} if major is None else {"majorVersion": major}
        made = aws.create_environment_template_version(templateName="vpc", source=SOURCE, **named)
        version = made["environmentTemplateVersion"]
        aws.update_environment_template_version(
            templateName="vpc",
            majorVersion=version["majorVersion"],
            minorVersion=version["minorVersion"],
            status="PUBLISHED",
        )


def test_boto3_works_with_every_operation_that_is_built(aws: Any, endpoint: str) -> None:
    called: dict[str, int] = {}

    def record(parsed: Any, model: Any, **_: Any) -> None:
        called[model.name] = parsed["ResponseMetadata"]["HTTPStatusCode"]

    aws.meta.events.register("after-call.proton", record)
    published(aws, None, "1", None)
    assert aws.get_environment_template(name="vpc")["environmentTemplate"]["recommendedVersion"] == "2.0"
    aws.update_environment_template(name="vpc", displayName="Network")
    assert [each["displayName"] for each in aws.list_environment_templates()["templates"]] == ["Network"]
    numbers = {"templateName": "vpc", "majorVersion": "1", "minorVersion": "1"}
    assert aws.get_environment_template_version(**numbers)["environmentTemplateVersion"]["status"] == "PUBLISHED"
    assert len(aws.list_environment_template_versions(templateName="vpc")["templateVersions"]) == 2

    made = aws.create_environment(
        name="prod", templateName="vpc", templateMajorVersion="1", spec="spec: 1", protonServiceRoleArn=ROLE
    )["environment"]
    assert made["deploymentStatus"] == "IN_PROGRESS"
    advance(endpoint, 60)
    aws.get_waiter("environment_deployed").wait(name="prod")
    aws.update_environment(name="prod", deploymentType="MAJOR_VERSION", spec="spec: 2")
    cancelled = aws.cancel_environment_deployment(environmentName="prod")["environment"]
    assert cancelled["deploymentStatus"] == "CANCELLING"
    advance(endpoint, 10)
    shown = aws.get_environment(name="prod")["environment"]
    assert (shown["deploymentStatus"], shown["spec"]) == ("CANCELLED", "spec: 1")
    filters = [{"templateName": "vpc", "majorVersion": "1"}]
    assert len(aws.list_environments(environmentTemplates=filters)["environments"]) == 1
    first, second = aws.list_deployments(environmentName="prod")["deployments"]
    assert (first["deploymentStatus"], second["deploymentStatus"]) == ("SUCCEEDED", "CANCELLED")
    assert aws.get_deployment(id=second["id"])["deployment"]["initialState"]["environment"]["spec"] == "spec: 1"

    aws.tag_resource(resourceArn=made["arn"], tags=[{"key": "team", "value": "blue"}, {"key": "a", "value": "b"}])
    aws.untag_resource(resourceArn=made["arn"], tagKeys=["a"])
    found = aws.list_tags_for_resource(resourceArn=made["arn"])["tags"]
    assert found == [{"key": "team", "value": "blue"}]

    assert aws.delete_environment(name="prod")["environment"]["deploymentStatus"] == "DELETE_IN_PROGRESS"
    advance(endpoint, 10)
    for major, minor in (("1", "0"), ("1", "1"), ("2", "0")):
        aws.delete_environment_template_version(templateName="vpc", majorVersion=major, minorVersion=minor)
    aws.delete_environment_template(name="vpc")

    operations = load_service("asdoc.proton").operations
    assert set(called) == {name for name, operation in operations.items() if hasattr(Proton, operation.method)}
    assert called == dict.fromkeys(called, 200)


def test_boto3s_paginators_go_through_whole_lists(aws: Any) -> None:
    published(aws, None)
    for number in range(5):
        aws.create_environment(name=f"e{number}", templateName="vpc", templateMajorVersion="1", spec="spec: 1")
    for name, member in (("list_environments", "environments"), ("list_deployments", "deployments")):
        pages = aws.get_paginator(name).paginate(PaginationConfig={"PageSize": 2})
        assert [len(page[member]) for page in pages] == [2, 2, 1]


def test_boto3s_waiter_sees_a_deployment_through(aws: Any, endpoint: str) -> None:
    """EnvironmentDeployed polls GetEnvironment until it is SUCCEEDED, and gives up where it is FAILED"""
    published(aws, None)
    aws.create_environment(name="prod", templateName="vpc", templateMajorVersion="1", spec="spec: 1")
    timer = threading.Timer(0.2, advance, (endpoint, 60))
    timer.start()
    aws.get_waiter("environment_deployed").wait(name="prod", WaiterConfig={"Delay": 0, "MaxAttempts": 2000})
    timer.join()
    aws.update_environment(name="prod", deploymentType="CURRENT_VERSION", spec="spec: 2")
    advance(endpoint, 50)
    aws.cancel_environment_deployment(environmentName="prod")
    advance(endpoint, 10)
    with pytest.raises(WaiterError, match="FAILED"):
        aws.get_waiter("environment_deployed").wait(name="prod", WaiterConfig={"Delay": 0, "MaxAttempts": 2})


def test_boto3_sees_the_documented_errors(aws: Any) -> None:
    with pytest.raises(aws.exceptions.ResourceNotFoundException) as missing:
        aws.get_environment(name="none")
    assert "none" in missing.value.response["Error"]["Message"]
    aws.create_environment_template(name="vpc")
    with pytest.raises(aws.exceptions.ConflictException):
        aws.create_environment_template(name="vpc")
    with pytest.raises(aws.exceptions.ValidationException):
        aws.list_environments(nextToken="made+up")
    with pytest.raises(aws.exceptions.ClientError) as absent:
        aws.list_services()
    assert absent.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
