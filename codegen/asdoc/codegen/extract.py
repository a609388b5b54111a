"""Pages to spec: read every page of a folder, and write what is known of each service.

A service's files depend on its pages, its `wire.json` and its `patches.json` alone. They are checked against their
meta-schemas before the first is written. Pages that cannot be read are all reported at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.files import write_atomic

from .compose import compose
from .listing import Manifest, bytes_of, latest, listed, prefixes
from .pages import AnyPage, OperationPage, PageError, Text, identify, read_pages
from .services import candidates
from .settle import Given, settle
from .spec import files

_SHOWN = 20
_NOTHING_GIVEN = Given()


class Extraction(msgspec.Struct):
    """What a run wrote: per service the number of operations and examples; and the pages it had to refuse."""

    services: dict[str, dict[str, int]]
    refused: list[PageError]


def extract(
    pages: Sequence[Path],
    out: Path,
    progress: Callable[[str], None] | None = None,
    *,
    emit: str = "spec",
    given: Given = _NOTHING_GIVEN,
) -> Extraction:
    """Read the pages (files, or folders of them) and write each service that is whole.

    `emit` is one of `compose.EMITS`: the spec as `out/SERVICE/*.json`, or the facts alone as `out/SERVICE.json`.
    A service of which a page is refused is not written. Raises AsdocError where there is no page, or where a
    `wire.json`, `patches.json`, `statements.yaml` or `resources.yaml` beneath `out` is wrong.
    """
    found_pages = listed(pages)
    read: dict[str, list[tuple[AnyPage, Text]]] = {}
    versions: dict[str, dict[str, str]] = {}
    refused: list[PageError] = []
    broken: set[str] = set()
    prefix = prefixes(found_pages)
    given.dates.check(path for _, path in found_pages)
    manifests = {root: Manifest(root) for root in sorted({root for root, _ in found_pages})}
    for root, path in found_pages:
        name = path.relative_to(root).as_posix()
        data = bytes_of(path)
        try:
            found, text = read_pages(prefix[root] + name, data)
            manifests[root].compare(name, text)
            settle(found, path, root, manifests[root], given)
        except PageError as error:
            refused.append(error)
            broken |= {*candidates(identify(name, data)), manifests[root].service(name)}
            continue
        if progress is not None:
            progress(name)
        for page in found:
            if page.service:
                read.setdefault(page.service, []).append((page, text))
                told = manifests[root].versions(page.service)
                versions[page.service] = latest(versions.get(page.service, {}), told)
    written: dict[str, dict[str, int]] = {}
    for service in sorted(read):
        if service in broken or not any(isinstance(page, OperationPage) for page, _ in read[service]):
            continue
        written[service] = compose(service, read[service], versions[service], out, emit)
    if not written and not refused:
        raise AsdocError(
            "extracting a spec: none of the pages given documents an operation.",
            hint="Give a folder that `asdoc pages SERVICE --out DIR` wrote, or single pages of operations.",
        )
    if written and emit == "spec":
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


def _write_schemas(out: Path) -> None:
    """The meta-schemas lie beside the specs, so that an editor or another tool can check them."""
    for schema in sorted(files.SCHEMAS.glob("*.schema.json")):
        write_atomic(out / "schema" / schema.name, schema.read_bytes())
