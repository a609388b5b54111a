"""The spec of any version of botocore: fetched by pip, written by its own boto3 in processes of its own, and kept.

Nothing of it is imported into this process. All lies in a folder of the user's cache, so that the network is needed
once for each version:

    $XDG_CACHE_HOME/asdoc/botocore-1.27.28/{site,pages,specs,origin.json}
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from asdoc.codegen import installed
from asdoc.codegen.boto3_pages import MANIFEST
from asdoc.codegen.extract import attempt, refusal
from asdoc.codegen.journal import Journal, outputs
from asdoc.codegen.lock import locked
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.files import write_atomic

_VERSION = re.compile(r"(?:0|[1-9][0-9]{0,3})(?:\.(?:0|[1-9][0-9]{0,3})){2}")
"""One spelling for each: a version is a folder of the cache."""
_SPELLED = re.compile(r"botocore==(.+)")
_ALIGNED = (1, 33)
"""Since then boto3 has the number of its botocore; before, its second part was smaller by three."""
_MISSING = "No matching distribution found"
_NO_PIP = "No module named pip"
_WHOLE = ("origin.json", "pages")
"""A version has one of these as soon as it is fetched; the installed one has pages alone."""
_SCRIPT = Path(__file__).with_name("older.py")
_QUIETLY = ("-q", "--disable-pip-version-check", "--no-input")
_NO_FILES = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


class Fetched(NamedTuple):
    """A version of botocore whose specs are at hand."""

    version: str
    specs: Path
    services: tuple[str, ...]
    """Those asked for that this version knows."""
    date: str
    """The day that its package was built; empty for the installed one, where nothing tells it."""


def is_version(told: str) -> bool:
    """Whether the text is of the form `botocore==…`."""
    return _SPELLED.fullmatch(told) is not None


def home() -> Path:
    """The folder of the cache."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if Path(given).is_absolute() else Path.home() / ".cache") / "asdoc"


def fetch(told: str, services: Sequence[str], *, processes: int = 1) -> Fetched:
    """The specs of some services, or of all where none is named, as `botocore==VERSION` has them.

    Raises AsdocError for what is no version, for one that does not exist, and where it cannot be fetched or written.
    """
    match = _SPELLED.fullmatch(told)
    version = match[1] if match else told
    if not _VERSION.fullmatch(version):
        raise AsdocError(
            f"looking for {told[:60]!r}: that is no version of botocore.", hint="Say it as botocore==1.27.28."
        )
    folder = home() / f"botocore-{version}"
    with locked(folder, f"preparing botocore {version}", patient=True):
        with _whole(folder):
            date = _install(version, folder)
        stamp = _Stamp(folder)
        missing = stamp.missing(services)
        if missing is not None:
            _write(version, folder, missing, processes)
            stamp.add(services, missing)
        known = stamp.known()
        return Fetched(version, folder / "specs", tuple(name for name in services or known if name in known), date)


@contextmanager
def _whole(folder: Path) -> Iterator[None]:
    """Within, half of a version is none: what fails, or is interrupted, takes the folder with it."""
    try:
        yield
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise AsdocError(
                f"fetching into {folder}: {error.strerror or error}",
                hint="Check that the folder may be written to and has room, or set XDG_CACHE_HOME to another.",
            ) from error
        raise


