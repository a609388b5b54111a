"""The pages that were given, sorted by service, and the extraction of one service: a job by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from asdoc.runtime.errors import AsdocError

from . import journal
from .compose import compose
from .listing import Manifest, bytes_of, latest
from .pages import AnyPage, OperationPage, PageError, Text, identify, read_pages
from .services import candidates, is_name
from .settle import Given, settle
from .workers import unexpected


class Refused(NamedTuple):
    """A page that was refused, as it travels between processes."""

    path: str
    line: int
    reason: str
    hint: str

    def error(self) -> PageError:
        return PageError(self.path, self.line, self.reason, hint=self.hint)

    @classmethod
    def of(cls, error: PageError) -> Refused:
        return cls(error.path, error.line, error.reason, error.hint)


class Document(NamedTuple):
    root: Path
    """The folder that it is named from."""
    path: Path
    name: str
    """By which sources call it."""

    @property
    def listed(self) -> str:
        """By which the manifest calls it."""
        return self.path.relative_to(self.root).as_posix()


class Job(NamedTuple):
    """The documents of one service, and what there is to know of them before they are opened."""

    service: str
    documents: list[Document]
    manifests: dict[Path, Manifest]
    """Per root, with this service alone."""
    before: journal.Entry | None
    """What an earlier run did; None where that does not count."""
    whole: bool = True
    """False where a document that may be of the service was refused already."""


class Outcome(NamedTuple):
    """What became of a job: what was written, and the pages refused. Neither where no page documents an operation."""

    entry: journal.Entry | None = None
    """None where nothing was written."""
    unchanged: bool = False
    refused: tuple[Refused, ...] = ()


class Sorted(NamedTuple):
    documents: dict[str, list[Document]]
    """By service."""
    refused: list[Refused]
    failed: list[AsdocError]
    broken: set[str]
    """Services that a document which could not be read may be of."""


def sort(
    found: Sequence[tuple[Path, Path]], prefix: Mapping[Path, str], manifests: Mapping[Path, Manifest], given: Given
) -> Sorted:
    """Tell the service of each document: from its manifest, or else by the names on it.

    A document is read whole only where neither tells. One that tells no fact of any service is left out.
    """
    result = Sorted({}, [], [], set())
    for root, path in found:
        document = Document(root, path, prefix[root] + path.relative_to(root).as_posix())
        service = manifests[root].service(document.listed) or _service(document, manifests[root], given, result)
        if service:
            result.documents.setdefault(service, []).append(document)
    return result


def _service(document: Document, manifest: Manifest, given: Given, result: Sorted) -> str:
    data = bytes_of(document.path)
    names: set[str] = set()
    try:
        identity = identify(document.name, data)
        names = {given.service} if given.service and not identity.service else candidates(identity)
        if len(names) == 1 and is_name(only := next(iter(names))):
            return only
        pages, _ = read_pages(document.name, data)
        settle(pages, document.path, document.root, manifest, given)
    except PageError as error:
        result.refused.append(Refused.of(error))
        result.broken.update(names)
    except AsdocError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of a reader keeps no other page from being read
        result.failed.append(unexpected(error, f"reading {document.name}"))
        result.broken.update(names)
    else:
        return next((page.service for page in pages if page.service), "")
    return ""


def extract_service(job: Job, *, out: Path, emit: str, given: Given) -> Outcome:
    """Read the documents of a service and write what they tell, unless they and all else are as they were before."""
    data = {document: bytes_of(document.path) for document in job.documents}
    inputs = _digest(job, data, out, emit, given)
    if job.before is not None and job.before.inputs == inputs:
        there = journal.outputs(out, job.service, emit)
        if there and there == job.before.outputs:
            return Outcome(job.before, unchanged=True)
    read: list[tuple[AnyPage, Text]] = []
    versions: dict[str, str] = {}
    refused: list[Refused] = []
    for document in job.documents:
        try:
            pages, text = _read(document, data.pop(document), job, given)
        except PageError as error:
            refused.append(Refused.of(error))
            continue
        read.extend((page, text) for page in pages if page.service)
        versions = latest(versions, job.manifests[document.root].versions(job.service))
    told = Outcome(refused=tuple(refused))
    if not any(isinstance(page, OperationPage) for page, _ in read):
        return told
    whole = job.whole and not refused
    if not whole and journal.outputs(out, job.service, emit):
        return told  # what is there may know more than the pages that are left
    try:
        counts = compose(job.service, read, versions, out, emit)
    except AsdocError:
        if whole:
            raise
        return told  # a patch of what the refused page tells, say: the page is what is wrong
    return told._replace(entry=journal.Entry(inputs, journal.outputs(out, job.service, emit), counts))


def _read(document: Document, data: bytes, job: Job, given: Given) -> tuple[list[AnyPage], Text]:
    manifest = job.manifests[document.root]
    try:
        pages, text = read_pages(document.name, data)
        manifest.compare(document.listed, text)
        settle(pages, document.path, document.root, manifest, given)
    except AsdocError:
        raise
    except Exception as error:
        raise unexpected(error, f"extracting {job.service}: reading {document.name}") from error
    for page in pages:
        if page.service not in ("", job.service):
            raise text.refuse(
                1, f"the page is of {page.service}, and the manifest beside it lists it for {job.service}"
            )
    return pages, text


def _digest(job: Job, data: Mapping[Document, bytes], out: Path, emit: str, given: Given) -> str:
    told = [
        journal.code(),
        emit,
        given,
        [
            [str(document.path), document.name, hashlib.sha256(content).hexdigest()]
            for document, content in data.items()
        ],
        [[str(root), manifest.told(job.service)] for root, manifest in sorted(job.manifests.items())],
        journal.taken_in(out, job.service, emit),
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
