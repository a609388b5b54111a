"""`asdoc verify` as a user meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
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


def test_help_lists_every_option_once_under_a_heading_and_within_eighty_columns() -> None:
    text = run("--help").output
    assert all(len(line) <= 80 for line in text.splitlines())
    headings = ("Cases", "Run", "Target", "Baseline", "Reports", "Options")
    places = [text.index(f"\n{heading}:\n") for heading in headings]
    assert places == sorted(places)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            told = re.findall(rf"^  (?:-\w, )?{re.escape(parameter.opts[0])}(?![\w-])", text, flags=re.MULTILINE)
            assert len(told) == 1, parameter.opts
    # -h is there where the group was asked before
    assert text.partition("\nOptions:\n")[2].strip().removeprefix("-h, ") == "--help  Show this message and exit."


WRONG = "inproc:tests.conformance.test_reference:all_as_200"
ONE = ("--service", "appconfig", "-k", "CreateApplication")


def test_the_gate_of_a_baseline_opens_on_what_is_known_and_shuts_on_what_is_not(tmp_path: Path) -> None:
    path = tmp_path / "baseline.toml"
    beside = (*ONE, "--baseline", str(path))
    result = run(WRONG, *beside, "--update-baseline")
    assert result.exit_code == 0, result.output
    assert "not looked into yet" in path.read_text()
    path.write_text(path.read_text().replace("not looked into yet", "a 200 is good enough for us"))
    result = run(WRONG, *beside)
    assert result.exit_code == 0
    assert "the gate is open" in result.output
    result = run("reference", *beside)
    assert result.exit_code == 1
    assert "stale" in result.output
    result = run(WRONG, *beside, "--update-baseline")
    assert "a 200 is good enough for us" in path.read_text()
    path.write_text(path.read_text().replace("[[known]]", "[[known]]\nexpires = 2020-01-01"))
    result = run(WRONG, *beside)
    assert result.exit_code == 1
    assert "held until 2020-01-01; its reason: a 200 is good enough for us" in result.output


def test_a_new_failure_and_a_new_case_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "baseline.toml"
    path.write_text('format = 1\n[cases]\n"appconfig.example.CreateApplication.1" = "pass"\n')
    result = run(WRONG, "--service", "appconfig", "--operation", "Create*", "--baseline", str(path))
    assert result.exit_code == 1
    assert "new-failure" in result.output
    assert result.output.count("new in this suite, and failing") >= 3


def test_updating_needs_a_baseline() -> None:
    result = run("reference", *ONE, "--update-baseline")
    assert result.exit_code == 2
    assert "--baseline" in result.output


def test_a_part_in_an_order_of_chance_by_many_workers() -> None:
    result = run("reference", "--service", "appconfig", "--shard", "1/2", "--seed", "3", "-j", "3")
    assert result.exit_code == 0, result.output
    assert "0 fail" not in result.output
    assert "33 pass" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("--url", "ftp://x"),
        ("--reset", "FROB /x"),
        ("--reset", "x"),
        ("--ready", "x y"),
        ("--header", "no colon"),
        ("--header", "a b: c"),
        ("--shard", "3/2"),
        ("--kind", "odd"),
        ("--region", ""),
        ("--region", "''"),
        ("--region", "us east/1"),
        ("--operation", "Nothing"),
        ("--targets", "no-such-file.toml"),
    ],
    ids=" ".join,
)
def test_what_is_wrong_with_an_option_is_told(arguments: tuple[str, ...]) -> None:
    result = run("@moto", "--service", "appconfig", *arguments)
    assert isinstance(result.exception, AsdocError), result.output
    assert arguments[0].lstrip("-") in result.exception.message or arguments[1] in result.exception.message


@pytest.mark.parametrize("beside", ["all", "example"])
def test_a_kind_that_there_is_not_is_refused_whatever_stands_beside_it(beside: str) -> None:
    result = run("reference", "--service", "appconfig", "--kind", beside, "--kind", "statment")
    assert isinstance(result.exception, AsdocError), result.output
    assert "'statment' is no kind" in result.exception.message
    assert "Did you mean statement?" in result.exception.hint


@pytest.mark.parametrize("option", ["--timeout", "--max-wait", "--rate", "--speed", "--ready-timeout"])
@pytest.mark.parametrize("number", ["nan", "inf", "1e300"])
def test_a_number_without_an_end_is_refused(option: str, number: str) -> None:
    result = run("http://127.0.0.1:1", "--service", "appconfig", option, number)
    assert result.exit_code == 2
    assert option in result.output


def test_a_header_that_is_none_is_not_repeated() -> None:
    result = run("@moto", "--service", "appconfig", "--header", "hunter2")
    assert "hunter2" not in str(result.exception)
