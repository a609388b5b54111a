"""The packages of all cases, made once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import test_compressed, test_events, test_read, test_retried, test_sent
from .world import packages


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    cases = test_sent.CASES + test_read.CASES + test_retried.CASES + test_compressed.CASES
    cases += test_events.CASES + test_events.SENDING
    with packages(tmp_path_factory.mktemp("protocols"), cases):
        yield
