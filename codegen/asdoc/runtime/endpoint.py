"""Where requests go: an endpoint that was given, one that is configured, or the region's own."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from .exceptions import InvalidEndpointError, NoRegionError

if TYPE_CHECKING:
    from .schema import Service
    from .settings import Settings

_LABEL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_HOST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._")
_ADDRESS = frozenset("0123456789abcdefABCDEF:.%")
_PATH = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/%")
_EVERYWHERE = ("s3", "sts", "support")
"""Services with regions that have an endpoint for all of them as well."""
_PORTS = {"http": "80", "https": "443"}


class Endpoint(NamedTuple):
    """A URL in the parts that a request needs."""

    scheme: str
    host: str
    """As the Host header carries it: in lower case, without the scheme's own port."""
    path: str = ""
    """Put before every path; empty for none."""


@lru_cache(maxsize=256)
def parse_endpoint(url: str) -> Endpoint:
    """The parts of an endpoint's URL. Raises InvalidEndpointError where it is not one to send requests to."""

    def refuse(why: str) -> InvalidEndpointError:
        # what stands before an @ may be a password
        shown = url.partition("//")[0] + "//…@" + url.rpartition("@")[2] if "@" in url else url
        return InvalidEndpointError(
            f"reading the endpoint {shown!r}: {why}",
            hint="An endpoint looks like http://127.0.0.1:8080 or https://example.org.",
        )

    scheme, separator, rest = url.partition("://")
    if not separator:
        raise refuse("it has no scheme")
    scheme = scheme.lower()
    if scheme not in _PORTS:
        raise refuse(f"its scheme is {scheme}, not http or https")
    authority, slash, path = rest.partition("/")
    if any(mark in rest for mark in "?#"):
        raise refuse("it has a query or a fragment")
    if "@" in authority:
        raise refuse("it holds a user name or password")
    if not _PATH.issuperset(path):
        raise refuse("its path holds a character that must be percent-encoded")
    if authority.startswith("["):
        name, bracket, port = authority[1:].partition("]")
        if not bracket or not name or not _ADDRESS.issuperset(name) or (port and port[0] != ":"):
            raise refuse("its host is not an address in brackets")
        name, port = f"[{name}]", port[1:] if port else "-"
    else:
        name, colon, port = authority.partition(":")
        if not name or not _HOST.issuperset(name) or name.startswith(".") or ".." in name:
            raise refuse("it has no host" if not name else "its host is not a host name")
        port = port if colon else "-"
    if port != "-" and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise refuse(f"its port {port!r} is not a number from 1 to 65535")
    host = name.lower()
    if port not in ("-", _PORTS[scheme]):
        host = f"{host}:{int(port)}"
    return Endpoint(scheme, host, slash + path if path else "")


def check_region(region: str, service: str) -> None:
    """Raise NoRegionError where a region cannot be part of a host name."""
    if not region or len(region) > 63 or not _LABEL.issuperset(region) or region[0] == "-" or region[-1] == "-":
        raise NoRegionError(f"finding the endpoint of {service}: {region!r} is not a region", hint="One is eu-west-1.")


def everywhere(service: Service, settings: Settings) -> str:
    """The region that stands for all of them, for a service that can be called without one; empty for others."""
    if service.service == "s3" and settings.s3.get("us_east_1_regional_endpoint") != "regional":
        return "us-east-1"
    return "aws-global" if service.service in _EVERYWHERE or "aws" in service.endpoints.get("scopes", {}) else ""


def regional(service: Service, region: str) -> str:
    """The URL that a service has in a region by custom: what holds where no rules of its own are known."""
    from .partitions import partition_of

    check_region(region, service.service)
    partition = partition_of(region)
    if partition.name == "aws" and service.global_endpoint:
        return f"https://{service.global_endpoint}"
    return f"https://{service.endpoint_prefix}.{region}.{partition.dnsSuffix}"


def configured(service_id: str, settings: Settings) -> str:
    """The URL that environment or config file give for a service; empty where they give none.

    In this order: AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, the profile's `services` section, the profile's
    `endpoint_url`. AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, or the same in the profile, turns all four off.
    """
    from .profiles import service_key

    if settings.ignores_endpoints:
        return ""
    name = service_key(service_id).upper()
    environ = settings.environ
    url = environ.get(f"AWS_ENDPOINT_URL_{name}") or environ.get("AWS_ENDPOINT_URL")
    profiles = settings.profiles
    return url or profiles.service(service_id).get("endpoint_url") or profiles.settings().get("endpoint_url", "")
