"""Reader of the text of an API-changes page: what one service added and changed on one day.

    2022/07/13 - Amazon AppConfig - 10 new 3 updated api methods
    Changes Adding Create, Get, Update, Delete, and List APIs for ...

Then come the new operations and the updated ones, without headings, each updated one behind a dictionary of what was
added. An operation is found by the line `Request Syntax` and the call on the next line. Names and nesting survive in
the one line of a syntax alone; the explained parameters below it are aligned with it by their order.

The page names no operation: CamelCase of the method stands in. Nor does it tell the class of the client, errors,
examples and the addresses of links; and what stood in a box beside the text (that an operation is deprecated, that only
one member of a structure may be set) is lost. Where a section was too large to be shown, a note stands in its place; an
operation without its call has no name then, and nothing of it can be told.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from . import changes_align, changes_delta, changes_syntax, naming
from .changes_align import Aligner
from .facts import AnyPage, Delta, Identity, Node, OperationPage, OtherPage
from .source import Text
from .syntax import Syntax, maps_without_bullets

NAME = "changes"

UNTOLD = ("client", "deprecated", "documentation", "errors", "examples", "operation", "union")

_FIRST = re.compile(
    r"([0-9]{4})/([0-9]{2})/([0-9]{2}) - (.{1,200}) - (?:(\d{1,4}) new )?(?:(\d{1,4}) updated )?api methods"
)
_REQUEST = "Request Syntax"
_SYNTAX = "Response Syntax"
_STRUCTURE = "Response Structure"
_MAX_DICTIONARIES = 1_500_000
"""How many characters of what changed a page may show: twice what 20 methods of QuickSight would."""
_LINK = re.compile(
    r"`AWS API Documentation "
    r"<(https://docs\.aws\.amazon\.com/goto/WebAPI/[A-Za-z0-9.-]+/([A-Za-z][A-Za-z0-9]*))>`_"
)
_DICTIONARY = "{'"
_NOTE = "# This section is too large to render."
_ELIDED_CALL = _REQUEST + _NOTE
# Where a block stands in a list, the break between it and its heading is lost.
_JOINED_CALLS = (_REQUEST + "client.", _ELIDED_CALL)
_ELIDED_REST = {"request": f" **Parameters** :: {_NOTE}", "answer": f" **Response Structure** :: {_NOTE}"}


def recognises(text: Text) -> bool:
    """True for a page of this format, by its first line."""
    return _FIRST.fullmatch(text.lines[1]) is not None


def identify(text: Text) -> Identity:
    """The full name of the service; the page has no other."""
    match = _FIRST.fullmatch(text.lines[1])
    return Identity(title=match[4]) if match is not None else Identity()


def read(text: Text) -> list[AnyPage]:
    """The facts of the page, operation by operation. Raises PageError where it is not whole."""
    first = _FIRST.fullmatch(text.lines[1])
    if first is None:
        raise text.refuse(1, "the first line should say the day, the service and how many methods are new or updated")
    year, month, day, title, new, updated = first.groups()
    counts = (int(new or 0), int(updated or 0))
    try:
        date = datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError as error:
        raise text.refuse(1, f"there is no day {year}/{month}/{day}") from error
    lines = text.lines
    calls = [
        number
        for number, line in enumerate(lines)
        if line and ((line.startswith("client.") and lines[number - 1] == _REQUEST) or line.startswith(_JOINED_CALLS))
    ]
    if len(calls) != sum(counts):
        raise text.refuse(
            len(lines) - 1,
            f"the page announces {counts[0]} new and {counts[1]} updated methods and holds {len(calls)}",
        )
    shown = [number for number, line in enumerate(lines) if line.startswith(_DICTIONARY)]
    if sum(len(lines[number]) for number in shown) > _MAX_DICTIONARIES:
        raise text.refuse(shown[0], f"more than {_MAX_DICTIONARIES:,} characters from here on say what changed")
    aligner = Aligner(text)
    pages: list[AnyPage] = []
    before = 2
    for index, call in enumerate(calls):
        end = calls[index + 1] - 1 if index + 1 < len(calls) else len(lines)
        if lines[call].startswith(_ELIDED_CALL):
            pages.append(
                OtherPage(path=text.path, sha256=text.sha256, service="", client="", title=f"the call of line {call}")
            )
            before = call + 1
            continue
        page, after = _operation(text, aligner, call, end)
        page.service_title, page.date = title, date
        page.delta = _delta(text, page, before, call, updated=index >= counts[0])
        pages.append(page)
        before = after
    return pages


def _operation(text: Text, aligner: Aligner, call: int, end: int) -> tuple[OperationPage, int]:
    """The operation of the call at that line, and the line after the last that is surely its own."""
    lines = text.lines
    method, request, rest = changes_syntax.call(text, call, lines[call].index("client."))
    answer = next((at for at in range(call + 1, end) if lines[at].startswith(_SYNTAX) and _shows(lines, at)), 0)
    page = OperationPage(
        path=text.path,
        sha256=text.sha256,
        service="",
        client="",
        method=method,
        method_line=call,
        operation=naming.operation_of(text, call, method),
        operation_derived=True,
        operation_line=call,
        documentation="",
        input=request.root if request.order else None,
        output=None,
        untold=UNTOLD,
    )
    after = call + 1
    if rest.startswith(_ELIDED_REST["request"]):
        _unexplained(page, request, call, rest)
    elif rest:
        raise text.refuse(call, "the line goes on after the call")
    else:
        found = changes_align.marks(text, call + 1, answer or end, arguments=True)
        if answer:
            while found and lines[found[-1].line] != "dict":
                found.pop()  # of the sentences above the answer
            if not found:
                raise text.refuse(answer, "above the syntax of the answer should stand that it is a `dict`")
            found.pop()
        used = aligner.align(request, found, answer or end, root=False)
        after = used[-1].line + 1 if used else after
    if answer:
        return page, _answer(text, aligner, page, answer, end)
    nothing = next((at for at in range(after, end) if lines[at] == "None"), 0)
    if not nothing:
        raise text.refuse(end - 1, f"the page ends before it says what {method} returns")
    return page, nothing + 1


def _shows(lines: list[str], heading: int) -> bool:
    """True of a heading below which, or on the rest of whose line, stands a structure, or why it is not shown."""
    rest = lines[heading][len(_SYNTAX) :] or "".join(lines[heading + 1 : heading + 2])
    return rest.startswith(("{", _NOTE))


def _answer(text: Text, aligner: Aligner, page: OperationPage, heading: int, end: int) -> int:
    """Read the answer, whose syntax has its heading at that line; the line after the last that is surely its own."""
    lines = text.lines
    block, at = (heading, len(_SYNTAX)) if len(lines[heading]) > len(_SYNTAX) else (heading + 1, 0)
    if lines[block].startswith(_NOTE, at):
        page.output = Node("structure", block, open=True)
        return block + 1
    syntax, rest = changes_syntax.answer(text, block, at)
    page.output = syntax.root
    if rest.startswith(_ELIDED_REST["answer"]):
        _unexplained(page, syntax, block, rest)
        return block + 1
    if rest or lines[block + 1 : block + 2] != [_STRUCTURE]:
        raise text.refuse(min(block + 1, len(lines) - 1), "the explanation of the answer should begin here")
    found = changes_align.marks(text, block + 2, end, arguments=False)
    used = aligner.align(syntax, found, end, root=True)
    last = syntax.order[-1][1] if syntax.order else syntax.root
    if not last.bullet and end == len(lines):
        raise text.refuse(end - 1, "the page ends before the answer is explained whole")
    return used[-1].line + 1 if used else block + 2


def _unexplained(page: OperationPage, syntax: Syntax, number: int, rest: str) -> None:
    """What stood below the syntax was too large to be shown; the link in its place names the operation."""
    syntax.root.unexplained = True
    maps_without_bullets(syntax.order)
    if (link := _LINK.search(rest)) is not None:
        page.documentation, page.operation = link.groups()
        page.operation_line, page.operation_derived = number, False
        page.untold = tuple(kind for kind in UNTOLD if kind not in ("operation", "documentation"))


def _delta(text: Text, page: OperationPage, start: int, end: int, *, updated: bool) -> Delta:
    """What changed about the operation, from the dictionaries above its description. Raises PageError.

    Of two dictionaries the first is of the request, the second of the answer. A single one does not say whose it is,
    which is derived: it belongs to each of the two that has all that it names, of the types that it names.
    """
    found = list(islice(_dictionaries(text, start, end), 3))
    if not updated:
        if found:
            raise text.refuse(found[0][0], f"{page.method} is one of the new methods, and shows what changed about it")
        return Delta("new", page.method_line)
    if not found or len(found) > 2:
        raise text.refuse(
            page.method_line, f"{page.method} is one of the updated methods, and does not show its changes"
        )
    line, told = found[0]
    of_answer, told_of_answer = found[-1]
    request = changes_delta.project(page.input, told, line) if page.input is not None else None
    response = changes_delta.project(page.output, told_of_answer, of_answer) if page.output is not None else None
    # of two, one may name what the page does not show: a stream of events that is sent has no place in a call
    if request is None and response is None:
        if page.output is not None and page.output.open:
            return Delta("updated", line)  # what changed cannot be told from what is not shown
        raise text.refuse(line, f"{page.method} has no such members as are said to have changed")
    return Delta("updated", line, request, response)


def _dictionaries(text: Text, start: int, end: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each dictionary and its line. Behind that of a request stands, of the heading of the next, the word Response."""
    for number in range(start, end):
        line = text.lines[number]
        if line.startswith(_DICTIONARY):
            told = changes_delta.parse(line.removesuffix("Response").rstrip())
            if told is not None:
                yield number, told
