"""Readers of documentation pages, one a format. A page's reader is chosen by what the page contains."""

from __future__ import annotations

from typing import Protocol

from . import changes, html, rendered, rst, single
from .facts import (
    AnyPage,
    ExceptionPage,
    Identity,
    Node,
    OperationPage,
    OtherPage,
    PaginatorPage,
    ServicePage,
    WaiterPage,
)
from .source import PageError, Text, hash_of

__all__ = [
    "READERS",
    "AnyPage",
    "ExceptionPage",
    "Identity",
    "Node",
    "OperationPage",
    "OtherPage",
    "PageError",
    "PaginatorPage",
    "ServicePage",
    "Text",
    "WaiterPage",
    "hash_of",
    "identify",
    "read_pages",
]


class Reader(Protocol):
    """What the module of a format offers."""

    @property
    def NAME(self) -> str: ...  # noqa: N802 - a constant of the module

    def recognises(self, text: Text) -> bool: ...

    def identify(self, text: Text) -> Identity: ...

    def read(self, text: Text) -> list[AnyPage]: ...


# The first that recognises a page reads it.
READERS: tuple[Reader, ...] = (single, rst, html, rendered, changes)


def identify(path: str, data: bytes) -> Identity:
    """By which names the page calls its service, found without reading it whole; all empty where it has none."""
    try:
        text = Text(path, data)
    except PageError:
        return Identity()
    for reader in READERS:
        if reader.recognises(text):
            return reader.identify(text)
    return Identity()


def read_pages(path: str, data: bytes) -> tuple[list[AnyPage], Text]:
    """The facts of a document, a page an operation, and its text to trace them by. `path` names it in sources.

    Raises PageError (an AsdocError) with file, line and reason where the page is of no known format or not whole.
    """
    text = Text(path, data)
    for reader in READERS:
        if reader.recognises(text):
            pages = reader.read(text)
            for page in pages:
                page.reader = reader.NAME
            return pages, text
    raise PageError(
        path,
        1,
        "this is no page of a format that asdoc reads",
        hint="It reads boto3's pages (.rst, HTML and its text) and API-changes pages; `asdoc pages` writes some.",
    )
