"""A trace that cannot be made says why and what to do, and a page that has changed is never shown as what was read."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest

from asdoc.cli.main import main
from asdoc.codegen.trace import Tracer
from asdoc.runtime.errors import AsdocError
from tests.targets.catalog import ROOT

SPECS, GENERATED = ROOT / "specs", ROOT / "generated" / "asdoc"


class Run(Protocol):
    def __call__(self, *arguments: str) -> tuple[int, str]: ...


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command; gives the exit code and all that is printed."""

    def of(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["trace", "--specs", str(SPECS), "--generated", str(GENERATED), *arguments])
        printed = capsys.readouterr()
        return int(str(ended.value.code or 0)), printed.out + printed.err

    return of


def page_with(pages: Path, folder: Path, change: Callable[[str], str]) -> Path:
    """A folder with the page of StopDeployment alone, changed."""
    name = "appconfig/client/stop_deployment.rst"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text(change((pages / name).read_text()))
    return folder


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("AllowRevert=True|False", "AllowRevert='string'"),
        lambda text: "\n" + text,
        lambda text: text[:200],
        lambda text: "",
    ],
    ids=["reworded", "moved", "cut off", "empty"],
)
def test_a_page_that_has_changed_is_told_and_ends_with_2(
    run: Run, change: Callable[[str], str], pages_dir: Path, tmp_path: Path
) -> None:
    pages = page_with(pages_dir, tmp_path, change)
    code, printed = run("appconfig", "StopDeployment.AllowRevert", "--pages", str(pages))
    assert code == 2
    assert "the page has changed: this line is another now" in printed
    assert "1 of 1 lines have changed since they were read" in printed
    assert f"asdoc extract {pages} --out {SPECS}" in printed


def test_a_page_that_is_no_text_has_changed(run: Run, pages_dir: Path, tmp_path: Path) -> None:
    pages = page_with(pages_dir, tmp_path, str)
    (pages / "appconfig/client/stop_deployment.rst").write_bytes(b"\xff\xfe")
    code, printed = run("appconfig", "StopDeployment.AllowRevert", "--pages", str(pages))
    assert (code, "the page has changed" in printed) == (2, True)


def test_a_page_cannot_speak_to_the_terminal(run: Run, pages_dir: Path, tmp_path: Path) -> None:
    pages = page_with(pages_dir, tmp_path, lambda text: text.replace("A Boolean that", "A \x1b[31m[bold]Boolean"))
    code, printed = run("appconfig", "StopDeployment.AllowRevert", "--pages", str(pages))
    assert (code, "A ?[31m[bold]Boolean" in printed) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("appconfg", "StopDeployment"), "Did you mean appconfig?"),
        (("../appconfig", "StopDeployment"), "no spec of"),
        (("..", "StopDeployment"), "It holds appconfig, appconfigdata, proton."),
        (("", "StopDeployment"), "It holds appconfig, appconfigdata, proton."),
        (("appconfig", "StopDeployment", "--specs", "/nowhere"), "there are no specs in /nowhere"),
        (("appconfig", "StopDeployment", "--pages", "/nowhere"), "is no folder of pages"),
        (("appconfig", "StopDeployment", "--generated", "/nowhere"), "there is no folder /nowhere"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(run: Run, arguments: tuple[str, ...], says: str) -> None:
    code, printed = run(*arguments)
    assert code == 2
    assert says in printed


@cache
def tracer() -> Tracer:
    return Tracer(SPECS, "appconfig", generated=GENERATED)


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        ("StopDeployment.AllowRevrt", "Did you mean StopDeployment.input.AllowRevert"),
        ("StopDeployment.2", "Did you mean StopDeployment.1"),
        ("StopDeployment.State=REVERSED", "State=REVERTED"),
        ("StopDeployment.State=", "State=BAKING"),
        ("StopDeployment.AllowRevert=1", "lists no values"),
        ("StopDeployment.errors", "StopDeployment.errors.BadRequestException"),
        ("GetDeployment.errors.ConflictException", "GetDeployment.errors.BadRequestException"),
        ("", "no such fact"),
        ("..", "no such fact"),
        ("=", "no such fact"),
        ("\N{SNOWMAN}\N{PARTY POPPER}", "no such fact"),
        ("x" * 100_000, "no such fact"),
        ("StopDeployment" + ".State" * 5000, "no such fact"),
        ("a\x1b[31mb", "'a\\x1b[31mb'"),
        ("#", "nothing stands there"),
        ("shapes.json#/$defs/Nothing", "nothing stands there"),
        ("shapes.json#/$defs/Deployment/~2", "nothing stands there"),
        ("operations.json#/operations/StopDeployment/errors/99", "nothing stands there"),
        ("examples.json#/examples/-1", "nothing stands there"),
        ("sources.json#/pages/0", "nothing stands there"),
        ("/etc/passwd", "nothing stands there"),
    ],
)
def test_a_fact_that_is_not_there_is_refused_with_what_is_like_it(fact: str, says: str) -> None:
    with pytest.raises(AsdocError) as refused:
        tracer().trace(fact)
    told = f"{refused.value.message}\n{refused.value.hint}"
    assert says in told
    assert len(told) < 700
    assert "\x1b" not in told


