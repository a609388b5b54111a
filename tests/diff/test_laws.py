"""What holds of every difference, whatever differs."""

from __future__ import annotations

from typing import Any

from asdoc.codegen.diff import applied, changes
from asdoc.codegen.diff.flat import facts, restored
from asdoc.codegen.spec.load import Spec

from .editing import committed, edited


def test_a_spec_does_not_differ_from_itself() -> None:
    for service in ("appconfig", "appconfigdata", "proton"):
        assert changes(committed(service), committed(service)) == ()


def test_services_that_have_nothing_in_common_are_told_in_whole() -> None:
    old, new = committed("proton"), committed("appconfig")
    assert applied(old, changes(old, new)) == facts(new)


def test_facts_leave_out_nothing_but_order_and_sources() -> None:
    spec = committed()
    told = restored(facts(spec))
    assert told["shapes"] == _plain(spec.shapes)
    assert told["waiters"] == _plain(spec.waiters)
    assert told["operations"] == {
        name: {key: value for key, value in _plain(operation).items() if value != []}
        for name, operation in spec.operations.items()
    }


def _plain(node: Any) -> Any:
    """Without sources, and sorted where order tells nothing."""
    if not isinstance(node, dict):
        return node
    return {
        key: sorted(value) if key in ("enum", "required", "errors") and isinstance(value, list) else _plain(value)
        for key, value in node.items()
        if key not in ("x-source", "source")
    }


def test_a_shape_of_another_name_is_one_change_that_breaks_nobody() -> None:
    def rename(spec: Spec) -> None:
        spec.shapes["Stage"] = spec.shapes.pop("DeploymentState")
        for shape in spec.shapes.values():
            for member in shape.get("properties", {}).values():
                if member.get("$ref") == "#/$defs/DeploymentState":
                    member["$ref"] = "#/$defs/Stage"

    old, new = committed(), edited(rename)
    (change,) = changes(old, new)
    assert (change.rule, change.before, change.after, change.severity) == (
        "shape-renamed",
        "DeploymentState",
        "Stage",
        "safe",
    )
    assert applied(old, [change]) == facts(new)


def test_values_that_one_page_may_have_been_too_long_to_show_are_no_new_values() -> None:
    """Both wire sources call the type `GrowthType`; the older page shows a plain text."""

    def plain(spec: Spec) -> None:
        for shape in spec.shapes.values():
            for member in shape.get("properties", {}).values():
                if member.get("$ref") == "#/$defs/GrowthType":
                    del member["$ref"]
                    member.update({"type": "string", "x-wire": {"shape": "GrowthType"}})
        del spec.shapes["GrowthType"]

    old = edited(plain)
    found = changes(old, committed())
    assert {change.rule for change in found} == {"input-enum-told", "output-enum-told"}
    assert applied(old, found) == facts(committed())


def test_a_member_that_goes_into_a_structure_of_its_own_is_moved() -> None:
    def move(spec: Spec) -> None:
        members = spec.shapes["Deployment"]["properties"]
        spec.shapes["Progress"] = {
            "type": "object",
            "properties": {"PercentageComplete": members.pop("PercentageComplete")},
        }
        members["Progress"] = {"$ref": "#/$defs/Progress"}

    old, new = committed(), edited(move)
    found = changes(old, new)
    assert [(change.rule, change.derived) for change in found] == [
        ("output-member-moved", True),
        ("output-member-added", False),
    ]
    assert (found[0].before, found[0].after) == ("Deployment.PercentageComplete", "Progress.PercentageComplete")
    assert applied(old, found) == facts(new)


def test_an_operation_at_the_same_address_is_renamed_and_what_else_differs_is_told() -> None:
    def rename(spec: Spec) -> None:
        told = spec.operations.pop("StopDeployment")
        errors = [*told["errors"], "ConflictException"]
        spec.operations["HaltDeployment"] = {
            **told,
            "name": "HaltDeployment",
            "method": "halt_deployment",
            "errors": errors,
        }

    old, new = committed(), edited(rename)
    found = changes(old, new)
    assert [change.rule for change in found] == ["operation-renamed", "operation-error-added"]
    assert (found[0].before, found[0].after) == ("StopDeployment", "HaltDeployment")
    assert applied(old, found) == facts(new)
