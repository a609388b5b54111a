"""The other ways of signing are botocore's, too: S3's, in a URL, version 2, by a token, and not at all."""

from __future__ import annotations

import hashlib
import io
import time
from datetime import UTC, datetime
from typing import Any

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as TheirCredentials
from hypothesis import given
from hypothesis import strategies as st

from asdoc.runtime.auth import Auth, sign_v2
from asdoc.runtime.credentials import Credentials
from asdoc.runtime.endpoint import parse_endpoint
from asdoc.runtime.exceptions import InvalidEndpointError, NoCredentialsError, UnsupportedProtocolError
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.protocols.base import quote
from asdoc.runtime.schema import Operation
from asdoc.runtime.serialize import build
from asdoc.runtime.sigv4 import presign_at, stamp
from asdoc.runtime.targets import Target

from .tables import table

NOW = datetime(2024, 5, 1, 10, 20, 30, tzinfo=UTC)
KEYS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a+token/=")
THEIRS = TheirCredentials(KEYS.access_key, KEYS.secret_key, KEYS.token)
_keys_of_objects = st.text(max_size=12).map(lambda text: quote(text, greedy=True)) | st.sampled_from(
    ["../k", "a//b", "."]
)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: NOW)


def signed(service: str, operation: str, request: HttpRequest, target: Target, **environ: str) -> HttpRequest:
    auth = Auth(table(service), table(service).operations[operation])
    return auth.sign(request, target, stamp(NOW), credentials=lambda: KEYS, environ=environ)


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_s3_signs_paths_as_they_are_sent_and_says_what_it_hashed(scheme: str) -> None:
    @given(_keys_of_objects, st.binary(max_size=20))
    def check(key: str, body: bytes) -> None:
        url = f"{scheme}://bucket.s3.eu-west-1.amazonaws.com/{key}"
        theirs = AWSRequest(method="POST", url=url, data=body)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(botocore.auth, "get_current_datetime", lambda: NOW)
            botocore.auth.S3SigV4Auth(THEIRS, "s3", "eu-west-1").add_auth(theirs)
        host = "bucket.s3.eu-west-1.amazonaws.com"
        request = HttpRequest(method="POST", scheme=scheme, host=host, target=f"/{key}", body=body)
        target = Target(parse_endpoint(f"{scheme}://{host}"), "eu-west-1", "s3", "sigv4", double_encoding=False)
        ours = signed("s3", "RestoreObject", request, target)
        for name in ("authorization", "x-amz-content-sha256"):
            assert ours.headers[name] == theirs.headers[name]

    check()


@given(st.lists(st.tuples(st.text("abc", min_size=1), st.text(max_size=6)), max_size=4, unique_by=lambda pair: pair[0]))
def test_a_request_in_a_url_is_signed_as_botocore_signs_it(pairs: list[tuple[str, str]]) -> None:
    query = "&".join(f"{name}={quote(value)}" for name, value in pairs)
    target = f"/?{query}" if query else "/"
    theirs = AWSRequest(method="GET", url=f"https://rds.us-west-2.amazonaws.com{target}", data={})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.auth, "get_current_datetime", lambda: NOW)
        botocore.auth.SigV4QueryAuth(THEIRS, "rds", "us-west-2").add_auth(theirs)
    request = HttpRequest(method="GET", scheme="https", host="rds.us-west-2.amazonaws.com", target=target)
    ours = presign_at(request, KEYS, "us-west-2", "rds", stamp(NOW))
    assert sorted(ours.partition("?")[2].split("&")) == sorted(str(theirs.url).partition("?")[2].split("&"))


def test_version_2_signs_a_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "gmtime", lambda: NOW.timetuple())
    form = {"Action": "ListDomains", "Version": "2009-04-15", "NextToken": "a b&c"}
    theirs = AWSRequest(method="POST", url="https://sdb.amazonaws.com/", data=dict(form))
    botocore.auth.SigV2Auth(THEIRS).add_auth(theirs)
    body = "&".join(f"{name}={quote(value)}" for name, value in form.items()).encode()
    request = HttpRequest(method="POST", scheme="https", host="sdb.amazonaws.com", target="/", body=body)
    ours = dict(pair.split("=", 1) for pair in sign_v2(request, KEYS, stamp(NOW)).body.decode().split("&"))
    assert ours == {name: quote(value) for name, value in dict(theirs.data or {}).items()}


