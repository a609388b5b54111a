"""AWS Signature Version 4: standard library only."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from .http import HttpRequest

if TYPE_CHECKING:
    from .credentials import Credentials

UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
_BLANK = sha256()
"""A copy of it costs half of a new one, which OpenSSL has to look up."""
_EMPTY = _BLANK.hexdigest()
_UNSIGNED_HEADERS = frozenset(
    (
        "authorization",
        "baggage",
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "traceparent",
        "tracestate",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "x-amzn-trace-id",
    )
)
"""Headers that something between the two ends may change or add."""
_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"
_QUOTED = [chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in range(256)]
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))

_keys: dict[tuple[str, str, str, str], tuple[bytes, bytes, str]] = {}
_orders: dict[tuple[str, ...], tuple[list[str], str]] = {}
_KEPT = 256


def stamp(now: datetime) -> str:
    """The time as the signature carries it: `20150830T123600Z`. A time without a zone is UTC."""
    utc = now if now.tzinfo is None else now.astimezone(UTC)
    return f"{utc.year:04}{utc.month:02}{utc.day:02}T{utc.hour:02}{utc.minute:02}{utc.second:02}Z"


def sign(
    request: HttpRequest,
    credentials: Credentials,
    *,
    region: str,
    signing_name: str,
    now: datetime,
    unsigned_payload: bool = False,
) -> HttpRequest:
    """The request with the headers that prove who sends it: Authorization, X-Amz-Date, and the session's token.

    `unsigned_payload` leaves the body out of the signature, as some operations document it.
    """
    payload = UNSIGNED_PAYLOAD if unsigned_payload else ""
    return sign_at(request, credentials, region, signing_name, stamp(now), payload=payload)


def sign_at(
    request: HttpRequest,
    credentials: Credentials,
    region: str,
    signing_name: str,
    timestamp: str,
    *,
    payload: str = "",
    double_encoding: bool = True,
) -> HttpRequest:
    """As `sign`, at a time that `stamp` wrote.

    `payload` stands for the body where it is not its plain hash, and is told in `x-amz-content-sha256`. Without
    `double_encoding` the path is signed as it is sent, as S3 wants it.
    """
    headers = signing_headers(request, credentials, timestamp, payload)
    names, canonical = canonical_request(request, headers, double_encoding=double_encoding)
    inner, outer, scope = _key(credentials.secret_key, timestamp[:8], region, signing_name)
    text = f"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    signature = sha256(outer + sha256(inner + text.encode()).digest()).hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return with_headers(request, headers)


def signing_headers(request: HttpRequest, credentials: Credentials, timestamp: str, payload: str) -> dict[str, str]:
    """The headers of a request with those that a signature needs beside it, without the signature."""
    headers = request.headers.copy()
    headers.pop("authorization", None)
    headers["x-amz-date"] = timestamp
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    if payload:
        headers["x-amz-content-sha256"] = payload
    return headers


def with_headers(request: HttpRequest, headers: dict[str, str]) -> HttpRequest:
    """The same request with other headers; written out, as `replace` takes several times as long."""
    return HttpRequest(
        method=request.method,
        scheme=request.scheme,
        host=request.host,
        target=request.target,
        headers=headers,
        body=request.body,
        upload=request.upload,
        streams=request.streams,
    )


class Moment:
    """Signs the requests that go to one host at one second, with one set of credentials: all that these share is made
    once. For requests without a body of which nothing is signed but the host, the time and the session's token."""

    __slots__ = ("_authorization", "_inner", "_outer", "_signed", "shared", "shared_by")

    def __init__(self, credentials: Credentials, region: str, signing_name: str, timestamp: str, host: str) -> None:
        self.shared_by = (credentials, timestamp, host, region, signing_name)
        inner, outer, scope = _key(credentials.secret_key, timestamp[:8], region, signing_name)
        self.shared = {"x-amz-date": timestamp}
        """The headers that all of them carry."""
        if credentials.token:
            self.shared["x-amz-security-token"] = credentials.token
        names = ";".join(["host", *self.shared])
        lines = "".join(f"{name}:{' '.join(value.split())}\n" for name, value in self.shared.items())
        self._signed = f"host:{host}\n{lines}\n{names}\n{_EMPTY}"
        self._inner = sha256(inner + f"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n".encode())
        self._outer = sha256(outer)
        self._authorization = (
            f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature="
        )

    def sign(self, request: HttpRequest) -> HttpRequest:
        """As `sign_at` does."""
        method, target = request.method, request.target
        return HttpRequest(
            method=method,
            scheme=request.scheme,
            host=request.host,
            target=target,
            headers={**request.headers, **self.shared, "authorization": self.authorization(method, target)},
            streams=request.streams,
        )

    def authorization(self, method: str, target: str, path: str = "") -> str:
        """The header of a request; `path` is what stands in its signature for the target, where that is known."""
        query = ""
        if not path:
            path, _, query = target.partition("?")
            path, query = signed_path(path), _query(query) if query else ""
        canonical, inner, outer = _BLANK.copy(), self._inner.copy(), self._outer.copy()
        canonical.update(f"{method}\n{path}\n{query}\n{self._signed}".encode())
        inner.update(canonical.hexdigest().encode())
        outer.update(inner.digest())
        return self._authorization + outer.hexdigest()


