"""Which pages there are, what their manifests tell of them, and their bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asdoc.runtime.errors import AsdocError

from .boto3_pages import MANIFEST, read_manifest
from .pages import PageError, Text

_SUFFIXES = frozenset((".rst", ".html", ".txt"))
"""What is taken for a page in a folder; its reader is chosen by what it contains."""


def listed(pages: Sequence[Path]) -> list[tuple[Path, Path]]:
    """(folder that a page is named from, page) for every page once, in the order of names."""
    found: dict[Path, Path] = {}
    for path in pages:
        root = _root(path)
        if path.is_dir():
            inside = (page for page in path.rglob("*") if page.suffix in _SUFFIXES and page.is_file())
            visible = (page for page in inside if not any(part[0] == "." for part in page.relative_to(path).parts))
            found.update((page.absolute(), root) for page in visible)
        elif path.is_file():
            found[path.absolute()] = root
        else:
            raise AsdocError(f"extracting a spec: {path} does not exist.", hint="Give a folder of pages, or pages.")
    if not found:
        raise AsdocError(
            f"extracting a spec: {', '.join(map(str, pages))} holds no pages.",
            hint="Write some with `asdoc pages SERVICE --out DIR`.",
        )
    return [(root, page) for page, root in sorted(found.items())]


def _root(path: Path) -> Path:
    """The folder that pages below `path` are named from: the one that has their manifest, or else the one given.

    So a page has the same name whether its whole folder is given, its service's alone, or the page itself.
    """
    given = path.absolute() if path.is_dir() else path.absolute().parent
    return next((folder for folder in (given, *given.parents[:3]) if (folder / MANIFEST).is_file()), given)


def prefixes(found: Sequence[tuple[Path, Path]]) -> dict[Path, str]:
    """Per folder what its pages' names begin with: "" unless several folders have pages of the same name.

    Then it is as much of the folder's path as tells them apart, so that a source names one page.
    """
    by_name: dict[str, set[Path]] = {}
    for root, path in found:
        by_name.setdefault(path.relative_to(root).as_posix(), set()).add(root)
    clashing = {root for roots in by_name.values() if len(roots) > 1 for root in roots}
    depth = 1
    while len({root.parts[-depth:] for root in clashing}) < len(clashing):
        depth += 1
    told = {root: "/".join(part.strip("/#") for part in root.parts[-depth:]) + "/" for root in clashing}
    return {root: told.get(root, "") for root, _ in found}


def bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AsdocError(
            f"reading {path}: {error.strerror or error}", hint="Check that the page may be read."
        ) from error


def latest(one: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    """Of the versions that two manifests tell, those of the later release; either may tell nothing."""
    if not one or not other:
        return one or other
    return max(
        one, other, key=lambda versions: [int(part) for part in versions["botocore"].split(".") if part.isdigit()]
    )


class Manifest:
    """What the manifest of a folder tells of its pages; a folder without one tells nothing, and refuses none."""

    def __init__(self, services: dict[str, Any]) -> None:
        self._services = services
        self._by_page: dict[str, tuple[str, str]] = {
            path: (service, digest)
            for service, told in self._services.items()
            for path, digest in told["pages"].items()
        }

    @classmethod
    def of(cls, folder: Path) -> Manifest:
        """Raises AsdocError where the folder's manifest is mangled."""
        return cls((read_manifest(folder) or {"services": {}})["services"])

    def only(self, service: str) -> Manifest:
        """What it tells of one service."""
        return Manifest({service: self._services[service]} if service in self._services else {})

    def told(self, service: str) -> Any:
        """All that it tells of a service, as JSON; None where it tells nothing."""
        return self._services.get(service)

    def service(self, name: str) -> str:
        return self._by_page.get(name, ("", ""))[0]

    def versions(self, service: str) -> dict[str, str]:
        told = self._services.get(service)
        return {"boto3": told["boto3"], "botocore": told["botocore"]} if told is not None else {}

    def dated(self, service: str) -> str:
        """The day that the manifest gives for the service's pages; empty where it gives none."""
        told = self._services.get(service)
        return str(told.get("dated", "")) if told is not None else ""

    def compare(self, name: str, text: Text) -> None:
        """Raise PageError where the page is not the one listed: changed, or cut where nothing else shows it."""
        _, expected = self._by_page.get(name, ("", ""))
        if expected and text.sha256 != expected:
            raise PageError(
                name,
                1,
                "this is not the page that the manifest beside it lists",
                hint="Write the pages again with `asdoc pages`.",
            )
