"""What a paginator's or a waiter's expression finds is what JMESPath finds."""

from __future__ import annotations

from typing import Any

import jmespath
import jmespath.exceptions
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asdoc.runtime.expressions import ExpressionError, compile_expression, set_path
from tests.explore import examples

from .listings import data, expressions, paths

LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2), st.sampled_from(["", "a", "ACTIVE", "available"])
)
WRITTEN = [
    "a", '"a-b".c', "a.b[0].c", "a[-1]", "a[*].b", "a[].b[].c", "[]", "*.a", "a.*.b", "@", "a || b", "a && b", "!a",
    "a == `1`", "a != 'x'", "a > `0`", "a <= b", "(a || b).c", "a | b", "a[?b == `1`].c", "a[?!b]", "a[?b][].c",
    "length(a)", "length(a[?b == 'ACTIVE']) == length(a)", "contains(a, 'ACTIVE')", "a[?contains(b, 'a')].b",
    "a[0][1]", "a[][]", "a[*][0]", "[0].a", "`[1, 2]`", "a.b == `true` && c", "a[?b || c].d.e",
]  # fmt: skip
JSON = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("abcde"), inner))
)


def outcome(search: Any, value: Any) -> Any:
    try:
        return ("found", search(value))
    except (ExpressionError, jmespath.exceptions.JMESPathTypeError):
        return "refused"


def strict(value: Any) -> Any:
    """A value in which True is not 1."""
    if isinstance(value, list):
        return [strict(item) for item in value]
    if isinstance(value, dict):
        return {key: strict(item) for key, item in value.items()}
    return (type(value).__name__, value)


@settings(max_examples=examples(120), deadline=None)
@given(st.sampled_from(expressions()).flatmap(lambda text: st.tuples(st.just(text), data(paths(text), LEAVES))))
def test_every_expression_of_botocore_finds_what_jmespath_finds(case: tuple[str, Any]) -> None:
    text, value = case
    theirs = outcome(jmespath.compile(text).search, value)
    assert strict(outcome(compile_expression(text), value)) == strict(theirs)


@settings(max_examples=examples(100), deadline=None)
@given(st.sampled_from(WRITTEN), JSON)
def test_each_construct_means_what_jmespath_means(text: str, value: Any) -> None:
    try:
        theirs = outcome(jmespath.compile(text).search, value)
    except TypeError:  # a text and a number, which jmespath fails to put in order
        theirs = ("found", None)
    assert strict(outcome(compile_expression(text), value)) == strict(theirs)


def test_all_expressions_of_botocore_are_understood() -> None:
    assert len(expressions()) > 1000
    for text in expressions():
        compile_expression(text)


@pytest.mark.parametrize(
    "text", ["", "a.", "a[", "a[1:2]", "{a: b}", "[a, b]", "a b", "sort(a)", "a[?b", "a ==", "&a", "a.'b'", "length()"]
)
def test_what_is_not_understood_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"not understood|should stand"):
        compile_expression(text)


def test_a_path_is_set_through_objects_that_are_not_there_yet() -> None:
    target: dict[str, Any] = {"a": {"x": 1}}
    set_path(target, "a.b.c", 2)
    set_path(target, "d", 3)
    assert target == {"a": {"x": 1, "b": {"c": 2}}, "d": 3}
