"""The Smithy model: valid by Smithy's rules, and telling what the pages and the wire source tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from asdoc.codegen import installed
from asdoc.codegen.export import export, smithy
from asdoc.codegen.spec import Spec, load_spec
from tests.export.conftest import COMMITTED, MADE
from tests.export.smithy_rules import broken
from tests.targets.catalog import ROOT

APPCONFIG = "com.amazonaws.appconfig#"


def model(specs: Path, service: str) -> dict[str, Any]:
    (text,) = export(specs, service, "smithy").files.values()
    document: dict[str, Any] = json.loads(text)
    return document


@pytest.fixture(scope="module")
def appconfig() -> dict[str, Any]:
    shapes: dict[str, Any] = model(ROOT / "specs", "appconfig")["shapes"]
    return {name.removeprefix(APPCONFIG): shape for name, shape in shapes.items()}


@pytest.fixture(scope="module")
def proton() -> dict[str, Any]:
    shapes: dict[str, Any] = model(ROOT / "specs", "proton")["shapes"]
    return {name.removeprefix("com.amazonaws.proton#"): shape for name, shape in shapes.items()}


@pytest.mark.parametrize("service", [*COMMITTED, *MADE])
def test_the_model_breaks_no_rule_of_smithy(specs: Path, service: str) -> None:
    assert broken(model(specs, service)) == []


@pytest.mark.parametrize("service", [*COMMITTED, *MADE])
def test_every_operation_member_error_and_enum_value_of_the_spec_is_there(specs: Path, service: str) -> None:
    shapes = model(specs, service)["shapes"]
    spec = load_spec(specs, service)
    space = next(iter(shapes)).partition("#")[0]

    def held(name: str) -> set[str]:
        return set(shapes[f"{space}#{name}"]["members"])

    for name, told in spec.operations.items():
        operation = shapes[f"{space}#{name}"]
        assert {error["target"] for error in operation.get("errors", ())} == {f"{space}#{e}" for e in told["errors"]}
    for name, told in spec.shapes.items():
        if f"{space}#{name}" not in shapes:
            continue  # on pages of exceptions alone, which no operation names
        if "enum" in told:
            members = shapes[f"{space}#{name}"]["members"].values()
            assert [member["traits"]["smithy.api#enumValue"] for member in members] == told["enum"]
            continue
        known = {
            member: schema.get("x-wire", {}).get("member", member)
            for member, schema in told["properties"].items()
            if "$ref" in schema or "shape" in schema.get("x-wire", {})
        }
        assert held(name) == set(known.values())


def test_a_rest_service_binds_what_its_wire_source_binds(appconfig: dict[str, Any]) -> None:
    assert appconfig["StopDeployment"]["traits"]["smithy.api#http"] == {
        "method": "DELETE",
        "uri": "/applications/{ApplicationId}/environments/{EnvironmentId}/deployments/{DeploymentNumber}",
        "code": 202,
    }
    members = appconfig["StopDeploymentRequest"]["members"]
    assert members["AllowRevert"]["traits"] == {"smithy.api#httpHeader": "Allow-Revert"}
    assert members["DeploymentNumber"]["traits"] == {"smithy.api#httpLabel": {}, "smithy.api#required": {}}


def test_a_label_is_named_as_its_member_though_the_wire_has_another_name(appconfig: dict[str, Any]) -> None:
    for name, shape in appconfig.items():
        if shape["type"] == "operation":
            theirs = installed.model("appconfig", "service-2")["operations"][name]["http"]["requestUri"]
            assert shape["traits"]["smithy.api#http"]["uri"].count("{") == theirs.count("{")


def test_a_payload_is_bound_and_a_secret_is_marked(appconfig: dict[str, Any]) -> None:
    content = appconfig["HostedConfigurationVersion"]["members"]["Content"]
    assert content["traits"] == {"smithy.api#httpPayload": {}}
    assert appconfig[content["target"].removeprefix(APPCONFIG)]["traits"] == {"smithy.api#sensitive": {}}


def test_errors_tell_whose_fault_they_are_and_their_status(appconfig: dict[str, Any]) -> None:
    assert appconfig["ResourceNotFoundException"]["traits"] == {
        "smithy.api#error": "client",
        "smithy.api#httpError": 404,
    }
    assert appconfig["InternalServerException"]["traits"] == {"smithy.api#error": "server", "smithy.api#httpError": 500}


def test_a_union_is_a_union(appconfig: dict[str, Any]) -> None:
    assert appconfig["BadRequestDetails"]["type"] == "union"


def test_waiters_and_pages_are_told(appconfig: dict[str, Any]) -> None:
    waiter = appconfig["GetDeployment"]["traits"]["smithy.waiters#waitable"]["DeploymentComplete"]
    assert waiter["minDelay"] == 30
    assert waiter["acceptors"][0] == {
        "state": "success",
        "matcher": {"output": {"path": "State", "expected": "COMPLETE", "comparator": "stringEquals"}},
    }
    assert appconfig["ListDeployments"]["traits"]["smithy.api#paginated"] == {
        "inputToken": "NextToken",
        "outputToken": "NextToken",
        "items": "Items",
        "pageSize": "MaxResults",
    }


def test_examples_are_those_of_the_page(appconfig: dict[str, Any]) -> None:
    (example,) = appconfig["StopDeployment"]["traits"]["smithy.api#examples"]
    assert example["input"] == {"ApplicationId": "339ohji", "DeploymentNumber": 2, "EnvironmentId": "54j1r29"}
    told = sum(len(shape.get("traits", {}).get("smithy.api#examples", ())) for shape in appconfig.values())
    assert told + len(export(ROOT / "specs", "appconfig", "smithy").notes) == 33


def test_a_json_service_is_called_by_its_target(proton: dict[str, Any]) -> None:
    service = proton["AwsProton20200720"]
    assert service["type"] == "service"
    assert service["traits"]["aws.protocols#awsJson1_0"] == {}
    assert service["traits"]["aws.auth#sigv4"] == {"name": "proton"}
    assert all("smithy.api#http" not in shape.get("traits", {}) for shape in proton.values())


def test_deprecation_idempotency_and_tokens_are_told(proton: dict[str, Any]) -> None:
    operation = proton["CreateEnvironmentTemplateVersion"]["traits"]
    assert operation["smithy.api#deprecated"] == {}
    assert operation["smithy.api#idempotent"] == {}
    token = proton["CreateEnvironmentTemplateVersionInput"]["members"]["clientToken"]
    assert token["traits"] == {"smithy.api#idempotencyToken": {}}
    assert proton["ThrottlingException"]["traits"]["smithy.api#retryable"] == {"throttling": True}


def test_streams_of_events_and_bodies_are_streaming(specs: Path) -> None:
    kinesis = model(specs, "kinesis")["shapes"]
    events = kinesis["com.amazonaws.kinesis#SubscribeToShardEventStream"]
    assert events["type"] == "union"
    assert events["traits"] == {"smithy.api#streaming": {}}
    s3 = model(specs, "s3")["shapes"]
    body = s3["com.amazonaws.s3#GetObjectOutput"]["members"]["Body"]
    assert s3[body["target"]]["traits"]["smithy.api#streaming"] == {}
    assert body["traits"] == {"smithy.api#default": "", "smithy.api#httpPayload": {}}


def test_xml_names_are_told_where_they_are_not_the_members(specs: Path) -> None:
    s3 = model(specs, "s3")["shapes"]
    members = s3["com.amazonaws.s3#ListObjectsV2Output"]["members"]
    assert members["Contents"]["traits"] == {"smithy.api#xmlFlattened": {}}
    assert s3["com.amazonaws.s3#BucketLifecycleConfiguration"]["members"]["Rules"]["traits"] == {
        "smithy.api#required": {},
        "smithy.api#xmlFlattened": {},
        "smithy.api#xmlName": "Rule",
    }


def test_what_smithy_cannot_say_is_told_in_a_note(specs: Path) -> None:
    notes = export(specs, "s3", "smithy").notes
    assert "waiter BucketNotExists: it looks at what Smithy's waiters cannot" in notes
    assert any(note.startswith("GetObject.1: its output breaks the spec") for note in notes)


def garden(properties: dict[str, Any], **operation: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The Smithy model of a service of one operation, Plant, with these members of its input; and the notes."""
    told = {
        "name": "Plant",
        "method": "plant",
        "documentation": "",
        "deprecated": False,
        "input": "PlantRequest",
        "output": "Beds",
        "errors": [],
        "wire": {"method": "GET", "uri": "/beds", "status": 200},
        **operation,
    }
    text = {"type": "string", "x-wire": {"shape": "Text"}}
    items = {"type": "array", "items": text, "x-wire": {"shape": "Items"}}
    exported = smithy.export(
        Spec(
            service="garden",
            client="Garden",
            metadata={
                "apiVersion": "2020-01-01",
                "endpointPrefix": "garden",
                "protocol": "rest-json",
                "serviceId": "Garden",
            },
            shapes={
                "PlantRequest": {"type": "object", "properties": properties, "required": ["Size"]},
                "Beds": {"type": "object", "properties": {"Items": items, "Next": text}},
            },
            operations={"Plant": told},
            waiters={},
            examples=[],
            sources={},
            patches=[],
            statements={},
            resources={},
            sha256="",
        )
    )
    (document,) = exported.files.values()
    return json.loads(document), exported.notes


