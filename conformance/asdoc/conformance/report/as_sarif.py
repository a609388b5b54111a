"""The report as SARIF 2.1.0: a result a failed check, pointing at the line of the page that it contradicts."""

from __future__ import annotations

import hashlib
import json
import re
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
    "error-message": "The message of the error is the documented one.",
    "timeline": "A deployment is as far as documented at each moment.",
    "pages-answered": "Every page of a list is answered.",
    "pages-end": "The last page of a list has no token.",
    "pages-enough": "The pages of a list together hold all that there is.",
    "pages-once": "Nothing is on two pages of a list.",
    "pages-token": "A token leads to the next page of a list.",
    "pages-whole": "The pages of a list are the whole list.",
    "page-size": "A page of a list is no longer than was asked for.",
    "not-judged": "The case could not be judged.",
    "harness-error": "What asdoc sent was as documented.",
}
_HELP = (
    "Each result names the page that it contradicts, what is documented there and what was found. "
    "`asdoc verify --html FILE` shows the same with what was sent and received."
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Where a word of an operation's name begins, as boto3 names its pages: `DescribeDBInstances`."""


def as_sarif(report: Report) -> str:
    started = report.started
    results = [result for case in report.cases for result in _results(case, started.service)]
    used = list(dict.fromkeys(result["ruleId"] for result in results))
    for result in results:
        result["ruleIndex"] = used.index(result["ruleId"])
    driver: dict[str, Any] = {
        "name": "asdoc",
        "rules": [_described(rule) for rule in used],
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


def _described(rule: str) -> dict[str, Any]:
    """A rule with all that GitHub's code scanning requires of one."""
    text = _RULES.get(rule, f"The check {rule} holds.")
    return {
        "id": rule,
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": _HELP},
        "defaultConfiguration": {"level": "none" if rule == "not-judged" else "error"},
    }


def _results(case: CaseFinished, service: str) -> Iterator[dict[str, Any]]:
    if case.verdict == "fail":
        for check in telling(case):
            text = f"{case.operation}, {clean(check.id)}: documented {expected_text(check, 300)}, found "
            yield _result(case, service, _rule(check), "error", text + value_text(check.found, 300), check.id)
    elif case.verdict == "harness-error":
        yield _result(case, service, "harness-error", "error", f"{case.operation}: {headline(case, 500)}", "")
    elif case.verdict != "pass":
        yield _result(
            case, service, "not-judged", "note", f"{case.operation} is {case.verdict}: {headline(case, 500)}", ""
        )


def _rule(check: Check) -> str:
    return clean(check.id.partition(":")[0].partition("@")[0]) or "check"


def _result(case: CaseFinished, service: str, rule: str, level: str, text: str, check: str) -> dict[str, Any]:
    # Results that judge nothing carry a kind of their own, and SARIF then asks for no level.
    kind = {"kind": "fail", "level": level} if level == "error" else {"kind": "review", "level": "none"}
    if case.verdict == "unsupported":
        kind = {"kind": "notApplicable", "level": "none"}
    fingerprint = hashlib.sha256(f"{case.id}\n{check}".encode(errors="replace")).hexdigest()
    result: dict[str, Any] = {
        "ruleId": rule,
        **kind,
        "message": {"text": text},
        # The second is the one name that GitHub's code scanning tells alerts apart by.
        "partialFingerprints": {"case/v1": fingerprint, "primaryLocationLineHash": f"{fingerprint[:16]}:1"},
        "properties": {"case": case.id, "verdict": case.verdict, "kind": case.kind, "basis": case.basis},
    }
    where = [place for place in places(case) if place.page] or [Place("", 0)]
    references = [place.page for place in where if place.page and place.address == place.page]
    if references:
        result["properties"]["references"] = references
    result["locations"] = [_location(where[0], case, service)]
    if len(where) > 1:
        result["relatedLocations"] = [
            {"id": index, **_location(place, case, service)} for index, place in enumerate(where[1:], 1)
        ]
    return result


def _location(place: Place, case: CaseFinished, service: str) -> dict[str, Any]:
    """Where a page says it: a path below all pages and a line, which GitHub requires of each location.

    No source, as of a recorded case, and one that is an address stand for the page of the operation as a whole: a
    location with a scheme makes GitHub refuse the file.
    """
    page, line = place.page, place.line
    if place.address == place.page:
        page, line = f"{service}/client/{_HUMP.sub('_', case.operation).lower()}.rst", 1
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(page.encode(errors="replace")), "uriBaseId": _PAGES},
            "region": {"startLine": line or 1},
        },
        "logicalLocations": [{"name": case.operation, "kind": "function"}],
    }
