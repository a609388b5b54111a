"""Calls that are safe to repeat: a token says that the second is the first once more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asdoc.runtime.schema import Operation

from .facts import Facts, case

_TOKEN = "asdoc-idempotency-token-0123456789abcdef"  # noqa: S105  what makes a call repeatable


def repeated(facts: Facts, operation: Operation) -> Iterator[dict[str, Any]]:
    """The same call with the same token answers what the first one answered."""
    tokens = [name for name, node in facts.members(operation).items() if node.idempotent]
    if not tokens:
        return
    shape = facts.service.resolve(facts.members(operation)[tokens[0]])
    token = _TOKEN if shape.max is None else _TOKEN[: int(shape.max)]
    same = {
        name: {"$from": f"first.{name}"}
        for name, node in facts.outputs(operation).items()
        if facts.service.resolve(node).type in {"string", "integer", "long"}
    }
    params = {tokens[0]: token}
    again: dict[str, Any] = {"call": operation.name, "params": params}
    if same:
        again["output"] = same
    yield case(
        facts, "idempotency", operation, tokens[0], rule="one token, one effect",
        steps=[{"call": operation.name, "params": params, "label": "first", "control": True}, again],
    )  # fmt: skip
