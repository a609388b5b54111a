"""Credentials of the container that this process runs in: ECS tasks and EKS pods, by the address that they are told."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from ..endpoint import parse_endpoint
from ..exceptions import ConfigurationError, CredentialRetrievalError, TransportError
from . import web
from .values import Credentials, from_document

_RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
_FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
_TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN"  # noqa: S105 - the name of a variable
_TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"  # noqa: S105
_TASKS = "http://169.254.170.2"
_ALLOWED = ("169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost")
_TIMEOUT = 2.0
_ATTEMPTS = 3
_DOING = "asking the container's credentials service"


def credentials(environ: Mapping[str, str], sleep: Callable[[float], None] = time.sleep) -> Credentials | None:
    """The keys of the container; None where the environment names no address.

    The token is read anew each time: its file changes. Raises ConfigurationError for an address that credentials may
    not be asked of, CredentialRetrievalError where it does not answer with some.
    """
    if _RELATIVE not in environ and _FULL not in environ:
        return None
    url = _TASKS + environ[_RELATIVE] if _RELATIVE in environ else environ[_FULL]
    _check(url)
    headers = {"accept": "application/json", **_authorization(environ)}
    failure = CredentialRetrievalError(_DOING)
    for attempt in range(_ATTEMPTS):
        try:
            response = web.send("GET", url, headers, timeout=_TIMEOUT)
        except TransportError as error:
            failure = CredentialRetrievalError(f"{_DOING}: {error.message}")
        else:
            if response.status == 200:
                try:
                    return from_document(msgspec.json.decode(response.body), _DOING, "Token")
                except msgspec.DecodeError:
                    failure = CredentialRetrievalError(f"{_DOING}: the answer is not JSON")
            else:
                failure = CredentialRetrievalError(f"{_DOING}: it answered with status {response.status}")
        if attempt + 1 < _ATTEMPTS:
            sleep(1.0)
    raise failure


def _check(url: str) -> None:
    """Over plain HTTP, keys are asked of this machine and its link alone."""
    endpoint = parse_endpoint(url.partition("?")[0])
    if endpoint.scheme == "https":
        return
    host = endpoint.host
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if name in _ALLOWED:
        return
    try:
        loopback = ipaddress.ip_address(name).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ConfigurationError(
            f"reading {_FULL}: credentials are not asked of {name!r} over plain HTTP",
            hint=f"Allowed are https, a loopback address, and {', '.join(_ALLOWED)}.",
        )


def _authorization(environ: Mapping[str, str]) -> dict[str, str]:
    if path := environ.get(_TOKEN_FILE):
        try:
            token = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CredentialRetrievalError(f"reading the token of {_TOKEN_FILE}, {path}: {error}") from None
    else:
        token = environ.get(_TOKEN, "")
    if any(mark in token for mark in "\r\n\0") or not token.isascii():
        raise ConfigurationError(f"reading the token of {_TOKEN} or {_TOKEN_FILE}: it is no value of a header")
    return {"authorization": token} if token else {}
