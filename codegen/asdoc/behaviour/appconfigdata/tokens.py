"""Sessions and their tokens: what is kept of a session, and when a token may be used."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from ..appconfig import experiments_records

SESSION = "ConfigurationSession"
SWEEP = "SessionSweep"
"""When sessions were last looked through for those that nobody can go on with."""

LIFETIME = timedelta(hours=24)
"""How long a token is valid (get_latest_configuration.rst)."""

REMEMBERED = 2 * LIFETIME
"""How long a session is remembered after its last call, so that its token is told to be expired, not unknown."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session between two calls."""

    id: str
    application: str
    environment: str
    profile: str
    """Their ids: a session tracks resources, whatever becomes of their names."""
    minimum: int | None = None
    """Seconds that have to lie between two calls of GetLatestConfiguration."""
    nonce: str
    """The part of a token that is good for one call."""
    issued: datetime
    """When the token was handed out."""
    polled: datetime | None = None
    """When the configuration was last asked for."""
    seen: int | None = None
    """Number of the deployment whose configuration the client has."""

    @property
    def token(self) -> str:
        return f"{self.id}.{self.nonce}"


KEPT: Mapping[str, Any] = {**experiments_records.KEPT, SESSION: Session, SWEEP: datetime}
"""Kind -> the type of its records, AppConfig's with them, which lie in the same store."""


def new_id() -> str:
    # Hexadecimal: a token that began with a hyphen would be an option to a command line.
    return secrets.token_hex(18)


def parts(token: str) -> tuple[str, str]:
    """Session and nonce of a token; the nonce is empty where it is no token of ours."""
    session, _, nonce = token.partition(".")
    return session, nonce
