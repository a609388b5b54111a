"""The readings that errata allow of an example."""

from __future__ import annotations

from typing import Any

from ..cases.model import Case, Erratum, Reading
from ..cases.patching import patched


def readings(errata: tuple[Erratum, ...]) -> list[Reading]:
    """The readings of all errata of one example, combined."""
    combined = [Reading(name="")]
    for erratum in errata:
        combined = [
            Reading(
                name=", ".join(filter(None, (first.name, second.name))),
                changes=first.changes + second.changes,
                before=first.before + second.before,
            )
            for first in combined
            for second in (erratum.readings or (Reading(name=""),))
        ]
    return combined


def changed(case: Case, changes: tuple[dict[str, Any], ...]) -> Case:
    """The example with RFC 6902 operations applied. Raises AsdocError where one cannot be."""
    if not changes:
        return case
    document = patched({"params": case.params, "output": case.output}, changes)
    return Case(
        id=case.id, kind=case.kind, operation=case.operation, params=document["params"], output=document["output"],
        error=case.error, basis=case.basis, source=case.source, errata=case.errata,
        given=case.given,
        made=case.made,
    )  # fmt: skip
