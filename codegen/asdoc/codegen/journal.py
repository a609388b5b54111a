"""What earlier runs of `asdoc extract` have done, so that a run does only what is missing or changed.

Beside the specs lies `.extracted`. It has, per service, a hash of all that went into its files: the pages and what
their manifest tells, the wire facts and what was written by hand, the options, and asdoc's own code. It also has the
size and time of each file that was written, so one that was lost or changed since is written anew.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import msgspec

from asdoc.runtime.files import write_atomic

from .compose import place
from .spec import files

NAME = ".extracted"
_TAKEN_IN = ("wire.json", *files.WRITTEN_BY_HAND)


class Entry(msgspec.Struct, frozen=True):
    """One service as it was written."""

    inputs: str
    """Hash of all that its files depend on."""
    outputs: dict[str, tuple[int, int]]
    """Per file its size, and its time in nanoseconds."""
    counts: dict[str, int]


class Journal:
    """The entries of a folder. One that cannot be read is as good as none."""

    def __init__(self, out: Path) -> None:
        self._path = out / NAME
        try:
            self._entries = msgspec.json.decode(self._path.read_bytes(), type=dict[str, Entry])
        except (OSError, msgspec.DecodeError):
            self._entries = {}

    def entry(self, key: str) -> Entry | None:
        return self._entries.get(key)

    def names(self) -> set[str]:
        """Of all that there are entries of."""
        return set(self._entries)

    def add(self, key: str, entry: Entry) -> None:
        """Note, on the disk at once, that a service is whole."""
        self._entries[key] = entry
        write_atomic(self._path, msgspec.json.format(msgspec.json.encode(self._entries, order="sorted"), indent=1))


def outputs(out: Path, service: str, emit: str) -> dict[str, tuple[int, int]]:
    """Size and time of each file that `compose` writes of a service; without those that are missing."""
    written = place(out, service, emit)
    found: dict[str, tuple[int, int]] = {}
    for path in [written / name for name in files.GENERATED] if emit == "spec" else [written]:
        try:
            told = path.stat()
        except OSError:
            continue
        found[path.name] = (told.st_size, told.st_mtime_ns)
    return found


def taken_in(out: Path, service: str, emit: str) -> dict[str, str]:
    """Hashes of the files beside a spec that `compose` takes in."""
    found: dict[str, str] = {}
    for name in _TAKEN_IN if emit == "spec" else ():
        path = place(out, service, emit) / name
        if path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@cache
def code() -> str:
    """Hash of what reads pages and builds specs: asdoc's own modules and tables."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.json")]):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()
