"""Pages of different dates give one spec: the newest wins, and nothing that was read is lost without a word."""

from __future__ import annotations

from typing import Any

import pytest

from asdoc.codegen.pages import OperationPage, Text
from asdoc.codegen.pages.facts import Delta, Example, ExceptionPage, Node
from asdoc.codegen.spec.merge import Merged, merge

LINES = b"\n".join(f"line {number}".encode() for number in range(1, 200))
STATES = ("BAKING", "COMPLETE")


def leaf(kind: str = "string", *values: str, line: int = 5) -> Node:
    return Node(kind, line, line, members={}, required=[], enum=values)


def struct(*required: str, **members: Node) -> Node:
    return Node("structure", 3, 3, members=members, required=list(required))


def listed(member: Node) -> Node:
    return Node("list", 4, 4, members={}, required=[], member=member)


def deployment(*states: str, **more: Node) -> Node:
    """What get, start and stop give: large enough that more members are no other shape."""
    names = {name: leaf() for name in ("ApplicationId", "EnvironmentId", "DeploymentStrategyId", "Description")}
    return struct(State=leaf("string", *states), **names, **more)


def told(
    operation: str,
    output: Node | None = None,
    *,
    path: str = "",
    date: str = "",
    reader: str = "rst",
    request: Node | None = None,
    **more: Any,
) -> tuple[OperationPage, Text]:
    """A page of `operation`, and its text."""
    text = Text(path or f"{reader}-{date}-{operation}", LINES)
    page = OperationPage(
        path=text.path,
        sha256=text.sha256 + operation + date + reader,
        service="garden",
        client="Garden",
        date=date,
        dated="page" if date else "",
        reader=reader,
        edition=more.pop("edition", date or reader),
        method=more.pop("method", operation.lower()),
        method_line=1,
        operation=operation,
        operation_line=2,
        documentation="",
        input=request,
        output=output,
        **more,
    )
    return page, text


def final(merged: Merged, operation: str) -> OperationPage:
    (page,) = [
        fact.page for fact in merged.facts if isinstance(fact.page, OperationPage) and fact.page.operation == operation
    ]
    return page


def output(merged: Merged, operation: str) -> dict[str, Node]:
    root = final(merged, operation).output
    assert root is not None
    return root.members


def conflict(merged: Merged, at: str) -> dict[str, Any]:
    (found,) = [entry for entry in merged.conflicts if entry["at"] == at]
    return found


def test_the_newest_page_wins_and_the_trail_has_the_others() -> None:
    merged = merge(
        [
            told("Stop", deployment("A", "B"), date="2022-07-13"),
            told("Stop", deployment("A", "B", "C"), date="2024-01-01"),
            told("Stop", deployment("A"), date="2021-01-01"),
        ]
    )
    assert output(merged, "Stop")["State"].enum == ("A", "B", "C")
    entry = conflict(merged, "Stop.output.State")
    assert (entry["of"], entry["kept"], entry["why"], entry["rule"]) == ("enum", "A|B|C", "older", "same-operation")
    assert entry["by"].startswith("rst-2024-01-01-Stop:5#")
    assert {reading: places[0].partition(":")[0] for reading, places in entry["aside"].items()} == {
        "A": "rst-2021-01-01-Stop",
        "A|B": "rst-2022-07-13-Stop",
    }
    assert entry["dates"]["rst-2021-01-01-Stop"] == {"by": "page", "date": "2021-01-01"}


def test_a_page_without_a_day_is_newer_than_one_with() -> None:
    merged = merge([told("Stop", deployment("A", "B"), date="2026-01-01"), told("Stop", deployment("A"))])
    assert output(merged, "Stop")["State"].enum == ("A",)
    assert merged.ages == {"rst-2026-01-01-Stop": "page", "rst--Stop": "derived:undated"}


def test_of_pages_without_a_day_the_later_release_is_newer_whatever_it_knows() -> None:
    merged = merge(
        [
            told("Stop", deployment("A", "B"), release="1.9.0", edition="1.9.0", path="old"),
            told("Stop", deployment("A"), release="1.10.0", edition="1.10.0", path="new"),
        ]
    )
    assert output(merged, "Stop")["State"].enum == ("A",)


