"""Every kind of check is seen passing on a right answer and failing on a wrong one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from asdoc.conformance.checks.judge import judge_error
from asdoc.conformance.checks.values import _paired, same
from asdoc.conformance.events import CaseFinished, Check
from asdoc.runtime.exceptions import ReadTimeout
from asdoc.runtime.http import HttpRequest, HttpResponse
from tests.conformance.conftest import Judge
from tests.conformance.library import SERVICE, Library, Mutation, error


def changed(**changes: Any) -> Mutation:
    """An answer with members set, or taken away where they are set to None."""

    def mutate(request: HttpRequest, right: HttpResponse) -> HttpResponse:
        body = {**json.loads(right.body), **changes}
        body = {name: value for name, value in body.items() if value is not None}
        return HttpResponse(status=right.status, headers=right.headers, body=json.dumps(body).encode())

    return mutate


def edited(edit: Callable[[dict[str, Any]], None]) -> Mutation:
    def mutate(request: HttpRequest, right: HttpResponse) -> HttpResponse:
        body = json.loads(right.body)
        edit(body)
        return HttpResponse(status=right.status, headers=right.headers, body=json.dumps(body).encode())

    return mutate


def with_status(status: int) -> Mutation:
    return lambda _, right: HttpResponse(status=status, headers=right.headers, body=right.body)


def with_type(content_type: str) -> Mutation:
    return lambda _, right: HttpResponse(
        status=right.status, headers={**right.headers, "content-type": content_type}, body=right.body
    )


def with_body(body: bytes) -> Mutation:
    return lambda _, right: HttpResponse(status=right.status, headers=right.headers, body=body)


def oldest_first(body: dict[str, Any]) -> None:
    body["Events"].reverse()


def no_binding_event(body: dict[str, Any]) -> None:
    del body["Events"][0]


def too_late(body: dict[str, Any]) -> None:
    body["Bound"] = body["Events"][0]["At"] = "2031-01-01T00:00:00Z"


def second_gone(body: dict[str, Any]) -> None:
    del body["Items"][1]


def names_swapped(body: dict[str, Any]) -> None:
    first, second = body["Items"]
    first["Name"], second["Name"] = second["Name"], first["Name"]


WRONG: list[tuple[str, Mutation, set[str]]] = [
    ("CreateShelf", with_status(200), {"status"}),
    ("DeleteShelf", with_status(200), {"status"}),
    ("GetShelf", with_body(b'{"Id": "abc'), {"body", "required", "value:/Id", "value:/Name", "value:/Label"}),
    ("GetShelf", with_body(b"[]"), {"body", "required", "value:/Id", "value:/Name", "value:/Label"}),
    ("GetShelf", with_body(b""), {"body", "required", "value:/Id", "value:/Name", "value:/Label"}),
    ("GetShelf", changed(Name=7), {"types", "value:/Name"}),
    ("GetShelf", changed(Width="25"), {"types"}),
    ("GetShelf", changed(Width=True), {"types"}),
    ("CreateBook", changed(Number="1"), {"types", "value:/Number"}),
    ("CreateBook", changed(Number=1.5), {"types", "value:/Number"}),
    ("CreateBook", changed(Made=1631915034), {"types", "value:/Made"}),
    ("CreateBook", changed(Made="yesterday"), {"types", "value:/Made"}),
    ("CreateBook", changed(Events={}), {"types", "value:/Events"}),
    ("CreateBook", changed(State="SHUT"), {"enums", "value:/State"}),
    ("CreateBook", changed(State="BOUND"), {"value:/State"}),
    ("CreateBook", changed(Number=2), {"value:/Number"}),
    ("CreateBook", changed(Number=True), {"types", "value:/Number"}),
    ("GetShelf", changed(Id=None), {"required", "value:/Id"}),
    ("GetShelf", changed(Name=None), {"value:/Name"}),
    ("GetShelf", changed(Name="Example-Shelf"), {"value:/Name"}),
    ("GetShelf", changed(Id="abc1234"), {"value:/Id"}),
    ("CreateShelf", changed(Id="Not An Id"), {"value:/Id"}),
    ("UpdateShelf", changed(Width=25), {"value:/Width"}),
    ("ListTagsForResource", changed(Tags={}), {"value:/Tags/group1"}),
    ("ListTagsForResource", changed(Tags={"group1": "2"}), {"value:/Tags/group1"}),
    ("ListTagsForResource", changed(Tags={"group1": 1}), {"types", "value:/Tags/group1"}),
    ("ListShelves", edited(second_gone), {"value:/Items/1"}),
    ("ListShelves", changed(Items=[]), {"value:/Items/0", "value:/Items/1"}),
    ("GetBook", edited(oldest_first), {"order:/Events"}),
    ("GetBook", edited(no_binding_event), {"value:/Events/0"}),
    ("GetBook", edited(too_late), {"time:/Bound", "time:/Events/0/At"}),
]


NAMES = [f"{index}: {operation}, {'+'.join(sorted(ids))}" for index, (operation, _, ids) in enumerate(WRONG)]


def told(case: CaseFinished) -> dict[str, Check]:
    return {check.id: check for check in case.checks}


@pytest.mark.parametrize(("operation", "mutation", "ids"), WRONG, ids=NAMES)
def test_a_wrong_answer_fails_the_checks_that_name_what_is_wrong(
    judge: Judge, operation: str, mutation: Mutation, ids: set[str]
) -> None:
    right = judge(Library().handle, f"example.{operation}.").cases[0]
    wrong = judge(Library(wrong={operation: mutation}).handle, f"example.{operation}.").cases[0]
    assert right.verdict == "pass"
    assert {check.outcome for check in right.checks} == {"pass"}
    assert wrong.verdict == "fail"
    failed = {check.id for check in wrong.checks if check.outcome == "fail"}
    assert failed == ids if not any(each.startswith("time:") for each in ids) else ids <= failed


def test_a_check_has_one_id_for_its_pass_and_its_fail(judge: Judge) -> None:
    for operation, mutation, ids in WRONG:
        right = told(judge(Library().handle, f"example.{operation}.").cases[0])
        for check in ids - {"value:/Items/0", "value:/Items/1", "value:/Events", "value:/Events/0"}:
            assert check in right, f"{check} is told of {operation} only where it fails ({mutation})"


def test_a_difference_is_told_of_the_item_that_it_is_in() -> None:
    """Five documented events, four live ones whose texts all differ: the missing one is the one that fits worst."""
    misses = {(index, position): 1 if index else 2 for index in range(5) for position in range(4)}
    assert _paired(misses, 5, 4, [4] * 5) == {1: 0, 2: 1, 3: 2, 4: 3}
    # What fits wholly is found wherever it stands.
    assert _paired({**misses, (4, 0): 0}, 5, 4, [4] * 5)[4] == 0
    assert _paired({}, 2, 0, [1, 1]) == {}


def test_swapped_items_are_seen_though_each_value_is_somewhere(judge: Judge) -> None:
    wrong = judge(Library(wrong={"ListShelves": edited(names_swapped)}).handle, "ListShelves").cases[0]
    assert wrong.verdict == "fail"


def test_other_items_may_stand_between_the_documented_ones(judge: Judge) -> None:
    library = Library()
    for name in ("before", "between"):
        library.create_shelf({"Name": name}, "")
    assert judge(library.handle, "ListShelves").cases[0].verdict == "pass"


def test_documented_items_are_found_on_later_pages(judge: Judge) -> None:
    library = Library(page_size=2)
    for _ in range(5):
        library.create_shelf({"Name": "other"}, "")
    assert judge(library.handle, "ListShelves").cases[0].verdict == "pass"


def test_no_answer_in_time_is_a_failure_of_the_target(judge: Judge) -> None:
    library = Library()

    def silent(request: HttpRequest) -> HttpResponse:
        if request.method == "PATCH":
            raise ReadTimeout("no answer within 1 s")
        return library.handle(request)

    case = judge(silent, "UpdateShelf").cases[0]
    assert case.verdict == "fail"
    assert told(case)["answer"].found == "no answer within 1 s"


def test_a_refusal_where_success_is_documented_says_with_what(judge: Judge) -> None:
    refusing = Library(wrong={"GetShelf": lambda *_: error(400, "LimitExceededException", "no more")})
    case = judge(refusing.handle, "GetShelf").cases[0]
    assert case.verdict == "fail"
    assert told(case)["status"].found == "400 LimitExceededException no more"


def test_an_error_is_judged_by_code_and_status() -> None:
    operation = SERVICE.operations["GetShelf"]

    def outcomes(response: HttpResponse) -> dict[str, str]:
        return {check.id: check.outcome for check in judge_error(SERVICE, operation, "NotFoundException", response)}

    assert outcomes(error(404, "NotFoundException", "")) == {"status": "pass", "error-code": "pass"}
    assert outcomes(error(400, "NotFoundException", "")) == {"status": "fail", "error-code": "pass"}
    assert outcomes(error(404, "OtherException", "")) == {"status": "pass", "error-code": "fail"}
    assert outcomes(HttpResponse(status=404)) == {"status": "pass", "error-code": "fail"}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b'{"message": "no"}', {}),
        (b'{"Message": ""}', {}),
        (b"{}", {"error-required:/message": "absent"}),
        (b'{"message": null}', {"error-required:/message": "absent"}),
        (b'{"message": ["no"]}', {"error-type:/message": "array"}),
        (b"<h1>no</h1>", {"error-body:": "<h1>"}),
    ],
)
def test_an_error_says_what_is_wrong_as_a_text(body: bytes, wrong: dict[str, str]) -> None:
    headers = {"content-type": "application/json", "x-amzn-errortype": "NotFoundException"}
    response = HttpResponse(status=404, headers=headers, body=body)
    checks = judge_error(SERVICE, SERVICE.operations["GetShelf"], "NotFoundException", response)
    found = {check.id: str(check.found) for check in checks if check.outcome == "fail"}
    assert found.keys() == wrong.keys()
    assert all(wrong[name] in said for name, said in found.items())


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (25, 25.0, True),
        (1, True, False),
        (True, True, True),
        ("1", 1, False),
        (b"a", "a", False),
        (100, 100.5, False),
    ],
)
def test_numbers_are_equal_by_value_and_nothing_is_equal_across_types(one: object, other: object, equal: bool) -> None:
    assert same(one, other) is equal


@pytest.mark.parametrize("content_type", ["text/html", ""])
def test_what_only_the_protocol_tells_is_counted_apart_and_in_no_verdict(judge: Judge, content_type: str) -> None:
    report = judge(Library(wrong={"GetShelf": with_type(content_type)}).handle, "example.GetShelf.")
    assert report.cases[0].verdict == "pass"
    assert [check.id for check in report.cases[0].checks if check.outcome == "fail"] == ["content-type"]
    assert (report.correctness.part, report.correctness.whole) == (1, 1)
    assert (report.derived.part, report.derived.whole) == (0, 1)
