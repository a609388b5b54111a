"""Facts that a reader found, held against those of the model: what was found, what was missed, what was invented."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from asdoc.codegen.pages import Node, OperationPage

from .truth import Facts, Operation

KINDS = (
    "operation", "method", "deprecated", "none", "member", "type", "required", "enum", "union", "streaming",
    "eventstream", "idempotent", "jsonvalue", "recursive", "error", "example",
)  # fmt: skip


class Miss(msgspec.Struct):
    """One fact in which page and model differ."""

    service: str
    operation: str
    kind: str
    path: str
    expected: Any
    """None where the reader invented the fact."""
    found: Any
    """None where the reader missed it."""
    page: str
    line: int
    reason: str = ""
    """Why the page cannot tell it; empty where the reader is at fault."""


class Tally(msgspec.Struct):
    """Counts by kind: facts expected, facts found, facts found right."""

    expected: Counter[str] = msgspec.field(default_factory=Counter)
    found: Counter[str] = msgspec.field(default_factory=Counter)
    right: Counter[str] = msgspec.field(default_factory=Counter)
    excluded: Counter[str] = msgspec.field(default_factory=Counter)
    """Facts that no page of the format can tell, by reason."""

    def add(self, other: Tally) -> None:
        self.expected.update(other.expected)
        self.found.update(other.found)
        self.right.update(other.right)
        self.excluded.update(other.excluded)

    def recall(self, kind: str = "") -> float:
        return _share(self.right, self.expected, kind)

    def precision(self, kind: str = "") -> float:
        return _share(self.right, self.found, kind)


def _share(part: Counter[str], whole: Counter[str], kind: str) -> float:
    of = whole[kind] if kind else whole.total()
    return 100 * (part[kind] if kind else part.total()) / of if of else 100.0


def read(page: OperationPage) -> tuple[Facts, dict[str, Node]]:
    """The facts of a page in the terms of the truth, and the node that stands at each path."""
    facts: Facts = {("method", ""): page.method, ("deprecated", ""): bool(page.deprecated)}
    nodes: dict[str, Node] = {}
    for name, _ in page.errors:
        facts["error", name] = True
    for side, root in (("input", page.input), ("output", page.output)):
        if root is not None:
            _walk(root, side, facts, nodes)
        elif side == "input":
            facts["type", side] = "structure"
        else:
            facts["none", side] = True
    return facts, nodes


def _walk(root: Node, path: str, facts: Facts, nodes: dict[str, Node]) -> None:
    todo = [(root, path)]
    while todo:
        node, path = todo.pop()
        nodes[path] = node
        if node.recursive:
            facts["recursive", path] = True
            continue
        if node.type:
            facts["type", path] = node.type
        if node.enum:
            facts["enum", path] = node.enum
        for trait in ("union", "streaming", "eventstream", "idempotent", "jsonvalue"):
            if getattr(node, trait):
                facts[trait, path] = True
        for name in node.required:
            facts["required", f"{path}.{name}"] = True
        for name, member in node.members.items():
            facts["member", f"{path}.{name}"] = True
            todo.append((member, f"{path}.{name}"))
        todo += [
            (held, f"{path}{mark}")
            for held, mark in ((node.member, "[]"), (node.key, "{key}"), (node.value, "{}"))
            if held is not None
        ]


def compare(service: str, page: OperationPage, truth: Operation) -> tuple[Tally, list[Miss]]:
    """The tally of one page, and in what it differs from the model."""
    found, nodes = read(page)
    expected = truth.facts
    tally, misses = Tally(), []
    for fact in expected.keys() | found.keys():
        kind, path = fact
        want, got = expected.get(fact), found.get(fact)
        tally.expected[kind] += want is not None
        tally.found[kind] += got is not None
        if want == got:
            tally.right[kind] += 1
        else:
            misses.append(Miss(service, truth.name, kind, path, want, got, page.path, _line(page, nodes, path)))
    return tally, misses


def _line(page: OperationPage, nodes: dict[str, Node], path: str) -> int:
    """The line of the node at a path, or of the nearest around it that the page has."""
    while path:
        node = nodes.get(path)
        if node is not None and (node.line or node.bullet):
            return node.line or node.bullet
        path = path[: max(path.rfind("."), path.rfind("["), path.rfind("{"), 0)]
    return page.method_line
