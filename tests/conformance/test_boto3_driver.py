"""boto3 as the caller: what it sends is what is judged, and what it cannot read is told."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from asdoc.appconfig.backend import Backend
from asdoc.conformance import Settings, verify
from asdoc.conformance.cases.load import load_suite
from asdoc.conformance.cases.model import Case
from asdoc.conformance.selection import Selection
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.server.clock import ManualClock
from tests.conformance.library import Library, make_suite

BOTO3 = Settings(driver="boto3")


@pytest.mark.parametrize(
    "selection",
    [
        Selection(kinds=("example",)),
        Selection(kinds=("statement",), shard=(1, 3)),
        Selection(kinds=("error", "constraint", "pagination", "idempotency", "ordering", "timestamp"), shard=(3, 10)),
    ],
    ids=["examples", "statements", "derived"],
)
def test_every_case_has_the_verdict_that_it_has_with_our_own_client(selection: Selection) -> None:
    ours = verify("reference", service="appconfig", selection=selection)
    theirs = verify("reference", service="appconfig", selection=selection, settings=BOTO3)
    assert {case.id: case.verdict for case in theirs.cases} == {case.id: case.verdict for case in ours.cases}
    assert theirs.totals["pass"] == len(ours.cases)


def test_what_boto3_would_refuse_to_send_is_sent_all_the_same() -> None:
    """A call that is wrong on purpose is none of boto3's: it goes out as it stands, signed."""
    suite, seen = load_suite("appconfig"), list[HttpRequest]()
    backend = Backend(clock=ManualClock())
    wrong = [case for case in suite.file.cases if case.operation == "CreateApplication" and _malformed(case)]
    assert wrong

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return backend.handle(request)

    selection = Selection(kinds=tuple({case.kind for case in wrong}), operations=("CreateApplication",))
    report = verify(handle, service="appconfig", selection=selection, settings=BOTO3)
    assert {case.id for case in wrong} <= {case.id for case in report.cases}
    assert report.totals["pass"] == len(report.cases)
    ours = [request for request in seen if "user-agent" not in request.headers and request.method == "POST"]
    assert ours
    assert all("Credential=123456789012/" in request.headers["authorization"] for request in ours)


def _malformed(case: Case) -> bool:
    return any(step.malformed for script in case.scripts for step in script.steps)


def test_what_arrives_is_boto3s_own_request() -> None:
    backend, seen = Backend(clock=ManualClock()), []

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return backend.handle(request)

    verify(handle, service="appconfig", pattern="CreateApplication", settings=BOTO3)
    (created,) = [request for request in seen if (request.method, request.target) == ("POST", "/applications")]
    assert created.headers["user-agent"].startswith("Boto3/")
    assert "Credential=123456789012/" in created.headers["authorization"]
    assert json.loads(created.body)["Name"]


def answering(body: bytes) -> Any:
    backend = Backend(clock=ManualClock())

    def handle(request: HttpRequest) -> HttpResponse:
        response = backend.handle(request)
        if request.method == "GET" and request.target.startswith("/applications/") and response.status == 200:
            return msgspec.structs.replace(response, body=body)
        return response

    return handle


def test_an_answer_that_boto3_cannot_read_is_a_failure() -> None:
    report = verify(
        answering(b'{"StartedAt": "yesterday"}'), service="appconfig", pattern="GetDeployment.", settings=BOTO3
    )
    (case,) = report.cases
    assert case.verdict == "fail"
    assert any("boto3 cannot read the answer" in str(check.found) for check in case.checks)


def test_what_boto3_reads_past_is_judged_all_the_same() -> None:
    """boto3 takes a number for a text without a word; the raw answer tells."""
    report = verify(answering(b'{"Id": 7, "Name": 8}'), service="appconfig", pattern="GetApplication", settings=BOTO3)
    (case,) = report.cases
    assert case.verdict == "fail"
    assert any(check.id.startswith("types") and check.outcome == "fail" for check in case.checks)


def test_a_service_that_boto3_does_not_know_is_told() -> None:
    with pytest.raises(AsdocError, match="client of library") as caught:
        verify(Library().handle, service="library", suite=make_suite(), settings=BOTO3)
    assert "--driver asdoc" in caught.value.hint


def test_a_driver_that_there_is_none_of_is_refused() -> None:
    with pytest.raises(AsdocError, match="neither asdoc nor boto3"):
        verify("reference", service="appconfig", settings=Settings(driver="curl"))
