"""Reader of the older layout of boto3's `.rst` pages: one page a service, with all that it documents.

    .. py:class:: AppConfig.Client
      .. py:method:: stop_deployment(**kwargs)
        **Request Syntax**

What stands inside a directive is laid out as on the later pages of one operation each, but for its indentation. So each
is cut out and handed to their reader, and the lines that it finds are moved down to where they stand on the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from . import rst, rst_extra
from .facts import AnyPage, ExceptionPage, Identity, OtherPage, PaginatorPage, ServicePage, WaiterPage
from .single_part import Part, moved
from .source import Text

NAME = "single"

_CONTENTS = "\n.. contents:: Table of Contents\n"
_TOP = 20_000
"""How far from its top a page names itself, whatever it goes on to document; some begin with the targets of links."""
_CLASS = re.compile(
    r"\.\. py:class:: ([A-Za-z][A-Za-z0-9]*)\.([A-Za-z]+)(?:\.(?:exceptions\.)?([A-Za-z][A-Za-z0-9_]*))?(?:\(.*\))?"
)
_CLIENT = re.compile(r" +client = boto3\.client\('([a-z0-9][a-z0-9.-]*)'\)")
_TITLE = re.compile(r" +A low-level client representing (\S.{0,199})")
_METHOD = re.compile(r"( *)\.\. py:method:: (?:([A-Za-z][A-Za-z0-9]*)\.Client\.)?([a-z_][a-z0-9_]*)\((.*)\)")
_LISTED = re.compile(r" *\* +:py:(?:meth|class):`~?[A-Za-z][A-Za-z0-9]*\.(Client|Paginator|Waiter)\.([A-Za-z0-9_]+)`")
_DIRECTIVE = "  .. py:method:: "
_BODY = "    "


_READERS: dict[str, Callable[[Text, int, str, str, str], PaginatorPage | WaiterPage | ExceptionPage]] = {
    "Client": rst.exception,
    "Paginator": rst_extra.paginator,
    "Waiter": rst_extra.waiter,
}


def recognises(text: Text) -> bool:
    """True for a page of this format: a table of contents at its top, then the class of a client."""
    top = text.text[:_TOP]
    return _CONTENTS in top and ".Client\n" in top and "\n.. py:class:: " in top


def identify(text: Text) -> Identity:
    """The class at the top, the full name in the sentence below it, and the name that its first code shows."""
    service = client = title = ""
    for line in text.lines:
        if not client:
            match = _CLASS.fullmatch(line)
            client = match[1] if match is not None else ""
        elif not title and (match := _TITLE.fullmatch(line)) is not None:
            title = match[1].strip()
        elif (match := _CLIENT.fullmatch(line.rstrip())) is not None:
            service = match[1]
            break
        elif line.startswith(_DIRECTIVE):
            break
    return Identity(service, client, title)


def read(text: Text) -> list[AnyPage]:
    """The facts of the page, part by part. Raises PageError where it is not whole."""
    service, client, _ = identify(text)
    if not service:
        raise text.refuse(len(text.lines) - 1, "the page does not show how to make the client of its service")
    lines = text.lines
    overview = ServicePage(
        path=text.path,
        sha256=text.sha256,
        service=service,
        client=client,
        client_line=0,
        methods={},
        paginators={},
        waiters={},
    )
    pages: list[AnyPage] = [overview]
    found: set[tuple[str, str]] = set()
    for start, end in _classes(text):
        match = _CLASS.fullmatch(lines[start])
        if match is None:
            raise text.refuse(start, "this is not the name of a class")
        kind, name = match[2], match[3]
        if kind == "Client" and not name:
            overview.client_line = start
            operations = _client(text, service, client, start, end)
            found.update(("Client", method) for method, _ in operations)
            pages += [page for _, page in operations]
        elif kind in _READERS and name:
            found.add((kind, name))
            pages.append(moved(_READERS[kind](Part(text, start, end), 1, service, client, name), start - 1))
        else:
            pages.append(_other(text, service, client, lines[start].partition(":: ")[2].partition("(")[0]))
    _list(text, overview, found)
    return pages


def _classes(text: Text) -> list[tuple[int, int]]:
    """Where each class stands: its first line, and the line after its last."""
    lines = text.lines
    found: list[tuple[int, int]] = []
    start = 0
    for number, line in enumerate(lines):
        is_class = line.startswith(".. py:class:: ")
        if not is_class and not (line.startswith("===") and _is_title(lines[number - 1 : number + 3])):
            continue
        if start:
            found.append((start, number))
        start = number if is_class else 0
    if start:
        found.append((start, len(lines)))
    return found


def _is_title(lines: list[str]) -> bool:
    """True of an empty line, and a title between two lines of its length."""
    return len(lines) == 4 and not lines[0] and lines[1] == lines[3] == "=" * len(lines[2])


def _client(text: Text, service: str, client: str, start: int, end: int) -> list[tuple[str, AnyPage]]:
    """The methods of the client, by name: what a model describes as operations, the rest as other pages."""
    lines = text.lines
    starts = [number for number in range(start, end) if lines[number].startswith(_DIRECTIVE)]
    found: list[tuple[str, AnyPage]] = []
    for begin, stop in pairwise([*starts, end]):
        part = Part(text, begin, stop)
        match = _METHOD.fullmatch(part.lines[1])
        if match is None:
            raise text.refuse(begin, "this is not the name of a method")
        if match[4] not in ("", "**kwargs") or _is_written(text, begin):
            found.append((match[3], _other(text, service, client, match[3])))
            continue
        page = moved(rst.operation(part, 1, service, match), begin - 1)
        page.client = client
        found.append((match[3], page))
    return found


def _is_written(text: Text, number: int) -> bool:
    """True for a method that a person wrote, such as `close`: right below white space its docstring begins."""
    first, second = text.lines[number + 2 : number + 4] if number + 3 < len(text.lines) else ("", "")
    return not first.strip() and len(first) > len(_BODY) and bool(second.strip())


def _other(text: Text, service: str, client: str, title: str) -> OtherPage:
    return OtherPage(path=text.path, sha256=text.sha256, service=service, client=client, title=title)


def _list(text: Text, overview: ServicePage, found: set[tuple[str, str]]) -> None:
    """Note what the page lists. Raises PageError where it ends before it has documented all of that."""
    lists = {"Client": overview.methods, "Paginator": overview.paginators, "Waiter": overview.waiters}
    for number, line in enumerate(text.lines):
        if ":py:" in line and (match := _LISTED.fullmatch(line.rstrip())) is not None:
            lists[match[1]].setdefault(match[2], number)
    if not overview.methods:
        raise text.refuse(len(text.lines) - 1, "the page ends before it lists the methods of the client")
    for kind, names in lists.items():
        for name, number in names.items():
            if (kind, name) not in found:
                raise text.refuse(len(text.lines) - 1, f"the page ends before {name}, which line {number} lists")
