"""Documents that are mangled: the small ones of `garden`, boto3's own pages, and what `make fidelity` has written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from . import garden

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ROOT / "out" / "fidelity"
SEEDS = ROOT.parent / "shared" / "seeds"

KINDS = tuple(garden.TEMPLATES)
_SUFFIXES = {"rst": "rst", "single": "rst", "rendered": "txt", "html": "html", "changes": "txt"}
_FOLDERS = {"rst": "pages"}
_SEEDS = {"rendered": ("001", "002"), "changes": ("003",), "rst": ("000", "004")}
_LARGEST = 150_000
"""Bytes of a document; larger ones cost time and have nothing that these do not have."""
_MANY = 160
"""Documents of a format, besides the first ones."""
_WORD = re.compile(
    rb"'([A-Za-z_]\w*)'|\*\*([A-Za-z_]\w*)\*\*|\b([A-Za-z_]\w*)=|exceptions\.(\w+)|Client\.(\w+)|WebAPI/[\w.-]+/(\w+)"
    rb"|<(?:strong|em)>(\w+)</|\xe2\x80\xa2 (\w+) \(|^(\w+) \(\w+\) --|^([A-Z]\w+) / |/([a-z0-9-]+)(?:>|\.html)",
    re.MULTILINE,
)


class Document(NamedTuple):
    kind: str
    """Name of the format."""
    name: str
    """Path below the folder that it would be read from."""
    data: bytes

    @property
    def lines(self) -> list[bytes]:
        return self.data.split(b"\n")


def file_name(kind: str) -> str:
    """What a mangled document of the format is called."""
    return f"mangled.{_SUFFIXES[kind]}"


@lru_cache(2_000)
def names_in(document: Document) -> tuple[bytes, ...]:
    """The names of services, classes, methods, members, values and errors that a document carries, each once."""
    found = (word for match in _WORD.finditer(document.data) for word in match.groups() if word)
    return tuple(dict.fromkeys(found)) or (b"x",)


def grown(kind: str) -> Document:
    """The document of `garden`, which is always there."""
    return Document(kind, garden.FILES[kind], garden.document(kind).encode())


@cache
def corpus(kind: str, pages: Path | None = None) -> tuple[Document, ...]:
    """Documents of one format, the smallest first.

    `pages` is a folder that `asdoc pages` wrote; without it what `make fidelity` wrote is taken, where it has.
    """
    folder = WRITTEN / _FOLDERS.get(kind, kind)
    if pages is not None and kind == "rst":
        folder = pages
    paths = sorted(folder.rglob(f"*.{_SUFFIXES[kind]}")) if pages is None or kind == "rst" else []
    fitting = [path for path in paths if path.stat().st_size <= _LARGEST]
    chosen = fitting[:: max(1, len(fitting) // _MANY)]
    documents = [_document(kind, path, folder) for path in chosen]
    if pages is None:
        documents += [_document(kind, path, SEEDS) for path in _seeds(kind)]
    return (grown(kind), *sorted(documents, key=lambda document: (len(document.data), document.name)))


def _document(kind: str, path: Path, folder: Path) -> Document:
    return Document(kind, path.relative_to(folder).as_posix(), path.read_bytes())


def _seeds(kind: str) -> Iterable[Path]:
    return [path for number in _SEEDS.get(kind, ()) for path in sorted(SEEDS.glob(f"{number}_*"))]
