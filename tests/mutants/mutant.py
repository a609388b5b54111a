"""A wrong backend, and how one tells that it was caught for what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from asdoc.conformance.events import CaseFinished


class Mutant(NamedTuple):
    name: str
    make: Callable[[], Any]
    """Gives a fresh target."""
    operation: str = ""
    """The operation that answers wrongly; its name must stand in the case that catches it."""
    checks: tuple[str, ...] = ()
    """What the ids of checks begin with that name the fault."""
    caught_by: tuple[str, str] | None = None
    """The case that must fail, and the check in it, where one alone names the fault."""
    nothing_passes: bool = False
    """Caught where no case passes."""
    service: str = "appconfig"


class Outcome(NamedTuple):
    name: str
    killed: bool
    """Some case failed."""
    named: tuple[str, str] | None
    """A failed case and check that name the fault."""
    failed: int
    """Number of failed cases."""
    detail: str = ""


def judge(mutant: Mutant, cases: list[CaseFinished]) -> Outcome:
    """Whether a run over a mutant caught it, and by what."""
    failed = [case for case in cases if case.verdict == "fail"]
    found = [(case, check) for case in failed for check in case.checks if check.outcome == "fail" and check.decides]
    if mutant.nothing_passes:
        passed = [case.id for case in cases if case.verdict == "pass"]
        return Outcome(mutant.name, not passed, None if passed else ("", ""), len(failed))
    if mutant.caught_by is not None:
        named = [(case.id, check.id) for case, check in found if (case.id, check.id) == mutant.caught_by]
    else:
        named = [
            (case.id, check.id)
            for case, check in found
            if _calls(case, mutant.operation) and check.id.startswith(mutant.checks)
        ]
    return Outcome(mutant.name, bool(failed), named[0] if named else None, len(failed))


def _calls(case: CaseFinished, operation: str) -> bool:
    """Whether a case calls an operation, be it several times; of every operation, whether it is any."""
    return not operation or operation in (case.operation, *(call.partition(",")[0] for call in case.path))
