"""Credentials that another program prints: `credential_process`."""

from __future__ import annotations

import msgspec

from ..exceptions import ConfigurationError, CredentialRetrievalError
from .values import Credentials, from_document


def credentials(command: str, profile: str, account_id: str = "") -> Credentials:
    """What the command of a profile prints. It is started without a shell.

    Raises CredentialRetrievalError where it fails or prints something else; its output is not quoted, as it may hold
    keys, and what it says of a failure is.
    """
    import shlex
    import subprocess

    doing = f"running the credential_process of profile {profile!r}"
    try:
        words = shlex.split(command)
        done = subprocess.run(words, capture_output=True, check=False)  # noqa: S603
    except ValueError as error:
        raise ConfigurationError(f"{doing}: {error}", hint="Check the quotes of the command.") from None
    except (OSError, IndexError) as error:
        raise CredentialRetrievalError(f"{doing}: it does not start: {error}") from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise CredentialRetrievalError(f"{doing}: it ended with {done.returncode}: {said}")
    try:
        told = msgspec.json.decode(done.stdout)
    except msgspec.DecodeError:
        raise CredentialRetrievalError(f"{doing}: what it printed is not JSON") from None
    version = told.get("Version") if isinstance(told, dict) else None
    if version != 1:
        raise CredentialRetrievalError(
            f"{doing}: it printed version {version!r} of the document", hint='The document holds "Version": 1.'
        )
    found = from_document(told, doing, "SessionToken", temporary=False)
    return found if found.account_id else msgspec.structs.replace(found, account_id=account_id)
