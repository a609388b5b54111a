"""Standard output and error where their encoding cannot say all: what is printed loses a sign there, never its end."""

from __future__ import annotations

import codecs
import io
import sys

_ERRORS = "asdoc-plain"
_PLAIN = {
    "→": "->",
    "…": "...",
    "✓": "+",
    "✗": "x",
    "⊘": "o",
    "–": "-",
    "—": "-",
    "•": "*",
    "×": "x",  # noqa: RUF001  a multiplication
    "\N{NO-BREAK SPACE}": " ",
}


def prepare() -> None:
    """Make both streams take every text. One of ASCII takes UTF-8, as Python has it of the C locale."""
    codecs.register_error(_ERRORS, _plain)
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        name = codecs.lookup(stream.encoding).name
        if name == "ascii":
            stream.reconfigure(encoding="utf-8")
        elif not name.startswith("utf"):
            stream.reconfigure(errors=_ERRORS)


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_PLAIN.get(sign) or sign.encode("ascii", "backslashreplace").decode() for sign in wrong), error.end
