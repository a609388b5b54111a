"""An update from beginning to end: what it would change, and the change itself, which happens whole or not at all."""

from __future__ import annotations

import datetime
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from asdoc.codegen import manifest
from asdoc.codegen.diff import Change, changes
from asdoc.codegen.generate import render
from asdoc.codegen.lock import locked
from asdoc.codegen.packages import folder_of, stale
from asdoc.codegen.spec import load_spec
from asdoc.runtime.errors import AsdocError

from . import journal
from .cases import CaseChanges, compare
from .decide import Decision, decisions
from .sources import Source
from .stage import contents, stage
from .transaction import Transaction


class ServiceUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """What an update does to one service."""

    service: str
    before: dict[str, str]
    """Versions that its spec was made of; empty where it had none."""
    after: dict[str, str]
    changes: tuple[Change, ...]
    cases: CaseChanges
    decisions: tuple[Decision, ...]
    moved: int
    """Number of citations that follow their sentences to other lines."""


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """All that an update changes."""

    services: tuple[ServiceUpdate, ...]
    contents: dict[Path, bytes | None]
    """New content by file; None where the file goes."""
    recovered: int = 0
    """Number of files of an earlier, interrupted update that were put in place first."""


def update(
    services: Sequence[str], source: Source, specs: Path, out: Path, *, check: bool = False, today: str = ""
) -> Update:
    """Bring specs, packages and changelogs of `services` up to what `source` tells; with `check`, write nothing.

    `today` is the day of the changelog's entry, the present one where it is empty. Raises AsdocError, and leaves every
    file as it was, where a page cannot be read, a patch does not apply any more, or another run is at work.
    """
    root = _root(specs, out)
    with locked(specs, "updating"):
        transaction = Transaction(root)
        recovered = 0 if check else transaction.recover()
        if check and transaction.folder.exists():
            raise AsdocError(
                f"checking {root}: an update was interrupted and is not whole.",
                hint="Run `asdoc update` without --check: it finishes what was begun.",
            )
        with tempfile.TemporaryDirectory(prefix="asdoc-update-") as temporary:
            told = _planned(services, source, specs, out, Path(temporary), today or datetime.date.today().isoformat())
        if told.contents and not check:
            transaction.commit(told.contents)
    return msgspec.structs.replace(told, recovered=recovered)


def _root(specs: Path, out: Path) -> Path:
    return Path(os.path.commonpath([specs.absolute(), out.absolute()]))


def _planned(services: Sequence[str], source: Source, specs: Path, out: Path, folder: Path, today: str) -> Update:
    staged = stage(specs, source.fetch(services, folder), services, folder)
    before = {service: load_spec(specs, service) for service in services if _is_there(specs, service)}
    after = {service: load_spec(staged.specs, service) for service in services}
    changed: dict[Path, bytes | None] = dict(contents(staged, specs, services))
    todo = stale(staged.specs, out, services)
    rendered = render(staged.specs, todo)
    left = {folder_of(service) for service in services if service not in todo}
    planned = manifest.plan(out, rendered.files, rendered.specs, everything=False, left_alone=left)
    for difference in planned.differences:
        path = out / difference.path
        changed[path] = None if difference.kind == "superfluous" else planned.files[difference.path].encode()
    updates: list[ServiceUpdate] = []
    for service in services:
        old, new = before.get(service), after[service]
        found = changes(old, new) if old is not None else ()
        cases = _cases(out, service, rendered.files)
        told = ServiceUpdate(
            service=service,
            before=old.sources["versions"] if old is not None else {},
            after=new.sources["versions"],
            changes=found,
            cases=cases,
            decisions=decisions(old, new, found, staged.anchored[service], cases),
            moved=sum(file.moved for file in staged.anchored[service].values()),
        )
        updates.append(told)
        # The first package of a service has nothing but new cases, which the documentation did not change.
        if old is not None and (found or (cases and _made(out, service))):
            path = specs / service / journal.NAME
            changed[path] = journal.with_entry(_text(path), told, today).encode()
    return Update(services=tuple(updates), contents=changed)


def _is_there(specs: Path, service: str) -> bool:
    return (specs / service / "operations.json").is_file()


def _made(out: Path, service: str) -> bool:
    return (out / folder_of(service) / "cases.json").is_file()


def _cases(out: Path, service: str, rendered: dict[str, str]) -> CaseChanges:
    name = f"{folder_of(service)}/cases.json"
    if name not in rendered or not (out / name).is_file():
        return CaseChanges()  # nothing is new to a package that is
    return compare(_json(out / name), json.loads(rendered[name]))


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}  # a package that is not there, or broken, has no cases; it is made anew


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
