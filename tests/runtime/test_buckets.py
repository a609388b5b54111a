"""S3 as users of boto3 know it beyond its model: buckets elsewhere, checksums by choice, and what is open to all."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config as BotocoreConfig
from botocore.exceptions import ClientError as BotocoreError

from asdoc.runtime.config import UNSIGNED, Config
from asdoc.runtime.exceptions import ChecksumError, ConfigurationError, ServiceError
from asdoc.runtime.http import Headers, HttpRequest, HttpResponse
from asdoc.runtime.results import custom

from .buckets import played
from .tables import table

HERE, THERE = "https://photos.s3.amazonaws.com/k", "https://photos.s3.eu-west-1.amazonaws.com/k"
OBJECT = {"Bucket": "photos", "Key": "k"}
FINE = HttpResponse(status=200, headers={})


def refusal(status: int, code: str = "", region: str = "", *, told: str = "") -> HttpResponse:
    """What S3 answers; `region` stands in its body, `told` in its header."""
    place = f"<Region>{region}</Region>" if region else ""
    body = f"<Error><Code>{code}</Code><Message>no</Message>{place}</Error>" if code else ""
    return HttpResponse(status=status, headers={"x-amz-bucket-region": told} if told else {}, body=body.encode())


class Raw(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, *_: Any) -> Iterator[bytes]:
        yield self.read()


def theirs(*acts: HttpResponse, **config: Any) -> tuple[Any, list[Any]]:
    """boto3's client upon the same answers, and what it sent."""
    client: Any = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id="AKID",
        aws_secret_access_key="secret",
        config=BotocoreConfig(
            **{"s3": {"addressing_style": "virtual"}, "retries": {"total_max_attempts": 1}, **config}
        ),
    )
    left, sent = list(acts), []

    def answer(request: Any, **_: Any) -> Any:
        sent.append(request)
        act = left.pop(0) if len(left) > 1 else left[0]
        return AWSResponse(request.url, act.status, HTTPHeaders.from_dict(act.headers), Raw(act.body))

    client.meta.events.register("before-send", answer)
    return client, sent


@pytest.mark.parametrize(
    ("operation", "first"),
    [
        ("GetObject", refusal(301, "PermanentRedirect", told="eu-west-1")),
        ("GetObject", refusal(301, "PermanentRedirect", "eu-west-1")),
        ("GetObject", refusal(400, "AuthorizationHeaderMalformed", "eu-west-1")),
        ("GetObject", refusal(400, "IllegalLocationConstraintException", told="eu-west-1")),
        ("GetObject", refusal(307, "TemporaryRedirect", told="eu-west-1")),
        ("HeadObject", refusal(400, told="eu-west-1")),
        ("HeadObject", refusal(301, told="eu-west-1")),
        ("GetObject", refusal(403, "AccessDenied", told="eu-west-1")),
        ("GetObject", refusal(400, "InvalidRequest", told="eu-west-1")),
        ("HeadObject", refusal(404, told="eu-west-1")),
    ],
)
def test_a_bucket_elsewhere_is_found_where_boto3_finds_it(operation: str, first: HttpResponse) -> None:
    method = {"GetObject": "get_object", "HeadObject": "head_object"}[operation]
    boto, seen = theirs(first, FINE)
    ours, plays = played("s3", first, FINE)
    ended = []
    calls: list[Callable[[], Any]] = [lambda: getattr(boto, method)(**OBJECT), lambda: ours._call(operation, OBJECT)]
    for call in calls:
        try:
            call()
            ended.append("")
        except (BotocoreError, ServiceError) as error:
            told: Any = error.response
            ended.append(told["Error"]["Code"])
    assert ended[0] == ended[1]
    assert [request.url for request in seen] == [request.url for request in plays.sent]
    assert [scope(request) for request in seen] == [scope(request) for request in plays.sent]


def scope(request: Any) -> str:
    headers = {name.lower(): value for name, value in request.headers.items()}
    told = headers.get("authorization", b"")
    return (told.decode() if isinstance(told, bytes) else told).partition(",")[0].partition("/2")[2][7:]


