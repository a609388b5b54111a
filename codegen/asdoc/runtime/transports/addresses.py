"""The addresses of a host by its name, within a time: what the system's resolver itself knows nothing of."""

from __future__ import annotations

import socket
import threading
from typing import Any

Address = tuple[Any, Any, int, str, Any]
"""As `socket.getaddrinfo` gives them."""


def addresses_of(host: str, port: int, timeout: float) -> list[Address]:
    """The addresses of a host, in the order in which they are to be tried.

    Raises OSError and ValueError as `socket.getaddrinfo` does, TimeoutError where the resolver takes longer than
    `timeout` seconds. A resolver cannot be broken off, so a name is resolved in a thread, which ends when it ends.
    """
    if _numeric(host) or host == "localhost":
        return socket.getaddrinfo(_written(host), port, type=socket.SOCK_STREAM)
    found: list[Address] = []
    failed: list[Exception] = []

    def resolve() -> None:
        try:
            found.extend(socket.getaddrinfo(_written(host), port, type=socket.SOCK_STREAM))
        except Exception as error:  # noqa: BLE001 - it is raised by whoever waits
            failed.append(error)

    thread = threading.Thread(target=resolve, name="asdoc-resolver", daemon=True)
    thread.start()
    thread.join(timeout)
    if thread.is_alive():
        raise TimeoutError(f"the name was not resolved within {timeout:g} s")
    if failed:
        raise failed[0]
    return found


def _numeric(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _written(host: str) -> str | bytes:
    """The host as bytes where that is all: as text it would go through the codec of names in other scripts, whose
    import costs more than the call."""
    plain = host.isascii() and all(0 < len(label) < 64 for label in host.split("."))
    return host.encode() if plain else host
