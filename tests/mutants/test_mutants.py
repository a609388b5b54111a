"""Every wrong backend is caught, by a case and a check that name its fault, and the right one is not."""

from __future__ import annotations

import pytest

from asdoc.behaviour.appconfig import AppConfig
from asdoc.conformance import verify
from asdoc.runtime.schema import load_service
from asdoc.runtime.server.backend import ServiceBackend
from asdoc.runtime.server.clock import ManualClock
from tests.mutants.catalog import MUTANTS, Mutant

KINDS = ("example", "statement")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_wrong_backend_is_caught_by_a_case_that_names_its_fault(mutant: Mutant) -> None:
    report = verify(mutant.make(), service="appconfig", kinds=KINDS)
    failed = {(case.id, check.id) for case in report.cases for check in case.checks if check.outcome == "fail"}
    assert mutant.caught_by in failed, sorted(failed)


def test_the_backend_that_the_mutants_are_made_from_passes_everything() -> None:
    right = ServiceBackend(load_service("asdoc.appconfig"), AppConfig(), clock=ManualClock())
    report = verify(right, service="appconfig", kinds=KINDS)
    assert [case.id for case in report.cases if case.verdict != "pass"] == []
