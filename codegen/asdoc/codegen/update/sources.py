"""Where today's pages come from: the installed boto3, another release of it, or folders of pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from asdoc.codegen import installed, workers
from asdoc.codegen.boto3_pages import MANIFEST, write_pages
from asdoc.codegen.wire import write_wire


class Fetched(msgspec.Struct, frozen=True):
    """What a source has of some services."""

    roots: tuple[Path, ...]
    """The folders that pages are named from."""
    pages: tuple[Path, ...]
    """What is to be read in them."""
    wire: Path | None
    """A folder of specs with the wire facts; None where the source has none."""


class Source(Protocol):
    def fetch(self, services: Sequence[str], folder: Path) -> Fetched:
        """What has to be written for it goes below `folder`. Raises AsdocError where a service is not known."""


class Installed(msgspec.Struct, frozen=True):
    """The boto3 of this environment."""

    def fetch(self, services: Sequence[str], folder: Path) -> Fetched:
        installed.check_services(services)
        write_pages(services, folder / "pages", processes=min(len(services), workers.usable_cores()))
        write_wire(services, folder / "wire")
        return Fetched((folder / "pages",), (folder / "pages",), folder / "wire")


class Folders(msgspec.Struct, frozen=True):
    """Pages that lie there already; wire facts stay as they are."""

    pages: tuple[Path, ...]

    def fetch(self, services: Sequence[str], folder: Path) -> Fetched:
        del folder
        found: list[Path] = []
        for root in self.pages:
            # Of a folder that `asdoc pages` wrote only what is of these services is read; its manifest names its pages.
            own = [path for name in services for path in (root / name, root / f"{name}.rst") if path.exists()]
            found += own if own and (root / MANIFEST).is_file() else [root]
        return Fetched(self.pages, tuple(found), None)
