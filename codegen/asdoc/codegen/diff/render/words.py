"""What several formats say alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from ..change import Change
from ..report import Report
from ..rules import SEVERITIES

TITLES = {
    "breaking": "Breaking: what worked stops working",
    "risky": "Risky: what worked may stop working",
    "safe": "Safe: what worked goes on",
    "docs": "Documentation only",
}
_SHOWN = 3


def title(report: Report) -> str:
    return f"{report.old} → {report.new}"


def summary(report: Report) -> str:
    """`3 breaking, 12 risky, 40 safe, 2 docs (1 accepted)`"""
    text = ", ".join(f"{count} {severity}" for severity, count in report.counts().items())
    accepted = sum(change.fingerprint in report.accepted for change in report.changes)
    return f"{text} ({accepted} accepted)" if accepted else text


def by_severity(changes: Iterable[Change]) -> Iterator[tuple[str, list[Change]]]:
    """The changes of each severity that there are, the worst first."""
    told = list(changes)
    for severity in SEVERITIES:
        some = [change for change in told if change.severity == severity]
        if some:
            yield severity, some


def by_service(changes: Iterable[Change]) -> Iterator[tuple[str, list[Change]]]:
    for service, some in groupby(sorted(changes, key=lambda change: change.service), key=lambda change: change.service):
        yield service, list(some)


def affected(change: Change) -> str:
    """`GetDeployment, StartDeployment and 4 more`; empty where the change names its one operation itself."""
    names = change.operations
    if not names or (len(names) == 1 and change.subject == names[0]):
        return ""
    if len(names) > _SHOWN + 1:
        return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    return ", ".join(names)


def visible(text: str) -> str:
    """Text that a page told, without characters that a terminal would obey."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)