def test_a_folder_with_none_of_the_pages_is_told_and_how_to_write_them(run: Run, tmp_path: Path) -> None:
    code, printed = run("appconfig", "StopDeployment.AllowRevert", "--pages", str(tmp_path))
    assert code == 2
    assert "has none of its pages, such as appconfig/client/stop_deployment.rst" in printed
    assert "asdoc pages appconfig --out DIR" in printed


@pytest.mark.parametrize("page", ["../secret.rst", "x" * 5000, "a\\u0000b"], ids=["outside", "long", "nul"])
def test_a_page_outside_the_folder_or_of_no_possible_name_is_not_read(run: Run, page: str, tmp_path: Path) -> None:
    spec = tmp_path / "specs/appconfig"
    shutil.copytree(SPECS / "appconfig", spec)
    (tmp_path / "secret.rst").write_text("secret")
    for file in spec.glob("*.json"):
        file.write_text(file.read_text().replace("appconfig/client/stop_deployment.rst", page))
    (tmp_path / "pages").mkdir()
    arguments = ("--specs", str(tmp_path / "specs"), "--pages", str(tmp_path / "pages"))
    code, printed = run("appconfig", "StopDeployment.AllowRevert", *arguments)
    assert (code, "has none of its pages" in printed) == (2, True)


@pytest.mark.parametrize("name", ["shapes.json", "operations.json", "patches.json", "statements.yaml", "wire.json"])
@pytest.mark.parametrize("text", ["{", "\x00", "[1, {]"], ids=["cut off", "no text", "crossed"])
def test_a_spec_that_is_broken_is_refused(run: Run, name: str, text: str, tmp_path: Path) -> None:
    shutil.copytree(SPECS / "appconfig", tmp_path / "appconfig")
    (tmp_path / "appconfig" / name).write_text(text)
    code, printed = run("appconfig", "StopDeployment.AllowRevert", "--specs", str(tmp_path))
    assert code == 2
    assert name in printed


@pytest.mark.parametrize("name", ["client.py", "models.py", "cases.json", "service.json"])
@pytest.mark.parametrize("text", ["{", "[]", "\x00"], ids=["cut off", "a list", "no text"])
def test_a_package_that_is_broken_is_refused_or_told(run: Run, name: str, text: str, tmp_path: Path) -> None:
    shutil.copytree(GENERATED, tmp_path / "generated")
    (tmp_path / "generated/appconfig" / name).write_text(text)
    code, printed = run("appconfig", "GetDeployment.State", "--generated", str(tmp_path / "generated"))
    assert code in (0, 2)
    assert f"appconfig/{name}" in "".join(printed.split())
    assert "asdoc generate" in " ".join(printed.split())


def test_where_nothing_is_generated_the_trace_says_so_and_leads_to_the_spec(run: Run, tmp_path: Path) -> None:
    code, printed = run("appconfig", "StopDeployment", "--generated", str(tmp_path))
    assert code == 0
    assert "has no package of appconfig: `asdoc generate` writes it." in " ".join(printed.split())
    assert f"{SPECS}/appconfig/examples.json:" in "".join(printed.split())
