"""What GitHub shows of a run: a summary of the step, and annotations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..events import VERDICTS, CaseFinished
from .model import Report
from .words import clean, headline, places, share_text

_SHOWN = 50
_ANNOTATIONS = 10
"""GitHub shows no more of one kind in a step."""
SIGNS = {"pass": "✓", "fail": "✗", "unsupported": "–", "blocked": "⊘", "pending": "…", "harness-error": "!"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~<>&@:$-])")


def as_summary(report: Report) -> str:
    """Markdown: the two numbers, the verdicts, and each failure with its page."""
    started = report.started
    lines = [
        f"### {markdown(started.service)} at {markdown(started.target)}, as documented",
        "",
        "| " + " | ".join(f"{SIGNS[verdict]} {verdict}" for verdict in VERDICTS) + " |",
        "|" + "---:|" * len(VERDICTS),
        "| " + " | ".join(str(report.totals[verdict]) for verdict in VERDICTS) + " |",
        "",
        f"**Correctness**: {share_text(report.correctness)} judged cases pass. "
        f"**Coverage**: {share_text(report.coverage)} documented cases could be judged.",
    ]
    if len(report.bases) > 1:
        lines += [""]
        lines += [
            f"- {markdown(basis)}: {share_text(correctness)} pass, {share_text(coverage)} could be judged"
            for basis, (correctness, coverage) in report.bases.items()
        ]
    against = [case for case in report.cases if case.verdict in ("fail", "harness-error")]
    if against:
        lines += ["", "| verdict | case | what is documented, and what was found | page |", "|---|---|---|---|"]
        lines += [_row(case) for case in against[:_SHOWN]]
        if len(against) > _SHOWN:
            lines += ["", f"… and {len(against) - _SHOWN} more; the HTML report shows all."]
    return "\n".join(lines) + "\n"


def _row(case: CaseFinished) -> str:
    where = places(case)
    page = ""
    if where:
        name = markdown(str(where[0]))
        page = f"[{name}]({where[0].address})" if where[0].address else name
    return f"| {SIGNS[case.verdict]} {case.verdict} | {markdown(case.id)} | {markdown(headline(case))} | {page} |"


def as_annotations(report: Report) -> Iterator[str]:
    """One workflow command a failure, as GitHub reads them from the output of a step."""
    against = [case for case in report.cases if case.verdict in ("fail", "harness-error")]
    room = _ANNOTATIONS if len(against) <= _ANNOTATIONS else _ANNOTATIONS - 1
    for case in against[:room]:
        where = places(case)
        told = f"{headline(case, 400)}" + (f" ({where[0]})" if where else "")
        yield f"::error title={_property(f'{case.verdict} {case.id}')}::{_data(told)}"
    if len(against) > room:
        yield f"::error title=asdoc::{_data(f'{len(against) - room} more cases are not as documented.')}"


def markdown(text: str) -> str:
    """Text that stays text: no markup, no mention, no cell of a table, no line of its own."""
    return _MARKDOWN.sub(lambda found: f"&#{ord(found[1])};", clean(text))


def _data(text: str) -> str:
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
