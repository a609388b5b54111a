"""AWS Signature Version 4A: one signature that is good in a set of regions, made with a key on the curve P-256.

It is asked for where a request may end in any of several regions: access points of S3 that have many, global endpoints
of EventBridge, CloudFront's key-value stores. The curve is the package cryptography's: pip install 'asdoc[sigv4a]'.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING

from .exceptions import ConfigurationError
from .http import HttpRequest
from .sigv4 import canonical_request, presign_query, signing_headers, with_headers

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from .credentials import Credentials

_ALGORITHM = "AWS4-ECDSA-P256-SHA256"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points P-256 has."""
_TRIES = 254
_KEPT = 16

_keys: dict[tuple[str, str], EllipticCurvePrivateKey] = {}


def sign_for_regions(
    request: HttpRequest,
    credentials: Credentials,
    region: str,
    signing_name: str,
    timestamp: str,
    *,
    payload: str = "",
    double_encoding: bool = True,
) -> HttpRequest:
    """As `sigv4.sign_at`, for a set as `region`: names with commas between them, for which `*` may stand.

    Raises ConfigurationError where cryptography is not installed.
    """
    headers = signing_headers(request, credentials, timestamp, payload)
    headers["x-amz-region-set"] = region
    names, canonical = canonical_request(request, headers, double_encoding=double_encoding)
    scope = _scope(timestamp, signing_name)
    signature = _signature(canonical, credentials, timestamp, scope)
    headers["authorization"] = (
        f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return with_headers(request, headers)


def presign_for_regions(
    request: HttpRequest,
    credentials: Credentials,
    region: str,
    signing_name: str,
    timestamp: str,
    *,
    expires: int = 3600,
    payload: str = "",
    double_encoding: bool = True,
) -> str:
    """As `sigv4.presign_at`, for a set of regions. Raises ConfigurationError where cryptography is not installed."""
    scope = _scope(timestamp, signing_name)
    url, canonical = presign_query(
        request,
        credentials,
        {"X-Amz-Algorithm": _ALGORITHM, "X-Amz-Region-Set": region},
        scope,
        timestamp,
        expires=expires,
        payload=payload,
        double_encoding=double_encoding,
    )
    return f"{url}&X-Amz-Signature={_signature(canonical, credentials, timestamp, scope)}"


def signing_key(credentials: Credentials) -> EllipticCurvePrivateKey:
    """The key that is derived from a secret: by NIST SP 800-108 in counter mode, tried until it is one of the curve.

    Raises ConfigurationError where cryptography is not installed.
    """
    entry = (credentials.access_key, credentials.secret_key)
    kept = _keys.get(entry)
    if kept is None:
        try:
            from cryptography.hazmat.primitives.asymmetric import ec
        except ModuleNotFoundError as missing:
            raise ConfigurationError(
                "signing for a set of regions (SigV4A): cryptography is not installed",
                hint="pip install 'asdoc[sigv4a]'",
            ) from missing
        if len(_keys) >= _KEPT:
            _keys.clear()
        kept = _keys[entry] = ec.derive_private_key(_exponent(*entry), ec.SECP256R1())
    return kept


def _exponent(access_key: str, secret_key: str) -> int:
    key = f"AWS4A{secret_key}".encode()
    for counter in range(1, _TRIES + 1):
        fixed = b"\0\0\0\1" + _ALGORITHM.encode() + b"\0" + access_key.encode() + bytes([counter]) + b"\0\0\1\0"
        candidate = int.from_bytes(hmac.digest(key, fixed, "sha256"), "big")
        if candidate <= _ORDER - 2:
            return candidate + 1
    raise ConfigurationError("signing for a set of regions (SigV4A): no key follows from these credentials")


def _scope(timestamp: str, signing_name: str) -> str:
    return f"{timestamp[:8]}/{signing_name}/aws4_request"


def _signature(canonical: str, credentials: Credentials, timestamp: str, scope: str) -> str:
    """In hexadecimal, as ASN.1 writes its two numbers; another each time."""
    key = signing_key(credentials)
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256

    text = f"{_ALGORITHM}\n{timestamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    return key.sign(text.encode(), ECDSA(SHA256())).hex()
