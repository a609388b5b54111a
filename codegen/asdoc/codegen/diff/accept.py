"""Changes that somebody has looked at and accepted: a file of fingerprints, each with its reason and its last day.

It is TOML where its name ends so, else YAML:

[[accepted]]
fingerprint = "032c6df0885e1d35"
reason = "We never read the state."
until = 2027-03-31
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from asdoc.codegen.spec import files
from asdoc.runtime.errors import AsdocError

from .change import Change


class Accepted(msgspec.Struct, frozen=True):
    fingerprint: str
    reason: str
    until: str
    """The last day on which it counts."""


class Sorted(NamedTuple):
    """The entries of a file, against the changes that there are."""

    accepted: dict[str, Accepted]
    """By fingerprint: those that count."""
    notes: tuple[str, ...]
    """Which do not, and why."""


def load(path: Path) -> tuple[Accepted, ...]:
    """The entries of the file. Raises AsdocError where it cannot be read or is not as it should be."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AsdocError(
            f"reading the accepted changes {path}: {getattr(error, 'strerror', None) or 'this is not UTF-8 text'}",
            hint="Give an existing file with --accept; each of its entries has fingerprint, reason and until.",
        ) from error
    told: Any = _toml(text, path) if path.suffix.lower() == ".toml" else _yaml(text, path)
    files.check(told, "accepted", str(path))
    entries = tuple(msgspec.convert(told["accepted"], list[Accepted]))
    for index, entry in enumerate(entries):
        try:
            datetime.date.fromisoformat(entry.until)
        except ValueError as error:
            raise AsdocError(
                f"reading the accepted changes {path}#/accepted/{index}/until: there is no day {entry.until}."
            ) from error
    return entries


def _toml(text: str, path: Path) -> dict[str, Any]:
    """What the text holds, with a day as text, as YAML has it."""
    try:
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise AsdocError(
            f"reading the accepted changes {path}: {error}",
            hint="It is read as TOML, for its name ends so; another is read as YAML.",
        ) from error
    entries = told.get("accepted")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and type(entry.get("until")) is datetime.date:
            entry["until"] = entry["until"].isoformat()
    return told


def _yaml(text: str, path: Path) -> object:
    """What the text holds. Everything stays text: a fingerprint of digits alone is no number, and a day no date."""
    try:
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes text alone
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise AsdocError(
            f"reading the accepted changes {path}:{line}: {getattr(error, 'problem', None) or 'this is not YAML'}",
            hint="It is read as YAML; one whose name ends in .toml is read as TOML.",
        ) from error


def settle(entries: Iterable[Accepted], changes: Iterable[Change], today: datetime.date) -> Sorted:
    """Which entries count today, for changes that there are."""
    there = {change.fingerprint for change in changes}
    accepted: dict[str, Accepted] = {}
    notes: list[str] = []
    for entry in entries:
        if entry.fingerprint not in there:
            notes.append(f"accepted {entry.fingerprint}: there is no such change (any more)")
        elif datetime.date.fromisoformat(entry.until) < today:
            notes.append(f"accepted {entry.fingerprint}: was accepted until {entry.until} only")
        else:
            accepted[entry.fingerprint] = entry
    return Sorted(accepted, tuple(notes))
