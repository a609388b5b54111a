"""Signatures are those that botocore makes, and prove nothing less."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as TheirCredentials
from hypothesis import given, settings
from hypothesis import strategies as st

from asdoc.runtime.credentials import Credentials
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.protocols.base import quote
from asdoc.runtime.sigv4 import sign, stamp

_word = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
_anything = st.text(max_size=8)
_header_names = st.sampled_from(
    ["content-type", "x-amz-target", "x-amz-meta", "user-agent", "expect", "accept", "range"]
)


@st.composite
def requests(draw: st.DrawFn) -> HttpRequest:
    segments = draw(st.lists(_anything.map(quote) | st.sampled_from(["..", ".", "", "a:b", "a@b", "$x"]), max_size=4))
    pairs = draw(st.lists(st.tuples(_anything.map(quote), _anything.map(quote)), max_size=3))
    query = "&".join(draw(st.sampled_from([f"{key}={value}", f"{key}"])) for key, value in pairs if key)
    target = "/" + "/".join(segments)
    return HttpRequest(
        method=draw(st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])),
        scheme=draw(st.sampled_from(["http", "https"])),
        host=draw(st.sampled_from(["appconfig.eu-west-1.amazonaws.com", "127.0.0.1:5000", "[::1]:8080"])),
        target=f"{target}?{query}" if query else target,
        headers=draw(st.dictionaries(_header_names, _word, max_size=4)),
        body=draw(st.binary(max_size=30)),
    )


@settings(deadline=None, max_examples=300)
@given(
    requests(),
    st.builds(
        Credentials,
        st.text("AKIA0123", min_size=1),
        st.text(min_size=1, max_size=100),
        st.just("") | st.text("abc/+=", min_size=1),
    ),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.booleans(),
)
def test_a_signature_is_the_one_that_botocore_makes(
    request: HttpRequest, credentials: Credentials, now: datetime, unsigned_payload: bool
) -> None:
    theirs = AWSRequest(method=request.method, url=request.url, headers=request.headers, data=request.body)
    if unsigned_payload:
        theirs.context["payload_signing_enabled"] = False
    signer = botocore.auth.SigV4Auth(
        TheirCredentials(credentials.access_key, credentials.secret_key, credentials.token or None),
        "appconfig",
        "eu-west-1",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.auth, "get_current_datetime", lambda: now)
        signer.add_auth(theirs)
    ours = sign(
        request, credentials, region="eu-west-1", signing_name="appconfig", now=now, unsigned_payload=unsigned_payload
    )
    expected = {name.lower(): value for name, value in theirs.headers.items()}
    for name in ("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"):
        assert ours.headers.get(name) == expected.get(name)
    assert (ours.method, ours.url, ours.body) == (request.method, request.url, request.body)


CREDENTIALS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")


def test_the_signature_of_the_published_example_is_right() -> None:
    """The request for ListUsers that the reference of Signature Version 4 walks through."""
    request = HttpRequest(
        method="GET",
        scheme="https",
        host="iam.amazonaws.com",
        target="/?Action=ListUsers&Version=2010-05-08",
        headers={"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
    )
    now = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
    signed = sign(request, CREDENTIALS, region="us-east-1", signing_name="iam", now=now)
    assert signed.headers["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date, "
        "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    )


def test_signing_again_replaces_the_earlier_signature_and_leaves_the_request_alone() -> None:
    request = HttpRequest(method="GET", headers={"accept": "*/*"})
    now = datetime(2024, 1, 1, tzinfo=UTC)
    once = sign(request, CREDENTIALS, region="r", signing_name="s", now=now)
    twice = sign(once, CREDENTIALS, region="r", signing_name="s", now=now)
    assert twice == once
    assert request.headers == {"accept": "*/*"}


def test_the_day_of_the_key_is_that_of_utc() -> None:
    assert stamp(datetime(2024, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))) == "20231231T223000Z"


@pytest.mark.parametrize(
    "change", [{"method": "PUT"}, {"target": "/b"}, {"host": "other"}, {"body": b"x"}, {"headers": {"a": "1"}}]
)
def test_whatever_is_changed_changes_the_signature(change: dict[str, object]) -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    base: dict[str, object] = {"method": "GET", "target": "/a", "host": "h", "body": b"", "headers": {}}
    signatures = {
        sign(HttpRequest(**parts), CREDENTIALS, region="r", signing_name="s", now=now).headers["authorization"]  # type: ignore[arg-type]  # the parts of a request, by name
        for parts in (base, base | change)
    }
    assert len(signatures) == 2


def test_credentials_are_never_shown() -> None:
    credentials = Credentials("AKIDEXAMPLE", "very-secret", "session-secret")
    for shown in (repr(credentials), str(credentials), f"{credentials}", repr(credentials.__rich_repr__())):
        assert "secret" not in shown.replace("secret_key", "")
