"""The settings of a client that are not its identity: timeouts, retries, proxies, trust."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

VERSION = "0.1.0"
"""The version that requests name in their User-Agent; a test holds it to that of the distribution."""


UNSIGNED: Final = "unsigned"
"""As `Config.signature_version`: send requests without a signature, for what is open to all."""


class Unchosen(float):
    """A number that nobody chose, for which a mode of defaults may have another."""

    __slots__ = ()


def chosen(value: float, otherwise: float) -> float:
    """`value`, or `otherwise` where nobody chose it."""
    return otherwise if isinstance(value, Unchosen) else value


class Config(NamedTuple):
    """Settings of one client. Names and defaults are those of botocore's Config where it has them."""

    region_name: str | None = None
    """The region, where the client is given none by argument."""
    use_fips_endpoint: bool | None = None
    """True asks for endpoints whose cryptography is validated by FIPS 140. None: AWS_USE_FIPS_ENDPOINT, else the
    profile."""
    use_dualstack_endpoint: bool | None = None
    """True asks for endpoints reached by IPv6 as well. None: AWS_USE_DUALSTACK_ENDPOINT, else the profile."""
    ignore_configured_endpoint_urls: bool | None = None
    """True passes over AWS_ENDPOINT_URL and its like. None: AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, else the profile."""
    s3: Mapping[str, Any] | None = None
    """For S3 alone: addressing_style (auto, path, virtual), use_accelerate_endpoint, use_dualstack_endpoint,
    use_arn_region, us_east_1_regional_endpoint (legacy, regional), payload_signing_enabled,
    disable_s3_express_session_auth; else the profile's `s3`."""
    account_id_endpoint_mode: str | None = None
    """preferred, disabled or required: endpoints by the number of the account. None: AWS_ACCOUNT_ID_ENDPOINT_MODE, else
    the profile, else preferred."""
    client_context_params: Mapping[str, Any] | None = None
    """Parameters of a service's endpoint rules, by their names in snake_case."""
    connect_timeout: float = Unchosen(60.0)
    """Seconds until a connection must stand. Another default with `defaults_mode`."""
    read_timeout: float = 60.0
    """Seconds that an answer may pause."""
    deadline: float | None = None
    """Seconds within which a call must have ended, its attempts and the waits between them together. None: no end."""
    max_attempts: int | None = None
    """How often a request is sent at most, the first time included. None: AWS_MAX_ATTEMPTS, else 3, of DynamoDB 4."""
    retry_mode: str | None = None
    """legacy, standard or adaptive. None: AWS_RETRY_MODE, else the profile, else standard."""
    max_pool_connections: int = 10
    """How many idle connections are kept open."""
    proxies: Mapping[str, str] | None = None
    """Scheme of the endpoint -> URL of the proxy. None: HTTP_PROXY, HTTPS_PROXY and NO_PROXY tell."""
    verify: bool | str | None = None
    """False trusts any certificate; a string names a file or folder of trusted ones. None: AWS_CA_BUNDLE, else the
    profile's ca_bundle, else REQUESTS_CA_BUNDLE, else the system's."""
    request_min_compression_size_bytes: int | None = None
    """Bytes from which on a body is compressed, where the service takes it so. None:
    AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES, else the profile, else 10,240."""
    disable_request_compression: bool | None = None
    """True compresses nothing. None: AWS_DISABLE_REQUEST_COMPRESSION, else the profile."""
    inject_host_prefix: bool | None = None
    """False leaves the endpoint's host as it is where an operation documents a prefix to it. None: the opposite of
    AWS_DISABLE_HOST_PREFIX_INJECTION, else of the profile's disable_host_prefix_injection, else True."""
    transport: Literal["fast"] | None = None
    """What a blocking client sends over: `fast` is libcurl, which `pip install 'asdoc[fast]'` brings, and which works
    without Python's lock, for programs of many threads. None: a pool of connections in Python, which needs nothing."""
    user_agent_extra: str = ""
    """Appended to the User-Agent."""
    user_agent_appid: str | None = None
    """What the application is called, in the User-Agent. None: AWS_SDK_UA_APP_ID, else the profile's sdk_ua_app_id."""
    retries: Mapping[str, Any] | None = None
    """As botocore has it: mode, and total_max_attempts or max_attempts (which leaves the first out). `max_attempts` and
    `retry_mode` go before it."""
    signature_version: object = None
    """UNSIGNED (or botocore's) sends requests without a signature; v4 and s3v4 are what is made anyway."""
    client_cert: str | tuple[str, str] | None = None
    """The file of this client's certificate and key, or those of both: for endpoints that ask who connects. A session
    that is handed in brings its own."""
    request_checksum_calculation: str | None = None
    """when_supported or when_required: where a service takes a checksum of a body and does not demand it. None:
    AWS_REQUEST_CHECKSUM_CALCULATION, else the profile, else when_supported."""
    response_checksum_validation: str | None = None
    """when_supported, or when_required: only where a call asks for it. None: AWS_RESPONSE_CHECKSUM_VALIDATION, else the
    profile, else when_supported."""
    endpoint_discovery_enabled: bool | str | None = None
    """Whether a service that tells where it is to be called is asked for it: auto, where it cannot be called elsewhere;
    True, wherever it tells; False, never. None: AWS_ENABLE_ENDPOINT_DISCOVERY, else the profile, else auto. A client
    that is given an endpoint_url does not ask."""
    defaults_mode: str | None = None
    """legacy, standard, in-region, cross-region, mobile, or auto, which looks whether this machine stands in the
    client's region: how long a connection may take by default (60, 3.1, 1.1, 3.1 and 30 seconds), and, but for legacy,
    S3's own endpoint in us-east-1. None: AWS_DEFAULTS_MODE, else the profile, else legacy."""
