"""Credentials that botocore knows how to get and this runtime does not: single sign-on and login sessions."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from ..exceptions import CredentialRetrievalError, CredentialsError
from ..profiles import Profiles, Section
from .values import Credentials

_KINDS = {
    "sso": ("single sign-on", ("sso_account_id", "sso_role_name")),
    "login": ("a login session", ("login_session",)),
}
"""What botocore calls a provider -> our word for it, and the keys of a profile that ask for it."""


def means(settings: Section, kind: str) -> bool:
    """True for a profile whose keys come by `sso` or by `login`."""
    return any(key in settings for key in _KINDS[kind][1])


def fetcher(profiles: Profiles, profile: str, kind: str, region: str) -> Callable[[], Credentials]:
    """What asks botocore for the keys of a profile of the same files.

    Raises CredentialsError where botocore is not installed; what it returns raises CredentialRetrievalError.
    """
    doing = f"finding credentials: profile {profile!r} tells of {_KINDS[kind][0]}"
    try:
        # by name: nothing of ours stands on botocore, and this alone asks whether it is there
        providers: Any = importlib.import_module("botocore.credentials")
        sessions: Any = importlib.import_module("botocore.session")
    except ModuleNotFoundError:
        raise CredentialsError(
            f"{doing}, which botocore knows how to follow, and botocore is not installed",
            hint="Install it with: pip install 'asdoc[botocore]'. Or give the keys that it leads to: "
            "`aws configure export-credentials`.",
        ) from None
    session = sessions.Session(profile=profile)
    session.set_config_variable("config_file", str(profiles.config_path))
    session.set_config_variable("credentials_file", str(profiles.credentials_path))
    session.set_config_variable("region", region)
    builder = providers.ProfileProviderBuilder(session, region_name=region)
    provider = next((held for held in builder.providers(profile) if kind == held.METHOD), None)
    if provider is None:
        raise CredentialsError(f"{doing}, which the botocore that is installed is too old for")

    # botocore holds its own tokens and renews them; what it gives is kept here until its end comes near
    loaded: list[Any] = []

    def fetch() -> Credentials:
        try:
            if not loaded:
                loaded.append(provider.load())
            found = loaded[0]
            frozen = found.get_frozen_credentials()
            ends = found._expiry_time
        except Exception as error:
            raise CredentialRetrievalError(f"{doing}, and botocore did not get them: {error}") from error
        return Credentials(
            frozen.access_key,
            frozen.secret_key,
            frozen.token or "",
            None if ends is None else ends.timestamp(),
            frozen.account_id or "",
        )

    return fetch
