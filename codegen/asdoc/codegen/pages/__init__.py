"""Readers of documentation pages, one a format. A page's reader is chosen by what the page contains."""

from __future__ import annotations

import re

from . import rst
from .facts import AnyPage, ExceptionPage, Node, OperationPage, OtherPage, PaginatorPage, ServicePage, WaiterPage
from .source import PageError, Text, hash_of

__all__ = [
    "READERS",
    "AnyPage",
    "ExceptionPage",
    "Node",
    "OperationPage",
    "OtherPage",
    "PageError",
    "PaginatorPage",
    "ServicePage",
    "Text",
    "WaiterPage",
    "hash_of",
    "read_page",
    "service_named",
]

# Each has NAME, recognises(text) and read(text); the first that recognises a page reads it.
READERS = (rst,)


_LINKED = re.compile(rb":doc:`[^`<]{0,80}<(?:\.\./){1,9}([a-z0-9][a-z0-9.-]{0,80})>`")


def service_named(data: bytes) -> str:
    """The service that a page links to at its top, read from its bytes alone; empty where it links to none."""
    match = _LINKED.search(data[:500])
    return match[1].decode() if match is not None else ""


def read_page(path: str, data: bytes) -> tuple[AnyPage, Text]:
    """The facts of one page, and its text to trace them by. `path` names it in sources and errors.

    Raises PageError (an AsdocError) with file, line and reason where the page is of no known format or not whole.
    """
    text = Text(path, data)
    for reader in READERS:
        if reader.recognises(text):
            page = reader.read(text)
            page.reader = reader.NAME
            return page, text
    raise PageError(
        path,
        1,
        "this is no page of a format that asdoc reads",
        hint="It reads the .rst pages that boto3 writes; make them with `asdoc pages SERVICE --out DIR`.",
    )
