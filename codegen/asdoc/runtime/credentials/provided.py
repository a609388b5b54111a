"""Credentials that a program hands out itself: what a client takes in place of keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from ..exceptions import ConfigurationError, CredentialRetrievalError
from .source import Source
from .values import Credentials


class Giver(Protocol):
    """What has credentials to give."""

    def get(self) -> Credentials: ...


Provider: TypeAlias = Credentials | Giver | Callable[[], Credentials]
"""Keys that do not change, or what is asked for them: at the first call, and again ahead of their `expires`.

It is asked by one thread at a time, and may block. Botocore's own credentials are taken as well.
"""


def source_of(provider: Provider, *, beside_keys: bool) -> Source:
    """The source that keeps what a provider gives. Raises ConfigurationError where it is none, or stands beside keys;
    what it gives raises CredentialRetrievalError where that holds no keys."""
    doing = "creating a client"
    if beside_keys:
        raise ConfigurationError(f"{doing}: give either keys or `credentials`, not both")
    if isinstance(provider, Credentials):
        return Source.of(provider)
    ask = next((held for name in _ASKED if callable(held := getattr(provider, name, None))), None)
    if ask is None:
        raise ConfigurationError(
            f"{doing}: `credentials` is {type(provider).__name__}, which gives none",
            hint="Give Credentials, a function that returns some, or an object with get().",
        )
    return Source(lambda: _checked(ask()))


_ASKED = ("get", "get_frozen_credentials", "__call__")
"""How a provider may be asked, in this order; the second is botocore's."""


def _checked(given: object) -> Credentials:
    if isinstance(given, Credentials):
        return given
    keys = [getattr(given, name, None) for name in ("access_key", "secret_key")]
    if not all(isinstance(key, str) and key for key in keys):
        raise CredentialRetrievalError(
            f"asking `credentials` for keys: it gave {type(given).__name__}, not asdoc.runtime.credentials.Credentials"
        )
    token, account = (getattr(given, name, None) for name in ("token", "account_id"))
    # of what is botocore's, the end is known to botocore alone: it is asked each time that a minute has gone
    import time

    return Credentials(str(keys[0]), str(keys[1]), str(token or ""), time.time() + 60.0, str(account or ""))
