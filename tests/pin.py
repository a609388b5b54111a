"""`python tests/pin.py NAME…`: write the installed versions of these packages into constraints.txt."""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

CONSTRAINTS = Path(__file__).resolve().parents[1] / "constraints.txt"


def pinned(text: str, versions: dict[str, str]) -> str:
    """The constraints with other pins for these packages. Raises KeyError where one of them has no pin."""
    for name, version in versions.items():
        text, count = re.subn(rf"^{re.escape(name)}==.*$", f"{name}=={version}", text, flags=re.MULTILINE)
        if not count:
            raise KeyError(name)
    return text


if __name__ == "__main__":
    CONSTRAINTS.write_text(pinned(CONSTRAINTS.read_text(), {name: metadata.version(name) for name in sys.argv[1:]}))
