"""The facts of a service as one JSON document: what its pages tell, and nothing from anywhere else.

An operation's entry always has the same keys. A key of a tree stands there only where it says something. What a page
cannot tell is absent; `untold` lists the kinds of facts that no page of the operation could tell, `derived` what a rule
gave, and `prose` what only a sentence tells, as JSON pointers into the operation's entry.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from .pages.facts import Node, OperationPage

Tree = dict[str, Any]

_FLAGS = ("streaming", "eventstream", "jsonvalue")


def document(service: str, pages: Iterable[OperationPage]) -> dict[str, Any]:
    """`{"service": …, "operations": {…}}` of pages of which no two document the same operation."""
    return {
        "service": service,
        "operations": {page.operation: operation(page) for page in sorted(pages, key=lambda page: page.operation)},
    }


def dumps(facts: dict[str, Any]) -> str:
    """The bytes of the document: sorted by operation, else in the order of the page."""
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"


def operation(page: OperationPage) -> dict[str, Any]:
    """The facts of one operation."""
    prose: list[str] = ["/deprecated"] if page.deprecated else []
    entry: dict[str, Any] = {
        "method": page.method,
        "deprecated": bool(page.deprecated),
        "errors": sorted({name for name, _ in page.errors}),
        "input": tree(page.input, "/input", prose) if page.input is not None else {"type": "structure", "members": {}},
        "output": tree(page.output, "/output", prose) if page.output is not None else None,
        "examples": [
            {"params": example.params, "output": example.output, "description": example.caption}
            for example in page.examples
        ],
    }
    if page.operation_derived:
        entry["derived"] = ["operation"]
    if page.untold:
        entry["untold"] = sorted(page.untold)
    if prose:
        entry["prose"] = sorted(prose)
    return entry


def tree(root: Node, at: str = "", prose: list[str] | None = None) -> Tree:
    """A documented type as nested objects; `prose` receives a pointer below `at` for each fact told in prose only."""
    told: list[str] = [] if prose is None else prose
    top: Tree = {}
    todo: list[tuple[Node, Tree, str]] = [(root, top, at)]
    while todo:
        node, out, pointer = todo.pop()
        _own(node, out, pointer, told)
        if node.recursive:
            continue
        if node.type == "structure":
            out["members"] = {}
            for name, child in node.members.items():
                out["members"][name] = {}
                todo.append((child, out["members"][name], f"{pointer}/members/{_token(name)}"))
            if node.required:
                out["required"] = [name for name in node.members if name in node.required]
        for part, inner in (("member", node.member), ("key", node.key), ("value", node.value)):
            if inner is not None:
                out[part] = {}
                todo.append((inner, out[part], f"{pointer}/{part}"))
    return top


def _own(node: Node, out: Tree, pointer: str, prose: list[str]) -> None:
    if node.type:
        out["type"] = node.type
    if node.enum:
        out["enum"] = list(node.enum)
    if node.recursive:
        out["recursive"] = True
    if node.open:
        out["open"] = True
    for flag in _FLAGS:
        if getattr(node, flag):
            out[flag] = True
    for fact in ("union", "idempotent"):
        if getattr(node, fact):
            out[fact] = True
            prose.append(f"{pointer}/{fact}")


def _token(name: str) -> str:
    """A member's name as a part of an RFC 6901 pointer."""
    return name.replace("~", "~0").replace("/", "~1")
