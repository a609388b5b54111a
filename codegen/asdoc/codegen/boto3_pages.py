"""Documentation pages as boto3's own generator writes them, offline.

boto3 builds its reference from the models it carries: a page for each operation, paginator, waiter and exception, and
one for the service. Every page is written into a folder beside the final one and moved there when the service is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.files import write_atomic

from . import installed
from .spec import files

MANIFEST = "manifest.json"
_REGION = "us-east-1"
_NO_FILES = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
_CREDENTIALS = {"aws_access_key_id": "documented", "aws_secret_access_key": "documented"}


def write_pages(
    services: Sequence[str], out: Path, progress: Callable[[str, int], None] | None = None, *, dated: str = ""
) -> dict[str, int]:
    """Write the pages of the services below `out`, as `SERVICE.rst` and `SERVICE/…`, and their manifest.

    The manifest has the day `dated`, where one is given: an older boto3 writes what was documented in its time.
    Returns how many pages each has; `progress` is told so after each service. Raises AsdocError for a service that
    the installed boto3 does not know, before anything is written, and where the folder cannot be written to.
    """
    installed.check_services(services)
    manifest = read_manifest(out) or {"services": {}}
    counts: dict[str, int] = {}
    for service in services:
        pages = _write_service(service, out)
        told = {**installed.versions(), **({"dated": dated} if dated else {})}
        manifest["services"][service] = {**told, "pages": pages}
        manifest["services"] = dict(sorted(manifest["services"].items()))
        write_atomic(out / MANIFEST, json.dumps(manifest, indent=1) + "\n")
        counts[service] = len(pages)
        if progress is not None:
            progress(service, len(pages))
    return counts


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """What wrote the pages of a folder; None where it has no manifest. Raises AsdocError where that is mangled."""
    path = folder / MANIFEST
    if not path.exists():
        return None
    manifest: dict[str, Any] = files.load(path, kind="pages")
    return manifest


def _write_service(service: str, out: Path) -> dict[str, str]:
    """Write and move into place the pages of one service; their hashes by path."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=f".{service}.") as temporary:
            fresh = Path(temporary)
            _document(service, fresh)
            pages = {
                path.relative_to(fresh).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(fresh.rglob("*.rst"))
            }
            _swap(fresh / service, out / service, fresh / ".replaced")
            (fresh / f"{service}.rst").replace(out / f"{service}.rst")
    except OSError as error:
        raise AsdocError(
            f"writing the pages of {service} below {out}: {error.strerror or error}",
            hint="Check that the folder may be written to and has room.",
        ) from error
    return dict(sorted(pages.items()))


def _swap(fresh: Path, final: Path, outgoing: Path) -> None:
    """Put the folder `fresh` where `final` is, which goes to `outgoing`; back again where that fails."""
    if final.exists():
        final.rename(outgoing)
    try:
        fresh.rename(final)
    except OSError:
        if outgoing.exists():
            outgoing.rename(final)
        raise


def _document(service: str, folder: Path) -> None:
    with _alone():
        import boto3.docs.service
        import boto3.session
        import botocore.session
        from botocore.docs.bcdoc.restdoc import DocumentStructure

        writer: Any = boto3.docs.service.ServiceDocumenter  # its session is boto3's, whatever its base says
        core = botocore.session.Session()
        core.register_component("data_loader", installed.loader())
        session = boto3.session.Session(botocore_session=core, region_name=_REGION, **_CREDENTIALS)
        # The resources of dynamodb change its client's pages, so exceptions come first, from a writer of their own.
        exceptions = DocumentStructure(service, section_names=["client-exceptions"], target="html")
        writer(service, session, str(folder)).client_exceptions(exceptions.get_section("client-exceptions"))
        page = writer(service, session, str(folder)).document_service()
        (folder / f"{service}.rst").write_bytes(page)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep what is the user's own out of the pages: AWS profile and settings, metadata service, time zone.

    boto3 reads some times of its examples in the local zone, and warns of zones that it does not know; neither is
    the user's concern.
    """
    kept = {name: value for name, value in os.environ.items() if name.startswith("AWS_") or name == "TZ"}
    _set_environment(kept, {"AWS_EC2_METADATA_DISABLED": "true", "TZ": "UTC", **_NO_FILES})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        now = {name: value for name, value in os.environ.items() if name.startswith("AWS_") or name == "TZ"}
        _set_environment(now, kept)


def _set_environment(before: dict[str, str], after: dict[str, str]) -> None:
    for name in before:
        del os.environ[name]
    os.environ.update(after)
    if hasattr(time, "tzset"):
        time.tzset()
