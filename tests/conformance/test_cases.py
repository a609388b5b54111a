"""From a spec to cases."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from asdoc.codegen.cases import compile_cases
from asdoc.conformance.cases.load import load_suite, read_cases, service_packages
from asdoc.conformance.cases.patching import patched
from asdoc.conformance.verify import select
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.schema import Operation
from tests.conformance.library import SERVICE, make_suite

EXAMPLE: dict[str, Any] = {
    "id": "GetShelf.1",
    "operation": "GetShelf",
    "params": {"ShelfId": "a"},
    "output": {"Id": "a"},
    "source": ["p:1#0"],
}


def test_ids_follow_from_the_examples_alone() -> None:
    examples = [{**EXAMPLE, "id": f"GetShelf.{number}"} for number in (10, 2, 1)]
    compiled = [case["id"] for case in compile_cases("library", examples)["cases"]]
    assert compiled == ["library.example.GetShelf.1", "library.example.GetShelf.2", "library.example.GetShelf.10"]
    assert compile_cases("library", {"examples": examples[1:]})["cases"][1]["id"] == compiled[1]


def test_two_examples_with_one_id_are_refused() -> None:
    with pytest.raises(AsdocError, match=r"library\.example\.GetShelf\.1"):
        compile_cases("library", [EXAMPLE, EXAMPLE])


def test_a_statement_is_tried_by_the_call_of_an_example() -> None:
    statement = {
        "id": "shelf.none",
        "then": "it is refused",
        "source": "p:2#1",
        "case": {"call": "GetShelf", "params": {"Deep": True}, "error": "NotFoundException", "given": []},
    }
    prose = {"id": "shelf.prose", "then": "it stands", "source": ["p:3#2"]}
    compiled = compile_cases("library", [EXAMPLE], None, {"statements": [statement, prose]})["cases"]
    assert [case["id"] for case in compiled] == ["library.example.GetShelf.1", "library.statement.shelf.none"]
    assert compiled[1]["params"] == {"ShelfId": "a", "Deep": True}
    assert (compiled[1]["kind"], compiled[1]["error"], compiled[1]["source"]) == (
        "statement",
        "NotFoundException",
        ["p:2#1"],
    )


def test_a_file_that_holds_no_cases_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    for content in ("{", "[]", '{"format": 2, "service": "library"}'):
        path.write_text(content)
        with pytest.raises(AsdocError, match="reading the cases"):
            read_cases(path)
    with pytest.raises(AsdocError, match="No such file"):
        read_cases(tmp_path / "none.json")


def test_every_installed_service_has_cases_or_says_that_it_has_none() -> None:
    for service in service_packages():
        suite = load_suite(service)
        assert suite.file.service == suite.service.service == service


def test_cases_are_selected_by_part_of_an_id_or_by_pattern() -> None:
    cases = make_suite().file.cases
    assert [case.operation for case in select(cases, "shelf")] == [
        "CreateShelf",
        "DeleteShelf",
        "GetShelf",
        "UpdateShelf",
    ]
    assert [case.operation for case in select(cases, "Get*")] == ["GetBook", "GetShelf"]
    assert [case.operation for case in select(cases, "*.GetBook.?")] == ["GetBook"]
    with pytest.raises(AsdocError, match="no case matches"):
        select(cases, "nothing")


@pytest.mark.parametrize(
    ("operation", "after"),
    [
        ({"op": "replace", "path": "/a/0", "value": 9}, {"a": [9, 2], "b": {"c/d": 3}}),
        ({"op": "add", "path": "/a/-", "value": 9}, {"a": [1, 2, 9], "b": {"c/d": 3}}),
        ({"op": "add", "path": "/a/0", "value": 9}, {"a": [9, 1, 2], "b": {"c/d": 3}}),
        ({"op": "remove", "path": "/b/c~1d"}, {"a": [1, 2], "b": {}}),
    ],
)
def test_a_reading_changes_an_example_in_one_place(operation: dict[str, Any], after: dict[str, Any]) -> None:
    before = {"a": [1, 2], "b": {"c/d": 3}}
    kept = json.dumps(before)
    assert patched(before, [operation]) == after
    assert json.dumps(before) == kept


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "/c", "value": 1},
        {"op": "remove", "path": "/a/7"},
        {"op": "move", "path": "/a", "from": "/b"},
        {"op": "add", "path": "/a/x", "value": 1},
    ],
)
def test_a_change_that_does_not_apply_is_refused(operation: dict[str, Any]) -> None:
    with pytest.raises(AsdocError, match="no such place"):
        patched({"a": [1], "b": 2}, [operation])


def test_a_documented_order_is_tried_where_more_than_one_thing_is_read() -> None:
    orders = [
        {"operation": "ListBooks", "path": "/Items", "by": "Number", "direction": "descending", "source": "p:4#2"},
        {"operation": "CreateBook", "path": "/Events", "by": "At", "direction": "ascending", "source": "p:5#3"},
    ]
    reach = {"BOUND": {"wait": {"member": "MinutesToBind", "unit": "minutes"}}, "LENT": {"call": "LendBook"}}
    resources = {"Book": {"create": "CreateBook", "list": "ListBooks", "states": {"reach": reach}}}
    listing = Operation(name="ListBooks", method="list_books", http_method="GET", uri="/books", status=200)
    service = msgspec.structs.replace(SERVICE, operations={**SERVICE.operations, "ListBooks": listing})
    compiled = compile_cases("library", [], {"resources": resources, "orders": orders}, {}, service)["cases"]
    (case,) = [case for case in compiled if case["kind"] == "ordering"]
    assert (case["id"], case["source"], case["basis"]) == (
        "library.ordering.ListBooks.Items.Number", ["p:4#2"], "documented",
    )  # fmt: skip
    assert case["given"] == [{"resource": "Book", "state": "BOUND"}]
    made, listed = case["scripts"][0]["steps"]
    assert (made["call"], made["control"]) == ("CreateBook", True)
    assert listed["output"] == {"Items": {"$sorted": ["Number", "descending"]}}


def test_a_name_in_a_path_that_breaks_its_pattern_is_tried_and_may_be_an_unknown_one() -> None:
    compiled = compile_cases("library", [], {}, {}, SERVICE)["cases"]
    found = {case["id"]: case["scripts"][0]["steps"][0] for case in compiled}
    step = found["library.constraint.GetShelf.ShelfId.pattern"]
    assert not re.search(SERVICE.shapes["Id"].pattern, step["params"]["ShelfId"])
    assert step["malformed"]


def appconfig_cases() -> dict[str, dict[str, Any]]:
    """Cases that are compiled of AppConfig's table and statements, as the package ships them."""
    suite = load_suite("appconfig")
    compiled = compile_cases("appconfig", [], {"resources": suite.file.resources}, {}, suite.service)["cases"]
    return {case["id"].partition(".")[2]: case for case in compiled}


