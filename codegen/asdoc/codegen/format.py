"""Formatting generated Python: ruff, with options of its own, so that the surroundings of a run change no byte."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from asdoc.runtime.errors import AsdocError

_OPTIONS = ["--isolated", "--no-cache", "--quiet", "--target-version", "py311", "--line-length", "120"]
_CHECK = ["check", *_OPTIONS, "--select", "I,F401", "--fix", "--config", 'lint.isort.known-first-party = ["asdoc"]']
_FORMAT = ["format", *_OPTIONS]


def format_python(files: Mapping[str, str]) -> dict[str, str]:
    """Each text sorted (imports) and laid out. Raises AsdocError where one is no Python."""
    with tempfile.TemporaryDirectory(prefix="asdoc-format-") as folder:
        # Files are numbered: what a file will be called is no business of a path here.
        paths = {name: Path(folder) / f"{number}{Path(name).suffix}" for number, name in enumerate(files)}
        for name, path in paths.items():
            path.write_text(files[name], encoding="utf-8")
        for command in (_CHECK, _FORMAT):
            _ruff(command, folder, {str(path): name for name, path in paths.items()})
        return {name: path.read_text(encoding="utf-8") for name, path in paths.items()}


def _ruff(command: list[str], folder: str, names: Mapping[str, str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the program and every option are ours
            [sys.executable, "-m", "ruff", *command, folder], capture_output=True, text=True, check=False, timeout=300
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AsdocError(
            f"formatting generated code: ruff could not be run: {error}",
            hint="Install it: pip install 'asdoc[codegen]'",
        ) from error
    if done.returncode:
        told = done.stdout + done.stderr
        for path, name in names.items():
            told = told.replace(path, name)
        raise AsdocError(
            f"formatting generated code: ruff found a fault in it:\n{told.strip()[:2000]}",
            hint="This is a fault in asdoc or its templates: whatever a page says, the code must be sound.",
        )
