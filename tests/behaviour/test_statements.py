"""Every statement of a page that has a case holds of the reference backend; the name of its test has page and line."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from asdoc.codegen.spec import files
from asdoc.conformance import verify
from asdoc.conformance.events import CaseFinished

SPECS = Path(__file__).resolve().parents[2] / "specs"
SERVICES = ("appconfig", "appconfigdata", "proton")


def statements(service: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = files.load(SPECS / service / "statements.yaml")["statements"]
    return found


def places(statement: dict[str, Any]) -> str:
    """The pages and lines of a statement, without the folders."""
    sources = [statement["source"]] if isinstance(statement["source"], str) else statement["source"]
    return " ".join(source.partition("#")[0].rpartition("/")[2] for source in sources)


@cache
def results(service: str) -> dict[str, CaseFinished]:
    """What came of each statement's case, by the statement's id."""
    report = verify("reference", service=service, kinds=("statement",))
    return {case.id.partition(".statement.")[2]: case for case in report.cases}


@pytest.mark.parametrize(
    ("service", "name"),
    [
        pytest.param(service, statement["id"], id=f"{service} {statement['id']} [{places(statement)}]")
        for service in SERVICES
        for statement in statements(service)
        if "case" in statement
    ],
)
def test_a_statement_holds(service: str, name: str) -> None:
    result = results(service)[name]
    wrong = [check for check in result.checks if check.outcome != "pass"]
    assert (result.verdict, result.reason, wrong) == ("pass", "", [])
