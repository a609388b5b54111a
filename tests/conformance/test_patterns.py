"""Patterns are those of the services' models, some of which Python cannot read."""

from __future__ import annotations

import pytest

from asdoc.conformance.patterns import matches


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("[a-z0-9]{4,7}", "339ohji", True),
        ("^[0-9]+$", "x", False),
        ("b", "abc", True),
        # autoscaling's names: halves of UTF-16's pairs as a range, which is none in Python.
        ("[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*", "name", True),
        ("[[a-z]&&[^x]]", "x", True),
    ],
)
def test_a_pattern_that_cannot_be_read_claims_nothing(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits
