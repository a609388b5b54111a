"""Signatures: botocore signs, we verify; the errors are those of "Troubleshoot signed requests for AWS APIs"."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asdoc.appconfig.backend import Backend
from asdoc.proton.backend import Backend as Proton
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.server.access_keys import Key, read_keys
from asdoc.runtime.server.auth import Verifier
from asdoc.runtime.server.wsgi import wsgi_application
from tests.server.test_wsgi import environ

KEYS = {
    "AKIDONE": Key("AKIDONE", "secret/one+", "111122223333"),
    "AKIDTWO": Key("AKIDTWO", "secret-two", "444455556666"),
}
HOST = "appconfig.test:4570"


class Signed:
    """Sends what botocore has signed, and may change it on the way."""

    def __init__(self, backend: Any = None, **verifier: Any) -> None:
        self.backend = backend or Backend()
        self.backend.verifier = Verifier(KEYS, **verifier)

    def sign(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        *,
        key: str = "AKIDONE",
        secret: str = "",
        region: str = "us-east-1",
        service: str = "appconfig",
        headers: Mapping[str, str] | None = None,
        presigned: int = 0,
        token: str | None = None,
    ) -> HttpRequest:
        asked = botocore.awsrequest.AWSRequest(
            method=method, url=f"http://{HOST}{target}", data=body, headers={"Host": HOST, **(headers or {})}
        )
        known = secret or (KEYS[key].secret if key in KEYS else "unknown")
        credentials = botocore.credentials.Credentials(key, known, token)
        if presigned:
            botocore.auth.SigV4QueryAuth(credentials, service, region, expires=presigned).add_auth(asked)
        else:
            botocore.auth.SigV4Auth(credentials, service, region).add_auth(asked)
        url = urlsplit(str(asked.url))
        sent = {name.lower(): text for name, text in asked.headers.items() if name != "Host"}
        whole = url.path + (f"?{url.query}" if url.query else "")
        return HttpRequest(method=method, host=HOST, target=whole, headers=sent, body=body)

    def send(self, *arguments: Any, **more: Any) -> HttpResponse:
        response: HttpResponse = self.backend.handle(self.sign(*arguments, **more))
        return response


def refused(response: HttpResponse, status: int, code: str) -> str:
    assert (response.status, response.headers.get("x-amzn-errortype")) == (status, code), response
    message: str = json.loads(response.body)["message"]
    for key in KEYS.values():
        assert key.secret not in message
    return message


def changed(request: HttpRequest, **parts: Any) -> HttpRequest:
    whole = {name: getattr(request, name) for name in ("method", "scheme", "host", "target", "headers", "body")}
    return HttpRequest(**{**whole, **parts})


@pytest.fixture
def signed() -> Signed:
    return Signed()


def test_what_botocore_signs_is_answered(signed: Signed) -> None:
    made = signed.send("POST", "/applications", b'{"Name": "n"}', headers={"Content-Type": "application/json"})
    assert made.status == 201
    identifier = json.loads(made.body)["Id"]
    assert signed.send("GET", f"/applications/{identifier}").status == 200
    assert signed.send("GET", "/applications?max_results=1").status == 200
    assert signed.send("GET", "/applications", presigned=60).status == 200


texts = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FFF, exclude_categories=["Cs"]), min_size=1)


@given(texts.filter(lambda text: text not in (".", "..")), st.dictionaries(texts, texts, max_size=4), st.binary())
def test_whatever_botocore_signs_holds_on_the_wire(label: str, values: dict[str, str], body: bytes) -> None:
    signed = Signed()
    query = "&".join(f"{quote(name, safe='-_.~')}={quote(text, safe='-_.~')}" for name, text in values.items())
    target = f"/applications/{quote(label, safe='-_.~')}" + (f"?{query}" if query else "")
    request = signed.sign("DELETE", target, body)
    assert signed.backend.handle(request).status == 404, "found no such application, so the signature was taken"
    assert through_wsgi(signed.backend, request) == "404 Not Found"


def through_wsgi(backend: Any, request: HttpRequest) -> str:
    path, _, query = request.target.partition("?")
    named = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in request.headers.items()}
    given_environ = environ(
        request.method, unquote_to_bytes(path).decode("latin-1"), request.body, query, HTTP_HOST=request.host, **named
    )
    started: list[Any] = []
    wsgi_application(backend)(given_environ, lambda *told: started.extend(told))
    status: str = started[0]
    return status


def test_a_path_that_its_client_encodes_less_than_botocore_holds_too() -> None:
    signed = Signed()
    arn = "arn:aws:appconfig:us-east-1:111122223333:application/abcd123"
    request = signed.sign("GET", f"/tags/{arn}")
    assert through_wsgi(signed.backend, request) == "404 Not Found"
    request = signed.sign("GET", f"/tags/{quote(arn, safe='')}")
    assert through_wsgi(signed.backend, request) == "404 Not Found"


def test_an_unsigned_request_is_refused(signed: Signed) -> None:
    response = signed.backend.handle(HttpRequest(method="GET", host=HOST, target="/applications"))
    refused(response, 403, "MissingAuthenticationTokenException")


def test_a_wrong_secret_is_refused(signed: Signed) -> None:
    message = refused(signed.send("GET", "/applications", secret="other"), 403, "InvalidSignatureException")
    assert message.startswith("The request signature we calculated does not match")
    refused(signed.send("GET", "/applications", secret="other", presigned=9), 403, "InvalidSignatureException")


def test_an_unknown_key_is_refused(signed: Signed) -> None:
    refused(signed.send("GET", "/applications", key="AKIDNONE"), 403, "UnrecognizedClientException")


def test_the_token_of_a_session_belongs_to_no_key(signed: Signed) -> None:
    refused(signed.send("GET", "/applications", token="made-up"), 403, "UnrecognizedClientException")
    refused(signed.send("GET", "/applications", token="made-up", presigned=9), 403, "UnrecognizedClientException")


@pytest.mark.parametrize(
    ("minutes", "message"),
    [(14.9, ""), (15.1, "Signature expired: "), (-14.9, ""), (-15.1, "Signature not yet current: ")],
)
def test_a_signature_is_good_for_a_quarter_of_an_hour(minutes: float, message: str) -> None:
    signed = Signed(now=lambda: datetime.now(UTC) + timedelta(minutes=minutes))
    response = signed.send("GET", "/applications")
    if message:
        assert refused(response, 403, "InvalidSignatureException").startswith(message)
    else:
        assert response.status == 200


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (61, 403), (-14, 200), (-16, 403)])
def test_a_presigned_address_is_good_for_as_long_as_it_says(minutes: float, status: int) -> None:
    signed = Signed(now=lambda: datetime.now(UTC) + timedelta(minutes=minutes))
    response = signed.send("GET", "/applications", presigned=3600)
    assert response.status == status
    if status == 403:
        refused(response, 403, "InvalidSignatureException")


def test_a_signature_for_another_service_or_region_is_refused() -> None:
    signed = Signed(regions=["us-east-1"])
    message = refused(signed.send("GET", "/applications", service="s3"), 403, "InvalidSignatureException")
    assert message == "Credential should be scoped to correct service: 'appconfig'."
    message = refused(signed.send("GET", "/applications", region="eu-west-1"), 403, "InvalidSignatureException")
    assert message == "Credential should be scoped to a valid region, not 'eu-west-1'."
    refused(Signed().send("GET", "/applications", region="nowhere"), 403, "InvalidSignatureException")


def test_the_dates_of_scope_and_header_must_agree(signed: Signed) -> None:
    request = signed.sign("GET", "/applications")
    today = request.headers["x-amz-date"][:8]
    wrong = request.headers["authorization"].replace(f"/{today}/", "/20200101/")
    response = signed.backend.handle(changed(request, headers={**request.headers, "authorization": wrong}))
    assert refused(response, 403, "InvalidSignatureException").startswith("Date in Credential scope does not match")


def test_what_is_changed_on_the_way_is_refused(signed: Signed) -> None:
    request = signed.sign("POST", "/applications?a=1", b'{"Name": "n"}', headers={"X-Amz-Meta": "a"})
    assert signed.backend.handle(request).status == 201
    for parts in (
        {"body": b'{"Name": "m"}'},
        {"body": b""},
        {"target": "/applications?a=2"},
        {"target": "/applications"},
        {"host": "elsewhere.test"},
        {"headers": {**request.headers, "host": "elsewhere.test"}},
        {"headers": {**request.headers, "x-amz-meta": "b"}},
        {"headers": {**request.headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}, "body": b'{"Name": "m"}'},
    ):
        refused(signed.backend.handle(changed(request, **parts)), 403, "InvalidSignatureException")
    without = {name: text for name, text in request.headers.items() if name != "x-amz-meta"}
    refused(signed.backend.handle(changed(request, headers=without)), 403, "IncompleteSignatureException")
    other = changed(signed.sign("GET", "/applications"), method="POST")
    refused(signed.backend.handle(other), 403, "InvalidSignatureException")
    presigned = signed.sign("GET", "/applications?max_results=1", presigned=60)
    more = changed(presigned, target=presigned.target.replace("max_results=1", "max_results=2"))
    refused(signed.backend.handle(more), 403, "InvalidSignatureException")
    longer = changed(presigned, target=presigned.target.replace("X-Amz-Expires=60", "X-Amz-Expires=600"))
    refused(signed.backend.handle(longer), 403, "InvalidSignatureException")


def test_a_body_signed_chunk_by_chunk_is_refused_clearly(signed: Signed) -> None:
    headers = {"X-Amz-Content-SHA256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}
    message = refused(signed.send("POST", "/applications", b"x", headers=headers), 501, "NotImplemented")
    assert "chunk by chunk" in message


GOOD = "Credential=AKIDONE/{day}/us-east-1/appconfig/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + "0" * 64


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic dXNlcjpwYXNz",
        "AWS4-HMAC-SHA256",
        "AWS4-ECDSA-P256-SHA256 " + GOOD,
        "AWS4-HMAC-SHA256 " + GOOD.replace("Credential", "Credentials"),
        "AWS4-HMAC-SHA256 " + GOOD.replace("Signature", "Sig"),
        "AWS4-HMAC-SHA256 " + GOOD.replace("SignedHeaders=host;x-amz-date", "SignedHeaders="),
        "AWS4-HMAC-SHA256 " + GOOD.replace("host;x-amz-date", "x-amz-date"),
        "AWS4-HMAC-SHA256 " + GOOD.replace("host;x-amz-date", "host"),
        "AWS4-HMAC-SHA256 " + GOOD.replace("host;x-amz-date", "x-amz-date;host"),
        "AWS4-HMAC-SHA256 " + GOOD.replace("host;x-amz-date", "host;host;x-amz-date"),
        "AWS4-HMAC-SHA256 " + GOOD.replace("host;", ";".join(sorted(f"h{n:03}" for n in range(100))) + ";host;"),
        "AWS4-HMAC-SHA256 " + GOOD.replace("/aws4_request", "/aws4"),
        "AWS4-HMAC-SHA256 " + GOOD.replace("/us-east-1", ""),
        "AWS4-HMAC-SHA256 " + GOOD.replace("0" * 64, "\xff"),
    ],
)  # fmt: skip
def test_an_incomplete_signature_says_what_it_lacks(signed: Signed, authorization: str) -> None:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = {"authorization": authorization.replace("{day}", now[:8]), "x-amz-date": now}
    response = signed.backend.handle(HttpRequest(method="GET", host=HOST, target="/applications", headers=headers))
    assert refused(response, 403, "IncompleteSignatureException")


@pytest.mark.parametrize("stamp", ["", "20200101", "99999999T999999Z", "20261399T000000Z", "Sat, 21 Nov 2026"])
def test_a_time_that_is_none_is_refused(signed: Signed, stamp: str) -> None:
    authorization = "AWS4-HMAC-SHA256 " + GOOD.replace("{day}", stamp[:8] or "20260101")
    headers = {"authorization": authorization, "x-amz-date": stamp}
    response = signed.backend.handle(HttpRequest(method="GET", host=HOST, target="/applications", headers=headers))
    assert refused(response, 403, "IncompleteSignatureException")


@pytest.mark.parametrize(
    "change",
    [("X-Amz-Expires=60", "X-Amz-Expires=0"), ("X-Amz-Expires=60", "X-Amz-Expires=604801"),
     ("X-Amz-Expires=60", "X-Amz-Expires=x"), ("X-Amz-Date=", "X-Amz-Day="),
     ("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=date")],
)  # fmt: skip
def test_a_presigned_address_lacks_nothing(signed: Signed, change: tuple[str, str]) -> None:
    request = signed.sign("GET", "/applications", presigned=60)
    assert change[0] in request.target
    response = signed.backend.handle(changed(request, target=request.target.replace(*change)))
    refused(response, 403, "IncompleteSignatureException")


def test_services_of_the_json_protocol_answer_with_400() -> None:
    signed = Signed(Proton())
    headers = {
        "X-Amz-Target": "AwsProton20200720.ListEnvironmentTemplates",
        "Content-Type": "application/x-amz-json-1.0",
    }
    right = signed.send("POST", "/", b"{}", service="proton", headers=headers)
    assert right.status in (200, 501)
    wrong = signed.send("POST", "/", b"{}", service="proton", headers=headers, secret="other")
    assert (wrong.status, json.loads(wrong.body)["__type"]) == (400, "InvalidSignatureException")


def test_the_key_tells_the_account_and_the_scope_the_region(signed: Signed) -> None:
    made = json.loads(signed.send("POST", "/applications", b'{"Name": "n"}').body)["Id"]
    assert signed.send("GET", f"/applications/{made}").status == 200
    assert signed.send("GET", f"/applications/{made}", region="eu-west-1").status == 404
    assert signed.send("GET", f"/applications/{made}", key="AKIDTWO").status == 404
    arn = quote(f"arn:aws:appconfig:us-east-1:111122223333:application/{made}", safe="")
    assert signed.send("GET", f"/tags/{arn}").status == 200


def test_keys_are_read_from_texts_and_files(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text("# ours\n\nAKID3:s3/+=\n 111122223333:s4 \n")
    keys = read_keys(["AKID1:s1", "AKID2:s2:444455556666", f"@{path}"])
    assert {name: (key.secret, key.account) for name, key in keys.items()} == {
        "AKID1": ("s1", "123456789012"),
        "AKID2": ("s2", "444455556666"),
        "AKID3": ("s3/+=", "123456789012"),
        "111122223333": ("s4", "111122223333"),
    }


@pytest.mark.parametrize(
    "text", ["hush", ":hush", "AKID:", "AKID:hush:12", "AKID:hush:444455556666:x", "A KID:hush", "AKID:hush,AKID:hush"]
)
def test_a_key_that_is_none_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(AsdocError) as refusal:
        read_keys([text])
    assert "hush" not in str(refusal.value)
    with pytest.raises(AsdocError, match="a second time"):
        read_keys(["AKID:hush", "AKID:other"])
    with pytest.raises(AsdocError, match="no-such-file"):
        read_keys(["@no-such-file"])


def test_a_file_without_a_key_does_not_leave_signatures_unverified(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text("# none yet\n\n")
    with pytest.raises(AsdocError, match="it holds none"):
        read_keys([f"@{path}"])


def test_a_secret_stands_in_no_repr() -> None:
    assert "secret/one+" not in repr(KEYS) + repr(Verifier(KEYS)) + str(vars(Verifier(KEYS)))
