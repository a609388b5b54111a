"""The report as one HTML page: no script, nothing loaded from elsewhere, and everything that was read escaped."""

from __future__ import annotations

import html

from ..change import Change, shown
from ..report import Report
from ..rules import rules
from . import words

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
body { overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
li { margin: .5rem 0; } details { color: #5f6368; } code { font-size: .9em; }
.breaking { color: #b3261e; } .risky { color: #8a5a00; } .safe { color: #1b6e36; } .docs { color: #5f6368; }
@media (prefers-color-scheme: dark) {
  .breaking { color: #ff8a80; } .risky { color: #ffcc66; } .safe { color: #81c995; }
  details, .docs { color: #a8adb3; }
}
.accepted { text-decoration: line-through; }
"""


def escape(text: str) -> str:
    """Text of which a browser makes nothing, not even a change of direction."""
    return html.escape(words.visible(text))


def render(report: Report) -> str:
    """The whole page."""
    title = escape(words.title(report))
    dated = f" ({escape(report.date)})" if report.date else ""
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{title}{dated}</h1>",
        f"<p>{escape(words.summary(report)) if report.changes else 'Nothing differs.'}</p>",
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
