"""The GitHub action and the pre-commit hook do what they say: their scripts are run as they stand."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from asdoc.cli.generate import command as generate
from asdoc.cli.verify import command as verify

ROOT = Path(__file__).resolve().parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}


def act(folder: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """Run the action's `verify` step as a runner does; gives how it ended, and its outputs."""
    given = {name: str(value.get("default", "")) for name, value in ACTION["inputs"].items()} | inputs
    environment = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], value)
        for name, value in STEPS["verify"]["env"].items()
    }
    script = folder / "step.sh"
    script.write_text(STEPS["verify"]["run"])
    outputs, summary = folder / "outputs", folder / "summary"
    outputs.touch()
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    others = {"PATH": path, "GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(summary)}
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment, **others}, capture_output=True, text=True, check=False
    )
    return done, dict(line.split("=", 1) for line in outputs.read_text().splitlines())


def test_the_action_passes_on_what_a_run_says(tmp_path: Path) -> None:
    done, outputs = act(tmp_path, target="reference", service="appconfig", shard="1/3", jobs="2")
    assert done.returncode == 0, done.stdout + done.stderr
    passed = outputs["passed"]
    assert 0 < int(passed) < 33
    assert outputs == {
        "exit-code": "0",
        "passed": passed,
        "failed": "0",
        "pending": "0",
        "unsupported": "0",
        "correctness": f"{passed}/{passed}",
        "report": "asdoc-report/report.json",
    }


def test_the_action_fails_with_a_shut_gate_and_still_tells(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text('format = 1\n[cases]\n"appconfig.example.Gone.1" = "pass"\n')
    done, outputs = act(tmp_path, target="reference", service="appconfig", baseline="b.toml", arguments="-k\nGetApp")
    assert done.returncode == 1
    assert outputs["exit-code"] == "1"
    assert outputs["passed"] == "1"
    assert "vanished" in done.stdout


def test_what_is_given_to_the_action_is_never_run(tmp_path: Path) -> None:
    done, outputs = act(
        tmp_path, target="$(touch ran); `touch ran`", service='x"; touch ran; "', arguments="; touch ran"
    )
    assert done.returncode == 2
    assert outputs == {"exit-code": "2"}
    assert not (tmp_path / "ran").exists()
    for step in STEPS.values():
        assert "${{" not in step["run"]


def test_the_action_names_no_option_that_there_is_none_of() -> None:
    known = {option for parameter in verify.params for option in parameter.opts}
    text = STEPS["verify"]["run"]
    guarded = set(re.findall(r"\*(--[a-z-]+)\*", text))
    assert set(re.findall(r"(?<![\w*-])(--[a-z-]+)", text)) - guarded - {"--help"} <= known
    assert set(ACTION["outputs"]) >= {"passed", "failed", "exit-code", "report"}


def test_the_extras_that_the_action_installs_are_there() -> None:
    extras = re.search(r"extras=([a-z0-9,]+)", STEPS["install"]["run"])
    assert extras is not None
    project = (ROOT / "pyproject.toml").read_text()
    for extra in (*extras[1].split(","), "boto3"):
        assert re.search(rf"^{extra} = \[", project, re.MULTILINE), extra


def test_the_hook_is_a_command_that_checks() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    program, name, *arguments = shlex.split(hook["entry"])
    assert (program, name) == ("asdoc", "generate")
    assert set(arguments) <= {option for parameter in generate.params for option in parameter.opts}
    pattern = re.compile(hook["files"])
    assert pattern.search("specs/appconfig/shapes.json")
    assert pattern.search("generated/asdoc/appconfig/client.py")
    assert not pattern.search("README.md")


def test_the_hook_fails_where_a_file_drifts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (tmp_path / "generated" / "asdoc").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    result = CliRunner().invoke(generate, shlex.split(hook["entry"])[2:])
    assert result.exit_code == 1
    assert "missing: generated/asdoc/appconfig/client.py" in result.output
