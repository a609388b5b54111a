"""What a whole client sends is what boto3's sends: bucket and host, customs, checksums, kind of signature."""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest
from botocore.config import Config as BotocoreConfig
from botocore.exceptions import BotoCoreError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asdoc.runtime.calls import Caller
from asdoc.runtime.config import Config
from asdoc.runtime.credentials import Credentials, Source
from asdoc.runtime.exceptions import ClientSideError, ParamValidationError
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.retry import Retries
from asdoc.runtime.schema import Operation, Service
from asdoc.runtime.settings import Settings
from asdoc.runtime.targets import Targets
from tests.explore import examples

from . import values
from .tables import table
from .test_answers_in_xml_and_cbor import cleaned
from .test_requests_equal_botocore import canonical, comparable

SERVICES = (
    "accessanalyzer", "acm", "amplify", "apigateway", "apigatewayv2", "appconfig", "appsync", "athena",
    "autoscaling", "backup", "batch", "bedrock-runtime", "budgets", "cloudformation", "cloudfront",
    "cloudfront-keyvaluestore", "cloudsearchdomain", "cloudtrail", "cloudwatch", "codebuild", "cognito-identity",
    "cognito-idp", "docdb", "dynamodb", "ebs", "ec2", "ecr", "ecs", "efs", "eks", "elasticache", "elb", "elbv2",
    "events", "firehose", "glacier", "glue", "iam", "iot", "kafka", "kinesis", "kms", "lambda", "lex-runtime",
    "logs", "machinelearning", "mediastore-data", "neptune", "neptune-graph", "omics", "polly", "proton", "rds",
    "redshift", "route53", "s3", "s3control", "s3vectors", "sdb", "secretsmanager", "ses", "sesv2", "sns", "sqs",
    "ssm", "stepfunctions", "sts", "transcribe", "wafv2", "xray",
)  # fmt: skip
_REGION = "eu-west-1"
_KEYS = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
_OF_THE_WAY = frozenset(
    (
        "amz-sdk-invocation-id",
        "amz-sdk-request",
        "content-length",
        "expect",
        "transfer-encoding",
        "user-agent",
        "x-amz-date",
    )
)
"""Headers that each client has for itself, and those that a transport writes."""
_BUCKETS = st.sampled_from(["bucket", "dotted.bucket", "UPPER", "under_score", "a-b-c"])
_ENDPOINTS = (None, "http://127.0.0.1:5000", "https://example.org/base")
_quiet = settings(
    deadline=None, max_examples=examples(8), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


class _Seen(Exception):  # noqa: N818  # it carries what was to be seen
    def __init__(self, request: Any) -> None:
        self.request = request


@cache
def theirs(name: str, endpoint: str | None) -> Any:
    client: Any = boto3.client(
        name,
        region_name=_REGION,
        endpoint_url=endpoint,
        aws_access_key_id=_KEYS[0],
        aws_secret_access_key=_KEYS[1],
        config=BotocoreConfig(retries={"total_max_attempts": 1}),
    )

    def see(request: Any, **_: Any) -> None:
        raise _Seen(request)

    client.meta.events.register("before-send", see)
    return client


@cache
def ours(name: str, endpoint: str | None) -> Caller:
    service = table(name, resolved=True)
    package = f"sent_by_{name.replace('-', '_')}"
    for module in (package, f"{package}.models", f"{package}.errors"):
        sys.modules[module] = ModuleType(module)
    return Caller(
        service,
        package,
        targets=Targets(service, Settings({}, Config()), region=_REGION, given=endpoint),
        credentials=Source.of(Credentials(*_KEYS)),
        retries=Retries(1),
        config=Config(),
        environ={},
    )


def sent_by_botocore(
    name: str, operation: Operation, arguments: dict[str, Any], endpoint: str | None
) -> dict[str, Any]:
    client = theirs(name, endpoint)
    with pytest.raises(_Seen) as seen:
        client._make_api_call(operation.name, dict(arguments))
    request = seen.value.request
    body: Any = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    headers = {name: held.decode() if isinstance(held, bytes) else held for name, held in request.headers.items()}
    told = canonical(request.method, request.url, headers, _bytes(body))
    return _without_its_own(told)


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body)


def sent_by_us(request: HttpRequest) -> dict[str, Any]:
    return _without_its_own(canonical(request.method, request.url, request.headers, request.content()))


def _without_its_own(told: dict[str, Any]) -> dict[str, Any]:
    headers = {name: value for name, value in told["headers"].items() if name not in _OF_THE_WAY}
    # the scope tells for whom and where; the signature itself is held to botocore's elsewhere
    headers["authorization"] = str(headers.get("authorization", "")).partition(", ")[0].rpartition("/2")[2][7:]
    body = told["body"]
    if isinstance(body, str) and body.startswith("<"):
        # what is made of the text differs where two writers write the same XML in two ways
        hashed = ("x-amz-content-sha256", "x-amz-checksum-crc32")
        headers |= {key: "" for key in hashed if not headers.get(key, "U").startswith(("U", "STREAMING"))}
    if isinstance(body, list):
        body = [pair for pair in body if pair[0] not in ("Signature", "Timestamp")]
    return {**told, "headers": headers, "body": body}


