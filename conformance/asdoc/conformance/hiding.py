"""Hiding secrets in text: what went out with a request may come back in an answer, in other clothes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from asdoc.runtime.redaction import HIDDEN, secret_name

_TELLING = 8
"""Characters below which a value is no secret worth the name, and would hide half of every text."""
PLAIN_HEADERS = frozenset({
    "accept", "content-length", "content-md5", "content-type", "date", "host", "user-agent", "x-amz-date",
    "x-amz-target", "x-amz-content-sha256", "x-amzn-query-mode",
})  # fmt: skip
"""Headers of a request that hold nothing of the user's. A header that a target file names may hold anything."""


def header_secrets(*headers: Mapping[str, str]) -> tuple[str, ...]:
    """What a target may not be shown to echo of these headers, the longest first."""
    return forms(value for each in headers for name, value in each.items() if name.lower() not in PLAIN_HEADERS)


def forms(values: Iterable[str]) -> tuple[str, ...]:
    """Values of secret headers as they may stand in a text: whole, in parts, in JSON, in a URL; the longest first."""
    found: set[str] = set()
    for value in values:
        # `Bearer abc`, `… Signature=abc`: the scheme is no secret, and what follows is one by itself.
        parts = {value, value.rpartition("Signature=")[2], value.partition(" ")[2].strip()}
        for part in parts:
            if len(part) >= _TELLING:
                escaped = {part}
                # A text in JSON may be in JSON itself, or in what Python says of bytes.
                for _ in range(2):
                    escaped |= {write(each)[1:-1] for each in escaped for write in (json.dumps, repr)}
                found |= {*escaped, quote(part), quote(part, safe="")}
    return tuple(sorted(found, key=len, reverse=True))


def without(text: str, secrets: Sequence[str]) -> str:
    """A text in which secrets are hidden."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def cut(text: str, size: int) -> str:
    """A text of no more than so many characters, cut between words: half a secret is not found to be hidden."""
    if len(text) <= size:
        return text
    return text[:size].rpartition(" ")[0] + "…"


def plain_url(url: str) -> str:
    """A URL without user, password, and the values of secret query members."""
    if "://" not in url:
        return url
    base, question, query = url.partition("?")
    scheme, _, rest = base.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}{question}{_plain_query(query)}"


def _plain_query(query: str) -> str:
    parts = []
    for part in query.split("&"):
        name, sign, _ = part.partition("=")
        parts.append(f"{name}={HIDDEN}" if sign and _secret_query(name) else part)
    return "&".join(parts)


def _secret_query(name: str) -> bool:
    plain = name.lower()
    return secret_name(plain) or plain in {"x-amz-signature", "x-amz-security-token", "x-amz-credential"}