def test_where_a_bucket_is_is_found_out_once() -> None:
    client, plays = played("s3", refusal(301, told="eu-west-1"), FINE)
    client._call("GetObject", OBJECT)
    client._call("GetObject", OBJECT)
    client._call("GetObject", {"Bucket": "other", "Key": "k"})
    assert [request.url for request in plays.sent] == [HERE, THERE, THERE, "https://other.s3.amazonaws.com/k"]


@pytest.mark.parametrize("told", ["eu-west-1.example.org/", "-x", "a" * 64, "", "..", "eu west"])
def test_an_answer_leads_to_no_other_host(told: str) -> None:
    client, plays = played("s3", refusal(301, "PermanentRedirect", told=told))
    with pytest.raises(ServiceError):
        client._call("GetObject", OBJECT)
    assert [request.url for request in plays.sent] == [HERE]


def test_a_service_in_a_circle_is_followed_once() -> None:
    client, plays = played("s3", refusal(301, "PermanentRedirect", told="eu-west-1"))
    with pytest.raises(ServiceError, match="PermanentRedirect"):
        client._call("GetObject", OBJECT)
    assert [request.url for request in plays.sent] == [HERE, THERE]


WRONG = HttpResponse(status=200, headers={"x-amz-checksum-crc32": "AAAAAA=="}, body=b"hello")
REQUIRED = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}


def sums(request: Any) -> dict[str, str]:
    held = {name.lower(): value for name, value in request.headers.items()}
    text = {name: value.decode() if isinstance(value, bytes) else value for name, value in held.items()}
    return {
        name: value for name, value in text.items() if "checksum" in name or name in ("content-md5", "x-amz-trailer")
    }


@pytest.mark.parametrize("config", [{}, REQUIRED], ids=["supported", "required"])
@pytest.mark.parametrize(
    ("method", "operation", "more"),
    [
        ("put_object", "PutObject", {"Body": b"x"}),
        ("put_object", "PutObject", {"Body": b"x", "ChecksumAlgorithm": "SHA256"}),
        ("put_object", "PutObject", {"Body": b"x", "ChecksumCRC32": "jNwWgw=="}),
        ("upload_part", "UploadPart", {"Body": b"x", "UploadId": "u", "PartNumber": 1}),
        ("put_object_tagging", "PutObjectTagging", {"Tagging": {"TagSet": []}}),
        ("get_object", "GetObject", {}),
        ("get_object", "GetObject", {"ChecksumMode": "ENABLED"}),
    ],
)
def test_checksums_are_sent_where_boto3_sends_them(
    method: str, operation: str, more: dict[str, Any], config: dict[str, Any]
) -> None:
    boto, seen = theirs(FINE, **config)
    ours, plays = played("s3", FINE, config=Config(**config))
    getattr(boto, method)(**OBJECT, **more)
    ours._call(operation, {**OBJECT, **more})
    our_sums, their_sums = sums(plays.sent[0]), sums(seen[0])
    if operation == "PutObjectTagging":  # the same XML is written in two ways
        our_sums, their_sums = dict.fromkeys(our_sums, ""), dict.fromkeys(their_sums, "")
    assert our_sums == their_sums


def test_a_wrong_checksum_of_an_answer_is_held_against_it_where_the_client_is_told_to() -> None:
    def read(arguments: dict[str, Any], **config: Any) -> bytes:
        client, _ = played("s3", WRONG, config=Config(**config))
        body: bytes = client._call("GetObject", {**OBJECT, **arguments})["Body"].read()
        return body

    assert read({}, **REQUIRED) == b"hello"
    for arguments, config in (({}, {}), ({"ChecksumMode": "ENABLED"}, REQUIRED)):
        with pytest.raises(ChecksumError):
            read(arguments, **config)


def test_environment_and_mistakes_are_told_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "WHEN_REQUIRED")
    client, plays = played("s3", FINE)
    client._call("PutObject", {**OBJECT, "Body": b"x"})
    assert not sums(plays.sent[0])
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "sometimes")
    with pytest.raises(ConfigurationError, match="AWS_REQUEST_CHECKSUM_CALCULATION"):
        played("s3", FINE)[0]._call("GetObject", OBJECT)


