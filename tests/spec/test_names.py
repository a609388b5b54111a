"""Names that no source gives are derived by rules that a reader can follow."""

from __future__ import annotations

import pytest

from asdoc.codegen.spec.names import common_noun, pascal, singular, unique


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("Tags", "Tag"),
        ("Policies", "Policy"),
        ("Addresses", "Address"),
        ("Databases", "Database"),
        ("Indexes", "Index"),
        ("Branches", "Branch"),
        ("EventLog", "EventLog"),
        ("Status", "Status"),
        ("Analysis", "Analysis"),
        ("Metrics", "Metrics"),
        ("S", "S"),
    ],
)
def test_a_list_gives_its_element_its_singular(many: str, one: str) -> None:
    assert singular(many) == one


@pytest.mark.parametrize(
    ("operations", "noun"),
    [
        (["GetDeployment", "StartDeployment", "StopDeployment"], "Deployment"),
        (["CreateVPCEndpoint", "DescribeVPCEndpoint"], "VPCEndpoint"),
        (["GetA", "DeleteB"], ""),
        (["Start", "Stop"], ""),
        (["Deployment", "StartDeployment"], ""),
    ],
)
def test_operations_that_give_the_same_give_what_their_names_share(operations: list[str], noun: str) -> None:
    assert common_noun(operations) == noun


@pytest.mark.parametrize(
    ("member", "name"),
    [("deploymentStatus", "DeploymentStatus"), ("x-amz-id", "XAmzId"), ("9lives", "Shape9lives"), ("", "Shape")],
)
def test_a_member_gives_its_shape_its_name(member: str, name: str) -> None:
    assert pascal(member) == name


def test_a_name_that_is_taken_gets_its_owner_then_a_number() -> None:
    assert unique("State", []) == "State"
    assert unique("State", ["state"], "Deployment") == "DeploymentState"
    assert unique("State", ["State", "DeploymentState"], "Deployment") == "State2"
