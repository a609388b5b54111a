"""The facts of a service as one JSON document: what its pages tell, and nothing from anywhere else.

An operation's entry always has the same keys. A key of a tree stands there only where it says something. What a page
cannot tell is absent; `untold` lists the kinds of facts that no page of the operation could tell, and `prose` what only
a sentence tells, as JSON pointers into the operation's entry. `derived` lists what a rule gave: `operation` where the
method's name in CamelCase stands in, and paths such as `output.State` where the newest reading of the same shape is
that of another operation's page (`sources.json` of the spec tells which).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from .pages.facts import Node, OperationPage
from .spec.merge import Merged

Tree = dict[str, Any]

_FLAGS = ("streaming", "eventstream", "jsonvalue")


def document(service: str, merged: Merged) -> dict[str, Any]:
    """`{"service": …, "operations": {…}}` of the merged pages of a service."""
    derived: dict[str, list[str]] = {}
    for conflict in merged.conflicts:
        if conflict["rule"] == "same-shape":
            name, _, path = conflict["at"].partition(".")
            derived.setdefault(name, []).append(path)
    pages = [fact.page for fact in merged.facts if isinstance(fact.page, OperationPage)]
    return {
        "service": service,
        "operations": {
            page.operation: operation(page, derived.get(page.operation, ()))
            for page in sorted(pages, key=lambda page: page.operation)
        },
    }


def dumps(facts: dict[str, Any]) -> str:
    """The bytes of the document: sorted by operation, else in the order of the page."""
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"


def operation(page: OperationPage, derived: Iterable[str] = ()) -> dict[str, Any]:
    """The facts of one operation; `derived` are the paths of what a page of another operation gave."""
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
    if page.operation_derived or derived:
        entry["derived"] = [*(["operation"] if page.operation_derived else []), *derived]
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
