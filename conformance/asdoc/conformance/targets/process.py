"""A target that is a command: started, waited for, and stopped with everything that it started."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import TransportError
from asdoc.runtime.http import HttpRequest

from ..hiding import without
from .base import Target, located
from .described import Ready

_GRACE = 10.0
"""Seconds between asking a process to end and ending it."""
_TAIL = 2000
_NOT_YET = (502, 503, 504)
"""Statuses of a door whose house is not ready."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def split_command(command: str) -> tuple[str, ...]:
    """The words of a command line. Raises AsdocError where there is none, or a quote is left open."""
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise AsdocError(f"reading the target cmd:{command}: {error}") from error
    if not words:
        raise AsdocError("reading the target cmd: there is no command.", hint="Such as 'cmd:moto_server -p {port}'.")
    return words


class Process:
    """A running command. Its output is kept, so that an error can tell the last of it."""

    def __init__(self, command: tuple[str, ...], environment: Mapping[str, str]) -> None:
        """Start it, in a session of its own. Raises AsdocError where it cannot be started."""
        self.command = command
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed with the process
        doing = f"starting the target {shlex.join(command)}"
        if shutil.which(command[0]) is None:
            self._log.close()
            there = Path(command[0]).exists() and "/" in command[0]
            why = f"{command[0]} is no program" if there else f"there is no command {command[0]}"
            raise AsdocError(f"{doing}: {why}.", hint="Install it, or name it by its path.")
        try:
            self._process = subprocess.Popen(  # noqa: S603  what the user asked for
                list(command),
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            self._log.close()
            raise AsdocError(f"{doing}: {error.strerror}") from error

    @property
    def ended(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.poll()

    def output(self) -> str:
        """The last that it wrote."""
        self._log.flush()
        size = os.fstat(self._log.fileno()).st_size
        text = os.pread(self._log.fileno(), _TAIL, max(size - _TAIL, 0)).decode(errors="replace")
        return "".join(sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in text)

    def stop(self) -> None:
        """End it and everything of its session; does nothing where it was stopped before."""
        if self._log.closed:
            return
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + _GRACE
        while self._alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        if self._alive():
            self._signal(signal.SIGKILL)
        self._process.wait()
        self._log.close()

    def _alive(self) -> bool:
        """Whether anything of its group is left: the command itself may end before what it started."""
        self._process.poll()
        try:
            os.killpg(self._process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def wait_until_ready(target: Target, ready: Ready, process: Process | None) -> None:
    """Ask until the target answers. Raises AsdocError, with the output of its command, where it does not in time."""
    scheme, host, path = located(target, ready.url)
    deadline = time.monotonic() + ready.timeout
    found = "nothing answered"
    pause = 0.01
    # A server that logs what it is sent logs our headers.
    secrets: tuple[str, ...] = getattr(target, "secrets", ())
    while True:
        if process is not None and process.ended is not None:
            told = f"its command ended with exit code {process.ended}."
            raise AsdocError(
                f"starting {target.name}: {told}\n{without(process.output(), secrets)}".rstrip(),
                hint=f"Try it by hand: {shlex.join(process.command)}",
            )
        try:
            response = target.send(HttpRequest(method="GET", scheme=scheme, host=host, target=path))
        except TransportError as error:
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                # No waiting makes it trusted.
                raise AsdocError(
                    f"waiting for {target.name}: {error.message}",
                    hint="Name the file of the authority that signed it: --ca-bundle FILE, or ca_bundle.",
                ) from error
            found = error.message
        else:
            if response.status not in _NOT_YET:
                return
            found = f"it answered {response.status}"
        if time.monotonic() > deadline:
            told = f"\n{without(process.output(), secrets)}" if process is not None else ""
            raise AsdocError(
                f"waiting for {target.name}: not ready after {ready.timeout:g} s; {found}.{told}".rstrip(),
                hint=f"{ready.url} is asked for; --ready and --ready-timeout change what and how long.",
            )
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)
