"""What mypy knows of the standard library, once for all tests that run it: it takes longer to read than any program."""

from __future__ import annotations

from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".mypy_cache" / "tests"
