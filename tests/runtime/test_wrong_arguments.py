"""An argument of a wrong kind ends in an error of ours before anything is sent, also where it names a place."""

from __future__ import annotations

from typing import Any

import pytest

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import ParamValidationError

from .buckets import played

NAMING: list[tuple[str, str, str, dict[str, Any]]] = [
    ("s3", "ListObjectsV2", "Bucket", {}),
    ("s3control", "GetAccessPoint", "AccountId", {"Name": "n"}),
    ("dynamodb", "GetItem", "TableName", {"Key": {"a": {"S": "b"}}}),
    ("dynamodb", "TransactGetItems", "TransactItems", {}),
    ("kinesis", "PutRecord", "StreamARN", {"Data": b"x", "PartitionKey": "p"}),
    ("events", "PutEvents", "EndpointId", {"Entries": [{}]}),
    ("cloudfront-keyvaluestore", "ListKeys", "KvsARN", {}),
]
"""Operations, and an argument of theirs by which their endpoint is found."""
WRONG: list[Any] = [
    5,
    {},
    {"a": 1},
    [{}],
    [[{}]],
    [None],
    {1: 2},
    {("a", "b"): "c"},
    b"x",
    1.5,
    True,
    object,
    [{"Get": {"TableName": {}}}],
    "\ud800",
]


@pytest.mark.parametrize(("name", "operation", "argument", "others"), NAMING)
@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_what_names_a_place_is_refused_where_it_is_of_a_wrong_kind(
    name: str, operation: str, argument: str, others: dict[str, Any], wrong: Any
) -> None:
    client, transport = played(name)
    with pytest.raises(AsdocError):
        client._call(operation, {**others, argument: wrong})
    assert transport.sent == []


@pytest.mark.parametrize(
    ("name", "operation", "arguments"),
    [
        ("lambda", "GetFunction", {"FunctionName": "\ud800"}),
        ("lambda", "ListFunctions", {"Marker": "a\udfff"}),
        ("lambda", "Invoke", {"FunctionName": "f", "ClientContext": "\ud800"}),
        ("s3", "PutObject", {"Bucket": "photos", "Key": "\ud800"}),
        ("s3", "CreateBucket", {"Bucket": "photos", "GrantRead": "\ud800"}),
        ("iam", "GetRole", {"RoleName": "\ud800"}),
        ("ecs", "DescribeClusters", {"clusters": ["\ud800"]}),
        ("cloudfront", "TagResource", {"Resource": "r", "Tags": {"Items": [{"Key": "\ud800"}]}}),
        ("arc-region-switch", "GetPlan", {"arn": "\ud800"}),
    ],
)
def test_text_that_no_request_can_hold_is_refused_wherever_it_goes(
    name: str, operation: str, arguments: dict[str, Any]
) -> None:
    client, transport = played(name)
    with pytest.raises(ParamValidationError, match=operation):
        client._call(operation, arguments)
    assert transport.sent == []
