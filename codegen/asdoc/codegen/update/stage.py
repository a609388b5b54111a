"""A service as it would be: made of the pages and wire facts of today, and of what is written by hand, out of the way.

Nothing of the tree is touched. What does not fit together any more, such as a patch, is an error here.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
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
        anchored[service] = _lay_down(specs / service, target, found)
        for source in (fetched.wire, specs):
            if source is not None and (source / service / "wire.json").is_file():
                shutil.copyfile(source / service / "wire.json", target / "wire.json")
                break
    _extract(fetched.pages, staged, services)
    cited = [service for service in services if any(file.lost for file in anchored[service].values())]
    for service in cited:
        # An example is cited by its whole text, and where that stands is known when it has been read.
        found.learn(_of_examples(staged / service / "examples.json"))
        anchored[service] = _lay_down(specs / service, staged / service, found)
    if any(file.moved for service in cited for file in anchored[service].values()):
        _extract(fetched.pages, staged, services)
    return Staged(staged, anchored)


def _lay_down(source: Path, target: Path, pages: Pages) -> dict[str, Anchored]:
    """Put what is written by hand of a service into its staged spec, citing the pages of today."""
    anchored = anchor_files(source, pages)
    for name, told in anchored.items():
        (target / name).write_text(told.text, encoding="utf-8", newline="\n")
    return anchored


def _of_examples(path: Path) -> Iterator[str]:
    for example in files.load(path)["examples"]:
        yield from example.get("source") or ()


def _extract(pages: Sequence[Path], staged: Path, services: Sequence[str]) -> None:
    extraction = extract(pages, staged, fresh=True)
    broken = refusal(extraction)
    if broken is not None:
        raise AsdocError(f"updating {', '.join(services)}: {broken.message}", hint=broken.hint)
    missing = sorted(set(services) - set(extraction.services))
    if missing:
        raise AsdocError(
            f"updating {', '.join(missing)}: the pages given document no operation of it.",
            hint="Name the services to update: `asdoc update SERVICE… --pages DIR`.",
        )


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
