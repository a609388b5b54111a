"""The forms that a report can be written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .as_badge import as_badge
from .as_ctrf import as_ctrf
from .as_html import as_html
from .as_json import as_json
from .as_junit import as_junit
from .as_sarif import as_sarif
from .model import Report


class Format(NamedTuple):
    write: Callable[[Report], str]
    """The whole text of the file. A function of the report alone, and so of the events."""
    summary: str


FORMATS = {
    "json": Format(as_json, "JSON, the same bytes for the same verdicts"),
    "junit": Format(as_junit, "JUnit XML"),
    "ctrf": Format(as_ctrf, "CTRF (Common Test Report Format)"),
    "sarif": Format(as_sarif, "SARIF 2.1.0, pointing at lines of pages"),
    "html": Format(as_html, "one HTML file that needs no network"),
    "badge": Format(as_badge, "a badge (SVG)"),
}
