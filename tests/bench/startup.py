"""What it costs to import a client, to make the first one and to have the first answer, in processes that have done
nothing else; and to make a second client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests.bench.calls import CLIENTS, recorded, replaying
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
AWAITED = OURS.replace("Client", "AsyncClient")
CAPO = (
    'import os; os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b"); '
    'from capo_appconfig import AppConfigClient; AppConfigClient(region="us-east-1")'
)
THEIRS = (
    'import boto3; boto3.client("appconfig", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")'
)
OUR_CALL = (
    'from asdoc.appconfig import Client; Client("us-east-1", endpoint_url={endpoint!r}, aws_access_key_id="a", '
    'aws_secret_access_key="b").{call}(**{arguments!r})'
)
THEIR_CALL = (
    'import boto3; boto3.client("appconfig", region_name="us-east-1", endpoint_url={endpoint!r}, '
    'aws_access_key_id="a", aws_secret_access_key="b").{call}(**{arguments!r})'
)
AGAIN = """
{first}
import time
started = time.perf_counter()
for _ in range(20):
    {again}
print((time.perf_counter() - started) / 20)
"""


def probe(work: str, python: str = sys.executable) -> tuple[float, float]:
    """Seconds and bytes that `work` takes in a new interpreter, net of the interpreter itself."""
    # Where compiled modules may not be kept, ours, which no installer compiled, would be compiled in every process.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [python, "-c", PROBE.format(work=work)]
    done = subprocess.run(command, check=True, capture_output=True, env=environment)
    seconds, size = json.loads(done.stdout)
    return seconds, size


def again(first: str) -> float:
    """Seconds that another client takes where there is one, made by what follows the import in `first`."""
    imported, _, made = first.partition("; ")
    work = AGAIN.format(first=f"{imported}\n{made}", again=made)
    return float(subprocess.run([sys.executable, "-c", work], check=True, capture_output=True).stdout)


def rows() -> Iterator[Row]:
    yield from _imports()
    yield from _answers()
    turns = [(again(OURS), again(THEIRS)) for _ in range(5)]
    second = pair([own for own, _ in turns], [other for _, other in turns])
    yield row("a second client, against boto3", second, 1e6, "µs", "under 1,000 µs")


def _answers() -> Iterator[Row]:
    arguments, answers = recorded()
    with replaying(answers) as endpoint:
        for call, name in (("get_deployment", "GetDeployment"), ("get_application", "GetApplication")):
            told = {"endpoint": endpoint, "call": call, "arguments": arguments[call]}
            turns = [(probe(OUR_CALL.format(**told))[0], probe(THEIR_CALL.format(**told))[0]) for _ in range(TURNS)]
            seconds = pair([own for own, _ in turns], [other for _, other in turns])
            yield row(f"{name}, cold process to first answer against boto3", seconds, 1e3, "ms", "3x")


def _imports() -> Iterator[Row]:
    contestants = {
        "ours": (OURS, sys.executable),
        "awaited": (AWAITED, sys.executable),
        "boto3": (THEIRS, sys.executable),
        "capo": (CAPO, CLIENTS["capo"].python),
    }
    for work, python in contestants.values():
        probe(work, python)  # so that none pays for compiling its modules
    turns = [{name: probe(*each) for name, each in contestants.items()} for _ in range(TURNS)]
    for own, other, what, goal in (
        ("ours", "boto3", "import and first client against boto3", "6x"),
        ("ours", "capo", "import and first client against capo-appconfig", "4x"),
        ("awaited", "boto3", "import and first async client against boto3", ""),
    ):
        seconds = pair([turn[own][0] for turn in turns], [turn[other][0] for turn in turns])
        size = pair([turn[own][1] for turn in turns], [turn[other][1] for turn in turns])
        yield row(f"{what}, time", seconds, 1e3, "ms", goal)
        yield row(f"{what}, memory", size, 1e-6, "MB", "under 8 MB" if own == "ours" else "")
