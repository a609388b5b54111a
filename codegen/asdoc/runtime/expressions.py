"""The part of JMESPath that paginators and waiters are written in, compiled into functions.

Members, indexes, flattening and other projections, filters, comparisons and logic; of the functions, `length` and
`contains`. What is searched may be plain data or models.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from .errors import AsdocError
from .response import Structure

Search = Callable[[Any], Any]

_TOKEN = re.compile(
    r"""\s*(?:(?P<name>[A-Za-z_]\w*)|(?P<quoted>"(?:\\.|[^"\\])*")|(?P<raw>'(?:\\.|[^'\\])*')|(?P<literal>`(?:\\.|[^`\\])*`)
    |(?P<number>-?\d+)|(?P<mark>\[\?|\[\]|\|\||&&|[<>=!]=|[][(){}.,*@!<>|])|(?P<end>$))""",
    re.VERBOSE,
)
_BINDS = {
    "|": 1,
    "||": 2,
    "&&": 3,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), 5),
    "[]": 9,
    "[?": 21,
    ".": 40,
    "[": 55,
}
"""How tightly a mark holds what stands before it; what is not here ends an expression."""
_PROJECTION_ENDS = 10
_STAR, _FILTER, _DOT, _NOT = 20, 21, 40, 45


class ExpressionError(AsdocError):
    """An expression says more than this runtime understands, or was asked of what it cannot be asked of."""


@lru_cache(maxsize=512)
def compile_expression(text: str) -> Search:
    """The function that searches for what `text` tells, and gives None where there is nothing.

    Raises ExpressionError where `text` is no expression, or uses more of JMESPath than is known here.
    """
    return _Parser(text).whole()


def set_path(target: Any, path: str, value: Any) -> None:
    """Put a value where `path`, names with dots between, leads to; what is missing on the way is made."""
    *outer, last = path.split(".")
    for name in outer:
        held = target.get(name)
        if held is None:
            held = target[name] = {}
        target = held
    target[last] = value


class _Parser:
    """A parser by precedence: what binds more tightly is taken first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        position = 0
        while not self.tokens or self.tokens[-1][0] != "end":
            match = _TOKEN.match(text, position)
            if match is None:
                raise self.error(f"{text[position : position + 20]!r}")
            self.tokens.append((match.lastgroup or "", match.group(match.lastgroup or 0)))
            position = match.end()
        self.at = 0

    def error(self, found: str) -> ExpressionError:
        return ExpressionError(
            f"reading the expression {self.text[:200]!r}: {found} is not understood",
            hint="Paginators and waiters are written in a part of JMESPath: see asdoc.runtime.expressions.",
        )

    @property
    def mark(self) -> str:
        kind, text = self.tokens[self.at]
        return text if kind == "mark" else kind

    def next(self) -> tuple[str, str]:
        token = self.tokens[self.at]
        self.at += token[0] != "end"
        return token

    def expect(self, mark: str) -> None:
        if self.mark != mark:
            raise self.error(f"{self.tokens[self.at][1] or 'its end'!r} where {mark!r} should stand")
        self.at += 1

    def whole(self) -> Search:
        found = self.expression(0)
        self.expect("end")
        return found

    def expression(self, binds: int) -> Search:
        left = self.first()
        while binds < _BINDS.get(self.mark, 0):
            left = self.rest(left, self.next()[1])
        return left

    def first(self) -> Search:
        kind, text = self.next()
        if kind == "name" and self.mark == "(":
            return self.call(text)
        if kind == "name":
            return _member(text)
        if kind == "quoted":
            return _member(json.loads(text))
        if kind == "raw":
            return _constant(text[1:-1].replace("\\'", "'"))
        if kind == "literal":
            return _constant(json.loads(text[1:-1].replace("\\`", "`")))
        if text == "*":
            return _values(_whole, self.projected(_STAR))
        if text == "@":
            return _whole
        if text == "!":
            return _not(self.expression(_NOT))
        if text == "(":
            inner = self.expression(0)
            self.expect(")")
            return inner
        if text in ("[]", "[?", "["):
            return self.rest(_whole, text)
        raise self.error(f"{text or 'its end'!r}")

    def rest(self, left: Search, mark: str) -> Search:
        if mark == ".":
            return self.below(left)
        if mark == "[]":
            return _each(_flat(left), self.projected(_BINDS["[]"]))
        if mark == "[?":
            condition = self.expression(0)
            self.expect("]")
            return _each(left, _whole if self.mark == "[]" else self.projected(_FILTER), condition)
        if mark == "[":
            kind, text = self.next()
            self.expect("]")
            if kind == "number":
                return _index(left, int(text))
            if text == "*":
                return _each(left, self.projected(_STAR))
            raise self.error(f"{text!r} in brackets")
        return _BINARY[mark](left, self.expression(_BINDS[mark]))

    def below(self, left: Search) -> Search:
        if self.mark == "*":
            self.at += 1
            return _values(left, self.projected(_STAR))
        if self.mark not in ("name", "quoted"):
            raise self.error(f"{self.tokens[self.at][1] or 'its end'!r} behind a dot")
        return _then(left, self.expression(_DOT))

    def projected(self, binds: int) -> Search:
        """What is asked of every item of a projection."""
        if _BINDS.get(self.mark, 0) < _PROJECTION_ENDS:
            return _whole
        if self.mark == ".":
            self.at += 1
        return self.expression(binds)

    def call(self, name: str) -> Search:
        function = _FUNCTIONS.get(name)
        if function is None:
            raise self.error(f"the function {name!r}")
        self.expect("(")
        arguments = [self.expression(0)]
        while self.mark == ",":
            self.at += 1
            arguments.append(self.expression(0))
        self.expect(")")
        return lambda value: function(*(argument(value) for argument in arguments))


