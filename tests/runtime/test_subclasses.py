"""A value that is more than a string or a number is sent as the string or the number that it is, as boto3 sends it."""

from __future__ import annotations

import enum
from typing import Any

import pytest

from asdoc.runtime.exceptions import ParamValidationError
from asdoc.runtime.http import HttpRequest, HttpResponse

from .buckets import played


class Text(str):
    """As many libraries have one, for what is safe in a page."""

    def __str__(self) -> str:
        return "shown"


class Number(int):
    def __str__(self) -> str:
        return "shown"


class Fraction(float):
    def __str__(self) -> str:
        return "shown"


def member(value: str) -> Any:
    Kind: Any = enum.Enum("Kind", {"MEMBER": value}, type=str)  # noqa: N806
    return Kind.MEMBER


def number(value: int) -> Any:
    Count: Any = enum.Enum("Count", {"MEMBER": value}, type=int)  # noqa: N806
    return Count.MEMBER


def changed(value: Any, text: Any, whole: Any) -> Any:
    """The value with each string and whole number in it made another object, keys too."""
    if isinstance(value, dict):
        return {text(key): changed(item, text, whole) for key, item in value.items()}
    if isinstance(value, list):
        return [changed(item, text, whole) for item in value]
    if value is None or isinstance(value, bool | bytes):
        return value
    if isinstance(value, float):
        return Fraction(value)
    return text(value) if isinstance(value, str) else whole(value)


CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("s3", "PutObject", {"Bucket": "photos", "Key": "a/b", "StorageClass": "STANDARD", "Metadata": {"a": "b"}}),
    ("s3", "ListObjectsV2", {"Bucket": "photos", "Prefix": "a", "MaxKeys": 3}),
    ("s3", "PutBucketTagging", {"Bucket": "photos", "Tagging": {"TagSet": [{"Key": "k", "Value": "v"}]}}),
    ("dynamodb", "PutItem", {"TableName": "tab", "Item": {"a": {"S": "x"}, "b": {"L": [{"N": "1"}]}}}),
    ("dynamodb", "ListTables", {"Limit": 3}),
    ("ec2", "DescribeInstances", {"InstanceIds": ["i-1"], "Filters": [{"Name": "n", "Values": ["v"]}]}),
    ("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::1234:role/r", "RoleSessionName": "me", "DurationSeconds": 900}),
    ("appconfig", "GetDeployment", {"ApplicationId": "a", "EnvironmentId": "e", "DeploymentNumber": 7}),
    ("appconfig", "CreateDeploymentStrategy", {"Name": "n", "DeploymentDurationInMinutes": 1, "GrowthFactor": 2.5}),
    ("cloudwatch", "PutMetricData", {"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 1.5}]}),
    ("lexv2-runtime", "PutSession", {"botId": "BOT1234567", "botAliasId": "TSTALIASID", "localeId": "en",
     "sessionId": "s1", "sessionState": {"sessionAttributes": {"a": "b"}}}),
    ("bedrock-runtime", "Converse", {"modelId": "m", "additionalModelRequestFields": {"k": ["v", 1, 1.5, True, None]}}),
]  # fmt: skip


def sent(name: str, operation: str, arguments: dict[str, Any]) -> HttpRequest:
    client, plays = played(name, HttpResponse(status=418, headers={}))
    with pytest.raises(Exception, match="418"):
        client._call(operation, arguments)
    request = plays.sent[0]
    kept = ("authorization", "x-amz-date")
    headers = {key: value for key, value in request.headers.items() if key not in kept}
    return HttpRequest(
        method=request.method,
        scheme=request.scheme,
        host=request.host,
        target=request.target,
        headers=headers,
        body=request.body,
    )


@pytest.mark.parametrize(("name", "operation", "arguments"), CALLS, ids=lambda held: str(held)[:20])
@pytest.mark.parametrize(("text", "whole"), [(member, number), (Text, Number)], ids=["enum", "subclass"])
def test_what_is_sent_is_what_the_value_is(
    name: str, operation: str, arguments: dict[str, Any], text: Any, whole: Any
) -> None:
    odd = {key: changed(value, text, whole) for key, value in arguments.items()}
    assert sent(name, operation, odd) == sent(name, operation, arguments)


def test_what_is_neither_is_still_refused() -> None:
    client, _ = played("dynamodb", HttpResponse(status=200, headers={}))
    for wrong in (enum.Enum("Plain", {"MEMBER": "a"}), object(), 1.5, Fraction(1), Text("3")):
        with pytest.raises(ParamValidationError, match="Limit: expected an integer"):
            client._call("ListTables", {"Limit": wrong})
