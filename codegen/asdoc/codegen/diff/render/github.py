"""The report as annotations of GitHub Actions: breaking changes are errors, risky ones warnings, the rest notices."""

from __future__ import annotations

from ..report import Report
from . import words

_LEVELS = {"breaking": "error", "risky": "warning", "safe": "notice", "docs": "notice"}


def render(report: Report) -> str:
    """A line for each change that nobody has accepted, and a summary."""
    lines = [
        f"::{_LEVELS[change.severity]} title={_property(f'{change.service}: {change.rule}')}::"
        f"{_message(f'{change.message} [{change.fingerprint}]')}"
        for change in report.open()
    ]
    lines += [f"::notice title=asdoc diff::{_message(note)}" for note in report.notes]
    lines.append(f"::notice title=asdoc diff::{_message(f'{words.title(report)}: {words.summary(report)}')}")
    return "\n".join(lines) + "\n"


def _message(text: str) -> str:
    return words.visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
