"""The sentences of a service's pages, line by line, each with what it is about.

A line that only says what something is, is no statement to try; which class it is of is decided by where it stands and
by a few words. What is left over says how the service behaves, and is tried by a statement or shown as untested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from asdoc.codegen.pages.source import hash_of

_MARKUP = re.compile(
    r"^(\.\. |:|\*\*\*|===|---|~~~|\*\*(Request|Response) (Syntax|Structure)\*\*|\*\*Examples?\*\*|\*\*Exceptions\*\*|"
    r"[-*] \*\(|[-*] \*\*[^*]*\*\*(?: \*?\(|$)|[-*] ``[^`]*``$|See also: `AWS API|#|\||\+[-=])"
)
_CODE = re.compile(r"^(\s*)::\s*$")
_BEHAVES = re.compile(
    r"\b(must|only|if|when|whenever|unless|until|cannot|can't|can not|can only|won't|will be|will not|maximum|minimum|"
    r"at most|at least|up to|default|defaults|within|after|before|automatically|required|requires|valid|unique|"
    r"ascending|descending|order|overrides?|fails?|succeeds?|return(s|ed)?|reject(s|ed)?|immediately|expires?|once|"
    r"first|latest|previous|same|no longer|does not|doesn't|don't|instead of|either|specify|(rolls?|roles) back|"
    r"evaluates|permanently)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"^(For more information|To learn more|For information|For details|See |Learn more)", re.IGNORECASE
)
_SDK = re.compile(
    r"/(paginator|waiter)/|/client/(can_paginate|close|get_paginator|get_waiter|generate_presigned_url)\."
)

SDK = "speaks of boto3, not of the service"
POINTER = "points to another page"
MEMBER = "describes a member"
OPERATION = "says what an operation is for"
EXAMPLE = "introduces an example"
ERROR = "describes an error, which is listed by itself"
GENERAL = "introduces the service"


class Sentence(NamedTuple):
    """One line of prose."""

    source: str
    """page:line#hash"""
    about: str
    """The class it is excluded by; empty where it says how the service behaves."""


def sentences(pages: Path, service: str) -> Iterator[Sentence]:
    """All lines of prose of a service's pages below a folder, as boto3 writes them, in the order of their paths."""
    found = [pages / f"{service}.rst", *sorted((pages / service).rglob("*.rst"))]
    for path in found:
        if path.is_file():
            name = path.relative_to(pages).as_posix()
            yield from _of(name, path.read_text(encoding="utf-8").split("\n"))


def _of(page: str, lines: list[str]) -> Iterator[Sentence]:
    code = -1
    member = example = False
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        if not stripped:
            continue
        if code >= 0 and indent > code:
            continue
        code = -1
        if _CODE.match(line):
            code = indent
            continue
        if stripped.startswith((":param ", ":rtype", ":returns", "- **", "* **", "- *(")):
            member = True
        if stripped.startswith("**Example"):
            example = True
        if _MARKUP.match(stripped) or not re.search(r"[a-z]{2}", stripped):
            continue
        if re.fullmatch(r"[\w/]+", stripped) and re.search(r"[_/]", stripped):
            # The name of a page, as its title or in a list of pages.
            continue
        where = f"{page}:{number}#{hash_of(stripped)}"
        yield Sentence(where, _about(page, stripped, member=member, example=example))


def _about(page: str, line: str, *, member: bool, example: bool) -> str:
    if _SDK.search(page):
        return SDK
    if "/exceptions/" in page:
        return ERROR
    if "/client/" not in page:
        return GENERAL
    if example:
        return EXAMPLE
    if _POINTS.match(line):
        return POINTER
    if _BEHAVES.search(line):
        return ""
    return MEMBER if member else OPERATION
