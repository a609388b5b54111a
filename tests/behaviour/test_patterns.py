"""Patterns come from callers too, and a short one can ask for more steps than there is time.

create_configuration_profile.rst, Validators; AppConfig User Guide, "Creating a feature flag configuration profile": an
attribute's pattern.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from asdoc.behaviour.appconfig import flags, patterns, schemas
from asdoc.behaviour.appconfig.flags import FLAGS, breaches
from asdoc.behaviour.appconfig.patterns import PatternError, Searching, check_pattern
from asdoc.behaviour.appconfig.schemas import violations
from tests.behaviour.conftest import World

EVIL = "^(a|a)*$"
NEVER = "a" * 60 + "!"
GENEROUS = 15.0
"""Seconds, on a machine with much else to do; without a limit it is years."""

DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema"
DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"
TAKES_YEARS: dict[str, tuple[Any, Any]] = {
    "pattern": ({"pattern": EVIL}, NEVER),
    "pattern, in draft 3": ({"$schema": jsonschema.Draft3Validator.META_SCHEMA["id"], "pattern": EVIL}, NEVER),
    "patternProperties": ({"patternProperties": {EVIL: {}}}, {NEVER: 1}),
    "additionalProperties": ({"additionalProperties": False, "patternProperties": {EVIL: {}}}, {NEVER: 1}),
    "propertyNames": ({"$schema": DRAFT_2020, "propertyNames": {"pattern": EVIL}}, {NEVER: 1}),
    **{
        f"unevaluatedProperties, {draft[28:35]}": (
            {
                "$schema": draft,
                "unevaluatedProperties": False,
                "if": False,
                "else": {"allOf": [{"$ref": "#/$defs/named"}]},
                "$defs": {"named": {"patternProperties": {EVIL: {}}}},
            },
            {NEVER: 1},
        )
        for draft in (DRAFT_2019, DRAFT_2020)
    },
}


@pytest.fixture
def within() -> Any:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < GENEROUS


@pytest.mark.usefixtures("within")
@pytest.mark.parametrize("name", TAKES_YEARS)
def test_a_pattern_that_takes_years_refuses_the_version_in_seconds(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(schemas, "_SECONDS", 0.2)
    schema, value = TAKES_YEARS[name]
    world.profile = world.create_profile("checked", Validators=[{"Type": "JSON_SCHEMA", "Content": json.dumps(schema)}])
    with pytest.raises(world.client.exceptions.BadRequestException, match=r"takes more than 0\.2 seconds") as refused:
        world.create_version(json.dumps(value).encode())
    assert refused.value.response["Reason"] == "InvalidConfiguration"
    assert refused.value.response["Details"]["InvalidConfiguration"][0]["Constraint"] == "schema"


@pytest.mark.usefixtures("within")
@pytest.mark.parametrize(
    ("constraints", "held"),
    [
        ({"type": "string", "pattern": EVIL}, NEVER),
        ({"type": "array", "elements": {"type": "string", "pattern": EVIL}}, [NEVER] * 50),
    ],
    ids=["an attribute", "the elements of one"],
)
def test_the_pattern_of_a_flag_that_takes_years_refuses_the_version_in_seconds(
    world: World, monkeypatch: pytest.MonkeyPatch, constraints: Any, held: Any
) -> None:
    monkeypatch.setattr(flags, "_SECONDS", 0.2)
    document = {
        "version": "1",
        "flags": {"buy": {"attributes": {"size": {"constraints": constraints}}}},
        "values": {"buy": {"enabled": True, "size": held}},
    }
    world.profile = world.create_profile("flags", Type=FLAGS)
    with pytest.raises(world.client.exceptions.BadRequestException, match=r"takes more than 0\.2 seconds") as refused:
        world.create_version(json.dumps(document).encode())
    assert refused.value.response["Reason"] == "InvalidConfiguration"
    assert refused.value.response["Details"]["InvalidConfiguration"][0]["Constraint"] == "pattern"
    assert breaches({**document, "values": {"buy": {"enabled": True}}}) == []


def test_other_threads_go_on_while_a_pattern_is_matched() -> None:
    def match() -> None:
        with pytest.raises(PatternError):
            Searching(0.7).found(EVIL, NEVER)

    thread = threading.Thread(target=match)
    thread.start()
    for _ in range(3):
        time.sleep(0.01)
    assert thread.is_alive()
    thread.join()


@pytest.mark.usefixtures("within")
@pytest.mark.parametrize(
    "pattern",
    [
        "(?:(?:(?:a{1000}){1000}){1000}){1000}",
        "((a{9}){9999}){99999999999}",
        "[)]{99999}",
        "(" * 5000 + ")" * 5000,
        "(",
    ],
    ids=lambda pattern: str(pattern)[:20],
)
def test_a_pattern_that_would_fill_the_memory_is_none(pattern: str) -> None:
    with pytest.raises(PatternError):
        check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        r"^(?!.*\.\.)[\w.-]{1,255}@([a-z]{1,63}\.){1,126}[a-z]{2,63}$",
        r"^arn:aws[a-z-]*:\w+:[a-z]{2}(-gov)?-[a-z]+-\d:\d{12}:.{1,1000}$",
        r"[](){}]{3}\[",
        r"a{,3}b{2}{",
    ],
)
def test_patterns_that_people_write_are_read(pattern: str) -> None:
    check_pattern(pattern)


@pytest.mark.parametrize("text", ["a@b.example", "a..b@c.example", "arn:aws:s3", ""])
def test_where_regex_is_not_installed_the_same_is_found(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    asked = ["^(?!.*[.][.]).*@", "a", r"\bb", "(.)[.]\\1"]
    told = [Searching(2.0).found(pattern, text) for pattern in asked]
    monkeypatch.setattr(patterns, "regex", None)
    patterns._compiled.cache_clear()
    try:
        assert isinstance(patterns._compiled("a"), re.Pattern)
        assert [Searching(2.0).found(pattern, text) for pattern in asked] == told
    finally:
        patterns._compiled.cache_clear()


@pytest.mark.usefixtures("within")
def test_many_different_objects_are_told_apart_in_seconds() -> None:
    many: list[Any] = [{"a": number} for number in range(50_000)]
    assert violations({"uniqueItems": True}, many) == []
    assert [found.keyword for found in violations({"uniqueItems": True}, [*many, {"a": 7.0}]) or []] == ["uniqueItems"]


MEMBERS: list[Any] = [
    {},
    {"ab": 1},
    {"b": "x"},
    {"c": 1},
    {"ab": "x", "c": 1, "d": None},
    {"a": {"ab": 2}},
    [],
    "ab",
    "c",
]
ITEMS: list[Any] = [
    [1, 1.0],
    [1, True],
    [0, False],
    [[1], [True]],
    [{"a": 1}, {"a": 1.0}],
    [{"a": []}, {"a": {}}],
    [[], {}, ""],
]
SCHEMAS: dict[str, Any] = {
    "pattern": {"pattern": "^a"},
    "patternProperties": {"patternProperties": {"b$": {"type": "integer"}}},
    "additionalProperties": {
        "properties": {"c": {}}, "patternProperties": {"^a": {}, "b$": {}}, "additionalProperties": {"type": "integer"}
    },
    "no additionalProperties": {
        "properties": {"c": {}}, "patternProperties": {"^a": {}}, "additionalProperties": False
    },
    "uniqueItems": {"uniqueItems": True},
    "not uniqueItems": {"uniqueItems": False},
    "unevaluatedProperties": {
        "properties": {"a": {}},
        "anyOf": [{"patternProperties": {"^a": {"type": "integer"}}}, {"properties": {"c": {"const": 2}}}, {}],
        "unevaluatedProperties": False,
    },
    "unevaluatedProperties, by reference": {
        "$ref": "#/$defs/one",
        "$defs": {"one": {"if": {"required": ["c"]}, "then": {"patternProperties": {"b": {}}},
                          "else": {"$ref": "#/$defs/two"}},
                  "two": {"dependentSchemas": {"ab": {"properties": {"ab": {}}}}, "oneOf": [{"required": ["b"]}]}},
        "unevaluatedProperties": {"type": "integer"},
    },
    "unevaluatedProperties, within itself": {
        "allOf": [{"properties": {"a": {"$ref": "#"}, "ab": {"minimum": 2}}}],
        "unevaluatedProperties": False,
    },
}  # fmt: skip


@pytest.mark.parametrize("draft", [jsonschema.Draft4Validator, jsonschema.Draft7Validator,
                                   jsonschema.Draft201909Validator, jsonschema.Draft202012Validator])  # fmt: skip
@pytest.mark.parametrize("name", SCHEMAS)
def test_the_keywords_judge_as_those_of_jsonschema(draft: Any, name: str) -> None:
    schema = {"$schema": draft.META_SCHEMA.get("$id") or draft.META_SCHEMA["id"], **SCHEMAS[name]}

    def kinds(judge: Callable[[Any], Any], value: Any) -> list[tuple[str, str]]:
        return sorted(set(judge(value)))

    for value in [*MEMBERS, *ITEMS]:
        told = kinds(lambda held: ((str(e.validator), e.json_path) for e in draft(schema).iter_errors(held)), value)
        assert kinds(lambda held: (found[:2] for found in violations(schema, held) or []), value) == told, value


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        ({"additionalProperties": {"type": "integer"}}, []),
        ({"unevaluatedProperties": {"type": "integer"}}, []),
        ({"$recursiveAnchor": True, "properties": {"b": {"$recursiveRef": "#"}}}, [("unevaluatedProperties", "$")]),
        ({"additionalProperties": {"type": "string"}}, [("type", "$.a"), ("unevaluatedProperties", "$")]),
    ],
    ids=json.dumps,
)
def test_what_a_schema_within_has_looked_at_is_evaluated(inner: Any, told: Any) -> None:
    schema = {"$schema": DRAFT_2019, "allOf": [inner], "unevaluatedProperties": False}
    assert sorted(found[:2] for found in violations(schema, {"a": 1}) or []) == told


def test_what_a_recursive_or_dynamic_reference_leads_to_is_evaluated() -> None:
    for draft, reference in ((DRAFT_2019, "$recursiveRef"), (DRAFT_2020, "$dynamicRef")):
        tree = {
            "$schema": draft,
            "properties": {"ab": {}},
            "allOf": [{"properties": {"a": {reference: "#", "unevaluatedProperties": False}}}],
        }
        assert violations(tree, {"a": {"ab": 1}}) == []
        assert [found[:2] for found in violations(tree, {"a": {"c": 1}}) or []] == [("unevaluatedProperties", "$.a")]
