"""The report as a badge: an SVG of one line, read by eye and by screen readers."""

from __future__ import annotations

from html import escape

from .model import Report
from .words import clean, percent

_HEIGHT = 20
_PADDING = 6
_NARROW, _WIDE = frozenset("fijlrtI.,:;|!'()[] "), frozenset("mwMWOQG%@")


def as_badge(report: Report) -> str:
    """Passed of judged cases. The title tells what could not be judged, so that no colour hides it."""
    share, coverage = report.correctness, report.coverage
    label = f"{clean(report.started.service)} as documented"
    value = f"{share.part} of {share.whole}" if share.whole else "not judged"
    title = f"{label}: {value} judged cases pass, {coverage.part} of {coverage.whole} could be judged"
    return _svg(label, value, _colour(report), title)


def _colour(report: Report) -> str:
    """Dark enough for white letters (4.5 to 1)."""
    share = report.correctness
    if not share.whole:
        return "#59636e"
    if report.totals["harness-error"]:
        return "#8250df"
    if share.part == share.whole:
        return "#1a7f37"
    return "#9a6700" if percent(share) >= 90 else "#cf222e"


def _svg(label: str, value: str, colour: str, title: str) -> str:
    left, right = _width(label) + 2 * _PADDING, _width(value) + 2 * _PADDING
    whole = left + right
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}">\n'
        f"  <title>{escape(title)}</title>\n"
        f'  <clipPath id="r"><rect width="{whole}" height="{_HEIGHT}" rx="3"/></clipPath>\n'
        f'  <g clip-path="url(#r)"><rect width="{left}" height="{_HEIGHT}" fill="#24292f"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{colour}"/></g>\n'
        f'  <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">\n'
        f'    <text x="{left / 2:g}" y="14" textLength="{left - 2 * _PADDING}">{escape(label)}</text>\n'
        f'    <text x="{left + right / 2:g}" y="14" textLength="{right - 2 * _PADDING}">{escape(value)}</text>\n'
        "  </g>\n</svg>\n"
    )


def _width(text: str) -> int:
    """About as many pixels as the text takes; `textLength` then fits it exactly, whatever font there is."""
    return round(sum(4.2 if sign in _NARROW else 10.0 if sign in _WIDE else 7.0 for sign in text))
