"""What is told of a client outside of its calls: by its arguments, else the environment, else the shared files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from .config import Config
from .exceptions import ConfigurationError, NoRegionError

if TYPE_CHECKING:
    from .credentials import Source
    from .credentials.sts import Sts
    from .http import HttpRequest, HttpResponse
    from .profiles import Profiles

Keys = tuple[str | None, str | None, str | None]
"""Access key, secret key and session token as arguments."""
RETRY_MODES = ("legacy", "standard", "adaptive")


class Settings:
    """The settings of one client, each looked up when it is asked for. Nothing here knows a service.

    `environ` is the environment as it was when the client was made.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        config: Config | None = None,
        *,
        region_name: str | None = None,
        profile_name: str | None = None,
        keys: Keys = (None, None, None),
    ) -> None:
        self.environ = environ
        self.config = config or Config()
        self._profile_name = profile_name
        self._keys = keys
        self._region = region_name or self.config.region_name or ""

    @cached_property
    def profiles(self) -> Profiles:
        # imported here as a client that is told everything by argument reads no files
        from .profiles import Profiles

        return Profiles(self.environ, self._profile_name)

    def told(self, key: str, variable: str = "") -> str:
        """A setting of the environment, else of the profile; empty where neither tells it."""
        return self.environ.get(variable or f"AWS_{key.upper()}") or self.profiles.settings().get(key, "")

    @cached_property
    def region(self) -> str:
        """The region; empty where none is told."""
        # boto3 reads the first name, every other SDK of AWS the second
        return (
            self._region
            or self.environ.get("AWS_DEFAULT_REGION")
            or self.environ.get("AWS_REGION")
            or self.profiles.settings().get("region", "")
        )

    def needed_region(self, package: str) -> str:
        """The region. Raises NoRegionError where none is told."""
        if not self.region:
            raise NoRegionError(
                f"creating a client of {package}: no region was given and none is configured",
                hint="Give region_name, or set AWS_DEFAULT_REGION.",
            )
        return self.region

    @property
    def fips(self) -> bool:
        """True for endpoints whose cryptography is validated by FIPS 140."""
        given = self.config.use_fips_endpoint
        return truth(self.told("use_fips_endpoint")) if given is None else given

    @property
    def dual_stack(self) -> bool:
        """True for endpoints that are reached by IPv6 as well."""
        given = self.config.use_dualstack_endpoint
        return truth(self.told("use_dualstack_endpoint")) if given is None else given

    @property
    def ignores_endpoints(self) -> bool:
        """True where endpoints that environment and files configure are passed over."""
        given = self.config.ignore_configured_endpoint_urls
        return truth(self.told("ignore_configured_endpoint_urls")) if given is None else given

    @property
    def verify(self) -> bool | str | None:
        """Which certificates are trusted, as `Config.verify` says it."""
        given = self.config.verify
        return given if given is not None else self.told("ca_bundle") or None

    @property
    def max_attempts(self) -> int | None:
        """How often a request is sent at most; None where nothing tells it. Raises ConfigurationError."""
        given = self.config.max_attempts
        if given is not None:
            return given
        told = self.told("max_attempts")
        if told and not (told.isascii() and told.isdigit() and int(told) > 0):
            raise ConfigurationError(f"reading AWS_MAX_ATTEMPTS: {told!r} is not a number from 1")
        return int(told) if told else None

    @property
    def retry_mode(self) -> str:
        """`standard` unless told otherwise; one of RETRY_MODES. Raises ConfigurationError for any other."""
        mode = self.config.retry_mode or self.told("retry_mode") or "standard"
        if mode not in RETRY_MODES:
            raise ConfigurationError(
                f"reading AWS_RETRY_MODE: {mode!r} is no mode", hint=f"It is one of {', '.join(RETRY_MODES)}."
            )
        return mode

    def credentials(self, *, machine: bool = True) -> Source:
        """Where the client's credentials come from; nothing is looked for yet. Raises PartialCredentialsError.

        `machine` is False to leave out what container and instance hand out.
        """
        from .credentials import Source, from_arguments

        given = from_arguments(*self._keys)
        if given is not None:
            return Source.of(given)
        from .credentials.chain import Places, source

        return source(
            Places(
                self.environ,
                self.profiles,
                sts=self._sts,
                region=self.region,
                profile_given=bool(self._profile_name),
                machine=machine,
            )
        )

    def _sts(self) -> Sts:
        from .credentials.sts import Sts
        from .endpoint import configured, parse_endpoint
        from .endpoints.sts import sts_endpoint

        region = self.needed_region("STS, for credentials")
        url = configured("STS", self)
        legacy = (self.told("sts_regional_endpoints") or "regional") == "legacy"
        found = sts_endpoint(region, fips=self.fips, dual_stack=self.dual_stack, legacy=legacy)
        return Sts(parse_endpoint(url or found.url), region if url else found.region or region, self._send)

    def _send(self, request: HttpRequest) -> HttpResponse:
        """One request of the credentials' own, with the timeouts, the trust and the proxies of the client."""
        from .transports.pool import PoolTransport

        transport = PoolTransport(max_idle=0, verify=self.verify, proxies=self.config.proxies, environ=self.environ)
        try:
            return transport.send(
                request, connect_timeout=self.config.connect_timeout, read_timeout=self.config.read_timeout
            )
        finally:
            transport.close()


def truth(value: str) -> bool:
    """A switch in a file or the environment: on for `true`, in any case, and for nothing else."""
    return value.strip().lower() == "true"