@pytest.mark.parametrize("told", [UNSIGNED, botocore.UNSIGNED])
def test_what_is_open_to_all_is_asked_for_without_keys(told: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    nobody: dict[str, Any] = {"aws_access_key_id": None, "aws_secret_access_key": None}
    client, plays = played("s3", FINE, config=Config(signature_version=told), **nobody)
    client._call("GetObject", OBJECT)
    client._call("PutObject", {**OBJECT, "Body": b"x"})
    assert not any(name in ("authorization", "x-amz-date") for request in plays.sent for name in request.headers)
    assert client.generate_presigned_url("get_object", OBJECT) == HERE
    tables, asked = played("dynamodb", FINE, config=Config(signature_version=told), **nobody)
    tables._call("ListTables", {})
    assert "authorization" not in asked.sent[0].headers


def test_a_signature_that_is_not_made_is_refused() -> None:
    client, _ = played("s3", FINE, config=Config(signature_version="s3v4"))
    client._call("GetObject", OBJECT)
    with pytest.raises(ConfigurationError, match="'s3'"):
        played("s3", FINE, config=Config(signature_version="s3"))[0]._call("GetObject", OBJECT)


@pytest.mark.parametrize(
    ("retries", "attempts"),
    [
        ({"max_attempts": 0}, 1),
        ({"max_attempts": 1, "mode": "standard"}, 2),
        ({"total_max_attempts": 2, "max_attempts": 7}, 2),
        ({"mode": "standard"}, 3),
    ],
)
def test_retries_are_counted_as_botocores_config_counts_them(
    retries: dict[str, Any], attempts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, plays = played("s3", HttpResponse(status=503, headers={}), config=Config(retries=retries))
    monkeypatch.setattr(client, "_sleep", lambda seconds: None)
    with pytest.raises(ServiceError):
        client._call("GetObject", OBJECT)
    assert len(plays.sent) == attempts
    for wrong in ({"max_attempt": 1}, {"max_attempts": -1}, {"max_attempts": "3"}):
        with pytest.raises(ConfigurationError, match="retries"):
            played("s3", FINE, config=Config(retries=wrong))


@pytest.mark.parametrize(
    ("method", "operation", "answer"),
    [
        ("list_objects_v2", "ListObjectsV2", "<R><EncodingType>url</EncodingType><Prefix>a+b%2B</Prefix>"
         "<Contents><Key>a+b%2Bc%20d%C3%A9</Key></Contents><CommonPrefixes><Prefix>x+y/</Prefix></CommonPrefixes></R>"),
        ("list_objects", "ListObjects", "<R><EncodingType>url</EncodingType><NextMarker>a+b</NextMarker></R>"),
        ("list_object_versions", "ListObjectVersions", "<R><EncodingType>url</EncodingType><Version><Key>a+b</Key>"
         "</Version><DeleteMarker><Key>c+%2B</Key></DeleteMarker></R>"),
    ],
)  # fmt: skip
def test_keys_with_spaces_are_listed_as_boto3_lists_them(method: str, operation: str, answer: str) -> None:
    act = HttpResponse(status=200, headers={}, body=answer.encode())
    boto, _ = theirs(act)
    ours, _ = played("s3", act)
    expected = getattr(boto, method)(Bucket="photos")
    found = ours._call(operation, {"Bucket": "photos"}).to_dict()
    for told in (expected, found):
        del told["ResponseMetadata"]
    assert found == expected


@pytest.mark.parametrize("text", ["", "EU", "us-west-2"])
def test_where_a_bucket_is_may_be_none(text: str) -> None:
    body = f'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{text}</LocationConstraint>'
    act = HttpResponse(status=200, headers={}, body=body.encode())
    boto, _ = theirs(act)
    ours, _ = played("s3", act)
    found = ours._call("GetBucketLocation", {"Bucket": "photos"})
    expected = boto.get_bucket_location(Bucket="photos")["LocationConstraint"]
    assert "LocationConstraint" in found
    assert found["LocationConstraint"] == found.to_dict()["LocationConstraint"] == expected
    with pytest.raises(KeyError):
        found["Other"]


def test_the_names_of_metadata_keep_their_case_beside_an_odd_time() -> None:
    pairs = [("x-amz-meta-MyName", "v"), ("Expires", "never"), ("ETag", "e")]
    service = table("s3", resolved=True)
    changes = custom(service, service.operations["HeadObject"])
    assert changes is not None
    headers = changes.response(HttpResponse(status=200, headers=Headers.of(pairs))).headers
    assert isinstance(headers, Headers)
    assert headers.written()["x-amz-meta-myname"] == "x-amz-meta-MyName"
    assert (headers["etag"], headers["expiresstring"], "expires" in headers) == ("e", "never", False)


def test_a_client_tells_the_partition_of_its_region() -> None:
    for region in ("eu-west-1", "cn-north-1", "us-gov-west-1", "mars-north-1"):
        client, _ = played("s3", FINE)
        made = type(client)(region, aws_access_key_id="a", aws_secret_access_key="b")
        theirs = boto3.client("s3", region, aws_access_key_id="a", aws_secret_access_key="b")
        assert made.meta.partition == theirs.meta.partition


def test_who_knows_the_user_may_be_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b"<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>"
    client, plays = played("sts", HttpResponse(status=400, headers={}, body=body))
    monkeypatch.setattr(client, "_sleep", lambda seconds: None)
    with pytest.raises(ServiceError, match="IDPCommunicationError"):
        client._call(
            "AssumeRoleWithWebIdentity",
            {"RoleArn": "arn:aws:iam::123456789012:role/r", "RoleSessionName": "me", "WebIdentityToken": "token"},
        )
    assert len(plays.sent) == 3


def test_botocores_config_is_taken_for_what_it_says() -> None:
    theirs_config: Any = BotocoreConfig(
        region_name="eu-west-3",
        retries={"total_max_attempts": 1},
        connect_timeout=7,
        tcp_keepalive=True,
        signature_version=botocore.UNSIGNED,
        s3={"addressing_style": "path"},
    )
    client, plays = played("s3", FINE, config=theirs_config)
    assert (client.meta.config.max_attempts, client.meta.config.connect_timeout) == (1, 7)
    client._call("GetObject", OBJECT)
    assert plays.sent[0].url == "https://s3.amazonaws.com/photos/k"
    assert "authorization" not in plays.sent[0].headers
    for wrong, told in ((BotocoreConfig(parameter_validation=False), "parameter_validation"), ({"a": 1}, "dict")):
        with pytest.raises(ConfigurationError, match=told):
            played("s3", FINE, config=wrong)


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (Config(connect_timeout=0), "connect_timeout"),
        (Config(read_timeout=-1), "read_timeout"),
        (Config(read_timeout="5"), "read_timeout"),  # type: ignore[arg-type]  # what is refused
        (Config(read_timeout=None), "read_timeout"),  # type: ignore[arg-type]  # what is refused
        (Config(connect_timeout=float("nan")), "connect_timeout"),
        (Config(transport="curl"), "the transport of its config"),  # type: ignore[arg-type]  # what is refused
        (Config(max_attempts=0), "max_attempts"),
        (Config(max_attempts="3"), "max_attempts"),  # type: ignore[arg-type]  # what is refused
        (Config(max_pool_connections=-1), "max_pool_connections"),
        (Config(s3={"addressing_style": "sideways"}), "addressing_style"),
        (Config(account_id_endpoint_mode="sometimes"), "preferred"),
        (Config(defaults_mode="fast"), "in-region"),
        (Config(endpoint_discovery_enabled="perhaps"), "auto"),
        (Config(request_checksum_calculation="always"), "when_supported"),
        (Config(response_checksum_validation="never"), "when_required"),
        (Config(retry_mode="eager"), "adaptive"),
    ],
)
def test_a_setting_that_is_none_is_refused_when_the_client_is_made(config: Config, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        played("s3", FINE, config=config)


def test_names_that_are_no_strings_are_refused() -> None:
    client, _ = played("s3", FINE)
    for name in ("region_name", "endpoint_url", "profile_name"):
        with pytest.raises(ConfigurationError, match=name):
            type(client)(**{"region_name": "us-east-1", name: 3})


def test_a_timeout_of_none_in_botocores_config_is_none_at_all() -> None:
    endless: Any = BotocoreConfig(read_timeout=None)
    client, _ = played("s3", FINE, config=endless)
    assert client.meta.config.read_timeout > 86_400
    assert client.meta.config.connect_timeout == 60


def test_an_application_is_named_in_one_word() -> None:
    client, plays = played("s3", FINE, config=Config(user_agent_appid="my app\r\nx: y"))
    client._call("GetObject", OBJECT)
    sent: HttpRequest = plays.sent[0]
    assert sent.headers["user-agent"].endswith(" app/my-app--x--y")
