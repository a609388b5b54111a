"""Which proxy stands before an endpoint, as the environment or the configuration tells."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import msgspec

from ..exceptions import ConfigurationError


class Proxy(msgspec.Struct, frozen=True):
    """An HTTP proxy."""

    host: str
    port: int
    authorization: str = ""
    """The value of Proxy-Authorization; empty where the URL holds no user."""

    def __repr__(self) -> str:
        return f"Proxy({self.host}:{self.port})"


def find(scheme: str, host: str, configured: Mapping[str, str] | None, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy for an authority, or None. Raises ConfigurationError for what is no HTTP proxy."""
    if configured is not None:
        url = configured.get(scheme, "")
    else:
        url = _variable(environ, f"{scheme}_proxy") or _variable(environ, "all_proxy")
        if url and bypassed(host, _variable(environ, "no_proxy")):
            return None
    return _read(url) if url else None


def _variable(environ: Mapping[str, str], name: str) -> str:
    # in a CGI process HTTP_PROXY is the client's `Proxy` header, and so anybody's
    upper = "" if name == "http_proxy" and "REQUEST_METHOD" in environ else environ.get(name.upper(), "")
    return environ.get(name, upper)


def bypassed(host: str, no_proxy: str) -> bool:
    """True where NO_PROXY (hosts, domains, networks, `*`; separated by commas) names the authority `host`."""
    name, _, port = host.lower().rpartition(":") if not host.endswith("]") and ":" in host else (host.lower(), "", "")
    name = name.strip("[]")
    for entry in no_proxy.lower().split(","):
        entry = entry.strip()
        if entry == "*":
            return True
        if "/" in entry and _in_network(name, entry):
            return True
        bare, colon, wanted = entry.partition(":") if entry.count(":") == 1 else (entry, "", "")
        if colon and wanted != port:
            continue
        bare = bare.strip("[]").lstrip(".")
        if bare and (name == bare or name.endswith(f".{bare}")):
            return True
    return False


def _in_network(name: str, entry: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(name) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False


def _read(url: str) -> Proxy:
    scheme, separator, rest = url.rpartition("://")
    if not separator:
        rest = rest.removeprefix("//")
    if separator and scheme.lower() != "http":
        raise ConfigurationError(
            f"reading the proxy's URL: {scheme} proxies are not supported", hint="Name one that begins with http://."
        )
    user, at, authority = rest.partition("/")[0].rpartition("@")
    host, _, port = authority.rpartition(":") if ":" in authority.rpartition("]")[2] else (authority, "", "80")
    host = host.strip("[]")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ConfigurationError("reading the proxy's URL: it has no host, or no port that is a number")
    authorization = ""
    if at:
        from urllib.parse import unquote

        authorization = "Basic " + base64.b64encode(unquote(user).encode()).decode()
    return Proxy(host, int(port), authorization)
