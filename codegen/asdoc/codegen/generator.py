"""Which generator wrote a tree: a hash of all that turns a spec into files, and of nothing that does not.

A tree whose manifest has this hash, the hash of its spec and the hashes of its files is what would be made again. So it
need not be made to be checked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_ROOT = _HERE.parent
_READS_OR_TELLS = ("pages", "export", "trace", "diff", "update")
"""Rooms of codegen that stand before a spec, or beside it: nothing of them is in a generated file."""
_OF_THE_RUNTIME = ("expressions.py", "names.py", "schema.py", "client.py")
"""What the run time knows of names and tables, and generation asks it for."""


@cache
def code() -> str:
    """SHA-256 of the modules, templates and schemas that a generated file depends on, and of what has behaviour."""
    digest = hashlib.sha256()
    for path in _parts():
        digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    # A backend is written around the behaviour of its service, where there is one.
    for path in sorted((_ROOT / "behaviour").iterdir()):
        if not path.name.startswith("_"):
            digest.update(path.stem.encode() + b"\0")
    return digest.hexdigest()


def _parts() -> Iterator[Path]:
    for suffix in ("py", "jinja2", "json"):
        for path in sorted(_HERE.rglob(f"*.{suffix}")):
            if path.relative_to(_HERE).parts[0] not in _READS_OR_TELLS:
                yield path
    for name in _OF_THE_RUNTIME:
        yield _ROOT / "runtime" / name
