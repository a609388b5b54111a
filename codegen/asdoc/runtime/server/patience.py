"""Bodies that do not come, and how long they are waited for.

The thread that reads a body is held up in native code by a client that does not send it, and nothing calls it off but
the end of the connection. The server does not tell which connection is whose; the kernel does tell of each when
something last came and when something last went. So once a body has been waited for too long, every connection that has
asked, and has had no answer for as long, is ended for reading, and what waits for it then answers with 408.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
import threading
import time
from pathlib import Path

SECONDS = 20.0
_LOOK = 1.0
_INFO = struct.Struct("<8x24I")
"""Linux's tcp_info, as far as it is asked for."""
_LAST_SENT, _LAST_RECEIVED = 9, 11
"""Places of the milliseconds since data was last sent and received."""


class Patience:
    """Bodies that are being read in this process. Without Linux there is nothing to ask, and they are waited for."""

    def __init__(self, port: int, *, seconds: float = SECONDS) -> None:
        """`port` is where this process answers."""
        self.reading: dict[int, float] = {}
        """Thread -> when it began to wait for a body, by `time.monotonic`."""
        self.given_up: set[int] = set()
        """Threads whose bodies were, so that what came of one is not taken for the whole of it."""
        self._port = port
        self._seconds = seconds

    def start(self) -> None:
        if sys.platform == "linux":
            threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOK)
            late = time.monotonic() - self._seconds
            waiting = {thread for thread, began in self.reading.copy().items() if began < late}
            if waiting:
                self.given_up |= waiting
                end_waiting(self._port, self._seconds)


def end_waiting(port: int, seconds: float) -> int:
    """End, for reading, the connections at a port that have asked and had no answer for so long; gives how many."""
    ended = 0
    for place in list(Path("/proc/self/fd").iterdir()):
        with contextlib.suppress(OSError):
            if not str(place.readlink()).startswith("socket:"):
                continue
            with socket.socket(fileno=os.dup(int(place.name))) as connection:
                if _waits(connection, port, seconds):
                    connection.shutdown(socket.SHUT_RD)
                    ended += 1
    return ended


def _waits(connection: socket.socket, port: int, seconds: float) -> bool:
    if connection.type != socket.SOCK_STREAM or connection.getsockname()[1:2] != (port,):
        return False
    told = _INFO.unpack(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO.size))
    return bool(told[_LAST_SENT] >= seconds * 1000 and told[_LAST_RECEIVED] <= told[_LAST_SENT])
