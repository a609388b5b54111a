"""What all tests of the client half begin with: no configuration but their own, and no sleep."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .fake import Client


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client slept, each time; it does not sleep."""
    slept: list[float] = []
    monkeypatch.setattr(Client, "_sleep", staticmethod(slept.append))
    return slept


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
