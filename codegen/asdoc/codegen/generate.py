"""Spec to files: what `asdoc generate` renders, before anything is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.schema import Service

from .cases import compile_cases
from .packages import folder_of
from .render import render_python
from .spec import load_spec, runtime_table
from .spec.table import encoded
from .views import view


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
        hashes[folder] = spec.sha256
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


def _table(service: Service) -> str:
    """The table as JSON, one operation and one shape a line: quick to read for programs, and reviewable."""
    content: dict[str, Any] = json.loads(encoded(service))
    lines = []
    for key, value in content.items():
        if key in ("operations", "shapes"):
            inner = ",\n".join(f"  {json.dumps(name)}: {json.dumps(item)}" for name, item in sorted(value.items()))
            lines.append(f" {json.dumps(key)}: {{\n{inner}\n }}")
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
