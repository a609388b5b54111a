"""What is derived of a service that nobody has read: only what no sentence of its pages could deny.

The pages told of here: IAM's DeleteOpenIDConnectProvider "does not fail or return an error" for a provider that is not
there, and lists NoSuchEntity; KMS takes 7 to 30 days where its model has 1 to 365; S3's GetObject lists NoSuchKey, and
answers NoSuchBucket for a bucket that is not there.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from asdoc.codegen.cases import compile_cases
from asdoc.conformance import verify
from asdoc.conformance.cases.model import CaseFile, Suite
from asdoc.conformance.plan.planner import Planner
from asdoc.conformance.plan.samples import Samples
from asdoc.conformance.plan.world import World
from asdoc.runtime.schema import ErrorTraits, Operation, Pagination, Service, Shape
from tests.conformance.library import SERVICE, Library, ref, structure

READ: dict[str, Any] = {"resources": {"Shelf": {"create": "CreateShelf"}}}


def error(code: str) -> Shape:
    return Shape(type="structure", error=ErrorTraits(code=code, status=400))


def operation(name: str, *, errors: tuple[str, ...] = (), input: str = "Named", **told: Any) -> Operation:
    method = told.pop("http_method", "POST")
    return Operation(name=name, method=name.lower(), http_method=method, input=input, errors=errors, **told)


def service(*operations: Operation, protocol: str = "json", **shapes: Shape) -> Service:
    return Service(
        service="attic", client="Attic", service_id="Attic", api_version="1", protocol=protocol,
        endpoint_prefix="attic", signing_name="attic", json_version="1.0", target_prefix="Attic",
        operations={each.name: each for each in operations},
        shapes={
            "Text": Shape(type="string", min=1, max=5),
            "Names": Shape(type="list", member=ref("Text"), min=1, max=2),
            "Count": Shape(type="integer", min=1, max=9),
            "Named": structure(
                ("ShelfName",), ShelfName=ref("Text"), Description=ref("Text"), Count=ref("Count"), Others=ref("Names"),
                Token=ref("Text"), Limit=ref("Count"),
            ),
            "Answer": structure(Count=ref("Count"), Items=ref("Names"), Token=ref("Text")),
            "NoSuchShelf": error("NoSuchShelf"), "NoSuchBook": error("NoSuchBook"), "NotFound": error("NotFound"),
            "ValidationException": error("ValidationException"), "InvalidToken": error("InvalidTokenException"),
            **shapes,
        },
    )  # fmt: skip


def compiled(made: Service, resources: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    cases = compile_cases("attic", [], resources or {}, {}, made)["cases"]
    return {case["id"].removeprefix("attic."): case["scripts"][0]["steps"][0] for case in cases}


CREATE = operation("CreateShelf", output="Answer", errors=("ValidationException",))


def test_any_refusal_of_a_breach_will_do_where_codes_common_to_all_of_aws_may_come() -> None:
    made = service(CREATE)
    step = compiled(made)["constraint.CreateShelf.ShelfName.above-max"]
    assert (step["refused"], step.get("error")) == (True, None)
    assert compiled(made, READ)["constraint.CreateShelf.ShelfName.above-max"]["error"] == ["ValidationException"]


def test_a_value_at_its_bound_is_none_that_must_be_taken() -> None:
    ids = compiled(service(CREATE))
    assert not [each for each in ids if each.endswith((".max", ".min"))]
    assert "constraint.CreateShelf.Count.max" in compiled(service(CREATE), READ)


def test_the_bounds_of_how_much_a_page_holds_are_taken() -> None:
    paging = Pagination(input_token=("Token",), output_token=("Token",), result_key=("Items",), limit_key="Limit")
    ids = compiled(service(operation("ListShelves", pagination=paging, output="Answer")))
    assert {"constraint.ListShelves.Limit.max", "constraint.ListShelves.Limit.min"} <= ids.keys()


@pytest.mark.parametrize("name", ["DeleteShelf", "RemoveShelf", "DetachShelf", "UntagShelf"])
def test_what_is_gone_may_be_deleted_again(name: str) -> None:
    made = service(CREATE, operation(name, errors=("NotFound",)))
    identity = f"error.{name}.NotFound.ShelfName"
    assert identity not in compiled(made)
    assert identity in compiled(made, READ)


def test_an_error_of_one_thing_is_not_demanded_for_another() -> None:
    made = service(CREATE, operation("GetShelf", errors=("NoSuchBook",)), operation("ReadShelf", errors=("NotFound",)))
    ids = compiled(made)
    assert not [each for each in ids if each.startswith("error.GetShelf.")]
    assert ids["error.ReadShelf.NotFound.ShelfName"]["error"] == ["NotFound"]
    own = service(CREATE, operation("GetShelf", errors=("NoSuchBook", "NoSuchShelf")))
    assert compiled(own)["error.GetShelf.NoSuchShelf.ShelfName"]["error"] == ["NoSuchShelf"]


def test_an_answer_to_head_holds_no_code() -> None:
    made = service(CREATE, operation("HeadShelf", errors=("NoSuchShelf",), http_method="HEAD"))
    step = compiled(made)["error.HeadShelf.NoSuchShelf.ShelfName"]
    assert (step["refused"], step.get("error")) == (True, None)


def test_a_token_may_be_any_name_unless_an_error_of_tokens_is_documented() -> None:
    paging = Pagination(input_token=("Token",), output_token=("Token",), result_key=("Items",))
    plain = service(operation("ListShelves", pagination=paging, output="Answer"))
    assert "pagination.ListShelves.bad-token" not in compiled(plain)
    assert "pagination.ListShelves.bad-token" in compiled(plain, READ)
    told = service(operation("ListShelves", pagination=paging, output="Answer", errors=("InvalidToken",)))
    assert compiled(told)["pagination.ListShelves.bad-token"]["refused"]


def test_what_reads_one_thing_does_not_list_such_things() -> None:
    """IAM's GetGroup answers the users of one group, in pages: groups that are made show in none of them."""
    paging = Pagination(input_token=("Token",), output_token=("Token",), result_key=("Items",), limit_key="Limit")
    reads = operation("GetShelf", pagination=paging, output="Answer")
    lists = operation("ListShelfs", pagination=paging, output="Answer")
    found = compile_cases("attic", [], {}, {}, service(CREATE, reads, lists))["cases"]
    walks = {case["operation"]: case["scripts"][0]["steps"] for case in found if case["kind"] == "pagination"}
    assert [step["call"] for step in walks["GetShelf"]] == ["GetShelf"]
    assert [step["call"] for step in walks["ListShelfs"]] == ["CreateShelf", "ListShelfs"]


