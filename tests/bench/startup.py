"""What it costs to import a client and to make the first one, in processes that have done nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests.bench.measure import Row, pair, row

TURNS = 15

PROBE = """
import json, os, time
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")
before, started = resident(), time.perf_counter()
{work}
print(json.dumps([time.perf_counter() - started, resident() - before]))
"""
OURS = 'from asdoc.appconfig import Client; Client("us-east-1", aws_access_key_id="a", aws_secret_access_key="b")'
THEIRS = (
    'import boto3; boto3.client("appconfig", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")'
)


def probe(work: str) -> tuple[float, float]:
    """Seconds and bytes that `work` takes in a new interpreter, net of the interpreter itself."""
    # Where compiled modules may not be kept, ours, which no installer compiled, would be compiled in every process.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", PROBE.format(work=work)]
    done = subprocess.run(command, check=True, capture_output=True, env=environment)
    seconds, size = json.loads(done.stdout)
    return seconds, size


def rows() -> Iterator[Row]:
    for work in (OURS, THEIRS):
        probe(work)  # so that neither pays for compiling its modules
    turns = [(probe(OURS), probe(THEIRS)) for _ in range(TURNS)]
    seconds = pair([own[0] for own, _ in turns], [other[0] for _, other in turns])
    size = pair([own[1] for own, _ in turns], [other[1] for _, other in turns])
    yield row("import and first client against boto3, time", seconds, 1e3, "ms", "5x")
    yield row("import and first client against boto3, memory", size, 1e-6, "MB", "4x")
