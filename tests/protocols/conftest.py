"""The packages of all cases, made once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .test_sent import CASES
from .world import packages


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with packages(tmp_path_factory.mktemp("protocols"), CASES):
        yield
