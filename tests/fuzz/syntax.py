"""Judges of single pieces of Python, of which the skeleton of a generated file is put together."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet

Judge = Callable[[ast.stmt], bool]
"""Whether a template writes this statement."""

_GENERIC = frozenset({"Mapping", "Sequence", "dict", "list", "streaming.EventStream"})
_STREAMING = frozenset({"EventStream", "StreamingBody"})


def is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and is_string(node.value)


def is_string(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def strings(nodes: Iterable[ast.expr | None]) -> bool:
    return all(map(is_string, nodes))


def is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def is_name(name: str) -> bool:
    """A name that a page may have given: ASCII, no keyword, and no underscore in front."""
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("_")


def is_type_name(name: str) -> bool:
    """The name of a type, or the private one of a type that a member hides."""
    return is_name(name.removeprefix("_"))


def is_type(node: ast.expr | None) -> bool:
    """An annotation: names, `models.Name`, the generic types that arguments and answers have, and `|`."""
    match node:
        case ast.Name(id=name):
            return is_type_name(name)
        case ast.Attribute(value=ast.Name(id="streaming"), attr=name):
            return name in _STREAMING
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return owner.rstrip("_") == "models" and is_name(name)
        case ast.Subscript(value=generic, slice=ast.Tuple(elts=inner)):
            return ast.unparse(generic) in _GENERIC and all(map(is_type, inner))
        case ast.Subscript(value=generic, slice=inner):
            return ast.unparse(generic) in _GENERIC and is_type(inner)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return is_type(left) and is_type(right)
    return False


def is_import(node: ast.stmt, known: Mapping[str, AbstractSet[str]]) -> bool:
    """`from module import name, …` of known names, by none but their own."""
    if not isinstance(node, ast.ImportFrom):
        return False
    allowed = known.get("." * node.level + (node.module or ""), frozenset())
    return all(alias.name in allowed and alias.asname is None for alias in node.names)


def is_checking(node: ast.If, inner: Judge) -> bool:
    """`if TYPE_CHECKING:` and statements that `inner` knows."""
    return ast.unparse(node.test) == "TYPE_CHECKING" and all(map(inner, node.body)) and not node.orelse


def class_of(node: ast.ClassDef) -> bool:
    """A class by a page's name, with a docstring and without anything around it; its bases are for another to judge."""
    plain = not node.decorator_list and not getattr(node, "type_params", [])
    return is_name(node.name) and plain and bool(node.body) and is_text(node.body[0])


def exactly(*sources: str) -> Judge:
    """True of a statement that is one of these to the letter, but for its docstrings."""
    known = {ast.dump(_bare(ast.parse(source).body[0])) for source in sources}
    return lambda node: ast.dump(_bare(node)) in known


def _bare(node: ast.stmt) -> ast.stmt:
    copied = ast.parse(ast.unparse(node)).body[0]
    for inner in ast.walk(copied):
        if isinstance(inner, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and is_text(inner.body[0]):
            inner.body[0] = ast.Pass()
    return copied
