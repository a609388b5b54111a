"""The exported models take what is documented, and refuse what is not."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from asdoc.codegen.export import export, pydantic
from asdoc.codegen.export.values import plain
from asdoc.codegen.spec import Spec, load_spec
from tests.export.conftest import COMMITTED, MADE


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Any]:
    """Imports the text of a module."""
    loaded: list[str] = []

    def as_module(text: str) -> ModuleType:
        name = f"exported_models_{len(loaded)}"
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        found = importlib.util.spec_from_file_location(name, path)
        assert found is not None
        assert found.loader is not None
        module = importlib.util.module_from_spec(found)
        sys.modules[name] = module
        loaded.append(name)
        found.loader.exec_module(module)
        return module

    yield as_module
    for name in loaded:
        del sys.modules[name]


def models(specs: Path, service: str, load: Any) -> ModuleType:
    (text,) = export(specs, service, "pydantic").files.values()
    module: ModuleType = load(text)
    return module


@pytest.mark.parametrize("service", [*COMMITTED, *MADE])
def test_every_structure_is_a_model_with_the_documented_names(specs: Path, service: str, load: Any) -> None:
    module = models(specs, service, load)
    for name, shape in load_spec(specs, service).shapes.items():
        if "properties" in shape:
            model: type[BaseModel] = getattr(module, name)
            told = {field.alias or attribute: field for attribute, field in model.model_fields.items()}
            assert set(told) == set(shape["properties"]), name
            assert {member for member, field in told.items() if field.is_required()} == set(
                shape.get("required", ())
            ), name


def faults(model: type[BaseModel], value: Any) -> set[str]:
    """The kinds of what pydantic has to say against a value."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        return {detail["type"] for detail in error.errors()}
    return set()


@pytest.mark.parametrize("service", [*COMMITTED, *MADE])
def test_every_documented_example_is_taken(specs: Path, service: str, load: Any) -> None:
    module, spec = models(specs, service, load), load_spec(specs, service)
    taken = 0
    for example in spec.examples:
        operation = spec.operations[example["operation"]]
        for side, key in (("input", "params"), ("output", "output")):
            if not operation[side] or example[key] is None or example.get("errata"):
                continue
            model = getattr(module, operation[side])
            # boto3 takes some members off its pages, and examples may still give them
            known = spec.shapes[operation[side]]["properties"]
            value = {name: held for name, held in plain(example[key]).items() if name in known}
            # an example may leave out what is required
            assert faults(model, value) <= {"missing"}, example["id"]
            if not faults(model, value):
                made = model.model_validate(value).model_dump(by_alias=True, exclude_unset=True)
                assert set(made) == set(value), example["id"]
                taken += 1
    assert taken or not spec.examples


def test_what_no_page_allows_is_refused(specs: Path, load: Any) -> None:
    module = models(specs, "appconfig", load)
    with pytest.raises(ValidationError):
        module.StopDeploymentRequest.model_validate({"ApplicationId": "a", "EnvironmentId": "e"})
    with pytest.raises(ValidationError):
        module.Deployment.model_validate({"State": "UNHEARD_OF"})
    with pytest.raises(ValidationError):
        module.Deployment.model_validate({"DeploymentNumber": "many"})


def garden(shapes: dict[str, Any]) -> Spec:
    return Spec(
        service="garden", client="Garden", metadata={}, shapes=shapes, operations={}, waiters={}, examples=[],
        sources={}, patches=[], statements={}, resources={}, sha256="",
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", ["class", "__class__", "a-b", "1st", "{{ 7*7 }}", 'a"""\nimport os', "BaseModel", "model_config"]
)
def test_a_hostile_name_stays_a_name(name: str, load: Any) -> None:
    shapes = {
        "Bed": {"type": "object", "properties": {name: {"type": "string"}}},
        name: {"type": "object", "properties": {"inner": {"$ref": "#/$defs/Bed"}, "more": {"enum": [name, "b"]}}},
    }
    (text,) = pydantic.export(garden(shapes)).files.values()
    assert "\nimport os" not in text
    module = load(text)
    bed = module.Bed.model_validate({name: "value"})
    assert bed.model_dump(by_alias=True) == {name: "value"}


def test_a_type_that_holds_itself_is_a_model(load: Any) -> None:
    node = {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}}
    (text,) = pydantic.export(garden({"Node": node})).files.values()
    made = load(text).Node.model_validate({"children": [{"children": []}, {}]})
    assert len(made.children) == 2
