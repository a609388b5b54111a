"""The report as JSON, by the schema beside this module."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec

from .model import FORMAT, Report

SCHEMA = Path(__file__).with_name("report.schema.json")


def as_document(report: Report) -> dict[str, Any]:
    """The report as the plain values of JSON."""
    started = report.started
    return {
        "format": FORMAT,
        "asdoc": metadata.version("asdoc"),
        "target": started.target,
        "service": started.service,
        "region": started.region,
        "account": started.account,
        "clock": started.clock,
        "spec": started.spec,
        "totals": report.totals,
        "correctness": {"passed": report.correctness.part, "judged": report.correctness.whole},
        "coverage": {"judged": report.coverage.part, "documented": report.coverage.whole},
        "bases": {
            basis: {
                "correctness": {"passed": correctness.part, "judged": correctness.whole},
                "coverage": {"judged": coverage.part, "documented": coverage.whole},
            }
            for basis, (correctness, coverage) in report.bases.items()
        },
        "derived": {"passed": report.derived.part, "judged": report.derived.whole},
        "cases": [_case(case) for case in msgspec.json.decode(msgspec.json.encode(report.cases))],
    }


_OF_THE_STREAM = ("event", "seconds", "exchanges", "timelines")
"""What differs from run to run; the report of two equal runs is equal byte for byte, and the stream has the rest."""


def _case(case: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in case.items() if name not in _OF_THE_STREAM}


def as_json(report: Report) -> str:
    return json.dumps(as_document(report), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
