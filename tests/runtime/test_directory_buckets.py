"""Calls to S3's directory buckets are signed by a session of the bucket, as boto3 has it, asked for once for many."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import botocore.auth
import pytest

from asdoc.runtime.async_client import BaseAsyncClient
from asdoc.runtime.config import UNSIGNED, Config
from asdoc.runtime.exceptions import CredentialRetrievalError, ServiceError
from asdoc.runtime.http import HttpRequest, HttpResponse

from .buckets import played
from .test_buckets import theirs

BUCKET = "photos--use1-az4--x-s3"
OBJECT = {"Bucket": BUCKET, "Key": "a b/k"}
START = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
_SIGNED = ("authorization", "x-amz-date", "x-amz-s3session-token", "x-amz-security-token", "x-amz-content-sha256")


def session(number: int = 1, ends: datetime | None = None, **keys: str) -> HttpResponse:
    told = {"AccessKeyId": f"ASIA{number}", "SecretAccessKey": f"secret{number}", "SessionToken": f"token{number}"}
    told |= {"Expiration": f"{ends or START + timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}", **keys}
    body = "".join(f"<{name}>{value}</{name}>" for name, value in told.items() if value)
    text = f"<CreateSessionResult {NAMESPACE}><Credentials>{body}</Credentials></CreateSessionResult>"
    return HttpResponse(status=200, headers={}, body=text.encode())


class Bucket:
    """A directory bucket: gives sessions, and the same answer to everything else."""

    def __init__(self) -> None:
        self.now = START.timestamp()
        self.sent: list[HttpRequest] = []
        self.given = 0
        self.life = timedelta(minutes=5)
        self.refuses: list[HttpResponse] = []
        """What CreateSession answers in place of a session, first to last."""
        self.pause = 0.0

    def handle(self, request: HttpRequest) -> HttpResponse:
        self.sent.append(request)
        if not request.target.endswith("?session"):
            return HttpResponse(status=200, headers={})
        time.sleep(self.pause)
        if self.refuses:
            return self.refuses.pop(0)
        self.given += 1
        return session(self.given, datetime.fromtimestamp(self.now, UTC) + self.life)

    def client(self, *, awaited: bool = False, **options: Any) -> Any:
        bucket = self

        class Transport:
            def send(self, request: HttpRequest, **limits: Any) -> HttpResponse:
                return bucket.handle(request)

            def close(self) -> None:
                pass

        class AsyncTransport:
            async def send(self, request: HttpRequest, **limits: Any) -> HttpResponse:
                await asyncio.sleep(0.01)
                return bucket.handle(request)

            async def close(self) -> None:
                pass

        options["transport"] = AsyncTransport() if awaited else Transport()
        if awaited:
            options["kind"] = BaseAsyncClient
        client, _ = played("s3", **options)
        caller = client._start()
        caller._clock = lambda: self.now
        caller._express().sessions.clock = lambda: self.now
        return client

    @property
    def tokens(self) -> list[str]:
        """The tokens that the calls were signed with, the questions left out."""
        told = [request for request in self.sent if not request.target.endswith("?session")]
        return [request.headers.get("x-amz-s3session-token", "") for request in told]


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.mark.parametrize(
    ("operation", "method", "arguments"),
    [
        ("GetObject", "get_object", OBJECT),
        ("PutObject", "put_object", {**OBJECT, "Body": b"body"}),
        ("ListObjectsV2", "list_objects_v2", {"Bucket": BUCKET, "Prefix": "a/"}),
        ("DeleteObjects", "delete_objects", {"Bucket": BUCKET, "Delete": {"Objects": [{"Key": "k"}]}}),
        ("HeadBucket", "head_bucket", {"Bucket": BUCKET}),
        ("GetBucketPolicy", "get_bucket_policy", {"Bucket": BUCKET}),
    ],
)
def test_a_call_is_signed_as_boto3_signs_it(
    operation: str, method: str, arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: START.replace(tzinfo=None))
    far = datetime.now(UTC) + timedelta(hours=5)
    acts = [session(ends=far), HttpResponse(status=200, headers={}, body=b"<R/>")]
    if operation == "GetBucketPolicy":  # it goes to where buckets are managed, which gives no sessions
        acts = [HttpResponse(status=200, headers={}, body=b"{}")]
    boto, seen = theirs(*acts)
    getattr(boto, method)(**arguments)
    ours, plays = played("s3", *acts)
    ours._start()._clock = START.timestamp
    ours._call(operation, arguments)
    assert [request.url for request in plays.sent] == [request.url for request in seen]
    for own, other in zip(plays.sent, seen, strict=True):
        told = {name.lower(): value for name, value in other.headers.items()}
        for name in _SIGNED:
            value = told.get(name)
            expected = value.decode() if isinstance(value, bytes) else value
            if name != "authorization" or expected is None or not (own.body or own.upload):
                assert own.headers.get(name) == expected, name
            else:
                # of a body the clients sign headers of their own, too
                assert own.headers[name].partition(",")[0] == expected.partition(",")[0]


def test_a_session_is_asked_for_once_and_each_bucket_has_its_own(bucket: Bucket) -> None:
    client = bucket.client()
    for _ in range(3):
        client._call("GetObject", OBJECT)
    client._call("GetObject", {"Bucket": "other--use1-az4--x-s3", "Key": "k"})
    assert (bucket.given, bucket.tokens) == (2, ["token1", "token1", "token1", "token2"])


def test_a_session_is_renewed_ahead_of_its_end_and_kept_where_that_fails(bucket: Bucket) -> None:
    client = bucket.client()
    client._call("GetObject", OBJECT)
    bucket.now += 239
    client._call("GetObject", OBJECT)
    assert bucket.given == 1
    bucket.now += 2
    bucket.refuses = [HttpResponse(status=403, headers={})]
    client._call("GetObject", OBJECT)
    client._call("GetObject", OBJECT)
    assert (bucket.given, bucket.tokens) == (1, ["token1"] * 4)
    assert sum(request.target.endswith("?session") for request in bucket.sent) == 2
    bucket.now += 60
    client._call("GetObject", OBJECT)
    assert (bucket.given, bucket.tokens[-1]) == (2, "token2")


def test_without_a_session_the_call_ends_as_asking_for_it_did(bucket: Bucket) -> None:
    bucket.refuses = [HttpResponse(status=403, headers={}, body=b"<Error><Code>AccessDenied</Code></Error>")]
    client = bucket.client()
    with pytest.raises(ServiceError, match=r"AccessDenied.*CreateSession"):
        client._call("GetObject", OBJECT)
    assert bucket.tokens == []
    bucket.refuses = [session(SecretAccessKey="")]
    with pytest.raises(CredentialRetrievalError, match="without its keys") as error:
        client._call("GetObject", OBJECT)
    assert "token1" not in str(error.value)


def test_a_session_that_is_over_before_its_time_is_replaced() -> None:
    over = HttpResponse(status=400, headers={}, body=b"<Error><Code>ExpiredToken</Code></Error>")
    ends = datetime.now(UTC) + timedelta(minutes=5)
    client, plays = played("s3", session(1, ends), over, session(2, ends), HttpResponse(status=200, headers={}))
    client._call("GetObject", OBJECT)
    assert [request.headers.get("x-amz-s3session-token") for request in plays.sent] == [None, "token1", None, "token2"]


def test_many_threads_and_many_tasks_ask_once(bucket: Bucket) -> None:
    bucket.pause = 0.05
    client = bucket.client()
    threads = [threading.Thread(target=client._call, args=("GetObject", OBJECT)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (bucket.given, bucket.tokens) == (1, ["token1"] * 20)

    async def calls() -> None:
        client = bucket.client(awaited=True)
        await asyncio.gather(*(client._call("GetObject", OBJECT) for _ in range(20)))

    asyncio.run(calls())
    assert (bucket.given, bucket.tokens[20:]) == (2, ["token2"] * 20)


def test_who_signs_nothing_or_wants_no_sessions_asks_for_none(bucket: Bucket) -> None:
    bucket.client(config=Config(signature_version=UNSIGNED))._call("GetObject", OBJECT)
    bucket.client(config=Config(s3={"disable_s3_express_session_auth": True}))._call("GetObject", OBJECT)
    assert (bucket.given, bucket.tokens) == (0, ["", ""])
    assert "authorization" not in bucket.sent[0].headers
    assert "/us-east-1/s3express/" in bucket.sent[1].headers["authorization"]


@pytest.mark.parametrize("awaited", [False, True])
@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("get_object", OBJECT),
        ("put_object", {**OBJECT, "ContentType": "text/plain"}),
        ("list_objects_v2", {"Bucket": BUCKET, "Prefix": "a b/"}),
    ],
)
def test_a_url_is_signed_by_a_session_as_boto3s(
    method: str, arguments: dict[str, Any], bucket: Bucket, awaited: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: START.replace(tzinfo=None))
    boto, _ = theirs(session(ends=datetime.now(UTC) + timedelta(hours=5)))
    expected = boto.generate_presigned_url(method, Params=arguments, ExpiresIn=77)
    client = bucket.client(awaited=awaited)
    for _ in range(2):
        found = client.generate_presigned_url(method, arguments, ExpiresIn=77)
        url = asyncio.run(found) if awaited else found
        assert urlsplit(url)[:3] == urlsplit(expected)[:3]
        assert sorted(parse_qsl(urlsplit(url).query)) == sorted(parse_qsl(urlsplit(expected).query))
    assert bucket.given == 1


def test_a_url_that_needs_no_session_asks_for_none(bucket: Bucket) -> None:
    client = bucket.client(config=Config(signature_version=UNSIGNED))
    assert client.generate_presigned_url("get_object", OBJECT).endswith("/a%20b/k")
    assert "X-Amz-S3session-Token" not in bucket.client().generate_presigned_url(
        "get_object", {**OBJECT, "Bucket": "b"}
    )
    assert not bucket.sent
