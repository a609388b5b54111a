"""A PostgreSQL of the tests' own, started from Debian's packages.

`python -m tests.server.postgres` starts one, prints its URL, and stops it when it is interrupted.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

USER = "asdoc"
_TIMEOUT = 60.0


def binaries() -> Path | None:
    """Where initdb and postgres lie: the newest of Debian's, or those on the PATH."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    known = shutil.which("initdb")
    return None if known is None else Path(known).resolve().parent


class Postgres:
    """A cluster in a folder of its own; it keeps what a crash leaves it, and starts again from that."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder, self._programs = folder, programs
        # PostgreSQL does not run as root; Debian's package has made a user for it.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        if self._user is not None:
            shutil.chown(folder, self._user, self._user)
        self._run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C")

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/postgres"

    def _run(self, program: str, *arguments: str) -> int:
        command = [str(self._programs / program), *arguments]
        return subprocess.run(command, check=True, capture_output=True, user=self._user, cwd=self._folder).returncode

    def start(self) -> None:
        """Start the server, and wait until it takes connections: after a crash, until it has recovered."""
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        deadline = time.monotonic() + _TIMEOUT
        while True:
            # Its own session, so that an interrupt of the tests leaves its end to them.
            with (self._folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    [str(self._programs / "postgres"), "-D", str(self._folder / "data"), *options],
                    stdout=log,
                    stderr=log,
                    user=self._user,
                    cwd=self._folder,
                    start_new_session=True,
                )
            while self._process.poll() is None:
                asked = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER]
                if subprocess.run(asked, check=False).returncode == 0:
                    return
                self._check(deadline)
                time.sleep(0.02)
            # Those that were killed may not be gone altogether yet.
            self._check(deadline)
            time.sleep(0.1)

    def _check(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL does not start:\n{(self._folder / 'log').read_text()[-2000:]}")

    def kill(self) -> None:
        """End all of its processes at once with SIGKILL."""
        process = self._process
        if process is not None and process.poll() is None:
            # Each of its processes has a session of its own; those of a dead parent would leave by themselves, later.
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            for pid in (process.pid, *map(int, children)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()

    def stop(self) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(_TIMEOUT)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL that is running.

    Raises FileNotFoundError where none is installed, but in CI, which installs it, RuntimeError.
    """
    programs = binaries()
    if programs is None and os.environ.get("CI"):
        raise RuntimeError("this is CI and PostgreSQL is missing; .ci/run installs it from Debian's packages")
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not installed: apt-get install postgresql")
    # Beside the working folder of the tests, as the user that it runs as may not come into theirs.
    folder = Path(tempfile.mkdtemp(prefix="asdoc-postgres-"))
    try:
        server = Postgres(folder, programs)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    with postgres() as started:
        print(started.url, flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
