"""`asdoc diff` as a user runs it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import botocore
import pytest
import yaml

from asdoc.cli.main import main

from .editing import SPECS


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed specs with one member less."""
    root = tmp_path_factory.mktemp("newer")
    shutil.copytree(SPECS / "appconfig", root / "appconfig")
    path = root / "appconfig" / "shapes.json"
    shapes = json.loads(path.read_text(encoding="utf-8"))
    del shapes["$defs"]["Deployment"]["properties"]["State"]
    path.write_text(json.dumps(shapes), encoding="utf-8")
    return root


def run(*arguments: object) -> int:
    """The exit code."""
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def document(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_breaking_change_is_told_and_fails_where_it_is_to_fail(
    newer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = (SPECS / "appconfig", newer / "appconfig")
    assert run("diff", *both) == 0
    assert "Deployment.State is not answered any more" in capsys.readouterr().out
    assert run("diff", *both, "--fail-on", "breaking") == 1
    assert run("diff", both[0], both[0], "--fail-on", "docs") == 0


def test_a_page_that_agrees_does_not_hide_what_is_to_fail(newer: Path, tmp_path: Path) -> None:
    both = (SPECS / "appconfig", newer / "appconfig")
    page = tmp_path / "page.txt"
    assert run("diff", newer, SPECS, "--service", "appconfig", "--format", "api-changes", "--out", page) == 0
    assert run("diff", newer, SPECS, "--service", "appconfig", "--against", page) == 0
    assert run("diff", *both, "--against", page) == 1
    assert run("diff", newer, SPECS, "--service", "appconfig", "--against", page, "--fail-on", "safe") == 1


def test_a_file_of_a_spec_stands_for_the_whole(newer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diff", SPECS / "appconfig" / "shapes.json", newer / "appconfig" / "operations.json") == 0
    assert "Deployment.State is not answered any more" in capsys.readouterr().out


def test_an_accepted_change_passes_until_its_day_and_no_longer(
    newer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = (SPECS / "appconfig", newer / "appconfig")
    run("diff", *both, "--format", "json")
    (change,) = document(capsys)["changes"]
    path = tmp_path / "accepted.yaml"

    def accept(**told: object) -> int:
        entry = {"fingerprint": change["fingerprint"], "reason": "We never read it.", "until": "2099-12-31", **told}
        path.write_text(yaml.safe_dump({"accepted": [entry]}), encoding="utf-8")
        return run("diff", *both, "--fail-on", "breaking", "--accept", path)

    assert accept() == 0
    assert "accepted until 2099-12-31: We never read it." in capsys.readouterr().out
    assert accept(until="2020-01-01") == 1
    assert "was accepted until 2020-01-01 only" in " ".join(capsys.readouterr().out.split())
    assert accept(fingerprint="0" * 16) == 1
    assert "there is no such change" in capsys.readouterr().out
    for wrong in ({"until": "2020-13-01"}, {"until": "soon"}, {"reason": " "}, {"fingerprint": "x"}):
        assert accept(**wrong) == 2
        assert "accepted.yaml" in capsys.readouterr().err


def test_accepted_changes_are_read_from_toml_with_a_day_that_is_a_day(
    newer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = (SPECS / "appconfig", newer / "appconfig")
    run("diff", *both, "--format", "json")
    (change,) = document(capsys)["changes"]
    path = tmp_path / "accepted.toml"

    def accept(text: str) -> int:
        path.write_text(text, encoding="utf-8")
        return run("diff", *both, "--fail-on", "breaking", "--accept", path)

    entry = f'[[accepted]]\nfingerprint = "{change["fingerprint"]}"\nreason = "We never read it."\n'
    assert accept(entry + "until = 2099-12-31\n") == 0
    assert "accepted until 2099-12-31: We never read it." in capsys.readouterr().out
    for wrong in ("", "[[accepted]", "accepted = 1", "accepted = [1]", entry, entry + "until = 2099-12-31T00:00:00Z"):
        assert accept(wrong) == 2
        assert "accepted.toml" in capsys.readouterr().err


def test_what_pages_cannot_tell_is_not_compared_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from asdoc.codegen.boto3_pages import write_pages

    write_pages(["appconfigdata"], tmp_path, resources=False)
    assert run("diff", tmp_path, SPECS / "appconfigdata", "--format", "json") == 0
    told = document(capsys)
    assert told["changes"] == []
    assert told["notes"] == ["appconfigdata: not compared are wire facts: one side is of pages alone"]


def test_a_version_of_botocore_is_written_by_its_own_boto3_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    version = f"botocore=={botocore.__version__}"  # what is installed need not be fetched
    assert run("diff", version, SPECS / "appconfigdata", "--service", "appconfigdata", "--format", "json") == 0
    assert document(capsys)["changes"] == []
    pages = tmp_path / "asdoc" / f"botocore-{botocore.__version__}" / "pages"
    shutil.rmtree(pages)
    assert run("diff", version, SPECS / "appconfigdata", "--service", "appconfigdata") == 0
    assert not pages.exists(), "what is kept is written again"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("botocore==1.27.9999", "botocore==1.27.28", "--service", "appconfig"), "pip finds no such version"),
        (("botocore==--index-url=x", "specs", "--service", "appconfig"), "no version of botocore"),
        (("specs", "nowhere"), "no such folder"),
        (("botocore==1.27.28", "botocore==1.27.29"), "--all"),
        ((SPECS, SPECS, "--service", "quokka"), "neither"),
        (("--explain", "quokka"), "none is called 'quokka'"),
        ((SPECS, SPECS, "--accept", "nowhere.yaml"), "nowhere.yaml"),
        ((SPECS, SPECS, "--against", "README.md"), "no page"),
        ((SPECS, SPECS, "--against", "README.md", "--format", "json"), "neither --format nor --out"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_else(
    arguments: tuple[object, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    assert run("diff", *arguments) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_rules_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diff", "--rules") == 0
    assert "breaking  operation-removed" in capsys.readouterr().out
    assert run("diff", "--explain", "input-member-required-added") == 0
    text = capsys.readouterr().out
    assert text.startswith("input-member-required-added (breaking)")
    assert max(map(len, text.splitlines())) <= 80
