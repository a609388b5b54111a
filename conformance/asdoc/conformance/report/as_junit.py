"""The report as JUnit XML, which every CI reads: a suite a kind of cases, a class an operation."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from ..events import CaseFinished
from .model import Report
from .words import headline, lines_of

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OUTCOMES = {
    "fail": "failure", "harness-error": "error",
    "unsupported": "skipped", "blocked": "skipped", "pending": "skipped",
}  # fmt: skip
"""Element that says why a case did not pass."""


def as_junit(report: Report) -> str:
    started = report.started
    root = ET.Element("testsuites", {"name": _text(f"{started.service} at {started.target}")})
    _count(root, report.cases)
    kinds = dict.fromkeys(case.kind for case in report.cases)
    for kind in kinds:
        cases = [case for case in report.cases if case.kind == kind]
        suite = ET.SubElement(root, "testsuite", {"name": _text(f"{started.service}.{kind}")})
        _count(suite, cases)
        if started.started:
            suite.set("timestamp", _text(started.started.removesuffix("+00:00")))
        properties = ET.SubElement(suite, "properties")
        for name in ("target", "service", "region", "account", "clock", "spec", "asdoc"):
            ET.SubElement(properties, "property", {"name": name, "value": _text(str(getattr(started, name)))})
        for case in cases:
            _case(suite, case, started.service)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(suite: ET.Element, case: CaseFinished, service: str) -> None:
    element = ET.SubElement(
        suite,
        "testcase",
        {"classname": _text(f"{service}.{case.operation}"), "name": _text(case.id), "time": f"{case.seconds:.3f}"},
    )
    outcome = _OUTCOMES.get(case.verdict)
    if not outcome:
        return
    why = ET.SubElement(element, outcome, {"message": _text(headline(case))})
    if outcome != "skipped":
        why.set("type", case.verdict)
    why.text = _text("\n".join([case.verdict, *lines_of(case)]))


def _count(element: ET.Element, cases: tuple[CaseFinished, ...] | list[CaseFinished]) -> None:
    outcomes = [_OUTCOMES.get(case.verdict, "") for case in cases]
    element.set("tests", str(len(cases)))
    element.set("failures", str(outcomes.count("failure")))
    element.set("errors", str(outcomes.count("error")))
    if element.tag == "testsuite":
        element.set("skipped", str(outcomes.count("skipped")))
    element.set("time", f"{sum(case.seconds for case in cases):.3f}")


def _text(text: str) -> str:
    """Text without what XML 1.0 cannot hold in any spelling."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