def test_a_later_release_is_newer_than_a_day_of_an_earlier_one() -> None:
    pages = [
        told("Stop", deployment("A"), release="1.9.0", path="old"),
        told("Stop", deployment("B"), release="1.10.0", date="2026-01-01", path="new"),
    ]
    assert output(merge(pages), "Stop")["State"].enum == ("B",)


@pytest.mark.parametrize(
    ("one", "other", "winner"),
    [
        (deployment("A"), deployment("A", "B"), ("A", "B")),
        (deployment("A"), deployment("A", More=leaf()), ("A",)),
        (deployment("A", "B"), deployment("C", "B"), ("A", "B")),  # neither knows more: the format decides
    ],
)
def test_of_pages_without_a_day_the_one_that_knows_more_is_newer(
    one: Node, other: Node, winner: tuple[str, ...]
) -> None:
    merged = merge([told("Stop", other, reader="rendered"), told("Stop", one, reader="rst")])
    assert output(merged, "Stop")["State"].enum == winner
    older = [path for path, age in merged.ages.items() if age == "derived:knows-more"]
    assert older == ([] if winner == ("A", "B") and one.members["State"].enum == winner else ["rst--Stop"])


def test_a_member_that_only_an_older_page_knows_is_dropped_with_a_word() -> None:
    merged = merge(
        [
            told("Stop", deployment("A", Gone=leaf(line=9)), date="2022-07-13"),
            told("Stop", deployment("A"), date="2024-01-01"),
        ]
    )
    assert "Gone" not in output(merged, "Stop")
    entry = conflict(merged, "Stop.output.Gone")
    assert (entry["of"], entry["kept"]) == ("member", "untold")
    assert entry["aside"]["told"][0].startswith("rst-2022-07-13-Stop:9#")


def test_what_the_newest_page_cannot_tell_comes_from_the_newest_that_does() -> None:
    example = Example({"Id": "x"}, {}, 10, 12, 13, 14, 9, "An example")
    merged = merge(
        [
            told("STOP", deployment("A"), date="2022-07-13", errors=[("Old", 20)], examples=[example], method="stop"),
            told("STOP", deployment("A"), date="2021-07-13", errors=[("Older", 20)], method="stop", deprecated=7),
            told(
                "Stop",
                deployment("A"),
                date="2024-01-01",
                reader="changes",
                operation_derived=True,
                untold=("deprecated", "errors", "examples"),
            ),
        ]
    )
    page = final(merged, "STOP")
    assert page.errors == [("Old", 20)]
    assert page.examples == [example]
    assert not page.deprecated
    assert not page.operation_derived
    assert page.untold == ()
    (fact,) = merged.facts
    assert fact.text.path == "changes-2024-01-01-Stop"
    assert fact.part("errors").path == "rst-2022-07-13-STOP"
    assert conflict(merged, "STOP.Older")["aside"]["told"][0].startswith("rst-2021-07-13-STOP:20#")


def test_what_no_page_can_tell_stays_untold() -> None:
    pages = [told("Stop", date=date, reader="changes", untold=("errors",)) for date in ("2021-01-01", "2022-01-01")]
    assert final(merge(pages), "Stop").untold == ("errors",)


def test_an_elided_part_is_filled_from_an_older_page_and_says_where() -> None:
    whole = struct("Id", Id=leaf(line=30), Tree=struct(Leaf=leaf(line=31)))
    elided = Node("structure", 3, 0, members={}, required=[], open=True)
    merged = merge(
        [
            told("Stop", struct(Tree=elided), date="2024-01-01", request=elided),
            told("Stop", struct(Tree=struct(Leaf=leaf(line=31))), date="2022-01-01", request=whole),
        ]
    )
    request = final(merged, "Stop").input
    assert request is not None
    assert (list(request.members), request.required) == (["Id", "Tree"], ["Id"])
    tree = output(merged, "Stop")["Tree"].members["Leaf"]
    (fact,) = merged.facts
    assert merged.origins.text(tree, fact.text).path == "rst-2022-01-01-Stop"
    assert merged.conflicts == []


