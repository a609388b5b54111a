"""Roles that a profile, or the environment, says to assume, and the profiles whose keys they are assumed with."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..exceptions import ConfigurationError, CredentialRetrievalError, CredentialsError, PartialCredentialsError
from ..profiles import Section
from .source import Source
from .values import Credentials

if TYPE_CHECKING:
    from .chain import Places
    from .sts import Sts

_IDENTITY = {
    "web_identity_token_file": "AWS_WEB_IDENTITY_TOKEN_FILE",
    "role_arn": "AWS_ROLE_ARN",
    "role_session_name": "AWS_ROLE_SESSION_NAME",
}
"""What names a web identity: key of a profile -> variable of the environment."""


def has_role(settings: Section) -> bool:
    """True for a profile whose keys are those of a role, assumed with other keys rather than with a web identity."""
    return "role_arn" in settings and "web_identity_token_file" not in settings


def assumed(places: Places, profile: str, visited: tuple[str, ...]) -> Callable[[], Credentials]:
    """What fetches the keys of a profile's role. Nothing is sent yet.

    `visited` are the profiles on the way to this one, itself last. Raises ConfigurationError for profiles that
    contradict themselves or go in circles, CredentialsError for a role that asks for a device of the user's.
    """
    settings = places.profiles.settings(profile)
    if serial := settings.get("mfa_serial"):
        raise CredentialsError(
            f"finding credentials: the role of profile {profile!r} asks for the code of the MFA device {serial}, and a "
            "client cannot ask a person",
            hint="Give it keys of that session: `aws configure export-credentials`.",
        )
    source = _source(places, profile, settings, visited)
    arguments = {"RoleArn": settings["role_arn"]}
    arguments["RoleSessionName"] = settings.get("role_session_name") or f"asdoc-session-{int(time.time())}"
    for name, key in (("ExternalId", "external_id"), ("DurationSeconds", "duration_seconds")):
        if key in settings:
            arguments[name] = settings[key]
    told = settings.get("duration_seconds", "1")
    if not (told.isascii() and told.isdigit()):
        raise ConfigurationError(f"reading duration_seconds of profile {profile!r}: {told!r} is not a number")
    sts = places.sts

    def fetch() -> Credentials:
        return sts().assume_role(arguments, source.current())

    return fetch


def _source(places: Places, profile: str, settings: Section, visited: tuple[str, ...]) -> Source:
    """The keys that a role is assumed with: another profile's, or those of a place named by `credential_source`."""
    named, place = settings.get("source_profile"), settings.get("credential_source")
    if named is not None and place is not None:
        raise ConfigurationError(
            f"reading profile {profile!r}: it holds both source_profile and credential_source",
            hint="Keep the one whose keys may assume the role.",
        )
    if place is not None:
        found = places.named(place)
        if found is None:
            raise ConfigurationError(
                f"reading credential_source of profile {profile!r}: {place!r} is no place that is known",
                hint=f"It is one of {', '.join(places.named_places)}.",
            )

        def fetch() -> Credentials:
            credentials = found()
            if credentials is None:
                raise CredentialRetrievalError(
                    f"finding credentials: {place}, the credential_source of profile {profile!r}, has none"
                )
            return credentials

        return Source(fetch)
    if named is None:
        raise PartialCredentialsError(
            f"finding credentials: profile {profile!r} holds role_arn, and neither source_profile nor "
            "credential_source",
            hint="One of them must tell whose keys assume the role.",
        )
    return Source(_profile(places, named, profile, visited))


def _profile(places: Places, name: str, parent: str, visited: tuple[str, ...]) -> Callable[[], Credentials]:
    if not places.profiles.exists(name):
        raise ConfigurationError(
            f"reading source_profile of profile {parent!r}: there is no profile {name!r}",
            hint="Name one of these: " + ", ".join(places.profiles.names()),
        )
    settings = places.profiles.settings(name)
    keys = "aws_access_key_id" in settings or "aws_secret_access_key" in settings
    # a profile may name itself, for the keys that stand beside its role
    if name in visited and not (name == parent and keys):
        raise ConfigurationError(
            f"reading source_profile of profile {parent!r}: {' → '.join((*visited, name))} goes in a circle",
            hint="The last profile must hold keys of its own.",
        )
    if has_role(settings) and not keys:
        return assumed(places, name, (*visited, name))
    for place in places.of_profile(name, environment=False):
        if (found := place.find()) is not None:
            return _rest(found, place.find, name)
    raise ConfigurationError(f"reading source_profile of profile {parent!r}: profile {name!r} has no credentials")


def _rest(first: Credentials, find: Callable[[], Credentials | None], profile: str) -> Callable[[], Credentials]:
    """What gives the keys found already, and after those, what the same place has then."""
    kept = [first]

    def fetch() -> Credentials:
        found = kept.pop() if kept else find()
        if found is None:
            raise CredentialRetrievalError(f"renewing credentials: profile {profile!r} has none any more")
        return found

    return fetch


def web_identity(sts: Callable[[], Sts], environ: Mapping[str, str], settings: Section) -> Credentials | None:
    """The keys of a role assumed with a token in a file, which is read anew each time; None where none is named.

    Raises ConfigurationError where there is a token and no role, CredentialRetrievalError.
    """
    told = {key: environ.get(variable) or settings.get(key, "") for key, variable in _IDENTITY.items()}
    path = told["web_identity_token_file"]
    if not path:
        return None
    if not told["role_arn"]:
        raise ConfigurationError(
            f"finding credentials: there is a web identity in {path}, and no role to assume with it",
            hint="Set AWS_ROLE_ARN, or role_arn in the profile.",
        )
    try:
        token = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CredentialRetrievalError(f"reading the token of the web identity in {path}: {error}") from None
    name = told["role_session_name"] or f"asdoc-session-{int(time.time())}"
    arguments = {"RoleArn": told["role_arn"], "RoleSessionName": name, "WebIdentityToken": token}
    return sts().assume_role_with_web_identity(arguments)
