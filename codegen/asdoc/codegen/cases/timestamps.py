"""Times: what a creating call says of when, the reading call says too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asdoc.runtime.schema import Operation, Shape

from .facts import Facts, case


def timestamps(facts: Facts, operation: Operation) -> Iterator[dict[str, Any]]:
    """A time that the answers of making and of reading both tell is the same in both."""
    reader = facts.reader(operation)
    if reader is None or reader.name == operation.name:
        return
    made, read = _times(facts, facts.outputs(operation)), _times(facts, facts.outputs(reader))
    for path in sorted(set(made) & set(read)):
        if "reat" not in path[-1] and "tart" not in path[-1]:
            continue
        told: Any = {"$from": ".".join(("made", *path))}
        for name in reversed(path):
            told = {name: told}
        steps = [
            {"call": operation.name, "label": "made", "control": True},
            {"call": reader.name, "output": told},
        ]
        yield case(facts, "timestamp", operation, reader.name, *path, rule="a time that was told stays", steps=steps)


def _times(facts: Facts, members: dict[str, Shape] | Any) -> dict[tuple[str, ...], Shape]:
    found: dict[tuple[str, ...], Shape] = {}
    for name, node in members.items():
        shape = facts.service.resolve(node)
        if shape.type == "timestamp":
            found[name,] = node
        elif shape.type == "structure" and len(members) == 1:
            for inner, inner_node in shape.members.items():
                if facts.service.resolve(inner_node).type == "timestamp":
                    found[name, inner] = inner_node
    return found