def test_only_what_a_page_demands_is_documented_and_what_is_concluded_of_types_and_values_is_derived() -> None:
    basis = {
        case["rule"]: case["basis"]
        for identity, case in appconfig_cases().items()
        if identity.startswith("constraint.CreateDeploymentStrategy.")
    }
    assert basis["required"] == "documented"
    assert {basis[rule] for rule in ("type", "enum", "above-max", "below-min")} == {"derived"}


def test_an_unfit_name_of_a_thing_may_be_told_as_unfit_or_as_unknown_but_a_missing_one_as_unknown_never() -> None:
    found = {name: case["scripts"][0]["steps"][0].get("error") for name, case in appconfig_cases().items()}
    either, unfit = ["BadRequestException", "ResourceNotFoundException"], ["BadRequestException"]
    assert found["constraint.StartDeployment.DeploymentStrategyId.pattern"] == either
    assert found["constraint.StartDeployment.ConfigurationProfileId.above-max"] == either
    assert found["constraint.StartDeployment.DeploymentStrategyId.required"] == unfit
    assert found["constraint.StartDeployment.Description.above-max"] == unfit


def test_a_statement_that_is_concluded_says_so() -> None:
    told = {"source": "p:2#1", "case": {"call": "GetShelf", "error": "NotFoundException"}}
    statements = [{**told, "id": "said"}, {**told, "id": "concluded", "basis": "derived"}]
    cases = compile_cases("library", [EXAMPLE], None, {"statements": statements})["cases"]
    assert {case["id"]: case["basis"] for case in cases if case["kind"] == "statement"} == {
        "library.statement.said": "documented",
        "library.statement.concluded": "derived",
    }
