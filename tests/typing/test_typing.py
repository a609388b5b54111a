"""Code that uses the committed packages passes mypy --strict and pyright, and what is wrong in it is found."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

USE = """\
from datetime import datetime

from asdoc.appconfig import Client
from asdoc.appconfig.errors import ResourceNotFoundException
from asdoc.appconfig.models import Deployment, MonitorDict
from asdoc.runtime.response import EmptyResponse

client = Client("eu-west-1")
deployment: Deployment = client.get_deployment(ApplicationId="a", EnvironmentId="b", DeploymentNumber=1)
state: str | None = deployment.State
print(deployment["State"], deployment.get("State"), "State" in deployment)
started: datetime | None = deployment.StartedAt
for event in deployment.EventLog or []:
    print(event.EventType == "DEPLOYMENT_STARTED", event["EventType"])
monitors: list[MonitorDict] = [{"AlarmArn": "arn"}]
client.create_environment(ApplicationId="a", Name="n", Monitors=monitors, Tags={"k": "v"})
client.create_environment(ApplicationId="a", Name="n", Monitors=[{"AlarmArn": "arn", "AlarmRoleArn": "arn"}])
client.create_deployment_strategy(Name="s", DeploymentDurationInMinutes=1, GrowthFactor=20, GrowthType="LINEAR")
gone: EmptyResponse = client.delete_application(ApplicationId="a")
try:
    client.get_application(ApplicationId="a")
except ResourceNotFoundException as error:
    print(error.response["Error"]["Code"])
"""
WRONG = {
    "from asdoc.appconfig import Clinet\n": ("attr-defined", "reportAttributeAccessIssue"),
    'client.get_deployment(ApplicationId="a", EnvironmentId="b")\n': ("call-arg", "reportCallIssue"),
    'client.get_deployment("a", "b", 1)\n': ("call-arg|misc", "reportCallIssue"),
    'client.get_deployment(ApplicationId="a", EnvironmentId="b", DeploymentNumber="1")\n': (
        "arg-type",
        "reportArgumentType",
    ),
    'client.get_application(ApplicationID="a")\n': ("call-arg", "reportCallIssue"),
    'client.create_environment(ApplicationId="a", Name="n", Monitors=[{"Alarm": "x"}])\n': (
        "typeddict-item|typeddict-unknown-key|list-item",
        "reportArgumentType",
    ),
    'client.get_deployment(ApplicationId="a", EnvironmentId="b", DeploymentNumber=1).Stat\n': (
        "attr-defined",
        "reportAttributeAccessIssue",
    ),
    'number: int = client.get_application(ApplicationId="a").Name\n': ("assignment", "reportAssignmentType"),
}


@pytest.fixture
def user_code(tmp_path: Path) -> Path:
    """A module that uses the client, right in its first lines and wrong in each of the last."""
    path = tmp_path / "user_code.py"
    path.write_text(USE + "".join(WRONG), encoding="utf-8")
    return path


def lines_of_wrong() -> list[int]:
    return list(range(USE.count("\n") + 1, USE.count("\n") + 1 + len(WRONG)))


def test_mypy_strict_accepts_right_code_and_finds_each_mistake(user_code: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(user_code)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"MYPY_CACHE_DIR": str(tmp_path / "cache"), "PATH": ""},
    )
    found: dict[int, set[str]] = {}
    for line, rule in re.findall(r"user_code\.py:(\d+): error: .*\[([\w-]+)\]$", done.stdout, re.MULTILINE):
        found.setdefault(int(line), set()).add(rule)
    assert sorted(found) == lines_of_wrong(), done.stdout
    for line, (rules, _) in zip(lines_of_wrong(), WRONG.values(), strict=True):
        assert found[line] & set(rules.split("|")), (line, found[line])


def test_pyright_accepts_right_code_and_finds_each_mistake(user_code: Path, tmp_path: Path) -> None:
    (tmp_path / "pyrightconfig.json").write_text(
        json.dumps(
            {
                "include": ["user_code.py"],
                "extraPaths": [str(ROOT / room) for room in ("codegen", "generated")],
                "typeCheckingMode": "strict",
                "reportUnusedExpression": False,
                "reportUnusedImport": False,
            }
        )
    )
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [told for told in json.loads(done.stdout)["generalDiagnostics"] if told["severity"] == "error"]
    found: dict[int, set[str]] = {}
    for told in errors:
        found.setdefault(told["range"]["start"]["line"] + 1, set()).add(told.get("rule", ""))
    assert sorted(found) == lines_of_wrong(), errors
    for line, (_, rule) in zip(lines_of_wrong(), WRONG.values(), strict=True):
        assert rule in found[line], (line, found[line])