@cache
def _code() -> str:
    """Hash of what writes and reads pages and builds specs. What else there is of asdoc may change meanwhile."""
    digest = hashlib.sha256()
    codegen = Path(__file__).parents[1]
    parts = [*codegen.glob("*.py"), *(codegen / "pages").glob("*.py"), *(codegen / "spec").rglob("*.*")]
    for path in sorted(path for path in [*parts, _SCRIPT] if path.suffix in (".py", ".json")):
        digest.update(path.relative_to(codegen).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class _Stamp:
    """Which services of a version were asked for, and which it has, as today's readers read them."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "written.json"
        self._specs = folder / "specs"
        told = _told(self._path)
        current = told.get("code") == _code() and "has" in told
        self._asked: list[str] = told.get("asked", []) if current else []
        self._whole: bool = bool(told.get("whole")) and current
        entries = Journal(self._specs)
        self._broken = {
            name
            for name in {*self.known(), *entries.names(), *(told["has"] if current else ())}
            if (entry := entries.entry(name)) is None or entry.outputs != outputs(self._specs, name, "spec")
        }
        """Specs that somebody has changed or lost since."""

    def missing(self, services: Sequence[str]) -> list[str] | None:
        """The services to write, none for all of them; None where nothing is to be done."""
        if self._whole:
            return sorted(self._broken.intersection(services or self._broken)) or None
        left = [name for name in services if name not in self._asked or name in self._broken]
        return left if left or not services else None

    def add(self, services: Sequence[str], written: Sequence[str]) -> None:
        told = {
            "code": _code(),
            "asked": sorted({*self._asked, *written}),
            "whole": self._whole or not services,
            "has": self.known(),
        }
        write_atomic(self._path, json.dumps(told, indent=1) + "\n")

    def known(self) -> list[str]:
        return sorted(path.parent.name for path in self._specs.glob("*/operations.json"))


def _told(path: Path) -> dict[str, Any]:
    """What a file of the cache says; nothing where it is missing or mangled, so that it is made again."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _install(version: str, folder: Path) -> str:
    """Have pip put that botocore, and a boto3 that fits it, into the folder; returns the day it was built."""
    origin = folder / "origin.json"
    site = folder / "site"
    if "date" in (told := _told(origin)) and (site / "botocore").is_dir():
        return str(told["date"])
    if installed.versions()["botocore"] == version:
        return ""
    _sweep(but=folder)
    wheels = folder / "wheels"
    for path in (wheels, site):
        shutil.rmtree(path, ignore_errors=True)
    wanted = [f"botocore=={version}", boto3_for(version)]
    _pip(version, "download", "--only-binary", ":all:", "--dest", str(wheels), *wanted)
    packages = sorted(str(path) for path in wheels.glob("*.whl"))
    # Each is there already: nothing is resolved, and nothing that is installed counts.
    _pip(version, "install", "--no-index", "--no-deps", "--no-compile", "--target", str(site), *packages)
    date = _built(next(wheels.glob("botocore-*.whl")))
    names = sorted(path.name for path in wheels.glob("*.whl"))
    shutil.rmtree(wheels)
    write_atomic(origin, json.dumps({"date": date, "packages": names}, indent=1) + "\n")
    return date


def _sweep(*, but: Path) -> None:
    """Remove what runs that were killed have left of other versions."""
    for folder in home().glob("botocore-*"):
        if folder != but and not any((folder / name).exists() for name in _WHOLE):
            # One that is held is being fetched now.
            with contextlib.suppress(AsdocError), locked(folder, "clearing"):
                shutil.rmtree(folder, ignore_errors=True)


def boto3_for(version: str) -> str:
    """What to ask pip for, so that it finds the newest boto3 that takes this botocore: `boto3>=1.24.0,<=1.24.28`."""
    major, minor, patch = map(int, version.split("."))
    if (major, minor) < _ALIGNED:
        minor -= 3
    return f"boto3>={major}.{max(minor, 0)}.0,<={major}.{max(minor, 0)}.{patch}"


def _built(wheel: Path) -> str:
    """The day on which the files of a package were laid into it."""
    with zipfile.ZipFile(wheel) as archive:
        year, month, day, *_ = archive.getinfo("botocore/__init__.py").date_time
    return datetime.date(year, month, day).isoformat()


def _pip(version: str, *arguments: str) -> None:
    command = [sys.executable, "-m", "pip", arguments[0], *_QUIETLY, *arguments[1:]]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, no text of a user
    except OSError as error:
        raise AsdocError(f"fetching botocore {version}: {error.strerror or error}") from error
    if done.returncode == 0:
        return
    # What pip says may hold the address of an index with a password in it.
    if _NO_PIP in done.stderr:
        raise AsdocError(
            f"fetching botocore {version}: this Python has no pip.", hint="Put it there with `python -m ensurepip`."
        )
    if _MISSING in done.stderr and f"botocore=={version}" in done.stderr:
        raise AsdocError(
            f"fetching botocore {version}: pip finds no such version.",
            hint="`pip index versions botocore` lists those that there are; without a network, only what was fetched "
            "before can be used.",
        )
    raise AsdocError(
        f"fetching botocore {version}: `pip {arguments[0]}` ended with {done.returncode}.",
        hint=f"Run `pip download botocore=={version} '{boto3_for(version)}'` to see why.",
    )


def _write(version: str, folder: Path, services: Sequence[str], processes: int) -> None:
    """Have the version's own boto3 write pages and wire facts, and extract the specs. Raises AsdocError."""
    pages, specs, site = folder / "pages", folder / "specs", folder / "site"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {**clean, **_NO_FILES, "TZ": "UTC", "PYTHONPATH": str(site)}
    if not site.exists():  # the installed one
        del environment["PYTHONPATH"]
    command = [sys.executable, "-P", str(_SCRIPT), str(pages), str(specs), str(processes), *services]
    heard, held = os.pipe()  # the other process ends when this one does, however that is
    try:
        done = subprocess.run(  # noqa: S603 - no shell, no text of a user
            command, env=environment, stdin=heard, capture_output=True, text=True, check=False
        )
    finally:
        os.close(heard)
        os.close(held)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if "Error: " in line] or ["it ended without a word"]
        raise AsdocError(
            f"writing the pages of botocore {version}: {lines[-1].rpartition('Error: ')[2][:300]}",
            hint=f"Packages from before 2019 may not run on this Python. Remove {folder} to fetch it again.",
        )
    written = json.loads(done.stdout.splitlines()[-1])
    if written:
        own = [path for name in written for path in (pages / name, pages / f"{name}.rst") if path.exists()]
        # Without a manifest pages are named from the folder that is given.
        some = services and (pages / MANIFEST).is_file()
        extraction = attempt(own if some else [pages], specs, processes=processes)
        if (error := refusal(extraction)) is not None:
            raise error
