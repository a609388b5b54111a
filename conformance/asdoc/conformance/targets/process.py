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
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import TransportError
from asdoc.runtime.http import HttpRequest

from ..hiding import without
from .base import Target, located
from .described import Ready

_GRACE = 10.0
"""Seconds between asking a process to end and ending it."""
_TAIL = 2000
_MARK = "ASDOC_STARTED"
"""Variable in the environment of everything that a command starts; its value is that of one command."""
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
    """A running command. The last of its output is kept, so that an error can tell it."""

    def __init__(self, command: tuple[str, ...], environment: Mapping[str, str]) -> None:
        """Start it, in a session of its own. Raises AsdocError where it cannot be started."""
        self.command = command
        self._tail = b""
        self._stopped = False
        # What a command starts inherits its environment, also where it leaves its session.
        self._mark = f"{_MARK}={uuid.uuid4().hex}"
        doing = f"starting the target {shlex.join(command)}"
        if not command[0] or "\0" in "".join(command) or shutil.which(command[0]) is None:
            there = Path(command[0]).exists() and "/" in command[0]
            why = f"{command[0]} is no program" if there else f"there is no command {command[0]!r}"
            raise AsdocError(f"{doing}: {why}.", hint="Install it, or name it by its path.")
        try:
            self._process = subprocess.Popen(  # noqa: S603  what the user asked for
                list(command),
                env={**os.environ, **environment, **dict([self._mark.split("=")])},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise AsdocError(f"{doing}: {getattr(error, 'strerror', None) or error}") from error
        self._reader = threading.Thread(target=self._read, name="asdoc-output", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        """Keep the last of what it writes, however much that is: a file of it would grow with the run."""
        output = self._process.stdout
        assert output is not None  # noqa: S101  asked for above
        with contextlib.suppress(OSError, ValueError):
            while part := os.read(output.fileno(), 1 << 16):
                self._tail = (self._tail + part)[-_TAIL:]

    @property
    def ended(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.poll()

    def output(self) -> str:
        """The last that it wrote."""
        if self.ended is not None:
            # What it wrote last is still on its way; what it has left behind may hold the pipe for ever.
            self._reader.join(0.5)
        text = self._tail.decode(errors="replace")
        return "".join(sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in text)

    def stop(self) -> None:
        """End it and everything that it started; does nothing where it was stopped before.

        An interrupt while it is asked to end ends it at once.
        """
        if self._stopped:
            return
        self._stopped = True
        try:
            self._signal(signal.SIGTERM)
            deadline = time.monotonic() + _GRACE
            while self._alive() and time.monotonic() < deadline:
                time.sleep(0.02)
        finally:
            if self._alive():
                self._signal(signal.SIGKILL)
            self._process.wait()
            for pid in _marked(self._mark.encode()):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            self._reader.join(0.5)
            if self._process.stdout is not None and not self._reader.is_alive():
                self._process.stdout.close()

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


def _marked(mark: bytes) -> Iterator[int]:
    """Processes with that in their environment, where the system tells it (Linux)."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                yield int(folder.name)
        except OSError:
            # It has ended, or is somebody else's.
            continue


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
