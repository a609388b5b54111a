"""Which implementations are tried, at which versions, and how each is started."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".targets"
"""Their pins clash with one another and with ours, so each has an environment of its own below this folder."""


@dataclass(frozen=True)
class Target:
    name: str
    requirement: str
    """One exact pin; empty for asdoc's own server, which runs from this environment."""
    command: Callable[[Path, int], list[str]]
    """The bin folder of its environment and the port, to the command line."""
    environment: Callable[[int], dict[str, str]] = field(default=lambda port: {})
    ready: str = "/"
    """A path that answers, with whatever status, once the server takes requests."""

    @property
    def bin(self) -> Path:
        return HOME / self.name / "bin" if self.requirement else Path(sys.executable).parent


TARGETS = {
    target.name: target
    for target in (
        Target(
            name="reference",
            requirement="",
            command=lambda home, port: [
                *(str(home / "asdoc"), "serve", "appconfig", "--port", str(port)),
                *("--clock", "manual"),
            ],
            ready="/_asdoc/health",
        ),
        Target(
            name="moto",
            requirement="moto[server]==5.2.5",
            command=lambda home, port: [str(home / "moto_server"), "-H", "127.0.0.1", "-p", str(port)],
            ready="/moto-api/data.json",
        ),
        Target(
            name="ministack",
            requirement="ministack==1.5.33",
            command=lambda home, port: [str(home / "ministack")],
            # It listens on every interface unless told otherwise.
            environment=lambda port: {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)},
            ready="/_ministack/health",
        ),
    )
}

PEERS = {"aiobotocore": "aiobotocore==3.10.0", "capo": "capo-appconfig==0.13.0"}
"""Name -> pin of the clients that ours are measured beside."""

TOOLS = {"schemathesis": "schemathesis==4.32.5", "awscli": "awscli==1.46.2"}
"""Name -> pin of what tests run as a command, with an environment each for the same reason."""
