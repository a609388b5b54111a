"""Reading an answer member by member, each from its place and in its type."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from asdoc.conformance.checks.bodies import error_code
from asdoc.conformance.checks.decode import carries_json, decode
from asdoc.conformance.checks.readers import Mistyped
from asdoc.conformance.plan.resolve import as_type, native
from asdoc.runtime.http import HttpResponse
from asdoc.runtime.schema import Operation, Service, Shape

MOMENT = datetime(2021, 9, 17, 21, 43, 54, tzinfo=UTC)


def service(output: Shape, protocol: str = "rest-json") -> Service:
    return Service(
        service="s", client="S", service_id="S", api_version="1", protocol=protocol, endpoint_prefix="s",
        signing_name="s",
        operations={"Get": Operation(name="Get", method="get", output="Out")}, shapes={"Out": output},
    )  # fmt: skip


def read(
    member: Shape, response: HttpResponse, *, payload: str = "", protocol: str = "rest-json"
) -> tuple[Any, list[str]]:
    table = service(Shape(type="structure", members={"M": member}, payload=payload), protocol)
    observed = decode(table, table.operations["Get"], response)
    return observed.tree.get("M"), [problem.kind for problem in observed.problems]


def body(value: Any) -> HttpResponse:
    return HttpResponse(status=200, body=json.dumps({"M": value}).encode())


def header(value: str) -> HttpResponse:
    return HttpResponse(status=200, headers={"x-m": value})


def placed(kind: str, **traits: Any) -> Shape:
    return Shape(type=kind, location="header", name="X-M", **traits)


TEXTS = Shape(type="list", member=Shape(type="string"))

RIGHT: list[tuple[Shape, HttpResponse, Any]] = [
    (Shape(type="string"), body("a"), "a"),
    (Shape(type="string", name="m"), HttpResponse(status=200, body=b'{"m": "a"}'), "a"),
    (Shape(type="integer"), body(7), 7),
    (Shape(type="long"), body(7.0), 7.0),
    (Shape(type="double"), body("Infinity"), float("inf")),
    (Shape(type="boolean"), body(True), True),
    (Shape(type="timestamp"), body(MOMENT.timestamp()), MOMENT),
    (Shape(type="timestamp", timestamp_format="iso8601"), body("2021-09-17T23:43:54+02:00"), MOMENT),
    (Shape(type="timestamp", timestamp_format="rfc822"), body("Fri, 17 Sep 2021 21:43:54 GMT"), MOMENT),
    (Shape(type="blob"), body("aGk="), b"hi"),
    (Shape(type="document"), body({"a": [1, None]}), {"a": [1, None]}),
    (TEXTS, body(["a", "b"]), ["a", "b"]),
    (Shape(type="map", key=Shape(type="string"), value=Shape(type="integer")), body({"a": 1}), {"a": 1}),
    (Shape(type="string"), body(None), None),
    (placed("string"), header("a"), "a"),
    (placed("integer"), header("7"), 7),
    (placed("boolean"), header("True"), True),
    (placed("timestamp"), header("Fri, 17 Sep 2021 21:43:54 GMT"), MOMENT),
    (placed("list", member=Shape(type="string")), header("a, b"), ["a", "b"]),
    (Shape(type="integer", location="statusCode"), HttpResponse(status=202), 202),
    (Shape(type="map", location="headers", name="x-"), header("a"), {"m": "a"}),
]

WRONG: list[tuple[Shape, HttpResponse, str]] = [
    (Shape(type="string"), body(1), "type"),
    (Shape(type="string", enum=("A",)), body("B"), "enum"),
    (Shape(type="integer"), body("7"), "type"),
    (Shape(type="integer"), body(7.5), "type"),
    (Shape(type="integer"), body(True), "type"),
    (Shape(type="float"), body("7"), "type"),
    (Shape(type="boolean"), body("true"), "type"),
    (Shape(type="boolean"), body(1), "type"),
    (Shape(type="timestamp"), body("2021-09-17T21:43:54Z"), "type"),
    (Shape(type="timestamp"), body(1e300), "type"),
    (Shape(type="timestamp", timestamp_format="iso8601"), body(1631915034), "type"),
    (Shape(type="timestamp", timestamp_format="iso8601"), body("2021-09-17"), "type"),
    (Shape(type="timestamp", timestamp_format="iso8601"), body("2021-09-17T21:43:54"), "type"),
    (Shape(type="timestamp", timestamp_format="rfc822"), body("soon"), "type"),
    (Shape(type="blob"), body("not base64!"), "type"),
    (TEXTS, body("a"), "type"),
    (TEXTS, body(["a", 1]), "type"),
    (TEXTS, body(["a", None]), "type"),
    (Shape(type="map", key=Shape(type="string"), value=Shape(type="integer")), body([]), "type"),
    (Shape(type="structure"), body([]), "type"),
    (placed("integer"), header("seven"), "type"),
    (placed("boolean"), header("yes"), "type"),
    (placed("timestamp"), header("yesterday"), "type"),
]


@pytest.mark.parametrize(("member", "response", "value"), RIGHT, ids=range(len(RIGHT)))
def test_a_member_is_read_from_its_place(member: Shape, response: HttpResponse, value: Any) -> None:
    extra = HttpResponse(status=response.status, headers=response.headers, body=response.body)
    assert read(member, extra) == (value, [])


@pytest.mark.parametrize(("member", "response", "kind"), WRONG, ids=range(len(WRONG)))
def test_a_member_of_another_type_is_a_problem(member: Shape, response: HttpResponse, kind: str) -> None:
    _, problems = read(member, response)
    assert problems == [kind]


def test_a_value_of_another_type_is_kept_as_it_came() -> None:
    assert read(Shape(type="integer"), body("7"))[0] == Mistyped("7")


def test_a_payload_is_the_whole_body() -> None:
    response = HttpResponse(status=200, body=b"\x00\x01")
    assert read(Shape(type="blob", streaming=True), response, payload="M") == (b"\x00\x01", [])
    structure = Shape(type="structure", members={"A": Shape(type="string")})
    assert read(structure, HttpResponse(status=200, body=b'{"A": "a"}'), payload="M") == ({"A": "a"}, [])


def test_required_members_are_missed_at_any_depth() -> None:
    inner = Shape(type="structure", members={"A": Shape(type="string")}, required=("A",))
    assert read(inner, body({})) == ({}, ["required"])


def test_what_json_calls_a_number_but_no_number_is_is_a_problem_and_no_crash() -> None:
    for raw in (b'{"M": NaN}', b'{"M": Infinity}', b'{"M": 1' + b"0" * 5000 + b"}"):
        assert read(Shape(type="double"), HttpResponse(status=200, body=raw)) == (None, ["body"])


def test_a_body_that_is_no_json_is_a_problem_and_no_crash() -> None:
    for raw in (b"", b"{", b"null", b"[" * 100_000, b"\xff\xfe", b"<html>"):
        assert read(Shape(type="string"), HttpResponse(status=200, body=raw))[1] == ["body"], raw[:9]


def test_only_a_json_protocol_or_a_body_member_promises_json() -> None:
    head = Shape(type="structure", members={"M": placed("string")})
    assert not carries_json(service(head), Operation(name="Get", method="get", output="Out"))
    assert carries_json(service(head, "json"), Operation(name="Get", method="get", output="Out"))
    assert not carries_json(service(head), Operation(name="Get", method="get"))


@pytest.mark.parametrize(
    ("headers", "content", "code"),
    [
        ({"x-amzn-errortype": "GoneException:http://internal/"}, b"", "GoneException"),
        ({}, b'{"__type": "com.amazonaws.s#GoneException", "message": "m"}', "GoneException"),
        ({}, b'{"code": "GoneException"}', "GoneException"),
        ({"x-amzn-errortype": "GoneException"}, b'{"__type": "Other"}', "GoneException"),
        ({}, b"<h1>Gone", ""),
        ({}, b'{"__type": 7}', ""),
    ],
)
def test_the_code_of_an_error_is_found_where_each_protocol_puts_it(
    headers: dict[str, str], content: bytes, code: str
) -> None:
    assert error_code(HttpResponse(status=410, headers=headers, body=content))[0] == code


@pytest.mark.parametrize(
    ("kind", "literal", "value"),
    [
        ("timestamp", {"$datetime": [2021, 9, 17, 21, 43, 54]}, MOMENT),
        ("timestamp", {"$datetime": [2021, 9, 17, 21, 43, 54, 4, 260, 0]}, MOMENT),
        ("timestamp", {"$datetime": [2021, 9, 17]}, datetime(2021, 9, 17, tzinfo=UTC)),
        ("timestamp", "2021-09-17T21:43:54Z", MOMENT),
        ("blob", "hi", b"hi"),
        ("blob", {"$bytes": "aGk="}, b"hi"),
        ("string", "hi", "hi"),
    ],
)
def test_a_documented_literal_is_what_a_caller_would_pass(kind: str, literal: Any, value: Any) -> None:
    assert native(Shape(type=kind), literal) == value


def test_a_live_value_takes_the_type_of_its_place() -> None:
    assert as_type(Shape(type="string"), 1) == "1"
    assert as_type(Shape(type="string"), 2.0) == "2"
    assert as_type(Shape(type="integer"), "3") == 3
    assert as_type(Shape(type="integer"), "three") == "three"
    assert as_type(Shape(type="boolean"), True) is True
