"""Cases of several steps: each way to ask for something passes on a right implementation, and fails on a wrong one."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from asdoc.codegen.cases import compile_cases
from asdoc.conformance import verify
from asdoc.conformance.cases.model import CaseFile, Suite
from asdoc.conformance.events import CaseFinished
from asdoc.runtime.http import HttpRequest, HttpResponse
from tests.conformance.library import CALLS, RESOURCES, SERVICE, Library, Mutation, answer, error

SHELF = {"Name": "one", "Width": 3.0}


def tried(case: dict[str, Any], library: Library | None = None, **more: Any) -> CaseFinished:
    """What comes of one statement."""
    examples = [
        {"id": f"{name}.1", "operation": name, "params": params, "output": output, "source": ["p:1#0"]}
        for name, params, output in CALLS
    ]
    resources = {
        **RESOURCES,
        "resources": {"Shelf": {"create": "CreateShelf", "read": "GetShelf"}, **RESOURCES["resources"]},
        **more,
    }
    statement = {"id": "tried", "source": "p:2#1", "case": case}
    compiled = compile_cases("library", examples, resources, {"statements": [statement]})
    suite = Suite(service=SERVICE, file=msgspec.convert(compiled, CaseFile))
    report = verify((library or Library()).handle, service="library", kinds=("statement",), suite=suite)
    return report.cases[0]


def changed(name: str, change: Any) -> Library:
    """A library of which one operation answers with other members."""

    def mutate(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return answer(response.status, change(json.loads(response.body))) if response.status < 300 else response

    return Library(wrong={name: mutate})


def failed(case: CaseFinished) -> list[str]:
    return [check.id for check in case.checks if check.counts_against]


MAKE = {"call": "CreateShelf", "as": "made", "params": SHELF}
BY_ID = {"call": "GetShelf", "params": {"ShelfId": {"$from": "made.Id"}}}


def test_a_later_step_names_what_an_earlier_one_gave() -> None:
    case = {"steps": [MAKE, {**BY_ID, "output": {"Id": {"$from": "made.Id"}, "Name": {"$sent": "made.Name"}}}]}
    assert tried(case).verdict == "pass"
    renamed = tried(case, changed("GetShelf", lambda shelf: {**shelf, "Name": "other"}))
    assert (renamed.verdict, failed(renamed)) == ("fail", ["value:/Name@2"])


def test_a_resource_is_made_where_a_step_speaks_of_it() -> None:
    ended = tried({"steps": [{"call": "GetShelf", "params": {"ShelfId": {"$from": "Shelf.Id"}}}]})
    assert (ended.verdict, ended.path) == ("pass", ("CreateShelf", "GetShelf"))


def test_a_text_holds_live_values_region_account_and_count() -> None:
    text = {"$text": "arn:aws:library:{region}:{account}:shelf/{Shelf.Id}/{n}"}
    case = {"steps": [{"call": "CreateShelf", "times": 2, "params": {"Label": text}, "output": {"Label": text}}]}
    seen: list[str] = []

    def keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        seen.append(json.loads(response.body).get("Label", ""))
        return response

    assert tried(case, Library(wrong={"CreateShelf": keep})).verdict == "pass"
    assert seen[1:] == [f"arn:aws:library:us-east-1:123456789012:shelf/live001/{count}" for count in (1, 2)]


UNKNOWN = {"call": "GetShelf", "params": {"ShelfId": {"$unknown": "made.Id"}}, "error": "NotFoundException"}


def crash(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    return error(500, "InternalError", "crashed") if response.status == 404 else response


def another_code(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    return error(404, "GoneException", "gone") if response.status == 404 else response


def find_anything(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    return answer(200, {"Id": "found"}) if response.status == 404 else response


@pytest.mark.parametrize(
    ("wrong", "checks"),
    [
        (crash, ["status@2", "error-code@2"]),
        (another_code, ["error-code@2"]),
        (find_anything, ["status@2", "error-code@2"]),
    ],
)
def test_a_refusal_must_be_the_documented_one(wrong: Mutation, checks: list[str]) -> None:
    assert tried({"steps": [MAKE, UNKNOWN]}).verdict == "pass"
    ended = tried({"steps": [MAKE, UNKNOWN]}, Library(wrong={"GetShelf": wrong}))
    assert ended.verdict == "fail"
    assert set(failed(ended)) <= set(checks)
    assert failed(ended)


@pytest.mark.parametrize("control_first", [True, False])
def test_a_target_without_the_operation_never_passes_a_refusal(control_first: bool) -> None:
    control = {**BY_ID, "control": True}
    steps = [MAKE, control, UNKNOWN] if control_first else [MAKE, UNKNOWN, control]

    def lacking(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return error(404, "NotFoundException", "there is none")

    assert tried({"steps": steps}).verdict == "pass"
    assert tried({"steps": steps}, Library(lacks=("GetShelf",))).verdict == "unsupported"
    assert tried({"steps": steps}, Library(wrong={"GetShelf": lacking})).verdict == "blocked"


def test_a_world_that_is_wrong_by_itself_fails_nobody() -> None:
    """The refusal is another than documented, and so is the answer to the call as it is documented."""
    steps = [MAKE, {**UNKNOWN, "error": "OtherException"}, {**BY_ID, "control": True}]
    assert tried({"steps": steps}).verdict == "fail"

    def refuse(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return error(403, "AccessDenied", "no")

    assert tried({"steps": steps}, Library(wrong={"GetShelf": refuse})).verdict == "blocked"


def test_what_the_control_alone_needs_is_made_after_a_failure_too() -> None:
    nowhere = {"call": "GetShelf", "params": {"ShelfId": "nowhere"}, "error": "OtherException"}
    ended = tried({"steps": [nowhere, {"call": "GetShelf", "control": True}]})
    assert (ended.verdict, ended.path) == ("fail", ("GetShelf", "CreateShelf", "GetShelf"))


def test_what_is_done_that_should_be_refused_fails_whatever_the_control_says() -> None:
    steps = [MAKE, UNKNOWN, {**BY_ID, "control": True}]
    done = Library(wrong={"GetShelf": find_anything}, ids=lambda count: f"live{count:03}")
    assert tried({"steps": steps}, done).verdict == "fail"


def test_own_unknown_values_stand_in_for_the_documented_ones() -> None:
    step = {"call": "GetShelf", "params": {"ShelfId": {"$unknown": True}}, "error": "NotFoundException"}
    assert tried({"steps": [step, {"call": "GetShelf", "control": True}]}).verdict == "pass"
    found = Library(wrong={"GetShelf": find_anything})
    assert tried({"steps": [step, {"call": "GetShelf", "control": True}]}, found).verdict == "fail"


LISTED = {"call": "ListShelves"}
MATCHERS: list[tuple[Any, Any]] = [
    ({"$count": 2}, lambda items: items[:1]),
    ({"$only": [{"Name": "one"}, {"Name": "two"}]}, lambda items: items[::-1]),
    ({"$lacks": {"Name": "three"}}, lambda items: [*items, {"Id": "abc", "Name": "three"}]),
    ({"$sorted": ["Name", "ascending"]}, lambda items: items[::-1]),
    ({"$all": [{"$count": 2}, [{"Name": "two"}]]}, lambda items: [items[0], items[0]]),
    ([{"Width": {"$between": [3, 4]}}], lambda items: [{**item, "Width": 9} for item in items]),
    ([{"Name": {"$one_of": ["two", "three"]}}], lambda items: items[:1]),
    ([{"Name": {"$not": "one"}}], lambda items: items[:1]),
    ([{"Name": {"$matches": "^tw"}}], lambda items: items[:1]),
    ([{"Name": {"$contains": "wo"}}], lambda items: items[:1]),
    ([{"Label": {"$any": True}}], lambda items: items[1:]),
    ([{"Name": "two", "Label": {"$absent": True}}], lambda items: [{**item, "Label": "x"} for item in items]),
]


@pytest.mark.parametrize(("matcher", "change"), MATCHERS, ids=[str(matcher)[:30] for matcher, _ in MATCHERS])
def test_each_matcher_is_kept_by_what_is_right_and_broken_by_what_is_not(matcher: Any, change: Any) -> None:
    two = {"call": "CreateShelf", "bare": True, "params": {"Name": "two", "Width": 4}}
    case = {"steps": [{**MAKE, "params": {**SHELF, "Label": "first"}}, two, {**LISTED, "output": {"Items": matcher}}]}
    right = tried(case)
    assert (right.verdict, failed(right)) == ("pass", [])
    wrong = tried(case, changed("ListShelves", lambda page: {**page, "Items": change(page["Items"])}))
    assert wrong.verdict == "fail"


BOOK = {"call": "CreateBook", "as": "book", "params": {"MinutesToBind": 10}}
READ = {"call": "GetBook", "params": {"BookNumber": {"$from": "book.Number"}}}


def at(*told: tuple[float, str]) -> dict[str, Any]:
    return {**READ, "at": [{"minutes": minutes, "output": {"State": state}} for minutes, state in told]}


def test_a_timeline_is_watched_at_its_times() -> None:
    assert tried({"steps": [BOOK, at((3, "OPEN"), (9, "OPEN"), (11, "BOUND"))]}).verdict == "pass"
    ended = tried({"steps": [BOOK, at((3, "OPEN"), (9, "BOUND"))]})
    assert (ended.verdict, failed(ended)) == ("fail", ["value:/State@2@9min"])


def test_without_a_clock_nothing_is_said_of_time() -> None:
    ended = tried({"steps": [BOOK, at((3, "OPEN"), (11, "BOUND"))]}, Library(manual_clock=False))
    assert (ended.verdict, ended.reason[:8]) == ("blocked", "no clock")


def test_time_passes_where_a_step_says_so() -> None:
    steps = [BOOK, {"advance": {"minutes": 11}}, {**READ, "output": {"State": "BOUND"}}]
    assert tried({"steps": steps}).verdict == "pass"
    assert tried({"steps": [steps[0], {"advance": {"seconds": 11}}, steps[2]]}).verdict == "fail"
    assert tried({"steps": steps}, Library(manual_clock=False)).verdict == "blocked"


def test_a_state_is_reached_where_a_step_says_so() -> None:
    reach = {"reach": {"resource": "Book", "state": "BOUND"}}
    assert tried({"steps": [BOOK, reach, {**READ, "output": {"State": "BOUND"}}]}).verdict == "pass"
    assert tried({"given": [{"resource": "Book"}], "steps": [{"call": "GetBook", "output": {"State": "OPEN"}}]})


def test_a_poll_goes_on_until_the_answer_is_as_expected_or_time_is_over() -> None:
    def poll(minutes: float) -> dict[str, Any]:
        return {**READ, "output": {"State": "BOUND"}, "until": {"minutes": minutes, "every": 2}}

    assert tried({"steps": [BOOK, poll(14)]}).verdict == "pass"
    assert tried({"steps": [BOOK, poll(6)]}).verdict == "fail"


def test_any_documented_reading_will_do_and_the_report_says_which() -> None:
    readings = [
        {"name": "at once", "steps": [BOOK, at((1, "BOUND"))]},
        {"name": "in time", "steps": [BOOK, at((1, "OPEN"), (11, "BOUND"))]},
    ]
    ended = tried({"readings": readings})
    assert (ended.verdict, ended.reading) == ("pass", "in time")
    assert tried({"readings": [readings[0], {"name": "never", "steps": [BOOK, at((11, "OPEN"))]}]}).verdict == "fail"


def test_a_call_of_ours_that_is_not_as_documented_is_our_fault() -> None:
    ended = tried({"steps": [{"call": "CreateShelf", "params": {"Name": 7}}]})
    assert ended.verdict == "harness-error"
    assert tried({"steps": [{"call": "CreateShelf", "params": {"Name": None}}]}).verdict == "harness-error"


def test_what_is_wrong_on_purpose_is_sent_as_it_stands() -> None:
    bodies: list[dict[str, Any]] = []

    def keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        bodies.append(json.loads(request.body))
        return error(400, "BadRequestException", "wrong")

    steps = [
        {"call": "CreateShelf", "malformed": True, "params": params, "refused": True}
        for params in ({"Name": None}, {"Name": {"$raw": {"a": 1}}}, {"Width": {"$raw": "wide"}}, {"Label": ""})
    ]
    assert tried({"steps": steps}, Library(wrong={"CreateShelf": keep})).verdict == "pass"
    assert [body.get("Name") for body in bodies] == [None, {"a": 1}, "example-shelf", "example-shelf"]
    assert (bodies[2]["Width"], bodies[3]["Label"]) == ("wide", "")
    assert tried({"steps": steps}).verdict == "fail"


def test_a_message_and_members_of_an_error_are_judged() -> None:
    asked = {**UNKNOWN, "message": "is none", "reason": {"Message": "there is none"}}
    assert tried({"steps": [MAKE, asked]}).verdict == "pass"
    assert failed(tried({"steps": [MAKE, {**asked, "message": "nobody"}]})) == ["error-message@2"]
    assert failed(tried({"steps": [MAKE, {**asked, "reason": {"Other": "x"}}]})) == ["value:/Other@2"]


def test_what_cannot_be_planned_says_what_is_missing() -> None:
    ended = tried({"steps": [{"call": "GetShelf", "params": {"ShelfId": {"$from": "Cupboard.Id"}}}]})
    assert ended.verdict == "blocked"
    assert "Cupboard" in ended.reason


def test_repeated_calls_are_all_undone() -> None:
    library = Library()
    step = {"call": "CreateShelf", "times": 3, "params": {"Name": {"$text": "shelf-{n}"}}}
    assert tried({"steps": [step, {**LISTED, "output": {"Items": {"$count": 3}}}]}, library).verdict == "pass"
    assert library.shelves == {}


def test_another_success_than_the_documented_one_fails_no_statement_and_no_control() -> None:
    """Examples and bounds judge the status; a statement is of what is done."""

    def plain(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return HttpResponse(status=200, headers=response.headers, body=response.body)

    library = Library(wrong={"CreateShelf": plain})
    steps = [MAKE, {**UNKNOWN}, {"call": "CreateShelf", "control": True}]
    ended = tried({"steps": steps}, library)
    assert ended.verdict == "pass"
    assert [check.id for check in ended.checks if check.outcome == "fail"] == ["status@made"]
    told = tried({"steps": [{**MAKE, "status": 201}]}, Library(wrong={"CreateShelf": plain}))
    assert told.verdict == "fail"


@pytest.mark.parametrize(("kind", "verdict"), [("statement", "fail"), ("timestamp", "blocked")])
def test_a_reading_of_what_nothing_in_its_world_made_is_no_failure(kind: str, verdict: str) -> None:
    """A derived case reads what it made; with a sample in place of its id, that nothing is found says nothing."""
    compiled = compile_cases("library", [], {}, {"statements": [{"id": "tried", "source": "p:2#1", "case": {
        "steps": [MAKE, {"call": "GetShelf", "bare": True, "params": {"ShelfId": "zzz9"}}],
    }}]})  # fmt: skip
    compiled["cases"][0]["kind"] = kind
    suite = Suite(service=SERVICE, file=msgspec.convert(compiled, CaseFile))
    ended = verify(Library().handle, service="library", kinds=(kind,), suite=suite).cases[0]
    assert ended.verdict == verdict
    assert ("ShelfId" in ended.reason) == (verdict == "blocked")


def test_an_excluded_case_is_told_with_its_reason_and_calls_nothing() -> None:
    compiled = compile_cases(
        "library", [], {}, {"statements": [{"id": "tried", "source": "p:2#1", "case": {"steps": [MAKE]}}]}
    )
    compiled["cases"][0]["excluded"] = "another service makes what it needs"
    suite = Suite(service=SERVICE, file=msgspec.convert(compiled, CaseFile))
    ended = verify(Library().handle, service="library", kinds=("statement",), suite=suite).cases[0]
    assert (ended.verdict, ended.path) == ("blocked", ())
    assert "another service makes what it needs" in ended.reason
