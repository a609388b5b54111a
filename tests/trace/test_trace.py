"""A trace leads to the lines that it names: in pages, in the spec, in what was generated."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from asdoc.cli.trace import command
from asdoc.codegen.extract import extract
from asdoc.codegen.pages import hash_of
from asdoc.codegen.spec import load_spec
from asdoc.codegen.trace import Trace, Tracer
from asdoc.codegen.trace.values import Place
from tests.seeds import SEEDS, seed
from tests.targets.catalog import ROOT

from .facts import facts

SPECS, GENERATED = ROOT / "specs", ROOT / "generated" / "asdoc"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["--specs", str(SPECS), "--generated", str(GENERATED), *arguments])


@cache
def tracer(pages: Path | None = None) -> Tracer:
    return Tracer(SPECS, "appconfig", generated=GENERATED, pages=pages)


def trace(fact: str, pages: Path | None = None) -> Trace:
    return tracer(pages).trace(fact)


def line(file: str | Path, number: int) -> str:
    return Path(file).read_text().splitlines()[number - 1]


def only(file: Path, *starts: str) -> int:
    """The number of the line that begins so: of the first such line after the one that begins as told before."""
    rows, at = [row.strip() for row in file.read_text().splitlines()], 0
    for start in starts:
        at = next(number for number, row in enumerate(rows, 1) if number > at and row.startswith(start))
    return at


def test_allow_revert_is_shown_from_its_line_to_its_parameter_and_the_statements_about_it(pages_dir: Path) -> None:
    page = pages_dir / "appconfig/client/stop_deployment.rst"
    spec, package = SPECS / "appconfig", GENERATED / "appconfig"
    syntax = only(page, "AllowRevert=True|False")
    told = only(page, ":param AllowRevert:") + 2
    wire = only(spec / "wire.json", '"StopDeploymentRequest": {', '"AllowRevert": {')
    shapes = only(spec / "shapes.json", '"StopDeploymentRequest": {', '"AllowRevert": {')
    client = only(package / "client.py", "def stop_deployment(", "self, *, ApplicationId: str, EnvironmentId: str")
    table = only(package / "service.json", '"StopDeploymentRequest":')
    statement = only(spec / "statements.yaml", "- id: deployment.stop.allow-revert-completed")
    case = package / "cases.json"
    expected = f"""\
StopDeployment.input.AllowRevert  (member of appconfig)
  boolean, optional, of StopDeploymentRequest

Read
  appconfig/client/stop_deployment.rst:{syntax}  #{hash_of("AllowRevert=True|False")}
    boolean  (rst, undated)
    {syntax}: AllowRevert=True|False
    {told}: A Boolean that enables AppConfig to rollback a ``COMPLETED`` deployment
        to the previous configuration version. This action moves the deployment
        to a status of ``REVERTED``.

From the wire source
  botocore 1.44.5
    shape: Boolean
    location: header
    name: Allow-Revert
  {spec}/wire.json:{wire}
    #/shapes/StopDeploymentRequest/members/AllowRevert

Spec
  {spec}/shapes.json:{shapes}
    #/$defs/StopDeploymentRequest/properties/AllowRevert

Generated
  {package}/client.py:{client}
    parameter AllowRevert of stop_deployment
  {package}/service.json:{table}
    #/shapes/StopDeploymentRequest/members/AllowRevert
