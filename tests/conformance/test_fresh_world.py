"""The world of an example that nobody has read: made for it alone, and held only to what its page can know of it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from asdoc.codegen.cases import compile_cases
from asdoc.conformance import verify
from asdoc.conformance.cases.model import CaseFile, Suite
from asdoc.conformance.events import CaseFinished
from asdoc.conformance.plan.planner import Planner
from asdoc.conformance.plan.world import CallStep, World
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import Operation, Shape
from tests.conformance.library import SERVICE, answer, error, operation, ref, structure

SHAPES = {
    **{name: SERVICE.shapes[name] for name in ("String", "NotFound")},
    "Kind": Shape(type="string", enum=("classic", "modern")),
    "Texts": Shape(type="list", member=ref("String")),
    "Box": structure(
        Name=ref("String"), BoxId=ref("String"), Arn=ref("String"), Text=ref("String"), Kind=ref("Kind"),
        VersionId=ref("String"), Labels=ref("Texts"), Zone=ref("Zone"),
    ),
    "Zone": structure(Name=ref("String")),
    "Named": structure(("Name",), Name=ref("String"), BoxId=ref("String"), Text=ref("String"), Kind=ref("Kind")),
    "OfBox": structure(("BoxId",), BoxId=ref("String")),
    "Filled": structure(("BoxId",), BoxId=ref("String"), Text=ref("String")),
    "OfJar": structure(("Jar",), Jar=ref("String")),
    "Nothing": structure(),
}  # fmt: skip
IN_AND_OUT = {
    "CreateBox": ("Named", "Box"),
    "RestoreBox": ("OfBox", "Box"),
    "GetBoxText": ("OfBox", "Box"),
    "PutBoxText": ("Filled", "Box"),
    "CreateJar": ("OfJar", "Nothing"),
    "PutJarPolicy": ("OfJar", "Nothing"),
    "GetJarPolicy": ("OfJar", "Nothing"),
}
OPERATIONS: dict[str, Operation] = {
    name: operation(name, "POST", f"/{name}", 200, *shapes) for name, shapes in IN_AND_OUT.items()
}
BOXES = msgspec.structs.replace(SERVICE, service="boxes", shapes=SHAPES, operations=OPERATIONS)
Call = tuple[str, dict[str, Any], dict[str, Any] | None]
ARN = "arn:aws:boxes:us-east-1:111122223333:box/example-box"
CREATE: Call = ("CreateBox", {"Name": "example-box"}, {"Name": "example-box", "Arn": ARN})


def suite_of(*calls: Call) -> Suite:
    examples = [
        {"id": f"{name}.{index}", "operation": name, "params": params, "output": output, "source": ["p:1#0"]}
        for index, (name, params, output) in enumerate(calls)
    ]
    return Suite(service=BOXES, file=msgspec.convert(compile_cases("boxes", examples), CaseFile))


def id_of(*calls: Call) -> str:
    return f"boxes.example.{calls[-1][0]}.{len(calls) - 1}"


def last_world(*calls: Call) -> World:
    suite, wanted = suite_of(*calls), id_of(*calls)
    (world,) = Planner(suite).worlds(next(case for case in suite.file.cases if case.id == wanted))
    return world


def steps(world: World) -> list[tuple[str, dict[str, Any]]]:
    return [(step.operation, step.params) for step in world.steps if isinstance(step, CallStep)]


def tried(*calls: Call, status: int = 200, **answers: dict[str, Any]) -> CaseFinished:
    """What comes of the last call at a target that gives these answers."""

    def handle(request: HttpRequest) -> HttpResponse:
        name = request.target.strip("/")
        if name not in OPERATIONS:
            return HttpResponse(status=404, headers={"content-type": "text/html"}, body=b"no such page")
        if set(json.loads(request.body or b"{}")) < set(SHAPES[OPERATIONS[name].input].required):
            return error(400, "ValidationException", "something is missing")
        if status != 200:
            return HttpResponse(status=status, headers={"x-amzn-requestid": "1"})
        return answer(status, answers.get(name, {}))

    cases = verify(handle, service="boxes", suite=suite_of(*calls)).cases
    return next(case for case in cases if case.id == id_of(*calls))


def test_what_brings_a_thing_back_does_not_stand_for_what_makes_it() -> None:
    restore: Call = ("RestoreBox", {"BoxId": "example-box"}, {"Name": "example-box"})
    read: Call = ("GetBoxText", {"BoxId": "example-box"}, None)
    assert [name for name, _ in steps(last_world(CREATE, restore, read))] == ["CreateBox"]
    assert [name for name, _ in steps(last_world(CREATE, restore))] == ["CreateBox"]


@pytest.mark.parametrize("operation", ["GetJarPolicy", "PutJarPolicy"])
@pytest.mark.parametrize("jar", ["example-jar", "another-jar"])
def test_a_thing_of_another_name_is_made_by_that_name(operation: str, jar: str) -> None:
    world = last_world(("CreateJar", {"Jar": "example-jar"}, None), (operation, {"Jar": jar}, None))
    assert steps(world) == [("CreateJar", {"Jar": jar})]


def test_an_answer_brings_in_no_call_that_changes_what_it_reads() -> None:
    """What the putting call answers too, the creating one gave already."""
    put: Call = ("PutBoxText", {"BoxId": "example-box", "Text": "new"}, {"Arn": ARN, "Labels": ["CURRENT"]})
    use: Call = ("GetBoxText", {"BoxId": "CURRENT"}, None)
    read: Call = ("GetBoxText", {"BoxId": "example-box"}, {"Arn": ARN, "Labels": ["CURRENT"]})
    assert [name for name, _ in steps(last_world(CREATE, put, use, read))] == ["CreateBox"]


def test_what_a_page_leaves_to_its_reader_is_given_to_no_call() -> None:
    shown = {"Name": "example-box", "Arn": ARN, "Text": "<URL-encoded-JSON>"}
    read: Call = ("GetBoxText", {"BoxId": "example-box"}, shown)
    made: Call = ("CreateBox", {"Name": "example-box", "Text": "some"}, {"Name": "example-box", "Arn": ARN})
    assert steps(last_world(made, read)) == [("CreateBox", {"Name": "example-box", "Text": "some"})]
    gave = {"Name": "example-box", "Arn": ARN, "Text": "some"}
    assert tried(made, read, CreateBox=gave, GetBoxText=gave).verdict == "pass"


@pytest.mark.parametrize(
    ("given", "told", "found", "verdict"),
    [
        ({"BoxId": ""}, {"BoxId": "box-1"}, {"BoxId": ""}, "pass"),
        ({"Text": "red"}, {"Text": "red"}, {"Text": "blue"}, "fail"),
        ({}, {"Kind": "classic"}, {"Kind": "modern"}, "pass"),
        ({}, {"Kind": "classic"}, {}, "fail"),
        ({"Kind": "classic"}, {"Kind": "classic"}, {"Kind": "modern"}, "fail"),
        ({}, {"VersionId": "first-version"}, {}, "pass"),
        ({}, {"Zone": {"Name": "zone-1"}}, {}, "pass"),
        ({}, {"BoxId": "box-1"}, {}, "fail"),
    ],
    ids=[
        "an answer that contradicts its own call",
        "an answer that shows what was given",
        "a default that may be the account's own",
        "a default that is not there",
        "a choice that was made",
        "the id of what the call does not make",
        "the name of what lies within",
        "the id of what the call makes",
    ],
)
def test_a_creating_call_is_held_to_what_its_page_can_know(
    given: dict[str, Any], told: dict[str, Any], found: dict[str, Any], verdict: str
) -> None:
    name = {"Name": "example-box"}
    elsewhere: Call = ("GetBoxText", {"BoxId": "zone-1"}, None)
    ended = tried(elsewhere, ("CreateBox", {**name, **given}, {**name, **told}), CreateBox={**name, **found})
    assert ended.verdict == verdict, ended.checks


@pytest.mark.parametrize(("status", "verdict"), [(204, "pass"), (202, "fail")])
def test_no_content_is_a_success_of_a_call_whose_answer_holds_nothing(status: int, verdict: str) -> None:
    assert tried(("CreateJar", {"Jar": "example-jar"}, None), status=status).verdict == verdict
