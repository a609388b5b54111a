from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from asdoc.conformance import Report, Settings, verify
from asdoc.conformance.cases.model import Suite
from tests.conformance.library import make_suite

Judge = Callable[..., Report]


@pytest.fixture
def judge() -> Judge:
    """Runs the library's suite against a handler, or anything else that is a target."""

    def run(target: Any, pattern: str = "", suite: Suite | None = None, **settings: Any) -> Report:
        return verify(
            target, service="library", suite=suite or make_suite(), pattern=pattern, settings=Settings(**settings)
        )

    return run
