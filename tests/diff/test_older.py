"""The process that writes the pages of another botocore."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from asdoc.codegen.diff import older


def test_it_does_not_outlive_the_one_that_started_it(tmp_path: Path) -> None:
    command = [sys.executable, "-P", older.__file__, str(tmp_path / "pages"), str(tmp_path / "specs"), "1", "appconfig"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, b"")
    assert not (tmp_path / "specs").exists()
