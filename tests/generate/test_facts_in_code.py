"""The committed packages say what the committed specs say: read from the JSON of the specs, not from our own views."""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from asdoc.runtime.exceptions import ServiceError

from .conftest import ROOT, help_on

SERVICES = ["appconfig", "proton"]


@cache
def spec(service: str, name: str) -> Any:
    return json.loads((ROOT / "specs" / service / f"{name}.json").read_bytes())


def operations() -> list[Any]:
    return [
        pytest.param(service, operation, id=f"{service}.{name}")
        for service in SERVICES
        for name, operation in spec(service, "operations")["operations"].items()
    ]


def client_of(service: str) -> type:
    client: type = importlib.import_module(f"asdoc.{service}").Client
    return client


def shape_of(service: str, name: str) -> Any:
    return spec(service, "shapes")["$defs"][name] if name else {}


@pytest.mark.parametrize(("service", "operation"), operations())
def test_an_operation_is_a_method_with_exactly_the_documented_parameters(service: str, operation: Any) -> None:
    request = shape_of(service, operation["input"])
    parameters = dict(inspect.signature(getattr(client_of(service), operation["method"])).parameters)
    assert parameters.pop("self").kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    assert set(parameters) == set(request.get("properties", {}))
    assert all(parameter.kind is inspect.Parameter.KEYWORD_ONLY for parameter in parameters.values())
    required = {name for name, parameter in parameters.items() if parameter.default is inspect.Parameter.empty}
    assert required == set(request.get("required", []))
    assert all(parameter.default is None for name, parameter in parameters.items() if name not in required)


@pytest.mark.parametrize(("service", "operation"), operations())
def test_a_parameter_is_annotated_with_its_documented_type(service: str, operation: Any) -> None:
    request = shape_of(service, operation["input"])
    signature = inspect.signature(getattr(client_of(service), operation["method"]))
    simple = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
    for name, schema in request.get("properties", {}).items():
        annotation = str(signature.parameters[name].annotation).removesuffix(" | None")
        schema = shape_of(service, schema["$ref"].rpartition("/")[2]) if "$ref" in schema else schema
        if "enum" in schema:
            assert annotation.startswith("models.")
        elif schema.get("x-type") == "blob":
            assert annotation == "BlobInput"
        elif schema.get("x-type") == "timestamp":
            assert annotation == "TimestampInput"
        elif schema.get("type") == "array":
            assert annotation.startswith("Sequence[")
        elif schema.get("x-type") == "map":
            assert annotation.startswith("Mapping[str, ")
        elif schema.get("type") == "object":
            assert annotation.startswith("models.")
            assert annotation.partition(" | ")[0].endswith("Dict")
        else:
            assert annotation == simple[schema["type"]]


@pytest.mark.parametrize(("service", "operation"), operations())
def test_a_method_gives_the_model_of_its_documented_output(service: str, operation: Any) -> None:
    result = inspect.signature(getattr(client_of(service), operation["method"])).return_annotation
    if not operation["output"]:
        assert result == "EmptyResponse"
        return
    assert result == f"models.{operation['output']}"
    model = getattr(importlib.import_module(f"asdoc.{service}.models"), operation["output"])
    members = set(model.__struct_encode_fields__) - {"ResponseMetadata"}
    assert members == set(shape_of(service, operation["output"]).get("properties", {}))


@pytest.mark.parametrize(("service", "operation"), operations())
def test_help_tells_parameters_allowed_values_errors_and_the_page(service: str, operation: Any) -> None:
    told = help_on(getattr(client_of(service), operation["method"]))
    words = " ".join(told.split())
    assert operation["documentation"] in told
    assert operation["name"] in told
    assert ("Deprecated" in told) == operation["deprecated"]
    request = shape_of(service, operation["input"])
    for name, schema in request.get("properties", {}).items():
        assert f" {name}: " in words
        schema = shape_of(service, schema["$ref"].rpartition("/")[2]) if "$ref" in schema else schema
        for value in schema.get("enum", []):
            assert f"'{value}'" in words
    for error in operation["errors"]:
        assert f"{error}: status {shape_of(service, error)['x-error']['status']}." in words
    for member in shape_of(service, operation["output"]).get("properties", {}):
        assert member in words


@pytest.mark.parametrize("service", SERVICES)
def test_every_documented_error_is_a_class(service: str) -> None:
    errors = importlib.import_module(f"asdoc.{service}.errors")
    documented = {
        name for operation in spec(service, "operations")["operations"].values() for name in operation["errors"]
    }
    assert len(documented) > 3
    assert documented <= set(errors.__all__)
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), ServiceError)
        assert f"Status {shape_of(service, name)['x-error']['status']}" in getattr(errors, name).__doc__


@pytest.mark.parametrize("service", SERVICES)
def test_the_backend_dispatches_every_operation(service: str) -> None:
    backend = importlib.import_module(f"asdoc.{service}.backend")
    documented = spec(service, "operations")["operations"]
    assert {name: operation["method"] for name, operation in documented.items()} == backend.DISPATCH


@pytest.mark.parametrize("service", SERVICES)
def test_every_documented_example_is_a_case(service: str) -> None:
    compiled = json.loads((ROOT / "generated" / "asdoc" / service / "cases.json").read_bytes())["cases"]
    cases = [case for case in compiled if case["kind"] == "example"]
    examples = spec(service, "examples")["examples"]
    assert [case["operation"] for case in cases] == [example["operation"] for example in examples]
    assert [case["params"] for case in cases] == [example["params"] for example in examples]


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_is_imported_without_models_or_generator_and_without_a_warning(service: str) -> None:
    code = (
        f"import sys; from asdoc.{service} import Client; Client('eu-west-1'); "
        f"print([name for name in ('asdoc.{service}.models', 'asdoc.{service}.backend', 'asdoc.codegen', "
        "'jinja2', 'botocore', 'asdoc.runtime.server') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("module", ["models", "errors", "client", "backend"])
def test_every_module_is_imported_alone_without_a_warning(service: str, module: str) -> None:
    code = f"import asdoc.{service}.{module}"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
