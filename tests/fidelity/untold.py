"""What a page cannot tell: the rules by which a difference between page and model is not the reader's.

Each rule is as narrow as the gap it stands for, and how often it was needed is printed, so that none can hide a miss.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from asdoc.codegen.pages import OperationPage, Text

from .handlers import HANDLERS
from .score import Miss
from .truth import Operation

_ELIDED = re.compile(r"^ *\*\*(.+)\*\*\n(?: *\n)*? *::\n(?: *\n)*? *# This section is too large to render\.", re.M)
_SYNTAX = {"input": "Request Syntax", "output": "Response Syntax"}
_LISTED = {"input": "Parameters", "output": "Response Structure"}


class Context(msgspec.Struct):
    """Of one page: its format, what boto3 left out of it, and what the model says."""

    format: str
    elided: frozenset[str]
    page: OperationPage
    truth: Operation

    def syntax(self, path: str) -> bool:
        """False where the block of the path's side was left out."""
        return _SYNTAX.get(side(path)) not in self.elided

    def listed(self, path: str) -> bool:
        """False where the explained members of the path's side were left out."""
        return _LISTED.get(side(path)) not in self.elided


def side(path: str) -> str:
    return re.split(r"[.\[{]", path, maxsplit=1)[0]


def elided(text: Text) -> frozenset[str]:
    """The headings whose sections boto3 left out for their size."""
    return frozenset(_ELIDED.findall(text.text))


class Rule(msgspec.Struct):
    reason: str
    applies: Callable[[Context, Miss], bool]


def _handled(context: Context, miss: Miss) -> bool:
    return any(row.fits(miss) for row in HANDLERS)


RULES: tuple[Rule, ...] = (
    Rule(
        "no page shows the values of a map's keys",
        lambda context, miss: miss.kind == "enum" and miss.path.endswith("{key}") and miss.found is None,
    ),
    Rule(
        "boto3 left out both block and list of this side for their size",
        lambda context, miss: miss.found is None and not context.syntax(miss.path) and not context.listed(miss.path),
    ),
    Rule(
        "boto3 left out the block, which alone shows allowed values, and where a type repeats",
        lambda context, miss: (
            not context.syntax(miss.path)
            and (
                (miss.kind in ("enum", "recursive") and miss.found is None)
                or (miss.kind == "type" and ("recursive", miss.path) in context.truth.facts)
                or (miss.kind == "type" and (miss.expected, miss.found) == ("double", "float"))
            )
        ),
    ),
    Rule(
        "boto3 left out the list, which alone tells what is required, a union, or made by the client",
        lambda context, miss: (
            not context.listed(miss.path)
            and miss.found is None
            and miss.kind in ("required", "union", "idempotent", "jsonvalue")
        ),
    ),
    Rule(
        "boto3 does not say of a member that repeats a type whether it is required",
        lambda context, miss: (
            miss.kind == "required" and miss.found is None and ("recursive", miss.path) in context.truth.facts
        ),
    ),
    Rule(
        "boto3 adds the notes on unions and tokens to a description, and the model has none here",
        lambda context, miss: (
            miss.kind in ("union", "idempotent") and miss.found is None and miss.path in context.truth.unsaid
        ),
    ),
    Rule("boto3 changes this page on purpose (see handlers.py)", _handled),
)


def reason(context: Context, miss: Miss) -> str:
    """Why the page cannot tell this; empty where it can."""
    return next((rule.reason for rule in RULES if rule.applies(context, miss)), "")


def left_out(miss: Miss) -> str:
    """Why an operation of the model has no page; empty where it should have one."""
    return next((f"boto3: {row.reason}" for row in HANDLERS if row.fits(miss)), "")