def _whole(value: Any) -> Any:
    return value


def _constant(constant: Any) -> Search:
    return lambda value: constant


def _member(name: str) -> Search:
    def search(value: Any) -> Any:
        return value.get(name) if isinstance(value, dict | Structure) else None

    return search


def _then(left: Search, right: Search) -> Search:
    return lambda value: right(left(value))


def _index(left: Search, index: int) -> Search:
    def search(value: Any) -> Any:
        held = left(value)
        return held[index] if isinstance(held, list) and -len(held) <= index < len(held) else None

    return search


def _flat(left: Search) -> Search:
    def search(value: Any) -> Any:
        held = left(value)
        if not isinstance(held, list):
            return None
        return [item for part in held for item in (part if isinstance(part, list) else (part,))]

    return search


def _each(left: Search, right: Search, condition: Search | None = None) -> Search:
    def search(value: Any) -> Any:
        held = left(value)
        if not isinstance(held, list):
            return None
        asked = (right(item) for item in held if condition is None or _truth(condition(item)))
        return [found for found in asked if found is not None]

    return search


def _values(left: Search, right: Search) -> Search:
    def search(value: Any) -> Any:
        held = left(value)
        if not isinstance(held, dict | Structure):
            return None
        return [found for found in map(right, held.values()) if found is not None]

    return search


def _not(inner: Search) -> Search:
    return lambda value: not _truth(inner(value))


def _truth(value: Any) -> bool:
    """What JMESPath holds for true: all but null, false, and what is empty; 0 is true."""
    return bool(value) or (isinstance(value, int | float) and not isinstance(value, bool))


def _same(left: Any, right: Any) -> bool:
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)


def _compare(holds: Callable[[Any, Any], bool], *, ordered: bool = True) -> Callable[[Search, Search], Search]:
    def compare(left: Search, right: Search) -> Search:
        def search(value: Any) -> Any:
            one, other = left(value), right(value)
            return None if ordered and not _have_order(one, other) else holds(one, other)

        return search

    return compare


def _have_order(one: Any, other: Any) -> bool:
    """Whether one of two values is before the other: numbers, and texts, as jmespath has it beyond its own rules."""
    return (_is_number(one) and _is_number(other)) or (isinstance(one, str) and isinstance(other, str))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _or(left: Search, right: Search) -> Search:
    def search(value: Any) -> Any:
        found = left(value)
        return found if _truth(found) else right(value)

    return search


def _and(left: Search, right: Search) -> Search:
    def search(value: Any) -> Any:
        found = left(value)
        return right(value) if _truth(found) else found

    return search


_BINARY: dict[str, Callable[[Search, Search], Search]] = {
    "|": _then,
    "||": _or,
    "&&": _and,
    "==": _compare(_same, ordered=False),
    "!=": _compare(lambda one, other: not _same(one, other), ordered=False),
    "<": _compare(lambda one, other: one < other),
    "<=": _compare(lambda one, other: one <= other),
    ">": _compare(lambda one, other: one > other),
    ">=": _compare(lambda one, other: one >= other),
}


def _length(value: Any) -> int:
    if not isinstance(value, str | list | dict | Structure):
        raise ExpressionError(
            f"asking for the length of {type(value).__name__}: only texts, lists and objects have one"
        )
    return len(value)


def _contains(value: Any, item: Any) -> bool:
    if not isinstance(value, str | list):
        raise ExpressionError(f"asking what {type(value).__name__} contains: only texts and lists contain anything")
    return item in value


_FUNCTIONS: dict[str, Callable[..., Any]] = {"length": _length, "contains": _contains}
