"""`asdoc update` as its user sees it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from asdoc.cli.update import command
from tests.pin import pinned

from .conftest import ROOT, Tree
from .test_update import PAGE, add_a_member


def run(tree: Tree, *arguments: str) -> Result:
    given = ["--specs", str(tree.specs), "--out", str(tree.out), "--pages", str(tree.pages)]
    return CliRunner().invoke(command, [*given, *arguments])


def test_what_would_change_is_told_and_the_exit_code_is_1(tree: Tree) -> None:
    add_a_member(tree)
    tree.edit(PAGE, "A standard MIME type describing", "The MIME type describing")
    before = tree.content()
    told = run(tree, "--check")
    assert told.exit_code == 1
    assert re.search(r"appconfigdata\s+│.*│\s+0 │\s+0 │\s+1 │\s+0 │", told.output)
    assert "would write: " in told.output
    assert tree.content() == before
    assert all(len(line) <= 80 for line in told.output.splitlines() if set(line) & set("┃│━"))


def test_an_update_and_the_next_one(tree: Tree, tmp_path: Path) -> None:
    add_a_member(tree)
    summary = tmp_path / "summary.md"
    first = run(tree, "--summary", str(summary))
    assert first.exit_code == 0
    assert "files changed." in first.output
    assert "`output-member-added`" in summary.read_text()
    second = run(tree, "--check", "--summary", str(summary))
    assert (second.exit_code, second.output) == (0, "Nothing changes: 2 services follow their documentation.\n")
    assert summary.read_text() == "The documentation of no service has changed.\n"


def test_what_a_maintainer_must_decide_comes_last_of_all_that_is_told_of_a_service(tree: Tree) -> None:
    tree.edit(PAGE, "A standard MIME type describing", "The MIME type describing")
    told = run(tree, "--check").output
    assert told.index("To decide by hand") > told.index("What the documentation changed")
    assert f"{PAGE}:113#7ce832c4b8fd" in told


def test_the_scheduled_workflow_runs_commands_that_there_are() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "update.yml").read_text())
    steps = [step.get("run", "") for step in workflow["jobs"]["update"]["steps"]]
    options = {option for step in steps for option in re.findall(r"asdoc update.* (--[a-z]+)", step)}
    assert options
    assert options <= {option for parameter in command.params for option in parameter.opts}
    assert workflow["permissions"] == {"contents": "write", "pull-requests": "write"}


def test_a_pin_is_renewed_and_no_other() -> None:
    text = "boto3==1.0\nboto3-stubs==3\nbotocore==1.1\n"
    assert pinned(text, {"boto3": "2.0"}) == "boto3==2.0\nboto3-stubs==3\nbotocore==1.1\n"
    with pytest.raises(KeyError):
        pinned(text, {"requests": "1"})
