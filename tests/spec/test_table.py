"""The run-time table says of each service what its model says, where pages and model can agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import botocore.model
import msgspec
import pytest

from asdoc.codegen import installed
from asdoc.codegen.spec import Spec, load_spec, runtime_table
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.schema import Service, Shape

SPECS = Path(__file__).resolve().parents[2] / "specs"


@pytest.fixture(scope="module", params=["appconfig", "proton"])
def spec(request: pytest.FixtureRequest) -> Spec:
    return load_spec(SPECS, request.param)


@pytest.fixture(scope="module")
def table(spec: Spec) -> Service:
    return runtime_table(spec)


def test_the_service_is_spoken_to_as_its_model_says(spec: Spec, table: Service) -> None:
    metadata = installed.model(spec.service, "service-2")["metadata"]
    assert table.service_id == metadata["serviceId"]
    assert table.protocol == metadata["protocol"]
    assert table.signing_name == metadata.get("signingName", metadata["endpointPrefix"])
    assert table.target_prefix == metadata.get("targetPrefix", "")


def test_every_operation_goes_over_the_wire_as_its_model_says(spec: Spec, table: Service) -> None:
    modelled = installed.model(spec.service, "service-2")["operations"]
    assert set(table.operations) == set(modelled)
    for name, operation in table.operations.items():
        http = modelled[name]["http"]
        assert (operation.http_method, operation.uri) == (http["method"], http["requestUri"]), name
        assert operation.status == http.get("responseCode", 200), name
        assert sorted(operation.errors) == sorted(error["shape"] for error in modelled[name].get("errors", [])), name
        assert operation.deprecated == modelled[name].get("deprecated", False)
        assert operation.page.endswith(f"/{name}")


def test_every_shape_carries_the_traits_of_its_model(spec: Spec, table: Service) -> None:
    model = installed.model(spec.service, "service-2")
    service = botocore.model.ServiceModel(model, spec.service)
    seen: set[tuple[str, str]] = set()
    count = 0

    def check(at: str, node: Shape, shape: Any) -> None:
        nonlocal count
        found = table.resolve(node)
        if node.shape:
            if (node.shape, shape.name) in seen:
                return
            seen.add((node.shape, shape.name))
        count += 1
        assert found.type == {"character": "string"}.get(shape.type_name, shape.type_name), at
        told = model["shapes"][shape.name]
        for bound in ("min", "max"):
            assert getattr(found, bound) == told.get(bound), f"{at} {bound}"
        assert found.pattern == told.get("pattern", ""), at
        assert (found.sensitive or node.sensitive) == bool(told.get("sensitive")), at
        if found.type == "structure":
            assert found.payload == told.get("payload", ""), at
            assert list(found.members) == list(told["members"]), at
            assert set(found.required) == set(told.get("required", [])), at
            for name, member in found.members.items():
                reference = told["members"][name]
                assert member.location == reference.get("location", ""), f"{at}.{name}"
                assert member.name == reference.get("locationName", ""), f"{at}.{name}"
                assert member.idempotent == bool(reference.get("idempotencyToken")), f"{at}.{name}"
                check(f"{at}.{name}", member, shape.members[name])
        elif found.type == "list":
            assert found.member is not None
            check(f"{at}[]", found.member, shape.member)
        elif found.type == "map":
            assert found.key is not None
            assert found.value is not None
            check(f"{at}{{key}}", found.key, shape.key)
            check(f"{at}{{}}", found.value, shape.value)
        elif found.type == "string":
            assert list(found.enum) == list(shape.metadata.get("enum", [])), at

    for name in table.operations:
        operation = service.operation_model(name)
        for side, shape in (
            (table.operations[name].input, operation.input_shape),
            (table.operations[name].output, operation.output_shape),
        ):
            if side:
                check(side, Shape(shape=side), shape)
            else:
                assert shape is None or not shape.members, name
        for error in operation.error_shapes:
            check(error.name, Shape(shape=error.name), error)
            traits = table.shapes[error.name].error
            assert traits is not None
            assert traits.code == error.metadata.get("error", {}).get("code", error.name)
            assert traits.status == error.metadata.get("error", {}).get("httpStatusCode", 500 if traits.fault else 400)
    assert count > 300


def test_every_paginator_is_there_with_its_tokens(spec: Spec, table: Service) -> None:
    rules = installed.model(spec.service, "paginators-1")["pagination"]
    assert {name for name, operation in table.operations.items() if operation.pagination} == set(rules)
    for name, rule in rules.items():
        found = table.operations[name].pagination
        assert found is not None
        assert found.input_token == (rule["input_token"],)
        assert found.result_key == (rule["result_key"],)
        assert found.limit_key == rule.get("limit_key", "")


def test_configuration_content_is_a_stream_as_its_page_shows() -> None:
    table = runtime_table(load_spec(SPECS, "appconfig"))
    content = table.shapes["HostedConfigurationVersion"].members["Content"]
    assert (content.type, content.streaming) == ("blob", True)
    assert table.shapes["HostedConfigurationVersion"].payload == "Content"


def test_the_table_survives_its_own_json(table: Service) -> None:
    assert msgspec.json.decode(msgspec.json.encode(table), type=Service) == table


def test_pages_without_wire_facts_make_no_table(pages_dir: Path, tmp_path: Path) -> None:
    from asdoc.codegen.extract import extract

    extract([pages_dir / "appconfig" / "client" / "stop_deployment.rst"], tmp_path)
    with pytest.raises(AsdocError, match="no wire facts") as told:
        runtime_table(load_spec(tmp_path, "appconfig"))
    assert "asdoc wire appconfig" in told.value.hint


def test_a_document_within_a_text_is_one_in_answers_and_a_text_in_arguments() -> None:
    """boto3 reads the policies that IAM answers, and refuses a dict for one: what it sent would be no JSON."""
    told = {"Policy": {"type": "string", "x-documented": "structure"}}
    spec = msgspec.structs.replace(
        load_spec(SPECS, "appconfigdata"),
        shapes={
            "StartConfigurationSessionRequest": {"type": "object", "properties": told},
            "StartConfigurationSessionResponse": {"type": "object", "properties": told},
        },
    )
    shapes = runtime_table(spec).shapes
    assert shapes["StartConfigurationSessionRequest"].members["Policy"].type == "string"
    assert shapes["StartConfigurationSessionResponse"].members["Policy"].type == "document"
