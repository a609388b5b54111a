"""Verdicts about other people's implementations, each checked by hand against their sources and the pages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.targets.catalog import HOME, TARGETS
from tests.targets.tables import BEGIN, END, README, Report, table, verify

# One process starts all of them, once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("targets")]

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
    return {name: verify(name) for name in TARGETS}


def verdicts(report: Report) -> dict[str, str]:
    return {case["operation"]: case["verdict"] for case in report["cases"]}


def failed(report: Report, operation: str) -> dict[str, tuple[object, object]]:
    """The failed checks of an operation's example: what is documented, and what was found."""
    (case,) = (case for case in report["cases"] if case["operation"] == operation)
    checks = (check for check in case["checks"] if check["outcome"] == "fail")
    return {check["id"]: (check["documented"], check["found"]) for check in checks}


def test_the_reference_passes_all_33_over_a_socket(reports: dict[str, Report]) -> None:
    assert set(verdicts(reports["reference"]).values()) == {"pass"}
    assert len(reports["reference"]["cases"]) == 33


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


def test_the_readme_shows_what_the_tool_makes(reports: dict[str, Report]) -> None:
    shown = README.read_text().partition(BEGIN)[2].partition(END)[0].strip()
    assert shown == "\n\n".join(table(name, report) for name, report in reports.items())