def test_required_members_come_from_the_newest_page_that_explains_them() -> None:
    silent = struct(Id=leaf(), Name=leaf())
    silent.unexplained = True
    merged = merge(
        [
            told("Stop", request=silent, date="2024-01-01"),
            told("Stop", request=struct("Id", Id=leaf(), Name=leaf()), date="2023-01-01"),
            told("Stop", request=struct("Id", "Name", Id=leaf(), Name=leaf()), date="2022-01-01"),
        ]
    )
    request = final(merged, "Stop").input
    assert request is not None
    assert request.required == ["Id"]
    entry = conflict(merged, "Stop.input.Name")
    assert (entry["of"], entry["kept"], list(entry["aside"])) == ("required", "optional", ["required"])


def seeds_by_hand() -> list[tuple[OperationPage, Text]]:
    """As the seed pages are: an update of 2022 on all three, two rendered pages, and the newest on stop alone."""
    old, new = ("BAKING", "COMPLETE"), ("BAKING", "COMPLETE", "REVERTED")
    changes = [told(name, deployment(*old), date="2022-07-13", reader="changes") for name in ("GetDeployment",)]
    changes += [
        told(name, deployment(*old), date="2022-07-13", reader="changes")
        for name in ("StartDeployment", "StopDeployment")
    ]
    rendered = [
        told(name, deployment(*old, Key=leaf()), reader="rendered") for name in ("GetDeployment", "StartDeployment")
    ]
    return [*changes, *rendered, told("StopDeployment", deployment(*new, Key=leaf()), reader="rst")]


def wire() -> dict[str, Any]:
    members = {name: {"shape": "Name"} for name in ("ApplicationId", "Key")}
    return {
        "operations": {f"{verb}Deployment": {"output": {"shape": "Deployment"}} for verb in ("Get", "Start", "Stop")},
        "shapes": {
            "Deployment": {"type": "structure", "members": {"State": {"shape": "DeploymentState"}, **members}},
            "DeploymentState": {"type": "string"},
            "Name": {"type": "string"},
        },
    }


@pytest.mark.parametrize("source", [None, wire()], ids=["pages alone", "with wire"])
def test_places_of_one_shape_take_its_newest_reading(source: dict[str, Any] | None) -> None:
    merged = merge(seeds_by_hand(), source)
    older = {
        "Get": ["changes-2022-07-13-GetDeployment", "rendered--GetDeployment"],
        "Start": ["changes-2022-07-13-StartDeployment", "rendered--StartDeployment"],
        "Stop": ["changes-2022-07-13-StopDeployment"],
    }
    for verb, pages in older.items():
        assert output(merged, f"{verb}Deployment")["State"].enum == ("BAKING", "COMPLETE", "REVERTED")
        entry = conflict(merged, f"{verb}Deployment.output.State")
        assert entry["by"].startswith("rst--StopDeployment:5#")
        assert entry["rule"] == ("same-operation" if verb == "Stop" else "same-shape")
        ((reading, places),) = entry["aside"].items()
        assert reading == "BAKING|COMPLETE"
        assert [place.partition(":")[0] for place in places] == pages
    assert merged.ages["rendered--GetDeployment"] == "derived:knows-more"


def test_an_operation_that_pages_do_not_name_has_the_name_of_the_wire_source() -> None:
    page = told("StopDbPlan", deployment("A"), method="stop_db_plan", operation_derived=True)
    source: dict[str, Any] = {"operations": {"StopDBPlan": {}}, "shapes": {}}
    merged = merge([page], source)
    assert final(merged, "StopDBPlan").operation_derived
    assert merged.conflicts == []
    assert final(merge([page]), "StopDbPlan") is page[0]


def test_what_a_caller_must_give_is_not_required_of_an_answer() -> None:
    grown = deployment("A", Key=struct("Id", Id=leaf()))
    merged = merge(
        [
            told("GetPlan", struct(Plan=deployment("A")), date="2022-01-01"),
            told("PutPlan", None, request=struct("Plan", Plan=grown)),
        ]
    )
    key = output(merged, "GetPlan")["Plan"].members["Key"]
    assert (list(key.members), key.required) == (["Id"], [])


