"""What a server keeps of requests that are over: its memory while ever new ids, accounts and signatures come by.

`python -m tests.bench.memory REQUESTS` prints the slope alone; ten million take about five minutes.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from asdoc.appconfig.backend import Backend
from asdoc.runtime.server.options import Options, apply
from asdoc.runtime.server.wsgi import wsgi_application
from tests.bench.measure import Row

WHOLE = 10_000_000
SHARE = 300_000
SAMPLES = 40

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential={account:012}/20260101/us-east-1/appconfig/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature={number:064x}"
)


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Caller:
    """Makes an application, asks for it twice, for one that there is not, for a page, and deletes it; each time from
    another account."""

    def __init__(self) -> None:
        backend = Backend()
        apply(Options(), backend)
        self._application: Any = wsgi_application(backend)
        self._account = self._number = 0

    def call(self, status: int, method: str, path: str, body: bytes = b"", query: str = "") -> bytes:
        self._number += 1
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": "application/json",
            "HTTP_AUTHORIZATION": AUTHORIZATION.format(account=self._account, number=self._number),
            "wsgi.input": BytesIO(body),
        }
        if body:
            environ["CONTENT_LENGTH"] = str(len(body))
        told: list[str] = []
        parts = self._application(environ, lambda line, headers: told.append(line))
        if int(told[0][:3]) != status:
            raise SystemExit(f"{method} {path} was answered with {told[0]}, not {status}")
        return b"".join(parts)

    def round(self) -> int:
        """Six requests."""
        self._account += 1
        name = f"n{self._account}"
        made = json.loads(self.call(201, "POST", "/applications", json.dumps({"Name": name}).encode()))
        path = f"/applications/{made['Id']}"
        self.call(200, "GET", path)
        self.call(200, "GET", path)
        self.call(404, "GET", f"/applications/{name}")
        self.call(200, "GET", "/applications", query=f"max_results=1&{name}=1")
        self.call(204, "DELETE", path)
        return 6


def slope(requests: int) -> tuple[float, float]:
    """MB that `requests` requests add, once the caches are full, and MB that a million would; by Theil and Sen, as one
    page that the system hands out late is no growth."""
    caller = Caller()
    done = 0
    while done < requests // 4:
        done += caller.round()
    samples: list[tuple[int, int]] = []
    for step in range(SAMPLES):
        while done < requests // 4 + requests * 3 // 4 * (step + 1) // SAMPLES:
            done += caller.round()
        gc.collect()
        samples.append((done, resident()))
    slopes = [
        (after - before) / (at - from_)
        for index, (from_, before) in enumerate(samples)
        for at, after in samples[index + 1 :]
    ]
    grown = samples[-1][1] - samples[0][1]
    return grown / 1e6, statistics.median(slopes)


def rows() -> Iterator[Row]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.memory", str(SHARE)], check=True, capture_output=True, text=True
    )
    grown, each = (float(text) for text in done.stdout.split())
    what = f"memory over {SHARE:,} requests, each with an id of its own ({SHARE / WHOLE:.0%} of ten million)"
    yield Row(what, f"{grown:+.2f} MB", "", f"{each:+.2f} MB a million", "flat")


if __name__ == "__main__":
    print(*slope(int(sys.argv[1])))
