"""Pages to spec: read every page of a folder, and write what is known of each service.

A service's files depend on its pages, its `wire.json` and its `patches.json` alone. They are checked against their
meta-schemas before the first is written. Services are jobs that know nothing of each other, so they are done by several
processes, and those that an earlier run has done are not done again. Pages that cannot be read are all reported at the
end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.files import write_atomic

from . import jobs, workers
from .compose import place
from .jobs import Job, Outcome
from .journal import Journal
from .listing import Manifest, listed, prefixes
from .lock import locked
from .pages import PageError
from .settle import Given
from .spec import files

_DOING = "extracting"
_FEW = 300
"""As many pages are read sooner than processes start."""
_NOTHING_GIVEN = Given()


class Extraction(msgspec.Struct):
    """What a run did: per service the number of operations and examples; and what it could not do."""

    services: dict[str, dict[str, int]]
    refused: list[PageError]
    unchanged: set[str]
    """Of the services those that an earlier run had written from the same."""
    failed: list[AsdocError]
    """Why services were not written whose pages can all be read."""


def extract(
    pages: Sequence[Path],
    out: Path,
    progress: Callable[[str, int], None] | None = None,
    *,
    emit: str = "spec",
    given: Given = _NOTHING_GIVEN,
    processes: int = 1,
    fresh: bool = False,
) -> Extraction:
    """As `attempt`, but raises AsdocError where a service failed for another reason than its pages."""
    extraction = attempt(pages, out, progress, emit=emit, given=given, processes=processes, fresh=fresh)
    if extraction.failed:
        raise workers.together(extraction.failed, "services could not be extracted")
    return extraction


def attempt(
    pages: Sequence[Path],
    out: Path,
    progress: Callable[[str, int], None] | None = None,
    *,
    emit: str = "spec",
    given: Given = _NOTHING_GIVEN,
    processes: int = 1,
    fresh: bool = False,
) -> Extraction:
    """Read the pages (files, or folders of them) and write each service.

    `emit` is one of `compose.EMITS`: the spec as `out/SERVICE/*.json`, or the facts alone as `out/SERVICE.json`.
    A service of which a page is refused is written from its other pages, unless it is there already: then it is left
    as it is. One whose `wire.json`, `patches.json`, `statements.yaml` or `resources.yaml` is wrong is not written. One
    that an earlier run has written from the same is left as it is, unless `fresh`.
    `progress` is told each service when it is done, and how many there are. Raises AsdocError where there is no page.
    """
    found = listed(pages)
    given.dates.check(path for _, path in found)
    manifests = {root: Manifest.of(root) for root in sorted({root for root, _ in found})}
    sorted_pages = jobs.sort(found, prefixes(found), manifests, given)
    extraction = Extraction({}, [refused.error() for refused in sorted_pages.refused], set(), sorted_pages.failed)
    with locked(out, _DOING):
        journal = Journal(out)
        todo = {
            service: Job(
                service,
                documents,
                {root: manifests[root].only(service) for root in {document.root for document in documents}},
                None if fresh else journal.entry(place(out, service, emit).name),
                whole=service not in sorted_pages.broken,
            )
            for service, documents in sorted(sorted_pages.documents.items())
        }

        def done(service: str, outcome: Outcome | AsdocError) -> None:
            if isinstance(outcome, AsdocError):
                extraction.failed.append(outcome)
            else:
                extraction.refused += [refused.error() for refused in outcome.refused]
                if outcome.entry is not None:
                    extraction.services[service] = outcome.entry.counts
                if outcome.unchanged:
                    extraction.unchanged.add(service)
                elif outcome.entry is not None and todo[service].whole and not outcome.refused:
                    journal.add(place(out, service, emit).name, outcome.entry)
            if progress is not None:
                progress(service, len(todo))

        if len(found) <= _FEW:
            processes = 1
        if processes > 1:
            todo = dict(sorted(todo.items(), key=lambda item: _size(item[1]), reverse=True))
        work = partial(jobs.extract_service, out=out, emit=emit, given=given)
        workers.run(work, todo, done, doing=_DOING, processes=processes)
        if not extraction.services and not extraction.refused and not extraction.failed:
            raise AsdocError(
                "extracting a spec: none of the pages given documents an operation.",
                hint="Give a folder that `asdoc pages SERVICE --out DIR` wrote, or single pages of operations.",
            )
        if extraction.services and emit == "spec":
            _write_schemas(out)
    extraction.services = dict(sorted(extraction.services.items()))
    extraction.refused.sort(key=lambda error: (error.path, error.line))
    return extraction


def refusal(extraction: Extraction) -> AsdocError | None:
    """All that a run could not do, as one error; None where it did everything."""
    told: list[AsdocError] = list(extraction.failed)
    if extraction.refused:
        alone = len(extraction.refused) == 1
        lines = "\n  ".join(error.message for error in extraction.refused)
        hints = list(dict.fromkeys(error.hint for error in extraction.refused if error.hint))
        told.append(
            AsdocError(
                f"{'1 page' if alone else f'{len(extraction.refused)} pages'} cannot be read:\n  {lines}",
                hint=" ".join([*hints[:2], "What was written before is left as it was."]),
            )
        )
    return workers.together(told, "things could not be done") if told else None


def _size(job: Job) -> int:
    """Bytes of the pages, by which one can tell which services take long."""
    return sum(document.path.stat().st_size for document in job.documents)


def _write_schemas(out: Path) -> None:
    """The meta-schemas lie beside the specs, so that an editor or another tool can check them."""
    for schema in sorted(files.SCHEMAS.glob("*.schema.json")):
        write_atomic(out / "schema" / schema.name, schema.read_bytes())
