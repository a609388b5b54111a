"""The output folder becomes what the map says, and nothing that is not ours is touched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from asdoc.codegen.manifest import NAME, Plan, carry_out, plan
from asdoc.runtime.errors import AsdocError

FILES = {"a/__init__.py": "# one\n", "a/client.py": "# two\n", "b/client.py": "# three\n"}


def make(out: Path, files: Mapping[str, str] = FILES, *, everything: bool = True) -> Plan:
    made = plan(out, files, {path.partition("/")[0]: "f" * 64 for path in files}, everything=everything)
    carry_out(out, made)
    return made


def tree(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def told(made: Plan) -> list[tuple[str, str]]:
    return [(difference.kind, difference.path) for difference in made.differences]


def test_the_manifest_lists_every_file_with_its_hash_and_what_it_was_made_from(tmp_path: Path) -> None:
    make(tmp_path)
    manifest = json.loads((tmp_path / NAME).read_bytes())
    assert set(manifest["files"]) == set(FILES)
    entry = manifest["files"]["a/client.py"]
    assert entry["sha256"] == hashlib.sha256(b"# two\n").hexdigest()
    assert entry["template"] == "client.py.jinja2"
    assert len(entry["template_sha256"]) == 64
    assert manifest["packages"]["a"]["spec"] == "f" * 64


def test_what_is_up_to_date_is_not_written_again(tmp_path: Path) -> None:
    make(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    made = make(tmp_path)
    assert told(made) == []
    assert made.unchanged == 4
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_planning_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = plan(out, FILES, {"a": "f", "b": "f"}, everything=True)
    assert told(made) == [("missing", name) for name in sorted([*FILES, NAME])]
    assert not out.exists()


def test_each_file_that_drifts_is_named_with_the_way_it_drifts(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "a/client.py").write_text("# edited\n")
    (tmp_path / "b/client.py").unlink()
    files = {path: text for path, text in FILES.items() if path != "a/__init__.py"}
    made = plan(tmp_path, files, {"a": "f" * 64, "b": "f" * 64}, everything=True)
    assert told(made) == [
        ("differs", NAME),
        ("superfluous", "a/__init__.py"),
        ("differs", "a/client.py"),
        ("missing", "b/client.py"),
    ]


def test_a_file_that_is_no_longer_made_is_removed_with_its_folder(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "b/__pycache__").mkdir()
    (tmp_path / "b/__pycache__/client.cpython-311.pyc").write_bytes(b"")
    make(tmp_path, {path: text for path, text in FILES.items() if path.startswith("a/")})
    assert sorted(tree(tmp_path)) == [NAME, "a/__init__.py", "a/client.py"]
    assert not (tmp_path / "b").exists()


def test_a_file_that_we_did_not_make_stays(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "b/notes.txt").write_text("mine")
    (tmp_path / "foreign.py").write_text("mine")
    make(tmp_path, {"a/__init__.py": "# one\n"})
    assert sorted(tree(tmp_path)) == [NAME, "a/__init__.py", "b/notes.txt", "foreign.py"]


def test_packages_that_were_not_asked_for_stay_in_folder_and_manifest(tmp_path: Path) -> None:
    make(tmp_path)
    make(tmp_path, {"a/client.py": "# new\n"}, everything=False)
    assert sorted(tree(tmp_path)) == [NAME, "a/client.py", "b/client.py"]
    assert set(json.loads((tmp_path / NAME).read_bytes())["files"]) == {"a/client.py", "b/client.py"}


@pytest.mark.parametrize("path", ["../outside.txt", "a/../../outside.txt", "/etc/hostname", "a\\..\\..\\outside.txt"])
def test_a_manifest_that_names_a_path_outside_removes_nothing(tmp_path: Path, path: str) -> None:
    out = tmp_path / "out"
    make(out)
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    manifest = json.loads((out / NAME).read_bytes())
    manifest["files"][path] = {"sha256": "0", "spec": "0"}
    (out / NAME).write_text(json.dumps(manifest))
    before = tree(tmp_path)
    with pytest.raises(AsdocError, match="leads out of it"):
        make(out)
    assert tree(tmp_path) == before


def test_nothing_is_written_through_a_link_that_leads_out(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    out = tmp_path / "out"
    out.mkdir()
    (out / "a").symlink_to(elsewhere)
    with pytest.raises(AsdocError, match="leads out of it"):
        make(out)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"files": 3}', '{"generator": "1", "files": {"a": 1}}', "\udcff"])
def test_a_broken_manifest_is_an_error_and_no_licence_to_overwrite(tmp_path: Path, content: str) -> None:
    make(tmp_path)
    (tmp_path / NAME).write_bytes(content.encode("utf-8", "surrogateescape"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(AsdocError, match="not a manifest"):
        make(tmp_path, {"a/client.py": "# new\n"})
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_folder_in_the_place_of_a_file_is_an_error_that_says_where(tmp_path: Path) -> None:
    (tmp_path / "a/client.py").mkdir(parents=True)
    with pytest.raises(AsdocError, match=r"client\.py"):
        make(tmp_path)