def place(shape: str, name: str, kind: str = "string") -> dict[str, Any]:
    return {"type": kind, "x-wire": {"shape": shape, "location": "querystring", "name": name}}


def test_a_shape_that_is_called_as_an_operation_makes_room_for_it() -> None:
    document, _ = garden({"Plant": place("Plant", "plant", "boolean")})
    assert broken(document) == []
    space = "com.amazonaws.garden#"
    assert document["shapes"][f"{space}Plant"]["type"] == "operation"
    target = document["shapes"][f"{space}PlantRequest"]["members"]["Plant"]["target"]
    assert document["shapes"][target]["type"] == "boolean"


def test_a_size_of_pages_that_must_be_given_is_told_in_a_note_alone() -> None:
    rule = {"input_token": ["Next"], "output_token": ["Next"], "result_key": ["Items"], "limit_key": "Size"}
    properties = {"Next": place("Text", "next"), "Size": place("Size", "size", "integer")}
    document, notes = garden(properties, pagination=rule)
    assert broken(document) == []
    told = document["shapes"]["com.amazonaws.garden#Plant"]["traits"]["smithy.api#paginated"]
    assert told == {"inputToken": "Next", "outputToken": "Next", "items": "Items"}
    assert len(notes) == 1
    assert "'Size'" in notes[0]


def test_operations_of_one_method_and_path_are_told_apart(specs: Path) -> None:
    s3 = model(specs, "s3")["shapes"]
    uris = {
        name: s3[f"com.amazonaws.s3#{name}"]["traits"]["smithy.api#http"]["uri"] for name in ("GetObject", "ListParts")
    }
    assert uris == {"GetObject": "/{Bucket}/{Key+}?x-id=GetObject", "ListParts": "/{Bucket}/{Key+}?x-id=ListParts"}
