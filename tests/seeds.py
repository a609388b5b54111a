"""The seed pages that lie beside a developer's checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"


def seed(number: str) -> Path:
    """The seed page of that three-digit number; skips the test where the folder is not there."""
    if not SEEDS.is_dir():
        pytest.skip("the seed pages do not lie beside this checkout (../shared/seeds)")
    (path,) = SEEDS.glob(f"{number}_*")
    return path
