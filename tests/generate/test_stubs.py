"""The stub of a package's models tells what the models are: names, members and types, of services of every size."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NotRequired, Union, get_args, get_type_hints

import msgspec
import pytest

from asdoc.codegen.generate import render_package
from asdoc.runtime import arguments, response, streaming
from asdoc.runtime.schema import Service
from tests.runtime.tables import table

from .conftest import Install

SERVICES = ["dynamodb", "ec2", "s3", "glue", "mediaconvert", "lex-models", "apigateway", "controlcatalog"]


def stub_of(package: ModuleType) -> ast.Module:
    return ast.parse(Path(str(package.__file__)).with_name("models.pyi").read_text())


def space(models: ModuleType, stub: ast.Module, *, given: bool) -> dict[str, Any]:
    """What the annotations of a stub are written with; an enum is a text, as it is when it is read."""
    names: dict[str, Any] = {"Any": Any, "NotRequired": NotRequired, "streaming": streaming}
    for module in (arguments, response, importlib.import_module("datetime")):
        names |= {name: value for name, value in vars(module).items() if not name.startswith("_")}
    names |= vars(importlib.import_module("collections.abc"))
    dicts = {node.name for node in stub.body if isinstance(node, ast.ClassDef)} | {
        node.targets[0].id
        for node in stub.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for name in dir(models):
        kind = getattr(models, name)
        if get_args(kind):
            assert kind == Union[Literal[get_args(get_args(kind)[0])], str]  # noqa: UP007 # made of values
            kind = str
        # a dictionary may hold the class of the same structure: at run time it is told as the dictionary alone
        twin = f"{name.rstrip('_')}Dict"
        if given and twin in dicts and isinstance(kind, type) and issubclass(kind, response.Structure):
            kind = getattr(models, twin)
        names[name] = names[f"_{name}"] = kind
    return names


def told(stub: ast.Module) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(name, base, member -> annotation) of every class of a stub."""
    for node in stub.body:
        match node:
            case ast.ClassDef(name=name, bases=[base]):
                fields = {
                    field.target.id: ast.unparse(field.annotation)
                    for field in node.body
                    if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
                }
                yield name, ast.unparse(base), fields
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(args=[_, ast.Dict(keys=keys, values=values)])):
                pairs = zip(keys, values, strict=True)
                yield name, "TypedDict", {ast.literal_eval(key): ast.unparse(value) for key, value in pairs if key}


def check(package: ModuleType) -> None:
    models = importlib.import_module(f"{package.__name__}.models")
    stub = stub_of(package)
    answered, given = space(models, stub, given=False), space(models, stub, given=True)
    names = {name for name, _, _ in told(stub)}
    aliases = {
        node.target.id for node in stub.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    assert names | {name for name in aliases if not name.startswith("_")} == set(dir(models))
    for name, base, fields in told(stub):
        kind = getattr(models, name)
        if base == "TypedDict":
            hints = get_type_hints(kind, include_extras=True)
            assert hints == {member: eval(text, given) for member, text in fields.items()}, name  # noqa: S307 # our own
            continue
        of_base = getattr(response, base.removeprefix("response."))
        assert issubclass(kind, of_base)
        inherited = {field.name for field in msgspec.structs.fields(of_base)}
        held = {field.name: field.type for field in msgspec.structs.fields(kind) if field.name not in inherited}
        assert held == {member: eval(text, answered) for member, text in fields.items()}, name  # noqa: S307 # our own


@pytest.mark.parametrize("name", ["appconfig", "proton"])
def test_the_stub_of_a_committed_package_tells_its_models(name: str) -> None:
    check(importlib.import_module(f"asdoc.{name}"))


@pytest.mark.parametrize("name", SERVICES)
def test_the_stub_of_a_service_of_botocore_tells_its_models(name: str, install: Install) -> None:
    check(install(table(name)))


def test_the_stub_of_recursive_and_unusual_shapes_tells_their_models(garden: Service, install: Install) -> None:
    check(install(garden))


def test_a_model_is_the_same_class_wherever_it_is_held(garden: Service, install: Install) -> None:
    models = importlib.import_module(f"{install(garden).__name__}.models")
    branch: Any = models.Branch
    held = {field.name: field.type for field in msgspec.structs.fields(models.Tree)}
    assert held["Branches"] == list.__class_getitem__(branch) | None
    assert models.Tree is models.Tree
    assert (branch.__module__, branch.__qualname__) == (models.__name__, "Branch")


def test_no_package_has_more_than_ten_files(garden: Service) -> None:
    assert len(render_package(garden, {"cases": []})) <= 10
