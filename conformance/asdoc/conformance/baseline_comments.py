"""What people write beside the entries of a baseline, kept as it is written anew."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

Comments = Mapping[tuple[str, str], tuple[str, ...]]
"""Case and check of an entry -> the lines of comment above and within it."""
_ENTRY = "[[known]]"


def read_comments(path: Path) -> Comments:
    """The comments of the entries of a baseline in TOML; none where there is no such file or it is none."""
    try:
        text = path.read_bytes().decode()
        entries = tomllib.loads(text).get("known", [])
    except (OSError, ValueError):
        return {}
    found: list[list[str]] = []
    above: list[str] = []
    for line in map(str.strip, text.splitlines()):
        if line.startswith(_ENTRY):
            found.append(above)
            above = []
        elif line.startswith("#"):
            above.append(line)
        elif line.startswith("["):
            above = []
        elif line:
            # A comment above a member is of the entry that it stands in.
            if found:
                found[-1] += above
            above = []
        elif not found:
            # The head of the file ends with the first line that is empty.
            above = []
    # A text of several lines may look like entries: then nobody can tell what belongs to which.
    if len(found) != len(entries) or not all(isinstance(entry, dict) for entry in entries):
        return {}
    return {
        (str(entry.get("case")), str(entry.get("check", "*"))): tuple(lines)
        for entry, lines in zip(entries, found, strict=True)
        if lines
    }
