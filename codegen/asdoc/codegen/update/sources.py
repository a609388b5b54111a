"""Where today's pages come from: the installed boto3, another release of it, or folders of pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from asdoc.codegen import installed, workers
from asdoc.codegen.boto3_pages import MANIFEST, write_pages
from asdoc.codegen.diff.fetch import fetch
from asdoc.codegen.wire import write_wire
from asdoc.runtime.errors import AsdocError


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
        ...


class Installed(msgspec.Struct, frozen=True):
    """The boto3 of this environment."""

    def fetch(self, services: Sequence[str], folder: Path) -> Fetched:
        installed.check_services(services)
        write_pages(services, folder / "pages", processes=min(len(services), workers.usable_cores()))
        write_wire(services, folder / "wire")
        return Fetched((folder / "pages",), (folder / "pages",), folder / "wire")


class Release(msgspec.Struct, frozen=True):
    """Another botocore, fetched into the user's cache: `botocore==1.44.6`."""

    wanted: str

    def fetch(self, services: Sequence[str], folder: Path) -> Fetched:
        del folder
        got = fetch(self.wanted, services, processes=min(len(services), workers.usable_cores()))
        missing = sorted(set(services) - set(got.services))
        if missing:
            raise AsdocError(
                f"updating {', '.join(missing)}: botocore {got.version} does not know it.",
                hint="Name the services to update, or another release.",
            )
        pages = got.specs.parent / "pages"
        return Fetched((pages,), _own(pages, services), got.specs)


class Folders(msgspec.Struct, frozen=True):
    """Pages that lie there already; wire facts stay as they are."""

    pages: tuple[Path, ...]

    def fetch(self, services: Sequence[str], folder: Path) -> Fetched:
        del folder
        return Fetched(self.pages, tuple(path for root in self.pages for path in _own(root, services)), None)


def _own(root: Path, services: Sequence[str]) -> tuple[Path, ...]:
    """What a folder that `asdoc pages` wrote has of these services, as its manifest names pages; of another, all."""
    own = tuple(path for name in services for path in (root / name, root / f"{name}.rst") if path.exists())
    return own if own and (root / MANIFEST).is_file() else (root,)
