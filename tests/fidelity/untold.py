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

_ELIDED = "# This section is too large to render."
_ABOVE = 8
"""So many lines above that note, at most, stands the heading that it belongs to."""
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


def elided(text: Text, start: int, end: int) -> frozenset[str]:
    """The headings, in the lines from `start` up to `end`, whose sections boto3 left out for their size."""
    headings = {*_SYNTAX.values(), *_LISTED.values()}
    found = set()
    for number in range(start, end):
        if _ELIDED in text.lines[number]:
            above = (re.sub("<[^>]*>", "", line).strip("*: ") for line in text.lines[number - _ABOVE : number][::-1])
            found.add(next((line for line in above if line in headings), ""))
    return frozenset(found)


class Rule(msgspec.Struct):
    reason: str
    applies: Callable[[Context, Miss], bool]


FORMATS: dict[str, dict[str, str]] = {
    "changes": {
        "error": "an API-changes page lists no errors",
        "example": "an API-changes page shows no examples",
        "deprecated": "docutils puts notes into <aside>, which trafilatura drops",
        "union": "docutils puts notes into <aside>, which trafilatura drops",
        "operation": "the page has the method's name, from which the operation's cannot be told",
    },
    "rendered": {"operation": "the page has the method's name, from which the operation's cannot be told"},
    "single": {},
    "html": {},
    "rst": {},
}
"""Format -> kinds that none of its pages tells, and why. What is found all the same is a miss."""


def _by_format(context: Context, miss: Miss) -> str:
    if miss.kind == "operation":
        # a name that was derived, and said so
        derived = context.page.operation_derived and miss.expected is not None and miss.found is not None
        return FORMATS[context.format].get("operation", "") if derived else ""
    nothing = miss.found is None or (miss.kind == "deprecated" and miss.found is False)
    return FORMATS[context.format].get(miss.kind, "") if nothing else ""


def _unescaped(value: object) -> str:
    return repr(value).replace("\\\\", "\\").replace("\\n", "\n")


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
    Rule(
        "boto3 writes a line break and a backslash before an n alike",
        lambda context, miss: (
            miss.kind == "example" and _unescaped(miss.expected) == _unescaped(miss.found) and miss.found is not None
        ),
    ),
    Rule(
        "the arguments that boto3 left out for their size leave no trace on an API-changes page",
        lambda context, miss: (
            context.format == "changes"
            and side(miss.path) == "input"
            and miss.found is None
            and miss.kind in ("required", "idempotent")
            and context.page.input is not None
            and context.page.input.unexplained
        ),
    ),
    Rule(
        "botocore's docstring has no argument for a stream of events that is sent",
        lambda context, miss: (
            context.format == "changes"
            and miss.found is None
            and any(
                kind == "eventstream" and side(path) == "input" and f"{miss.path}.".startswith(f"{path}.")
                for kind, path in context.truth.facts
            )
        ),
    ),
    Rule("boto3 changes this page on purpose (see handlers.py)", _handled),
)


def reason(context: Context, miss: Miss) -> str:
    """Why the page cannot tell this; empty where it can."""
    told = _by_format(context, miss)
    return told or next((rule.reason for rule in RULES if rule.applies(context, miss)), "")


def left_out(operation: Operation) -> str:
    """Why an operation of the model has no page; empty where it should have one."""
    sent = any(kind == "eventstream" and side(path) == "input" for kind, path in operation.facts)
    return "boto3's client has no method for an operation that is sent a stream of events" if sent else ""
