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
_known: dict[str, Credential] = {}


def read_credential(authorization: str | None) -> Credential:
    """The credential of a request; `ANONYMOUS` where the header is missing or is not SigV4's."""
    if authorization is None:
        return ANONYMOUS
    start = authorization.find("Credential=")
    if start < 0:
        return ANONYMOUS
    end = authorization.find(",", start)
    text = authorization[start + 11 : end if end > 0 else len(authorization)]
    credential = _known.get(text)
    if credential is None:
        credential = _parse(text)
        if len(_known) >= _LIMIT:
            _known.clear()
        _known[text] = credential
    return credential


def _parse(text: str) -> Credential:
    parts = text.strip().rsplit("/", 4)
    if len(parts) != 5:
        return ANONYMOUS
    access_key, _, region, signing_name, _ = parts
    account = access_key if len(access_key) == 12 and access_key.isascii() and access_key.isdigit() else ""
    return Credential(Scope(account or DEFAULT_SCOPE.account, region or DEFAULT_SCOPE.region), signing_name)
