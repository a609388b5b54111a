"""The report as one HTML page: no script, nothing loaded from elsewhere, and everything that was read escaped."""

from __future__ import annotations

import html

from ..change import Change, shown
from ..report import Report
from ..rules import rules
from . import words

_STYLE = """
:root { color-scheme: light dark;
  --paper: light-dark(#fbfaf7, #14171c); --card: light-dark(#fff, #1b2027); --ink: light-dark(#1c2024, #e6e8eb);
  --soft: light-dark(#575e66, #a3abb5); --line: light-dark(#dedbd3, #333b46); --wash: light-dark(#f3f1ec, #232a33);
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, Georgia, serif; }
body { margin: 0 auto; max-width: 64rem; padding: clamp(1.4rem, 4vw, 3rem) clamp(1rem, 3vw, 2.5rem) 3rem;
  background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1, h2 { font-family: var(--serif); font-weight: 600; line-height: 1.2; letter-spacing: -.01em; }
h1 { margin: 0; font-size: clamp(1.5rem, 4vw, 2.2rem); } h1 + p { margin: .6rem 0 0; color: var(--soft); }
h2 { margin: 2.2rem 0 .6rem; font-size: 1.3rem; color: var(--tone); }
h3 { margin: 1.2rem 0 .4rem; font-size: .85rem; color: var(--soft); }
ul { margin: 0; padding: 0; list-style: none; background: var(--card); border: 1px solid var(--line);
  border-radius: .6rem; }
li { padding: .55rem 1rem; } li + li { border-top: 1px solid var(--line); }
details { font-size: .9rem; color: var(--soft); } summary { cursor: pointer; } details p { margin: .4rem 0; }
code { font: .84em ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.breaking { --tone: light-dark(#b3151f, #ff8a80); } .risky { --tone: light-dark(#7a5200, #e0b050); }
.safe { --tone: light-dark(#17692e, #56c271); } .docs { --tone: var(--soft); }
.accepted { text-decoration: line-through; }
@media print { :root { color-scheme: light; --paper: #fff; } html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; } li { break-inside: avoid; } h2, h3 { break-after: avoid; } }
"""


def escape(text: str) -> str:
    """Text of which a browser makes nothing, not even a change of direction."""
    return html.escape(words.visible(text))


def render(report: Report) -> str:
    """The whole page."""
    title = escape(words.title(report))
    dated = f"{escape(report.date)}: " if report.date else ""
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{title}</h1>",
        f"<p>{dated}{escape(words.summary(report)) if report.changes else 'Nothing differs.'}</p>",
    ]
    for severity, changes in words.by_severity(report.changes):
        parts.append(f'<h2 class="{severity}">{escape(words.TITLES[severity])}</h2>')
        for service, some in words.by_service(changes):
            if report.services > 1:
                parts.append(f"<h3>{escape(service)}</h3>")
            parts += ["<ul>", *(_item(change, report) for change in some), "</ul>"]
    if report.notes:
        parts += ["<h2>Notes</h2><ul>", *(f"<li>{escape(note)}</li>" for note in report.notes), "</ul>"]
    parts.append("</body></html>")
    return "\n".join(parts) + "\n"


def _item(change: Change, report: Report) -> str:
    accepted = report.accepted.get(change.fingerprint)
    text = f"<span{' class=accepted' if accepted else ''}>{escape(change.message)}</span>"
    if change.derived:
        text += " <em>(derived)</em>"
    if accepted is not None:
        text += f" — accepted until {escape(accepted.until)}: {escape(accepted.reason)}"
    where = ", ".join(change.operations)
    told = [f"<p>{escape(rules()[change.rule].why)}</p>"]
    for word, value in (("Before", change.before), ("After", change.after)):
        if value not in (None, ""):
            told.append(f"<p>{word}: <code>{escape(shown(value))}</code></p>")
    if where:
        told.append(f"<p>In {escape(where)}.</p>")
    told.append(f"<p><code>{escape(change.pointer)}</code></p>")
    summary = f"<summary><code>{escape(change.rule)}</code> <code>{change.fingerprint}</code></summary>"
    return f"<li>{text}<details>{summary}{''.join(told)}</details></li>"
