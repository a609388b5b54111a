"""Lists that are answered in pages: each page holds what was asked for, and together they are the list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from asdoc.runtime.schema import Operation

from .facts import Facts, case, control, singular

_MADE = 3
_OF_TOKENS = re.compile(r"Token|Marker|Pagination")
_NO_TOKEN = "asdoc-no-such-token"  # noqa: S105  what no service ever gave


def lists(facts: Facts, operation: Operation) -> Iterator[dict[str, Any]]:
    paging = operation.pagination
    if paging is None or len(paging.input_token) != 1 or paging.input_token[0] not in facts.members(operation):
        return
    if paging.limit_key and facts.service.resolve(facts.members(operation)[paging.limit_key]).type != "string":
        made = _made(facts, operation)
        count = made[0]["times"] if made else 0
        walk = {"call": operation.name, "pages": {"size": 1, **({"items": count} if count else {})}}
        yield case(facts, "pagination", operation, "walk", rule="pages are the list", steps=[*made, walk])
    node = facts.members(operation)[paging.input_token[0]]
    # A token may be the name of a thing, which may be any text, where nobody has read what it is.
    told = facts.read or any(_OF_TOKENS.search(code) for code in facts.codes(operation))
    if facts.service.resolve(node).type == "string" and told:
        bad = {"call": operation.name, "params": {paging.input_token[0]: _NO_TOKEN}, "malformed": True,
               **facts.refusal(operation)}  # fmt: skip
        yield case(
            facts, "pagination", operation, "bad-token", rule="a token that was never given",
            steps=[bad, control(operation)],
        )  # fmt: skip


def _made(facts: Facts, operation: Operation) -> list[dict[str, Any]]:
    """The step that makes what is listed; none where the table does not tell how more than one is made."""
    plural = re.sub(r"^(List|Describe|Get)", "", operation.name)
    creator = facts.creator(singular(plural))
    if creator is None or (singular(plural) == plural and not operation.name.startswith("List")):
        # What reads one thing lists what is in it.
        return []
    name = facts.own_name(creator)
    numbered = any(
        facts.service.resolve(node).type in {"integer", "long"} and member.endswith("Number")
        for member, node in facts.outputs(creator).items()
    )
    if not name and not numbered:
        return []
    # What only counts must not be told which number comes next.
    params: dict[str, Any] = {name: {"$text": "asdoc-listed-{n}"}} if name else facts.only_required(creator)
    return [{"call": creator.name, "control": True, "times": _MADE, "params": params}]
