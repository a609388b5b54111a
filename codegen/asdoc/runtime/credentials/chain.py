"""Every place that holds credentials, in the order in which AWS's tools for Python look at them."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..exceptions import CredentialRetrievalError, NoCredentialsError
from ..profiles import Profiles, Section
from . import container, process, roles, sdk
from .source import Source
from .values import Credentials, pair, seconds

if TYPE_CHECKING:
    from .sts import Sts

_log = logging.getLogger(__name__)
_FILE_NAMES = ("aws_access_key_id", "aws_secret_access_key")
_ENVIRONMENT_NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


class Place(NamedTuple):
    """Where credentials may be."""

    name: str
    find: Callable[[], Credentials | None]
    """The credentials there, or None where the place is not in use."""


class Places:
    """The places, as environment and profiles tell of them.

    `sts` gives what calls STS, made at first need. `profile_given` is True where a profile was named by argument, which
    then goes before the environment's keys; one named by AWS_PROFILE does not. `machine` is False to leave out the
    services of the machine: container and instance.
    """

    named_places = ("Environment", "EcsContainer", "Ec2InstanceMetadata")

    def __init__(
        self,
        environ: Mapping[str, str],
        profiles: Profiles,
        *,
        sts: Callable[[], Sts],
        region: str = "",
        profile_given: bool = False,
        machine: bool = True,
    ) -> None:
        self.environ = environ
        self.profiles = profiles
        self.sts = sts
        self.profile_given = profile_given
        self._region = region
        self._machine = machine

    def __iter__(self) -> Iterator[Place]:
        if not self.profile_given:
            yield Place("the environment", self._environment)
        yield Place("the role of the profile", self._role())
        yield from self.of_profile(self.profiles.name, environment=not self.profile_given)
        if self._machine:
            yield Place("the container", self._container)
            yield Place("the instance", self._instance())

    def of_profile(self, name: str, *, environment: bool) -> Iterator[Place]:
        """What a profile may hold by itself; with `environment`, a web identity that the environment names too."""
        settings = self.profiles.settings(name)
        environ = self.environ if environment else {}
        yield Place("a web identity", lambda: roles.web_identity(self.sts, environ, settings))
        yield Place("single sign-on", self._sdk(name, "sso"))
        yield Place("the credentials file", lambda: self._file(name, self.profiles.credentials(name), "credentials"))
        yield Place("a login session", self._sdk(name, "login"))
        yield Place("a process", lambda: self._process(name, settings))
        yield Place("the config file", lambda: self._file(name, self.profiles.config(name), "config"))

    def named(self, place: str) -> Callable[[], Credentials | None] | None:
        """What `credential_source` of a profile means; None for a name that means nothing."""
        if place not in self.named_places:
            return None
        return {
            "Environment": self._environment,
            "EcsContainer": self._container,
            "Ec2InstanceMetadata": self._instance(),
        }[place]

    def _environment(self) -> Credentials | None:
        access_key, secret_key = (self.environ.get(name) for name in _ENVIRONMENT_NAMES)
        if not access_key:
            return None
        environ = self.environ
        ends = seconds(environ.get("AWS_CREDENTIAL_EXPIRATION"), "reading AWS_CREDENTIAL_EXPIRATION")
        token = environ.get("AWS_SECURITY_TOKEN") or environ.get("AWS_SESSION_TOKEN")
        account = environ.get("AWS_ACCOUNT_ID")
        if ends is not None:
            # such keys are renewed by whoever changes the environment of this process, so look at it as it is then
            self.environ = os.environ
        return pair(
            access_key, secret_key, token, "the environment", _ENVIRONMENT_NAMES, expires=ends, account_id=account
        )

    def _file(self, name: str, values: Section, kind: str) -> Credentials | None:
        if "aws_access_key_id" not in values:
            return None
        path = self.profiles.credentials_path if kind == "credentials" else self.profiles.config_path
        access_key, secret_key = (values.get(key) for key in _FILE_NAMES)
        token = values.get("aws_security_token") or values.get("aws_session_token")
        where = f"profile {name!r} in {path}"
        return pair(access_key, secret_key, token, where, _FILE_NAMES, account_id=values.get("aws_account_id"))

    def _process(self, name: str, settings: Section) -> Credentials | None:
        command = settings.get("credential_process")
        if command is None:
            return None
        return process.credentials(command, name, settings.get("aws_account_id", ""))

    def _role(self) -> Callable[[], Credentials | None]:
        name = self.profiles.name
        made: list[Callable[[], Credentials]] = []

        def find() -> Credentials | None:
            if not roles.has_role(self.profiles.settings(name)):
                return None
            if not made:
                made.append(roles.assumed(self, name, (name,)))
            return made[0]()

        return find

    def _sdk(self, name: str, kind: str) -> Callable[[], Credentials | None]:
        made: list[Callable[[], Credentials]] = []

        def find() -> Credentials | None:
            if not sdk.means(self.profiles.settings(name), kind):
                return None
            if not made:
                made.append(sdk.fetcher(self.profiles, name, kind, self._region))
            return made[0]()

        return find

    def _container(self) -> Credentials | None:
        return container.credentials(self.environ)

    def _instance(self) -> Callable[[], Credentials | None]:
        def find() -> Credentials | None:
            from .instance import Instance

            return Instance.configured(self.environ, self.profiles.settings()).credentials()

        return find


class Chain:
    """Fetches credentials: the first time from the first place that has some, and ever after from that place."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._chosen: Place | None = None

    def __call__(self) -> Credentials:
        """Raises NoCredentialsError where no place has any, CredentialsError, ConfigurationError."""
        if self._chosen is not None:
            found = self._chosen.find()
            if found is None:
                raise CredentialRetrievalError(f"renewing credentials: {self._chosen.name} has none any more")
            return found
        profiles = self._places.profiles
        profiles.check()
        for place in self._places:
            found = place.find()
            if found is not None:
                _log.debug("credentials found in %s", place.name)
                self._chosen = place
                return found
        raise NoCredentialsError(
            f"finding credentials: none in the arguments, in the environment, in {profiles.credentials_path} "
            f"or in {profiles.config_path} (profile {profiles.name!r}), and none from container or instance",
            hint="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; an emulator takes any, such as `test` and `test`.",
        )


def source(places: Places) -> Source:
    """The credentials that the places hold, looked for at first need and renewed ahead of their end."""
    return Source(Chain(places))
