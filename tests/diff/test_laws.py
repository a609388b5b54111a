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
