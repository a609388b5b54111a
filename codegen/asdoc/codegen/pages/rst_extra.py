"""The `.rst` pages of paginators, waiters and whole services."""

from __future__ import annotations

import re

from . import rst
from .facts import PaginatorPage, ServicePage, WaiterPage
from .source import Text

_INNER = re.compile(r"  \.\. py:method:: (paginate|wait)\((.*)\)")
_LINK = re.compile(r":py:meth:`[A-Za-z][A-Za-z0-9]*\.Client\.([a-z_][a-z0-9_]*)`")
_POLLS = re.compile(
    r" *Polls :py:meth:`[A-Za-z][A-Za-z0-9]*\.Client\.([a-z_][a-z0-9_]*)` every (\d{1,9}) seconds "
    r"until a successful state is reached\. An error is (?:raised|returned) after (\d{1,9}) failed checks\."
)
_TOC = re.compile(r" +([a-z0-9][a-z0-9._-]*)/(client|paginator|waiter)/([A-Za-z_][A-Za-z0-9_]*)")
_PAD = "    "


def _inner(text: Text, number: int) -> int:
    for at in range(number, len(text.lines)):
        if _INNER.fullmatch(text.lines[at]) is not None:
            return at
    raise text.refuse(len(text.lines) - 1, "the page ends before the method it documents")


def paginator(text: Text, number: int, service: str, client: str, name: str) -> PaginatorPage:
    inner = _inner(text, number)
    lines = text.lines
    see_also, _, operation = rst.see_also_line(text, inner)
    if not see_also:
        raise text.refuse(len(lines) - 1, "the page ends before it names the operation")
    method = ""
    for at in range(inner, see_also):
        if (match := _LINK.search(lines[at])) is not None:
            method = match[1]
            break
    heading, request = rst.request_block(text, see_also, _PAD)
    returns = rst.index_of(lines, _PAD + ":rtype: dict", heading)
    nothing = 0 if returns else rst.index_of(lines, _PAD + ":returns: None", heading)
    if not returns and not nothing:
        raise text.refuse(len(lines) - 1, "the page ends before it says what the paginator returns")
    input_ = rst.request_tree(text, request, heading, returns or nothing, _PAD)
    output = rst.answer(text, returns, len(lines), _PAD + "  ", "**Response Structure**") if returns else None
    sizes = False
    if input_ is not None and (config := input_.members.pop("PaginationConfig", None)) is not None:
        sizes = "PageSize" in config.members
    if output is not None:
        output.members.pop("NextToken", None)
    return PaginatorPage(
        path=text.path,
        sha256=text.sha256,
        service=service,
        client=client,
        name=name,
        operation=operation,
        operation_line=see_also,
        method=method,
        page_size=sizes,
        input=input_,
        output=output,
    )


def waiter(text: Text, number: int, service: str, client: str, name: str) -> WaiterPage:
    inner = _inner(text, number)
    lines = text.lines
    see_also, _, operation = rst.see_also_line(text, inner)
    polls = next((at for at in range(inner, see_also) if _POLLS.match(lines[at])), 0)
    match = _POLLS.match(lines[polls])
    if match is None:
        raise text.refuse(see_also or len(lines) - 1, "the page does not say what the waiter polls, and how often")
    heading, request = rst.request_block(text, see_also, _PAD)
    nothing = rst.index_of(lines, _PAD + ":returns: None", heading)
    if not nothing:
        raise text.refuse(len(lines) - 1, "the page ends before it says what the waiter returns")
    input_ = rst.request_tree(text, request, heading, nothing, _PAD)
    if input_ is not None:
        input_.members.pop("WaiterConfig", None)
    return WaiterPage(
        path=text.path,
        sha256=text.sha256,
        service=service,
        client=client,
        name=name,
        operation=operation,
        operation_line=see_also,
        method=match[1],
        delay=int(match[2]),
        max_attempts=int(match[3]),
        polls_line=polls,
        input=input_,
    )


def service(text: Text, number: int, client: str) -> ServicePage:
    """The page of a service lists what it documents elsewhere."""
    found: dict[str, dict[str, int]] = {"client": {}, "paginator": {}, "waiter": {}}
    name = ""
    for at in range(number, len(text.lines)):
        if (match := _TOC.fullmatch(text.lines[at])) is not None:
            name = name or match[1]
            if match[1] == name:
                found[match[2]].setdefault(match[3], at)
    if not name:
        raise text.refuse(len(text.lines) - 1, "the page ends before it lists the methods of the service")
    return ServicePage(
        path=text.path,
        sha256=text.sha256,
        service=name,
        client=client,
        client_line=number,
        methods=found["client"],
        paginators=found["paginator"],
        waiters=found["waiter"],
    )
