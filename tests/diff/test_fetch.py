"""The kept versions of botocore: whole or not there, whatever happens to the run that fetches, or to what is kept."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path

import botocore
import pytest

from asdoc.codegen.diff import fetch
from asdoc.codegen.lock import locked
from asdoc.codegen.spec import load_spec
from asdoc.runtime.errors import AsdocError

INSTALLED = f"botocore=={botocore.__version__}"
SERVICE = "appconfigdata"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    return tmp_path / "asdoc"


def test_a_version_that_cannot_be_fetched_leaves_nothing_behind(cache: Path) -> None:
    with pytest.raises(AsdocError, match="pip finds no such version"):
        fetch.fetch("botocore==1.27.9999", [SERVICE])
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_fetch_that_is_interrupted_leaves_nothing_behind(
    cache: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def pip(version: str, *arguments: str) -> None:
        Path(arguments[arguments.index("--dest") + 1]).mkdir()
        raise error

    monkeypatch.setattr(fetch, "_pip", pip)
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else AsdocError):
        fetch.fetch("botocore==1.27.28", [SERVICE])
    assert list(cache.iterdir()) == []


def test_what_a_killed_fetch_has_left_goes_with_the_next_and_what_is_whole_or_being_fetched_stays(cache: Path) -> None:
    for name in ("left/wheels", "kept/site", "read/pages", "held/wheels"):
        (cache / f"botocore-{name}").mkdir(parents=True)
    (cache / "botocore-kept" / "origin.json").write_text("{}")
    with locked(cache / "botocore-held", "fetching"), pytest.raises(AsdocError, match="no such version"):
        fetch.fetch("botocore==1.27.9999", [SERVICE])
    assert {path.name for path in cache.iterdir()} == {"botocore-kept", "botocore-read", "botocore-held"}


@pytest.mark.parametrize(
    "told", ["1.27.028", "01.27.28", "1.27", "1.27.28.1", "1.27.28rc1", "1.27.2\u0668", "latest", "../x"]
)
def test_each_version_has_one_spelling(cache: Path, told: str) -> None:
    with pytest.raises(AsdocError, match="no version of botocore"):
        fetch.fetch(f"botocore=={told}", [SERVICE])
    assert not cache.exists()


@pytest.mark.parametrize(
    "harm", ["cut", "lost", "all lost", "mangled journal", "mangled stamp", "page cut", "pages lost"]
)
def test_what_was_harmed_in_the_cache_is_made_again(cache: Path, harm: str) -> None:
    kept = fetch.fetch(INSTALLED, [SERVICE])
    before = load_spec(kept.specs, SERVICE)
    folder = kept.specs.parent
    shapes = kept.specs / SERVICE / "shapes.json"
    if harm == "all lost":
        shutil.rmtree(kept.specs)
    elif harm == "cut":
        os.truncate(shapes, 500)
    elif harm == "lost":
        shapes.unlink()
    elif harm == "mangled journal":
        (kept.specs / ".extracted").write_text('{"app')
    elif harm == "mangled stamp":
        (folder / "written.json").write_text("[1]")
    else:
        shapes.unlink()
        if harm == "page cut":
            os.truncate(folder / "pages" / SERVICE / "client" / "get_latest_configuration.rst", 200)
        else:
            shutil.rmtree(folder / "pages")
    again = fetch.fetch(INSTALLED, [SERVICE])
    assert load_spec(again.specs, SERVICE) == before


def test_a_version_whose_packages_are_lost_is_not_written_by_the_installed_one(cache: Path) -> None:
    folder = cache / "botocore-1.27.28"
    folder.mkdir(parents=True)
    (folder / "origin.json").write_text('{"date": "2022-07-13", "packages": []}')
    with pytest.raises(AsdocError, match="pip finds no such version"):
        fetch.fetch("botocore==1.27.28", [SERVICE])


def test_of_two_that_want_the_same_version_the_second_waits(cache: Path) -> None:
    pytest.importorskip("fcntl", reason="this system has no locks on folders")
    found: list[fetch.Fetched] = []
    folder = cache / f"botocore-{botocore.__version__}"
    with locked(folder, "fetching"):
        second = threading.Thread(target=lambda: found.append(fetch.fetch(INSTALLED, [SERVICE])))
        second.start()
        second.join(0.3)
        assert second.is_alive()
        folder.rename(cache / "gone")  # as a fetch that fails takes it away
    second.join(60)
    assert found[0].services == (SERVICE,)
    assert (folder / "specs" / SERVICE / "operations.json").is_file()


def test_specs_that_an_earlier_release_made_go_when_nobody_has_used_them_for_a_month(tmp_path: Path) -> None:
    from asdoc.codegen.on_demand import specs_of

    for name, days in (("boto3-1.0.0-botocore-1.0.0-old", 31), ("boto3-1.0.0-botocore-1.0.0-used", 2)):
        (tmp_path / name / SERVICE).mkdir(parents=True)
        at = time.time() - days * 24 * 3600
        os.utime(tmp_path / name, (at, at))
    made = specs_of([SERVICE], tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {made.name, "boto3-1.0.0-botocore-1.0.0-used"}
