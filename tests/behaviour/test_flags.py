"""Feature flags, as AppConfig User Guide tells them: "Understanding the type reference for AWS.AppConfig.FeatureFlags",
"Creating a feature flag configuration profile" and "Understanding multi-variant feature flag concepts"."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asdoc.behaviour.appconfig.flags import FLAGS, breaches, simplified
from asdoc.runtime.exceptions import ClientError
from tests.behaviour.conftest import World
from tests.behaviour.test_data import Reader


def flag_set(value: Any = None, *, key: str = "buy", constraints: Any = None, **more: Any) -> dict[str, Any]:
    """A configuration of one flag with one attribute, `size`."""
    attribute = {} if constraints is None else {"constraints": constraints}
    flags = {key: {"name": "Buy", "attributes": {"size": attribute}}}
    return {"version": "1", "flags": flags, "values": {key: {"enabled": True} if value is None else value}, **more}


def variants(*held: dict[str, Any]) -> dict[str, Any]:
    return flag_set({"_variants": list(held)})


ONE = {"name": "one", "enabled": True, "rule": "(eq $country 'NO')", "attributeValues": {"size": 3}}
DEFAULT = {"name": "default", "enabled": False}

VALID = [
    {"version": "1"},
    {"version": "1", "flags": {}, "values": {}},
    flag_set(),
    flag_set({"enabled": False}, constraints={"type": "string", "required": True}),
    flag_set({"enabled": True, "size": "xl"}, constraints={"type": "string", "pattern": "^x"}),
    flag_set({"enabled": True, "size": "m"}, constraints={"type": "string", "enum": ["m", "l"]}),
    flag_set({"enabled": True, "size": 4}, constraints={"type": "number", "minimum": 4, "maximum": 4}),
    flag_set({"enabled": True, "size": False}, constraints={"type": "boolean"}),
    flag_set({"enabled": True, "size": [1, 2]}, constraints={"type": "array", "elements": {"type": "number"}}),
    flag_set({"enabled": True, "size": "x" * 1024, "_createdAt": "then", "_updatedAt": "now"}),
    flag_set(key="b" + "x" * 63),
    {"version": "1", "flags": {"old": {"_deprecation": {"status": "planned", "date": "2030-01-01"}}}},
    variants(ONE, DEFAULT),
    variants(*[{**ONE, "name": f"n{n}"} for n in range(31)], DEFAULT),
]

BROKEN = {
    "no object": [],
    "no version": {"flags": {}},
    "another version": {"version": "2"},
    "a version that is a number": {"version": 1},
    "a member that is none": {"version": "1", "flag": {}},
    "flags that are a list": {"version": "1", "flags": []},
    "a key with a capital": flag_set(key="Buy"),
    "a key that is too long": flag_set(key="b" + "x" * 64),
    "a key with a dot": flag_set(key="a.b"),
    "an unknown member of a flag": {"version": "1", "flags": {"buy": {"title": "x"}}},
    "a name of two lines": {"version": "1", "flags": {"buy": {"name": "a\nb"}}},
    "a name too long": {"version": "1", "flags": {"buy": {"name": "x" * 65}}},
    "an empty name": {"version": "1", "flags": {"buy": {"name": ""}}},
    "a description too long": {"version": "1", "flags": {"buy": {"description": "x" * 1025}}},
    "a deprecation that is not planned": {"version": "1", "flags": {"buy": {"_deprecation": {"status": "now"}}}},
    "26 attributes": {"version": "1", "flags": {"buy": {"attributes": {f"a{n}": {} for n in range(26)}}}},
    "an attribute called enabled": {"version": "1", "flags": {"buy": {"attributes": {"enabled": {}}}}},
    "a flag that is on by a text": flag_set({"enabled": "true"}),
    "an attribute that is null": flag_set({"enabled": True, "size": None}),
    "an attribute that is an object": flag_set({"enabled": True, "size": {}}),
    "a text too long": flag_set({"enabled": True, "size": "x" * 1025}),
    "a mixed array": flag_set({"enabled": True, "size": [1, "2"]}),
    "constraints without a type": flag_set(constraints={"required": True}),
    "constraints of a type that is none": flag_set(constraints={"type": "integer"}),
    "a minimum of a string": flag_set(constraints={"type": "string", "minimum": 1}),
    "a minimum with a fraction": flag_set(constraints={"type": "number", "minimum": 1.5}),
    "pattern and enum": flag_set(constraints={"type": "string", "pattern": "a", "enum": ["a"]}),
    "a pattern that is none": flag_set(constraints={"type": "string", "pattern": "("}),
    "elements that are arrays": flag_set(constraints={"type": "array", "elements": {"type": "array"}}),
    "a required attribute left out": flag_set(constraints={"type": "string", "required": True}),
    "another type": flag_set({"enabled": True, "size": 1}, constraints={"type": "string"}),
    "true for a number": flag_set({"enabled": True, "size": True}, constraints={"type": "number"}),
    "not the pattern": flag_set({"enabled": True, "size": "y"}, constraints={"type": "string", "pattern": "^x"}),
    "not of the enum": flag_set({"enabled": True, "size": "s"}, constraints={"type": "string", "enum": ["m"]}),
    "below the minimum": flag_set({"enabled": True, "size": 3}, constraints={"type": "number", "minimum": 4}),
    "above the maximum": flag_set({"enabled": True, "size": 5}, constraints={"type": "number", "maximum": 4}),
    "an element above the maximum": flag_set(
        {"enabled": True, "size": [1, 9]}, constraints={"type": "array", "elements": {"type": "number", "maximum": 4}}
    ),
    "a variant without a name": variants({"enabled": True}),
    "a variant that is neither on nor off": variants({"name": "one"}),
    "a rule too long": variants({**ONE, "rule": "x" * 16385}, DEFAULT),
    "a default with a rule": variants(DEFAULT, ONE),
    "a default that is not the last": variants(DEFAULT, DEFAULT),
    "33 variants": variants(*[{**ONE, "name": f"n{n}"} for n in range(32)], DEFAULT),
    "a variant that breaks a constraint": flag_set(
        {"_variants": [ONE, DEFAULT]}, constraints={"type": "number", "maximum": 2}
    ),
}


@pytest.fixture
def flags(world: World) -> World:
    world.profile = world.create_profile("flags", Type=FLAGS)
    return world


@pytest.mark.parametrize("document", VALID, ids=range(len(VALID)))
def test_a_configuration_in_the_documented_form_is_taken(flags: World, document: Any) -> None:
    assert breaches(document) == []
    assert flags.create_version(json.dumps(document).encode())["VersionNumber"] == 1
    flags.client.validate_configuration(
        ApplicationId=flags.application, ConfigurationProfileId=flags.profile, ConfigurationVersion="1"
    )


@pytest.mark.parametrize("document", BROKEN.values(), ids=BROKEN)
def test_any_other_is_refused_and_what_is_wrong_is_told(flags: World, document: Any) -> None:
    with pytest.raises(flags.client.exceptions.BadRequestException) as refused:
        flags.create_version(json.dumps(document).encode())
    response: Any = refused.value.response
    assert response["Reason"] == "InvalidConfiguration"
    assert all(detail["Reason"] and detail["Location"] for detail in response["Details"]["InvalidConfiguration"])
    assert (
        flags.client.list_hosted_configuration_versions(
            ApplicationId=flags.application, ConfigurationProfileId=flags.profile
        )["Items"]
        == []
    )


def test_what_is_not_json_holds_no_feature_flags(flags: World) -> None:
    with pytest.raises(flags.client.exceptions.BadRequestException):
        flags.create_version(b"buy: true")


def test_a_freeform_profile_takes_what_is_no_feature_flag(world: World) -> None:
    assert world.create_version(b'{"version": "2"}')["VersionNumber"] == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["version", "flags", "values", "buy", "enabled", "_variants", "attributes", "constraints"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_document_is_too_odd_to_be_told_about(document: Any) -> None:
    assert isinstance(breaches(document), list)
    assert isinstance(simplified(json.dumps(document).encode()), bytes)


def test_a_client_gets_the_values_alone_and_attributes_of_what_is_enabled() -> None:
    reader = Reader()
    world = reader.world
    world.profile = world.create_profile("flags", Type=FLAGS)
    document = {
        "version": "1",
        "flags": {"buy": {"name": "Buy", "attributes": {"size": {}}}, "sell": {"name": "Sell"}, "keep": {}},
        "values": {
            "buy": {"enabled": True, "size": 3, "_updatedAt": "now"},
            "sell": {"enabled": False, "size": 4},
        },
    }
    world.create_version(json.dumps(document).encode())
    world.deploy()
    content, _ = reader.read(reader.start(ConfigurationProfileIdentifier="flags"))
    assert json.loads(content) == {
        "buy": {"enabled": True, "size": 3},
        "sell": {"enabled": False},
        "keep": {"enabled": False},
    }


def test_variants_are_handed_out_for_the_agent_to_choose_from() -> None:
    assert json.loads(simplified(json.dumps(variants(ONE, DEFAULT)).encode())) == {"buy": {"_variants": [ONE, DEFAULT]}}


def test_the_deprecated_retrieval_does_not_know_feature_flags(flags: World) -> None:
    flags.create_version(json.dumps(flag_set()).encode())
    flags.deploy()
    with pytest.raises(ClientError) as refused:
        flags.client.get_configuration(
            Application="application", Environment="environment", Configuration="flags", ClientId="one"
        )
    assert refused.value.response["Error"]["Code"] == "BadRequestException"
