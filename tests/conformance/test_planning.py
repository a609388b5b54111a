"""What a plan finds in the literals of the documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from asdoc.cli._suites import made_suite
from asdoc.conformance.cases.model import Case
from asdoc.conformance.plan.planner import Planner
from asdoc.conformance.plan.world import OWN, ArnLink, ArnPart, CallStep, Link, Open, WaitStep, World
from tests.conformance.library import CALLS, RESOURCES, DocumentedCall, make_suite
from tests.conformance.planning import planned


def world(operation: str, *, reading: int = 0, **suite: Any) -> World:
    made = make_suite(**suite)
    case = next(case for case in made.file.cases if case.operation == operation)
    return Planner(made).worlds(case)[reading]


def steps(planned: World) -> list[str]:
    return [step.operation if isinstance(step, CallStep) else f"until {step.state}" for step in planned.steps]


def call(planned: World, index: int) -> CallStep:
    step = planned.steps[index]
    assert isinstance(step, CallStep)
    return step


def test_an_id_is_given_by_the_call_that_made_it() -> None:
    planned = world("DeleteShelf")
    assert steps(planned) == ["CreateShelf"]
    assert planned.call.links == {("ShelfId",): Link(0, "answer", ("Id",))}


def test_calls_behind_calls_come_first() -> None:
    planned = world("GetBook")
    assert steps(planned) == ["CreateShelf", "CreateBook", "until BOUND"]
    assert call(planned, 1).links[("ShelfId",)] == Link(0, "answer", ("Id",))


def test_a_number_that_no_call_gives_stands_for_what_its_name_says() -> None:
    """The example asks for book 2; no example makes a second one."""
    assert world("GetBook").call.links[("BookNumber",)] == Link(1, "answer", ("Number",))


def test_an_id_that_no_call_gives_stands_for_what_its_name_says() -> None:
    assert world("UpdateShelf").call.links[("ShelfId",)] == Link(0, "answer", ("Id",))


def test_an_unknown_item_beside_a_known_one_is_another_of_its_kind_with_the_members_it_shows() -> None:
    planned = world("ListShelves")
    assert steps(planned) == ["CreateShelf", "CreateShelf"]
    assert call(planned, 1).params == {"Name": "second-shelf", "Label": "C"}
    assert planned.expected[("Items", 1, "Id")] == Link(1, "answer", ("Id",))


def test_what_the_answer_shows_of_a_thing_is_what_it_is_made_with() -> None:
    planned = world("GetShelf")
    assert call(planned, 0).params["Label"] == "B"
    assert call(planned, 0).fitted == {"Label": "B"}
    assert call(world("ListShelves"), 0).params["Name"] == "first-shelf"


def listed(*items: dict[str, Any]) -> World:
    """The world of a list whose items all stand for what one call made, with nothing told of the resources."""
    calls: list[DocumentedCall] = [each for each in CALLS if each[0] == "CreateShelf"]
    shown = {"Items": [{"Id": "abc1234", **item} for item in items]}
    return world("ListShelves", calls=[*calls, ("ListShelves", {}, shown)], resources={})


def test_of_several_items_one_call_made_the_one_that_is_most_like_what_it_gives() -> None:
    planned = listed(
        {"Name": "first-shelf", "Label": "B"},
        {"Name": "example-shelf", "Label": "A"},
        {"Name": "third-shelf", "Label": "C"},
    )
    assert call(planned, 0).fitted == {}
    assert call(planned, 0).params["Name"] == "example-shelf"
    assert planned.expected[("Items", 1, "Label")] == Link(0, "sent", ("Label",))
    assert {("Items", 0, "Label"), ("Items", 2, "Label")} <= planned.unproven


def test_a_value_stands_for_none_that_a_call_was_to_be_given_and_is_given_another_for() -> None:
    planned = listed({"Name": "example-shelf", "Label": "B"}, {"Name": "third-shelf", "Label": "A", "Width": 7.0})
    assert call(planned, 0).fitted == {"Label": "B"}
    assert ("Items", 1, "Label") not in planned.expected


def test_what_the_call_itself_sets_is_no_state_of_before() -> None:
    assert call(world("UpdateShelf"), 0).params["Width"] == 25


def test_an_arn_is_bound_part_by_part() -> None:
    arn = world("TagResource").call.links[("ResourceArn",)]
    assert arn == ArnLink(
        ("arn:aws:library:", ArnPart("region"), ":", ArnPart("account"), ":", "shelf", "/", Link(0, "answer", ("Id",)))
    )


def test_tags_are_put_before_they_are_read() -> None:
    planned = world("ListTagsForResource")
    assert steps(planned) == ["CreateShelf", "TagResource"]
    assert isinstance(planned.call.links[("ResourceArn",)], Link)


def test_a_documented_state_is_waited_for_and_what_only_time_brings_is_known() -> None:
    planned = world("GetBook")
    assert planned.steps[-1] == WaitStep("BOUND", (Link(1, "answer", ("MinutesToBind",)),), 60.0)
    assert planned.timed == {("State",), ("Bound",), ("Events",)}


def test_a_state_that_the_producer_shows_needs_no_wait() -> None:
    calls: list[DocumentedCall] = [
        (name, params, {**output, "State": "OPEN"} if name == "GetBook" and output else output)
        for name, params, output in CALLS
    ]
    assert steps(world("GetBook", calls=calls)) == ["CreateShelf", "CreateBook"]


def test_a_state_that_no_fact_leads_to_is_told_as_missing() -> None:
    resources = {"resources": {"Book": {"create": "CreateBook", "states": {"member": "State", "reach": {}}}}}
    assert world("GetBook", resources=resources).missing == ("how a Book comes to be BOUND",)


def test_a_state_may_be_reached_by_a_call() -> None:
    reach = {"BOUND": {"call": "UpdateShelf"}}
    resources = {"resources": {"Book": {"create": "CreateBook", "states": {"member": "State", "reach": reach}}}}
    assert steps(world("GetBook", resources=resources)) == ["CreateShelf", "CreateBook", "UpdateShelf"]


def test_a_state_may_be_reached_from_another_by_a_call_with_members_of_its_own() -> None:
    reach = {
        "OPEN": {"wait": {"member": "MinutesToBind", "unit": "minutes"}},
        "BOUND": {"call": "UpdateShelf", "params": {"Width": 7}, "from": "OPEN"},
    }
    calls: list[DocumentedCall] = [
        (name, params, {**output, "State": "SHUT"} if name == "CreateBook" and output else output)
        for name, params, output in CALLS
    ]
    resources = {"resources": {"Book": {"create": "CreateBook", "states": {"member": "State", "reach": reach}}}}
    planned = world("GetBook", resources=resources, calls=calls)
    assert steps(planned) == ["CreateShelf", "CreateBook", "until OPEN", "UpdateShelf"]
    assert call(planned, 3).params["Width"] == 7


def test_a_statement_may_have_things_made_otherwise() -> None:
    suite = make_suite()
    case = next(case for case in suite.file.cases if case.operation == "GetBook")
    made = msgspec.structs.replace(case, made={"CreateBook": {"MinutesToBind": 3}})
    (planned,) = Planner(suite).worlds(made)
    assert call(planned, 1).params["MinutesToBind"] == 3


def test_a_state_may_be_reached_by_that_of_another_thing() -> None:
    resources: dict[str, Any] = {
        "resources": {
            "Shelf": {
                "create": "CreateShelf",
                "states": {"member": "Label", "reach": {"B": {"via": "Book", "state": "BOUND"}}},
            },
            "Book": RESOURCES["resources"]["Book"],
        }
    }
    assert steps(world("GetShelf", resources=resources)) == ["CreateShelf", "CreateBook", "until BOUND"]


def test_an_operation_may_require_a_state() -> None:
    resources = {**RESOURCES, "requires": [{"operation": "DeleteShelf", "resource": "Book", "state": "BOUND"}]}
    planned = world("DeleteShelf", resources=resources)
    assert steps(planned) == ["CreateShelf", "CreateBook", "until BOUND"]
    assert planned.awaits_state


def test_a_missing_producer_is_named() -> None:
    calls = [entry for entry in CALLS if entry[0] == "DeleteShelf"]
    assert world("DeleteShelf", calls=calls).missing == (
        "DeleteShelf/ShelfId: nothing documented brings about 'abc1234'",
    )


def test_an_echo_is_what_was_sent_and_a_made_up_id_is_open() -> None:
    planned = world("CreateBook")
    assert planned.expected[("ShelfId",)] == Link(OWN, "sent", ("ShelfId",))
    assert world("CreateShelf").expected[("Id",)] == Open()
    assert ("Number",) not in planned.expected, "the first book of a new shelf is number 1, as documented"


def test_an_id_that_a_page_prints_as_nothing_is_none_that_a_target_must_give() -> None:
    calls: list[DocumentedCall] = [("CreateShelf", {"Name": "example-shelf"}, {"Id": "null", "Name": "example-shelf"})]
    planned = world("CreateShelf", calls=calls, resources={})
    assert ("Id",) not in planned.expected
    assert ("Id",) in planned.unproven


def test_each_reading_of_an_erratum_has_a_world() -> None:
    errata: dict[str, list[dict[str, Any]]] = {
        "CreateBook": [
            {
                "id": "e",
                "reason": "r",
                "readings": [
                    {"name": "first"},
                    {
                        "name": "second",
                        "before": ["CreateBook"],
                        "changes": [{"op": "replace", "path": "/output/Number", "value": 2}],
                    },
                ],
                "setup": [{"op": "remove", "path": "/params/MinutesToBind"}],
            }
        ]
    }
    second = world("CreateBook", reading=1, errata=errata)
    assert second.reading == "second"
    assert steps(second) == ["CreateShelf", "CreateBook"]
    assert second.case.output
    assert second.case.output["Number"] == 2
    assert "MinutesToBind" not in call(second, 1).params
    assert "MinutesToBind" in second.call.params


def test_what_a_world_makes_is_cleared_away_last_first() -> None:
    planned = world("ListShelves")
    assert [step.operation for step in planned.teardown] == ["DeleteShelf", "DeleteShelf"]
    assert [step.links[("ShelfId",)] for step in planned.teardown] == [
        Link(1, "answer", ("Id",)),
        Link(0, "answer", ("Id",)),
    ]


@pytest.mark.parametrize("case", make_suite().file.cases, ids=lambda case: str(case.id))
def test_every_case_of_the_library_has_a_plan(case: Case) -> None:
    assert not any(planned.missing for planned in Planner(make_suite()).worlds(case))


def test_planning_does_not_change_the_documents() -> None:
    suite = make_suite()
    planner = Planner(suite)
    before = repr(suite.file)
    for case in suite.file.cases:
        planner.worlds(case)
    assert repr(suite.file) == before


def test_documented_calls_of_a_service_that_nobody_has_read_are_planned(tmp_path: Path) -> None:
    """All 44 services that have any: `python -m tests.conformance.planning`."""
    told = planned(made_suite("cloud9", tmp_path))
    assert told.examples >= 10
    assert told.planned == told.examples, told.missing


def test_cases_of_every_derived_kind_are_compiled_for_any_service(tmp_path: Path) -> None:
    suite = made_suite("sqs", tmp_path)
    planner = Planner(suite)
    assert {case.kind for case in suite.file.cases} == {"constraint", "error", "pagination"}
    for case in suite.file.cases:
        assert planner.worlds(case)[0].missing == (), case.id
        assert case.basis in {"documented", "derived"}, case.id
