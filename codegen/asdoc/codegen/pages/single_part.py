"""A part of a page, read as if it were a page of its own, and its facts moved back to where the part stands."""

from __future__ import annotations

from typing import TypeVar

from .facts import ExceptionPage, Node, OperationPage, Page, PaginatorPage, WaiterPage
from .source import PageError, Text

_Page = TypeVar("_Page", bound=OperationPage | PaginatorPage | WaiterPage | ExceptionPage)

_EXAMPLE_LINES = ("params_line", "params_end", "output_line", "output_end", "caption_line")
_PAGE_LINES: dict[type[Page], tuple[str, ...]] = {
    OperationPage: ("method_line", "operation_line", "deprecated"),
    PaginatorPage: ("operation_line",),
    WaiterPage: ("operation_line", "polls_line"),
    ExceptionPage: ("name_line",),
}


class Part(Text):
    """The lines of a page from `start` up to, not including, `end`, without white space at their ends.

    Its first line is line 1; errors name the line of the page.
    """

    __slots__ = ("_end", "_start", "_whole")

    def __init__(self, whole: Text, start: int, end: int) -> None:
        self._whole = whole
        self._start = start
        self._end = end
        self.path = whole.path
        self.sha256 = whole.sha256
        self.lines = ["", *[line.rstrip() for line in whole.lines[start:end]]]
        self.text = "\n".join(self.lines[1:])

    def refuse(self, line: int, reason: str, *, cut: str = "") -> PageError:
        if self._end == len(self._whole.lines):
            return self._whole.refuse(line + self._start - 1, reason, cut=cut)
        reason = reason.replace("the page ends", f"what line {self._start} begins ends")
        return self._whole.refuse(line + self._start - 1, reason)


def moved(page: _Page, down: int) -> _Page:
    """The page with all its lines moved down by so many; a line 0, which is none, stays."""
    _move(page, _PAGE_LINES[type(page)], down)
    todo: list[Node | None] = []
    if isinstance(page, OperationPage):
        page.errors = [(name, line + down) for name, line in page.errors]
        for example in page.examples:
            _move(example, _EXAMPLE_LINES, down)
    if isinstance(page, (OperationPage, PaginatorPage, WaiterPage)):
        todo.append(page.input)
    if isinstance(page, (OperationPage, PaginatorPage, ExceptionPage)):
        todo.append(page.output)
    while todo:
        node = todo.pop()
        if node is None:
            continue
        node.line += down if node.line else 0
        node.bullet += down if node.bullet else 0
        if node.union or node.idempotent:
            _move(node, ("union", "idempotent"), down)
        if node.members:
            todo += node.members.values()
        elif node.type != "structure":
            todo += (node.member, node.key, node.value)
    return page


def _move(holder: object, names: tuple[str, ...], down: int) -> None:
    for name in names:
        line = getattr(holder, name)
        if line:
            setattr(holder, name, line + down)
