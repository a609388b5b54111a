"""Which control requests come from a program of the user's own, and not from a page that a browser shows.

A page of any site can have a browser send requests to a port of this machine; by a name of its own that resolves to
127.0.0.1 it can even read the answers (DNS rebinding). A browser says where a request comes from, and the Host header
then has the site's name.
"""

from __future__ import annotations

import ipaddress
import re

from .reading import Headers

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^:\[\]]*))(?::[0-9]*)?")
_FROM_HERE = ("none", "same-origin")
_OWN_ENDINGS = (".localhost", ".internal", ".local", ".test")
"""Endings that no site of the Internet can have (RFC 6761, RFC 6762, and ICANN for `internal`)."""


def refusal(headers: Headers) -> str:
    """Why a control request is not carried out; empty where it is."""
    if headers.get("origin") is not None:
        return "Control requests are not taken from web pages: this one has an Origin header."
    site = headers.get("sec-fetch-site")
    if site is not None and site not in _FROM_HERE:
        return "Control requests are not taken from web pages: this one has a Sec-Fetch-Site header."
    host = headers.get("host")
    if host is not None and not is_own(host):
        return "Control requests are taken under an IP address, localhost or a name of the local network only."
    return ""


def is_own(host: str) -> bool:
    """Whether a Host header names this machine or the local network: by an address, one word, or a private ending."""
    found = _HOST.fullmatch(host.strip().lower())
    if found is None:
        return False
    name = found[1] or found[2] or ""
    name = name.removesuffix(".")
    if not name:
        return True  # in process, or HTTP/1.0: no browser sends that
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "." not in name or name.endswith(_OWN_ENDINGS)
    return True
