"""Starting a target and stopping it again."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator

from tests.targets.catalog import OPTIONAL, TARGETS, Target

START_SECONDS = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


@contextlib.contextmanager
def running(name: str) -> Iterator[str]:
    """Start the named target on a free port of loopback; gives its endpoint, and stops it at the end.

    Raises RuntimeError with the last of its output where it does not answer within a minute.
    """
    target = {**TARGETS, **OPTIONAL}[name]
    port = free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            target.command(target.bin, port),
            env={**os.environ, **target.environment(port)},
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # so that its workers stop with it
        )
        try:
            wait_until_ready(target, port, process, log.fileno())
            yield f"http://127.0.0.1:{port}"
        finally:
            stop(process)


def wait_until_ready(target: Target, port: int, process: subprocess.Popen[bytes], log: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(port, target.ready):
        if process.poll() is not None or time.monotonic() > deadline:
            os.lseek(log, 0, os.SEEK_SET)
            tail = os.read(log, 1 << 20).decode(errors="replace")[-2000:]
            raise RuntimeError(f"{target.name} did not start on port {port} (exit code {process.poll()}):\n{tail}")
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
