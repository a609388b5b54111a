"""The HTML report of ten thousand cases in Chromium, beside a page with nothing but a table of them."""

from __future__ import annotations

import html
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from asdoc.conformance.report.as_html import as_html
from asdoc.conformance.report.model import Report, gather
from tests.bench.measure import Row, pair, row
from tests.report.browser import Shown, browser, installed
from tests.report.runs import huge

CASES = 10_000
TURNS = 5
_WHAT = f"HTML report of {CASES:,} cases until loaded, against a plain table"
_GOAL = "1 s"


def rows() -> Iterator[Row]:
    if not installed():
        yield Row(_WHAT, "no chromium", "", "", _GOAL)
        return
    report = gather(huge(CASES))
    with tempfile.TemporaryDirectory() as temporary, browser() as started:
        files = Path(temporary) / "report.html", Path(temporary) / "table.html"
        for file, text in zip(files, (as_html(report), _table(report)), strict=True):
            file.write_text(text, encoding="utf-8")
        figures = [[_milliseconds(started, file) for file in files] for _ in range(TURNS)]
    yield row(_WHAT, pair([own for own, _ in figures], [other for _, other in figures]), 1, "ms", _GOAL)


def _milliseconds(started: Browser, file: Path) -> float:
    shown = Shown(started, file)
    try:
        return float(shown.page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
    finally:
        shown.close()


def _table(report: Report) -> str:
    lines = (
        f"<tr><td>{html.escape(each.id)}<td>{each.verdict}<td>{html.escape(str(each.exchanges))}"
        for each in report.cases
    )
    return f"<!doctype html><title>Cases</title><table>{''.join(lines)}</table>"


if __name__ == "__main__":
    for line in rows():
        print(*line, sep="  ")
