"""`asdoc export` as people use it: where its files go, and what it says when it cannot write them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.targets.catalog import ROOT

ASDOC = str(Path(sys.executable).with_name("asdoc"))


def asdoc(*arguments: str | Path, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ASDOC, "export", *map(str, arguments)],
        cwd=ROOT,
        env={"PATH": "", "PYTHONHASHSEED": hash_seed, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("kind", ["smithy", "openapi"])
def test_a_format_of_one_file_goes_to_standard_output(kind: str) -> None:
    done = asdoc("appconfig", "--format", kind)
    assert done.returncode == 0
    assert json.loads(done.stdout)[{"smithy": "smithy", "openapi": "openapi"}[kind]] in ("2.0", "3.1.0", "3.1.1")


def test_a_module_of_models_ends_as_a_text_file_does() -> None:
    assert asdoc("appconfigdata", "--format", "pydantic").stdout.endswith("None\n")


def test_a_format_of_one_file_goes_to_the_file_that_is_named(tmp_path: Path) -> None:
    out = tmp_path / "new" / "model.json"
    done = asdoc("proton", "--format", "smithy", "--out", out)
    assert done.stdout == f"{out}\n"
    assert out.read_text(encoding="utf-8") == asdoc("proton", "--format", "smithy").stdout
    assert [path.name for path in out.parent.iterdir()] == ["model.json"]


def test_botocore_is_a_folder_and_nothing_but_its_files_is_in_it(tmp_path: Path) -> None:
    done = asdoc("appconfig", "--format", "botocore", "--out", tmp_path)
    version = tmp_path / "appconfig" / "2019-10-09"
    names = ["endpoint-rule-set-1.json", "examples-1.json", "paginators-1.json", "service-2.json", "waiters-2.json"]
    assert sorted(done.stdout.splitlines()) == [str(version / name) for name in names]
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == [version / name for name in names]


@pytest.mark.parametrize("kind", ["botocore", "smithy", "openapi", "pydantic"])
def test_the_same_spec_gives_the_same_bytes_whatever_the_hash_seed(kind: str, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        done = asdoc("appconfig", "--format", kind, "--out", tmp_path / seed / "out", hash_seed=seed)
        assert done.returncode == 0
    first, second = (
        {
            path.relative_to(tmp_path / seed): path.read_bytes()
            for path in (tmp_path / seed).rglob("*")
            if path.is_file()
        }
        for seed in ("1", "2")
    )
    assert first == second


def test_a_folder_is_asked_for_where_one_is_needed() -> None:
    done = asdoc("appconfig", "--format", "botocore")
    assert done.returncode == 2
    assert "--out" in done.stderr


def test_an_unknown_service_is_answered_with_those_that_are_known() -> None:
    done = asdoc("appconfigg", "--format", "smithy")
    assert done.returncode == 2
    assert done.stderr == "asdoc: specs holds no spec of 'appconfigg'.\nIt holds appconfig, appconfigdata, proton.\n"


def test_an_unknown_format_is_answered_with_those_that_are_known() -> None:
    done = asdoc("appconfig", "--format", "raml")
    assert done.returncode == 2
    assert all(known in done.stderr for known in ("botocore", "smithy", "openapi"))


def test_a_broken_spec_is_named_by_file_and_pointer(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "specs" / "appconfig", tmp_path / "appconfig")
    path = tmp_path / "appconfig" / "operations.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["operations"]["StopDeployment"]["errors"] = ["NoSuchException"]
    path.write_text(json.dumps(document), encoding="utf-8")
    done = asdoc("appconfig", "--format", "openapi", "--specs", tmp_path)
    assert done.returncode == 2
    assert f"{path}#/operations/StopDeployment/errors/0" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["botocore", "smithy", "openapi"])
def test_a_spec_without_wire_facts_says_what_is_missing_and_how_to_get_it(kind: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "specs" / "appconfig", tmp_path / "specs" / "appconfig")
    path = tmp_path / "specs" / "appconfig" / "operations.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["wire"] = {}
    for operation in document["operations"].values():
        del operation["wire"]
    path.write_text(json.dumps(document), encoding="utf-8")
    out = tmp_path / "out"
    done = asdoc("appconfig", "--format", kind, "--specs", tmp_path / "specs", "--out", out)
    assert done.returncode == 2
    assert "no wire facts" in done.stderr
    assert "asdoc wire appconfig" in done.stderr
    assert not out.exists()


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for kind in ("botocore", "smithy"):
        done = asdoc("appconfig", "--format", kind, "--out", tmp_path / "file" / "below")
        assert done.returncode == 2
        assert str(tmp_path / "file") in done.stderr
        assert "Traceback" not in done.stderr


def test_a_file_is_not_taken_for_a_folder_nor_a_folder_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert asdoc("appconfig", "--format", "botocore", "--out", tmp_path / "file").returncode == 2
    assert asdoc("appconfig", "--format", "smithy", "--out", tmp_path).returncode == 2
    assert (tmp_path / "file").read_text() == "mine"
