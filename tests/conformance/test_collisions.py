"""Bindings hold by place: no live value, whatever it looks like, changes a verdict."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from asdoc.appconfig.backend import Backend
from asdoc.behaviour.appconfig import AppConfig
from asdoc.conformance import verify
from asdoc.conformance.cases.model import Case, CaseFile, Suite
from asdoc.conformance.selection import Selection
from asdoc.runtime.server.clock import ManualClock
from tests.conformance.library import CALLS, DocumentedCall, Library, make_suite
from tests.conformance.test_scripts import changed, tried

SUITE = make_suite()
LITERALS = ["200", "201", "1", "2", "10", "25", "group1", "abc1234", "xyz9876", "never01", "shelf", "books", "open"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.sampled_from(LITERALS), st.from_regex(r"[a-z0-9]{3,9}", fullmatch=True)), min_size=1, max_size=4
    )
)
def test_an_id_may_look_like_anything(ids: list[str]) -> None:
    # An id is unique, whatever else it is.
    suffixes = [f"{index:02}" for index in range(40)]
    made = [each for each in ids if len(each) >= 3]

    def make(count: int) -> str:
        return made[count - 1] if count <= len(set(made)) == len(made) else f"n{suffixes[count % 40]}{count}"

    report = verify(Library(ids=make).handle, service="library", suite=SUITE)
    assert report.totals["pass"] == len(CALLS)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["abc1234", "200", "The-Example-Book", "group1", "xyz9876"]))
def test_a_name_may_equal_another_literal(name: str) -> None:
    """Where the documents themselves use one literal for two things, each keeps its own meaning."""
    calls: list[DocumentedCall] = [
        (
            operation,
            {**params, "Name": name} if operation == "CreateShelf" else params,
            {**output, "Name": name} if operation in {"CreateShelf", "GetShelf"} and output else output,
        )
        for operation, params, output in CALLS
    ]
    report = verify(Library().handle, service="library", suite=make_suite(calls))
    assert report.totals["pass"] == len(CALLS)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["200", "404", "1", "one", "made", "Name", "Shelf.Id", "from", "never01"]), st.booleans())
def test_neither_id_nor_name_misleads_a_case_of_several_steps(text: str, named: bool) -> None:
    """As an id, and as the name of another thing than the one that is asked for."""
    made = {"call": "CreateShelf", "as": "made", "params": {"Name": text if named else "one", "Width": 3.0}}
    other = {"call": "CreateShelf", "as": "other", "params": {"Name": "one" if named else text, "Width": 4.0}}
    read = {
        "call": "GetShelf",
        "params": {"ShelfId": {"$from": "made.Id"}},
        "output": {"Id": {"$from": "made.Id"}, "Name": {"$sent": "made.Name"}, "Width": 3.0},
    }
    unknown = {"call": "GetShelf", "params": {"ShelfId": {"$unknown": "made.Id"}}, "error": "NotFoundException"}
    ids = lambda count: text if count == 1 else f"live{count:03}"  # noqa: E731
    case = {"steps": [made, other, read, unknown]}
    assert tried(case, Library(ids=ids)).verdict == "pass"
    assert tried(case, changed("GetShelf", lambda shelf: {**shelf, "Width": 4.0})).verdict == "fail"


def test_no_form_of_an_id_changes_a_verdict_of_any_kind() -> None:
    """AppConfig's own ids are of four to seven letters and digits: a number, or a word of its pages, is one too."""
    ids = itertools.chain(("true", "false", "linear", "none", "test", "json", "1000"), map(str, itertools.count(2000)))
    backend = Backend(clock=ManualClock(), behaviour=AppConfig(new_id=lambda: next(ids)))
    report = verify(backend.handle, service="appconfig", selection=Selection(kinds=()))
    assert {case.id: case.reason for case in report.cases if case.verdict != "pass"} == {}


@settings(max_examples=30, deadline=None)
@given(st.permutations(SUITE.file.cases))
def test_the_order_of_cases_changes_no_verdict(cases: list[Case]) -> None:
    file = CaseFile(
        format=1,
        service="library",
        resources=SUITE.file.resources,
        orders=SUITE.file.orders,
        cases=tuple(cases),
    )
    wrong = Library(lacks=("UpdateShelf",), manual_clock=False)
    report = verify(wrong.handle, service="library", suite=Suite(service=SUITE.service, file=file))
    assert {case.operation: case.verdict for case in report.cases} == {
        **dict.fromkeys(SUITE.service.operations, "pass"),
        "UpdateShelf": "unsupported",
        "GetBook": "blocked",
    }
