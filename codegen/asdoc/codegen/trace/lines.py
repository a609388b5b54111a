"""Which line of a file something stands in: of JSON and YAML by pointer, of Python by what it defines."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from asdoc.runtime.errors import AsdocError

from .. import yaml_text

_HINT = "Restore it, or make it again: a spec with `asdoc extract`, a package with `asdoc generate`."
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s"\[\]{},:]+')


def escape(token: str) -> str:
    """A name as a part of an RFC 6901 pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def pointer(*tokens: str | int) -> str:
    return "".join(f"/{escape(str(token))}" for token in tokens)


def lines_of(path: Path) -> dict[str, int]:
    """Line of everything in a JSON or YAML file by its pointer; that of a member is the line of its name.

    Raises AsdocError where the file cannot be read, or is of neither.
    """
    text = read(path)
    try:
        return _yaml(text) if path.suffix == ".yaml" else _json(text)
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise AsdocError(f"tracing: {path} is broken: {error}", hint=_HINT) from error


def read(path: Path) -> str:
    """The text of a file of ours. Raises AsdocError where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "this is not UTF-8 text") or str(error)
        raise AsdocError(f"tracing: reading {path}: {reason}", hint=_HINT) from error


def _json(text: str) -> dict[str, int]:
    """Raises ValueError where the text is no JSON."""
    json.loads(text)
    found: dict[str, int] = {"": 1}
    # Of each bracket that is open: its pointer, the index of its next item (-1 of an object), the name of the member.
    stack: list[tuple[str, int]] = []
    at, line, seen = "", 1, 0
    named = False
    for match in _TOKEN.finditer(text):
        part = match.group()
        line += text.count("\n", seen, match.start())
        seen = match.start()
        if stack and not named and part not in "]},:":
            outer, index = stack[-1]
            if index < 0:
                at, named = f"{outer}/{escape(json.loads(part))}", True
                found[at] = line
                continue
            at = f"{outer}/{index}"
            found[at] = line
            stack[-1] = (outer, index + 1)
        if part == ":":
            continue
        named = False
        if part in "[{":
            stack.append((at, 0 if part == "[" else -1))
        elif part in "]}":
            stack.pop()
    return found


def _yaml(text: str) -> dict[str, int]:
    root = yaml_text.compose(text)
    found = {"": 1}
    todo: list[tuple[str, Any]] = [("", root)]
    while todo:
        at, node = todo.pop()
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                inner = f"{at}/{escape(str(key.value))}"
                found[inner] = key.start_mark.line + 1
                todo.append((inner, value))
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                inner = f"{at}/{index}"
                found[inner] = value.start_mark.line + 1
                todo.append((inner, value))
    return found


class Python:
    """What a generated module defines, and where."""

    def __init__(self, path: Path) -> None:
        """Raises AsdocError where the file is no Python."""
        try:
            tree = ast.parse(read(path))
        except (SyntaxError, ValueError, RecursionError) as error:
            raise AsdocError(f"tracing: {path} is no Python: {error}", hint=_HINT) from error
        self.names: dict[str, int] = {}
        """Classes, aliases and other names of the module."""
        self.fields: dict[tuple[str, str], int] = {}
        """(class, name) -> line, of the attributes of structures and of the keys of TypedDicts."""
        self.values: dict[tuple[str, str], int] = {}
        """(alias, allowed value) -> line."""
        self.keys: dict[tuple[str, str], int] = {}
        """(name, key) -> line, of dicts of the module."""
        self.methods: dict[str, tuple[str, int]] = {}
        """Operation -> (name of the method that calls it, line)."""
        self.parameters: dict[tuple[str, str], tuple[str, int]] = {}
        """(operation, documented name) -> (name of the parameter that is sent as it, line)."""
        for statement in tree.body:
            self._statement(statement)

    def _statement(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.ClassDef):
            self.names[statement.name] = statement.lineno
            for inner in statement.body:
                if isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
                    self.fields[statement.name, inner.target.id] = inner.lineno
                elif isinstance(inner, ast.FunctionDef):
                    self._method(inner)
            return
        target = _target(statement)
        if not target:
            return
        value = getattr(statement, "value", None)
        self.names[target] = statement.lineno
        for name, line in _functional(value):
            self.fields[target, name] = line
        if isinstance(value, ast.Dict):
            self.keys |= {(target, name): line for name, line in _keys(value)}
        elif isinstance(statement, ast.AnnAssign) and value is not None:
            for node in ast.walk(value):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    self.values[target, node.value] = node.lineno

    def _method(self, function: ast.FunctionDef) -> None:
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_call"):
                continue
            operation = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
            if not isinstance(operation, str):
                continue
            self.methods[operation] = (function.name, function.lineno)
            lines = {argument.arg: argument.lineno for argument in [*function.args.args, *function.args.kwonlyargs]}
            sent = node.args[1] if len(node.args) > 1 else None
            if isinstance(sent, ast.Dict):
                for key, value in zip(sent.keys, sent.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(value, ast.Name) and value.id in lines:
                        self.parameters[operation, str(key.value)] = (value.id, lines[value.id])


def _target(statement: ast.stmt) -> str:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return ""


def _functional(value: ast.expr | None) -> Iterator[tuple[str, int]]:
    """The keys of `TypedDict("Name", {...})`."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "TypedDict":
        for argument in value.args:
            if isinstance(argument, ast.Dict):
                yield from _keys(argument)


def _keys(value: ast.Dict) -> Iterator[tuple[str, int]]:
    for key in value.keys:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value, key.lineno
