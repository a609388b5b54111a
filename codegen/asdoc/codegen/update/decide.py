"""What an update cannot decide by itself, for a maintainer to look at."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator, Mapping
from importlib.machinery import ModuleSpec
from pathlib import Path

import msgspec

from asdoc.codegen.diff import Change
from asdoc.codegen.packages import folder_of
from asdoc.codegen.spec import Spec

from .anchors import Anchored
from .cases import CaseChanges

_DEFINED = re.compile(r"^ +def (\w+)\(self", re.MULTILINE)


class Decision(msgspec.Struct, frozen=True):
    """One thing to look at: where it lies, and what is to be done about it."""

    where: str
    what: str


def decisions(
    old: Spec | None, new: Spec, changes: tuple[Change, ...], anchored: Mapping[str, Anchored], cases: CaseChanges
) -> tuple[Decision, ...]:
    """Everything about one service, the most urgent first."""
    found = [
        *_lost(new, anchored),
        *_of_gone_operations(new),
        *_breaking(changes),
        *_without_behaviour(old, new),
        *_cases(new, cases),
    ]
    return tuple(dict.fromkeys(found))


def _lost(spec: Spec, anchored: Mapping[str, Anchored]) -> Iterator[Decision]:
    for name, file in sorted(anchored.items()):
        for source in file.lost:
            yield Decision(
                f"{spec.service}/{name}",
                f"cites {source}, which its page does not say any more: read the page, and restate it or drop it",
            )


def _of_gone_operations(spec: Spec) -> Iterator[Decision]:
    for statement in spec.statements.get("statements") or ():
        for operation in statement.get("operations", ()):
            if operation not in spec.operations:
                yield Decision(
                    f"{spec.service}/statements.yaml",
                    f"{statement['id']} is of {operation}, which is gone: drop it, or say what took its place",
                )


def _breaking(changes: tuple[Change, ...]) -> Iterator[Decision]:
    for change in changes:
        if change.severity == "breaking":
            yield Decision(change.place, f"breaks callers or readers ({change.rule}): {change.message}")


def _without_behaviour(old: Spec | None, new: Spec) -> Iterator[Decision]:
    folder = folder_of(new.service)
    found = importlib.util.find_spec(f"asdoc.behaviour.{folder}")
    if found is None:
        return
    known = _functions(found)
    for name in sorted(new.operations.keys() - (old.operations.keys() if old is not None else set())):
        method = new.operations[name]["method"]
        if method not in known:
            yield Decision(
                f"behaviour/{folder}",
                f"{name} is new: the reference backend answers 501 until its behaviour has the method {method}",
            )


def _functions(package: ModuleSpec) -> set[str]:
    """What a package defines, read and not run: a behaviour imports the package that is being made anew."""
    paths = [path for folder in package.submodule_search_locations or () for path in Path(folder).glob("*.py")]
    paths += [Path(package.origin)] if package.origin and not paths else []
    return {name for path in paths for name in _DEFINED.findall(path.read_text(encoding="utf-8"))}


def _cases(spec: Spec, cases: CaseChanges) -> Iterator[Decision]:
    told = {
        "new": (cases.new, "new: pending in each baseline until somebody has looked at what a target does"),
        "changed": (cases.changed, "changed: what a baseline says may not hold any more"),
        "gone": (cases.gone, "gone: a baseline that names one is stale"),
    }
    for ids, what in told.values():
        if ids:
            shown = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
            counted = "1 case is" if len(ids) == 1 else f"{len(ids)} cases are"
            yield Decision(f"{spec.service}/cases.json", f"{counted} {what} ({shown})")
