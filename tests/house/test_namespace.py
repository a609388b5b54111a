"""The house as such: one namespace over three source roots."""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_no_source_root_closes_the_namespace() -> None:
    # One asdoc/__init__.py would hide the packages of the other two roots.
    assert [str(path) for path in ROOT.glob("*/asdoc/__init__.py")] == []
    namespace = importlib.import_module("asdoc")
    assert {Path(entry).parent.name for entry in namespace.__path__} >= {
        "codegen",
        "generated",
        "conformance",
    }


def test_every_package_is_marked_as_typed() -> None:
    packages = [path for root in ("codegen", "generated", "conformance") for path in (ROOT / root / "asdoc").iterdir()]
    unmarked = [path.name for path in packages if (path / "__init__.py").exists() and not (path / "py.typed").exists()]
    assert unmarked == []


def test_a_plain_install_brings_msgspec_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert [requirement.split(">")[0] for requirement in project["dependencies"]] == ["msgspec"]


def test_every_generated_service_is_announced_by_an_entry_point() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    generated = {path.parent.name for path in (ROOT / "generated" / "asdoc").glob("*/service.json")}
    assert project["entry-points"]["asdoc.services"] == {name: f"asdoc.{name}" for name in generated}
