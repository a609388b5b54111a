"""The processor time of a server, whatever else runs on the machine: Linux tells it by process."""

from __future__ import annotations

import os
from pathlib import Path

_LISTEN = "0A"


def listeners(port: int) -> list[int]:
    """The processes that listen on a port of this machine; none where the system does not tell."""
    sockets = set()
    for table in ("tcp", "tcp6"):
        path = Path("/proc/net") / table
        for line in path.read_text().splitlines()[1:] if path.exists() else []:
            fields = line.split()
            if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                sockets.add(f"socket:[{fields[9]}]")
    return [pid for pid in _processes() if sockets & _open_files(pid)]


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _open_files(pid: int) -> set[str]:
    try:
        return {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:
        return set()  # it has ended, or is another user's


def seconds(pids: list[int]) -> float:
    """Seconds of processor time, user and system, that these processes have taken so far."""
    ticks = 0
    for pid in pids:
        # The name in parentheses may hold spaces; behind it the fields are plain.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
