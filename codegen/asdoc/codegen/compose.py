"""The pages of one service, of whatever format and date, to its spec on the disk, or to its facts alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from asdoc.runtime.files import write_atomic

from . import emit as facts
from .pages import AnyPage, OtherPage, Text
from .spec import files, patch
from .spec.build import build
from .spec.merge import merge

EMITS = ("spec", "facts")
"""What can be written of a service's pages."""


def place(out: Path, service: str, emit: str) -> Path:
    """Where `compose` writes: a folder for a spec, a file for facts."""
    return out / service if emit == "spec" else out / f"{service}.json"


def compose(
    service: str, pages: list[tuple[AnyPage, Text]], versions: dict[str, str], out: Path, emit: str = "spec"
) -> dict[str, int]:
    """Write the spec of a service, or its facts alone; returns how many operations, examples, ... it has.

    Raises AsdocError where the `wire.json`, `patches.json`, `statements.yaml` or `resources.yaml` of a spec is wrong.
    """
    counts = _facts(service, pages, out) if emit == "facts" else _spec(service, pages, versions, out)
    return {**counts, "pages": sum(not isinstance(page, OtherPage) for page, _ in pages)}


def _facts(service: str, pages: list[tuple[AnyPage, Text]], out: Path) -> dict[str, int]:
    told = facts.document(service, merge(pages))
    write_atomic(place(out, service, "facts"), facts.dumps(told))
    operations = told["operations"].values()
    return {"operations": len(operations), "examples": sum(len(entry["examples"]) for entry in operations)}


def _spec(service: str, pages: list[tuple[AnyPage, Text]], versions: dict[str, str], out: Path) -> dict[str, int]:
    folder = place(out, service, "spec")
    wire = files.load(folder / "wire.json") if (folder / "wire.json").exists() else None
    documents = build(service, merge(pages, wire), wire, versions)
    if (folder / "patches.json").exists():
        _patch(documents, files.load(folder / "patches.json"), folder / "patches.json")
    for name in ("statements.yaml", "resources.yaml"):
        if (folder / name).exists():
            files.load(folder / name)
    for name in files.GENERATED:
        files.check(documents[name], name.removesuffix(".json"), str(folder / name))
    files.write_all(folder, {name: files.dumps(documents[name]) for name in files.GENERATED})
    return {
        "operations": len(documents["operations.json"]["operations"]),
        "shapes": len(documents["shapes.json"]["$defs"]),
        "examples": len(documents["examples.json"]["examples"]),
    }


def _patch(documents: dict[str, Any], patches: list[dict[str, Any]], path: Path) -> None:
    for index, entry in enumerate(patches):
        name = entry["file"]
        documents[name] = patch.apply(documents[name], entry["patch"], where=f"{path}#/{index}")
