"""Waiters in the words of Smithy's `waitable`."""

from __future__ import annotations

from typing import Any

from .graph import Graph
from .smithy_shapes import Json, Shapes

_COMPARATORS = {"path": "{}Equals", "pathAll": "all{}Equals", "pathAny": "any{}Equals"}

_LONGEST = 120
"""Seconds that Smithy takes for the longest delay where a waiter names none."""


def waiters(model: Graph, shapes: Shapes, operation: str, notes: list[str]) -> Json:
    """Those of an operation, by name. One that Smithy cannot say is left out and told in a note."""
    found: Json = {}
    for name, told in sorted(model.spec.waiters.items()):
        if told["operation"] != operation or "wire" not in told:
            continue
        acceptors = [_acceptor(shapes, acceptor) for acceptor in told["wire"]["acceptors"]]
        if None in acceptors or not any(acceptor["state"] == "success" for acceptor in acceptors if acceptor):
            notes.append(f"waiter {name}: it looks at what Smithy's waiters cannot")
            continue
        found[name] = {"acceptors": acceptors, "minDelay": told["delay"]}
        if told["delay"] > _LONGEST:
            found[name]["maxDelay"] = told["delay"]
    return found


def _acceptor(shapes: Shapes, told: Json) -> Json | None:
    matcher = _matcher(shapes, told["matcher"], told.get("argument", ""), told["expected"])
    return None if matcher is None else {"state": told["state"], "matcher": matcher}


def _matcher(shapes: Shapes, kind: str, argument: str, expected: Any) -> Json | None:
    if kind == "error":
        if isinstance(expected, bool):
            return {"success": not expected}
        return {"errorType": shapes.error_type(expected)}
    if kind == "status":
        return {"success": True} if expected == 200 else None
    if kind not in _COMPARATORS:
        return None
    if isinstance(expected, bool):
        # Smithy compares every element only as a string.
        if kind != "path":
            return None
        return _output(argument, "true" if expected else "false", "booleanEquals")
    if isinstance(expected, str):
        comparator = _COMPARATORS[kind].format("String")
        return _output(argument, expected, comparator[0].lower() + comparator[1:])
    return _output(f"({argument}) == `{expected}`", "true", "booleanEquals") if kind == "path" else None


def _output(path: str, expected: str, comparator: str) -> Json:
    return {"output": {"path": path, "expected": expected, "comparator": comparator}}
