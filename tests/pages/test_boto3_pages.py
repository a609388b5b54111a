"""boto3 writes its pages offline, whole services at a time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path

import boto3
import pytest
from botocore.docs.bcdoc import restdoc

from asdoc.codegen import boto3_pages
from asdoc.runtime.errors import AsdocError
from tests.seeds import seed


@pytest.mark.seeds
@pytest.mark.parametrize(
    ("number", "page"),
    [
        ("000", "appconfig/client/stop_deployment.rst"),
        ("004", "proton/client/cancel_environment_deployment.rst"),
    ],
)
def test_a_page_is_byte_for_byte_the_seed(pages_dir: Path, number: str, page: str) -> None:
    assert (pages_dir / page).read_bytes() == seed(number).read_bytes()


def test_every_kind_of_page_is_written(pages_dir: Path) -> None:
    for page in (
        "appconfig.rst",
        "appconfig/client/get_deployment.rst",
        "appconfig/client/exceptions/BadRequestException.rst",
        "appconfig/paginator/ListDeployments.rst",
        "appconfig/waiter/DeploymentComplete.rst",
    ):
        assert (pages_dir / page).is_file(), page


def test_the_manifest_lists_every_page_with_its_hash_and_the_versions(pages_dir: Path) -> None:
    manifest = json.loads((pages_dir / "manifest.json").read_text())
    assert list(manifest["services"]) == ["appconfig", "proton"]
    listed: dict[str, str] = {}
    for told in manifest["services"].values():
        assert told["boto3"] == boto3.__version__
        listed.update(told["pages"])
    written = {path.relative_to(pages_dir).as_posix(): path for path in pages_dir.rglob("*.rst")}
    assert set(listed) == set(written)
    for name, path in written.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == listed[name], name


def test_an_unknown_service_is_named_with_its_neighbours_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "pages"
    with pytest.raises(AsdocError) as told:
        boto3_pages.write_pages(["proton", "appconfg"], out)
    assert "appconfg" in told.value.message
    assert "appconfig" in told.value.hint
    assert not out.exists()


def test_a_service_that_fails_half_way_leaves_the_pages_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "proton").mkdir()
    (tmp_path / "proton" / "kept").write_text("as it was")

    def half(service: str, folder: Path, **_: object) -> None:
        (folder / service).mkdir()
        (folder / service / "one.rst").write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(boto3_pages, "_document", half)
    with pytest.raises(AsdocError, match="No space left on device"):
        boto3_pages.write_pages(["proton"], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["proton"]
    assert (tmp_path / "proton" / "kept").read_text() == "as it was"


def test_a_second_run_replaces_a_service_and_keeps_the_other_in_the_manifest(pages_dir: Path, tmp_path: Path) -> None:
    boto3_pages.write_pages(["lex-runtime"], tmp_path)
    (tmp_path / "lex-runtime" / "client" / "gone.rst").write_text("no operation of today")
    boto3_pages.write_pages(["lexv2-runtime"], tmp_path)
    boto3_pages.write_pages(["lex-runtime"], tmp_path)
    assert not (tmp_path / "lex-runtime" / "client" / "gone.rst").exists()
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert list(manifest["services"]) == ["lex-runtime", "lexv2-runtime"]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_the_users_aws_settings_neither_reach_the_pages_nor_are_lost(
    pages_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path / "models"))
    (tmp_path / "models" / "lexv2-runtime" / "2099-01-01").mkdir(parents=True)
    (tmp_path / "models" / "lexv2-runtime" / "2099-01-01" / "service-2.json").write_text("{}")
    boto3_pages.write_pages(["lexv2-runtime"], tmp_path / "out")
    assert os.environ["AWS_PROFILE"] == "nobody"
    assert "AWS_EC2_METADATA_DISABLED" not in os.environ


def test_the_time_zone_of_the_machine_does_not_reach_the_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    for zone in ("UTC", "Asia/Tokyo"):
        monkeypatch.setenv("TZ", zone)
        boto3_pages.write_pages(["dynamodbstreams", "kms"], tmp_path / zone)
        assert os.environ["TZ"] == zone
        written.append((tmp_path / zone / "manifest.json").read_bytes())
    assert written[0] == written[1]


def test_a_mangled_manifest_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"services": {"appconfig": 1}}')
    with pytest.raises(AsdocError, match=r"manifest\.json#/services/appconfig"):
        boto3_pages.read_manifest(tmp_path)


def test_several_processes_write_the_pages_that_one_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    boto3_pages.write_pages(["lex-runtime"], tmp_path / "one", resources=False)

    def here(*_: object, **__: object) -> None:
        raise AssertionError("the pages were written by the process that was to hand them out")

    monkeypatch.setattr(boto3_pages, "_document", here)
    boto3_pages.write_pages(["lex-runtime"], tmp_path / "three", resources=False, shares=3)
    pages = {path.relative_to(tmp_path / "one"): path for path in (tmp_path / "one").rglob("*.rst")}
    assert len(pages) > 5
    for name, path in pages.items():
        assert (tmp_path / "three" / name).read_bytes() == path.read_bytes(), name
    assert len(list((tmp_path / "three").rglob("*.rst"))) == len(pages)


@pytest.mark.parametrize("limit", [20, 60])
def test_what_boto3_would_leave_out_is_never_made_and_the_pages_stay_the_same(
    limit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for config in restdoc.SECTION_LINE_LIMIT_CONFIG.values():
        monkeypatch.setitem(config, "line_limit", limit)
    boto3_pages.write_pages(["proton"], tmp_path / "bounded")
    monkeypatch.setattr(boto3_pages, "bounded", contextlib.nullcontext)
    boto3_pages.write_pages(["proton"], tmp_path / "whole")
    pages = {path.relative_to(tmp_path / "whole"): path for path in (tmp_path / "whole").rglob("*.rst")}
    left_out = sum(b"section is too large" in path.read_bytes() for path in pages.values())
    assert left_out > 20
    for name, path in pages.items():
        assert (tmp_path / "bounded" / name).read_bytes() == path.read_bytes(), name
