"""Documentation pages as boto3's own generator writes them, offline.

boto3 builds its reference from the models it carries: a page for each operation, paginator, waiter and exception, and
one for the service. Every page is written into a folder beside the final one and moved there when the service is whole.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.files import write_atomic

from . import installed, workers
from .elision import bounded, parsed_late
from .lock import locked
from .spec import files
from .workers import together

MANIFEST = "manifest.json"
_DOING = "writing the pages of"
_TEMPORARY = ".asdoc-pages."
REGION = "us-east-1"
_NO_FILES = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHAREDCREDENTIALS_FILE": os.devnull}
CREDENTIALS = {"aws_access_key_id": "documented", "aws_secret_access_key": "documented"}


def write_pages(
    services: Sequence[str],
    out: Path,
    progress: Callable[[str, int], None] | None = None,
    *,
    dated: str = "",
    processes: int = 1,
    resources: bool = True,
    shares: int = 1,
) -> dict[str, int]:
    """Write the pages of the services below `out`, as `SERVICE.rst` and `SERVICE/…`, and their manifest.

    The manifest has the day `dated`, where one is given: an older boto3 writes what was documented in its time.
    Without `resources`, the pages of boto3's resources are left out, which tell no fact that others do not; each of a
    few services is then written by as many processes as there are `shares`.
    Returns how many pages each has; `progress` is told so after each service. Raises AsdocError for a service that
    the installed boto3 does not know, before anything is written, and where the folder cannot be written to or a
    service fails; the others are then written. An interrupt leaves every service whole, of before or of now.
    """
    installed.check_services(services)
    made = _made(dated)
    counts: dict[str, int] = {}
    failed: list[AsdocError] = []
    with locked(out, "writing the pages"), _Record(out) as record:

        def done(service: str, result: dict[str, str] | AsdocError) -> None:
            if isinstance(result, AsdocError):
                failed.append(result)
                return
            record.add(service, {**made, "pages": result})
            counts[service] = len(result)
            if progress is not None:
                progress(service, len(result))

        ordered = sorted(services, key=installed.size, reverse=True) if processes > 1 else services
        workers.run(
            partial(_write_service, out=out, resources=resources, shares=shares, data=installed.folders()),
            {name: name for name in ordered},
            done,
            doing=_DOING,
            processes=processes,
        )
    if failed:
        raise together(failed, "services could not be written")
    return {service: counts[service] for service in services}


def unfinished(services: Sequence[str], out: Path, *, dated: str = "") -> list[str]:
    """Those of the services whose pages below `out` are not all there, as the installed boto3 wrote them.

    The manifest tells which pages there are to be, and their hashes: a page that was lost, changed or added counts.
    """
    told = (read_manifest(out) or {"services": {}})["services"]
    made = _made(dated)
    return [service for service in services if not _whole(service, told.get(service), made, out)]


def _made(dated: str) -> dict[str, str]:
    """What the manifest says of a service besides its pages: by what they were written."""
    return {**installed.versions(), **({"dated": dated} if dated else {})}


def _whole(service: str, told: dict[str, Any] | None, made: dict[str, str], out: Path) -> bool:
    if told is None or {key: value for key, value in told.items() if key != "pages"} != made:
        return False
    there = {path.relative_to(out).as_posix() for path in (out / service).rglob("*.rst")} | {f"{service}.rst"}
    try:
        return there == set(told["pages"]) and all(
            hashlib.sha256((out / page).read_bytes()).hexdigest() == digest for page, digest in told["pages"].items()
        )
    except OSError:
        return False


class _Record:
    """The manifest of a folder while its services are written; what an earlier run left half done is cleared away."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._manifest: dict[str, Any] = read_manifest(out) or {"services": {}}
        self._wait_until = 0.0
        self._saved = True

    def __enter__(self) -> _Record:
        self._sweep()
        return self

    def __exit__(self, *_: object) -> None:
        if not self._saved:
            self._save()
        self._sweep()

    def add(self, service: str, told: dict[str, Any]) -> None:
        self._manifest["services"][service] = told
        self._saved = False
        # Of all services the manifest has 3 MB: it is written as often as takes a twentieth of the time.
        started = time.monotonic()
        if started >= self._wait_until:
            self._save()
            self._wait_until = time.monotonic() + 20 * (time.monotonic() - started)

    def _save(self) -> None:
        self._manifest["services"] = dict(sorted(self._manifest["services"].items()))
        write_atomic(self._out / MANIFEST, json.dumps(self._manifest, indent=1) + "\n")
        self._saved = True

    def _sweep(self) -> None:
        """Remove the folders of services that a killed run was writing. The lock says that nobody is writing now."""
        for path in self._out.glob(f".*{_TEMPORARY}*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self._out.glob(f".{MANIFEST}.*"):
            path.unlink(missing_ok=True)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """What wrote the pages of a folder; None where it has no manifest. Raises AsdocError where that is mangled."""
    path = folder / MANIFEST
    if not path.exists():
        return None
    manifest: dict[str, Any] = files.load(path, kind="pages")
    return manifest


def _write_service(
    service: str, out: Path, *, resources: bool, shares: int, data: tuple[str, ...] = ()
) -> dict[str, str]:
    """Write and move into place the pages of one service; their hashes by path."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with (
            installed.among(data),
            tempfile.TemporaryDirectory(dir=out, prefix=f".{service}{_TEMPORARY}") as temporary,
        ):
            fresh = Path(temporary)
            if shares > 1:
                _document_in_shares(service, fresh, shares)
            else:
                _document(service, fresh, resources=resources)
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


class _Share(NamedTuple):
    """What one of several processes writes of a service: some methods of the client, or all pages but those."""

    folder: Path
    number: int
    """From 1; 0 for all but the methods."""
    of: int


def _document_in_shares(service: str, folder: Path, shares: int) -> None:
    """Write the pages of one service, without its resources, by several processes."""
    failed: list[AsdocError] = []

    def done(name: str, result: AsdocError | None) -> None:
        if result is not None:
            failed.append(result)

    jobs = {f"{service} ({number + 1} of {shares})": _Share(folder, number, shares - 1) for number in range(shares)}
    workers.run(partial(_document_share, service), jobs, done, doing=_DOING, processes=shares)
    if failed:
        raise together(failed, "parts of a service could not be written")


def _document_share(service: str, share: _Share) -> None:
    import boto3.docs.service

    whole: Any = boto3.docs.service.Boto3ClientDocumenter

    class Some(whole):  # type: ignore[misc]  # boto3 has no types
        def _add_client_methods(self, client_methods: dict[str, Any]) -> None:
            names = sorted(client_methods)[share.number - 1 :: share.of] if share.number else []
            super()._add_client_methods({name: client_methods[name] for name in names})

    boto3.docs.service.Boto3ClientDocumenter = Some
    try:
        _document(service, share.folder, resources=False, methods_alone=bool(share.number))
    finally:
        boto3.docs.service.Boto3ClientDocumenter = whole


def _document(service: str, folder: Path, *, resources: bool = True, methods_alone: bool = False) -> None:
    with alone(), _rarely_collected(), bounded(), parsed_late():
        import boto3.docs.service
        import boto3.session
        import botocore.session
        from botocore.docs.bcdoc.restdoc import DocumentStructure

        writer: Any = boto3.docs.service.ServiceDocumenter  # its session is boto3's, whatever its base says
        core = botocore.session.Session()
        core.register_component("data_loader", installed.loader())
        session = boto3.session.Session(botocore_session=core, region_name=REGION, **CREDENTIALS)
        if methods_alone:
            whole = writer(service, session, str(folder))
            whole.client_api(DocumentStructure(service, section_names=["client"], target="html").get_section("client"))
            return
        # The resources of dynamodb change its client's pages, so exceptions come first, from a writer of their own.
        exceptions = DocumentStructure(service, section_names=["client-exceptions"], target="html")
        first = writer(service, session, str(folder))
        first.client_exceptions(exceptions.get_section("client-exceptions"))
        whole = first if first._service_resource is None else writer(service, session, str(folder))
        if not resources:
            whole._service_resource = None
        page = whole.document_service()
        (folder / f"{service}.rst").write_bytes(page)


@contextmanager
def alone() -> Iterator[None]:
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


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Look for garbage seldom: boto3 builds millions of objects that live to the end, and half its time goes there."""
    kept = gc.get_threshold()
    gc.set_threshold(1_000_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*kept)


def _set_environment(before: dict[str, str], after: dict[str, str]) -> None:
    for name in before:
        del os.environ[name]
    os.environ.update(after)
    if hasattr(time, "tzset"):
        time.tzset()
