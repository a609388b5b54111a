"""What people and programs are told of a run."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, Literal

import jsonschema
import jsonschema_rs
import pytest
from rich.console import Console

from asdoc.conformance import Report, verify
from asdoc.conformance.events import VERDICTS, CaseFinished, Check, RunFinished, RunStarted
from asdoc.conformance.report.as_json import SCHEMA, as_document, as_json
from asdoc.conformance.report.terminal import place, print_report
from asdoc.conformance.verify import Selection, verify_events
from asdoc.runtime.http import HttpRequest, HttpResponse
from tests.conformance.conftest import Judge
from tests.conformance.library import Library, answer, error, make_suite
from tests.report.runs import case
from tests.report.runs import report as made_up

ERRATUM: dict[str, Any] = {
    "id": "two-numbers",
    "reason": "The page shows two numbers.",
    "evidence": ["library/client/createbook.rst:7#0123456789ab"],
    "readings": [
        {"name": "the second", "changes": [{"op": "replace", "path": "/output/Number", "value": 2}]},
        {"name": "the first"},
    ],
}


@pytest.fixture
def mixed(judge: Judge) -> Report:
    """A run with every verdict but pending."""
    target = Library(
        lacks=("UpdateShelf",), manual_clock=False, wrong={"GetShelf": lambda *_: answer(200, {"Id": "\x1b[2Jno"})}
    )
    return judge(target.handle, suite=make_suite(errata={"CreateBook": [ERRATUM]}))


def printed(report: Report, *, terminal: bool = False) -> str:
    out = io.StringIO()
    colours: Literal["standard"] | None = "standard" if terminal else None
    print_report(report, Console(file=out, width=80, force_terminal=terminal, color_system=colours, highlight=False))
    return out.getvalue()


def test_json_is_valid_by_the_published_schema(mixed: Report) -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    for report in (mixed, verify("reference", service="appconfig", kinds=())):
        jsonschema_rs.Draft202012Validator(schema).validate(json.loads(as_json(report)))


def test_a_part_without_a_case_is_reported_as_any_other() -> None:
    report = verify("reference", service="appconfig", selection=Selection(pattern="TagResource.1", shard=(1, 99)))
    assert report.cases == ()
    assert "No case is of this part" in printed(report)
    assert as_document(report)["coverage"] == {"judged": 0, "documented": 0}


def test_the_schema_refuses_what_is_no_report(mixed: Report) -> None:
    schema = json.loads(SCHEMA.read_text())
    wrong: list[dict[str, Any]] = [
        {"totals": {}},
        {"cases": [{"id": "library.example.GetBook.1"}]},
        {"clock": "stopped"},
    ]
    for broken in wrong:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**as_document(mixed), **broken}, schema)


def test_totals_name_every_verdict_and_sum_to_the_cases(mixed: Report) -> None:
    document = as_document(mixed)
    assert list(document["totals"]) == list(VERDICTS)
    assert sum(document["totals"].values()) == len(document["cases"]) == 9
    assert document["totals"] == {
        "pass": 6,
        "fail": 1,
        "unsupported": 1,
        "blocked": 1,
        "pending": 0,
        "harness-error": 0,
    }


def test_correctness_and_coverage_are_two_numbers(mixed: Report) -> None:
    document = as_document(mixed)
    assert document["correctness"] == {"passed": 6, "judged": 7}
    assert document["coverage"] == {"judged": 7, "documented": 9}


def test_two_runs_write_the_same_bytes() -> None:
    reports = [as_json(verify(Library().handle, service="library", suite=make_suite())) for _ in range(2)]
    assert reports[0] == reports[1]


def test_an_erratum_shows_with_its_reason_its_evidence_and_the_reading_kept(mixed: Report) -> None:
    (case,) = [case for case in as_document(mixed)["cases"] if case["operation"] == "CreateBook"]
    assert (case["verdict"], case["reading"]) == ("pass", "the first")
    assert case["errata"] == [{key: ERRATUM[key] for key in ("id", "reason", "evidence")}]
    text = printed(mixed)
    assert "The page shows two numbers." in text
    assert "kept the first" in text


def test_a_reading_that_no_target_keeps_fails(judge: Judge) -> None:
    only: dict[str, Any] = {**ERRATUM, "readings": ERRATUM["readings"][:1]}
    report = judge(Library().handle, "CreateBook", suite=make_suite(errata={"CreateBook": [only]}))
    assert (report.cases[0].verdict, report.cases[0].reading) == ("fail", "the second")


def test_a_reading_that_could_not_turn_the_failure_is_not_tried(judge: Judge) -> None:
    """Its world may take a quarter of an hour to make."""

    def as_200(_: HttpRequest, right: HttpResponse) -> HttpResponse:
        return HttpResponse(status=200, headers=right.headers, body=right.body)

    printed_first = {**ERRATUM, "readings": ERRATUM["readings"][::-1]}
    suite = make_suite(errata={"CreateBook": [printed_first]})
    library = Library(wrong={"CreateBook": as_200})
    assert judge(library.handle, "CreateBook", suite=suite).cases[0].verdict == "fail"
    assert library.served.count("CreateBook") == 1


def test_a_failure_is_told_by_the_reading_that_fits_best(judge: Judge) -> None:
    def as_200(_: HttpRequest, right: HttpResponse) -> HttpResponse:
        return HttpResponse(status=200, headers=right.headers, body=right.body)

    suite = make_suite(errata={"CreateBook": [ERRATUM]})
    case = judge(Library(wrong={"CreateBook": as_200}).handle, "CreateBook", suite=suite).cases[0]
    assert case.reading == "the first"
    assert [check.id for check in case.checks if check.outcome == "fail"] == ["status"]


def test_a_reading_may_leave_a_member_out(judge: Judge) -> None:
    change = {"op": "replace", "path": "/output/Number", "value": {"$absent": True}}
    absent: dict[str, Any] = {**ERRATUM, "readings": [{"name": "none", "changes": [change]}]}
    suite = make_suite(errata={"CreateBook": [absent]})
    assert judge(Library().handle, "CreateBook", suite=suite).cases[0].verdict == "fail"


def test_people_are_shown_this(mixed: Report) -> None:
    """Where the report is meant to look otherwise: write what it prints into the file, and read it there."""
    assert printed(mixed) == (Path(__file__).parent / "golden" / "report.txt").read_text()


def test_the_table_fits_80_columns_and_has_no_colour_off_a_terminal(mixed: Report) -> None:
    text = printed(mixed)
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text
    assert "\x1b[" in printed(mixed, terminal=True)


def test_what_a_target_says_cannot_steer_the_terminal(mixed: Report) -> None:
    assert "\x1b[2J" not in printed(mixed, terminal=True)
    assert "[2Jno" in printed(mixed)


def test_markup_of_a_target_is_text(judge: Judge) -> None:
    report = judge(
        Library(wrong={"GetShelf": lambda *_: error(400, "E", "[bold]hello[/bold] [/] [link=x]")}).handle, "GetShelf"
    )
    assert "[bold]hello[/bold] [/] [link=x]" in printed(report)


def test_each_failure_tells_what_is_documented_and_what_was_found(mixed: Report) -> None:
    text = printed(mixed)
    assert "fail library.example.GetShelf.1" in text
    assert "library/client/getshelf.rst:1" in text
    assert "documented  example-shelf" in text
    assert "found       absent" in text


def test_the_line_of_a_page_is_shown_whatever_the_length_of_its_name() -> None:
    case = CaseFinished(
        id="x", kind="example", operation="X", verdict="pass", basis="documented",
        source=(f"library/client/{'long_' * 20}name.rst:12345#0123456789ab",),
    )  # fmt: skip
    assert place(case, 20).endswith("…:12345")
    assert len(place(case, 20)) == 20


def test_a_run_is_a_stream_of_frozen_events() -> None:
    events = list(verify_events(Library().handle, service="library", suite=make_suite()))
    assert isinstance(events[0], RunStarted)
    assert isinstance(events[-1], RunFinished)
    assert all(isinstance(event, CaseFinished) for event in events[1:-1])
    with pytest.raises(AttributeError):
        events[0].target = "another"  # type: ignore[misc]  # that it is refused is the point


def test_events_come_while_the_run_goes_on() -> None:
    library = Library()
    events = verify_events(library.handle, service="library", suite=make_suite())
    next(events)
    before = len(library.served)
    next(events)
    assert len(library.served) > before


def test_each_verdict_of_a_case_without_a_line_stands_in_its_column() -> None:
    address = "https://docs.aws.amazon.com/goto/WebAPI/appconfig-2019-10-09/CreateDeploymentStrategy"
    names = ("Description.above-max", "DeploymentDurationInMinutes.below-min", "Name.required")
    cases = [
        case(
            "CreateDeploymentStrategy", "fail", kind="constraint", basis="derived", source=(address,),
            id=f"library.constraint.CreateDeploymentStrategy.{name}",
        )
        for name in names
    ]  # fmt: skip
    lines = printed(made_up(*cases)).split("\n\n")[0].splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(line.startswith("fail ") for line in lines) == len(names)
    assert sum(line.rstrip().endswith("API reference") for line in lines) == len(names)


def test_what_is_said_of_many_cases_is_said_once() -> None:
    reason = "GetShelf answered 404 text/html, as it does to a route that no service has"
    cases = [case(id=f"library.example.GetShelf.{number}", verdict="unsupported", reason=reason) for number in range(9)]
    text = " ".join(printed(made_up(*cases, case("GetBook", "fail"))).split())
    assert text.count(reason) == 1
    assert "and 8 more cases for the same reason" in text
    assert "library.example.GetBook.1" in text


def test_an_operation_that_differs_from_a_rule_in_many_cases_is_named_once() -> None:
    check = Check(id="content-type", outcome="fail", basis="derived", documented="application/json", found="text/html")
    cases = [case(id=f"library.example.GetShelf.{number}", checks=(check,)) for number in range(9)]
    assert printed(made_up(*cases)).count("in GetShelf\n") == 1