@pytest.mark.parametrize(
    ("protocol", "member", "tried"),
    [
        ("query", "Others", False), ("ec2", "Others", False), ("json", "Others", True), ("rest-json", "Others", True),
        ("query", "Description", False), ("ec2", "Description", False), ("json", "Description", True),
        ("query", "ShelfName", True), ("rest-xml", "Others", True),
    ],
)  # fmt: skip
def test_an_empty_value_is_tried_where_the_wire_has_a_sign_for_it(protocol: str, member: str, tried: bool) -> None:
    made = service(CREATE, protocol=protocol)
    assert (f"constraint.CreateShelf.{member}.below-min" in compiled(made)) is tried


def test_a_name_of_a_sample_is_as_long_as_its_bounds_ask_for() -> None:
    made = service(CREATE, Text=Shape(type="string", min=20, max=64))
    name = Samples(made).of("CreateShelf")["ShelfName"]
    assert isinstance(name, str)
    assert 20 <= len(name) <= 64


def denied(resources: dict[str, Any]) -> Suite:
    """An example with a name that is no text, as its own table has it."""
    example: dict[str, Any] = {"id": "CreateShelf.1", "operation": "CreateShelf", "params": {"Name": 7}}
    file = msgspec.convert(compile_cases("library", [example], resources, {}, SERVICE), CaseFile)
    return Suite(service=SERVICE, file=file)


def worlds(resources: dict[str, Any]) -> list[World]:
    suite = denied(resources)
    case = next(case for case in suite.file.cases if case.id == "library.constraint.CreateShelf.Name.type")
    return Planner(suite).worlds(case)


def test_an_example_that_nobody_has_read_and_that_its_own_table_denies_blocks_its_cases() -> None:
    """It is no request of ours that is wrong; where somebody has read it, it is."""
    assert [world.unread for world in worlds({})] == [True]
    assert [world.unread for world in worlds(READ)] == [False]


@pytest.mark.parametrize(("resources", "verdict"), [({}, "blocked"), (READ, "harness-error")])
def test_whose_fault_a_call_is_that_is_not_as_documented(resources: dict[str, Any], verdict: str) -> None:
    report = verify(
        Library().handle, service="library", suite=denied(resources), kinds=("constraint",),
        pattern="*.constraint.CreateShelf.Name.type",
    )  # fmt: skip
    assert [case.verdict for case in report.cases] == [verdict]
