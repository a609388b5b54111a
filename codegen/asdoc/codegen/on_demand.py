"""The spec of any service that the installed boto3 knows, made when it is asked for: pages, wire facts, spec.

What was made is kept in the user's cache folder, by the versions of boto3 and botocore and by our own code, so that a
second run has nothing to do but to render. What an earlier release has left there goes when nobody has used it for a
month.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from asdoc.runtime.errors import AsdocError

from . import installed, journal, workers
from .boto3_pages import write_pages
from .extract import extract
from .wire import write_wire

_LARGE = 150_000
"""Bytes of a compressed model."""
_UNUSED = 30 * 24 * 3600
"""Seconds."""


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/asdoc`, or `~/.cache/asdoc`."""
    told = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(told) if told else Path.home() / ".cache") / "asdoc"


def specs_of(services: Sequence[str], cache: Path | None = None) -> Path:
    """A folder of specs that holds those of `services`. Raises AsdocError for a service that boto3 does not know."""
    installed.check_services(services)
    versions = installed.versions()
    release = f"boto3-{versions['boto3']}-botocore-{versions['botocore']}-{journal.code()[:16]}"
    folder = (cache_folder() if cache is None else cache) / release
    for service in services:
        if not (folder / service).is_dir():
            _make(service, folder)
            _sweep(folder)
    with contextlib.suppress(OSError):  # a cache that may only be read
        os.utime(folder)
    return folder


def _sweep(current: Path) -> None:
    """Remove what other releases have made, where nobody has asked for it in a long time."""
    for folder in current.parent.glob("boto3-*-botocore-*"):
        with contextlib.suppress(OSError):
            if folder != current and folder.stat().st_mtime < time.time() - _UNUSED:
                shutil.rmtree(folder)


def _make(service: str, folder: Path) -> None:
    """Put the spec into the folder, whole or not at all; what another process has put there meanwhile is as good."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=f".{service}.") as temporary:
            pages, specs = Path(temporary, "pages"), Path(temporary, "specs")
            write_pages([service], pages, resources=False, shares=_shares(service))
            write_wire([service], specs)
            extract([pages], specs)
            try:
                (specs / service).rename(folder / service)
            except OSError:
                if not (folder / service).is_dir():
                    raise
    except OSError as error:
        raise AsdocError(
            f"making the spec of {service} in {folder}: {error.strerror or error}",
            hint="Check that the folder may be written to and has room, or set XDG_CACHE_HOME to another.",
        ) from error


def _shares(service: str) -> int:
    """By how many processes the pages are written: a process costs as much as a small service."""
    return min(workers.usable_cores(), 4) if installed.size(service) > _LARGE else 1
