"""The report as JSON, as `schema/diff.schema.json` has it."""

from __future__ import annotations

import json
from typing import Any

from ..change import Change
from ..report import Report

FORM = "diff/1"
_FIELDS = (
    "rule",
    "severity",
    "service",
    "direction",
    "operation",
    "operations",
    "subject",
    "place",
    "pointer",
    "message",
    "before",
    "after",
    "fingerprint",
    "derived",
)


def render(report: Report) -> str:
    """One document, with a line end."""
    return json.dumps(document(report), indent=1, ensure_ascii=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    return {
        "asdoc": FORM,
        "old": report.old,
        "new": report.new,
        "date": report.date,
        "services": report.services,
        "counts": report.counts(),
        "changes": [_change(change, report) for change in report.changes],
        "notes": list(report.notes),
    }


def _change(change: Change, report: Report) -> dict[str, Any]:
    told = {name: getattr(change, name) for name in _FIELDS}
    told["operations"] = list(change.operations)
    if (accepted := report.accepted.get(change.fingerprint)) is not None:
        told["accepted"] = {"reason": accepted.reason, "until": accepted.until}
    return told
