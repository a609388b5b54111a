"""A folder of botocore data that is not botocore's own, as people keep it in AWS_DATA_PATH, as a source of a spec.

The installed boto3 writes the pages of such a service as it writes those of any other, and pages are what specs are
made of. So the whole way is the usual one; what stands in the folder only is looked at more closely first, for boto3
says little of what is wrong with a model.
"""

from __future__ import annotations

import gzip
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from asdoc.runtime.errors import AsdocError

from . import installed
from .boto3_pages import write_pages
from .extract import extract
from .model_check import ALIASES, EVERYTHING, NAMED_BY_PREFIX, check_files, granted, read
from .wire import write_wire

MODEL = "service-2"
_KINDS = (MODEL, "paginators-1", "waiters-2", "examples-1", "endpoint-rule-set-1", "service-2.sdk-extras")
_VERSION = re.compile(r"\d{4}-\d\d-\d\d.*")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_NOT_CALLED = re.compile(r"_|[^\x00-\x7f]")
"""What boto3 leaves in the name of a class, and pages are not read by."""
_LAST = "9999-12-31"
"""The version under which a model is laid down, so that it comes before botocore's own of the same name."""


_MANY = 100
"""Models for which further processes are worth their start: one takes as long as twenty models without operations."""
_MUCH = 2_000_000
"""Bytes of models, for the same."""


class Model(NamedTuple):
    service: str
    files: Mapping[str, Path]
    """By kind: `service-2`, `paginators-1`, ..."""


def models(folder: Path, service: str = "") -> list[Model]:
    """The models of a folder: of a version, of a service with its versions (the last counts), or of many services.

    `service` is the name of the one service where the folders do not tell it. Raises AsdocError where there is none.
    """
    found = _models(folder)
    if not found:
        raise AsdocError(
            f"reading models: {folder} holds no {MODEL}.json, nor do its folders",
            hint="Give a folder such as SERVICE/2024-01-01, SERVICE, or one of several services.",
        )
    if service and len(found) > 1:
        raise AsdocError(
            f"reading models: {folder} holds {len(found)} services, and they cannot all be {service!r}",
            hint="Give the folder of one service with --service.",
        )
    for name, files in found.items():
        if not _NAME.fullmatch(service or name):
            raise AsdocError(
                f"reading models: {files[MODEL]} is of {service or name!r}, which is no name of a service",
                hint="Name its folder in lower-case letters, digits, - and _, or say --service NAME.",
            )
    packages: dict[str, str] = {}
    for name in sorted(found):
        if (other := packages.setdefault(name.replace("-", "_"), name)) != name:
            raise AsdocError(
                f"reading models: {found[other][MODEL]} and {found[name][MODEL]} would be one package",
                hint="Name their folders so that they differ in more than - and _.",
            )
    return [Model(service or name, files) for name, files in sorted(found.items())]


def _models(folder: Path) -> dict[str, Mapping[str, Path]]:
    if MODEL in (files := _files(folder)):
        named = folder.resolve()
        return {named.parent.name if _VERSION.fullmatch(named.name) else named.name: files}
    inner = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    versions = [path for path in inner if _VERSION.fullmatch(path.name) and MODEL in _files(path)]
    if versions:
        return {folder.resolve().name: _files(versions[-1])}
    found: dict[str, Mapping[str, Path]] = {}
    for path in inner:
        of_service = sorted(held for held in path.iterdir() if held.is_dir() and _VERSION.fullmatch(held.name))
        files = next((told for held in reversed(of_service) if MODEL in (told := _files(held))), _files(path))
        if MODEL in files:
            found[path.name] = files
    return found


def _files(folder: Path) -> dict[str, Path]:
    """The data files of a folder, plain or in gzip."""
    found: dict[str, Path] = {}
    for kind in _KINDS:
        for name in (f"{kind}.json", f"{kind}.json.gz"):
            if (folder / name).is_file():
                found.setdefault(kind, folder / name)
    return found


def remarks(folder: Path, service: str = "") -> Iterator[str]:
    """What the extracted models of a folder leave unsaid, each with file, JSON pointer and what stands in."""
    for model in models(folder, service):
        for fault in granted(read(model.files[MODEL]), model.service):
            yield f"{model.files[MODEL]}#{fault.pointer}: {fault.reason}"


