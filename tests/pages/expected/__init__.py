"""What a person read on the seed pages, and how it is held against what a reader hands over.

A file a seed. A tree is told a node a line, indented as it nests:

    EventLog: list @60/157                      a member, its type, its line in the syntax and that of its explanation
      []: structure @61/161                     what a list holds
        EventType: string @62/165 = A|B         the allowed values, in the order of the page
        Parameters: map required /48            no line of the syntax: it stands in that of the node around it
          {key}: string /50                     what a map holds; a key is told from a member by its explanation alone,
          {}: string /51                        and so that is the line it rests on

`list_of` gives the nodes of such a tree, and `list_of_node` those of a reader's, as the same values.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from asdoc.codegen.pages import Node

SEEDS = ("000", "001", "002", "003", "004")
_LINE = re.compile(r"( *)(?:(\S+): )?(\w+)( required)?(?: (?:@(\d+))?(?:/(\d+))?)?(?: = (\S+))?")
_FLAGS = ("union", "idempotent", "recursive", "streaming", "eventstream", "jsonvalue", "open", "unexplained")


class Row(NamedTuple):
    """One node of a tree; `path` is that of the trail, `EventLog[].EventType`, and empty of the root."""

    path: str
    type: str
    required: bool = False
    enum: tuple[str, ...] = ()
    line: int = 0
    bullet: int = 0
    flags: tuple[str, ...] = ()
    """What else is told of the node; nothing is on the seeds."""


def pages(seed: str) -> dict[str, Any]:
    """What was read on the seed of that three-digit number."""
    told: dict[str, Any] = yaml.safe_load(Path(__file__).with_name(f"{seed}.yaml").read_text(encoding="utf-8"))
    return told


def list_of(tree: str) -> list[Row]:
    """The nodes of a tree as a person wrote it. Raises ValueError at a line that is none."""
    rows: list[Row] = []
    above: list[Row] = []
    for told in tree.splitlines():
        match = _LINE.fullmatch(told)
        if match is None:
            raise ValueError(f"this is no node: {told!r}")
        indent, name, kind, required, line, bullet, enum = match.groups()
        del above[len(indent) // 2 :]
        row = Row(
            path=_joined(above[-1].path, name) if above else "",
            type=kind,
            required=bool(required),
            enum=tuple(enum.split("|")) if enum else (),
            line=int(line or (bullet if name == "{key}" else 0) or above[-1].line),
            bullet=int(bullet or 0),
        )
        above.append(row)
        rows.append(row)
    return rows


def list_of_node(root: Node | None) -> list[Row]:
    """The nodes of a tree as a reader hands it over; none of None."""
    rows: list[Row] = []
    todo = [("", root, False)] if root is not None else []
    while todo:
        path, node, required = todo.pop()
        flags = tuple(flag for flag in _FLAGS if getattr(node, flag))
        rows.append(Row(path, node.type, required, node.enum, node.line, node.bullet, flags))
        inner = [(name, child, name in node.required) for name, child in node.members.items()]
        for name, held in (("[]", node.member), ("{key}", node.key), ("{}", node.value)):
            if held is not None:
                inner.append((name, held, False))
        todo += [(_joined(path, name), child, needed) for name, child, needed in reversed(inner)]
    return rows


def emitted(tree: str | None, more: dict[str, tuple[str, ...]] | None = None) -> dict[str, Any] | None:
    """The tree as `--emit facts` writes it; `more` has values by path that a newer page adds to those of an enum."""
    if tree is None:
        return None
    made: dict[str, dict[str, Any]] = {}
    for row in list_of(tree):
        entry: dict[str, Any] = {"type": row.type}
        if row.type == "structure":
            entry["members"] = {}
        if row.enum:
            entry["enum"] = [*row.enum, *(more or {}).get(row.path, ())]
        made[row.path] = entry
        for end, part in (("{key}", "key"), ("[]", "member"), ("{}", "value")):
            if row.path.endswith(end):
                made[row.path.removesuffix(end)][part] = entry
                break
        else:
            if row.path:
                holder, _, name = row.path.rpartition(".")
                made[holder]["members"][name] = entry
                if row.required:
                    made[holder].setdefault("required", []).append(name)
    return made[""]


def value(written: Any) -> Any:
    """A value of an example, in which a time stands as the facts have it."""
    if isinstance(written, dt.datetime):
        return {"$datetime": [*written.timetuple()[:6]]}
    if isinstance(written, dict):
        return {name: value(held) for name, held in written.items()}
    if isinstance(written, list):
        return [value(held) for held in written]
    return written


def _joined(path: str, name: str) -> str:
    if name in ("[]", "{}", "{key}"):
        return path + name
    return f"{path}.{name}" if path else name
