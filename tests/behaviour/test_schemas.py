"""The JSON Schemas of validators come from callers: they are asked, and do nothing else.

create_configuration_profile.rst, Validators: a JSON Schema, in the text of `Content`.
"""

from __future__ import annotations

import http.server
import json
import threading
from typing import Any

import jsonschema
import pytest

from asdoc.behaviour.appconfig import schemas
from asdoc.behaviour.appconfig.schemas import SchemaBrokenError, check_schema, violations
from tests.behaviour.conftest import World

ODD: list[Any] = [
    {"$ref": "#/definitions/nowhere"},
    {"$ref": "https://example.invalid/schema.json"},
    {"$id": "::", "$ref": "elsewhere"},
    {"$ref": 5},
    {"$schema": "https://json-schema.org/draft/2020-12/schema", "$dynamicRef": "#nowhere"},
    {"$ref": "#"},
]
NONE: list[Any] = [[], "text", 5, None, True, {"type": 5}, {"$schema": 5}, {"$schema": ["a"]}, {"pattern": "("}]


@pytest.mark.parametrize("schema", NONE, ids=json.dumps)
def test_what_is_no_schema_is_refused_with_its_profile(world: World, schema: Any) -> None:
    with pytest.raises(world.client.exceptions.BadRequestException, match="JSON Schema"):
        world.create_profile("checked", Validators=[{"Type": "JSON_SCHEMA", "Content": json.dumps(schema)}])


@pytest.mark.parametrize("schema", ODD, ids=json.dumps)
def test_a_schema_that_cannot_be_asked_refuses_the_version_and_is_no_error_of_the_server(
    world: World, schema: Any
) -> None:
    world.profile = world.create_profile("checked", Validators=[{"Type": "JSON_SCHEMA", "Content": json.dumps(schema)}])
    with pytest.raises(world.client.exceptions.BadRequestException) as refused:
        world.create_version(b"{}")
    assert refused.value.response["Reason"] == "InvalidConfiguration"


def test_nothing_is_fetched_and_no_file_is_read(tmp_path: Any) -> None:
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        file = tmp_path / "schema.json"
        file.write_text("{}")
        for address in (f"http://127.0.0.1:{server.server_port}/schema", file.as_uri()):
            with pytest.raises(SchemaBrokenError, match="refers to"):
                violations({"$ref": address}, {})
        server.shutdown()
    assert asked == []


def test_the_published_schemas_may_be_referred_to() -> None:
    reference = {"$ref": "http://json-schema.org/draft-07/schema#"}
    assert violations(reference, {"type": "string"}) == []
    assert violations(reference, {"type": 5})


def test_a_schema_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "_SECONDS", 0.1)
    doubled = {f"a{n}": {"allOf": [{"$ref": f"#/definitions/a{n + 1}"}] * 2} for n in range(40)}
    with pytest.raises(SchemaBrokenError, match="seconds"):
        violations({"definitions": {**doubled, "a40": {}}, "$ref": "#/definitions/a0"}, {})


@pytest.mark.parametrize(
    "draft",
    [
        jsonschema.Draft3Validator,
        jsonschema.Draft4Validator,
        jsonschema.Draft6Validator,
        jsonschema.Draft7Validator,
        jsonschema.Draft201909Validator,
        jsonschema.Draft202012Validator,
    ],
)
def test_each_draft_judges_as_it_does_by_itself(draft: Any) -> None:
    schema: dict[str, Any] = {
        "$schema": draft.META_SCHEMA.get("$id") or draft.META_SCHEMA["id"],
        "type": "object",
        "properties": {"a": {"type": "integer", "minimum": 3}, "b": {"enum": [1, 2]}, "c": {"$ref": "#/properties/a"}},
        "additionalProperties": False,
    }
    check_schema(schema)
    values: list[Any] = [{}, {"a": 1}, {"a": 3, "b": 3, "c": 0}, {"d": 1}, [], {"a": "x", "d": None}]
    for value in values:
        told = sorted((str(error.validator), error.json_path) for error in draft(schema).iter_errors(value))
        assert sorted(found[:2] for found in violations(schema, value) or []) == told
