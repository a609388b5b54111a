"""Odd arguments are refused where boto3 refuses them, and sent as boto3 sends them: a few services of each protocol."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.explore import examples

from .odd_calls import MEANT, away, differences

SERVICES = (
    "appconfig", "chime-sdk-messaging", "codeartifact", "dynamodb", "logs", "autoscaling", "ses", "cloudfront", "s3",
    "arc-region-switch", "cloudwatchomni", "glacier",
)  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_odd_arguments_are_sent_or_refused_as_by_boto3(name: str) -> None:
    counts: Counter[str] = Counter()
    with away():
        found = [
            difference
            for difference in differences(name, examples(25), 1, counts)
            if not any(meant.tells(difference) for meant in MEANT)
        ]
    assert found == []
    assert counts["sent by botocore, sent by us"] > sum(counts.values()) / 2
