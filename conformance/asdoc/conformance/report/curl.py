"""A request of a run as a `curl` line that repeats it. Its keys come from the environment of whoever runs it."""

from __future__ import annotations

import shlex

from asdoc.runtime.redaction import HIDDEN

from ..events import Exchange

_LEFT_OUT = frozenset({"authorization", "content-length", "host", "x-amz-date", "x-amz-content-sha256", "user-agent"})
"""curl sets these itself, or signs anew."""


def curl(exchange: Exchange, region: str) -> str:
    """The line, for a POSIX shell; empty where the body is not known whole, so that it could not repeat the request."""
    sent = exchange.sent
    if sent.altered or sent.shown < sent.size or HIDDEN in exchange.url:
        return ""
    words = ["curl", "--globoff", "--include", "--request", exchange.method]
    if exchange.signing:
        words += ["--aws-sigv4", f"aws:amz:{region}:{exchange.signing}"]
    quoted = [_quoted(word) for word in words]
    if exchange.signing:
        quoted += ["--user", '"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"']
    for name, value in sent.headers.items():
        if name not in _LEFT_OUT and value != HIDDEN:
            quoted += ["--header", _quoted(f"{name}: {value}" if value else f"{name};")]
    before = ""
    if sent.base64:
        before = f"printf %s {_quoted(sent.body)} | base64 -d | "
        quoted += ["--data-binary", "@-"]
    elif sent.body:
        quoted += ["--data-raw", _quoted(sent.body)]
    return before + " ".join([*quoted, "--url", _quoted(exchange.url)])


def _quoted(word: str) -> str:
    # A NUL cannot stand in a word of a shell at all.
    return shlex.quote(word.replace("\0", ""))
