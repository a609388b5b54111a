"""A service as it would be: made of the pages and wire facts of today, and of what is written by hand, out of the way.

Nothing of the tree is touched. What does not fit together any more, such as a patch, is an error here.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

from asdoc.codegen.extract import extract, refusal
from asdoc.codegen.spec import files
from asdoc.runtime.errors import AsdocError

from .anchors import Anchored, Pages, anchor_files
from .sources import Fetched


class Staged(msgspec.Struct, frozen=True):
    """Specs as they would be."""

    specs: Path
    anchored: dict[str, dict[str, Anchored]]
    """Per service the files that are written by hand, by name."""


def stage(specs: Path, fetched: Fetched, services: Sequence[str], folder: Path) -> Staged:
    """Extract the services anew below `folder`.

    Where no wire facts were fetched, those of `specs` stay. Raises AsdocError, naming the service and what it stumbles
    over, where a page cannot be read or a patch does not apply.
    """
    staged = folder / "specs"
    found = Pages(fetched.roots)
    anchored: dict[str, dict[str, Anchored]] = {}
    for service in services:
        target = staged / service
        target.mkdir(parents=True)
        anchored[service] = anchor_files(specs / service, found)
        for name, told in anchored[service].items():
            (target / name).write_text(told.text, encoding="utf-8", newline="\n")
        for source in (fetched.wire, specs):
            if source is not None and (source / service / "wire.json").is_file():
                shutil.copyfile(source / service / "wire.json", target / "wire.json")
                break
    extraction = extract(fetched.pages, staged, fresh=True)
    broken = refusal(extraction)
    if broken is not None:
        raise AsdocError(f"updating {', '.join(services)}: {broken.message}", hint=broken.hint)
    missing = sorted(set(services) - set(extraction.services))
    if missing:
        raise AsdocError(
            f"updating {', '.join(missing)}: the pages given document no operation of it.",
            hint="Name the services to update: `asdoc update SERVICE… --pages DIR`.",
        )
    return Staged(staged, anchored)


def contents(staged: Staged, specs: Path, services: Sequence[str]) -> dict[Path, bytes]:
    """The files of the specs that change, with their new content."""
    made = [
        (specs / service / name, staged.specs / service / name)
        for service in services
        for name in (*files.GENERATED, *files.WRITTEN_BY_HAND, "wire.json")
    ]
    made += [(specs / "schema" / path.name, path) for path in sorted((staged.specs / "schema").glob("*.schema.json"))]
    return {
        target: content
        for target, source in made
        if source.is_file() and (content := source.read_bytes()) != (target.read_bytes() if target.is_file() else None)
    }
