"""A spec with hostile names and values gives code that the templates wrote, and nothing else."""

from __future__ import annotations

import ast
import importlib
import inspect
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asdoc.codegen.generate import render_package
from asdoc.codegen.packages import folder_of
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.schema import Service

from .conftest import Install, make_service
from .test_quoting import HOSTILE

TRAP = "asdoc_trap"
# What msgspec allows in no name, and what a client adds to every answer itself.
UNSPEAKABLE = {'"', "\\", *map(chr, range(32))}
INJECTIONS = [
    *HOSTILE,
    f'x"""\nimport {TRAP}\n"""',
    f"'''\nimport {TRAP}\n'''",
    f'"]\nimport {TRAP}\nx = ["',
    f"{{% import '{TRAP}' %}}",
    f"]\n    import {TRAP}",
    f"# {TRAP}\nimport {TRAP}",
    "self",
    "models",
    "ResponseMetadata",
    "__init_subclass__",
    "_call",
]


def refused(member: str) -> bool:
    return bool(UNSPEAKABLE & set(member)) or member == "ResponseMetadata"


def hostile_service(text: str, *, member: str | None = None) -> Service:
    member = text if member is None else member
    members: dict[str, Any] = {
        member: {"type": "string", "enum": [text, "fine"], "pattern": text},
        "Nested": {"shape": text + "Shape"},
        "Kind": {"shape": text + "Kind"},
        "Times": {"type": "timestamp"},
    }
    return make_service(
        "hostile",
        {
            text: {
                "name": text,
                "method": text,
                "uri": f"/{text}",
                "input": text + "Shape",
                "output": text + "Shape",
                "errors": [text + "Error"],
                "page": text,
            }
        },
        {
            text + "Shape": {"type": "structure", "members": members, "required": [member]},
            text + "Kind": {"type": "string", "enum": [text]},
            text + "Error": {"type": "structure", "error": {"code": text, "status": 400}, "members": members},
        },
        client=text,
        spec=text,
    )


def check(files: dict[str, str]) -> None:
    """Only what the templates write: no import but theirs, no name or call that came from the spec."""
    for name, source in files.items():
        assert "/" not in name
        assert ".." not in name
        if not name.endswith((".py", ".pyi")):
            continue
        tree = ast.parse(source)
        for node in ast.walk(tree):
            assert not isinstance(node, ast.Import), f"{name}: {ast.unparse(node)}"
            if isinstance(node, ast.ImportFrom):
                module = node.module or ""
                known = (
                    "__future__",
                    "typing",
                    "collections.abc",
                    "importlib",
                    "datetime",
                    "msgspec",
                    "asdoc.runtime",
                    "async_client",
                    "client",
                    "",
                )
                assert module in known or module.startswith("asdoc.runtime."), f"{name}: {ast.unparse(node)}"
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                allowed: tuple[str, ...] = ("self._call", "field", "TypedDict", "AttributeError", "super")
                allowed += ("super().__init__", "_Models", "__name__.rpartition", "Paginate", "WaitUntil")
                allowed += ("self._paginator", "self._waiter", "import_module")
                assert called in (*allowed, "load_service", "getattr"), f"{name}: {called}"
            if isinstance(node, ast.Name | ast.Attribute | ast.arg):
                word = (
                    node.id
                    if isinstance(node, ast.Name)
                    else node.attr
                    if isinstance(node, ast.Attribute)
                    else node.arg
                )
                assert TRAP not in word or word.isidentifier()


@pytest.mark.parametrize("text", [text for text in INJECTIONS if not refused(text)])
def test_hostile_names_generate_an_importable_package_in_which_they_are_mere_values(
    text: str, install: Install
) -> None:
    package = install(hostile_service(text))
    check(render_package(hostile_service(text), {"cases": []}))
    client = package.Client
    models = importlib.import_module(f"{package.__name__}.models")
    importlib.import_module(f"{package.__name__}.errors")
    given = ("get_paginator", "get_waiter")
    own = [value for name, value in vars(client).items() if inspect.isfunction(value) and name not in given]
    assert len(own) == 1
    assert next(iter(inspect.signature(own[0]).parameters)) == "self"
    assert len(inspect.signature(own[0]).parameters) == 5
    types = [getattr(models, name) for name in dir(models)]
    (model,) = [kind for kind in types if hasattr(kind, "__struct_encode_fields__")]
    assert text in model.__struct_encode_fields__


@pytest.mark.parametrize("text", [text for text in INJECTIONS if refused(text)])
def test_a_member_that_no_model_could_have_is_refused(text: str) -> None:
    with pytest.raises(AsdocError, match="has a member called"):
        render_package(hostile_service(text), {"cases": []})


@pytest.mark.parametrize("text", INJECTIONS)
def test_hostile_values_beside_plain_members_are_mere_values(text: str) -> None:
    check(render_package(hostile_service(text, member="Plain"), {"cases": []}))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(min_size=1, max_size=30))
def test_any_text_as_every_name_generates_sound_code(text: str) -> None:
    check(render_package(hostile_service(text, member="Plain"), {"cases": []}))


@pytest.mark.parametrize("name", ["../../x", "a/b", "", "A", "a b", "a\nb", ".", "-x", "x" * 101])
def test_a_service_whose_name_could_be_a_path_is_refused(name: str) -> None:
    with pytest.raises(AsdocError, match="no name of a service"):
        folder_of(name)


@pytest.mark.parametrize(
    ("service", "folder"), [("lambda", "lambda_"), ("iot-data", "iot_data"), ("runtime", "runtime_"), ("s3", "s3")]
)
def test_a_service_goes_into_a_package_that_python_can_import(service: str, folder: str) -> None:
    assert folder_of(service) == folder


def test_a_character_that_no_file_can_hold_is_refused() -> None:
    with pytest.raises(AsdocError, match="surrogate"):
        render_package(hostile_service("\ud800", member="Plain"), {"cases": []})
