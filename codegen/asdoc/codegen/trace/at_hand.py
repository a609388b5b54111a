"""Pages that are at hand: what stands in the lines that a spec was read from.

A spec holds no sentence, only where it stood and its hash; so a sentence is shown where both still fit, and only there.
"""

from __future__ import annotations

import html
import re
import textwrap
from pathlib import Path

from asdoc.codegen.pages import Node, PageError, Text, hash_of, read_pages
from asdoc.runtime.errors import AsdocError

from .subject import SIDES
from .values import State

_MOST_LINES = 2000
"""How long a documented call or its output may be."""
_BESIDE = re.compile(r"\) (?:--|–)\*?(.*)")
"""What stands in the line of an explained parameter behind its type."""
_TAG = re.compile(r"<[^<>]*>")
_LINK = re.compile(r'<a [^<>]*href="(https?:[^"<>]*)"[^<>]*>([^<]*)</a>')
_MARKS = ("", "[REQUIRED]")
_HEADINGS = (
    ":type ",
    ":rtype:",
    ":returns:",
    "**",
    "Return type:",
    "Returns:",
    "Exceptions",
    "Examples",
    "dict",
    "- *(",
)


class Pages:
    """A folder of pages; each is read once."""

    def __init__(self, folder: Path | None) -> None:
        """None where there are no pages at hand. Raises AsdocError where the folder does not exist."""
        if folder is not None and not folder.is_dir():
            raise AsdocError(
                f"tracing: {folder} is no folder of pages",
                hint="Write the pages with `asdoc pages SERVICE --out DIR`, or trace without --pages.",
            )
        self._folder = folder
        self._lines: dict[str, tuple[list[str], list[str]] | None] = {}
        self._nodes: dict[str, list[tuple[str, Node]]] = {}

    def sentence(self, page: str, line: int, digest: str) -> tuple[State, str]:
        """What stands in that line, or from there on, and has the hash."""
        found = self._of(page)
        if found is None:
            return "not at hand", ""
        lines, shown = found
        if line < len(lines) and hash_of(lines[line]) == digest:
            row = lines[line] if lines is shown else _plain(_LINK.sub(r"\2 (\1)", lines[line]))
            return "as read", row.strip() or lines[line].strip()  # of a tag alone, the tag
        # A documented call is hashed whole, without its margin; the caption above it as it is shown.
        for read in (lines, shown):
            whole = ""
            for end, row in enumerate(read[line : line + _MOST_LINES], line + 1):
                whole += f"\n{row.strip()}" if whole else row.strip()
                if hash_of(whole) == digest:
                    return "as read", textwrap.dedent("\n".join(shown[line:end])).strip()
        return "changed", ""

    def explanation(self, page: str, line: int, member: str) -> tuple[int, str]:
        """The page's own words on the member that stands in that line, with theirs; (0, "") where it has none."""
        _, lines = self._of(page) or ([], [])
        nodes = self._documented(page)
        starts = {node.bullet for name, node in nodes if name == member and line in (node.line, node.bullet)} - {0}
        if len(starts) != 1:
            return 0, ""  # in one line of an API-changes page several members of that name may stand
        (start,) = starts
        beside = _BESIDE.search(lines[start])
        if beside is not None and beside[1].strip(" *") not in _MARKS:
            return start, lines[start].strip()
        told = next((at for at in range(start + 1, len(lines)) if not _is_mark(lines[at])), 0)
        bullets = {node.bullet for _, node in nodes}
        if not told or told in bullets or lines[told].strip().startswith(_HEADINGS):
            return 0, ""
        return told, lines[told].strip()

    def _of(self, page: str) -> tuple[list[str], list[str]] | None:
        """The lines of a page, counted from 1, and how they are shown; None where it is not at hand."""
        if page not in self._lines:
            lines = self._read(page)
            self._lines[page] = None if lines is None else (lines, _shown(lines))
        return self._lines[page]

    def _read(self, page: str) -> list[str] | None:
        if self._folder is None:
            return None
        path = self._folder / page
        try:
            # A spec may be anybody's: its pages are looked for in this folder, and nowhere else.
            if not path.resolve().is_relative_to(self._folder.resolve()) or not path.is_file():
                return None
        except (OSError, ValueError):
            return None  # no file can be called so
        try:
            return Text(page, path.read_bytes()).lines
        except (OSError, PageError):
            return []

    def _documented(self, page: str) -> list[tuple[str, Node]]:
        """(name, node) of every member that the page documents; none where it cannot be read any more."""
        if page not in self._nodes:
            lines, _ = self._of(page) or ([], [])
            self._nodes[page] = _nodes(page, lines)
        return self._nodes[page]


def _is_mark(line: str) -> bool:
    """Whether a line says nothing itself: it is empty, or opens a note."""
    return line.strip(" *") in _MARKS or line.lstrip().startswith(".. ")


def _shown(lines: list[str]) -> list[str]:
    """The lines without the markup of HTML, where that is what they are."""
    if not next((line for line in lines if line.strip()), "").lstrip().startswith("<"):
        return lines
    return [_plain(line) for line in lines]


def _plain(line: str) -> str:
    return html.unescape(_TAG.sub("", line))


def _nodes(page: str, lines: list[str]) -> list[tuple[str, Node]]:
    try:
        read, _ = read_pages(page, "\n".join(lines[1:]).encode())
    except PageError:
        return []
    found: list[tuple[str, Node]] = []
    for told in read:
        sides = (getattr(told, side, None) for side in SIDES)
        todo = [node for node in sides if isinstance(node, Node)]
        while todo:
            node = todo.pop()
            for name, child in node.members.items():
                found.append((name, child))
                todo.append(child)
            todo += [inner for inner in (node.member, node.key, node.value) if inner is not None]
    return found
