"""New pages make the tree follow, as a whole, once; what cannot follow by itself is told."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import botocore
import pytest

from asdoc.codegen.update import Installed, Release, Update, transaction, update
from asdoc.runtime.errors import AsdocError

from .conftest import SERVICES, Tree

PAGE = "appconfigdata/client/get_latest_configuration.rst"
SYNTAX = "          'ContentType': 'string',\n"
BULLET = "      - **ContentType** *(string) --* \n"
ETAG = "      - **Etag** *(string) --* \n\n        A tag of the content.\n\n        \n      \n\n"


def add_a_member(tree: Tree) -> None:
    tree.edit(PAGE, SYNTAX, SYNTAX + "          'Etag': 'string',\n")
    tree.edit(PAGE, BULLET, ETAG + BULLET)


def changed(tree: Tree, update: Update) -> set[str]:
    return {path.relative_to(tree.root.resolve()).as_posix() for path in update.contents}


def of(update: Update, service: str = "appconfigdata") -> Any:
    return next(told for told in update.services if told.service == service)


def test_a_tree_that_follows_its_pages_is_left_alone(tree: Tree) -> None:
    before = tree.content()
    told = tree.update()
    assert told.contents == {}
    assert tree.content() == before


def test_a_new_member_reaches_spec_client_table_and_changelog_and_nothing_else(tree: Tree) -> None:
    add_a_member(tree)
    told = tree.update()
    assert changed(tree, told) == {
        *(f"specs/appconfigdata/{name}" for name in ("shapes.json", "operations.json", "sources.json")),
        *(f"specs/appconfigdata/{name}" for name in ("statements.yaml", "CHANGELOG.md")),
        *(f"generated/appconfigdata/{name}" for name in ("client.py", "async_client.py", "models.pyi", "service.json")),
        "generated/appconfigdata/cases.json",  # where the sentences of its statements stand now
        "generated/MANIFEST.json",
    }
    assert "Etag" in (tree.out / "appconfigdata" / "models.pyi").read_text()
    assert [change.rule for change in of(told).changes] == ["output-member-added"]
    assert (tree.specs / "appconfigdata" / "CHANGELOG.md").read_text().count("\n## 2026-01-02") == 1
    assert of(told, "proton").changes == ()


def test_a_second_update_changes_nothing(tree: Tree) -> None:
    add_a_member(tree)
    tree.update()
    before = tree.content()
    assert tree.update(today="2026-03-04").contents == {}
    assert tree.content() == before


def test_the_newest_entry_stands_first_in_the_changelog(tree: Tree) -> None:
    add_a_member(tree)
    tree.update()
    tree.edit(PAGE, "'Etag'", "'Tag'")
    tree.edit(PAGE, "**Etag**", "**Tag**")
    tree.update(today="2026-03-04")
    told = (tree.specs / "appconfigdata" / "CHANGELOG.md").read_text()
    assert [line for line in told.splitlines() if line.startswith("## ")] == ["## 2026-03-04", "## 2026-01-02"]


def test_what_is_told_as_markup_on_a_page_is_none_in_the_changelog(tree: Tree) -> None:
    tree.edit(PAGE, SYNTAX, SYNTAX.replace("ContentType", "a<script>`b`"))
    tree.edit(PAGE, BULLET, BULLET.replace("ContentType", "a<script>`b`"))
    try:
        tree.update()
    except AsdocError:
        return  # refused as a page is as good
    told = (tree.specs / "appconfigdata" / "CHANGELOG.md").read_text()
    assert "<script>" not in told.replace("\\<script\\>", "")


def test_a_citation_follows_its_sentence_to_another_line(tree: Tree) -> None:
    path = tree.specs / "appconfigdata" / "statements.yaml"
    before = path.read_text()
    assert f"{PAGE}:113#7ce832c4b8fd" in before
    tree.edit(PAGE, "    **Response Structure**\n", "\n\n\n    **Response Structure**\n")
    told = tree.update()
    assert f"{PAGE}:116#7ce832c4b8fd" in path.read_text()
    assert of(told).moved > 0
    assert of(told).decisions == ()


def test_a_sentence_that_was_rewritten_is_for_a_maintainer_to_read(tree: Tree) -> None:
    tree.edit(PAGE, "A standard MIME type describing", "The MIME type describing")
    tree.edit(PAGE, "The data of the configuration. This may", "Data of the configuration. It may")
    told = of(tree.update())
    assert any(f"{PAGE}:120#284d25f3a3b7" in decision.what for decision in told.decisions)
    assert all("statements.yaml" in decision.where for decision in told.decisions)


def test_a_patch_that_no_longer_applies_stops_everything(tree: Tree) -> None:
    (tree.specs / "appconfigdata" / "patches.json").write_text(
        json.dumps(
            [
                {
                    "file": "operations.json",
                    "patch": [{"op": "test", "path": "/operations/GetLatestConfiguration/method", "value": "other"}],
                    "reason": "The method has another name.",
                    "evidence": f"{PAGE}:3#000000000000",
                }
            ]
        )
    )
    add_a_member(tree)
    before = tree.content()
    with pytest.raises(AsdocError, match=r"patches\.json#/0/patch/0.*does not apply"):
        tree.update()
    assert tree.content() == before


@pytest.mark.parametrize("left", [0, 100, 1500, 3000])
def test_a_page_that_is_cut_off_stops_everything(tree: Tree, left: int) -> None:
    add_a_member(tree)
    page = tree.page(PAGE)
    page.write_bytes(page.read_bytes()[:left])
    before = tree.content()
    with pytest.raises(AsdocError, match="get_latest_configuration"):
        tree.update()
    assert tree.content() == before


def test_a_check_writes_nothing_and_tells_the_same(tree: Tree) -> None:
    add_a_member(tree)
    before = tree.content()
    checked = tree.update(check=True)
    assert tree.content() == before
    done = tree.update()
    assert checked.contents == done.contents
    assert tree.update(check=True).contents == {}


def test_an_update_of_one_service_reads_and_writes_no_other(tree: Tree) -> None:
    add_a_member(tree)
    tree.page("proton/client/cancel_environment_deployment.rst").write_text("no page")
    (tree.pages / "manifest.json").write_text('{"services": {}}')
    told = tree.update("appconfigdata")
    assert [each.service for each in told.services] == ["appconfigdata"]
    assert not any("proton" in name for name in changed(tree, told))


def test_another_run_at_work_is_told(tree: Tree) -> None:
    fcntl = pytest.importorskip("fcntl", reason="this system has no locks on folders")
    descriptor = os.open(tree.specs, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(AsdocError, match="another run is writing there"):
            tree.update()
    finally:
        os.close(descriptor)


class Interrupted(BaseException):
    """As an interrupt is: nothing catches it on the way."""


def _interrupt(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """End the run when it puts the file of this number in its place."""
    taken = 0
    whole = transaction.Transaction._take

    def take(self: transaction.Transaction, step: Any) -> None:
        nonlocal taken
        if taken == after:
            raise Interrupted
        taken += 1
        whole(self, step)

    monkeypatch.setattr(transaction.Transaction, "_take", take)


@pytest.mark.parametrize("after", [0, 1, 5, 9])
def test_an_update_that_was_interrupted_while_it_wrote_is_finished_by_the_next(
    tree: Tree, tmp_path: Path, after: int
) -> None:
    add_a_member(tree)
    with pytest.MonkeyPatch.context() as patched:
        _interrupt(patched, after)
        with pytest.raises(Interrupted):
            tree.update()
    with pytest.raises(AsdocError, match="was interrupted"):
        tree.update(check=True)
    finished = tree.update(today="2026-03-04")
    assert finished.recovered > 0
    assert finished.contents == {}
    assert not (tree.root / transaction.NAME).exists()
    assert "Etag" in (tree.out / "appconfigdata" / "models.pyi").read_text()


def test_an_update_that_was_interrupted_before_it_wrote_has_changed_nothing(tree: Tree) -> None:
    add_a_member(tree)
    before = tree.content()
    with pytest.MonkeyPatch.context() as patched:

        def write(path: Path, content: bytes) -> None:
            raise Interrupted

        patched.setattr(transaction, "_write_through", write)
        with pytest.raises(Interrupted):
            tree.update()
    left = {name: content for name, content in tree.content().items() if not name.startswith(transaction.NAME)}
    assert left == before
    tree.update()
    assert not (tree.root / transaction.NAME).exists()
    assert "Etag" in (tree.out / "appconfigdata" / "models.pyi").read_text()


def test_a_disk_without_room_changes_nothing(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    add_a_member(tree)
    before = tree.content()

    def write(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(transaction, "_write_through", write)
    with pytest.raises(AsdocError, match="No space left on device"):
        tree.update()
    assert tree.content() == before


def test_services_without_a_spec_can_be_added(tree: Tree) -> None:
    for service in SERVICES:
        for path in (tree.specs / service).iterdir():
            if path.name not in ("wire.json",):
                path.unlink()
    told = tree.update("appconfigdata")
    assert of(told).changes == ()
    assert (tree.specs / "appconfigdata" / "operations.json").is_file()
    assert not (tree.specs / "appconfigdata" / "CHANGELOG.md").exists()


def test_a_release_is_a_source_like_the_installed_boto3(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tree.root / "cache"))
    release = Release(f"botocore=={botocore.__version__}")
    by_release = update(SERVICES, release, tree.specs, tree.out, check=True, today="2026-01-02")
    installed = update(SERVICES, Installed(), tree.specs, tree.out, check=True, today="2026-01-02")
    assert by_release.contents == installed.contents
    assert by_release.services == installed.services


@pytest.mark.parametrize("wanted", ["boto3==1.44.5", "botocore==x", "botocore==1.2", "--index-url=x", ""])
def test_what_is_no_release_is_refused_before_anything_runs(tree: Tree, wanted: str) -> None:
    before = tree.content()
    with pytest.raises(AsdocError, match="no version of botocore"):
        update(SERVICES, Release(wanted), tree.specs, tree.out)
    assert tree.content() == before
