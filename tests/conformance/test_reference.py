"""The documented examples of AppConfig against its reference backend, and against wrong ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from asdoc.appconfig.backend import Backend
from asdoc.conformance import Report, verify
from asdoc.conformance.cases.load import load_suite
from asdoc.conformance.plan.planner import Planner
from asdoc.conformance.plan.world import CallStep
from asdoc.conformance.selection import KINDS as ALL_KINDS
from asdoc.runtime.http import Handler, HttpRequest, HttpResponse
from asdoc.runtime.server.clock import ManualClock

KINDS = ("example", "statement")


@pytest.fixture(scope="module")
def report() -> Report:
    return verify("reference", service="appconfig", kinds=ALL_KINDS)


def test_every_documented_example_passes(report: Report) -> None:
    examples = [case for case in report.cases if case.kind == "example"]
    assert [(case.id, case.reason, case.checks) for case in examples if case.verdict != "pass"] == []
    assert len(examples) == 33


def test_every_statement_passes(report: Report) -> None:
    statements = [case for case in report.cases if case.kind == "statement"]
    assert [(case.id, case.reason, case.checks) for case in statements if case.verdict != "pass"] == []
    assert statements


def test_every_case_has_its_page_and_some_checks(report: Report) -> None:
    for case in report.cases:
        assert case.source, case.id
        assert any(check.id.startswith(("status", "error-code", "pages-")) for check in case.checks), case.id


def test_the_printed_reading_is_the_one_that_the_reference_keeps(report: Report) -> None:
    kept = {case.operation: case.reading for case in report.cases if case.reading and case.kind == "example"}
    assert set(kept) == {
        "CreateHostedConfigurationVersion",
        "GetDeployment",
        "StartDeployment",
        "StopDeployment",
        "UpdateApplication",
    }
    assert all(reading.startswith("as printed") for reading in kept.values())
    told = {case.reading for case in report.cases if case.reading and case.kind == "statement"}
    assert told == {
        "as the example of GetDeployment shows",
        "as the example of StartDeployment shows",
        "it is looked at before a deployment begins",
        "that of its start",
        "as the example of UpdateApplication shows",
    }


def test_the_whole_timeline_of_the_documented_deployment_is_judged(report: Report) -> None:
    (case,) = [case for case in report.cases if case.id == "appconfig.example.GetDeployment.1"]
    checks = {check.id for check in case.checks}
    assert {f"value:/EventLog/{index}/EventType" for index in range(7)} <= checks
    assert {f"time:/EventLog/{index}/OccurredAt" for index in range(6)} <= checks
    assert {"time:/CompletedAt", "order:/EventLog", "value:/State"} <= checks


def test_nothing_but_documented_calls_prepares_a_documented_call() -> None:
    suite = load_suite("appconfig")
    planner = Planner(suite)
    examples = {case.id for case in suite.file.cases if case.kind == "example"}
    for case in suite.file.cases:
        for world in planner.worlds(case):
            assert world.missing == (), case.id
            assert case.scripts or all(step.case.id in examples for step in world.steps if isinstance(step, CallStep))


def test_no_documented_id_is_ever_sent() -> None:
    """The ids on the pages are of the account that they were written in."""
    sent: list[str] = []
    backend = Backend(clock=ManualClock())

    def handle(request: HttpRequest) -> HttpResponse:
        sent.append(request.target + request.body.decode(errors="replace"))
        return backend.handle(request)

    assert verify(handle, service="appconfig", kinds=ALL_KINDS).exit_code == 0
    for documented in ("339ohji", "54j1r29", "ur8hx2f", "1225qzk", "rwalwu7", "abc1234", "111122223333"):
        assert not any(documented in each for each in sent), documented


Change = Callable[[dict[str, Any]], None]


def changing(change: Change, *suffixes: str) -> Handler:
    """The reference, with every answer of some paths changed."""
    backend = Backend(clock=ManualClock())

    def handle(request: HttpRequest, /) -> HttpResponse:
        response = backend.handle(request)
        if not response.body or not any(part in request.target for part in suffixes) or request.target.startswith("/_"):
            return response
        body = json.loads(response.body)
        for each in [body, *body.get("Items", [])]:
            change(each)
        return HttpResponse(status=response.status, headers=response.headers, body=json.dumps(body).encode())

    return handle


def oldest_first(body: dict[str, Any]) -> None:
    body.get("EventLog", []).reverse()


def complete(body: dict[str, Any]) -> None:
    if body.get("State") == "DEPLOYING":
        body["State"] = "COMPLETE"


def without_bake(body: dict[str, Any]) -> None:
    log = body.get("EventLog", [])
    log[:] = [event for event in log if event["EventType"] != "BAKE_TIME_STARTED"]


def all_as_200() -> Handler:
    backend = Backend(clock=ManualClock())

    def handle(request: HttpRequest, /) -> HttpResponse:
        right = backend.handle(request)
        return HttpResponse(status=200 if right.status == 201 else right.status, headers=right.headers, body=right.body)

    return handle


def ignoring_allow_revert() -> Handler:
    backend = Backend(clock=ManualClock())

    def handle(request: HttpRequest, /) -> HttpResponse:
        kept = {name: value for name, value in request.headers.items() if name != "allow-revert"}
        return backend.handle(msgspec.structs.replace(request, headers=kept))

    return handle


def wrong_backends() -> Iterator[tuple[str, Handler, str, str]]:
    yield "event log oldest first", changing(oldest_first, "/deployments"), "example.GetDeployment.1", "order:/EventLog"
    yield "complete at once", changing(complete, "/deployments"), "example.StartDeployment.1", "value:/State"
    yield "bake skipped", changing(without_bake, "/deployments"), "example.GetDeployment.1", "value:/EventLog/1"
    yield "200 for 201", all_as_200(), "example.CreateApplication.1", "status"
    revert = "statement.deployment.stop.allow-revert-completed"
    yield "AllowRevert ignored", ignoring_allow_revert(), revert, "status"


WRONG = list(wrong_backends())


@pytest.mark.parametrize(("name", "handler", "case", "check"), WRONG, ids=[each[0] for each in WRONG])
def test_a_wrong_backend_is_caught_by_the_case_that_names_its_fault(
    name: str, handler: Handler, case: str, check: str
) -> None:
    report = verify(handler, service="appconfig", kinds=KINDS)
    (caught,) = [each for each in report.cases if each.id == f"appconfig.{case}"]
    assert caught.verdict == "fail", name
    assert any(each.outcome == "fail" and each.id.startswith(check) for each in caught.checks), caught.checks


def test_every_case_of_every_kind_passes_on_the_reference(report: Report) -> None:
    assert {case.id: (case.verdict, case.reason) for case in report.cases if case.verdict != "pass"} == {}
    assert {case.kind for case in report.cases} >= {"example", "statement", "error", "constraint", "pagination"}
    assert len(report.cases) > 450


def test_no_statement_leaves_anything_behind() -> None:
    """A statement that makes two of a kind says itself in which of them it makes what else."""

    def held(backend: Backend) -> list[int]:
        return [
            len(json.loads(backend.handle(HttpRequest(method="GET", target=f"/{lists}?max_results=50")).body)["Items"])
            for lists in ("applications", "deploymentstrategies", "extensions", "extensionassociations")
        ]

    backend = Backend(clock=ManualClock())
    fresh = held(backend)
    assert fresh[0] == 0 < fresh[1]
    assert verify(backend.handle, service="appconfig", kinds=("statement",)).exit_code == 0
    assert held(backend) == fresh
