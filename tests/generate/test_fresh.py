"""A package that is up to date is not made again, and one that is not is."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from asdoc.cli.generate import command
from asdoc.codegen import generate, manifest


def run(specs: Path, out: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(command, [*arguments, "--specs", str(specs), "--out", str(out)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The services that are rendered from now on."""
    asked: list[str] = []
    whole = generate.render

    def render(specs: Path, services: list[str]) -> generate.Rendered:
        asked.extend(services)
        return whole(specs, services)

    monkeypatch.setattr(generate, "render", render)
    return asked


@pytest.fixture
def out(small_specs: Path, tmp_path: Path) -> Path:
    assert run(small_specs, tmp_path / "out").exit_code == 0
    return tmp_path / "out"


def drift(result: Result, out: Path) -> set[str]:
    """The files that a check names."""
    return {line.partition(f"{out}/")[2] for line in result.output.splitlines() if f": {out}/" in line}


def test_an_unchanged_tree_is_checked_without_making_it(small_specs: Path, out: Path, rendered: list[str]) -> None:
    checked = run(small_specs, out, "--check")
    assert (checked.exit_code, checked.output) == (0, "21 of 21 files are up to date.\n")
    assert rendered == []
    assert run(small_specs, out, "--check", "--full").exit_code == 0
    assert rendered == ["appconfig", "proton"]


def test_one_changed_spec_costs_one_service(small_specs: Path, out: Path, rendered: list[str]) -> None:
    path = small_specs / "appconfig/operations.json"
    path.write_text(path.read_text().replace('"status": 204', '"status": 205'))
    checked = run(small_specs, out, "--check")
    assert checked.exit_code == 1
    assert drift(checked, out) == {f"appconfig/{name}" for name in ("client.py", "async_client.py", "service.json")} | {
        "MANIFEST.json"
    }
    assert rendered == ["appconfig"]
    run(small_specs, out)
    rendered.clear()
    assert run(small_specs, out, "--check").exit_code == 0
    assert rendered == []


def test_a_sentence_that_moved_on_its_page_changes_no_code(small_specs: Path, out: Path) -> None:
    path = small_specs / "appconfig/shapes.json"
    told = path.read_text()
    moved = re.sub(r"(\.rst):(\d+)", lambda found: f"{found[1]}:{int(found[2]) + 3}", told)
    assert moved != told
    path.write_text(moved)
    assert drift(run(small_specs, out, "--check"), out) == {"MANIFEST.json"}


@pytest.mark.parametrize("name", ["client.py", "cases.json", "py.typed"])
def test_a_file_that_was_edited_is_found(small_specs: Path, out: Path, rendered: list[str], name: str) -> None:
    with (out / "proton" / name).open("a") as file:
        file.write("\n")
    assert drift(run(small_specs, out, "--check"), out) == {f"proton/{name}"}
    assert rendered == ["proton"]


def test_another_generator_makes_everything_again(
    small_specs: Path, out: Path, rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "code", lambda: "0" * 64)
    assert drift(run(small_specs, out, "--check"), out) == {"MANIFEST.json"}
    assert rendered == ["appconfig", "proton"]
    rendered.clear()
    run(small_specs, out, "proton")
    assert rendered == ["proton"]
    rendered.clear()
    assert drift(run(small_specs, out, "--check"), out) == {"MANIFEST.json"}
    assert rendered == ["appconfig"], "that one was made by another generator is forgotten"


def test_a_file_edited_together_with_the_manifest_is_found_by_making_it(small_specs: Path, out: Path) -> None:
    path = out / "appconfig/client.py"
    path.write_text(path.read_text() + "# mine\n")
    noted = json.loads((out / manifest.NAME).read_bytes())
    noted["files"]["appconfig/client.py"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (out / manifest.NAME).write_text(json.dumps(noted, indent=1) + "\n")
    assert drift(run(small_specs, out, "--check", "--full"), out) == {"appconfig/client.py", "MANIFEST.json"}