"""
    printed = run("appconfig", "StopDeployment.AllowRevert", "--pages", str(pages_dir)).output
    shown, _, statements = printed.partition("\nStatements\n")
    assert shown == expected
    assert (
        f"""\
  deployment.stop.allow-revert-completed  (names it)
    given a COMPLETE deployment, when it is stopped with AllowRevert within 72
    hours of its completion, then its state becomes REVERTED
    {spec}/statements.yaml:{statement}
    {case}:"""
        in statements
    )
    assert [row.strip() for row in statements.splitlines() if row.startswith("  deployment")] == [
        "deployment.stop.only-while-deploying  (names it)",
        "deployment.stop.allow-revert-in-progress  (names it)",
        "deployment.stop.allow-revert-completed  (names it)",
        "deployment.stop.revert-window  (names it)",
        "deployment.revert.previous-version  (names it)",
        "deployment.stop.not-reverted  (names it)",
        "deployment.stop.window-from-completion  (names it)",
        "deployment.stop.this-one  (names it)",
    ]


def held(place: Place, name: str) -> str:
    """What the line of a place must hold: the last name of its pointer, or in Python the name of the fact."""
    last = place.pointer.rpartition("/")[2]
    return last if last and not last.isdigit() else name


@pytest.mark.parametrize("service", ["appconfig", "proton"])
def test_every_fact_is_traced_to_lines_that_hold_it(service: str, pages_dir: Path) -> None:
    whole = Tracer(SPECS, service, generated=GENERATED, pages=pages_dir)
    lines: Callable[[str], list[str]] = cache(lambda file: Path(file).read_text().splitlines())
    seen = 0
    for fact, name in facts(load_spec(SPECS, service)):
        told = whole.trace(fact)
        assert all(reading.state == "as read" for reading in told.readings), fact
        assert any(name in reading.sentence for reading in told.readings), fact
        assert told.generated, fact
        for place in [*told.spec, *told.generated, *(case.at for case in told.cases if case.uses)]:
            assert held(place, name) in lines(place.file)[place.line - 1], (fact, place)
        seen += 1
    assert seen > 1000


def test_every_example_statement_and_waiter_is_traced_to_what_its_pages_say(pages_dir: Path) -> None:
    spec = load_spec(SPECS, "appconfig")
    ids = [entry["id"] for entry in [*spec.examples, *spec.statements["statements"]]]
    for fact in [*ids, *spec.waiters]:
        told = trace(fact, pages_dir)
        assert told.readings, fact
        assert all(reading.state == "as read" for reading in told.readings), fact
        (first, *_) = told.spec
        assert fact in line(first.file, first.line) + line(first.file, first.line + 1), fact


def test_a_documented_call_is_shown_as_the_page_has_it(pages_dir: Path) -> None:
    page = pages_dir / "appconfig/client/stop_deployment.rst"
    _, call, output = trace("StopDeployment.1", pages_dir).readings
    assert (call.reading, output.reading) == ("call", "output")
    assert call.sentence == (
        "response = client.stop_deployment(\n    ApplicationId='339ohji',\n    DeploymentNumber=2,\n"
        "    EnvironmentId='54j1r29',\n)"
    )
    assert call.line == only(page, "response = client.stop_deployment(", "response = client.stop_deployment(")
    number = f"    {call.line}: "
    printed = run("appconfig", "StopDeployment.1", "--pages", str(pages_dir)).output
    assert f"{number}response = client.stop_deployment(\n{' ' * len(number)}    ApplicationId='339ohji'," in printed


def test_a_documented_call_is_traced_to_what_it_holds_of_a_fact() -> None:
    (case,) = trace("CreateApplication.input.Name").cases
    assert case.id == "appconfig.example.CreateApplication.1"
    assert case.uses == ("/params/Name",)
    assert '"Name"' in line(case.at.file, case.at.line)


def test_a_required_member_is_traced_to_the_word_that_requires_it(pages_dir: Path) -> None:
    page = pages_dir / "appconfig/client/stop_deployment.rst"
    told = trace("StopDeployment.EnvironmentId", pages_dir)
    assert [(reading.line, reading.reading) for reading in told.readings] == [
        (only(page, "response = client.stop_deployment(", "EnvironmentId='string',"), "string"),
        (only(page, ":param EnvironmentId: **[REQUIRED]**"), "required"),
    ]
    assert [place.what for place in told.spec] == ["", "required"]


def test_an_error_is_traced_to_its_own_line_and_its_structure(pages_dir: Path) -> None:
    told = trace("StopDeployment.errors.BadRequestException", pages_dir)
    structure, error = told.readings
    assert structure.page == "appconfig/client/exceptions/BadRequestException.rst"
    assert (error.reading, error.sentence) == (
        "raises BadRequestException", "*   :py:class:`AppConfig.Client.exceptions.BadRequestException`",
    )  # fmt: skip
    assert [Path(place.file).name for place in told.generated] == ["errors.py", "service.json"]


def test_an_operation_is_traced_to_the_lines_of_its_names_and_errors(pages_dir: Path) -> None:
    assert [(reading.reading, reading.sentence) for reading in trace("StopDeployment", pages_dir).readings] == [
        ("method stop_deployment", ".. py:method:: AppConfig.Client.stop_deployment(**kwargs)"),
        (
            "operation StopDeployment",
            "See also: `AWS API Documentation "
            "<https://docs.aws.amazon.com/goto/WebAPI/appconfig-2019-10-09/StopDeployment>`_",
        ),
        *(
            (f"raises {error}", f"*   :py:class:`AppConfig.Client.exceptions.{error}`")
            for error in ("ResourceNotFoundException", "InternalServerException", "BadRequestException")
        ),
    ]


@pytest.fixture(scope="module")
def seeds_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The spec that the seed pages alone give."""
    seed("000")
    out = tmp_path_factory.mktemp("seeds")
    extract([SEEDS], out)
    return out


