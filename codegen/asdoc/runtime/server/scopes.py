"""Whose call it is: account, region and service, from the credential scope of a SigV4 Authorization header.

The signature itself is not checked here. The account is the access key where that is twelve digits, as is the custom
among emulators, else a fixed one.
"""

from __future__ import annotations

from typing import NamedTuple

from .call import Scope

DEFAULT_SCOPE = Scope("123456789012", "us-east-1")


class Credential(NamedTuple):
    scope: Scope
    signing_name: str


ANONYMOUS = Credential(DEFAULT_SCOPE, "")

_LIMIT = 1024
_LONGEST = 256
"""Characters of what is known by heart."""
_known: dict[str, Credential] = {}
"""Credentials by what stands before the first comma of a header; all requests of a client in a day begin alike."""


def read_credential(authorization: str | None) -> Credential:
    """The credential of a request; `ANONYMOUS` where the header is missing or is not SigV4's."""
    if authorization is None:
        return ANONYMOUS
    beginning = authorization.partition(",")[0]
    credential = _known.get(beginning)
    if credential is None:
        credential = _parse(authorization)
        if "Credential=" in beginning and len(beginning) <= _LONGEST:
            if len(_known) >= _LIMIT:
                _known.clear()
            _known[beginning] = credential
    return credential


def _parse(authorization: str) -> Credential:
    _, given, text = authorization.partition("Credential=")
    if not given:
        return ANONYMOUS
    text = text.partition(",")[0]
    parts = text.strip().rsplit("/", 4)
    if len(parts) != 5:
        return ANONYMOUS
    access_key, _, region, signing_name, _ = parts
    account = access_key if len(access_key) == 12 and access_key.isascii() and access_key.isdigit() else ""
    return Credential(Scope(account or DEFAULT_SCOPE.account, region or DEFAULT_SCOPE.region), signing_name)
