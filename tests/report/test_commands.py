"""The commands: what they write, what they print, and their exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from asdoc.cli.main import cli
from asdoc.conformance.events import Check
from asdoc.conformance.report.model import Report
from asdoc.conformance.report.stream import line_of, read_run
from asdoc.runtime.errors import AsdocError
from tests.report.browser import chromium
from tests.report.runs import case, hostile, one_of_each, report, run

Asdoc = Callable[..., Result]


@pytest.fixture
def asdoc(monkeypatch: pytest.MonkeyPatch) -> Asdoc:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)

    def call(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments])

    return call


def stored(path: Path, shown: Report) -> Path:
    events = run(*shown.cases, target=shown.started.target, service=shown.started.service)
    path.write_bytes(b"".join(line_of(event) for event in events))
    return path


def test_verify_writes_the_stream_and_every_form(asdoc: Asdoc, tmp_path: Path) -> None:
    names = ("events", "json", "junit", "ctrf", "sarif", "html", "badge")
    options = [text for name in names for text in (f"--{name}", str(tmp_path / name))]
    done = asdoc("verify", "reference", "--service", "appconfig", "-k", "GetApplication", *options)
    assert done.exit_code == 0, done.output
    assert read_run(tmp_path / "events").totals["pass"] == 1
    later = [text for name in names[1:] for text in (f"--{name}", str(tmp_path / f"later-{name}"))]
    assert asdoc("report", "-q", tmp_path / "events", *later).output == ""
    for name in names[1:]:
        assert (tmp_path / name).read_bytes() == (tmp_path / f"later-{name}").read_bytes(), name


def test_report_prints_what_verify_printed(asdoc: Asdoc, tmp_path: Path) -> None:
    path = tmp_path / "run.ndjson"
    live = asdoc("verify", "reference", "--service", "appconfig", "-k", "GetApplication", "--events", path)
    assert asdoc("report", path).output == live.output


def test_report_says_nothing_against_a_run_by_its_exit_code(asdoc: Asdoc, tmp_path: Path) -> None:
    done = asdoc("report", stored(tmp_path / "run.ndjson", one_of_each()))
    assert done.exit_code == 0
    assert "correctness  1 of 2 (50 %)" in done.output
    assert max(map(len, done.output.splitlines())) <= 80


def test_report_joins_shards(asdoc: Asdoc, tmp_path: Path) -> None:
    one, other = (stored(tmp_path / name, report(case(name))) for name in ("One", "Other"))
    assert "2 of 2 (100 %) judged cases pass" in asdoc("report", one, other).output


def test_github_gets_a_summary_and_annotations(asdoc: Asdoc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    path = stored(tmp_path / "run.ndjson", one_of_each())
    done = asdoc("report", "-q", path, "--github")
    assert [line.partition(" ")[0] for line in done.output.splitlines()] == ["::error", "::error"]
    assert summary.read_text().startswith("before\n### library at")


def test_a_file_that_is_no_run_is_told_without_a_traceback(asdoc: Asdoc, tmp_path: Path) -> None:
    path = tmp_path / "run.ndjson"
    path.write_text("{}\n")
    for command in (("report", path), ("matrix", path), ("compare", path, path)):
        done = asdoc(*command)
        assert isinstance(done.exception, AsdocError)
        assert "line 1" in done.exception.message


def test_matrix_prints_writes_and_shows_only_what_differs_when_asked(asdoc: Asdoc, tmp_path: Path) -> None:
    one = stored(tmp_path / "one.ndjson", report(case("Alike"), case("Differs")))
    other = stored(tmp_path / "two.ndjson", report(case("Alike"), case("Differs", "fail"), target="reference"))
    markdown, html = tmp_path / "m.md", tmp_path / "m.html"
    done = asdoc("matrix", one, other, "--markdown", markdown, "--html", html)
    assert done.exit_code == 0
    assert "Alike" in done.output
    assert max(map(len, done.output.splitlines())) <= 80
    differing = asdoc("matrix", one, other, "--differing", "--name", "left", "--name", "right").output
    assert "Alike" not in differing
    assert "✗ fail" in differing
    assert differing.splitlines()[0].split() == ["operation", "left", "right"]
    assert "| Differs | ✓ pass | ✗ fail |" in markdown.read_text()
    assert html.read_text().startswith("<!doctype html>")
    assert asdoc("matrix", one, other, "--name", "left").exit_code == 2


def test_compare_lists_changes_and_its_exit_code_tells_a_regression(asdoc: Asdoc, tmp_path: Path) -> None:
    one = stored(tmp_path / "one.ndjson", report(case("A"), case("B", "fail")))
    other = stored(tmp_path / "two.ndjson", report(case("A", "fail"), case("B")))
    done = asdoc("compare", one, other, "--json", tmp_path / "c.json")
    assert done.exit_code == 1
    assert "pass → fail  library.example.A.1" in done.output
    assert "fail → pass  library.example.B.1" in done.output
    told = json.loads((tmp_path / "c.json").read_text())
    assert [(change["change"], change["regression"]) for change in told] == [("worse", True), ("better", False)]
    better = stored(tmp_path / "three.ndjson", report(case("A"), case("B")))
    assert asdoc("compare", one, better).exit_code == 0
    same = asdoc("compare", one, one)
    assert same.exit_code == 0
    assert "No change in 2 cases" in same.output


def test_nothing_of_a_run_steers_the_terminal(asdoc: Asdoc, tmp_path: Path) -> None:
    path, plain = stored(tmp_path / "h.ndjson", hostile()), stored(tmp_path / "p.ndjson", one_of_each())
    for command in (("report", path), ("matrix", path, plain), ("compare", plain, path)):
        output = asdoc(*command).output
        assert "\x1b" not in output
        assert "\u202e" not in output
        assert "[bold]" not in output


def test_nothing_that_a_target_says_is_a_command_to_a_runner_of_github(
    asdoc: Asdoc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = "x " * 31 + "::error title=x::said by a target ##[error]and again"
    check = Check(id="status", outcome="fail", documented=201, found=found)
    path = stored(tmp_path / "h.ndjson", report(case("A", "fail", checks=(check,)), case("B", "blocked", reason=found)))
    plain = stored(tmp_path / "p.ndjson", one_of_each())
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for command in (("report", path, "--github"), ("matrix", path, plain), ("compare", plain, path)):
        lines = [line.strip() for line in asdoc(*command).output.splitlines() if line.strip()]
        stopped = [index for index, line in enumerate(lines) if line.startswith("::stop-commands::")]
        assert len(stopped) == 1
        token = lines[stopped[0]].removeprefix("::stop-commands::")
        assert len(token) == 32
        again = lines.index(f"::{token}::")
        outside = [*lines[: stopped[0]], *lines[again + 1 :]]
        # Our own annotation alone, whose title is of the case.
        assert all(line.startswith("::error title=fail library.example.A.1::") for line in outside)


def test_a_missing_browser_is_skipped_with_the_reason_but_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        chromium()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        chromium()
