"""Verdicts about other people's implementations, each checked by hand against their sources and the pages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.targets.catalog import HOME, TARGETS
from tests.targets.tables import BEGIN, END, README, Report, checked, findings, tables, verified

pytestmark = pytest.mark.slow

MOTO_HAS = {
    *("CreateApplication", "GetApplication", "UpdateApplication", "DeleteApplication"),
    *("CreateConfigurationProfile", "GetConfigurationProfile", "UpdateConfigurationProfile"),
    *("DeleteConfigurationProfile", "ListConfigurationProfiles"),
    *("CreateHostedConfigurationVersion", "GetHostedConfigurationVersion", "DeleteHostedConfigurationVersion"),
    *("TagResource", "UntagResource", "ListTagsForResource"),
}
"""The operations that moto's AppConfigResponse has a method for."""

MOTO_CRASHES = {"ListApplications", "ListHostedConfigurationVersions"}
"""Those that it has a route for, and no method."""


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    return verified(TARGETS)


def examples(report: Report) -> list[dict[str, Any]]:
    return [case for case in report["cases"] if case["kind"] == "example"]


def verdicts(report: Report) -> dict[str, str]:
    """Of the examples, by operation."""
    return {case["operation"]: case["verdict"] for case in examples(report)}


def failed(report: Report, operation: str) -> dict[str, tuple[object, object]]:
    """The failed checks of an operation's example: what is documented, and what was found."""
    (case,) = (case for case in examples(report) if case["operation"] == operation)
    checks = (check for check in case["checks"] if check["outcome"] == "fail")
    return {check["id"]: (check["documented"], check["found"]) for check in checks}


def test_the_reference_passes_all_33_over_a_socket(reports: dict[str, Report]) -> None:
    assert set(verdicts(reports["reference"]).values()) == {"pass"}
    assert len(verdicts(reports["reference"])) == 33


def test_what_moto_lacks_is_unsupported_and_what_it_has_is_judged(reports: dict[str, Report]) -> None:
    found = verdicts(reports["moto"])
    judged = {operation for operation, verdict in found.items() if verdict in ("pass", "fail")}
    assert judged == MOTO_HAS | MOTO_CRASHES
    assert {found[operation] for operation in set(found) - judged} == {"unsupported"}


def test_motos_500_is_a_failure_for_nothing_on_the_wire_tells_it_from_a_crash(reports: dict[str, Report]) -> None:
    assert {operation: failed(reports["moto"], operation)["status"] for operation in MOTO_CRASHES} == dict.fromkeys(
        MOTO_CRASHES, (200, "500 text/html")
    )


def test_what_moto_does_as_documented_passes(reports: dict[str, Report]) -> None:
    passed = {operation for operation, verdict in verdicts(reports["moto"]).items() if verdict == "pass"}
    assert passed >= {
        "GetApplication",
        "GetConfigurationProfile",
        "GetHostedConfigurationVersion",
        "ListTagsForResource",
    }


@pytest.mark.parametrize(
    ("operation", "documented"),
    [
        ("CreateApplication", 201),
        ("CreateConfigurationProfile", 201),
        ("CreateHostedConfigurationVersion", 201),
        ("DeleteApplication", 204),
        ("DeleteConfigurationProfile", 204),
        ("DeleteHostedConfigurationVersion", 204),
        ("TagResource", 204),
        ("UntagResource", 204),
    ],
)
def test_motos_200_is_a_failure_of_the_status(reports: dict[str, Report], operation: str, documented: int) -> None:
    assert failed(reports["moto"], operation)["status"] == (documented, 200)


def test_ministack_lacks_what_its_router_does_not_name(reports: dict[str, Report]) -> None:
    found = verdicts(reports["ministack"])
    lacking = {operation for operation, verdict in found.items() if verdict == "unsupported"}
    assert lacking == {"ValidateConfiguration", "GetConfiguration"}


def test_ministack_starts_at_no_percent_where_every_document_has_some(reports: dict[str, Report]) -> None:
    assert failed(reports["ministack"], "StartDeployment")["value:/PercentageComplete"] == (1.0, 0.0)


def test_ministack_says_hosted_for_a_parameter(reports: dict[str, Report]) -> None:
    documented = ("ssm-parameter://Example-Parameter", "hosted")
    assert failed(reports["ministack"], "StartDeployment")["value:/ConfigurationLocationUri"] == documented


def test_moto_inside_this_process_has_the_verdicts_of_its_server(reports: dict[str, Report], tmp_path: Path) -> None:
    (packages,) = (HOME / "moto" / "lib").glob("python*/site-packages")
    path = tmp_path / "report.json"
    # Behind our own packages, so that only what is missing here comes from there.
    script = f"import sys; sys.path.append({str(packages)!r}); from asdoc.cli.main import main; main()"
    command = [sys.executable, "-c", script, "verify", "moto", "--service", "appconfig", "-j", "2", "--json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert verdicts(json.loads(path.read_text())) == verdicts(reports["moto"])


@pytest.mark.parametrize("name", TARGETS)
def test_every_failure_was_held_to_its_page_by_hand(reports: dict[str, Report], name: str) -> None:
    assert findings(reports[name]) == checked(name)


def test_no_operation_that_a_target_lacks_passes_a_case_of_any_kind(reports: dict[str, Report]) -> None:
    lacking = {
        name: {operation for operation, verdict in verdicts(report).items() if verdict == "unsupported"}
        for name, report in reports.items()
    }
    for name, report in reports.items():
        passed = {case["operation"] for case in report["cases"] if case["verdict"] == "pass"}
        assert not passed & lacking[name]
    passed = {case["operation"] for case in reports["moto"]["cases"] if case["verdict"] == "pass"}
    assert passed <= MOTO_HAS


def test_the_readme_shows_what_the_tool_makes(reports: dict[str, Report]) -> None:
    """Of the targets that are installed for the tests: the others' columns stand beside these."""
    shown = README.read_text().partition(BEGIN)[2].partition(END)[0].splitlines()
    of_all = cells(shown)
    for name, counts in cells(tables(reports).splitlines()).items():
        assert of_all[name] == counts


def cells(lines: list[str]) -> dict[str, list[tuple[str, str]]]:
    """What each column of the tables holds, row by row, where it holds anything."""
    columns: dict[str, list[tuple[str, str]]] = {}
    titles: list[str] = []
    for line in lines:
        parts = [part.strip() for part in line.strip("|").split(" | ")]
        if not line:
            titles = []
        elif line.startswith(("| cases", "| failed check")):
            titles = parts
        elif line.startswith("| ") and titles:
            row = [*zip(titles, parts, strict=False)]
            name = " ".join(value for title, value in row if title in LABELS)
            for title, value in row:
                if title not in LABELS and value:
                    columns.setdefault(title, []).append((name, value))
    return columns


LABELS = ("cases", "failed check of", "", "documented", "found")
