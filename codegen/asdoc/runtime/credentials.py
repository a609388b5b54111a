"""Who signs: keys from arguments, the environment or the shared files, in boto3's order."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from .exceptions import CredentialsError, NoCredentialsError, PartialCredentialsError, ProfileNotFoundError
from .profiles import Profiles


class Credentials(msgspec.Struct, frozen=True):
    """A pair of keys, and the token of the session where they are temporary."""

    access_key: str
    secret_key: str
    token: str = ""

    def __repr__(self) -> str:
        return f"Credentials(access_key={self.access_key!r}, secret_key='…', token={'…' if self.token else ''!r})"

    __str__ = __repr__

    def __rich_repr__(self) -> list[tuple[str, str]]:
        return [("access_key", self.access_key)]


_ELSEWHERE = {
    "role_arn": "a role to assume",
    "sso_session": "single sign-on",
    "sso_start_url": "single sign-on",
    "credential_process": "a process to start",
    "web_identity_token_file": "a web identity",
    "login_session": "a login session",
}


def from_arguments(access_key: str | None, secret_key: str | None, token: str | None) -> Credentials | None:
    """The keys given to a client; None where it was given none. Raises PartialCredentialsError for half a pair."""
    if not access_key and not secret_key:
        return None
    return _pair(access_key, secret_key, token, "the client's arguments", "aws_access_key_id", "aws_secret_access_key")


def find(environ: Mapping[str, str], profiles: Profiles, *, profile_given: bool) -> Credentials:
    """The keys of the environment, else those of the profile in the credentials file, else in the config file.

    A profile named by argument goes before the environment's keys, as in boto3; one named by AWS_PROFILE does not.
    Raises NoCredentialsError with what was looked at, and what else CredentialsError has.
    """
    access_key, secret_key = environ.get("AWS_ACCESS_KEY_ID"), environ.get("AWS_SECRET_ACCESS_KEY")
    if (access_key or secret_key) and not profile_given:
        token = environ.get("AWS_SESSION_TOKEN") or environ.get("AWS_SECURITY_TOKEN")
        return _pair(access_key, secret_key, token, "the environment", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    for path, values in (
        (profiles.credentials_path, profiles.credentials()),
        (profiles.config_path, profiles.config()),
    ):
        # `role_arn` goes before the keys beside it, which are then those of another profile's role
        told = next((told for key, told in _ELSEWHERE.items() if key in values), "")
        access_key, secret_key = values.get("aws_access_key_id"), values.get("aws_secret_access_key")
        if told and not (access_key and "role_arn" not in values):
            raise CredentialsError(
                f"finding credentials: profile {profiles.name!r} in {path} tells of {told}, which is not supported",
                hint="Give the keys that it leads to by argument or environment: `aws configure export-credentials`.",
            )
        if access_key or secret_key:
            token = values.get("aws_session_token") or values.get("aws_security_token")
            where = f"profile {profiles.name!r} in {path}"
            return _pair(access_key, secret_key, token, where, "aws_access_key_id", "aws_secret_access_key")
    if profiles.name_given and not profiles.exists():
        raise ProfileNotFoundError(
            f"finding credentials: there is no profile {profiles.name!r} in {profiles.credentials_path} "
            f"or {profiles.config_path}",
            hint="Name one of these: " + (", ".join(profiles.names()) or "none is there"),
        )
    raise NoCredentialsError(
        f"finding credentials: none in the arguments, in the environment, in {profiles.credentials_path} "
        f"or in {profiles.config_path} (profile {profiles.name!r})",
        hint="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; an emulator takes any, such as `test` and `test`.",
    )


def _pair(
    access_key: str | None, secret_key: str | None, token: str | None, where: str, access_name: str, secret_name: str
) -> Credentials:
    if not access_key or not secret_key:
        there, missing = (access_name, secret_name) if access_key else (secret_name, access_name)
        raise PartialCredentialsError(
            f"finding credentials: {where} holds {there}, not {missing}", hint="Both keys must stand in one place."
        )
    return Credentials(access_key, secret_key, token or "")
