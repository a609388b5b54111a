"""The two sides of a difference, each a folder of specs, a folder of pages, or a version of botocore."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from asdoc.codegen import workers
from asdoc.codegen.extract import attempt, refusal
from asdoc.codegen.settle import Given
from asdoc.codegen.spec import files
from asdoc.codegen.spec.load import Spec, load_spec
from asdoc.runtime.errors import AsdocError

from . import fetch
from .change import Change, Draft
from .compare import changes
from .scope import alike

_DOING = "comparing"
_SPEC = "operations.json"


class Side(NamedTuple):
    label: str
    """As the user said it."""
    specs: Path
    services: tuple[str, ...]
    date: str = ""
    """The day it is of, where that is known."""


class Outcome(NamedTuple):
    """What came of comparing one service."""

    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    """What could not be compared."""


def opened(told: str, services: Sequence[str], scratch: Path, *, processes: int = 1) -> Side:
    """A side as the user said it, with these services, or all where none is named.

    Pages are extracted below `scratch`. Raises AsdocError for what is none of the three, and for a service that the
    side should have and that nobody knows.
    """
    if fetch.is_version(told):
        fetched = fetch.fetch(told, services, processes=processes)
        return Side(told, fetched.specs, fetched.services, fetched.date)
    path = Path(told)
    if not path.exists():
        raise AsdocError(
            f"comparing {told[:200]}: there is no such folder, and it is no version.",
            hint="Give a folder of specs, a folder of pages, or a version such as botocore==1.27.28.",
        )
    if path.name in files.GENERATED and path.with_name(_SPEC).is_file():
        path = path.parent  # one file of a spec stands for all of it
    if (path / _SPEC).is_file():
        return Side(told, path.resolve().parent, _some((path.resolve().name,), services))
    found = tuple(sorted(spec.parent.name for spec in path.glob(f"*/{_SPEC}"))) if path.is_dir() else ()
    if found:
        return Side(told, path, _some(found, services))
    given = Given(services[0]) if len(services) == 1 else Given()
    extraction = attempt([path], scratch, given=given, processes=processes)
    if (error := refusal(extraction)) is not None:
        raise error
    return Side(told, scratch, _some(tuple(extraction.services), services))


def _some(found: tuple[str, ...], wanted: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in found if not wanted or name in wanted)


def compare(
    old: Side,
    new: Side,
    done: Callable[[str, Outcome], None],
    *,
    services: Sequence[str] = (),
    processes: int = 1,
    edits: bool = True,
) -> None:
    """Compare all services of both sides, and call `done` with each. Without `edits` changes carry no facts.

    Raises AsdocError where neither side has a service of `services`, and where a spec cannot be read.
    """
    either = sorted({*old.services, *new.services})
    for name in services:
        if name not in either:
            raise AsdocError(
                f"comparing {name!r}: neither {old.label} nor {new.label} has that service.",
                hint=f"They have {', '.join(either[:8])}{' and more' if len(either) > 8 else ''}."
                if either
                else "Services are named as boto3 names them.",
            )
    failed: list[AsdocError] = []

    def arrived(name: str, result: Outcome | AsdocError) -> None:
        if isinstance(result, AsdocError):
            failed.append(result)
        else:
            done(name, result)

    for name in either:
        if name not in old.services or name not in new.services:
            came = name in new.services
            done(name, Outcome((_whole(name, load_spec((new if came else old).specs, name), came=came),)))
    both = [name for name in either if name in old.services and name in new.services]
    jobs = {name: name for name in sorted(both, key=lambda name: _size(new, name), reverse=True)}
    work = partial(_compare, old=old.specs, new=new.specs, edits=edits)
    workers.run(work, jobs, arrived, doing=_DOING, processes=processes)
    if failed:
        raise workers.together(failed, "services could not be compared")


def _size(side: Side, name: str) -> int:
    return (side.specs / name / "shapes.json").stat().st_size


def _compare(name: str, *, old: Path, new: Path, edits: bool) -> Outcome:
    scope = alike(load_spec(old, name), load_spec(new, name))
    found = tuple(change for change in changes(scope.old, scope.new) if change.rule not in scope.silent)
    return Outcome(found if edits else tuple(change.light() for change in found), scope.notes)


def _whole(name: str, spec: Spec, *, came: bool) -> Change:
    rule = "service-added" if came else "service-removed"
    return Draft(rule=rule, subject=name, pointer="operations.json#", operations=set(spec.operations)).done(name)
