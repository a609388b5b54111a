"""Wrong backends are caught, each by a case that names its fault, and the right one is not."""

from __future__ import annotations

import pytest

from asdoc.conformance import verify
from asdoc.conformance.verify import KINDS
from tests.mutants.__main__ import SURVIVORS, run
from tests.mutants.catalog import all_mutants, right

SHARE = 10
"""One of so many is tried here; `make mutants` tries all."""


@pytest.mark.parametrize("name", [name for name in list(all_mutants())[::SHARE] if name not in SURVIVORS])
def test_a_wrong_backend_is_caught_by_a_case_that_names_its_fault(name: str) -> None:
    outcome = run(name)
    assert outcome.named is not None, f"{outcome.failed} cases fail, none names the fault"


def test_the_backend_that_the_mutants_are_made_from_passes_everything() -> None:
    report = verify(right(), service="appconfig", kinds=KINDS)
    assert [case.id for case in report.cases if case.verdict != "pass"] == []


def test_survivors_are_known_by_name_and_each_has_its_reason() -> None:
    assert set(SURVIVORS) <= set(all_mutants())
    assert all(len(reason) > 20 for reason in SURVIVORS.values())


def test_there_are_enough_mutants_and_no_two_share_a_name() -> None:
    assert len(all_mutants()) >= 120
