"""One change between two specs, and how it is known again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import msgspec

from .flat import Edit, Rename
from .rules import SEVERITIES, rules

_SHOWN = 160


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What differs in one respect. The same change of the same facts has one fingerprint, whatever else differs."""

    rule: str
    severity: str
    service: str
    direction: str
    """`input`, `output` or `error`, for whom it was judged; empty where that is of no account."""
    operation: str
    """The first of `operations` by name; empty where no operation is affected."""
    operations: tuple[str, ...]
    """All that are affected."""
    subject: str
    """`Deployment.State`, `StopDeployment`, ..."""
    place: str
    """Where it is met first: `GetDeployment.output.State`."""
    pointer: str
    """File and JSON pointer of the spec that has it: the new one, or the old one of what is gone."""
    message: str
    before: Any
    after: Any
    fingerprint: str
    derived: bool
    """True where facts of both specs were put together by reasoning: a rename, a move."""
    edits: tuple[Edit, ...] = ()
    """The facts that differ. Those of a derived change may be claimed by another one as well."""
    renames: tuple[Rename, ...] = ()

    def light(self) -> Change:
        """Without the facts, which are many."""
        return msgspec.structs.replace(self, edits=(), renames=())


class Draft(msgspec.Struct, kw_only=True):
    """A change that is being found."""

    rule: str
    subject: str
    pointer: str
    direction: str = ""
    operations: set[str] = set()
    place: str = ""
    before: Any = None
    after: Any = None
    derived: bool = False
    edits: list[Edit] = []
    renames: list[Rename] = []

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What tells a change from all others."""
        return (self.rule, self.direction, self.subject, _text(self.before), _text(self.after))

    def done(self, service: str) -> Change:
        rule = rules()[self.rule]
        operations = tuple(sorted(self.operations - {""}))
        message = rule.says.format(subject=self.subject or service, before=shown(self.before), after=shown(self.after))
        return Change(
            rule=rule.id,
            severity=rule.severity,
            service=service,
            direction=self.direction,
            operation=operations[0] if operations else "",
            operations=operations,
            subject=self.subject,
            place=self.place or self.subject,
            pointer=self.pointer,
            message=message,
            before=self.before,
            after=self.after,
            fingerprint=fingerprint(service, *self.key),
            derived=self.derived,
            edits=tuple(sorted(self.edits, key=lambda edit: edit.path)),
            renames=tuple(self.renames),
        )


def fingerprint(*told: str) -> str:
    """16 hexadecimal digits. They depend on service, rule, direction, subject and both values, and on nothing else."""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def shown(value: Any) -> str:
    """A value in a sentence, on one line."""
    text = value if isinstance(value, str) else _text(value)
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The worst first, then by operation and place."""
    rank = {severity: index for index, severity in enumerate(SEVERITIES)}
    return tuple(
        sorted(
            changes,
            key=lambda change: (
                rank[change.severity],
                change.service,
                change.operation,
                change.subject,
                change.rule,
                change.direction,
                change.fingerprint,
            ),
        )
    )


def pointer(file: str, *steps: str) -> str:
    """`shapes.json#/$defs/Deployment/properties/State`"""
    return f"{file}#" + "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