def presign_at(
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
    """The URL that is the request, signed: whoever has it may send it, without a body, for `expires` seconds.

    The request's headers are signed, too, and must be sent with it. `payload` stands for another body than none.
    """
    inner, outer, scope = _key(credentials.secret_key, timestamp[:8], region, signing_name)
    url, canonical = presign_query(
        request,
        credentials,
        {"X-Amz-Algorithm": "AWS4-HMAC-SHA256"},
        scope,
        timestamp,
        expires=expires,
        payload=payload,
        double_encoding=double_encoding,
    )
    text = f"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    signature = sha256(outer + sha256(inner + text.encode()).digest()).hexdigest()
    return f"{url}&X-Amz-Signature={signature}"


def presign_query(
    request: HttpRequest,
    credentials: Credentials,
    kind: dict[str, str],
    scope: str,
    timestamp: str,
    *,
    expires: int,
    payload: str,
    double_encoding: bool,
) -> tuple[str, str]:
    """The URL but for its signature, and the text that is signed; `kind` is what tells the kind of signature."""
    headers = {"host": request.host, **request.headers}
    signed = sorted(headers.keys() - _UNSIGNED_HEADERS)
    added = {
        **kind,
        "X-Amz-Credential": f"{credentials.access_key}/{scope}",
        "X-Amz-Date": timestamp,
        "X-Amz-Expires": str(expires),
        "X-Amz-SignedHeaders": ";".join(signed),
        **({"X-Amz-Security-Token": credentials.token} if credentials.token else {}),
    }
    from .protocols.base import quote

    path, _, query = request.target.partition("?")
    told = "&".join(f"{name}={quote(value)}" for name, value in added.items())
    query = f"{query}&{told}" if query else told
    lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in signed)
    written = signed_path(path) if double_encoding else path
    canonical = f"{request.method}\n{written}\n{_query(query)}\n{lines}\n{';'.join(signed)}\n{payload or _EMPTY}"
    return f"{request.scheme}://{request.host}{path}?{query}", canonical


def scope_of(timestamp: str, region: str, signing_name: str) -> str:
    """What a signature is good for: a day, a region and a service."""
    return f"{timestamp[:8]}/{region}/{signing_name}/aws4_request"


def signature_of(text: str, credentials: Credentials, timestamp: str, region: str, signing_name: str) -> str:
    """The signature of a text that is no request, in hexadecimal."""
    inner, outer, _ = _key(credentials.secret_key, timestamp[:8], region, signing_name)
    return sha256(outer + sha256(inner + text.encode()).digest()).hexdigest()


def canonical_request(
    request: HttpRequest, headers: dict[str, str], *, double_encoding: bool = True
) -> tuple[str, str]:
    """The names of the signed headers, and the text that is signed for a request sent with `headers`."""
    path, _, query = request.target.partition("?")
    order, names = _orders.get(tuple(headers)) or _order(headers)
    lines = "".join(
        [
            f"host:{request.host}\n" if name == "host" else f"{name}:{' '.join(headers[name].split())}\n"
            for name in order
        ]
    )
    payload = headers.get("x-amz-content-sha256") or (sha256(request.body).hexdigest() if request.body else _EMPTY)
    path = signed_path(path) if double_encoding else path or "/"
    return names, f"{request.method}\n{path}\n{_query(query) if query else ''}\n{lines}\n{names}\n{payload}"


def _order(headers: dict[str, str]) -> tuple[list[str], str]:
    """The names of the headers that are signed, sorted and as the signature lists them; a client's sets are few."""
    order = sorted({"host", *headers} - _UNSIGNED_HEADERS)
    if len(_orders) >= _KEPT:
        _orders.clear()
    found = _orders[tuple(headers)] = (order, ";".join(order))
    return found


def signed_path(path: str) -> str:
    """The path without dot segments and doubled slashes, encoded once more."""
    if "//" in path or "/." in path:
        kept: list[str] = []
        for part in path.split("/"):
            if part == "..":
                if kept:
                    kept.pop()
            elif part and part != ".":
                kept.append(part)
        path = "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")
    raw = path.encode()
    if raw.translate(None, _PLAIN):
        return "".join([_QUOTED[byte] for byte in raw])
    return path or "/"


def _query(query: str) -> str:
    if "&" not in query:
        return query if "=" in query else f"{query}="
    pairs = sorted(pair.partition("=")[::2] for pair in query.split("&"))
    return "&".join([f"{key}={value}" for key, value in pairs])


def _key(secret: str, date: str, region: str, service: str) -> tuple[bytes, bytes, str]:
    """The day's signing key, as the two blocks that an HMAC begins its hashes with, and the scope that it is for."""
    entry = (secret, date, region, service)
    kept = _keys.get(entry)
    if kept is None:
        key = f"AWS4{secret}".encode()
        for part in (date, region, service, "aws4_request"):
            inner, outer = _blocks(key)
            key = sha256(outer + sha256(inner + part.encode()).digest()).digest()
        if len(_keys) >= _KEPT:
            _keys.clear()
        kept = _keys[entry] = (*_blocks(key), f"{date}/{region}/{service}/aws4_request")
    return kept


def _blocks(key: bytes) -> tuple[bytes, bytes]:
    """RFC 2104: the key, filled to a block of 64 bytes, under the inner and the outer pad."""
    block = (sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    return block.translate(_INNER), block.translate(_OUTER)
