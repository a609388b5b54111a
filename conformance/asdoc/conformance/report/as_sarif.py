"""The report as SARIF 2.1.0: a result a failed check, pointing at the line of the page that it contradicts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from ..events import CaseFinished, Check
from .model import Report
from .words import Place, clean, expected_text, headline, places, telling, value_text

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_PAGES = "PAGES"
_RULES = {
    "status": "The status of the answer is the documented one.",
    "error-code": "The error has the documented code.",
    "value": "A value of the answer is the documented one.",
    "time": "Moments of the answer lie as far apart as documented.",
    "order": "A list is in its documented order.",
    "types": "Every member of the answer is of its documented type.",
    "required": "Every required member is in the answer.",
    "enums": "Every value of an enum is a documented one.",
    "body": "The body of the answer can be read.",
    "content-type": "The content type is that of the service's protocol.",
    "answer": "The call is answered.",
    "not-judged": "The case could not be judged.",
    "harness-error": "What asdoc sent was as documented.",
}
_LEVELS = {"fail": "error", "harness-error": "error"}


def as_sarif(report: Report) -> str:
    started = report.started
    results = [result for case in report.cases for result in _results(case)]
    used = list(dict.fromkeys(result["ruleId"] for result in results))
    for result in results:
        result["ruleIndex"] = used.index(result["ruleId"])
    driver: dict[str, Any] = {
        "name": "asdoc",
        "rules": [
            {"id": rule, "shortDescription": {"text": _RULES.get(rule, f"The check {rule} holds.")}} for rule in used
        ],
    }
    if started.asdoc:
        driver["version"] = started.asdoc
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": f"asdoc/{started.service}/{clean(started.target)}/"},
                "originalUriBaseIds": {
                    _PAGES: {"description": {"text": "The folder of boto3's pages, as `asdoc pages` writes them."}}
                },
                "columnKind": "unicodeCodePoints",
                "properties": {
                    name: getattr(started, name) for name in ("target", "service", "region", "account", "clock", "spec")
                },
                "results": results,
            }
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _results(case: CaseFinished) -> Iterator[dict[str, Any]]:
    if case.verdict == "fail":
        for check in telling(case):
            text = f"{case.operation}, {clean(check.id)}: documented {expected_text(check, 300)}, found "
            yield _result(case, _rule(check), "error", text + value_text(check.found, 300), check.id)
    elif case.verdict == "harness-error":
        yield _result(case, "harness-error", "error", f"{case.operation}: {headline(case, 500)}", "")
    elif case.verdict != "pass":
        yield _result(case, "not-judged", "note", f"{case.operation} is {case.verdict}: {headline(case, 500)}", "")


def _rule(check: Check) -> str:
    return clean(check.id.partition(":")[0].partition("@")[0]) or "check"


def _result(case: CaseFinished, rule: str, level: str, text: str, check: str) -> dict[str, Any]:
    # Results that judge nothing carry a kind of their own, and SARIF then asks for no level.
    kind = {"kind": "fail", "level": level} if level == "error" else {"kind": "review", "level": "none"}
    if case.verdict == "unsupported":
        kind = {"kind": "notApplicable", "level": "none"}
    result: dict[str, Any] = {
        "ruleId": rule,
        **kind,
        "message": {"text": text},
        "partialFingerprints": {"case/v1": hashlib.sha256(f"{case.id}\n{check}".encode()).hexdigest()},
        "properties": {"case": case.id, "verdict": case.verdict, "kind": case.kind, "basis": case.basis},
    }
    where = [place for place in places(case) if place.page]
    if where:
        result["locations"] = [_location(where[0], case)]
        if len(where) > 1:
            result["relatedLocations"] = [
                {"id": index, **_location(place, case)} for index, place in enumerate(where[1:], 1)
            ]
    return result


def _location(place: Place, case: CaseFinished) -> dict[str, Any]:
    artifact = {"uri": quote(place.page), "uriBaseId": _PAGES}
    if place.address == place.page:
        artifact = {"uri": place.page}
    physical: dict[str, Any] = {"artifactLocation": artifact}
    if place.line:
        physical["region"] = {"startLine": place.line}
    return {
        "physicalLocation": physical,
        "logicalLocations": [{"name": case.operation, "kind": "function"}],
    }
