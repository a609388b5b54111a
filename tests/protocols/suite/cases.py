"""The cases of a folder of protocol suites, as botocore keeps them: what is called, and what must be sent or read.

A file is a list of suites; a suite has metadata and shapes of its own, and cases that each describe their operation.
Suites do not agree on the names of shapes, so that each is a service.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.testing import CliRunner

from asdoc.cli.main import cli

Json = dict[str, Any]
_VERSION = "2014-01-01"
_ENDPOINT = "https://example.org"


class Case(NamedTuple):
    file: str
    """Below the folder, without its ending: `input/rest-json`."""
    place: str
    """Of the suite and of the case in it, from 0: `3:1`."""
    id: str
    """Empty in older suites."""
    service: str
    model: Json
    given: Json
    """The operation."""
    told: Json
    endpoint: str

    @property
    def sends(self) -> bool:
        """True where it tells what is sent, false where it tells what is read."""
        return "serialized" in self.told

    @property
    def protocol(self) -> str:
        return str(self.model["metadata"]["protocol"])

    @property
    def name(self) -> str:
        return f"{self.file}[{self.place}]{f' {self.id}' if self.id else ''}"


def cases(folder: Path, only: str = "") -> list[Case]:
    """The cases of all files below a folder whose names hold `only`."""
    found: list[Case] = []
    for path in sorted(folder.rglob("*.json")):
        try:
            suites = json.loads(path.read_bytes())
        except ValueError:
            continue  # it is no suite, and meant to be broken
        if isinstance(suites, list):
            # the same wherever the suites lie
            file = path.relative_to(folder).with_suffix("").as_posix().rpartition("protocols/")[2]
            for number, suite in enumerate(suites):
                if not (isinstance(suite, dict) and suite.keys() >= {"metadata", "shapes", "cases"}):
                    continue  # it is of something else
                found += [case for case in _of(suite, file, number) if only in case.name]
    return found


def _of(suite: Json, file: str, number: int) -> Iterator[Case]:
    models: list[Json] = []
    stem = "".join(char if char.isalnum() else "-" for char in file).lower()
    for place, told in enumerate(suite["cases"]):
        if "serialized" not in told and "response" not in told:
            continue  # it tells of an operation alone
        given = {"name": "OperationName", **told["given"]}
        at = next((at for at, model in enumerate(models) if _takes(model, given)), len(models))
        if at == len(models):
            models.append({"version": "2.0", **{key: suite[key] for key in ("metadata", "shapes")}, "operations": {}})
        models[at]["operations"][given["name"]] = given
        service = f"s-{stem}-{number}-{at}"
        endpoint = suite.get("clientEndpoint", _ENDPOINT)
        yield Case(file, f"{number}:{place}", told.get("id", ""), service, models[at], given, told, endpoint)


def _takes(model: Json, given: Json) -> bool:
    return bool(model["operations"].get(given["name"], given) == given)


@contextmanager
def packages(folder: Path, chosen: list[Case]) -> Iterator[None]:
    """The services of the cases as packages, made by the commands, that can be imported.

    Raises ClickException where a command fails.
    """
    models = {case.service: case.model for case in chosen}
    for service, model in models.items():
        kept = folder / "data" / service / _VERSION
        kept.mkdir(parents=True)
        (kept / "service-2.json").write_text(json.dumps(model), encoding="utf-8")
    specs, made = str(folder / "specs"), str(folder / "made")
    for command in (
        ["extract", "--model", str(folder / "data"), "--out", specs],
        ["generate", "--specs", specs, "--out", made],
    ):
        ran = CliRunner().invoke(cli, command)
        if ran.exit_code:
            raise click.ClickException(f"asdoc {' '.join(command)}: {ran.output or ran.exception}")
    sys.path.insert(0, made)
    try:
        yield
    finally:
        sys.path.remove(made)
        held = {package(service) for service in models}
        for name in [name for name in sys.modules if name.partition(".")[0] in held]:
            del sys.modules[name]


def package(service: str) -> str:
    return service.replace("-", "_")
