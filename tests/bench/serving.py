"""Requests a second of GetApplication: one worker beside moto_server, ministack and a bare server."""

from __future__ import annotations

import contextlib
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from tests.bench.calls import our_client
from tests.bench.measure import Row
from tests.targets.start import answers, free_port, running

TURNS = 3
SECONDS = 3.0
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


def signed(url: str) -> dict[str, str]:
    """The headers of a GET with a signature that holds for 15 minutes."""
    asked = botocore.awsrequest.AWSRequest(method="GET", url=url)
    credentials = botocore.credentials.Credentials(KEY, SECRET)
    botocore.auth.SigV4Auth(credentials, "appconfig", "us-east-1").add_auth(asked)
    return {name: str(text) for name, text in asked.headers.items()}


def requests_a_second(
    endpoint: str, path: str, headers: dict[str, str] | None = None, connections: int = CONNECTIONS
) -> tuple[float, float]:
    """Requests a second, and the time in ms within which 99 of 100 are answered (0 where it is not known).

    By wrk where it is installed; else by our own load, whose ceiling a fast server may reach.
    """
    url = urlsplit(endpoint)
    if wrk := shutil.which("wrk"):
        command = [wrk, "-t1", f"-c{connections}", f"-d{SECONDS:.0f}", "--latency", endpoint + path]
        for name, text in (headers or SCOPE).items():
            command += ["-H", f"{name}: {text}"]
        done = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        if "Non-2xx" in done:
            raise SystemExit(f"{endpoint}{path} was not answered with 200:\n{done}")
        late = re.search(r"99%\s+([0-9.]+)(us|ms|s)", done)
        scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}
        return (
            float(done.split("Requests/sec:")[1].split()[0]),
            float(late[1]) * scale[late[2]] if late is not None else 0.0,
        )
    load = [sys.executable, "-m", "tests.bench.load", str(url.hostname), str(url.port), path]
    done = subprocess.run([*load, str(connections), str(SECONDS)], check=True, capture_output=True, text=True).stdout
    return float(done), 0.0


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
        paths[auth] = "/deploymentstrategies/AppConfig.AllAtOnce"
        figures: dict[str, list[float]] = {endpoint: [] for endpoint in paths}
        late: list[float] = []
        for _ in range(TURNS):
            for endpoint, seen in figures.items():
                headers = signed(endpoint + paths[endpoint]) if endpoint == auth else None
                seen.append(requests_a_second(endpoint, paths[endpoint], headers)[0])
            late.append(requests_a_second(ours, paths[ours], connections=MANY)[1])
    tool = "wrk" if shutil.which("wrk") else "own load"
    for name, own, peer, goal in (
        ("moto_server", ours, moto, "70x"),
        ("ministack", ours, ministack, "14x"),
        ("a bare WSGI application", ours, bare, "0.67x"),
        ("moto_server, signatures verified", auth, moto, "45x"),
    ):
        ratio = statistics.median(mine / other for mine, other in zip(figures[own], figures[peer], strict=True))
        mine, other = statistics.median(figures[own]), statistics.median(figures[peer])
        yield Row(f"GetApplication against {name} ({tool})", f"{mine:,.0f}/s", f"{other:,.0f}/s", f"{ratio:.2f}x", goal)
    yield Row(f"99 of 100 answers at {MANY} connections", f"{statistics.median(late):.1f} ms", "", "", "5 ms")