@pytest.mark.seeds
def test_a_value_that_older_pages_do_not_know_says_so_with_their_sentences(seeds_dir: Path) -> None:
    pages = {number: seed(number).name for number in ("000", "001", "002", "003")}
    told = Tracer(seeds_dir, "appconfig", generated=None, pages=SEEDS).trace("StopDeployment.State=REVERTED")
    (reading,) = told.readings
    assert reading.page == pages["000"]
    assert "|'REVERTED'," in reading.sentence
    aside = {
        override.fact: [(read.page, read.reading, read.date) for read in override.aside]
        for override in told.overridden
    }  # fmt: skip
    changes = (pages["003"], "does not know REVERTED", "2022-07-13")
    assert aside == {
        "GetDeployment.output.State": [(pages["001"], "does not know REVERTED", ""), changes],
        "StartDeployment.output.State": [(pages["002"], "does not know REVERTED", ""), changes],
        "StopDeployment.output.State": [changes],
    }
    for override in told.overridden:
        assert override.why == "older"
        assert override.by is not None
        assert (override.by.page, override.by.line) == (reading.page, reading.line)
        for read in override.aside:
            assert "'ROLLING_BACK'|'ROLLED_BACK'," in read.sentence
            assert read.sentence == line(SEEDS / read.page, read.line).strip()


@pytest.mark.seeds
def test_the_day_on_which_a_member_came_is_told_of_the_operation_and_the_member_alone(seeds_dir: Path) -> None:
    page = seed("003")
    traces = Tracer(seeds_dir, "appconfig", generated=None, pages=SEEDS)
    for fact in ("StopDeployment", "StopDeployment.AppliedExtensions", "StopDeployment.AppliedExtensions.ExtensionId"):
        (change,) = traces.trace(fact).changes
        assert (change.page, change.reading, change.date) == (page.name, "updated on this day", "2022-07-13")
        assert change.sentence.startswith("{'AppliedExtensions': [{'ExtensionAssociationId': 'string', 'ExtensionId': ")
    assert traces.trace("StopDeployment.State").changes == ()
    (new,) = traces.trace("CreateExtension").changes
    assert new.reading == "new on this day"


def test_an_erratum_is_told_of_the_member_that_it_corrects_and_of_no_other() -> None:
    (patch,) = trace("StopDeployment.output.PercentageComplete").patches
    assert patch.id == "first-share-of-a-linear-deployment"
    assert '"op": "add"' in line(patch.at.file, patch.at.line) + line(patch.at.file, patch.at.line + 1)
    assert patch.evidence[0].startswith("appconfig/client/stop_deployment.rst:")
    (case,) = trace("StopDeployment.output.PercentageComplete").cases
    assert case.errata == (patch.id,)
    assert trace("StopDeployment.output.GrowthFactor").patches == ()


