"""Runs over many services: several processes, one result; an interrupt loses nothing; a rerun does what is missing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from asdoc.cli.main import cli
from asdoc.codegen import workers
from asdoc.codegen.boto3_pages import unfinished, write_pages
from asdoc.codegen.data_folder import extract_models
from asdoc.codegen.extract import attempt, extract, refusal
from asdoc.codegen.journal import NAME
from asdoc.codegen.lock import locked
from asdoc.codegen.spec import files
from asdoc.runtime.errors import AsdocError
from tests.explore import examples
from tests.spec.doubling import double

ASDOC = str(Path(sys.executable).with_name("asdoc"))
SERVICES = ["lex-runtime", "appconfigdata", "dynamodbstreams", "account"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a few services, from one process that nobody interrupted."""
    out = tmp_path_factory.mktemp("whole")
    write_pages(SERVICES, out)
    return out


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but the journal, which has the times of files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != NAME
    }


def times(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*.*")}


def interrupted(
    command: list[str], moment: Callable[[], bool], how: signal.Signals
) -> subprocess.CompletedProcess[str]:
    """Run asdoc, and signal it when `moment` is there; Ctrl-C goes to the whole group, as from a terminal."""
    started = subprocess.Popen(
        [ASDOC, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while started.poll() is None and not moment():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    if how == signal.SIGINT:
        os.killpg(started.pid, how)
    else:
        started.send_signal(how)
    out, told = started.communicate(timeout=60)
    return subprocess.CompletedProcess(command, started.returncode, out, told)


def run(*command: str) -> str:
    """Run asdoc to its end, here and not in a process of its own, which takes longer to start than to do the work."""
    ended = CliRunner().invoke(cli, command, catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    return ended.stdout


# -- pages


def test_several_processes_write_the_pages_that_one_writes(whole: Path, tmp_path: Path) -> None:
    told: list[str] = []
    counts = write_pages(SERVICES, tmp_path, lambda service, _: told.append(service), processes=2)
    assert content(tmp_path) == content(whole)
    assert sorted(told) == sorted(SERVICES)
    assert list(counts) == SERVICES


@pytest.mark.parametrize(("processes", "written"), [("1", 1), ("2", 0), ("2", 1), ("2", 3)])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_pages_interrupted_at_any_time_are_whole_and_a_rerun_writes_what_is_missing(
    whole: Path, tmp_path: Path, how: signal.Signals, written: int, processes: str
) -> None:
    command = ["pages", *SERVICES, "--out", str(tmp_path), "-j", processes]

    def moment() -> bool:
        if written == 0:
            return any(tmp_path.iterdir())
        manifest = tmp_path / "manifest.json"
        return manifest.exists() and len(json.loads(manifest.read_text())["services"]) >= written

    done = interrupted(command, moment, how)
    assert "Traceback" not in done.stderr
    if how == signal.SIGINT:
        _said_how_it_ended(done)
        assert done.returncode or not unfinished(SERVICES, tmp_path)
        assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]
    for service in SERVICES:
        there = content(tmp_path / service)
        assert not there or there == content(whole / service), "half a service"
    missing = unfinished(SERVICES, tmp_path)
    assert len(missing) <= len(SERVICES) - written
    before = times(tmp_path)
    _until_alone(tmp_path)
    told = run(*command[:-1], "1")
    assert f"{len(missing)} written, {len(SERVICES) - len(missing)} there already" in told
    assert content(tmp_path) == content(whole)
    after = times(tmp_path)
    kept = tuple(f"{service}/" for service in SERVICES if service not in missing)
    assert {name: before[name] for name in before if name.startswith(kept)} == {
        name: after[name] for name in after if name.startswith(kept)
    }


def _said_how_it_ended(done: subprocess.CompletedProcess[str]) -> None:
    """An interrupt that comes when all is done changes nothing."""
    assert done.returncode in (0, 130)
    assert ("The same command again does what is missing." in done.stderr) == (done.returncode == 130)


def _until_alone(folder: Path) -> None:
    """Wait for the processes of a killed run to end by themselves; the lock is not theirs."""
    before = None
    while before != (before := sorted(path.name for path in folder.rglob("*"))):
        time.sleep(0.3)


def test_the_processes_of_a_killed_run_end_by_themselves(tmp_path: Path) -> None:
    children: list[int] = []

    def moment() -> bool:
        children[:] = _children(started_by=tmp_path)
        return len(children) >= 2 and any(tmp_path.iterdir())

    interrupted(["pages", "ec2", "s3", "--out", str(tmp_path), "-j", "2"], moment, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() and _state(child) != "Z" for child in children):
        assert time.monotonic() < deadline, "a process outlived its run"
        time.sleep(0.05)


def _children(started_by: Path) -> list[int]:
    """Processes spawned by the asdoc that writes to a folder."""
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("needs /proc")
    parents: dict[int, int] = {}
    found = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if str(started_by).encode() in command and b"pages" in command:
            found = int(entry.name)
    return [child for child, parent in parents.items() if found and parent == found]


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_a_page_that_was_changed_lost_or_added_makes_its_service_unfinished(whole: Path, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    shutil.copytree(whole, pages)
    assert unfinished(SERVICES, pages) == []
    (pages / "account" / "client" / "close.rst").write_text("changed")
    (pages / "appconfigdata.rst").unlink()
    (pages / "lex-runtime" / "client" / "more.rst").write_text("added")
    assert unfinished(SERVICES, pages) == ["lex-runtime", "appconfigdata", "account"]
    assert unfinished(SERVICES, pages, dated="2026-01-01") == SERVICES


def test_fresh_writes_all_anew(whole: Path, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    shutil.copytree(whole, pages)
    assert "1 services: 0 written, 1 there already" in run("pages", "account", "--out", str(pages))
    assert "account: " in run("pages", "account", "--out", str(pages), "--fresh")


def test_a_second_run_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with locked(tmp_path, "testing"), pytest.raises(AsdocError, match="another run is writing there"):
        write_pages(["account"], tmp_path)
    write_pages(["account"], tmp_path)


# -- extract


@pytest.fixture(scope="module")
def specs(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("specs")
    extract([whole], out)
    return out


def test_several_processes_extract_what_one_extracts(
    whole: Path, specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asdoc.codegen.extract._FEW", 0)
    extraction = attempt([whole], tmp_path, processes=2)
    assert list(extraction.services) == sorted(SERVICES)
    assert content(tmp_path) == content(specs)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("written", [0, 1, 3])
def test_an_extraction_interrupted_at_any_time_loses_nothing_done(
    whole: Path, specs: Path, tmp_path: Path, how: signal.Signals, written: int
) -> None:
    command = ["extract", str(whole), "--out", str(tmp_path), "-j", "2"]
    done = interrupted(command, lambda: len(list(tmp_path.iterdir())) > written, how)
    assert "Traceback" not in done.stderr
    if how == signal.SIGINT:
        _said_how_it_ended(done)
    _until_alone(tmp_path)
    journal = json.loads((tmp_path / NAME).read_text()) if (tmp_path / NAME).exists() else {}
    alone = [*command[:-1], "1"]
    assert f"{len(SERVICES)} services, {len(journal)} unchanged" in run(*alone) or not journal
    # what was being written when the process was killed lies beside what is written
    left = {name: text for name, text in content(tmp_path).items() if "/.fresh." not in name and ".." not in name}
    assert left == content(specs)
    assert f"{len(SERVICES)} services, {len(SERVICES)} unchanged" in run(*alone)


def change_page(pages: Path, out: Path) -> None:
    (pages / "account" / "client" / "get_primary_email.rst").unlink()


def change_wire(pages: Path, out: Path) -> None:
    run("wire", "account", "--out", str(out))


def change_patches(pages: Path, out: Path) -> None:
    (out / "account" / "patches.json").write_text("[]")


def lose_output(pages: Path, out: Path) -> None:
    (out / "account" / "shapes.json").unlink()


def change_output(pages: Path, out: Path) -> None:
    (out / "account" / "shapes.json").write_text("{}")


def mangle_journal(pages: Path, out: Path) -> None:
    journal = json.loads((out / NAME).read_text())
    del journal["account"]["inputs"]
    (out / NAME).write_text(json.dumps({**journal, "account": {"inputs": "", "outputs": {}, "counts": {}}}))


@pytest.mark.parametrize(
    "change", [change_page, change_wire, change_patches, lose_output, change_output, mangle_journal]
)
def test_only_the_service_whose_input_or_output_changed_is_extracted_again(
    whole: Path, specs: Path, tmp_path: Path, change: Callable[[Path, Path], None]
) -> None:
    shutil.copytree(whole, tmp_path / "pages")
    extract([tmp_path / "pages"], tmp_path / "specs")
    change(tmp_path / "pages", tmp_path / "specs")
    extraction = extract([tmp_path / "pages"], tmp_path / "specs")
    assert set(extraction.services) - extraction.unchanged == {"account"}
    again = extract([tmp_path / "pages"], tmp_path / "specs")
    assert set(again.services) == again.unchanged


def test_another_option_another_code_and_fresh_extract_all_again(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract([whole], tmp_path)
    assert extract([whole], tmp_path, fresh=True).unchanged == set()
    assert extract([whole], tmp_path, emit="facts").unchanged == set()
    assert extract([whole], tmp_path).unchanged == set(SERVICES)
    assert extract([whole], tmp_path, emit="facts").unchanged == set(SERVICES)
    monkeypatch.setattr("asdoc.codegen.journal.code", lambda: "another")
    assert extract([whole], tmp_path).unchanged == set()


def test_a_journal_that_is_none_is_as_good_as_missing(whole: Path, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("{half")
    assert extract([whole / "account"], tmp_path).unchanged == set()
    assert extract([whole / "account"], tmp_path).unchanged == {"account"}


def test_every_refused_page_is_listed_and_the_other_pages_are_written(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asdoc.codegen.extract._FEW", 0)
    pages = tmp_path / "pages"
    shutil.copytree(whole, pages)
    broken = [*sorted((pages / "lex-runtime" / "client").glob("*.rst")), pages / "account" / "client" / "close.rst"]
    for page in broken:
        page.write_bytes(page.read_bytes()[:-40])
    extraction = attempt([pages], tmp_path / "specs", processes=2)
    assert len(broken) > 5
    assert sorted(extraction.services) == sorted(set(SERVICES) - {"lex-runtime"})
    error = refusal(extraction)
    assert error is not None
    for page in broken:
        assert f"\n  {page.relative_to(pages).as_posix()}:" in error.message


def test_a_service_that_fails_is_named_and_the_others_are_written(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "account").mkdir()
    (tmp_path / "account" / "wire.json").write_text("[")
    extraction = attempt([whole], tmp_path)
    assert sorted(extraction.services) == sorted(set(SERVICES) - {"account"})
    (error,) = extraction.failed
    assert "account/wire.json:1" in error.message


def test_a_fault_of_a_reader_names_service_and_page(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(path: str, data: bytes) -> Any:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("asdoc.codegen.jobs.read_pages", fault)
    with pytest.raises(AsdocError, match=r"extracting account: reading account\.rst: ZeroDivisionError: by nought"):
        extract([whole / "account.rst"], tmp_path)


# -- workers


@pytest.mark.parametrize("processes", [1, 3])
def test_results_and_errors_come_back_by_name(processes: int) -> None:
    results: dict[str, int | AsdocError] = {}
    jobs = {"one": 1, "minus": -1, "zero": 0, **{str(number): number for number in range(2, 20)}}
    workers.run(double, jobs, results.__setitem__, doing="doubling", processes=processes)
    assert results["one"] == 2
    assert results["19"] == 38
    minus, zero = results["minus"], results["zero"]
    assert isinstance(minus, AsdocError)
    assert (minus.message, minus.hint) == ("it is negative", "Take another.")
    assert isinstance(zero, AsdocError)
    assert zero.message.startswith("doubling zero: LookupError: nothing to double (doubling.py, line ")


def test_a_process_that_dies_is_told_of_and_replaced() -> None:
    results: dict[str, int | AsdocError] = {}
    jobs = {"dies": 101, "dies too": 102, "one": 1, "two": 2}
    workers.run(double, jobs, results.__setitem__, doing="doubling", processes=2)
    assert (results["one"], results["two"]) == (2, 4)
    died = results["dies"]
    assert isinstance(died, AsdocError)
    assert "doubling dies: the process at work on it ended with code -9" in died.message


_AT_TOP_LEVEL = """
from pathlib import Path
from asdoc.codegen.boto3_pages import write_pages
with open("runs", "a") as runs:
    runs.write("one ")
print(*write_pages(["account", "appconfigdata"], Path("pages"), processes=2))
"""
_IN_A_POOL = """
import multiprocessing
from asdoc.codegen import workers
from tests.spec.doubling import double
def doubled(number):
    found = {}
    workers.run(double, {"a": number, "b": 2}, found.__setitem__, doing="doubling", processes=2)
    return found
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(*pool.map(doubled, [1]))
"""


@pytest.mark.parametrize(
    ("script", "told"), [(_AT_TOP_LEVEL, "account appconfigdata\n"), (_IN_A_POOL, "{'a': 2, 'b': 4}\n")]
)
def test_whoever_calls_us_gets_the_result(script: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(script, encoding="utf-8")
    (tmp_path / "runs").write_text("")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ran = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == (told, "", 0)
    assert (tmp_path / "runs").read_text() in ("", "one "), "no other process runs the script"


def test_models_of_a_folder_are_the_same_by_several_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("orchard", "mill"):
        held = tmp_path / "data" / name
        held.mkdir(parents=True)
        operation = {"name": f"Run{name.capitalize()}", "http": {"method": "POST", "requestUri": "/"}}
        metadata = {"protocol": "json", "serviceId": name, "endpointPrefix": name, "apiVersion": "2024-01-01"}
        model = {"metadata": metadata, "operations": {operation["name"]: operation}, "shapes": {}}
        (held / "service-2.json").write_text(json.dumps(model), encoding="utf-8")
    extract_models(tmp_path / "data", tmp_path / "one")
    monkeypatch.setattr("asdoc.codegen.data_folder._MANY", 1)
    told = extract_models(tmp_path / "data", tmp_path / "two", processes=2)
    assert list(told) == ["mill", "orchard"]
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert "RunMill" in (tmp_path / "two" / "mill" / "wire.json").read_text()


# -- the compiled check of specs

_LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False)


@settings(max_examples=examples(25), deadline=None)
@given(data=st.data())
def test_both_validators_judge_a_changed_spec_alike(specs: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name.removesuffix(".json") for name in files.GENERATED]))
    document = json.loads((specs / "account" / f"{name}.json").read_text(encoding="utf-8"))
    at = document
    while isinstance(at, dict | list) and at:
        key: Any = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[key], dict | list) or data.draw(st.booleans()):
            at[key] = data.draw(_LEAVES)
            break
        at = at[key]
    if files._is_valid(document, name):
        assert files.validator(name).is_valid(document)