BEDROCK = Target(parse_endpoint("https://bedrock-runtime.eu-west-1.amazonaws.com"), "eu-west-1", "bedrock")
REQUEST = HttpRequest(method="POST", scheme="https", host="bedrock-runtime.eu-west-1.amazonaws.com")


def test_a_token_of_the_environment_stands_in_for_a_signature() -> None:
    with_token = signed("bedrock-runtime", "InvokeModel", REQUEST, BEDROCK, AWS_BEARER_TOKEN_BEDROCK="secret")
    assert with_token.headers == {"authorization": "Bearer secret"}
    without = signed("bedrock-runtime", "InvokeModel", REQUEST, BEDROCK)
    assert without.headers["authorization"].startswith("AWS4-HMAC-SHA256")


def test_a_token_goes_over_tls_alone() -> None:
    plain = HttpRequest(method="POST", host="127.0.0.1:5000")
    with pytest.raises(InvalidEndpointError) as error:
        signed("bedrock-runtime", "InvokeModel", plain, BEDROCK, AWS_BEARER_TOKEN_BEDROCK="secret")
    assert "secret" not in str(error.value)


def test_a_service_of_tokens_says_where_its_token_is_looked_for() -> None:
    target = Target(parse_endpoint("https://codecatalyst.global.api.aws"), "us-east-1", "codecatalyst", "bearer")
    with pytest.raises(NoCredentialsError, match="AWS_BEARER_TOKEN_CODECATALYST"):
        signed("codecatalyst", "ListSpaces", REQUEST, target)


def test_what_is_not_signed_needs_no_credentials() -> None:
    def none() -> Any:
        raise NoCredentialsError("no one has any")

    service = table("cognito-identity")
    auth = Auth(service, service.operations["GetId"])
    target = Target(parse_endpoint("https://cognito-identity.eu-west-1.amazonaws.com"), "eu-west-1", "cognito-identity")
    assert auth.sign(REQUEST, target, stamp(NOW), credentials=none, environ={}) == REQUEST


def test_what_may_end_in_any_region_is_signed_for_all() -> None:
    host = "https://mine.accesspoint.s3-global.amazonaws.com"
    target = Target(parse_endpoint(host), "*", "s3", "sigv4a", double_encoding=False)
    request = signed("s3", "GetObject", REQUEST, target)
    assert request.headers["x-amz-region-set"] == "*"
    assert request.headers["authorization"].startswith("AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20240501/s3/aws4")
    assert request.headers["x-amz-content-sha256"]


def test_an_unknown_kind_of_signature_is_refused() -> None:
    with pytest.raises(UnsupportedProtocolError, match="v9"):
        Auth(table("sts"), Operation(name="Do", method="do", auth="v9"))


def test_a_hash_that_the_caller_gives_is_sent_as_it_was_given() -> None:
    service = table("codeartifact")
    told = dict.fromkeys(("domain", "repository", "package", "packageVersion", "assetName"), "aa")
    given_hash = hashlib.sha256(b"another file").hexdigest()
    request = build(
        service,
        service.operations["PublishPackageVersion"],
        {**told, "format": "generic", "assetContent": io.BytesIO(b"a file"), "assetSHA256": given_hash},
        endpoint="https://codeartifact.eu-west-1.amazonaws.com",
    )
    target = Target(parse_endpoint("https://codeartifact.eu-west-1.amazonaws.com"), "eu-west-1", "codeartifact")
    sent = signed("codeartifact", "PublishPackageVersion", request, target)
    # the service refuses a file that is not the one meant, which it could not if the hash were made anew
    assert sent.headers["x-amz-content-sha256"] == given_hash
