"""The description of OpenAPI 3.1: valid, whole against botocore's models, and its examples hold to its own schemas."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from asdoc.codegen import installed
from asdoc.codegen.export import export
from asdoc.codegen.export.openapi import export as describe
from asdoc.codegen.spec import Spec
from asdoc.runtime.errors import AsdocError
from tests.targets.catalog import ROOT

Json = dict[str, Any]

IGNORED = ("accept", "content-type", "authorization")
"""Headers that OpenAPI ignores as parameters: a media type tells of them."""
IN = {"uri": "path", "querystring": "query", "header": "header"}


def described(service: str) -> Json:
    (text,) = export(ROOT / "specs", service, "openapi").files.values()
    document: Json = json.loads(text)
    return document


@pytest.fixture(scope="module", params=["appconfig", "proton"])
def service(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def document(service: str) -> Json:
    return described(service)


@pytest.fixture(scope="module")
def model(service: str) -> Json:
    found: Json = installed.model(service, "service-2")
    return found


def operations(document: Json) -> dict[str, tuple[str, str, Json]]:
    """Path, method and operation by id."""
    return {
        operation["operationId"]: (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def resolved(document: Json, schema: Json) -> Json:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def faults(document: Json) -> list[str]:
    return [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]


def test_the_description_is_valid(document: Json) -> None:
    assert faults(document) == []


def test_every_operation_has_its_method_path_and_statuses(document: Json, model: Json) -> None:
    found = operations(document)
    assert set(found) == set(model["operations"])
    for name, told in model["operations"].items():
        path, method, operation = found[name]
        assert method.upper() == told["http"]["method"]
        if model["metadata"]["protocol"] == "json":
            assert path == f"/#X-Amz-Target={model['metadata']['targetPrefix']}.{name}"
        else:
            assert path == told["http"]["requestUri"]
        statuses = {str(told["http"].get("responseCode", 200))}
        for error in told["errors"]:
            shape = model["shapes"][error["shape"]]
            fallback = 500 if shape.get("fault") else 400
            statuses.add(str(shape.get("error", {}).get("httpStatusCode", fallback)))
        assert {*operation["responses"], "default"} == {*statuses, "default"}


def test_every_member_of_a_request_has_its_place_and_name(document: Json, model: Json) -> None:
    found = operations(document)
    for name, told in model["operations"].items():
        shape = model["shapes"][told["input"]["shape"]] if "input" in told else {"members": {}}
        operation = found[name][2]
        parameters = {
            (parameter["in"], parameter["name"]): parameter.get("required", False)
            for parameter in operation.get("parameters", ())
            if parameter["name"] != "X-Amz-Target"
        }
        expected, body = {}, {}
        for member, ref in shape["members"].items():
            wire, required = ref.get("locationName", member), member in shape.get("required", ())
            if ref.get("location") in IN and wire.lower() not in IGNORED:
                expected[IN[ref["location"]], wire] = required
            elif "location" not in ref and member != shape.get("payload"):
                body[wire] = required
        assert parameters == expected, name
        if body and not shape.get("payload"):
            (content,) = operation["requestBody"]["content"].values()
            schema = resolved(document, content["schema"])
            assert {wire: wire in schema.get("required", ()) for wire in schema["properties"]} == body, name


def test_every_member_of_an_answer_has_its_place_and_name(document: Json, model: Json) -> None:
    found = operations(document)
    for name, told in model["operations"].items():
        answer = found[name][2]["responses"][str(told["http"].get("responseCode", 200))]
        shape = model["shapes"][told["output"]["shape"]] if "output" in told else {"members": {}}
        headers = {
            ref.get("locationName", member)
            for member, ref in shape["members"].items()
            if ref.get("location") == "header" and ref["locationName"].lower() not in IGNORED
        }
        assert set(answer.get("headers", ())) == headers, name
        body = {
            ref.get("locationName", member)
            for member, ref in shape["members"].items()
            if "location" not in ref and member != shape.get("payload")
        }
        if body and not shape.get("payload"):
            (content,) = answer["content"].values()
            assert set(resolved(document, content["schema"])["properties"]) == body, name


def test_constraints_and_enums_of_named_shapes_are_the_models(document: Json, model: Json) -> None:
    words = {
        "string": ("minLength", "maxLength"),
        "list": ("minItems", "maxItems"),
        "map": ("minProperties", "maxProperties"),
        "integer": ("minimum", "maximum"),
    }
    compared = 0
    for name, schema in document["components"]["schemas"].items():
        shape = model["shapes"].get(name, {})
        for word, limit in zip(words.get(shape.get("type", ""), ()), ("min", "max"), strict=False):
            if limit in shape:
                assert schema[word] == shape[limit], name
                compared += 1
        assert schema.get("enum") == shape.get("enum"), name
        if shape.get("type") == "string":
            assert schema.get("pattern") == shape.get("pattern"), name
    assert compared > 20


def examples(document: Json) -> Iterator[tuple[str, Json, Any]]:
    """Where each example stands, its schema, and its value."""
    for name, (_, _, operation) in operations(document).items():
        places = [(f"{name} {told['name']}", told) for told in operation.get("parameters", ())]
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        places += [(f"{name} body", content) for body in bodies for content in body.get("content", {}).values()]
        for where, told in places:
            for example in told.get("examples", {}).values():
                yield where, told.get("schema", {}), example["value"]


def test_every_documented_example_holds_to_the_schemas(document: Json) -> None:
    for where, schema, value in examples(document):
        whole = {**schema, "components": document["components"]}
        assert [error.message for error in Draft202012Validator(whole).iter_errors(value)] == [], where


def test_every_documented_example_is_there_member_by_member(document: Json, service: str, model: Json) -> None:
    shown = Counter(where for where, _, _ in examples(document))
    expected: Counter[str] = Counter()
    for name, documented in (installed.model(service, "examples-1") or {"examples": {}})["examples"].items():
        told = model["operations"][name]
        for example in documented:
            for side in ("input", "output"):
                shape = model["shapes"][told[side]["shape"]] if side in told else {"members": {}}
                members = {member: shape["members"][member] for member in example.get(side, ())}
                for member, ref in members.items():
                    wire = ref.get("locationName", member)
                    if side == "input" and "location" in ref and wire.lower() not in IGNORED:
                        expected[f"{name} {wire}"] += 1
                if any("location" not in ref for ref in members.values()):
                    expected[f"{name} body"] += 1
    assert shown == expected
    assert len(expected) == (78 if service == "appconfig" else 0)


def test_a_client_is_told_where_to_call_and_how_to_sign(document: Json, service: str) -> None:
    assert document["servers"] == [
        {
            "url": f"https://{service}.{{region}}.amazonaws.com",
            "variables": {"region": {"default": "us-east-1"}},
        }
    ]
    assert document["security"] == [{"sigv4": []}]
    scheme = document["components"]["securitySchemes"]["sigv4"]
    assert scheme["x-amazon-apigateway-authtype"] == "awsSigv4"


def test_bytes_are_a_body_of_any_type_and_an_error_names_itself() -> None:
    found = operations(described("appconfig"))
    asked = found["CreateHostedConfigurationVersion"][2]
    assert list(asked["requestBody"]["content"]) == ["*/*"]
    assert "Content-Type" not in {told["name"] for told in asked["parameters"]}
    assert asked["responses"]["201"]["content"] == {"*/*": {}}
    missing = asked["responses"]["404"]
    assert missing["description"] == "ResourceNotFoundException"
    assert missing["headers"]["X-Amzn-ErrorType"]["schema"]["examples"] == ["ResourceNotFoundException"]


# -- what neither service has


def made(operations: Json, shapes: Json, **metadata: Any) -> Spec:
    """A spec of operations with their wire facts; `Getinput` is the input of `Get`, where such a shape is given."""
    facts = {"method": "GET", "uri": "/", "status": 200}
    whole = {
        name: {
            "name": name,
            "method": name.lower(),
            "documentation": "",
            "deprecated": False,
            "errors": [],
            **{side: f"{name}{side}" if f"{name}{side}" in shapes else "" for side in ("input", "output")},
            "wire": {**facts, **wire},
        }
        for name, wire in operations.items()
    }
    told = {"protocol": "rest-json", "apiVersion": "2020-01-01", "endpointPrefix": "made", "serviceId": "Made"}
    return Spec(
        service="made",
        client="Made",
        metadata={**told, **metadata},
        shapes=shapes,
        operations=whole,
        waiters={},
        examples=[],
        sources={},
        patches=[],
        statements={},
        resources={},
        sha256="",
    )


def structure(**members: Json) -> Json:
    return {"type": "object", "properties": members}


def text(**wire: Any) -> Json:
    return {"type": "string", "x-wire": {"shape": "Text", **wire}}


def moment(**wire: Any) -> Json:
    return {"type": "string", "format": "date-time", "x-type": "timestamp", "x-wire": {"shape": "Time", **wire}}


def exported(spec: Spec) -> tuple[Json, tuple[str, ...]]:
    result = describe(spec)
    (written,) = result.files.values()
    document: Json = json.loads(written)
    assert faults(document) == []
    return document, result.notes


def test_paths_that_differ_in_the_names_of_their_labels_are_one() -> None:
    document, _ = exported(
        made(
            {"Get": {"uri": "/things/{thingId}"}, "Put": {"uri": "/things/{name+}", "method": "PUT"}},
            {
                "Getinput": structure(Id=text(location="uri", name="thingId")),
                "Putinput": structure(Name=text(location="uri", name="name")),
            },
        )
    )
    (path, item), *others = document["paths"].items()
    assert (path, others, sorted(item)) == ("/things/{thingId}", [], ["get", "put"])
    assert [told["name"] for told in item["put"]["parameters"]] == ["thingId"]


def test_operations_that_differ_in_a_query_alone_are_kept_apart() -> None:
    document, _ = exported(made({"Acl": {"uri": "/?acl"}, "List": {"uri": "/?list-type=2"}}, {}))
    assert sorted(document["paths"]) == ["/", "/#List"]
    (fixed,) = document["paths"]["/#List"]["get"]["parameters"]
    assert (fixed["name"], fixed["in"], fixed["schema"]) == ("list-type", "query", {"const": "2"})


def test_a_time_is_written_as_its_place_asks() -> None:
    members = {
        "Body": moment(),
        "Told": moment(timestampFormat="iso8601"),
        "Header": moment(location="header", name="x-since"),
        "Query": moment(location="querystring", name="since"),
    }
    document, _ = exported(made({"Find": {"method": "POST"}}, {"Findinput": structure(**members)}))
    operation = document["paths"]["/"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert body == {"Body": {"type": "number"}, "Told": {"type": "string", "format": "date-time"}}
    header, query = (told["schema"] for told in operation["parameters"])
    assert "GMT" in header["pattern"]
    assert query == {"type": "string", "format": "date-time"}


def test_a_shape_may_hold_itself_and_a_union_has_one_member() -> None:
    shapes = {
        "Getoutput": structure(Tree={"$ref": "#/$defs/Tree"}),
        "Tree": {**structure(Left={"$ref": "#/$defs/Tree"}, Leaf=text()), "x-union": True},
    }
    document, _ = exported(made({"Get": {}}, shapes))
    tree = document["components"]["schemas"]["Tree"]
    assert tree["properties"]["Left"] == {"$ref": "#/components/schemas/Tree"}
    assert (tree["minProperties"], tree["maxProperties"]) == (1, 1)


def test_what_openapi_cannot_say_is_told_in_a_note() -> None:
    shapes = {
        "Getinput": structure(
            Meta={
                "type": "object",
                "x-type": "map",
                "propertyNames": text(),
                "additionalProperties": text(),
                "x-wire": {"shape": "Meta", "location": "headers", "name": "x-meta-"},
            },
            Name={"type": "string", "x-wire": {"shape": "Name", "pattern": r"\p{L}+"}},
        )
    }
    document, notes = exported(made({"Get": {"hostPrefix": "{Name}."}}, shapes))
    assert document["components"]["schemas"]["Name"] == {"type": "string", "x-pattern": r"\p{L}+"}
    assert [note.partition(":")[0] for note in notes] == ["Get", "Get", "Name"]
    assert "x-meta-" in notes[1]


def test_a_protocol_of_xml_is_refused_with_what_to_do() -> None:
    with pytest.raises(AsdocError, match="speaks query") as refused:
        describe(made({"Get": {}}, {}, protocol="query"))
    assert "botocore and smithy" in refused.value.hint


def test_a_service_that_speaks_json_too_is_described_by_it() -> None:
    known = {"protocol": "query", "protocols": ["query", "json"], "targetPrefix": "Made", "jsonVersion": "1.0"}
    document, _ = exported(made({"Get": {"method": "POST"}}, {}, **known))
    assert list(document["paths"]) == ["/#X-Amz-Target=Made.Get"]
