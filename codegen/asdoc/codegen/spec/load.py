"""A committed spec, read and checked: what everything behind the extraction works on."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from . import files


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one service, as the files of `specs/<service>/` hold it."""

    service: str
    """`appconfig`"""
    client: str
    """`AppConfig`, the class on the pages."""
    metadata: dict[str, Any]
    """Of the service, from the wire source: protocol, endpointPrefix, signingName, apiVersion, ..."""
    shapes: dict[str, Any]
    """The `$defs` of shapes.json, by name."""
    operations: dict[str, Any]
    """The operations of operations.json, by name."""
    waiters: dict[str, Any]
    examples: list[Any]
    sources: dict[str, Any]
    patches: list[Any]
    statements: dict[str, Any]
    """statements.yaml; empty where there is none."""
    resources: dict[str, Any]
    """resources.yaml; empty where there is none."""
    sha256: str
    """Of the bytes of all files above, as `digest` tells it."""


def load_spec(root: Path, service: str) -> Spec:
    """The spec of `service` below `root`. Raises SpecError with file and JSON pointer where it is missing or wrong."""
    folder = root / service
    if not (folder / "operations.json").is_file():
        known = sorted(path.parent.name for path in root.glob("*/operations.json"))
        raise files.SpecError(
            f"{root} holds no spec of {service!r}.",
            hint=f"It holds {', '.join(known)}." if known else "`asdoc extract PAGES --out SPECS` writes one.",
        )
    shapes = files.load(folder / "shapes.json")
    operations = files.load(folder / "operations.json")
    examples = files.load(folder / "examples.json")
    sources = files.load(folder / "sources.json")
    optional: dict[str, Any] = {}
    for name in files.WRITTEN_BY_HAND:
        if (folder / name).is_file():
            optional[name] = files.load(folder / name)
    _check_references(folder, shapes["$defs"], operations["operations"])
    return Spec(
        service=operations["service"],
        client=operations["client"],
        metadata=operations["wire"],
        shapes=shapes["$defs"],
        operations=operations["operations"],
        waiters=operations["waiters"],
        examples=examples["examples"],
        sources=sources,
        patches=optional.get("patches.json", []),
        statements=optional.get("statements.yaml", {}),
        resources=optional.get("resources.yaml", {}),
        sha256=digest(folder),
    )


def digest(folder: Path) -> str:
    """SHA-256 of the files of a spec, none of which is parsed. Raises SpecError where one cannot be read."""
    told = hashlib.sha256()
    for name in sorted([*files.GENERATED, *files.WRITTEN_BY_HAND]):
        path = folder / name
        try:
            told.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
        except FileNotFoundError:
            if name in files.GENERATED:
                raise files.SpecError(
                    f"{folder} has no {name}.", hint="`asdoc extract PAGES --out SPECS` writes a whole spec."
                ) from None
        except OSError as error:
            raise files.SpecError(f"reading {path}: {error.strerror}") from error
    return told.hexdigest()


def _check_references(folder: Path, shapes: dict[str, Any], operations: dict[str, Any]) -> None:
    """Every shape that is named must stand in shapes.json: a meta-schema cannot say so."""
    for name, operation in operations.items():
        for side in ("input", "output"):
            if operation[side] and operation[side] not in shapes:
                raise files.SpecError(
                    f"{folder / 'operations.json'}#/operations/{name}/{side}: shapes.json has no {operation[side]!r}."
                )
        for index, error in enumerate(operation["errors"]):
            if error not in shapes:
                raise files.SpecError(
                    f"{folder / 'operations.json'}#/operations/{name}/errors/{index}: shapes.json has no {error!r}."
                )
    todo = [(f"/$defs/{name}", schema) for name, schema in shapes.items()]
    while todo:
        pointer, schema = todo.pop()
        reference = schema.get("$ref")
        if reference is not None and reference.removeprefix("#/$defs/") not in shapes:
            raise files.SpecError(f"{folder / 'shapes.json'}#{pointer}: nothing is called {reference!r}.")
        for key in ("items", "additionalProperties", "propertyNames"):
            if key in schema:
                todo.append((f"{pointer}/{key}", schema[key]))
        for name, member in schema.get("properties", {}).items():
            todo.append((f"{pointer}/properties/{name}", member))
