"""The text of a page: its lines, where a fact stands in it, and how a page is refused."""

from __future__ import annotations

import hashlib

from asdoc.runtime.errors import AsdocError


class PageError(AsdocError):
    """A page that cannot be read whole. Says the file, the line and the reason; the other pages go on."""

    def __init__(self, path: str, line: int, reason: str, *, hint: str = "") -> None:
        super().__init__(f"{path}:{line}: {reason}", hint=hint)
        self.path = path
        self.line = line
        self.reason = reason


MAX_BYTES = 10_000_000
"""A quarter more than the largest known, which boto3 1.24 writes of EC2 (7.8 MB); as much is read in 2 seconds."""


_HINT = "Was it cut off? Write it again with `asdoc pages`."


class Text:
    """A page as its reader sees it. Lines are counted from 1, `lines[0]` being a placeholder."""

    __slots__ = ("lines", "path", "sha256", "text")

    def __init__(self, path: str, data: bytes) -> None:
        """Raises PageError where `data` is not UTF-8 text, or too much of it."""
        self.path = path
        if len(data) > MAX_BYTES:
            raise PageError(path, 1, f"a page of {len(data):,} bytes is no page of a service")
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise PageError(
                path,
                data.count(b"\n", 0, error.start) + 1,
                "this is not UTF-8 text",
                hint="Give the page as boto3 writes it.",
            ) from error
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.text = text
        self.lines = ["", *text.split("\n")]

    def refuse(self, line: int, reason: str, *, cut: str = "") -> PageError:
        """The error for this page. `cut` names what a page that ends at this very line was cut in."""
        if cut and line == len(self.lines) - 1:
            reason = f"the page ends inside {cut}"
        return PageError(self.path, line, reason, hint=_HINT if "the page ends" in reason else "")


def hash_of(sentence: str) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of what was read, without the white space around it."""
    return hashlib.sha256(sentence.strip().encode()).hexdigest()[:12]
