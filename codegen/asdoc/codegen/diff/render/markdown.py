"""The report as an entry of a changelog, in Markdown."""

from __future__ import annotations

import re

from ..change import Change
from ..report import Report
from . import words

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~&@])")
_LINK = re.compile(r"(?i)(?:https?|ftp)(?=://)|www(?=\.)")
"""Where GitHub begins to make a link of plain text."""


def render(report: Report) -> str:
    """A heading of the second level, and below it each severity with its changes."""
    dated = f" ({report.date})" if report.date else ""
    lines = [f"## {escaped(words.title(report))}{dated}", ""]
    if not report.changes:
        lines += ["Nothing differs.", ""]
    else:
        lines += [words.summary(report), ""]
    for severity, changes in words.by_severity(report.changes):
        lines += [f"### {words.TITLES[severity]}", ""]
        for service, some in words.by_service(changes):
            if report.services > 1:
                lines += [f"#### {escaped(service)}", ""]
            lines += [_line(change, report) for change in some] + [""]
    if report.notes:
        lines += ["### Notes", "", *(f"- {escaped(note)}" for note in report.notes), ""]
    return "\n".join(lines)


def _line(change: Change, report: Report) -> str:
    text = f"- {escaped(change.message)}"
    if where := words.affected(change):
        text += f" — in {escaped(where)}"
    if change.derived:
        text += " (derived)"
    if (accepted := report.accepted.get(change.fingerprint)) is not None:
        text += f" (accepted until {accepted.until}: {escaped(accepted.reason)})"
    return f"{text} `{change.rule}` `{change.fingerprint}`"


def escaped(text: str) -> str:
    """Text on one line of which Markdown, and HTML within it, makes nothing."""
    told = _SPECIAL.sub(r"\\\1", words.visible(" ".join(text.split())))
    return _LINK.sub(r"\g<0>\\", told).replace("\\<", "&lt;").replace("\\>", "&gt;")
