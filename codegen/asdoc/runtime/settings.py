"""What is told of a client outside of its calls: by its arguments, else the environment, else the shared files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict

from .config import UNSIGNED, Config, Unchosen
from .exceptions import ConfigurationError, NoRegionError

if TYPE_CHECKING:
    from .credentials import Source
    from .credentials.provided import Provider
    from .credentials.sts import Sts
    from .http import HttpRequest, HttpResponse
    from .profiles import Profiles

Keys = tuple[str | None, str | None, str | None]
"""Access key, secret key and session token as arguments."""
DEFAULTS_MODES = ("legacy", "standard", "in-region", "cross-region", "mobile", "auto")
RETRY_MODES = ("legacy", "standard", "adaptive")
COMPRESSED_FROM = 10240
"""Bytes of a body from which on it is compressed unless told otherwise; botocore's own default."""
_MOST_COMPRESSED_FROM = 1024 * 1024
_REGIONAL = ("regional", "legacy")
_CHECKSUMS = ("when_supported", "when_required")
_APP = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~")
"""What may stand in a name within the User-Agent."""
_SIGNATURES = ("v4", "s3v4", "bearer", "v4a")
_SWITCH = ("true", "false")
_ACCOUNT_ID_MODES = ("preferred", "disabled", "required")
_DISCOVERY = "AWS_ENABLE_ENDPOINT_DISCOVERY"
CHOSEN = {
    "account_id_endpoint_mode": _ACCOUNT_ID_MODES,
    "defaults_mode": DEFAULTS_MODES,
    "endpoint_discovery_enabled": ("auto", *_SWITCH),
    "request_checksum_calculation": _CHECKSUMS,
    "response_checksum_validation": _CHECKSUMS,
    "retry_mode": RETRY_MODES,
}
"""Fields of Config that are one of a few names -> those names."""
_S3 = {
    "s3_disable_express_session_auth": "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
    "s3_use_arn_region": "AWS_S3_USE_ARN_REGION",
    "s3_us_east_1_regional_endpoint": "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
    "s3_disable_multiregion_access_points": "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",
}
"""Settings of S3 that stand beside the section `s3` of a profile -> their variables of the environment."""
_S3_NAMES = {
    "s3_disable_express_session_auth": "disable_s3_express_session_auth",
    "s3_disable_multiregion_access_points": "s3_disable_multiregion_access_points",
}
"""Those of them that the endpoint rules know by another name than that without `s3_`."""
_S3_SWITCHES = (
    "payload_signing_enabled",
    "s3_disable_multiregion_access_points",
    "use_accelerate_endpoint",
    "use_arn_region",
    "use_dualstack_endpoint",
)
"""Settings of S3 that are on or off, and off where a file says neither."""


class PoolOptions(TypedDict):
    """What a transport that keeps connections is made with."""

    max_idle: int
    verify: bool | str | None
    proxies: Mapping[str, str] | None
    environ: Mapping[str, str]
    client_cert: str | tuple[str, str] | None


