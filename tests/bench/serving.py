"""Requests a second of GetApplication: one worker beside moto_server, ministack and a bare server."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from tests.bench.calls import our_client
from tests.bench.cpu import listeners, seconds
from tests.bench.measure import Row, pair
from tests.targets.start import answers, free_port, running

TURNS = 3
SECONDS = 2.0
CONNECTIONS = 16
MANY = 64
KEY, SECRET = "AKIDEXAMPLE", "secret"
SCOPE = {"Authorization": f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/us-east-1/appconfig/aws4_request"}


@contextlib.contextmanager
def started(*command: str) -> Iterator[str]:
    """A server of ours, started by a command that takes its port last."""
    port = free_port()
    process = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while not answers(port, "/") and time.monotonic() < deadline:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def signed(url: str, body: bytes = b"") -> dict[str, str]:
    """The headers of a GET, or of a POST where there is a body, with a signature that holds for 15 minutes."""
    asked = botocore.awsrequest.AWSRequest(method="POST" if body else "GET", url=url, data=body)
    credentials = botocore.credentials.Credentials(KEY, SECRET)
    botocore.auth.SigV4Auth(credentials, "appconfig", "us-east-1").add_auth(asked)
    return {name: str(text) for name, text in asked.headers.items()}


def signed_application(endpoint: str) -> str:
    """The path of a new application, where requests must be signed."""
    body = json.dumps({"Name": "bench"}).encode()
    asked = urllib.request.Request(f"{endpoint}/applications", body, signed(f"{endpoint}/applications", body))
    with urllib.request.urlopen(asked) as answer:
        return "/applications/" + str(json.load(answer)["Id"])


class Load(NamedTuple):
    """What a server did under load."""

    rate: float
    """Requests a second."""
    late: float
    """Milliseconds within which 99 of 100 were answered; 0 where it is not known."""
    cpu: float
    """Microseconds of the server's processor time for one request; 0 where it is not known."""


def under_load(endpoint: str, path: str, headers: dict[str, str] | None = None, connections: int = CONNECTIONS) -> Load:
    """By wrk where it is installed; else by our own load, whose ceiling a fast server may reach."""
    url = urlsplit(endpoint)
    pids = listeners(url.port or 80)
    before = seconds(pids)
    if wrk := shutil.which("wrk"):
        command = [wrk, "-t1", f"-c{connections}", f"-d{SECONDS:.0f}", "--latency", endpoint + path]
        for name, text in (headers or SCOPE).items():
            command += ["-H", f"{name}: {text}"]
        done = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        if "Non-2xx" in done:
            raise SystemExit(f"{endpoint}{path} was not answered with 200:\n{done}")
        late = re.search(r"99%\s+([0-9.]+)(us|ms|s)", done)
        scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}
        rate = float(done.split("Requests/sec:")[1].split()[0])
        cpu = (seconds(pids) - before) / int(done.split(" requests in ")[0].split()[-1])
        return Load(rate, float(late[1]) * scale[late[2]] if late is not None else 0.0, cpu * 1e6)
    load = [sys.executable, "-m", "tests.bench.load", str(url.hostname), str(url.port), path]
    done = subprocess.run([*load, str(connections), str(SECONDS)], check=True, capture_output=True, text=True).stdout
    return Load(float(done), 0.0, (seconds(pids) - before) / (float(done) * SECONDS) * 1e6)


def rows() -> Iterator[Row]:
    with contextlib.ExitStack() as stack:
        ours, moto, ministack = (stack.enter_context(running(name)) for name in ("reference", "moto", "ministack"))
        asdoc = str(Path(sys.executable).with_name("asdoc"))
        bare = stack.enter_context(started(sys.executable, "-m", "tests.bench.bare"))
        auth = stack.enter_context(started(asdoc, "serve", "appconfig", "--auth", f"{KEY}:{SECRET}", "--port"))
        paths = {
            endpoint: "/applications/" + str(our_client(endpoint).create_application(Name="bench")["Id"])
            for endpoint in (ours, moto, ministack)
        }
        paths[bare] = "/applications/abcd123"
        paths[auth] = signed_application(auth)
        figures: dict[str, list[Load]] = {endpoint: [] for endpoint in paths}
        late: dict[str, list[float]] = {ours: [], bare: []}
        for _ in range(TURNS):
            for endpoint, seen in figures.items():
                headers = signed(endpoint + paths[endpoint]) if endpoint == auth else None
                seen.append(under_load(endpoint, paths[endpoint], headers))
            for endpoint, times in late.items():
                times.append(under_load(endpoint, paths[endpoint], connections=MANY).late)
    tool = "wrk" if shutil.which("wrk") else "own load"
    for name, own, peer, goal in (
        ("moto_server", ours, moto, "70x"),
        ("ministack", ours, ministack, "14x"),
        ("a bare WSGI application", ours, bare, "0.67x"),
        ("moto_server, signatures verified", auth, moto, "45x"),
    ):
        rate = pair([1 / load.rate for load in figures[own]], [1 / load.rate for load in figures[peer]])
        cpu = pair([load.cpu for load in figures[own]], [load.cpu for load in figures[peer]])
        what = f"GetApplication against {name}"
        yield Row(
            f"{what} ({tool})", f"{1 / rate.ours:,.0f}/s", f"{1 / rate.theirs:,.0f}/s", f"{rate.ratio:.2f}x", goal
        )
        yield Row(f"{what}, processor time", f"{cpu.ours:,.0f} us", f"{cpu.theirs:,.0f} us", f"{cpu.ratio:.2f}x")
    mine, theirs = statistics.median(late[ours]), statistics.median(late[bare])
    what = f"99 of 100 answers at {MANY} connections, beside a bare WSGI application"
    yield Row(what, f"{mine:.1f} ms", f"{theirs:.1f} ms", f"{mine / theirs:.2f}x as long" if theirs else "", "5 ms")


if __name__ == "__main__":
    for line in rows():
        print(*line, sep=" | ", flush=True)
