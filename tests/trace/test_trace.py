"""A trace leads to the lines that it names: in pages, in the spec, in what was generated."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import asdoc.codegen.trace
from asdoc.cli.trace import command
from asdoc.codegen.extract import extract
from asdoc.codegen.spec import Spec, load_spec
from asdoc.codegen.trace import generated, trace
from asdoc.codegen.trace.lines import Python, lines_of
from asdoc.codegen.trace.values import Place
from asdoc.runtime.schema import read_service
from tests.seeds import SEEDS, seed
from tests.targets.catalog import ROOT

SPECS, GENERATED = ROOT / "specs", ROOT / "generated" / "asdoc"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["--specs", str(SPECS), "--generated", str(GENERATED), *arguments])


def line(file: str | Path, number: int) -> str:
    return Path(file).read_text().splitlines()[number - 1]


def find(page: Path, text: str) -> int:
    """The number of the one line of a page that reads so."""
    (number,) = (number for number, told in enumerate(page.read_text().splitlines(), 1) if told.strip() == text)
    return number


def test_allow_revert_is_traced_from_its_line_to_its_parameter_and_the_statements_about_it(pages_dir: Path) -> None:
    told = trace(SPECS, "appconfig", "StopDeployment.AllowRevert", generated=GENERATED, pages=pages_dir)
    page = pages_dir / "appconfig/client/stop_deployment.rst"
    (reading,) = told.readings
    assert reading.page == "appconfig/client/stop_deployment.rst"
    assert reading.line == find(page, "AllowRevert=True|False")
    assert (reading.reading, reading.state, reading.sentence) == ("boolean", "as read", "AllowRevert=True|False")
    assert reading.explained == find(page, ":param AllowRevert:") + 2
    assert reading.explanation.startswith("A Boolean that enables AppConfig to rollback")
    assert told.wire is not None
    assert told.wire.facts == {"shape": "Boolean", "location": "header", "name": "Allow-Revert"}
    assert [place.pointer for place in told.spec] == ["/$defs/StopDeploymentRequest/properties/AllowRevert"]
    assert [(Path(place.file).name, place.what) for place in told.generated] == [
        ("client.py", "parameter AllowRevert of stop_deployment"),
        ("service.json", ""),
    ]
    assert {statement.id for statement in told.statements} == {
        "deployment.stop.only-while-deploying",
        "deployment.stop.allow-revert-in-progress",
        "deployment.stop.allow-revert-completed",
        "deployment.stop.revert-window",
        "deployment.revert.previous-version",  # of the line that explains the parameter
    }


def facts(spec: Spec) -> Iterator[tuple[str, str]]:
    """(fact, the name that every line with it holds) of all that a page of the service tells."""
    for name, operation in spec.operations.items():
        yield name, operation["method"]
        for error in operation["errors"]:
            yield f"{name}.errors.{error}", error
        for side in ("input", "output"):
            shape = spec.shapes[operation[side]] if operation[side] else {}
            for member in shape.get("properties", {}):
                yield f"{name}.{side}.{member}", member
    for name, shape in spec.shapes.items():
        for member in shape.get("properties", {}):
            yield f"{name}.{member}", member
        for value in shape.get("enum", ()):
            yield f"{name}={value}", value


def names(place: Place, name: str) -> tuple[str, ...]:
    """What one of the line of a place must hold."""
    last = place.pointer.rpartition("/")[2]
    if last.isdigit():
        return (name,)
    return (last,) if last else (name, place.what.rpartition(" ")[2])


@pytest.mark.parametrize("service", ["appconfig", "proton"])
def test_every_fact_is_traced_to_lines_that_hold_it(
    service: str, pages_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = load_spec(SPECS, service)
    # a trace reads its files afresh, which thousands of them in a row need not
    monkeypatch.setattr(asdoc.codegen.trace, "load_spec", lambda *_: spec)
    monkeypatch.setattr(asdoc.codegen.trace, "lines_of", cache(lines_of))
    monkeypatch.setattr(generated, "lines_of", cache(lines_of))
    monkeypatch.setattr(generated, "Python", cache(Python))
    monkeypatch.setattr(generated, "read_service", cache(read_service))
    seen = 0
    for fact, name in facts(spec):
        told = trace(SPECS, service, fact, generated=GENERATED, pages=pages_dir)
        assert told.readings, fact
        assert all(reading.state == "as read" for reading in told.readings), fact
        assert told.generated, fact
        for place in [*told.spec, *told.generated]:
            assert any(word in line(place.file, place.line) for word in names(place, name)), (fact, place)
        for case in told.cases:
            assert all(any(word in use for word in ("params", "output")) for use in case.uses), fact
        seen += 1
    assert seen > 300


def test_a_documented_call_is_traced_to_what_it_holds_of_a_fact() -> None:
    told = trace(SPECS, "appconfig", "CreateApplication.input.Name", generated=GENERATED)
    (case,) = told.cases
    assert case.id == "appconfig.example.CreateApplication.1"
    assert case.uses == ("/params/Name",)
    assert '"Name"' in line(case.at.file, case.at.line)


def test_an_allowed_value_that_two_older_pages_do_not_know_says_so(tmp_path: Path) -> None:
    seed("000")
    extract([SEEDS], tmp_path)
    told = trace(tmp_path, "appconfig", "StopDeployment.State=REVERTED", generated=None, pages=SEEDS)
    (reading,) = told.readings
    assert reading.page == seed("000").name
    assert "'REVERTED'" in line(SEEDS / reading.page, reading.line)
    sides = {override.fact: override for override in told.overridden}
    assert set(sides) == {f"{operation}Deployment.output.State" for operation in ("Get", "Start", "Stop")}
    aside = {source.rpartition(":")[0] for each in sides.values() for told in each.aside.values() for source in told}
    assert aside == {seed(number).name for number in ("001", "002", "003")}
    for override in sides.values():
        assert override.kept.endswith("|REVERTED")
        assert all("REVERTED" not in reading for reading in override.aside)


def test_json_tells_what_the_text_does(pages_dir: Path) -> None:
    arguments = ("appconfig", "StopDeployment.AllowRevert", "--pages", str(pages_dir))
    told = json.loads(run(*arguments, "--format", "json").output)
    text = " ".join(run(*arguments).output.split())
    assert told["fact"] == "StopDeployment.input.AllowRevert"
    for reading in told["readings"]:
        assert f"{reading['page']}:{reading['line']}" in text
        assert " ".join(reading["explanation"].split()) in text
    for place in [*told["spec"], *told["generated"]]:
        assert f"{place['file']}:{place['line']}".split("/")[-1] in text


def test_the_text_fits_80_columns_and_leaves_no_blanks_behind() -> None:
    printed = run("appconfig", "Deployment.State").output
    assert "Cases" in printed
    for row in printed.splitlines():
        assert len(row) <= 80
        assert row == row.rstrip()


def test_a_page_that_has_changed_is_told_and_ends_with_2(pages_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(pages_dir, tmp_path / "pages")
    page = tmp_path / "pages/appconfig/client/stop_deployment.rst"
    page.write_text(page.read_text().replace("AllowRevert=True|False", "AllowRevert='string'"))
    told = run("appconfig", "StopDeployment.AllowRevert", "--pages", str(tmp_path / "pages"))
    assert "the page has changed" in told.output
    assert told.exception is not None
    assert "1 of 1 lines have changed" in str(told.exception)


def test_a_page_cannot_speak_to_the_terminal(pages_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(pages_dir, tmp_path / "pages")
    page = tmp_path / "pages/appconfig/client/stop_deployment.rst"
    page.write_text(page.read_text().replace("A Boolean that", "A \x1b[31m[bold]Boolean"))
    told = run("appconfig", "StopDeployment.AllowRevert", "--pages", str(tmp_path / "pages"))
    assert "A ?[31m[bold]Boolean" in told.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("appconfg", "StopDeployment"), "Did you mean appconfig?"),
        (("../appconfig", "StopDeployment"), "no spec of"),
        (("appconfig", "StopDeployment.AllowRevrt"), "Did you mean StopDeployment.input.AllowRevert"),
        (("appconfig", "StopDeployment.State=REVERSED"), "State=REVERTED"),
        (("appconfig", "StopDeployment.AllowRevert=1"), "lists no values"),
        (("appconfig", "GetDeployment.errors.ConflictException"), "BadRequestException"),
        (("appconfig", ""), "no such fact"),
        (("appconfig", "."), "no such fact"),
        (("appconfig", "shapes.json#/$defs/Nothing"), "nothing stands there"),
        (("appconfig", "shapes.json#/$defs/Deployment/~2"), "nothing stands there"),
        (("appconfig", "/etc/passwd"), "nothing stands there"),
        (("appconfig", "x" * 5000), "no such fact"),
        (("appconfig", "StopDeployment", "--pages", "/nowhere"), "no folder of pages"),
        (("appconfig", "StopDeployment", "--generated", "/nowhere"), "no folder"),
    ],
)
def test_what_is_not_there_is_told_with_what_is_like_it(arguments: tuple[str, ...], says: str) -> None:
    error = run(*arguments).exception
    told: str = f"{getattr(error, 'message', error)} {getattr(error, 'hint', '')}"
    assert says in told
    assert len(told) < 700


@pytest.mark.parametrize(
    "pointer",
    [
        "shapes.json#/$defs/StopDeploymentRequest/properties/AllowRevert",
        "/$defs/StopDeploymentRequest/properties/AllowRevert",
        "operations.json#/operations/StopDeployment",
        "operations.json#/operations/StopDeployment/errors/0",
        "examples.json#/examples/0",
        "statements.yaml#/statements/0/then",
        "shapes.json#/$defs/DeploymentState/enum/6",
    ],
)
def test_a_pointer_into_the_spec_names_the_fact_that_it_lies_in(pointer: str) -> None:
    told = trace(SPECS, "appconfig", pointer, generated=GENERATED)
    again = trace(SPECS, "appconfig", told.fact, generated=GENERATED)
    assert again.readings == told.readings
    assert told.readings


def test_where_nothing_is_generated_the_trace_says_so(tmp_path: Path) -> None:
    told = trace(SPECS, "appconfig", "StopDeployment", generated=tmp_path)
    assert told.generated == ()
    assert any("asdoc generate" in note for note in told.notes)
