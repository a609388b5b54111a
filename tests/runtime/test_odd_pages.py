"""Pages and waits go as boto3's do, whatever services answer: a few services of each protocol."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.explore import examples

from .odd_calls import away
from .odd_pages import differences, meant

SERVICES = {"budgets": 2, "dynamodb": 2, "elb": 3, "glacier": 3, "s3": 2}
"""Service -> runs of each of its paginators and waiters."""


@pytest.mark.parametrize("name", SERVICES)
def test_odd_pages_are_walked_and_waited_for_as_by_boto3(name: str, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    with away():
        found = [
            difference
            for difference in differences(name, tmp_path, examples(SERVICES[name]), 1, counts)
            if not meant(difference)
        ]
    assert found == []
    assert counts["pages: to the end"] > counts["paginators"] * SERVICES[name] / 4
    assert counts["runs"] > 0
