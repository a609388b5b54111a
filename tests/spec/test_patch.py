"""RFC 6902 as its own text gives it, and its laws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asdoc.codegen.spec.patch import PatchError, apply


@pytest.mark.parametrize(
    ("document", "operation", "result"),
    [
        ({"a": 1}, {"op": "add", "path": "/b", "value": 2}, {"a": 1, "b": 2}),
        ({"a": [1, 3]}, {"op": "add", "path": "/a/1", "value": 2}, {"a": [1, 2, 3]}),
        ({"a": [1]}, {"op": "add", "path": "/a/-", "value": [2]}, {"a": [1, [2]]}),
        ({"a": [1]}, {"op": "add", "path": "", "value": 5}, 5),
        ({"a": 1, "b": 2}, {"op": "remove", "path": "/b"}, {"a": 1}),
        ({"a": [1, 2, 3]}, {"op": "remove", "path": "/a/1"}, {"a": [1, 3]}),
        ({"a": 1}, {"op": "replace", "path": "/a", "value": None}, {"a": None}),
        ({"a": [1, 2]}, {"op": "replace", "path": "/a/0", "value": 7}, {"a": [7, 2]}),
        ({"a": {"x": 1}, "b": {}}, {"op": "move", "from": "/a/x", "path": "/b/y"}, {"a": {}, "b": {"y": 1}}),
        ({"a": [1, 2, 3]}, {"op": "move", "from": "/a/0", "path": "/a/2"}, {"a": [2, 3, 1]}),
        ({"a": {"x": 1}}, {"op": "copy", "from": "/a", "path": "/b"}, {"a": {"x": 1}, "b": {"x": 1}}),
        ({"a/b": 1, "m~n": 2}, {"op": "remove", "path": "/a~1b"}, {"m~n": 2}),
        ({"a/b": 1, "m~n": 2}, {"op": "remove", "path": "/m~0n"}, {"a/b": 1}),
        ({"~1": 10}, {"op": "test", "path": "/~01", "value": 10}, {"~1": 10}),
        ({"a": 1}, {"op": "test", "path": "/a", "value": 1.0}, {"a": 1}),
        ({"": 1}, {"op": "replace", "path": "/", "value": 2}, {"": 2}),
    ],
)
def test_an_operation_does_what_the_standard_says(document: Any, operation: dict[str, Any], result: Any) -> None:
    assert apply(document, [operation], where="p") == result


@pytest.mark.parametrize(
    ("document", "operation"),
    [
        ({"a": 1}, {"op": "add", "path": "/b/c", "value": 1}),
        ({"a": [1]}, {"op": "add", "path": "/a/3", "value": 1}),
        ({"a": [1]}, {"op": "add", "path": "/a/01", "value": 1}),
        ({"a": [1]}, {"op": "replace", "path": "/a/-", "value": 1}),
        ({"a": 1}, {"op": "remove", "path": "/b"}),
        ({"a": 1}, {"op": "replace", "path": "/b", "value": 1}),
        ({"a": 1}, {"op": "test", "path": "/a", "value": True}),
        ({"a": 1}, {"op": "test", "path": "/a", "value": "1"}),
        ({"a": [1]}, {"op": "test", "path": "/a", "value": [1, 2]}),
        ({"a": {"b": 1}}, {"op": "move", "from": "/a", "path": "/a/b"}),
        ({"a": "text"}, {"op": "add", "path": "/a/b", "value": 1}),
        ({"a": 1}, {"op": "copy", "from": "/b", "path": "/c"}),
        ({"a": 1}, {"op": "remove", "path": ""}),
    ],
)
def test_what_does_not_apply_is_an_error_that_says_where(document: Any, operation: dict[str, Any]) -> None:
    with pytest.raises(PatchError, match=r"^specs/patches\.json#/3/patch/0: `"):
        apply(document, [operation], where="specs/patches.json#/3")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.text(max_size=3), values, max_size=4)


@given(objects, st.text(max_size=3), values)
def test_what_is_added_tests_true_and_is_gone_when_removed(document: dict[str, Any], key: str, value: Any) -> None:
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    before = dict(document)
    before.pop(key, None)
    added = apply(before, [{"op": "add", "path": pointer, "value": value}], where="p")
    assert apply(added, [{"op": "test", "path": pointer, "value": value}], where="p") == added
    assert apply(added, [{"op": "remove", "path": pointer}], where="p") == before


@given(objects)
def test_the_document_that_is_patched_stays_as_it_was(document: dict[str, Any]) -> None:
    before = repr(document)
    apply(document, [{"op": "add", "path": "/new", "value": 1}], where="p")
    assert repr(document) == before


def test_a_failure_half_way_changes_nothing() -> None:
    document = {"a": {"b": 1}}
    with pytest.raises(PatchError, match="patch/1"):
        apply(document, [{"op": "remove", "path": "/a/b"}, {"op": "remove", "path": "/a/b"}], where="p")
    assert document == {"a": {"b": 1}}
