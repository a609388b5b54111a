"""The report in the Common Test Report Format (ctrf.io)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from ..events import CaseFinished
from .model import Report
from .words import headline, lines_of, places

_STATUS = {
    "pass": "passed", "fail": "failed", "unsupported": "skipped", "blocked": "skipped", "pending": "pending",
    "harness-error": "other",
}  # fmt: skip
_STATUSES = ("passed", "failed", "skipped", "pending", "other")


def as_ctrf(report: Report) -> str:
    started = report.started
    start = _milliseconds(started.started)
    counts: dict[str, int] = dict.fromkeys(_STATUSES, 0)
    for verdict, number in report.totals.items():
        counts[_STATUS[verdict]] += number
    took = round(1000 * sum(case.seconds for case in report.cases))
    document: dict[str, Any] = {
        "reportFormat": "CTRF",
        "specVersion": "0.0.0",
        "generatedBy": "asdoc",
        "results": {
            "tool": {"name": "asdoc", "version": started.asdoc or "unknown"},
            "summary": {"tests": len(report.cases), **counts, "start": start, "stop": start + took},
            "tests": [_test(case, started.service) for case in report.cases],
            "environment": {
                "appName": started.service,
                "testEnvironment": started.target,
                "extra": {name: getattr(started, name) for name in ("region", "account", "clock", "spec")},
            },
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _test(case: CaseFinished, service: str) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": case.id,
        "status": _STATUS[case.verdict],
        "duration": round(1000 * case.seconds),
        "rawStatus": case.verdict,
        "suite": [service, case.kind, case.operation],
        "tags": [case.kind, case.basis],
        "type": "conformance",
    }
    where = places(case)
    if where and where[0].page and where[0].address != where[0].page:
        test["filePath"] = where[0].page
        if where[0].line:
            test["line"] = where[0].line
    if case.verdict != "pass":
        test["message"] = headline(case)
        test["trace"] = "\n".join(lines_of(case))
    return test


def _milliseconds(moment: str) -> int:
    """Since 1970; 0 where a stream does not tell it."""
    try:
        return round(1000 * datetime.fromisoformat(moment).timestamp())
    except (ValueError, OverflowError, OSError):
        return 0
