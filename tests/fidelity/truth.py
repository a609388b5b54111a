"""What the pages of a service should tell: the facts of botocore's own model of it.

Nothing here comes from the readers: a mistake of theirs must not be able to hide in the truth.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from botocore import xform_name
from botocore.loaders import Loader

Facts = dict[tuple[str, str], Any]
"""(kind, path of the member) -> the value; the paths of the operation's own facts are empty."""

_SCALARS = {"character": "string", "long": "integer"}


class Operation(msgspec.Struct):
    name: str
    method: str
    facts: Facts
    unsaid: set[str]
    """Paths of members and structures that the model says nothing of: their pages lack the notes beside a sentence."""
    examples: list[dict[str, Any]] = []


def loader(data: Path) -> Loader:
    """A loader of the models in one folder alone."""
    return Loader(extra_search_paths=[str(data)], include_default_search_paths=False)


def services(models: Loader) -> list[str]:
    return list(models.list_available_services("service-2"))


def operations(models: Loader, service: str) -> dict[str, Operation]:
    """All operations of a service by name, with every fact that a page could tell of them."""
    model = models.load_service_model(service, "service-2")
    told = _examples(models, service)
    return {name: _operation(name, held, model, told.get(name, [])) for name, held in model["operations"].items()}


def _examples(models: Loader, service: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = models.load_service_model(service, "examples-1")["examples"]
    except Exception:  # noqa: BLE001  # botocore has its own error for each version of it
        return {}
    # two of the same id share a section of the page, and the later is what it shows
    return {name: list({example["id"]: example for example in listed}.values()) for name, listed in found.items()}


def _operation(name: str, told: dict[str, Any], model: dict[str, Any], examples: list[Any]) -> Operation:
    shapes = model["shapes"]
    facts: Facts = {
        ("method", ""): xform_name(name),
        ("deprecated", ""): bool(told.get("deprecated")),
    }
    for error in told.get("errors", []):
        facts["error", error["shape"]] = True
    request, response = told.get("input"), told.get("output")
    unsaid: set[str] = set()
    if request is not None:
        _walk(shapes, request, "input", facts, unsaid)
    else:
        facts["type", "input"] = "structure"
    if response is not None:
        _walk(shapes, response, "output", facts, unsaid)
    else:
        facts["none", "output"] = True
    return Operation(name, xform_name(name), facts, unsaid, [_example(example, told, shapes) for example in examples])


def _walk(shapes: dict[str, Any], root: dict[str, Any], path: str, facts: Facts, unsaid: set[str]) -> None:
    request = path == "input"
    payload = shapes[root["shape"]].get("payload")
    if payload and shapes[shapes[root["shape"]]["members"][payload]["shape"]]["type"] == "blob":
        # boto3 streams every blob that is a whole body, whether the model calls it streaming or not
        facts["streaming", f"{path}.{payload}"] = True
    todo: list[tuple[dict[str, Any], str, frozenset[str]]] = [(root, path, frozenset())]
    while todo:
        reference, path, around = todo.pop()
        name = reference["shape"]
        shape = shapes[name]
        kind = shape["type"]
        if name in around:
            facts["recursive", path] = True
            continue
        if shape.get("document"):
            facts["type", path] = "document"
            continue
        if not (reference.get("documentation") or shape.get("documentation")):
            unsaid.add(path)
        # boto3 serializes JSON for headers alone, and documents so
        jsonvalue = (reference.get("jsonvalue") or shape.get("jsonvalue")) and reference.get("location") == "header"
        facts["type", path] = "string" if jsonvalue else _SCALARS.get(kind, kind)
        if jsonvalue:
            facts["jsonvalue", path] = True
        if values := reference.get("enum") or shape.get("enum"):
            facts["enum", path] = tuple(values)
        within = around | {name}
        if kind == "structure":
            _structure(shapes, shape, path, facts, request=request)
            todo += [(member, f"{path}.{key}", within) for key, member in shape.get("members", {}).items()]
        elif kind == "list":
            todo.append((shape["member"], f"{path}[]", within))
        elif kind == "map":
            todo += [(shape["key"], f"{path}{{key}}", within), (shape["value"], f"{path}{{}}", within)]


def _structure(shapes: dict[str, Any], shape: dict[str, Any], path: str, facts: Facts, *, request: bool) -> None:
    if shape.get("union"):
        facts["union", path] = True
    if shape.get("eventstream"):
        facts["eventstream", path] = True
    for name, member in shape.get("members", {}).items():
        inner = f"{path}.{name}"
        held = shapes[member["shape"]]
        facts["member", inner] = True
        if request and name in shape.get("required", []):
            facts["required", inner] = True
        if request and (member.get("idempotencyToken") or held.get("idempotencyToken")):
            facts["idempotent", inner] = True
        if held["type"] == "blob" and (member.get("streaming") or held.get("streaming")):
            facts["streaming", inner] = True


def _example(example: dict[str, Any], told: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    return {
        "params": example.get("input") or {},
        "output": example.get("output") or {},
        "input_shape": told.get("input"),
        "output_shape": told.get("output"),
        "shapes": shapes,
    }