def test_pages_that_were_written_together_keep_what_each_says() -> None:
    pages = [told("GetDeployment", deployment("A")), told("StopDeployment", deployment("A", "B"))]
    merged = merge(pages)
    assert output(merged, "GetDeployment")["State"].enum == ("A",)
    assert merged.conflicts == []
    assert final(merged, "GetDeployment") is pages[0][0]


def test_places_that_one_edition_tells_apart_are_two_shapes() -> None:
    merged = merge(
        [
            told("GetDeployment", deployment("A"), date="2022-01-01"),
            told("StopDeployment", deployment("A", "B"), date="2022-01-01"),
            told("StopDeployment", deployment("A", "B"), date="2024-01-01"),
        ]
    )
    assert output(merged, "GetDeployment")["State"].enum == ("A",)


@pytest.mark.parametrize(
    "newer",
    [
        told("StopDeployment", struct(Tags=listed(struct(Key=leaf(), Value=leaf(), Also=leaf())))),
        told("StopDeployment", struct(Labels=listed(struct(Key=leaf(), Value=leaf("string", "A", "B"))))),
        told("StopDeployment", struct(Tags=listed(struct(Key=leaf(), Value=leaf("integer"))))),
    ],
    ids=["too small to have grown", "under another name", "of another type"],
)
def test_structures_that_only_look_alike_are_left_alone(newer: tuple[OperationPage, Text]) -> None:
    older = told("GetDeployment", struct(Tags=listed(struct(Key=leaf(), Value=leaf()))), date="2022-01-01")
    merged = merge([older, newer])
    element = output(merged, "GetDeployment")["Tags"].member
    assert element is not None
    assert list(element.members) == ["Key", "Value"]
    assert merged.conflicts == []


def test_readings_of_one_age_that_differ_are_none_to_choose_from() -> None:
    merged = merge(
        [
            told("GetDeployment", deployment("A"), date="2022-01-01"),
            told("StartDeployment", deployment("A", "B"), date="2024-01-01"),
            told("StopDeployment", deployment("A", "C"), date="2024-01-01"),
        ]
    )
    assert output(merged, "GetDeployment")["State"].enum == ("A",)


def test_an_exception_is_merged_as_operations_are() -> None:
    def error(path: str, date: str, **members: Node) -> tuple[ExceptionPage, Text]:
        text = Text(path, LINES)
        page = ExceptionPage(
            path=path,
            sha256=path,
            service="garden",
            client="Garden",
            date=date,
            dated="given",
            edition=date,
            name="Drought",
            name_line=2,
            output=struct(**members),
        )
        return page, text

    merged = merge(
        [error("a", "2022-01-01", Message=leaf(), Gone=leaf()), error("b", "2024-01-01", Message=leaf(), Now=leaf())]
    )
    (fact,) = merged.facts
    assert isinstance(fact.page, ExceptionPage)
    assert list(fact.page.output.members) == ["Message", "Now"]
    assert {entry["at"]: list(entry["aside"]) for entry in merged.conflicts} == {
        "Drought.Gone": ["told"],
        "Drought.Now": ["untold"],
    }


def test_what_dated_pages_say_of_the_past_is_kept() -> None:
    added = struct(Tags=listed(struct(Key=leaf(), Value=leaf())))
    delta = Delta("updated", 40, request=struct(Note=leaf()), response=added)
    merged = merge(
        [
            told("Stop", deployment("A"), date="2022-07-13", reader="changes", delta=delta),
            told("Stop", deployment("A"), date="2021-07-13", reader="changes", delta=Delta("new", 41)),
            told("Stop", deployment("A")),
        ]
    )
    first, second = merged.changes["Stop"]
    assert (first["date"], first["kind"], first["added"]) == ("2021-07-13", "new", [])
    assert second["added"] == ["input.Note", "output.Tags[].Key", "output.Tags[].Value"]
    assert second["source"][0].startswith("changes-2022-07-13-Stop:40#")
