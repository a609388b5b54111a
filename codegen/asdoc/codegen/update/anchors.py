"""Where written-down sentences stand on the pages of today: those that moved are followed, those that are gone told.

What is written by hand cites a page as `page:line#hash`, the hash being that of the line, or of an example that begins
there. So what moved is found again by its hash, and what has no such hash any more was rewritten: somebody has to read
it anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from asdoc.codegen.pages import hash_of
from asdoc.codegen.spec import files

_CITED = re.compile(r"(?P<page>[A-Za-z0-9_][A-Za-z0-9_./-]*\.\w+):(?P<line>[0-9]{1,9})#(?P<hash>[0-9a-f]{12})")


class Anchored(msgspec.Struct, frozen=True):
    """A file written by hand, as it cites the pages of today."""

    text: str
    moved: int
    """Number of citations whose line is another one now."""
    lost: tuple[str, ...]
    """Citations whose sentence the page does not have any more, or whose page is gone."""


class Pages:
    """The lines of pages by their hashes. A page is read when it is first cited."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = roots
        self._known: dict[str, dict[str, list[int]] | None] = {}

    def lines(self, page: str) -> dict[str, list[int]] | None:
        """Line numbers by hash; None where there is no such page."""
        if page not in self._known:
            self._known[page] = self._read(page)
        return self._known[page]

    def learn(self, sources: Iterable[str]) -> None:
        """Know also what reading the pages has found, as `page:line#hash`: an example is more than a line."""
        for cited in map(_CITED.fullmatch, sources):
            known = self.lines(cited["page"]) if cited is not None else None
            if cited is not None and known is not None:
                at = known.setdefault(cited["hash"], [])
                if int(cited["line"]) not in at:
                    at.append(int(cited["line"]))

    def _read(self, page: str) -> dict[str, list[int]] | None:
        for root in self._roots:
            path = root / page
            if ".." in Path(page).parts or not path.is_file():
                continue
            found: dict[str, list[int]] = {}
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
                found.setdefault(hash_of(line), []).append(number)
            return found
        return None


def anchor(text: str, pages: Pages) -> Anchored:
    """The text of a file with each citation at the line where its sentence stands now."""
    lost: list[str] = []
    moved = 0

    def placed(cited: re.Match[str]) -> str:
        nonlocal moved
        line = int(cited["line"])
        at = (pages.lines(cited["page"]) or {}).get(cited["hash"], [])
        if not at:
            lost.append(cited[0])
            return cited[0]
        nearest = min(at, key=lambda number: abs(number - line))
        moved += nearest != line
        return f"{cited['page']}:{nearest}#{cited['hash']}"

    told = _CITED.sub(placed, text)
    return Anchored(told, moved, tuple(dict.fromkeys(lost)))


def anchor_files(folder: Path, pages: Pages) -> dict[str, Anchored]:
    """The files of a spec that are written by hand, by name."""
    return {
        name: anchor((folder / name).read_text(encoding="utf-8"), pages)
        for name in files.WRITTEN_BY_HAND
        if (folder / name).is_file()
    }