class Choices(NamedTuple):
    """What a client was told of how its requests are made, where the tables of its service leave a choice."""

    compress_from: int | None = COMPRESSED_FROM
    """Bytes from which on a body is compressed; None for never."""
    sums: bool = True
    """Send a checksum wherever the service takes one; False for where it demands one, or the call names one."""
    checks: bool = True
    """Ask for checksums of answers, and compare them; False for where the call asks for it."""
    unsigned: bool = False
    host_prefix: bool = True
    """Put an operation's documented prefix before the endpoint's host."""
    app: str = ""
    """What the application is called."""


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
        account_id: str | None = None,
        provider: Provider | None = None,
        machine: bool = True,
    ) -> None:
        """`machine` is False where the machine is not to be asked where it stands."""
        self.environ = environ
        self._machine = machine
        self.config = config or Config()
        self._profile_name = profile_name
        self._keys = keys
        self._provider = provider
        self._account_id = account_id or ""
        self._region = region_name or self.config.region_name or ""

    @cached_property
    def profiles(self) -> Profiles:
        # imported here as a client that is told everything by argument reads no files
        from .profiles import Profiles

        return Profiles(self.environ, self._profile_name)

    def told(self, key: str, variable: str = "") -> str:
        """A setting of the environment, else of the profile; empty where neither tells it."""
        return self.environ.get(variable or f"AWS_{key.upper()}") or self.profiles.settings().get(key, "")

    @property
    def region(self) -> str:
        """The region; empty where none is told."""
        return self._named.removeprefix("fips-").removesuffix("-fips")

    @cached_property
    def _named(self) -> str:
        """The region as it is told: some are told with the variant of their endpoints."""
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
        if self._named != self.region:
            return True
        given = self.config.use_fips_endpoint
        return truth(self.told("use_fips_endpoint")) if given is None else given

    @property
    def dual_stack(self) -> bool:
        """True for endpoints that are reached by IPv6 as well."""
        given = self.config.use_dualstack_endpoint
        return truth(self.told("use_dualstack_endpoint")) if given is None else given

    def dual_stack_of(self, service: str) -> bool:
        """As `dual_stack`; S3 has a setting of its own, which goes first."""
        own = self.s3.get("use_dualstack_endpoint") if service in ("s3", "s3control") else None
        return self.dual_stack if own is None else bool(own)

    @cached_property
    def s3(self) -> dict[str, Any]:
        """The settings of S3 alone, of the profile's `s3` section and over it those of the client.

        Raises ConfigurationError.
        """
        from .profiles import nested

        told: dict[str, Any] = dict(nested(self.profiles.settings().get("s3", "")))
        for key, variable in _S3.items():
            if value := self.told(key, variable):
                told[_S3_NAMES.get(key, key.removeprefix("s3_"))] = value
        told |= {key: truth(told[key]) for key in _S3_SWITCHES if key in told}
        told |= self.config.s3 or {}
        if self.defaults_mode != "legacy":
            told.setdefault("us_east_1_regional_endpoint", "regional")
        if stands := told.get("us_east_1_regional_endpoint"):
            _one_of(str(stands), _REGIONAL, "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT")
        return {
            key: truth(value) if isinstance(value, str) and value.lower() in _SWITCH else value
            for key, value in told.items()
        }

    @property
    def sts_legacy(self) -> bool:
        """True where calls to STS go to its one endpoint of old. Raises ConfigurationError."""
        return _one_of(self.told("sts_regional_endpoints") or "regional", _REGIONAL, "AWS_STS_REGIONAL_ENDPOINTS") == (
            "legacy"
        )

    @property
    def account_id_endpoint_mode(self) -> str:
        """preferred, disabled or required. Raises ConfigurationError."""
        mode = self.config.account_id_endpoint_mode or self.told("account_id_endpoint_mode") or "preferred"
        return _one_of(mode.lower(), _ACCOUNT_ID_MODES, "AWS_ACCOUNT_ID_ENDPOINT_MODE")

    def client_context(self, parameter: str) -> Any:
        """What the client was given for a parameter of endpoint rules, such as `UseArnRegion`; None where nothing."""
        given = self.config.client_context_params
        return None if not given else given.get(snake(parameter))

    @property
    def ignores_endpoints(self) -> bool:
        """True where endpoints that environment and files configure are passed over."""
        given = self.config.ignore_configured_endpoint_urls
        return truth(self.told("ignore_configured_endpoint_urls")) if given is None else given

    @property
    def verify(self) -> bool | str | None:
        """Which certificates are trusted, as `Config.verify` says it."""
        given = self.config.verify
        return self._told_trust() if given is None else given

    def _told_trust(self) -> str | None:
        # the second is what programs of many kinds are told by, and boto3 heeds it
        return self.told("ca_bundle") or self.environ.get("REQUESTS_CA_BUNDLE") or None

    def pool(self) -> PoolOptions:
        """How a pool of connections is to be made."""
        config = self.config
        return {
            "max_idle": config.max_pool_connections,
            "verify": self.verify,
            "proxies": config.proxies,
            "environ": self.environ,
            "client_cert": config.client_cert,
        }

    @property
    def max_attempts(self) -> int | None:
        """How often a request is sent at most; None where nothing tells it. Raises ConfigurationError."""
        given = self.config.max_attempts
        return self._told_attempts() if given is None else given

    def _told_attempts(self) -> int | None:
        told = self.told("max_attempts")
        if told and not (told.isascii() and told.isdigit() and int(told) > 0):
            raise ConfigurationError(f"reading AWS_MAX_ATTEMPTS: {told!r} is not a number from 1")
        return int(told) if told else None

    @property
    def retry_mode(self) -> str:
        """`standard` unless told otherwise; one of RETRY_MODES. Raises ConfigurationError for any other."""
        mode = self.config.retry_mode or self.told("retry_mode") or "standard"
        return _one_of(mode, RETRY_MODES, "AWS_RETRY_MODE")

    @cached_property
    def defaults_mode(self) -> str:
        """`legacy` unless told otherwise; one of DEFAULTS_MODES. Raises ConfigurationError for any other."""
        mode = self.config.defaults_mode or self.told("defaults_mode") or DEFAULTS_MODES[0]
        return _one_of(str(mode).lower(), DEFAULTS_MODES, "AWS_DEFAULTS_MODE")

    @cached_property
    def connect_timeout(self) -> float:
        """Seconds until a connection must stand. Blocks where `defaults_mode` is auto. Raises ConfigurationError."""
        given, mode = self.config.connect_timeout, self.defaults_mode
        if mode == "legacy" or not isinstance(given, Unchosen):
            return float(given)
        from . import defaults

        if mode == "auto":
            mode = defaults.detected(self.environ, self.region, self._region_of_machine)
        return defaults.CONNECT_TIMEOUTS[mode]

    def _region_of_machine(self) -> str:
        from .defaults import region_of_machine

        return region_of_machine(self.environ, self.profiles.settings()) if self._machine else ""

    @property
    def endpoint_discovery(self) -> Literal["auto"] | bool:
        """As `Config.endpoint_discovery_enabled` says it. Raises ConfigurationError."""
        given = self.config.endpoint_discovery_enabled
        if isinstance(given, bool):
            return given
        # boto3 reads the first name, every other SDK of AWS the second
        told = given or self.environ.get("AWS_ENDPOINT_DISCOVERY_ENABLED") or self.environ.get(_DISCOVERY)
        told = str(told or self.profiles.settings().get("endpoint_discovery_enabled") or "auto").strip().lower()
        return "auto" if _one_of(told, CHOSEN["endpoint_discovery_enabled"], _DISCOVERY) == "auto" else truth(told)

    @property
    def compress_from(self) -> int | None:
        """Bytes from which on a body is compressed; None for never. Raises ConfigurationError."""
        off = self.config.disable_request_compression
        if truth(self.told("disable_request_compression")) if off is None else off:
            return None
        given = self.config.request_min_compression_size_bytes
        told = self.told("request_min_compression_size_bytes") if given is None else str(given)
        if told and not (told.isascii() and told.isdigit() and int(told) <= _MOST_COMPRESSED_FROM):
            raise ConfigurationError(
                f"reading AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES: {told!r} is not a number from 0 to "
                f"{_MOST_COMPRESSED_FROM}"
            )
        return int(told) if told else COMPRESSED_FROM

    @property
    def unsigned(self) -> bool:
        """True where requests go without a signature. Raises ConfigurationError for a signature that is not made."""
        given = self.config.signature_version
        # botocore has an object of this name for it
        if given == UNSIGNED or type(given).__name__ == "UNSIGNED":
            return True
        if given is not None and given not in _SIGNATURES:
            raise ConfigurationError(
                f"creating a client: requests are not signed by {given!r}",
                hint="Leave signature_version out, or give UNSIGNED of asdoc.runtime.config.",
            )
        return False

    def choices(self) -> Choices:
        """What is left to choose of how requests are made. Raises ConfigurationError."""
        config, checksums = self.config, {}
        for key in ("request_checksum_calculation", "response_checksum_validation"):
            told = getattr(config, key) or self.told(key) or _CHECKSUMS[0]
            checksums[key] = _one_of(told.lower(), _CHECKSUMS, f"AWS_{key.upper()}") == _CHECKSUMS[0]
        prefix = config.inject_host_prefix
        return Choices(
            compress_from=self.compress_from,
            sums=checksums["request_checksum_calculation"],
            checks=checksums["response_checksum_validation"],
            unsigned=self.unsigned,
            host_prefix=not truth(self.told("disable_host_prefix_injection")) if prefix is None else prefix,
            app=self._app(),
        )

    def _app(self) -> str:
        told = self.config.user_agent_appid or self.told("sdk_ua_app_id")
        # it goes into a header
        return "".join(letter if letter in _APP else "-" for letter in told)

    def credentials(self, *, machine: bool = True) -> Source:
        """Where the client's credentials come from; nothing is looked for yet. Raises PartialCredentialsError, and
        ConfigurationError for a provider that is none, or that was given beside keys.

        `machine` is False to leave out what container and instance hand out.
        """
        from .credentials import Source, from_arguments

        given = from_arguments(*self._keys, self._account_id)
        if self.unsigned:
            from .credentials import Credentials

            return Source.of(Credentials("", ""))
        if self._provider is not None:
            from .credentials.provided import source_of

            return source_of(self._provider, beside_keys=given is not None)
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
        from .credentials.sts import ATTEMPTS, STS, Sts
        from .targets import Targets

        target = Targets(STS, self, region=self.region or "aws-global").base
        # what the client was given is for its own calls
        return Sts(target.endpoint, target.region, self._send, attempts=self._told_attempts() or ATTEMPTS)

    def _send(self, request: HttpRequest) -> HttpResponse:
        """One request of the credentials' own, with the timeouts, the trust and the proxies of the client."""
        from .transports.pool import PoolTransport

        # a client that trusts anybody does so with its own endpoint: who says to be STS is given tokens
        verify = self.verify or self._told_trust()
        transport = PoolTransport(max_idle=0, verify=verify, proxies=self.config.proxies, environ=self.environ)
        try:
            return transport.send(request, connect_timeout=self.connect_timeout, read_timeout=self.config.read_timeout)
        finally:
            transport.close()


def truth(value: str) -> bool:
    """A switch in a file or the environment: on for `true`, in any case, and for nothing else."""
    return value.strip().lower() == "true"


def _one_of(value: str, known: tuple[str, ...], name: str) -> str:
    if value not in known:
        raise ConfigurationError(
            f"reading {name}: {value!r} is no value of it", hint=f"It is one of {', '.join(known)}."
        )
    return value


def snake(name: str) -> str:
    """`UseArnRegion` as `use_arn_region`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).removeprefix("_")
