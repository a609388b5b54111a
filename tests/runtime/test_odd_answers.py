"""Answers in every way that protocols allow are read as boto3 reads them: a few services of each protocol."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.explore import examples

from .odd_answers import differences
from .odd_calls import away

SERVICES = (
    "appconfig", "chime-sdk-messaging", "dynamodb", "logs", "iam", "ses", "cloudfront", "route53", "s3",
    "arc-region-switch", "cloudwatchomni", "sqs",
)  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_an_odd_answer_is_read_as_by_boto3(name: str) -> None:
    counts: Counter[str] = Counter()
    with away():
        found = list(differences(name, examples(40), 1, counts))
    assert found == []
    assert min(counts["a result"], counts["an error"]) > 5
