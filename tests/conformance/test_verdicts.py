"""The five verdicts, and that none of them can be had cheaply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from asdoc.conformance.events import CaseFinished
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import ConnectError, TransportError
from asdoc.runtime.http import HttpRequest, HttpResponse
from tests.conformance.conftest import Judge
from tests.conformance.library import CALLS, RESOURCES, DocumentedCall, Library, answer, error, make_suite


def one(judge: Judge, target: Any, pattern: str, **more: Any) -> CaseFinished:
    (case,) = judge(target, pattern, **more).cases
    return case


def test_a_right_library_passes_every_case(judge: Judge) -> None:
    report = judge(Library().handle)
    assert [case.id for case in report.cases if case.verdict != "pass"] == []
    assert report.exit_code == 0


def test_a_shared_target_is_left_as_it_was(judge: Judge) -> None:
    library = Library()
    judge(library.handle)
    assert library.shelves == {}


def test_an_operation_that_is_answered_like_an_unknown_route_is_unsupported(judge: Judge) -> None:
    report = judge(Library(lacks=("UpdateShelf", "GetShelf")).handle)
    assert {case.operation for case in report.cases if case.verdict == "unsupported"} == {"UpdateShelf", "GetShelf"}
    assert report.exit_code == 0
    assert report.coverage.part == len(CALLS) - 2


def test_not_implemented_is_taken_at_its_word(judge: Judge) -> None:
    library = Library(wrong={"GetShelf": lambda *_: error(501, "NotImplementedException", "GetShelf is not built")})
    assert one(judge, library.handle, "GetShelf").verdict == "unsupported"


def test_unknown_operations_answered_as_bad_requests_are_told_from_bad_requests(judge: Judge) -> None:
    def handle(request: HttpRequest) -> HttpResponse:
        response = library.handle(request)
        path = request.target
        if response.headers.get("x-amzn-errortype") == "UnknownOperationException":
            return error(400, "BadRequestException", f"Unknown path: {request.method} {path}")
        return response

    library = Library(
        lacks=("UpdateShelf",), wrong={"GetShelf": lambda *_: error(400, "BadRequestException", "no Name")}
    )
    assert one(judge, handle, "UpdateShelf").verdict == "unsupported"
    assert one(judge, handle, "GetShelf").verdict == "fail"


def test_an_unknown_id_is_no_missing_operation(judge: Judge) -> None:
    library = Library(wrong={"GetShelf": lambda *_: error(404, "NotFoundException", "no such shelf")})
    assert one(judge, library.handle, "GetShelf").verdict == "fail"


def test_a_crash_is_a_failure_even_where_unknown_routes_crash_too(judge: Judge) -> None:
    library = Library(lacks=("GetShelf",))

    def handle(request: HttpRequest) -> HttpResponse:
        response = library.handle(request)
        return HttpResponse(status=500, body=b"oops") if response.status == 404 else response

    assert one(judge, handle, "GetShelf").verdict == "fail"


def test_a_case_whose_world_cannot_be_made_is_blocked_by_the_step_that_failed(judge: Judge) -> None:
    broken = Library(wrong={"CreateBook": lambda *_: error(400, "LimitException", "no more books")})
    case = one(judge, broken.handle, "GetBook")
    assert (case.verdict, case.reason) == (
        "blocked",
        "CreateBook (setup) failed: answered 400 LimitException (no more books)",
    )
    lacking = one(judge, Library(lacks=("CreateBook",)).handle, "GetBook")
    assert lacking.verdict == "blocked"
    assert lacking.reason.startswith("CreateBook (setup) is unsupported: ")


def test_a_case_is_unsupported_even_where_its_world_cannot_be_made(judge: Judge) -> None:
    case = one(judge, Library(lacks=("CreateBook", "GetBook")).handle, "GetBook")
    assert case.verdict == "unsupported"


def test_a_setup_call_with_a_wrong_status_blocks_nothing(judge: Judge) -> None:
    def as_200(_: HttpRequest, right: HttpResponse) -> HttpResponse:
        return HttpResponse(status=200, headers=right.headers, body=right.body)

    report = judge(Library(wrong={"CreateShelf": as_200}).handle)
    assert {case.operation for case in report.cases if case.verdict == "fail"} == {"CreateShelf"}


def test_a_setup_call_without_its_id_blocks(judge: Judge) -> None:
    case = one(judge, Library(wrong={"CreateShelf": lambda *_: answer(201, {})}).handle, "DeleteShelf")
    assert (case.verdict, case.reason) == ("blocked", "CreateShelf (setup) gave no /Id")


def test_without_a_clock_what_only_time_brings_is_blocked_and_the_rest_is_judged(judge: Judge) -> None:
    case = one(judge, Library(manual_clock=False).handle, "GetBook")
    assert case.verdict == "blocked"
    assert case.reason.startswith("no clock")
    outcomes = {check.id: check.outcome for check in case.checks}
    assert outcomes["status"] == outcomes["value:/Title"] == "pass"
    assert outcomes["value:/State"] == outcomes["value:/Bound"] == "blocked"


def test_without_a_clock_a_call_that_needs_a_state_is_not_judged(judge: Judge) -> None:
    resources = {**RESOURCES, "requires": [{"operation": "GetShelf", "resource": "Book", "state": "BOUND"}]}
    library = Library(manual_clock=False)
    case = one(judge, library.handle, "GetShelf", suite=make_suite(resources=resources))
    assert case.verdict == "blocked"
    assert case.reason.startswith("no clock")
    assert {check.id for check in case.checks} == {"status", "value:/Id", "value:/Name", "value:/Label"}
    assert {check.outcome for check in case.checks} == {"blocked"}


def test_without_a_clock_a_lacking_operation_is_still_told(judge: Judge) -> None:
    resources = {**RESOURCES, "requires": [{"operation": "GetShelf", "resource": "Book", "state": "BOUND"}]}
    library = Library(manual_clock=False, lacks=("GetShelf",))
    assert one(judge, library.handle, "GetShelf", suite=make_suite(resources=resources)).verdict == "unsupported"


def test_without_a_clock_a_wrong_status_is_still_a_failure(judge: Judge) -> None:
    def as_202(_: HttpRequest, right: HttpResponse) -> HttpResponse:
        return HttpResponse(status=202, headers=right.headers, body=right.body)

    case = one(judge, Library(manual_clock=False, wrong={"GetBook": as_202}).handle, "GetBook")
    assert case.verdict == "fail"


def test_a_documented_call_that_the_documents_do_not_allow_is_our_own_fault(judge: Judge) -> None:
    calls = [(name, {} if name == "CreateBook" else params, output) for name, params, output in CALLS]
    report = judge(Library().handle, "CreateBook", suite=make_suite(calls))
    assert report.cases[0].verdict == "harness-error"
    assert report.exit_code == 2


def test_a_failure_outweighs_a_harness_error_in_the_exit_code(judge: Judge) -> None:
    calls = [(name, {} if name == "CreateBook" else params, output) for name, params, output in CALLS]
    wrong = Library(wrong={"GetShelf": lambda *_: answer(200, {"Id": "nope"})})
    assert judge(wrong.handle, suite=make_suite(calls)).exit_code == 1


AWSLIKE = {"x-amzn-requestid": "1", "content-type": "application/json"}
SILLY: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "404 with an AWS error": lambda _: error(404, "NotFoundException", "there is none"),
    "404 with the asked-for error": lambda _: error(404, "ResourceNotFoundException", "not found"),
    "200 {}": lambda _: HttpResponse(status=200, headers=AWSLIKE, body=b"{}"),
    "201 {}": lambda _: HttpResponse(status=201, headers=AWSLIKE, body=b"{}"),
    "204": lambda _: HttpResponse(status=204, headers=AWSLIKE),
    "200 []": lambda _: HttpResponse(status=200, headers=AWSLIKE, body=b"[]"),
    "400": lambda _: error(400, "BadRequestException", "bad"),
    "500": lambda _: error(500, "InternalServerException", "oops"),
    "500 HTML": lambda _: HttpResponse(status=500, headers={**AWSLIKE, "content-type": "text/html"}, body=b"<h1>oops"),
    "501": lambda _: error(501, "NotImplementedException", "not built"),
    "echo": lambda request: HttpResponse(status=200, headers=AWSLIKE, body=request.body or b"{}"),
    "redirect": lambda _: HttpResponse(status=302, headers={**AWSLIKE, "location": "/"}),
}


@pytest.mark.parametrize("name", SILLY)
def test_a_silly_server_passes_nothing(judge: Judge, name: str) -> None:
    assert judge(SILLY[name]).totals["pass"] == 0


@pytest.mark.parametrize("name", SILLY)
def test_a_silly_server_passes_not_even_what_needs_no_world(judge: Judge, name: str) -> None:
    """A call without arguments whose answer is documented as empty: the cheapest pass there is."""
    calls: list[DocumentedCall] = [
        ("ListShelves", {}, {}),
        ("CreateShelf", {"Name": "x"}, None),
        ("DeleteShelf", {"ShelfId": "free"}, None),
    ]
    assert judge(SILLY[name], suite=make_suite(calls)).totals["pass"] == 0


def test_crashing_on_everything_is_failing(judge: Judge) -> None:
    report = judge(SILLY["500"])
    assert report.totals["fail"] > 0
    assert report.exit_code == 1


def test_a_site_that_is_no_aws_endpoint_is_no_target(judge: Judge) -> None:
    html = {"content-type": "text/html"}
    for site in (
        lambda _: HttpResponse(status=404, headers=html, body=b"<h1>Not Found"),
        lambda _: HttpResponse(status=200, headers=html, body=b"<h1>Welcome"),
        lambda request: HttpResponse(status=404 if request.method == "GET" else 501, headers=html, body=b"no"),
    ):
        with pytest.raises(AsdocError, match="none of its answers looks like"):
            judge(site)


def test_a_target_that_dies_ends_the_run(judge: Judge) -> None:
    library = Library()

    def handle(request: HttpRequest) -> HttpResponse:
        if len(library.served) > 5:
            raise ConnectError("connecting to localhost: refused")
        return library.handle(request)

    with pytest.raises(AsdocError, match="refused"):
        judge(handle)


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("answered", [1, 7, 12])
def test_a_target_that_falls_silent_ends_the_run(judge: Judge, answered: int, jobs: int) -> None:
    """Its further cases would all be blocked, which a gate does not mind."""
    library = Library()

    def handle(request: HttpRequest) -> HttpResponse:
        if len(library.served) > answered:
            raise TransportError("no answer within 1 s")
        return library.handle(request)

    with pytest.raises(AsdocError, match=r"(answers nothing any more|moving the clock).*no answer within 1 s"):
        judge(handle, jobs=jobs)


def test_a_target_that_falls_silent_in_the_last_case_ends_the_run_too(judge: Judge) -> None:
    library = Library()

    def handle(request: HttpRequest) -> HttpResponse:
        if library.served:
            raise TransportError("no answer within 1 s")
        return library.handle(request)

    with pytest.raises(AsdocError, match="answers nothing any more"):
        judge(handle, pattern="UpdateShelf")


def test_an_operation_that_never_answers_is_no_silent_target(judge: Judge) -> None:
    library = Library()

    def handle(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            raise TransportError("no answer within 1 s")
        return library.handle(request)

    report = judge(handle)
    assert report.totals["fail"] > 0
    assert len(report.cases) == len(CALLS)


def test_verdicts_do_not_hang_on_what_was_there_before(judge: Judge) -> None:
    library = Library()
    for _ in range(3):
        library.create_shelf({"Name": "example-shelf"}, "")
    assert judge(library.handle).totals["pass"] == len(CALLS)
