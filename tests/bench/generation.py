"""The package of ec2, the largest service: how long one waits for it, and for its import."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measure import Row

TURNS = 9
_IMPORT = "import time; started = time.perf_counter(); import ec2; ec2.Client; print(time.perf_counter() - started)"


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        environ = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [
            *(sys.executable, "-c", "from asdoc.cli.main import main; main()"),
            *("generate", "--service", "ec2", "--out", str(folder / "packages")),
        ]
        for what, goal in (("cold", "10 s"), ("with its spec in the cache", "")):
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environ)
            yield Row(f"generating ec2, {what}", f"{time.perf_counter() - started:.2f} s", "", "", goal)
        environ["PYTHONPATH"] = str(folder / "packages")
        seconds = [
            float(subprocess.run([sys.executable, "-c", _IMPORT], check=True, capture_output=True, env=environ).stdout)
            for _ in range(TURNS)
        ]
        yield Row(
            "import of ec2 and its client's class", f"{statistics.median(seconds[1:]) * 1e3:.0f} ms", "", "", "150 ms"
        )
