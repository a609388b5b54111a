"""What a difference comes to: all changes, which of them are accepted, and what could not be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from .accept import Accepted
from .change import Change
from .rules import SEVERITIES, at_least


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the formats show."""

    old: str
    """The sides, as the user named them."""
    new: str
    date: str = ""
    """The day of the newer side, as `2022-07-13`; empty where nothing tells it."""
    services: int
    """How many were compared."""
    changes: tuple[Change, ...]
    """The worst first."""
    accepted: Mapping[str, Accepted] = {}
    """By fingerprint: changes that somebody has accepted, and why."""
    notes: tuple[str, ...] = ()
    """What could not be compared, and what is to be done about the list of accepted changes."""

    def counts(self) -> dict[str, int]:
        """How many changes of each severity there are, accepted ones aside."""
        found = Counter(change.severity for change in self.open())
        return {severity: found[severity] for severity in SEVERITIES}

    def open(self) -> tuple[Change, ...]:
        """The changes that nobody has accepted."""
        return tuple(change for change in self.changes if change.fingerprint not in self.accepted)

    def failing(self, severity: str) -> tuple[Change, ...]:
        """The open changes that are as bad as that, or worse."""
        bad = at_least(severity)
        return tuple(change for change in self.open() if change.severity in bad)


def worst(changes: Iterable[Change], count: int) -> tuple[Change, ...]:
    """The changes that break most operations: breaking ones first, then those that many operations are affected by."""
    rank = {severity: index for index, severity in enumerate(SEVERITIES)}
    weigh = sorted(
        changes,
        key=lambda change: (rank[change.severity], -len(change.operations), change.service, change.fingerprint),
    )
    return tuple(weigh[:count])
