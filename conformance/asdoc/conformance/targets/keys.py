"""Who signs the requests to a target."""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from pathlib import Path

from asdoc.runtime.credentials import Credentials
from asdoc.runtime.errors import AsdocError

from .described import Keys


def credentials_of(keys: Keys, name: str, environ: Mapping[str, str] | None = None) -> Credentials:
    """The keys that a description names. Raises AsdocError, which tells no secret, where they are not there."""
    environ = os.environ if environ is None else environ
    doing = f"finding the keys of {name}"
    if keys.file:
        return _of_file(keys, doing)

    def told(value: str, variable: str, what: str) -> str:
        if value:
            return value
        if not variable:
            raise AsdocError(f"{doing}: its credentials hold no {what}.", hint=f"Add {what} or {what}_env.")
        if not environ.get(variable):
            raise AsdocError(f"{doing}: the environment holds no {variable}.")
        return environ[variable]

    return _whole(
        Credentials(
            told(keys.access_key, keys.access_key_env, "access_key"),
            told(keys.secret_key, keys.secret_key_env, "secret_key"),
            environ.get(keys.token_env, "") if keys.token_env else "",
        ),
        doing,
    )


def _whole(credentials: Credentials, doing: str) -> Credentials:
    """The keys, if they can stand in a header. Raises AsdocError, which tells which of them cannot."""
    told = {"access key": credentials.access_key, "secret key": credentials.secret_key, "token": credentials.token}
    for what, value in told.items():
        if value and not (value.isascii() and value.isprintable() and " " not in value):
            raise AsdocError(f"{doing}: its {what} holds a space, a line break or a letter that no key has.")
    return credentials


def _of_file(keys: Keys, doing: str) -> Credentials:
    path = Path(keys.file).expanduser()
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text())
        if not parser.has_section(keys.profile):
            raise AsdocError(f"{doing}: {path} holds no section [{keys.profile}].", hint="Name another as its profile.")
        section = parser[keys.profile]
        return _whole(
            Credentials(
                section["aws_access_key_id"], section["aws_secret_access_key"], section.get("aws_session_token", "")
            ),
            doing,
        )
    except OSError as error:
        raise AsdocError(f"{doing}: reading {path}: {error.strerror}", hint="Has the target been started?") from error
    except KeyError as error:
        raise AsdocError(f"{doing}: {path} holds no {error.args[0]} in [{keys.profile}].") from None
    except (configparser.Error, UnicodeDecodeError):
        # Their messages quote the line, which may be a secret.
        raise AsdocError(f"{doing}: {path} is no file of credentials as AWS's tools have it.") from None
