"""URLs that carry their own signature are the ones that boto3 makes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import boto3
import pytest
from botocore.config import Config as BotocoreConfig

from asdoc.appconfig import Client
from asdoc.appconfig.async_client import AsyncClient
from asdoc.runtime.calls import Caller
from asdoc.runtime.credentials import Credentials
from asdoc.runtime.exceptions import ClientSideError, ParamValidationError, UnsupportedProtocolError
from asdoc.runtime.presign import presigned

from .test_protocol_clients import ours

_STAMP = "20240102T030405Z"
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("s3", "get_object", {"Bucket": "buck", "Key": "a//b c+é~"}),
    ("s3", "get_object", {"Bucket": "buck", "Key": "k", "VersionId": "v/1", "ResponseContentType": "text/plain; x"}),
    ("s3", "put_object", {"Bucket": "buck", "Key": "k", "ContentType": "text/plain", "Metadata": {"a": "b  c"}}),
    ("s3", "upload_part", {"Bucket": "buck", "Key": "k", "UploadId": "u+", "PartNumber": 2}),
    ("s3", "list_objects_v2", {"Bucket": "buck", "Prefix": "a/", "MaxKeys": 3}),
    ("s3", "head_bucket", {"Bucket": "dotted.bucket"}),
    ("sts", "get_caller_identity", {}),
    ("polly", "synthesize_speech", {"Text": "x y", "OutputFormat": "mp3", "VoiceId": "Amy"}),
    ("appconfig", "get_application", {"ApplicationId": "a/b c"}),
    ("appconfig", "create_application", {"Name": "abc", "Description": "é"}),
    ("dynamodb", "list_tables", {"Limit": 5}),
    ("rds", "describe_db_instances", {"DBInstanceIdentifier": "x", "Filters": [{"Name": "n", "Values": ["v"]}]}),
]


@pytest.mark.parametrize(("name", "method", "arguments"), CALLS, ids=lambda held: str(held)[:30])
@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:5000"])
def test_a_url_is_the_one_that_boto3_makes(
    name: str, method: str, arguments: dict[str, Any], endpoint: str | None
) -> None:
    theirs: Any = boto3.client(
        name,
        region_name="eu-west-1",
        endpoint_url=endpoint,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        # without these, boto3 signs S3's by SigV2, and for the host without a region
        config=BotocoreConfig(
            signature_version="s3v4" if name == "s3" else None, s3=None if endpoint else {"addressing_style": "virtual"}
        ),
    )
    moment = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    with mock.patch("botocore.auth.get_current_datetime", return_value=moment):
        expected = theirs.generate_presigned_url(method, Params=arguments, ExpiresIn=77)
    with mock.patch.object(Caller, "timestamp", return_value=_STAMP):
        assert presigned(ours(name, endpoint), method, arguments, 77, None) == expected


def test_a_url_may_be_for_another_method_and_carry_a_token() -> None:
    client = Client("eu-west-1", aws_access_key_id="a", aws_secret_access_key="b", aws_session_token="t/1")
    url = client.generate_presigned_url("list_applications", {"MaxResults": 2}, HttpMethod="HEAD")
    other = client.generate_presigned_url("list_applications", {"MaxResults": 2})
    assert "X-Amz-Security-Token=t%2F1&X-Amz-Signature=" in url
    assert url.rpartition("=")[2] != other.rpartition("=")[2]


def test_an_async_client_makes_the_same_url() -> None:
    keys = Credentials("a", "b")
    with mock.patch.object(Caller, "timestamp", return_value=_STAMP):
        url = asyncio.run(AsyncClient("eu-west-1", credentials=keys).generate_presigned_url("list_applications"))
        assert url == Client("eu-west-1", credentials=keys).generate_presigned_url("list_applications")


def test_what_cannot_be_a_url_is_refused() -> None:
    with pytest.raises(ClientSideError, match="no such method"):
        presigned(ours("s3", None), "get_objekt", {}, 60, None)
    with pytest.raises(ParamValidationError, match="ExpiresIn"):
        presigned(ours("s3", None), "list_buckets", {}, 0, None)
    with pytest.raises(ParamValidationError, match="Bucket"):
        presigned(ours("s3", None), "get_object", {"Key": "k"}, 60, None)
    with pytest.raises(UnsupportedProtocolError, match="send it to the URL"):
        presigned(ours("s3", None), "put_object", {"Bucket": "b", "Key": "k", "Body": b"x"}, 60, None)
    with pytest.raises(UnsupportedProtocolError, match="signature bearer"):
        presigned(ours("codecatalyst", None), "list_spaces", {}, 60, None)
