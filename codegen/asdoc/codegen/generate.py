"""Spec to files: what `asdoc generate` renders, before anything is written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.names import as_identifier
from asdoc.runtime.schema import Service

from .cases import compile_cases
from .render import render_python
from .spec import load_spec, runtime_table
from .views import view

# Folders of the namespace that are not services.
_OURS = frozenset({"runtime", "codegen", "behaviour", "cli", "conformance"})
_SERVICE = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")


@dataclass(frozen=True)
class Rendered:
    files: dict[str, str]
    """Text by path below the output folder."""
    specs: dict[str, str]
    """Package folder -> hash of the spec it was made from."""


def render(specs: Path, services: Sequence[str]) -> Rendered:
    """The packages of `services`, read from the folder `specs`.

    Raises AsdocError where a service is unknown or its spec is not one.
    """
    files: dict[str, str] = {}
    hashes: dict[str, str] = {}
    for service in services:
        folder = folder_of(service)
        spec = load_spec(specs, service)
        if spec.service != service:
            raise AsdocError(
                f"generating code: {specs / service} holds the spec of {spec.service[:80]!r}, not of {service!r}",
                hint="A spec lies in a folder named after its service.",
            )
        table = runtime_table(spec)
        cases = compile_cases(service, spec.examples, spec.resources, spec.statements, table)
        files |= {f"{folder}/{name}": text for name, text in render_package(table, cases).items()}
        hashes[folder] = table.spec
    return Rendered(files, hashes)


def render_package(service: Service, cases: Mapping[str, Any]) -> dict[str, str]:
    """The files of one package by their name in it: code, and the tables that the code reads."""
    table = _table(service)
    return {
        **render_python(view(service)),
        "service.json": table,
        "cases.json": json.dumps(cases, indent=1) + "\n",
        "py.typed": "",
    }


def folder_of(service: str) -> str:
    """The name of the package of a service: its own, made one that Python can import."""
    if not _SERVICE.fullmatch(service):
        raise AsdocError(
            f"generating code: {service[:80]!r} is no name of a service",
            hint="A service goes by the name that boto3.client takes: lower-case letters, digits and hyphens.",
        )
    return as_identifier(service.replace("-", "_"), _OURS)


def services_in(specs: Path) -> list[str]:
    """The services that have a spec in the folder. Raises AsdocError where there is none."""
    found = sorted(path.parent.name for path in specs.glob("*/operations.json"))
    if not found:
        raise AsdocError(
            f"generating code: {specs} holds no specs",
            hint="Run `asdoc extract` first, or name the folder with --specs.",
        )
    return found


def _table(service: Service) -> str:
    """The table as JSON, one operation and one shape a line: quick to read for programs, and reviewable."""
    try:
        content: dict[str, Any] = json.loads(msgspec.json.encode(service))
    except UnicodeEncodeError as error:
        raise AsdocError(
            f"generating code: the spec of {service.service} holds half of a surrogate pair: {error.object[:80]!r}",
            hint="No file can hold that character: look at the page it was read from.",
        ) from error
    lines = []
    for key, value in content.items():
        if key in ("operations", "shapes"):
            inner = ",\n".join(f"  {json.dumps(name)}: {json.dumps(item)}" for name, item in sorted(value.items()))
            lines.append(f" {json.dumps(key)}: {{\n{inner}\n }}")
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
