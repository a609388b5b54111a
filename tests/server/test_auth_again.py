"""A client whose signature was right before is looked at as closely the next time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from asdoc.runtime.http import HttpRequest
from tests.server.test_auth import Signed, changed, through_wsgi


class Moved:
    """A clock to verify by."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def with_header(request: HttpRequest, **headers: str) -> HttpRequest:
    return changed(request, headers={**request.headers, **{n.replace("_", "-"): text for n, text in headers.items()}})


def without(request: HttpRequest, name: str) -> HttpRequest:
    return changed(request, headers={each: text for each, text in request.headers.items() if each != name})


def authorization(request: HttpRequest, old: str, new: str) -> HttpRequest:
    text = request.headers["authorization"]
    assert old in text
    return with_header(request, authorization=text.replace(old, new))


TAMPERED: dict[str, Callable[[HttpRequest], HttpRequest]] = {
    "another path": lambda request: changed(request, target="/deploymentstrategies/none"),
    "a query": lambda request: changed(request, target=f"{request.target}?x=1"),
    "another method": lambda request: changed(request, method="PATCH"),
    "a body": lambda request: changed(request, body=b"{}"),
    "another host": lambda request: changed(request, host="elsewhere.test"),
    "another time": lambda request: with_header(request, x_amz_date=request.headers["x-amz-date"][:-3] + "61Z"),
    "no time": lambda request: without(request, "x-amz-date"),
    "another key": lambda request: authorization(request, "AKIDONE", "AKIDTWO"),
    "another region": lambda request: authorization(request, "us-east-1", "eu-west-1"),
    "fewer headers": lambda request: authorization(request, "host;", ""),
    "another signature": lambda request: authorization(request, "Signature=", "Signature=0"),
    "no signature": lambda request: with_header(
        request, authorization=request.headers["authorization"].partition("Signature=")[0] + "Signature="
    ),
    "letters that are none": lambda request: authorization(request, "Signature=", "Signature=\u00e9"),
    "a session's token": lambda request: with_header(request, x_amz_security_token="token"),
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_what_was_changed_on_the_way_is_refused(tamper: Callable[[HttpRequest], HttpRequest]) -> None:
    signed = Signed()
    request = signed.sign("GET", "/deploymentstrategies/AppConfig.AllAtOnce")
    for _ in range(3):
        assert signed.backend.handle(request).status == 200
        assert through_wsgi(signed.backend, request) == "200 OK"
    assert signed.backend.handle(tamper(request)).status in (400, 403)
    assert through_wsgi(signed.backend, tamper(request))[:3] in ("400", "403")
    assert through_wsgi(signed.backend, request) == "200 OK"


def test_a_signature_that_was_right_expires() -> None:
    clock = Moved()
    signed = Signed(now=clock)
    request = signed.sign("GET", "/deploymentstrategies/AppConfig.AllAtOnce")
    assert through_wsgi(signed.backend, request) == "200 OK"
    for minutes in (16, -16):
        clock.now += timedelta(minutes=minutes)
        assert (signed.backend.handle(request).status == 200) is (minutes < 0)
    clock.now -= timedelta(minutes=16)
    assert through_wsgi(signed.backend, request)[:3] == "403"


def test_each_key_keeps_to_its_account() -> None:
    signed = Signed()
    made = signed.send("POST", "/applications", b'{"Name": "n"}', headers={"Content-Type": "application/json"})
    path = "/applications/" + made.body.decode().split('"Id":"')[1].split('"')[0]
    for _ in range(2):
        assert through_wsgi(signed.backend, signed.sign("GET", path)) == "200 OK"
        assert through_wsgi(signed.backend, signed.sign("GET", path, key="AKIDTWO")) == "404 Not Found"
        assert through_wsgi(signed.backend, signed.sign("GET", path, region="eu-west-1")) == "404 Not Found"
