"""Wire facts are taken from the model, and nothing but they."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from asdoc.codegen import installed
from asdoc.codegen.spec import files
from asdoc.codegen.wire import import_wire
from asdoc.runtime.errors import AsdocError


@pytest.mark.parametrize("service", ["appconfig", "proton", "sqs", "s3", "ec2", "bedrock-runtime"])
def test_the_facts_hold_to_their_schema_and_say_where_they_come_from(service: str) -> None:
    wire = import_wire(service)
    files.check(wire, "wire", "wire.json")
    assert wire["origin"]["source"] == "botocore"
    assert wire["origin"]["version"] == installed.versions()["botocore"]
    assert re.fullmatch("[0-9a-f]{64}", wire["origin"]["sha256"]["service-2"])


@pytest.mark.parametrize("service", ["appconfig", "proton", "s3"])
def test_no_sentence_and_no_enum_that_a_page_tells_is_taken(service: str) -> None:
    wire = import_wire(service)
    keys: set[str] = set()
    todo: list[Any] = [wire]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            keys.update(value)
            todo.extend(value.values())
        elif isinstance(value, list):
            todo.extend(value)
    assert not {"documentation", "deprecatedMessage", "title", "examples", "comments"} & keys
    with_enum = {name for name, shape in wire["shapes"].items() if "enum" in shape}
    map_keys = {shape["key"]["shape"] for shape in wire["shapes"].values() if shape["type"] == "map"}
    assert with_enum <= map_keys
    texts = [text for shape in wire["shapes"].values() for text in shape.values() if isinstance(text, str)]
    assert not [text for text in texts if len(text.split()) > 5 and not re.search(r"[\\\[({|]", text)]


def test_the_same_model_gives_the_same_bytes() -> None:
    assert json.dumps(import_wire("appconfig")) == json.dumps(import_wire("appconfig"))


def test_an_unknown_service_is_named_with_its_neighbours() -> None:
    with pytest.raises(AsdocError) as told:
        import_wire("appconfigg")
    assert "appconfig" in told.value.hint
