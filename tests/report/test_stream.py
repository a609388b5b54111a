"""The event stream: what is written is read again, by its published schema, and what is none is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from asdoc.codegen.spec import files
from asdoc.conformance.events import CaseFinished, Event, RunFinished
from asdoc.conformance.report.as_json import as_json
from asdoc.conformance.report.formats import FORMATS
from asdoc.conformance.report.model import gather, joined
from asdoc.conformance.report.stream import line_of, read_events, read_run, read_runs, written
from asdoc.conformance.verify import verify_events
from asdoc.runtime.errors import AsdocError
from tests.conformance.library import Library, answer, make_suite
from tests.report.runs import case, exchange, hostile, one_of_each, report, run, timeline

SCHEMA = json.loads((files.SCHEMAS / "events.schema.json").read_text(encoding="utf-8"))


def write(path: Path, *events: Event) -> Path:
    path.write_bytes(b"".join(line_of(event) for event in events))
    return path


def library_events() -> list[Event]:
    """A run with failures, and so with exchanges."""
    target = Library(lacks=("UpdateShelf",), wrong={"GetShelf": lambda *_: answer(200, {"Id": 7})})
    return list(verify_events(target.handle, service="library", suite=make_suite()))


def test_every_line_is_as_the_published_schema_says() -> None:
    validator = Draft202012Validator(SCHEMA)
    whole = case(verdict="fail", exchanges=(exchange(),), timelines=(timeline(),))
    reference = verify_events("reference", service="appconfig", kinds=("example", "statement"))
    for event in (*library_events(), *reference, *run(whole, *hostile().cases)):
        validator.validate(json.loads(line_of(event)))


def test_the_schema_names_every_member_that_an_event_has() -> None:
    """A member that no schema tells is one that no other program can rely on."""

    def check(value: Any, schema: dict[str, Any]) -> None:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        if "anyOf" in schema:
            schema = SCHEMA["$defs"]["message"]
        if isinstance(value, dict) and "properties" in schema:
            assert not set(value) - set(schema["properties"])
            for name, item in value.items():
                if isinstance(schema["properties"][name], dict):
                    check(item, schema["properties"][name])
        elif isinstance(value, list) and "items" in schema:
            for item in value:
                check(item, schema["items"])

    whole = case(verdict="fail", exchanges=(exchange(error="none", signing="x"),), timelines=(timeline(),))
    for event in run(whole, *hostile().cases):
        document = json.loads(line_of(event))
        check(document, SCHEMA["$defs"][document["event"]])


@pytest.mark.parametrize("broken", [
    {"event": "case-begun"},
    {"event": "case-finished", "id": "x"},
    {"event": "run-finished", "totals": {"pass": 1}},
    {"event": "run-started", "format": 2},
])  # fmt: skip
def test_the_schema_refuses_what_is_no_event(broken: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Draft202012Validator(SCHEMA).validate(broken)


def test_a_report_of_the_file_is_the_report_of_the_run(tmp_path: Path) -> None:
    events = library_events()
    path = write(tmp_path / "run.ndjson", *events)
    live, later = gather(events), read_run(path)
    for name, form in FORMATS.items():
        assert form.write(live) == form.write(later), name
        assert form.write(later) == form.write(read_run(path)), name


def test_events_are_in_the_file_while_the_run_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "run.ndjson"
    events = written(iter(library_events()), path)
    next(events)
    next(events)
    assert [json.loads(line)["event"] for line in path.read_bytes().splitlines()] == ["run-started", "case-finished"]


def test_what_was_learnt_outlives_a_run_that_breaks_off(tmp_path: Path) -> None:
    def broken() -> Iterator[Event]:
        yield from run(case())[:2]
        raise AsdocError("the target is gone")

    path = tmp_path / "run.ndjson"
    with pytest.raises(AsdocError, match="the target is gone"):
        list(written(broken(), path))
    assert len(list(read_events(path))) == 2
    with pytest.raises(AsdocError, match="did not come to its end"):
        read_run(path)


@pytest.mark.parametrize("line", [
    b"nonsense", b"[]", b"{}", b'{"event":"other"}', b'{"event":"case-finished","id":1}', b"\xff\xfe", b"[" * 100_000,
    b'{"event":"run-finished","totals":{"pass":"many"}}',
    b'{"event":"case-finished","id":"a","kind":"b","operation":"c","verdict":"great","basis":"d","source":[]}',
    b'{"event":"run-started","target":"a","service":"b","region":"c","account":"d","spec":"e","cases":1,"clock":"real",'
    b'"format":9}',
])  # fmt: skip
def test_what_is_no_event_is_refused_with_its_line(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "run.ndjson"
    path.write_bytes(line_of(run()[0]) + b"\n" + line + b"\n")
    with pytest.raises(AsdocError, match="line 3"):
        read_runs(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AsdocError, match=r"none\.ndjson"):
        read_runs(tmp_path / "none.ndjson")


def test_members_of_a_later_version_do_not_disturb(tmp_path: Path) -> None:
    path = tmp_path / "run.ndjson"
    lines = [json.dumps({**json.loads(line_of(event)), "later": 1}) for event in run(case())]
    path.write_text("\n".join(lines))
    assert read_run(path) == report(case())


def test_totals_are_counted_and_not_believed(tmp_path: Path) -> None:
    events = run(case(verdict="fail"))
    path = write(tmp_path / "run.ndjson", *events[:-1], RunFinished(totals={"pass": 1}))
    assert read_run(path).totals["fail"] == 1
    assert read_run(path).totals["pass"] == 0


CASES = [case("CreateShelf"), case("GetShelf")]


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([], "holds none"),
        ([*run(*CASES)[:2], *run(*CASES)[3:]], "counts 2 cases, and it holds 1"),
        ([*run(*CASES)[:2], *run(*CASES)[1:]], "counts 2 cases, and it holds 3"),
        ([*run(*CASES)[:2], *run(*CASES)[1:2], *run(*CASES)[3:]], "a case twice"),
        (run(*CASES)[1:], "did not come to its end"),
        ([*run(*CASES)[:2], *run(*CASES)], "did not come to its end"),
        ([*run(*CASES), *run(*CASES)[-1:]], "did not come to its end"),
    ],
    ids=["empty", "a line lost", "a line added", "a line for another", "no beginning", "broken off", "two ends"],
)  # fmt: skip
def test_cases_of_a_broken_run_are_in_no_report(events: list[Event], told: str, tmp_path: Path) -> None:
    with pytest.raises(AsdocError, match=told):
        read_runs(write(tmp_path / "run.ndjson", *events))


def test_a_file_that_ends_within_a_line_is_told_to(tmp_path: Path) -> None:
    path = write(tmp_path / "run.ndjson", *run(*CASES))
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(AsdocError, match="line 4") as raised:
        read_runs(path)
    assert "cut short" in (raised.value.hint or "")


def test_a_run_of_a_later_format_is_told_by_its_format_whatever_else_is_new(tmp_path: Path) -> None:
    path = tmp_path / "run.ndjson"
    path.write_text('{"event":"run-started","format":2,"cases":"many"}\n')
    with pytest.raises(AsdocError, match="line 1: format 2, this version reads 1"):
        read_runs(path)


def test_shards_are_joined_to_one_run() -> None:
    one, other = report(case("CreateShelf")), report(case("GetShelf", "fail"))
    whole = joined([one, other])
    assert [each.operation for each in whole.cases] == ["CreateShelf", "GetShelf"]
    assert (whole.totals["pass"], whole.totals["fail"]) == (1, 1)


def test_runs_that_are_not_of_one_kind_are_not_joined() -> None:
    with pytest.raises(AsdocError, match="target differs"):
        joined([report(case("CreateShelf")), report(case("GetShelf"), target="reference")])
    with pytest.raises(AsdocError, match="more than one"):
        joined([one_of_each(), one_of_each()])


def test_the_json_report_holds_nothing_that_differs_from_run_to_run() -> None:
    slow = case(verdict="fail", seconds=9.0, exchanges=(exchange(),), timelines=(timeline(),))
    assert as_json(report(slow)) == as_json(report(case(verdict="fail"), started="2030-01-01T00:00:00+00:00"))


def test_a_case_that_passed_carries_no_exchanges() -> None:
    cases = [event for event in library_events() if isinstance(event, CaseFinished)]
    assert {each.verdict: bool(each.exchanges) for each in cases}["pass"] is False
    assert all(each.exchanges for each in cases if each.verdict == "fail")
    assert all(each.exchanges[-1].own for each in cases if each.verdict == "fail")


def test_a_run_that_never_begins_leaves_what_an_earlier_one_told(tmp_path: Path) -> None:
    def refused() -> Iterator[Event]:
        raise AsdocError("there is no such target")
        yield

    path, fresh = tmp_path / "run.ndjson", tmp_path / "fresh.ndjson"
    list(written(iter(library_events()), path))
    told = path.read_bytes()
    for place in (path, fresh):
        with pytest.raises(AsdocError, match="no such target"):
            list(written(refused(), place))
    assert path.read_bytes() == told
    assert not fresh.exists()
    list(written(iter(library_events()), path))
    assert len(path.read_bytes().splitlines()) == len(told.splitlines())
