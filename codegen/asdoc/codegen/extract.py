"""Pages to spec: read every page of a folder, and write what is known of each service.

A service's files depend on its pages, its `wire.json` and its `patches.json` alone. They are checked against their
meta-schemas before the first is written. Pages that cannot be read are all reported at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.files import write_atomic

from .boto3_pages import MANIFEST, read_manifest
from .pages import AnyPage, OperationPage, OtherPage, PageError, Text, read_page, service_named
from .spec import files, patch
from .spec.build import build

_SHOWN = 20


class Extraction(msgspec.Struct):
    """What a run wrote: per service the number of operations and examples; and the pages it had to refuse."""

    services: dict[str, dict[str, int]]
    refused: list[PageError]


def extract(pages: Sequence[Path], out: Path, progress: Callable[[str], None] | None = None) -> Extraction:
    """Read the pages (files, or folders of them) and write `out/SERVICE/*.json` for each service that is whole.

    A service of which a page is refused is not written. Raises AsdocError where there is no page, or where a
    `wire.json`, `patches.json`, `statements.yaml` or `resources.yaml` beneath `out` is wrong.
    """
    listed = _listed(pages)
    read: dict[str, list[tuple[AnyPage, Text]]] = {}
    versions: dict[str, dict[str, str]] = {}
    refused: list[PageError] = []
    broken: set[str] = set()
    manifests = {root: _Manifest(root) for root in sorted({root for root, _ in listed})}
    for root, path in listed:
        name = path.relative_to(root).as_posix()
        data = _bytes(path)
        try:
            page, text = read_page(name, data)
            manifests[root].compare(page)
        except PageError as error:
            refused.append(error)
            broken.update((service_named(data), manifests[root].service(name)))
            continue
        if progress is not None:
            progress(name)
        if page.service:
            read.setdefault(page.service, []).append((page, text))
            versions.setdefault(page.service, {}).update(manifests[root].versions(page.service))
    written: dict[str, dict[str, int]] = {}
    for service in sorted(read):
        if service in broken or not any(isinstance(page, OperationPage) for page, _ in read[service]):
            continue
        written[service] = _write(service, read[service], versions[service], out)
    if not written and not refused:
        raise AsdocError(
            "extracting a spec: none of the pages given documents an operation.",
            hint="Give a folder that `asdoc pages SERVICE --out DIR` wrote, or single .rst pages of operations.",
        )
    if written:
        _write_schemas(out)
    return Extraction(written, refused)


def refusal(extraction: Extraction) -> AsdocError | None:
    """All pages that were refused, as one error; None without any."""
    refused = extraction.refused
    if not refused:
        return None
    lines = [error.message for error in refused[:_SHOWN]]
    if len(refused) > _SHOWN:
        lines.append(f"and {len(refused) - _SHOWN} more.")
    count = "1 page" if len(refused) == 1 else f"{len(refused)} pages"
    hints = list(dict.fromkeys(error.hint for error in refused if error.hint))
    hint = " ".join([*hints[:2], "A service that a refused page belongs to is not written."])
    return AsdocError(f"{count} cannot be read:\n  " + "\n  ".join(lines), hint=hint)


def _listed(pages: Sequence[Path]) -> list[tuple[Path, Path]]:
    """(folder that a page is named from, page) for every page once, in the order of names."""
    found: dict[Path, Path] = {}
    for path in pages:
        root = _root(path)
        if path.is_dir():
            inside = sorted(path.rglob("*.rst")) or sorted(path.glob("*.txt"))
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


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AsdocError(
            f"reading {path}: {error.strerror or error}", hint="Check that the page may be read."
        ) from error


class _Manifest:
    """What the manifest of a folder tells of its pages; a folder without one tells nothing, and refuses none."""

    def __init__(self, folder: Path) -> None:
        self._services: dict[str, Any] = (read_manifest(folder) or {"services": {}})["services"]
        self._by_page: dict[str, tuple[str, str]] = {
            path: (service, digest)
            for service, told in self._services.items()
            for path, digest in told["pages"].items()
        }

    def service(self, name: str) -> str:
        return self._by_page.get(name, ("", ""))[0]

    def versions(self, service: str) -> dict[str, str]:
        told = self._services.get(service)
        return {"boto3": told["boto3"], "botocore": told["botocore"]} if told is not None else {}

    def compare(self, page: AnyPage) -> None:
        """Raise PageError where the page is not the one listed: changed, or cut where nothing else shows it."""
        _, expected = self._by_page.get(page.path, ("", ""))
        if expected and page.sha256 != expected:
            raise PageError(
                page.path,
                1,
                "this is not the page that the manifest beside it lists",
                hint="Write the pages again with `asdoc pages`.",
            )


def _write(service: str, pages: list[tuple[AnyPage, Text]], versions: dict[str, str], out: Path) -> dict[str, int]:
    folder = out / service
    wire = files.load(folder / "wire.json") if (folder / "wire.json").exists() else None
    documents = build(service, _once(service, pages), wire, versions)
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
        "pages": sum(not isinstance(page, OtherPage) for page, _ in pages),
    }


def _once(service: str, pages: list[tuple[AnyPage, Text]]) -> list[tuple[AnyPage, Text]]:
    """The pages, equal ones once. Raises AsdocError where two that differ document the same operation."""
    kept: dict[tuple[str, str], tuple[AnyPage, Text]] = {}
    for page, text in pages:
        name = page.operation if isinstance(page, OperationPage) else page.path
        other = kept.setdefault((type(page).__name__, name), (page, text))[0]
        if other.sha256 != page.sha256:
            raise AsdocError(
                f"extracting the spec of {service}: {other.path} and {page.path} both document {name}, and differ.",
                hint="Give the pages of one version of boto3 at a time.",
            )
    return list(kept.values())


def _patch(documents: dict[str, Any], patches: list[dict[str, Any]], path: Path) -> None:
    for index, entry in enumerate(patches):
        name = entry["file"]
        documents[name] = patch.apply(documents[name], entry["patch"], where=f"{path}#/{index}")


def _write_schemas(out: Path) -> None:
    """The meta-schemas lie beside the specs, so that an editor or another tool can check them."""
    for schema in sorted(files.SCHEMAS.glob("*.schema.json")):
        write_atomic(out / "schema" / schema.name, schema.read_bytes())
