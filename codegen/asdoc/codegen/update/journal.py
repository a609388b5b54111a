"""The changelog of a service: one entry an update, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from asdoc.codegen.diff import Change
from asdoc.codegen.diff.render.markdown import escaped

if TYPE_CHECKING:
    from .run import ServiceUpdate

NAME = "CHANGELOG.md"
_HEAD = "# What changed in the documentation of {service}\n\nWritten by `asdoc update`, the newest first.\n"


def with_entry(text: str, update: ServiceUpdate, day: str) -> str:
    """The changelog `text`, which may be empty, with the entry of an update at its top."""
    head, mark, rest = text.partition("\n## ")
    if not head.strip():
        head = _HEAD.format(service=update.service)
    entry = "\n".join(_entry(update, day))
    return f"{head.rstrip()}\n\n{entry}\n{mark}{rest}" if mark else f"{head.rstrip()}\n\n{entry}\n"


def release(versions: dict[str, str]) -> str:
    """`boto3 1.44.5`; empty where the pages told no version."""
    return f"boto3 {versions['boto3']}" if "boto3" in versions else ""


def _entry(update: ServiceUpdate, day: str) -> Iterator[str]:
    before, after = release(update.before), release(update.after)
    span = f": {before} to {after}" if before and after and before != after else (f": {after}" if after else "")
    yield f"## {day}{span}"
    for severity, changes in groupby(update.changes, key=lambda change: change.severity):
        yield ""
        yield f"### {severity.capitalize()}"
        yield ""
        yield from (_line(change) for change in changes)
    counts = {"new": update.cases.new, "changed": update.cases.changed, "gone": update.cases.gone}
    told = ", ".join(f"{len(ids)} {what}" for what, ids in counts.items() if ids)
    if told:
        yield ""
        yield f"Cases: {told}."


def _line(change: Change) -> str:
    """As a list item in which nothing of a page is markup."""
    return f"- {escaped(change.message)} (`{change.rule}`, {change.fingerprint})"
