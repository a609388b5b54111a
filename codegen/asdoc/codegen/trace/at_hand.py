"""Pages that are at hand: what stands in the lines that a spec was read from.

A spec holds no sentence, only where it stood and its hash; so a sentence is shown where both still fit, and only there.
"""

from __future__ import annotations

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
_MARKS = ("", "[REQUIRED]")
_HEADINGS = (":rtype:", ":returns:", "**", "Return type:", "Returns:", "Exceptions", "Examples", "dict")


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
        self._lines: dict[str, list[str] | None] = {}
        self._nodes: dict[str, list[tuple[str, Node]]] = {}

    def sentence(self, page: str, line: int, digest: str) -> tuple[State, str]:
        """What stands in that line, or from there on, and has the hash."""
        lines = self._of(page)
        if lines is None:
            return "not at hand", ""
        if line >= len(lines):
            return "changed", ""
        if hash_of(lines[line]) == digest:
            return "as read", lines[line].strip()
        # A documented call is hashed whole, without its margin.
        whole = lines[line].strip()
        for end in range(line + 1, min(line + _MOST_LINES, len(lines))):
            whole += "\n" + lines[end].strip()
            if hash_of(whole) == digest:
                return "as read", textwrap.dedent("\n".join(lines[line : end + 1])).strip()
        return "changed", ""

    def explanation(self, page: str, line: int, member: str) -> tuple[int, str]:
        """The page's own words on the member that stands in that line, with theirs; (0, "") where it has none."""
        lines, nodes = self._of(page) or [], self._documented(page)
        starts = {node.bullet for name, node in nodes if name == member and line in (node.line, node.bullet)} - {0}
        if len(starts) != 1:
            return 0, ""  # in one line of an API-changes page several members of that name may stand
        (start,) = starts
        beside = _BESIDE.search(lines[start])
        if beside is not None and beside[1].strip(" *") not in _MARKS:
            return start, lines[start].strip()
        told = next((at for at in range(start + 1, len(lines)) if lines[at].strip(" *") not in _MARKS), 0)
        bullets = {node.bullet for _, node in nodes}
        if not told or told in bullets or told + 1 in bullets or lines[told].strip().startswith(_HEADINGS):
            return 0, ""
        return told, lines[told].strip()

    def _of(self, page: str) -> list[str] | None:
        """The lines of a page, counted from 1; None where it is not at hand."""
        if page not in self._lines:
            self._lines[page] = self._read(page)
        return self._lines[page]

    def _read(self, page: str) -> list[str] | None:
        if self._folder is None:
            return None
        path = self._folder / page
        # A spec may be anybody's: its pages are looked for in this folder, and nowhere else.
        if not path.resolve().is_relative_to(self._folder.resolve()) or not path.is_file():
            return None
        try:
            return Text(page, path.read_bytes()).lines
        except (OSError, PageError):
            return []

    def _documented(self, page: str) -> list[tuple[str, Node]]:
        """(name, node) of every member that the page documents; none where it cannot be read any more."""
        if page not in self._nodes:
            self._nodes[page] = _nodes(page, self._of(page) or [])
        return self._nodes[page]


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
