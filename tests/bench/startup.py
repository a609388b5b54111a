"""What it costs to import a client, to make the first one and to have the first answer, in processes that have done
nothing else; to make a second client; and to have a backend's first answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.bench.calls import CLIENTS, recorded, replaying
from tests.bench.measure import Row, pair, row
from tests.targets.catalog import TARGETS
from tests.targets.start import answers, free_port, stop

TURNS = 15
STARTS = 7

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


# A test's own backend: the first answer of one in process, ours through our client, and moto's through boto3's.
IN_PROCESS = (
    "from asdoc.appconfig import Client; from asdoc.appconfig.backend import Backend; "
    'Client("us-east-1", backend=Backend().handle, aws_access_key_id="a", aws_secret_access_key="b")'
    '.create_application(Name="n")'
)
MOCKED = (
    "import boto3; from moto import mock_aws; mock_aws().start(); "
    'boto3.client("appconfig", region_name="us-east-1").create_application(Name="n")'
)


def probe(work: str, python: str = sys.executable) -> tuple[float, float]:
    """Seconds and bytes that `work` takes in a new interpreter, net of the interpreter itself."""
    # Where compiled modules may not be kept, ours, which no installer compiled, would be compiled in every process.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [python, "-c", PROBE.format(work=work)]
    done = subprocess.run(command, check=True, capture_output=True, env=environment)
    seconds, size = json.loads(done.stdout)
    return seconds, size


def first_answer(name: str) -> float:
    """Seconds from the start of a server's process to its first answer."""
    target, port = TARGETS[name], free_port()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen(
        target.command(target.bin, port),
        env=environment | target.environment(port),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not answers(port, "/applications") and time.perf_counter() < began + 30:
            time.sleep(0.002)
        return time.perf_counter() - began
    finally:
        stop(process)


def servers() -> Iterator[Row]:
    """How soon a backend answers: in a process of its own, and in the one of a test."""
    for name in ("reference", "moto"):
        first_answer(name)
    turns = [(first_answer("reference"), first_answer("moto")) for _ in range(STARTS)]
    served = pair([own for own, _ in turns], [other for _, other in turns])
    yield row("asdoc serve to its first answer, against moto_server", served, 1.0, "s", "under 0.3 s")
    python = str(TARGETS["moto"].bin / "python")
    for work, where in ((IN_PROCESS, sys.executable), (MOCKED, python)):
        probe(work, where)
    inside = [(probe(IN_PROCESS)[0], probe(MOCKED, python)[0]) for _ in range(STARTS)]
    figure = pair([own for own, _ in inside], [other for _, other in inside])
    yield row("import, backend in process and its first answer, against moto", figure, 1.0, "s", "under 0.3 s")


def again(first: str) -> float:
    """Seconds that another client takes where there is one, made by what follows the import in `first`."""
    imported, _, made = first.partition("; ")
    work = AGAIN.format(first=f"{imported}\n{made}", again=made)
    return float(subprocess.run([sys.executable, "-c", work], check=True, capture_output=True).stdout)


def rows() -> Iterator[Row]:
    yield from servers()
    yield from _imports()
    yield from _answers()
    turns = [(again(OURS), again(THEIRS)) for _ in range(5)]
    second = pair([own for own, _ in turns], [other for _, other in turns])
    yield row("a second client, against boto3", second, 1e6, "µs", "under 1,000 µs")


def _answers() -> Iterator[Row]:
    arguments, answers = recorded()
    with replaying(answers, awake=False) as endpoint:
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


if __name__ == "__main__":
    for line in rows():
        print(*line, sep=" | ", flush=True)
