"""AppConfig Data is tried with worlds that calls of AppConfig make, on a target that answers for both."""

from __future__ import annotations

import pytest

from asdoc.behaviour.appconfig import AppConfig
from asdoc.behaviour.appconfigdata import AppConfigData
from asdoc.conformance import verify
from asdoc.conformance.cases.lending import apart, lender_of
from asdoc.conformance.cases.load import load_suite
from asdoc.conformance.plan.planner import Planner
from asdoc.conformance.verify import KINDS, Settings
from asdoc.runtime.schema import load_service
from asdoc.runtime.server.backend import ServiceBackend
from asdoc.runtime.server.clock import ManualClock
from asdoc.runtime.server.composite import CompositeBackend
from asdoc.runtime.server.store import MemoryStore


def both(data: type[AppConfigData] = AppConfigData) -> CompositeBackend:
    clock, store = ManualClock(), MemoryStore()
    return CompositeBackend(
        [
            ServiceBackend(load_service("asdoc.appconfig"), AppConfig(), clock=clock, store=store),
            ServiceBackend(load_service("asdoc.appconfigdata"), data(), clock=clock, store=store),
        ]
    )


@pytest.mark.parametrize("target", ["reference", both()], ids=["reference", "composite"])
def test_every_case_of_appconfig_data_passes_where_both_services_are(target: object) -> None:
    report = verify(target, service="appconfigdata", kinds=KINDS)
    assert [(case.id, case.reason) for case in report.cases if case.verdict != "pass"] == []


def test_boto3_calls_each_service_by_a_client_of_its_own() -> None:
    report = verify(
        "reference", service="appconfigdata", kinds=("statement",), settings=Settings(driver="boto3"), pattern="token"
    )
    assert {case.verdict for case in report.cases} == {"pass"}


def test_no_case_of_the_lender_is_tried_and_its_shapes_are_not_those_of_the_borrower() -> None:
    suite = load_suite("appconfigdata")
    service = suite.service
    assert {case.operation for case in suite.file.cases} == {"GetLatestConfiguration", "StartConfigurationSession"}
    assert lender_of(service, service.operations["CreateApplication"]) == "appconfig"
    assert lender_of(service, service.operations["GetLatestConfiguration"]) == "appconfigdata"
    refused = service.operations["CreateApplication"].errors[0]
    assert refused in service.shapes
    assert refused.startswith("appconfig:")
    assert "Details" in service.shapes["BadRequestException"].members


def test_a_target_that_has_the_lender_elsewhere_is_told_what_is_missing() -> None:
    suite = apart(load_suite("appconfigdata"))
    assert set(suite.service.operations) == {"GetLatestConfiguration", "StartConfigurationSession"}
    case = next(case for case in suite.file.cases if case.id.endswith("statement.token.once"))
    missing = [what for world in Planner(suite).worlds(case) for what in world.missing]
    assert missing
