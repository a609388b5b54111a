"""What a document alone does not decide about its pages: their service, their day, and which were written together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from . import services
from .dates import Dates
from .listing import Manifest
from .pages import AnyPage, OtherPage, PageError


class Given(NamedTuple):
    """What a user says of the pages outright."""

    service: str = ""
    dates: Dates = Dates()


def settle(pages: Sequence[AnyPage], path: Path, root: Path, manifest: Manifest, given: Given) -> None:
    """Complete the pages of the document in the file `path` below `root` (service, day, release, edition).

    A page that tells no fact of a service may stay without one. Raises PageError where a service cannot be told.
    """
    if not pages or (not given.service and all(isinstance(page, OtherPage) and not page.service for page in pages)):
        return
    named = services.resolve(pages, pages[0].path, given.service)
    if not services.is_name(named.service):
        raise PageError(pages[0].path, 1, f"no service is called {named.service[:80]}", hint=services.HINT)
    versions = manifest.versions(named.service)
    day = manifest.dated(named.service)
    for page in pages:
        page.service = page.service or named.service
        page.named = named.rule
        page.date, page.dated = given.dates.of(path, page.date, day)
        page.release = versions.get("botocore", "")
        page.edition = page.date or page.release or f"{page.reader} {root}"
