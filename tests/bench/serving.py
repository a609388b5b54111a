"""Requests a second of GetApplication: `asdoc serve` with one worker beside moto_server and ministack."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.bench.calls import our_client
from tests.bench.measure import Row
from tests.targets.start import running

TURNS = 3
SECONDS = 3.0
CONNECTIONS = 16


def requests_a_second(endpoint: str, path: str) -> float:
    """By wrk where it is installed; else by our own load, whose ceiling a fast server may reach."""
    url = urlsplit(endpoint)
    if wrk := shutil.which("wrk"):
        scope = "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/appconfig/aws4_request"
        command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS:.0f}", "-H", scope, endpoint + path]
        done = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        if "Non-2xx" in done:
            raise SystemExit(f"{endpoint}{path} was not answered with 200:\n{done}")
        return float(done.split("Requests/sec:")[1].split()[0])
    load = [sys.executable, "-m", "tests.bench.load", str(url.hostname), str(url.port), path]
    done = subprocess.run([*load, str(CONNECTIONS), str(SECONDS)], check=True, capture_output=True, text=True).stdout
    return float(done)


def rows() -> Iterator[Row]:
    with running("reference") as ours, running("moto") as moto, running("ministack") as ministack:
        figures: dict[str, list[float]] = {ours: [], moto: [], ministack: []}
        paths = {
            endpoint: "/applications/" + str(our_client(endpoint).create_application(Name="bench")["Id"])
            for endpoint in figures
        }
        for _ in range(TURNS):
            for endpoint, seen in figures.items():
                seen.append(requests_a_second(endpoint, paths[endpoint]))
    tool = "wrk" if shutil.which("wrk") else "own load"
    for name, peer, goal in (("moto_server", moto, "40x"), ("ministack", ministack, "")):
        ratio = statistics.median(own / other for own, other in zip(figures[ours], figures[peer], strict=True))
        own, other = statistics.median(figures[ours]), statistics.median(figures[peer])
        what = f"GetApplication against {name} ({tool})"
        yield Row(what, f"{own:,.0f}/s", f"{other:,.0f}/s", f"{ratio:.1f}x", goal)
