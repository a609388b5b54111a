"""`asdoc verify` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from asdoc.cli.verify import command
from asdoc.runtime.errors import AsdocError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_a_right_target_exits_with_0_and_writes_what_it_was_asked_to(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "report.json"
    result = run("reference", "--service", "appconfig", "--json", str(path))
    assert result.exit_code == 0, result.output
    assert "33 of 33" in result.output
    report = json.loads(path.read_text())
    assert (report["target"], report["service"], report["totals"]["pass"]) == ("reference", "appconfig", 33)
    assert {"id", "kind", "operation", "verdict", "source", "checks"} <= set(report["cases"][0])


def test_a_wrong_target_exits_with_1() -> None:
    result = run(
        "inproc:tests.conformance.test_reference:all_as_200", "--service", "appconfig", "-k", "CreateApplication"
    )
    assert result.exit_code == 1
    assert "documented  201" in result.output


def test_what_is_lacking_alone_does_not_fail() -> None:
    result = run("reference", "--service", "appconfig", "-k", "GetA*", "--kind", "example")
    assert result.exit_code == 0


def test_statements_run_where_asked_for() -> None:
    result = run("reference", "--service", "appconfig", "--kind", "statement")
    assert result.exit_code == 0
    assert "deployment.stop.allow-revert-completed" in result.output
    assert "CreateApplication.1" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("http://127.0.0.1:1", "--service", "appconfig"),
        ("reference", "--service", "nothing"),
        ("reference", "--service", "appconfig", "-k", "nothing"),
        ("inproc:json:dumps", "--service", "appconfig"),
        ("nowhere", "--service", "appconfig"),
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_where_there_is_no_run_nothing_is_written(arguments: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    result = run(*arguments, "--json", str(path))
    assert isinstance(result.exception, AsdocError)
    assert result.exception.hint or result.exception.message
    assert list(tmp_path.iterdir()) == []


def test_an_account_is_twelve_digits() -> None:
    for account in ("12345", "abcdefghijkl", ""):
        result = run("reference", "--service", "appconfig", "--account", account)
        assert result.exit_code == 2
        assert "12 digits" in result.output


def test_help_says_which_verdicts_lead_to_which_exit_code() -> None:
    text = run("--help").output
    for word in ("unsupported", "blocked", "harness-error", "Exit codes", "inproc:"):
        assert word in text
