"""A small service written inline, and a way to generate any service into a folder of its own and import it."""

from __future__ import annotations

import importlib
import json
import pydoc
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from asdoc.codegen.generate import render_package
from asdoc.codegen.packages import folder_of
from asdoc.runtime.schema import Service, load_service

ROOT = Path(__file__).resolve().parents[2]

Install = Callable[[Service], ModuleType]


def make_service(name: str, operations: dict[str, Any], shapes: dict[str, Any], **facts: Any) -> Service:
    table = {
        "service": name,
        "client": name.capitalize(),
        "service_id": name.capitalize(),
        "api_version": "2020-01-01",
        "protocol": "rest-json",
        "endpoint_prefix": name,
        "signing_name": name,
        "operations": operations,
        "shapes": shapes,
        "spec": "0123456789abcdef" * 4,
    }
    return msgspec.convert(table | facts, Service)


@pytest.fixture(scope="session")
def garden() -> Service:
    """Recursion through lists and maps, a union, keywords as members, every scalar, an error with members."""
    return make_service(
        "garden",
        {
            "PlantTree": {
                "name": "PlantTree",
                "method": "plant_tree",
                "uri": "/trees/{Name}",
                "status": 201,
                "input": "PlantTreeRequest",
                "output": "Tree",
                "errors": ["FrostException"],
                "page": "https://docs.example.com/garden/PlantTree",
            },
            "Rest": {"name": "Rest", "method": "rest", "uri": "/rest", "status": 204, "deprecated": True},
        },
        {
            "PlantTreeRequest": {
                "type": "structure",
                "required": ["Name", "lambda"],
                "members": {
                    "Note": {"type": "string", "max": 20},
                    "Name": {"type": "string", "min": 1, "max": 64, "location": "uri", "name": "Name"},
                    "lambda": {"type": "string"},
                    "Kind": {"shape": "Kind"},
                    "Soils": {"type": "list", "member": {"shape": "Soil"}},
                    "Planted": {"type": "timestamp"},
                    "Photo": {"type": "blob"},
                    "Anything": {"type": "document"},
                },
            },
            "Soil": {
                "type": "structure",
                "required": ["Name"],
                "members": {
                    "Name": {"type": "string"},
                    "None": {"type": "boolean"},
                    "Below": {"shape": "Soil"},
                    "Kind": {"shape": "Kind"},
                },
            },
            "Kind": {"type": "string", "enum": ["OAK", "odd, \"quoted\"\n'value'"]},
            "Tree": {
                "type": "structure",
                "members": {
                    "Name": {"type": "string"},
                    "lambda": {"type": "string"},
                    "None": {"type": "integer"},
                    "type": {"type": "string"},
                    "items": {"type": "list", "member": {"type": "string"}},
                    "Kind": {"shape": "Kind"},
                    "Branches": {"type": "list", "member": {"shape": "Branch"}},
                    "ByName": {"type": "map", "key": {"type": "string"}, "value": {"shape": "Branch"}},
                    "Fruit": {"shape": "Fruit"},
                    "Height": {"type": "double"},
                    "Rings": {"type": "long"},
                    "Alive": {"type": "boolean"},
                    "Planted": {"type": "timestamp"},
                    "Photo": {"type": "blob"},
                    "Anything": {"type": "document"},
                },
            },
            "Branch": {
                "type": "structure",
                "members": {
                    "Branches": {"type": "list", "member": {"shape": "Branch"}},
                    "ByName": {"type": "map", "key": {"type": "string"}, "value": {"shape": "Branch"}},
                    "Branch": {"shape": "Branch"},
                },
            },
            "Fruit": {
                "type": "structure",
                "union": True,
                "members": {"Apple": {"type": "string"}, "Pears": {"type": "integer"}},
            },
            "FrostException": {
                "type": "structure",
                "error": {"code": "Frost", "status": 409},
                "members": {"Message": {"type": "string"}, "Degrees": {"type": "integer"}},
            },
        },
    )


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Generates a service below a folder of the test's own and imports its package."""
    installed: list[str] = []

    def make(service: Service) -> ModuleType:
        folder = folder_of(service.service)
        for name, text in render_package(service, {"cases": []}).items():
            path = tmp_path / "asdoc" / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        installed.append(f"asdoc.{folder}")
        return importlib.import_module(f"asdoc.{folder}")

    yield make
    for module in list(sys.modules):
        if any(module == name or module.startswith(f"{name}.") for name in installed):
            del sys.modules[module]
    load_service.cache_clear()


class _Plain(pydoc.TextDoc):
    def bold(self, text: str) -> str:
        return text


def help_on(thing: object) -> str:
    """What `help(thing)` shows, without the white space at the ends of lines, in which versions of Python differ."""
    return "\n".join(line.rstrip() for line in _Plain().document(thing).splitlines())


@pytest.fixture
def small_specs(tmp_path: Path) -> Path:
    """A folder of specs: AppConfig with two operations, and Proton with one."""
    specs = tmp_path / "specs"
    for service, kept in (("appconfig", ("GetApplication", "DeleteApplication")), ("proton", ("GetEnvironment",))):
        shutil.copytree(ROOT / "specs" / service, specs / service)
        for name, key in (("operations.json", "operation"), ("examples.json", "examples")):
            path = specs / service / name
            content = json.loads(path.read_bytes())
            if key == "examples":
                content["examples"] = [example for example in content["examples"] if example["operation"] in kept]
            else:
                content["operations"] = {name: content["operations"][name] for name in kept}
            path.write_text(json.dumps(content), encoding="utf-8")
    return specs
