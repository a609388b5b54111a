"""`asdoc generate`: what a user sees, what is on disk afterwards, and the exit codes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from asdoc.cli.generate import command
from asdoc.codegen.generate import render
from asdoc.codegen.packages import services_in
from asdoc.runtime.errors import AsdocError

from .conftest import ROOT


def run(specs: Path, out: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(command, [*arguments, "--specs", str(specs), "--out", str(out)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_committed_packages_are_what_the_committed_specs_give_under_any_hash_seed() -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "asdoc.cli.main", "generate", "--check", "--full"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for seed in ("0", "1", "4242")
    ]
    for process in runs:
        told, _ = process.communicate(timeout=120)
        assert process.returncode == 0, told
        assert re.fullmatch(r"(\d+) of \1 files are up to date.\n", told)


def test_generate_writes_then_finds_nothing_to_do(small_specs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = run(small_specs, out)
    assert first.exit_code == 0
    assert f"new: {out}/appconfig/client.py" in first.output
    before = content(out)
    second = run(small_specs, out)
    assert (second.exit_code, second.output) == (0, "21 of 21 files are up to date.\n")
    assert content(out) == before


def test_check_names_every_drift_exits_with_1_and_writes_nothing(small_specs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(small_specs, out)
    with (out / "appconfig/client.py").open("a") as file:
        file.write("# edited\n")
    (out / "proton/errors.py").unlink()
    before = content(out)
    checked = run(small_specs, out, "--check")
    assert checked.exit_code == 1
    assert checked.output.splitlines() == [
        f"differs: {out}/appconfig/client.py",
        f"missing: {out}/proton/errors.py",
        "2 files drift from the specs.",
        "Run `asdoc generate` and commit the result.",
    ]
    assert content(out) == before
    assert run(small_specs, out).exit_code == 0
    assert run(small_specs, out, "--check").exit_code == 0


def test_check_on_an_empty_folder_names_all_files_and_makes_none(small_specs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    checked = run(small_specs, out, "appconfig", "--check")
    assert checked.exit_code == 1
    assert checked.output.count("missing: ") == 11
    assert not out.exists()


def test_a_spec_that_changes_changes_the_code(small_specs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(small_specs, out, "appconfig")
    path = small_specs / "appconfig/operations.json"
    path.write_text(path.read_text().replace('"status": 204', '"status": 205'))
    changed = run(small_specs, out, "appconfig", "--check")
    assert changed.exit_code == 1
    assert f"differs: {out}/appconfig/service.json" in changed.output
    assert f"differs: {out}/appconfig/client.py" in changed.output


def test_a_service_without_a_spec_any_more_is_removed(small_specs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(small_specs, out)
    shutil.rmtree(small_specs / "proton")
    checked = run(small_specs, out, "--check")
    assert checked.exit_code == 1
    assert f"superfluous: {out}/proton/client.py" in checked.output
    assert f"removed: {out}/proton/client.py" in run(small_specs, out).output
    assert not (out / "proton").exists()
    assert (out / "appconfig/client.py").exists()


def test_naming_one_service_leaves_the_other_alone(small_specs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(small_specs, out)
    (out / "proton/client.py").write_text("# edited\n")
    assert run(small_specs, out, "appconfig", "--check").exit_code == 0
    assert run(small_specs, out, "appconfig").exit_code == 0
    assert (out / "proton/client.py").read_text() == "# edited\n"


@pytest.mark.parametrize("service", ["nosuch", "../appconfig", "app config", ""])
def test_an_unknown_service_is_an_error_and_nothing_is_written(small_specs: Path, tmp_path: Path, service: str) -> None:
    with pytest.raises(AsdocError):
        run(small_specs, tmp_path / "out", service)
    assert not (tmp_path / "out").exists()


def test_a_folder_without_specs_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AsdocError, match="asdoc extract"):
        services_in(tmp_path)


def test_a_spec_that_names_another_service_is_refused(small_specs: Path) -> None:
    (small_specs / "proton").rename(small_specs / "other")
    with pytest.raises(AsdocError, match="other"):
        render(small_specs, ["other"])


def test_the_command_prints_errors_without_a_traceback_and_exits_with_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "asdoc.cli.main", "generate", "nosuch", "--out", str(tmp_path / "out")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "nosuch" in done.stderr
    assert "Traceback" not in done.stderr
