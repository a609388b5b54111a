"""A small tree with specs and packages of its own, and pages that can be edited."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from asdoc.codegen.boto3_pages import write_pages
from asdoc.codegen.update import Folders, Update, update

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("appconfigdata", "proton")


class Tree(msgspec.Struct, frozen=True):
    """A checkout: `specs`, `generated`, and the pages that they were made of."""

    root: Path

    @property
    def specs(self) -> Path:
        return self.root / "specs"

    @property
    def out(self) -> Path:
        return self.root / "generated"

    @property
    def pages(self) -> Path:
        return self.root / "pages"

    def page(self, name: str) -> Path:
        return self.pages / name

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.page(name)
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} does not say {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def update(self, *services: str, check: bool = False, today: str = "2026-01-02") -> Update:
        return update(services or SERVICES, Folders((self.pages,)), self.specs, self.out, check=check, today=today)

    def content(self) -> dict[str, bytes]:
        """All files but the pages."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not path.is_relative_to(self.pages)
        }


@pytest.fixture(scope="session")
def _pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("today") / "pages"
    write_pages(SERVICES, out)
    (out / "manifest.json").unlink()  # it has the hash of each page, and tests edit pages
    return out


@pytest.fixture(scope="session")
def _whole(tmp_path_factory: pytest.TempPathFactory, _pages: Path) -> Path:
    tree = Tree(tmp_path_factory.mktemp("whole"))
    shutil.copytree(_pages, tree.pages)
    for service in SERVICES:
        shutil.copytree(ROOT / "specs" / service, tree.specs / service)
    tree.update()
    return tree.root


@pytest.fixture
def tree(_whole: Path, tmp_path: Path) -> Tree:
    """A tree that follows its pages."""
    shutil.copytree(_whole, tmp_path / "tree")
    return Tree(tmp_path / "tree")
