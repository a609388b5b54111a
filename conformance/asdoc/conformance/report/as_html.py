"""The report as one HTML file that needs nothing else: no network, no other file.

Whatever a page or a target says is data here. It is embedded as JSON in which no `<` can end its element, and the
script puts it into the document as text. The policy lets that one script and that one style sheet in, by their hashes,
and nothing else: even markup that got in could load, run and send nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from ..events import VERDICTS
from .github import SIGNS
from .model import Report, Share
from .view import in_order, parts, rows
from .words import clean, percent, share_text, unbroken

_ASSETS = Path(__file__).with_name("assets")
_MEANINGS = {
    "pass": "everything that was checked is as documented",
    "fail": "something is not as documented",
    "unsupported": "the target lacks the operation, as a probe showed",
    "blocked": "what the case needs could not be brought about",
    "pending": "new, and in no verdict yet",
    "harness-error": "our own request was not as documented",
}


def as_html(report: Report) -> str:
    """The whole file."""
    started = report.started
    cases = in_order(report.cases)
    blocks = [_block("rows", rows(report, cases))]
    blocks += [_block(f"part-{index}", part) for index, part in enumerate(parts(report, cases))]
    facts = [
        ("region", started.region),
        ("account", started.account),
        ("clock", started.clock),
        ("spec", started.spec[:12]),
        ("asdoc", started.asdoc),
        ("run", started.started.replace("T", " ").replace("+00:00", " UTC")),
    ]
    return page(
        "report.html",
        script=asset("report.js"),
        service=clean(started.service),
        target=clean(started.target),
        facts=Markup(
            "".join(f"<div><dt>{name}</dt><dd>{escape(clean(text))}</dd></div>" for name, text in facts if text)
        ),
        correctness=Markup(_number(report.correctness, "judged cases pass")),
        coverage=Markup(_number(report.coverage, "documented cases could be judged")),
        bases=Markup(_bases(report)),
        derived=f"{report.derived.part} of {report.derived.whole}",
        bar=Markup(_bar(report.totals)),
        chips=Markup("".join(_chip(verdict, report.totals[verdict]) for verdict in VERDICTS)),
        data=Markup("\n".join(blocks)),
    )


class Markup(str):
    """Text that is markup already, made here from escaped parts."""

    __slots__ = ()


def asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def page(template: str, *, script: str = "", **texts: str) -> str:
    """A template with escaped texts in it, its style sheet and script inlined and let in by hash."""
    style = asset("report.css")
    allowed = {
        "default-src": "'none'",
        "style-src": _hash(style),
        "script-src": _hash(script) if script else "'none'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    filled = {name: text if isinstance(text, Markup) else escape(text) for name, text in texts.items()}
    return Template(asset(template)).substitute(
        filled,
        policy=escape("; ".join(f"{name} {value}" for name, value in allowed.items())),
        style=style,
        script=script,
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _block(name: str, value: Any) -> str:
    return f'<script type="application/json" id="{name}">{embedded(value)}</script>'


def embedded(value: Any) -> str:
    """JSON that can stand in any element: without a sign that a parser of HTML, or of old JavaScript, looks for."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    # Half of a surrogate pair is JSON, and no UTF-8.
    return text.encode("utf-8", "replace").decode()


def _fact(name: str, text: str) -> str:
    return f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>"


def _number(share: Share, what: str) -> str:
    figure = f"{percent(share)}<small> %</small>" if share.whole else "–"
    return f"<strong>{figure}</strong><span>{share.part:,} of {share.whole:,} {escape(what)}</span>"


def _bases(report: Report) -> str:
    """Both numbers for what pages say and for what only follows, where a run has cases of both kinds."""
    if len(report.bases) < 2:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(clean(basis))}</th>'
        f"<td>{unbroken(share_text(correctness))}</td><td>{unbroken(share_text(coverage))}</td></tr>"
        for basis, (correctness, coverage) in report.bases.items()
    )
    head = '<th scope="col">basis</th><th scope="col">pass</th><th scope="col">could be judged</th>'
    return f'<table class="bases"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _bar(totals: dict[str, int]) -> str:
    """The verdicts as shares of one bar. Each has a pattern of its own, since not everybody tells the colours apart."""
    whole = sum(totals.values()) or 1
    at = 0.0
    pieces = []
    for verdict in VERDICTS:
        width = 1000 * totals[verdict] / whole
        if width:
            pieces.append(
                f'<g class="v-{verdict}"><rect class="fill" x="{at:.2f}" width="{width:.2f}" height="14"/>'
                f'<rect class="mark" x="{at:.2f}" width="{width:.2f}" height="14" fill="url(#p-{verdict})"/></g>'
            )
            at += width
    told = ", ".join(f"{totals[verdict]} {verdict}" for verdict in VERDICTS if totals[verdict]) or "no case"
    return (
        f'<svg class="bar" viewBox="0 0 1000 14" preserveAspectRatio="none" role="img" aria-label="{escape(told)}">'
        f"{''.join(_patterns())}{''.join(pieces)}</svg>"
    )


def _patterns() -> Iterable[str]:
    drawn = {
        "fail": "M0 8 8 0M-2 2 2-2M6 10 10 6",
        "unsupported": "M0 4H8",
        "blocked": "M4 0V8",
        "pending": "M2 2h1M6 6h1",
        "harness-error": "M0 8 8 0M0 0 8 8",
    }
    for verdict, path in drawn.items():
        yield (
            f'<pattern id="p-{verdict}" width="8" height="8" patternUnits="userSpaceOnUse">'
            f'<path d="{path}" stroke="#fff" stroke-opacity=".55" stroke-width="1.5"/></pattern>'
        )
    yield '<pattern id="p-pass" width="8" height="8" patternUnits="userSpaceOnUse"></pattern>'


def _chip(verdict: str, number: int) -> str:
    empty = " disabled" if not number else ""
    return (
        f'<button type="button" class="chip v-{verdict}" data-verdict="{VERDICTS.index(verdict)}" aria-pressed="false" '
        f'title="{escape(_MEANINGS[verdict])}"{empty}><span class="sign" aria-hidden="true">{SIGNS[verdict]}</span> '
        f"{verdict} <b>{number:,}</b></button>"
    )