def calls(service: Service) -> st.SearchStrategy[tuple[Operation, dict[str, Any]]]:
    operations = [operation for operation in service.operations.values() if comparable(service, operation)]
    return st.sampled_from(operations).flatmap(
        lambda operation: st.tuples(st.just(operation), plausible(service, operation))
    )


@st.composite
def plausible(draw: Any, service: Service, operation: Operation) -> dict[str, Any]:
    """Arguments whose names of places are such that a host can be made of them."""
    given: dict[str, Any] = draw(values.arguments(service, operation))
    members = service.shapes[operation.input].members if operation.input else {}
    given |= {key: "a" * 36 for key, node in members.items() if node.idempotent and key not in given}
    if "Bucket" in given and service.service in ("s3", "s3control"):
        given["Bucket"] = draw(_BUCKETS)
    if service.service == "s3control" and "AccountId" in given:
        given["AccountId"] = "123456789012"
    if "PredictEndpoint" in given:
        given["PredictEndpoint"] = "https://realtime.machinelearning.us-east-1.amazonaws.com"
    for name in ("ChecksumAlgorithm", "Metadata"):
        given.pop(name, None)
    if service.service == "route53" and "Id" in given:
        given["Id"] = "/hostedzone/Z1"  # a path that ends in a slash would leave nothing
    return cleaned(given, xml=True) if service.protocol == "rest-xml" else given


@pytest.mark.parametrize("name", SERVICES)
def test_a_client_sends_what_boto3_sends(name: str) -> None:
    service = table(name, resolved=True)

    @_quiet
    @given(calls(service), st.sampled_from(_ENDPOINTS))
    def check(call: tuple[Operation, dict[str, Any]], endpoint: str | None) -> None:
        operation, arguments = call
        try:
            expected = sent_by_botocore(name, operation, arguments, endpoint)
        except BotoCoreError:
            with pytest.raises(ClientSideError):
                ours(name, endpoint).call(operation.name, arguments).request()
            return
        try:
            found = sent_by_us(ours(name, endpoint).call(operation.name, arguments).request())
        except ParamValidationError as error:
            # of `/` botocore's customisations leave nothing, and it goes to another path
            if "is a part of the path" not in str(error):
                raise
            return
        if "content-type" not in expected["headers"]:
            # where botocore is silent, the protocols are not
            told = found["headers"].pop("content-type", None)
            assert told in (None, "application/xml", "application/octet-stream", "text/plain")
        assert found == expected

    check()


COPIES: dict[tuple[str, str], dict[str, Any]] = {
    ("ec2", "CopySnapshot"): {"SourceRegion": "us-west-2", "SourceSnapshotId": "s&1"},
    ("rds", "CopyDBSnapshot"): {
        "SourceRegion": "us-west-2", "SourceDBSnapshotIdentifier": "a b", "TargetDBSnapshotIdentifier": "t",
    },
    ("docdb", "CopyDBClusterSnapshot"): {
        "SourceRegion": "us-west-2", "SourceDBClusterSnapshotIdentifier": "a", "TargetDBClusterSnapshotIdentifier": "t",
        "PreSignedUrl": "https://mine",
    },
    ("neptune", "CreateDBCluster"): {"DBClusterIdentifier": "a", "Engine": "neptune"},
}  # fmt: skip


@pytest.mark.parametrize("place", COPIES)
def test_a_copy_between_regions_carries_the_url_that_boto3_signs(place: tuple[str, str]) -> None:
    name, operation = place
    described = table(name, resolved=True).operations[operation]
    expected = sent_by_botocore(name, described, COPIES[place], None)
    found = sent_by_us(ours(name, None).call(operation, COPIES[place]).request())
    for told in (expected, found):
        told["body"] = [
            (key, _unsigned(value) if key.lower() == "presignedurl" else value) for key, value in told["body"]
        ]
    assert found == expected


def _unsigned(url: str) -> Any:
    """A signed URL without what depends on the second in which it was signed."""
    parts = urlsplit(url)
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0] not in ("X-Amz-Date", "X-Amz-Signature")]
    return parts[:3], sorted(pairs)


@pytest.mark.parametrize("told", [{}, {"ContentType": "text/x"}])
@pytest.mark.parametrize("operation", ["PutObject", "UploadPart"])
def test_what_kind_an_object_is_of_is_the_services_to_choose_where_nobody_says(
    operation: str, told: dict[str, str]
) -> None:
    described = table("s3", resolved=True).operations[operation]
    more = told if operation == "PutObject" else {"PartNumber": 1, "UploadId": "u"}
    arguments = {"Bucket": "bucket", "Key": "k", "Body": b"bytes", **more}
    found = sent_by_us(ours("s3", None).call(operation, arguments).request())
    assert found == sent_by_botocore("s3", described, arguments, None)
