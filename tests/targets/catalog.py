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
    """One exact pin, and those that its package lacks, with spaces between; empty for asdoc's own server, which is
    in this environment."""
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

OPTIONAL = {
    target.name: target
    for target in (
        Target(
            name="ministack-1.4.0",
            requirement="ministack==1.4.0 hypercorn",
            command=lambda home, port: [
                *(str(home / "python"), "-m", "hypercorn", "ministack.app:app", "--bind", f"127.0.0.1:{port}"),
            ],
            ready="/_ministack/health",
        ),
        Target(
            name="localstack",
            # Its own pins leave room for versions that it does not run with.
            requirement="localstack-core[runtime]==4.14.0 cbor2<5.8 pyOpenSSL==25.3.0 cryptography<47 service_identity",
            command=lambda home, port: [str(home / "python"), "-m", "localstack.runtime.main"],
            environment=lambda port: {
                "GATEWAY_SERVER": "hypercorn",
                "GATEWAY_LISTEN": f"127.0.0.1:{port}",
                "DISABLE_EVENTS": "1",
                "SKIP_SSL_CERT_DOWNLOAD": "1",
                "DNS_ADDRESS": "0",
            },
            ready="/_localstack/health",
        ),
    )
}
"""As TARGETS, installed when they are named and needed by no test."""

PEERS = {"aiobotocore": "aiobotocore==3.10.0", "capo": "capo-appconfig==0.13.0"}
"""Name -> pin of the clients that ours are measured beside."""

TOOLS = {"schemathesis": "schemathesis==4.32.5", "awscli": "awscli==1.46.2"}
"""Name -> pin of what tests run as a command, with an environment each for the same reason."""