def extract_models(folder: Path, out: Path, *, service: str = "", processes: int = 1) -> dict[str, dict[str, int]]:
    """Write the specs of a folder's models; per service its number of operations, examples, ...

    Raises ModelError, naming file, JSON pointer and reason, where a model is broken; nothing is written then.
    """
    found = models(folder, service)
    for model in found:
        check_files(model.files)
    size = sum(model.files[MODEL].stat().st_size for model in found)
    processes = processes if len(found) >= _MANY or size >= _MUCH else 1
    with tempfile.TemporaryDirectory(prefix="asdoc-models.") as temporary:
        data, pages = Path(temporary, "data"), Path(temporary, "pages")
        for model in found:
            _lay_down(model, data)
        with installed.beside(data):
            names = [model.service for model in found]
            try:
                write_pages(names, pages, resources=False, processes=processes)
            except AsdocError as error:
                raise AsdocError(
                    f"reading the models of {folder}: boto3 cannot document them ({error.message})"
                ) from error
            write_wire(names, out, processes=processes)
        services = extract([pages], out, processes=processes).services
    if lost := sorted({model.service for model in found} - services.keys()):
        raise AsdocError(
            f"reading the models of {folder}: nothing was found on the pages that boto3 wrote of {', '.join(lost)}",
            hint="Is serviceId in its metadata a name in letters, digits and spaces?",
        )
    return services


def _lay_down(model: Model, data: Path) -> None:
    folder = data / model.service / _LAST
    folder.mkdir(parents=True)
    for kind, path in model.files.items():
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        (folder / f"{kind}.json").write_bytes(_whole(content, model.service, path) if kind == MODEL else content)


def _whole(content: bytes, service: str, path: Path) -> bytes:
    """A model that was checked, with what botocore takes for granted where it is not told."""
    told = json.loads(content)
    version = path.resolve().parent.name
    names = {"endpointPrefix": service.replace("_", "-"), "serviceId": service, "signatureVersion": "v4"}
    dated = version if _VERSION.fullmatch(version) else _LAST
    told["metadata"] = {"apiVersion": dated, **names, **told["metadata"]}
    if told["metadata"]["protocol"] in NAMED_BY_PREFIX:
        told["metadata"].setdefault("targetPrefix", service)
    told["metadata"]["serviceId"] = _called(told["metadata"]["serviceId"])
    if "jsonVersion" in told["metadata"]:
        # 1.1 looks like a number, and is written as one by some
        told["metadata"]["jsonVersion"] = str(told["metadata"]["jsonVersion"])
    for name, operation in told["operations"].items():
        operation["http"] = {**EVERYTHING, **operation.get("http", {})}
        operation.setdefault("name", name)
    for shape in told["shapes"].values():
        shape["type"] = ALIASES.get(shape["type"], shape["type"])
        if shape["type"] == "structure":
            shape.setdefault("members", {})
    _own_payloads(told)
    _own_traits(told)
    return json.dumps(told).encode()


def _called(service_id: str) -> str:
    """The ID of a service, from which boto3 makes the name of a class: one that its pages can be read by."""
    plain = " ".join(_NOT_CALLED.sub(" ", service_id).split())
    return plain if plain[:1].isalpha() else f"Service {plain}"


_OF_PLACES = ("location", "xmlAttribute", "idempotencyToken", "hostLabel", "eventheader", "eventpayload")
"""What a model may say of a type, and means of each of the places that have it."""


def _own_traits(told: dict[str, Any]) -> None:
    """What is said of a type is true of its places, where these do not say otherwise."""
    shapes = told["shapes"]
    for shape in shapes.values():
        for reference in shape.get("members", {}).values() if shape["type"] == "structure" else ():
            of_type = shapes[reference["shape"]]
            for trait in _OF_PLACES:
                if trait in of_type:
                    reference.setdefault(trait, of_type[trait])
    for operation in told["operations"].values():
        output = operation.get("output", {})
        wrapper = shapes[output["shape"]].get("resultWrapper") if output else None
        if wrapper is not None:
            output.setdefault("resultWrapper", wrapper)


def _own_payloads(told: dict[str, Any]) -> None:
    """Which member is the whole body may be said where an operation names its input: as a shape of its own it is said
    where all else is."""
    shapes = told["shapes"]
    for operation in told["operations"].values():
        for side in ("input", "output"):
            reference = operation.get(side, {})
            payload = reference.pop("payload", None)
            if payload is None or shapes[reference["shape"]].get("payload") == payload:
                continue
            name = f"{reference['shape']}{payload[:1].upper()}{payload[1:]}"
            while name in shapes and shapes[name] != {**shapes[reference["shape"]], "payload": payload}:
                name += "Body"
            shapes[name] = {**shapes[reference["shape"]], "payload": payload}
            reference["shape"] = name
