"""boto3's writer of pages, kept from making at length what it then leaves out.

A section of more than a few thousand lines is replaced by a sentence, but only once all of it was made. Of quicksight
that is millions of lines, two minutes and gigabytes. Every shape that the writer goes through gives a line at least, so
the end of a section is known before: when it went through far more shapes than the section may have lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

_SURELY = 2
"""How many times the lines of a section its shapes must be: handlers take some parameters out again."""


@contextmanager
def bounded() -> Iterator[None]:
    """Within, boto3 writes the same pages, and goes through no more of a type than those can show.

    The parameters themselves are always written, as handlers look for them by name. An older botocore elides nothing,
    and is left as it is.
    """
    from botocore.docs.bcdoc import restdoc
    from botocore.docs.shape import ShapeDocumenter

    documenter: Any = ShapeDocumenter
    limits: dict[str, dict[str, Any]] = getattr(restdoc, "SECTION_LINE_LIMIT_CONFIG", {})
    whole = documenter.traverse_and_document_shape
    gone = limit = 0

    def bounded_traverse(self: Any, section: Any, shape: Any, history: list[str], *rest: Any, **named: Any) -> None:
        nonlocal gone, limit
        outer = gone, limit
        if not history:
            gone, limit = (
                0,
                max((int(limits[name]["line_limit"]) for name in section.path if name in limits), default=0),
            )
        gone += 1
        if len(history) < 2 or not limit or gone <= _SURELY * limit:
            whole(self, section, shape, history, *rest, **named)
        if not history:
            gone, limit = outer

    documenter.traverse_and_document_shape = bounded_traverse
    try:
        yield
    finally:
        documenter.traverse_and_document_shape = whole


class _Later:
    """Stands in for the parser of a document's descriptions until one is to be read: nine of ten never have one."""

    __slots__ = ("_document", "_kind")

    def __init__(self, kind: Any, document: Any) -> None:
        self._kind = kind
        self._document = document

    def feed(self, text: str) -> None:
        made = self._document.parser = self._kind(self._document)
        made.feed(text)


@contextmanager
def parsed_late() -> Iterator[None]:
    """Within, boto3 writes the same pages, and makes parsers for the parts that need one: ec2 has 300,000 parts."""
    from botocore.docs.bcdoc import restdoc

    documents: Any = restdoc
    kind = documents.DocStringParser
    documents.DocStringParser = partial(_Later, kind)
    try:
        yield
    finally:
        documents.DocStringParser = kind
