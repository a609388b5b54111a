"""Documented cases as pytest's items, as a user of pytest meets them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from asdoc.appconfig.backend import Backend
from asdoc.conformance import verify
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.server.clock import ManualClock
from tests.conformance.test_reference import all_as_200
from tests.conformance.test_targets import Serving

APPCONFIG = ("--asdoc-service", "appconfig")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """pytest in a process and a folder of its own, with no plugin but ours and those that are named."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "AWS_"))}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-p", "asdoc", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def verdicts(output: str) -> dict[str, str]:
    return dict(re.findall(r"asdoc::(appconfig\.\S+) (PASSED|FAILED|SKIPPED|XFAIL|ERROR)", output)) or {
        case: verdict for verdict, case in re.findall(r"(PASSED|FAILED|SKIPPED|XFAIL) asdoc::(appconfig\.\S+)", output)
    }


def test_the_cases_are_items_and_no_test_of_the_folder_is(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text("def test_mine():\n    assert False\n")
    done = run(tmp_path, "--asdoc-target", "reference", *APPCONFIG, "-v")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "33 passed" in done.stdout
    assert "33 cases of appconfig against reference" in done.stdout
    assert set(verdicts(done.stdout).values()) == {"PASSED"}


def test_without_a_target_it_leaves_pytest_alone(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(
        "import sys\ndef test_mine():\n    assert 'asdoc.conformance' not in sys.modules\n"
    )
    done = run(tmp_path)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_tests_that_are_named_run_beside_the_cases(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text("def test_mine():\n    pass\n")
    done = run(tmp_path, "test_mine.py", "--asdoc-target", "reference", *APPCONFIG, "-k", "mine or GetDeployment")
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_a_case_runs_by_the_id_that_pytest_prints(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text("def test_mine():\n    assert False\n")
    named = "asdoc::appconfig.example.GetDeployment.1"
    done = run(tmp_path, "--asdoc-target", "reference", *APPCONFIG, named, "-v")
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert f"{named} PASSED" in done.stdout
    wrong = run(tmp_path, "--asdoc-target", "reference", *APPCONFIG, named.replace("ment", "mint"))
    assert wrong.returncode == 4
    assert f"did you mean {named}?" in wrong.stderr


def test_a_failure_shows_what_is_documented_and_what_was_found(tmp_path: Path) -> None:
    serving = Serving(all_as_200())
    try:
        done = run(tmp_path, "--asdoc-target", serving.url, *APPCONFIG, "-k", "CreateApplication")
    finally:
        serving.server.shutdown()
        serving.server.server_close()
    assert done.returncode == 1
    assert re.search(r"status\s+documented  201\s+found       200", done.stdout), done.stdout
    assert "create_application.rst" in done.stdout
    assert "Traceback" not in done.stdout


def test_workers_of_xdist_have_the_same_verdicts_against_one_server(tmp_path: Path) -> None:
    serving = Serving(Backend(clock=ManualClock()).handle)
    arguments = (
        "--asdoc-target",
        serving.url,
        *APPCONFIG,
        "--asdoc-kind",
        "example",
        "--asdoc-kind",
        "statement",
        "-v",
    )
    try:
        alone = verify(serving.url, service="appconfig", kinds=("example", "statement"))
        many = run(tmp_path, *arguments, "-p", "xdist", "-n", "2")
    finally:
        serving.server.shutdown()
        serving.server.server_close()
    assert alone.totals["pass"] == len(alone.cases)
    assert verdicts(many.stdout) == {case.id: "PASSED" for case in alone.cases}, many.stdout + many.stderr


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "xdist"])
def test_a_target_that_is_not_there_is_told_once(tmp_path: Path, workers: tuple[str, ...]) -> None:
    done = run(tmp_path, "--asdoc-target", "http://127.0.0.1:1", *APPCONFIG, *workers)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert (done.stdout + done.stderr).count("Connection refused") == 1
    assert "failed" not in done.stdout


def test_a_target_that_dies_is_told_once(tmp_path: Path) -> None:
    backend, seen = Backend(clock=ManualClock()), [0]

    def handle(request: HttpRequest) -> HttpResponse:
        seen[0] += 1
        if seen[0] > 40:
            raise ConnectionAbortedError
        return backend.handle(request)

    serving = Serving(handle)
    try:
        done = run(tmp_path, "--asdoc-target", serving.url, *APPCONFIG)
    finally:
        serving.server.shutdown()
        serving.server.server_close()
    assert done.returncode == 1
    assert "answers nothing any more" in done.stdout, done.stdout
    assert len(re.findall("^FAILED", done.stdout, flags=re.MULTILINE)) <= 2
    assert "Traceback" not in done.stdout


def test_what_a_baseline_knows_is_an_expected_failure(tmp_path: Path) -> None:
    (tmp_path / "baseline.toml").write_text(
        'format = 1\n[[known]]\ncase = "appconfig.example.CreateApplication.1"\ncheck = "status"\nreason = "says 200"\n'
        '[[known]]\ncase = "appconfig.example.GetApplication.1"\nreason = "passes now"\n'
        '[cases]\n"appconfig.example.CreateApplication.1" = "fail"\n"appconfig.example.GetApplication.1" = "fail"\n'
        '"appconfig.example.CreateEnvironment.1" = "pass"\n"appconfig.example.Gone.1" = "pass"\n'
    )
    serving = Serving(all_as_200())
    try:
        done = run(
            *(tmp_path, "--asdoc-target", serving.url, *APPCONFIG, "--asdoc-baseline", "baseline.toml", "-v"),
            *("-k", "CreateApplication or GetApplication or CreateEnvironment or CreateDeploymentStrategy or baseline"),
        )
    finally:
        serving.server.shutdown()
        serving.server.server_close()
    found = {case.split(".")[2]: verdict for case, verdict in verdicts(done.stdout).items()}
    assert found == {
        "CreateApplication": "XFAIL",
        "GetApplication": "FAILED",
        "CreateEnvironment": "FAILED",
        "CreateDeploymentStrategy": "SKIPPED",
    }, done.stdout
    assert "stale: appconfig.example.GetApplication.1" in done.stdout
    assert "vanished: appconfig.example.Gone.1" in done.stdout


def test_an_entry_that_has_expired_or_is_half_stale_is_no_expected_failure(tmp_path: Path) -> None:
    created = 'format = 1\n[[known]]\ncase = "appconfig.example.CreateApplication.1"\ncheck = "status"\nreason = "r"\n'
    half = created + '[[known]]\ncase = "appconfig.example.CreateApplication.1"\ncheck = "value:/Name"\nreason = "r"\n'
    serving = Serving(all_as_200())
    try:
        for baseline, rule in ((created + "expires = 2020-01-01\n", "expired"), (half, "stale")):
            (tmp_path / "baseline.toml").write_text(baseline)
            done = run(
                *(tmp_path, "--asdoc-target", serving.url, *APPCONFIG, "--asdoc-baseline", "baseline.toml"),
                *("-k", "CreateApplication"),
            )
            assert "1 failed" in done.stdout, done.stdout
            assert f"{rule}: appconfig.example.CreateApplication.1" in done.stdout
    finally:
        serving.server.shutdown()
        serving.server.server_close()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--asdoc-target", "reference"), "needs --asdoc-service"),
        (APPCONFIG, "needs --asdoc-target"),
        (("--asdoc-target", "nowhere", *APPCONFIG), "reading the target"),
        (("--asdoc-target", "aws", *APPCONFIG), "asdoc verify aws"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_there_is_no_run_pytest_says_why(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 4
    assert told in done.stderr
    assert "Traceback" not in done.stderr