def test_every_place_in_a_documented_call_is_told() -> None:
    (case,) = (case for case in trace("Deployment.EventLog.EventType").cases if "GetDeployment" in case.id)
    events = json.loads((SPECS / "appconfig/examples.json").read_text())["examples"]
    (output,) = (example["output"] for example in events if example["id"] == "GetDeployment.1")
    assert case.uses == tuple(f"/output/EventLog/{index}/EventType" for index in range(len(output["EventLog"])))


@pytest.mark.seeds
def test_a_member_that_a_long_line_of_an_older_page_has_is_shown_in_that_line(seeds_dir: Path) -> None:
    printed = run("appconfig", "StopDeployment.State=REVERTED", "--specs", str(seeds_dir), "--pages", str(SEEDS)).output
    assert "426: … 'State': 'BAKING'|'VALIDATING'|'DEPLOYING'|'COMPLETE'|\n" in printed


def test_json_tells_what_the_text_does(pages_dir: Path) -> None:
    arguments = ("appconfig", "StopDeployment.AllowRevert", "--pages", str(pages_dir))
    told = json.loads(run(*arguments, "--format", "json").output)
    text = " ".join(run(*arguments).output.split())
    assert told["fact"] == "StopDeployment.input.AllowRevert"
    (reading,) = told["readings"]
    page = pages_dir / reading["page"]
    assert reading == {
        "page": "appconfig/client/stop_deployment.rst",
        "line": only(page, "AllowRevert=True|False"),
        "hash": hash_of("AllowRevert=True|False"),
        "reading": "boolean",
        "reader": "rst",
        "dated": "derived:undated",
        "state": "as read",
        "sentence": "AllowRevert=True|False",
        "explained": only(page, ":param AllowRevert:") + 2,
        "explanation": reading["explanation"],
    }
    assert reading["explanation"].startswith("A Boolean that enables AppConfig to rollback")
    for place in [*told["spec"], *told["generated"], *(statement["at"] for statement in told["statements"])]:
        assert f"{place['file']}:{place['line']}" in text


def test_without_pages_every_line_is_told_and_no_sentence() -> None:
    (reading,) = trace("StopDeployment.AllowRevert").readings
    assert (reading.reading, reading.state, reading.sentence) == ("boolean", "not at hand", "")


@pytest.mark.parametrize("fact", ["Deployment.State", "StopDeployment", "DeploymentState=REVERTED", "StopDeployment.1"])
def test_the_text_fits_80_columns_and_leaves_no_blanks_behind(fact: str, pages_dir: Path) -> None:
    printed = run("appconfig", fact, "--pages", str(pages_dir)).output
    for row in printed.splitlines():
        assert len(row) <= 80
        assert row == row.rstrip()


def test_values_are_broken_between_and_not_within(pages_dir: Path) -> None:
    printed = run("appconfig", "DeploymentState=REVERTED", "--pages", str(pages_dir)).output
    assert "|'REVERTED'," in printed


@pytest.mark.parametrize(
    ("pointer", "fact"),
    [
        ("shapes.json#/$defs/StopDeploymentRequest/properties/AllowRevert", "StopDeploymentRequest.AllowRevert"),
        ("/$defs/StopDeploymentRequest/properties/AllowRevert", "StopDeploymentRequest.AllowRevert"),
        ("specs/appconfig/operations.json#/operations/StopDeployment", "StopDeployment"),
        ("operations.json#/operations/StopDeployment/errors/0", "StopDeployment.errors.BadRequestException"),
        ("examples.json#/examples/0", "CreateApplication.1"),
        ("statements.yaml#/statements/0/then", "deployment.stop.in-progress"),
        ("shapes.json#/$defs/DeploymentState/enum/6", "DeploymentState=REVERTED"),
    ],
)
def test_a_pointer_into_the_spec_names_the_fact_that_it_lies_in(pointer: str, fact: str) -> None:
    told = trace(pointer)
    assert told.fact == fact
    assert told.readings == trace(fact).readings
