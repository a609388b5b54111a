"""Signatures (SigV4) as a server sees them: who sends a request, and whether it is what was signed.

What is refused, and the words for it, follow "Troubleshoot signed requests for AWS APIs" (IAM User Guide). A signature
is good for 15 minutes around its time; the body is always part of it, unless the operation is documented without.
Secrets are compared in constant time, and stand in no error, log or repr.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote, quote_from_bytes, unquote, unquote_to_bytes

from ..schema import Operation, Service
from .access_keys import Key
from .call import Scope, ServiceFault
from .reading import Headers

ALGORITHM = "AWS4-HMAC-SHA256"
WINDOW = timedelta(minutes=15)
"""How far a signature's time may be from the server's."""
_SECONDS = WINDOW.total_seconds()
LONGEST = 7 * 24 * 3600
"""Seconds for which a presigned address may be good."""

MISSING = "MissingAuthenticationTokenException"
INCOMPLETE = "IncompleteSignatureException"
INVALID = "InvalidSignatureException"
UNKNOWN = "UnrecognizedClientException"

_UNSIGNED = "UNSIGNED-PAYLOAD"
_EMPTY = sha256(b"").hexdigest()
_MOST_NAMES = 400
"""Characters of the names of the headers that are signed: what a client makes up is looked up among the headers."""
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))
_KEPT = 256
"""Signing keys that are kept; there is one a day for each key, region and service. And beginnings of headers."""
_LONGEST = 1024
"""Characters of a beginning that is kept."""
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}")
_STAMP = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_PLAIN = re.compile(r"[A-Za-z0-9._~-]*")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._~/-]*")
_SENT_AS_IS = "/:@!$&'()*+,;="
"""What a path may carry as it is (RFC 3986); AWS's own clients encode it."""


class _Claim(NamedTuple):
    """What a request says of its signature."""

    key: str
    date: str
    region: str
    service: str
    names: str
    signature: str
    stamp: str
    lasts: int | None
    """Seconds for which a presigned address is good; None for a signature in a header."""


class _Signer(NamedTuple):
    """What stands in a header before the signature, once a signature has shown it to be right: all that a client signs
    in a day with the same headers begins alike."""

    date: str
    service: str
    names: str
    listed: tuple[str, ...]
    """The names of the headers that are signed, one by one."""
    written: str
    """The credential's scope, as it is signed."""
    inner: bytes
    outer: bytes
    scope: Scope


class Verifier:
    """Holds requests against the keys. `now` tells the real time: a client signs with its own clock, whatever a test
    has made of the backend's. `regions` are those that are served; None serves all that look like one."""

    def __init__(
        self,
        keys: Mapping[str, Key],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        regions: Iterable[str] | None = None,
    ) -> None:
        self._keys = dict(keys)
        self._now = now
        self._regions = None if regions is None else frozenset(regions)
        self._derived: dict[tuple[str, str, str, str], tuple[bytes, bytes]] = {}
        self._signers: dict[str, _Signer] = {}

    def verify(
        self,
        service: Service,
        operation: Operation,
        method: str,
        path: str,
        labels: list[str] | None,
        query: str,
        headers: Headers,
        body: bytes,
    ) -> Scope:
        """The account and region that a request is for.

        `path` is as it was sent, or decoded; then `labels` are the decoded texts of the labels in it. Raises
        ServiceFault with AWS's error where the signature is missing, incomplete, wrong, or of another time or place.
        """
        scope = self._again(service, operation, method, path, labels, query, headers, body)
        if scope is not None:
            return scope
        # Services that speak the JSON protocol answer with 400 where the others answer with 403.
        status = 400 if service.protocol == "json" else 403
        authorization = headers.get("authorization")
        if authorization is not None:
            claim = _from_header(authorization, headers, status)
        elif "X-Amz-Signature=" in query or "X-Amz-Algorithm=" in query:
            claim, query = _from_query(query, status)
        else:
            raise ServiceFault(MISSING, "Missing Authentication Token", status=status)
        key = self._keys.get(claim.key)
        if key is None or _token(headers, query):
            # The keys are long-term ones: a session's token belongs to none of them.
            raise ServiceFault(UNKNOWN, "The security token included in the request is invalid.", status=status)
        self._check_scope(claim, service.signing_name, status)
        self._check_time(claim, status)
        payload = _payload(operation, headers, body)
        inner, outer = self._signing_key(key.secret, claim)
        written = f"{claim.date}/{claim.region}/{claim.service}/aws4_request"
        signed = _lines_of(claim.names.split(";"), headers)
        if signed is None:
            absent = next(name for name in claim.names.split(";") if headers.get(name) is None)
            raise _incomplete(f"The header '{absent[:64]}' is signed, but was not sent.", status)
        ending = f"\n{_query(query)}\n{signed}\n{claim.names}\n{payload}"
        for spelled in _paths(operation, path, labels):
            made = _signature(f"{method}\n{spelled}{ending}", claim.stamp, written, inner, outer)
            if hmac.compare_digest(made, claim.signature):
                found = Scope(key.account, claim.region)
                if authorization is not None:
                    listed = tuple(claim.names.split(";"))
                    signer = _Signer(claim.date, claim.service, claim.names, listed, written, inner, outer, found)
                    self._keep(authorization, claim.signature, signer)
                return found
        raise ServiceFault(
            INVALID,
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method. Consult the service documentation for details.",
            status=status,
        )

    def _keep(self, authorization: str, signature: str, signer: _Signer) -> None:
        beginning = authorization.removesuffix(f"Signature={signature}")
        # Where something follows the signature, what stands before it does not tell all.
        if beginning == authorization or len(beginning) > _LONGEST:
            return
        if len(self._signers) >= _KEPT:
            self._signers.clear()
        self._signers[beginning] = signer

    def _again(
        self,
        service: Service,
        operation: Operation,
        method: str,
        path: str,
        labels: list[str] | None,
        query: str,
        headers: Headers,
        body: bytes,
    ) -> Scope | None:
        """The scope of a request that is right, and whose header begins like one that was right before. None where
        anything about it is otherwise: then it is looked at step by step, and told what is wrong."""
        beginning, _, signature = (headers.get("authorization") or "").rpartition("Signature=")
        signer = self._signers.get(beginning)
        stamp = headers.get("x-amz-date")
        if (
            signer is None
            or stamp is None
            or signer.service != service.signing_name
            or not stamp.startswith(signer.date)
            or not signature.isascii()
            or headers.get("x-amz-content-sha256") is not None
            or _token(headers, query)
        ):
            return None
        try:
            age = (self._now() - _moment(stamp)).total_seconds()
        except ValueError:
            return None
        signed = _lines_of(signer.listed, headers)
        if signed is None or not -_SECONDS <= age <= _SECONDS:
            return None
        payload = sha256(body).hexdigest() if body else _EMPTY
        ending = f"\n{_query(query) if query else ''}\n{signed}\n{signer.names}\n{payload}"
        for spelled in _paths(operation, path, labels):
            made = _signature(f"{method}\n{spelled}{ending}", stamp, signer.written, signer.inner, signer.outer)
            if hmac.compare_digest(made, signature):
                return signer.scope
        return None

    def _check_scope(self, claim: _Claim, service: str, status: int) -> None:
        if claim.service != service:
            raise ServiceFault(INVALID, f"Credential should be scoped to correct service: '{service}'.", status=status)
        known = _REGION.fullmatch(claim.region) if self._regions is None else claim.region in self._regions
        if not known:
            message = f"Credential should be scoped to a valid region, not '{claim.region[:64]}'."
            raise ServiceFault(INVALID, message, status=status)
        if claim.date != claim.stamp[:8]:
            message = (
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                f"'{claim.date[:64]}' != '{claim.stamp[:8]}', from '{claim.stamp}'."
            )
            raise ServiceFault(INVALID, message, status=status)

    def _check_time(self, claim: _Claim, status: int) -> None:
        try:
            signed = _moment(claim.stamp)
        except ValueError:
            raise _incomplete(f"Date must be in ISO-8601 'basic format'. Got '{claim.stamp}'.", status) from None
        now = self._now()
        age = (now - signed).total_seconds()
        if -_SECONDS <= age <= (_SECONDS if claim.lasts is None else claim.lasts):
            return
        shown = _stamp(now)
        if -age > _SECONDS:
            limit = _stamp(now + WINDOW)
            message = f"Signature not yet current: {claim.stamp} is still later than {limit} ({shown} + 15 min.)"
            raise ServiceFault(INVALID, message, status=status)
        if claim.lasts is None:
            message = f"Signature expired: {claim.stamp} is now earlier than {_stamp(now - WINDOW)} ({shown} - 15 min.)"
            raise ServiceFault(INVALID, message, status=status)
        until = _stamp(signed + timedelta(seconds=claim.lasts))
        raise ServiceFault(INVALID, f"Signature expired: {until} is now earlier than {shown}", status=status)

    def _signing_key(self, secret: str, claim: _Claim) -> tuple[bytes, bytes]:
        """The day's key, as the two blocks that an HMAC begins its hashes with."""
        entry = (claim.key, claim.date, claim.region, claim.service)
        blocks = self._derived.get(entry)
        if blocks is None:
            derived = f"AWS4{secret}".encode()
            for part in (claim.date, claim.region, claim.service, "aws4_request"):
                derived = hmac.digest(derived, part.encode(), "sha256")
            if len(self._derived) >= _KEPT:
                self._derived.clear()
            block = derived.ljust(64, b"\0")
            blocks = self._derived[entry] = (block.translate(_INNER), block.translate(_OUTER))
        return blocks


def _incomplete(message: str, status: int) -> ServiceFault:
    return ServiceFault(INCOMPLETE, message, status=status)


@lru_cache(maxsize=64)
def _moment(stamp: str) -> datetime:
    """The time that a stamp tells; many requests are of one second. Raises ValueError where it tells none."""
    if _STAMP.fullmatch(stamp) is None:
        raise ValueError("this is no stamp")
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _from_header(authorization: str, headers: Headers, status: int) -> _Claim:
    algorithm, _, rest = authorization.strip().partition(" ")
    if algorithm != ALGORITHM:
        raise _incomplete(f"Unsupported AWS 'algorithm': '{algorithm[:32]}'. Only {ALGORITHM} is accepted.", status)
    parts: dict[str, str] = {}
    for part in rest.split(","):
        name, _, text = part.strip().partition("=")
        parts[name] = text
    lacking = [name for name in ("Credential", "Signature", "SignedHeaders") if not parts.get(name)]
    stamp = headers.get("x-amz-date")
    wants = [f"Authorization header requires '{name}' parameter." for name in lacking]
    if not stamp:
        wants.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if wants or stamp is None:
        raise _incomplete(" ".join(wants), status)
    return _claim(parts["Credential"], parts["SignedHeaders"], parts["Signature"], stamp, None, headers, status)


def _from_query(query: str, status: int) -> tuple[_Claim, str]:
    """The claim of a presigned address, and the query without its signature."""
    pairs = [pair.partition("=")[::2] for pair in query.split("&")]
    given = {name: unquote(text) for name, text in pairs if name.startswith("X-Amz-")}
    names = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")
    lacking = [name for name in names if not given.get(f"X-Amz-{name}")]
    if lacking:
        raise _incomplete(" ".join(f"AWS query-string parameters must include 'X-Amz-{n}'." for n in lacking), status)
    if given["X-Amz-Algorithm"] != ALGORITHM:
        raise _incomplete(f"X-Amz-Algorithm must be {ALGORITHM}.", status)
    expires = given["X-Amz-Expires"]
    lasts = int(expires) if expires.isascii() and expires.isdigit() and len(expires) < 10 else 0
    if not 0 < lasts <= LONGEST:
        raise _incomplete(f"X-Amz-Expires must be from 1 to {LONGEST} seconds.", status)
    claim = _claim(
        given["X-Amz-Credential"],
        given["X-Amz-SignedHeaders"],
        given["X-Amz-Signature"],
        given["X-Amz-Date"],
        lasts,
        None,
        status,
    )
    return claim, "&".join(f"{name}={text}" for name, text in pairs if name != "X-Amz-Signature")


def _claim(
    credential: str,
    names: str,
    signature: str,
    stamp: str,
    lasts: int | None,
    headers: Headers | None,
    status: int,
) -> _Claim:
    """Checks what can be checked without a key."""
    if _STAMP.fullmatch(stamp) is None:
        raise _incomplete(f"Date must be in ISO-8601 'basic format'. Got '{stamp[:64]}'.", status)
    if not signature.isascii():
        raise _incomplete("Signature must be hexadecimal.", status)
    key, date, region, service = _scope_of(credential, names, headers is not None, status)
    return _Claim(key, date, region, service, names, signature, stamp, lasts)


@lru_cache(maxsize=_KEPT)
def _scope_of(credential: str, names: str, dated: bool, status: int) -> tuple[str, str, str, str]:
    """Key, date, region and service; all requests of a client in a day have the same. `dated`: by a header."""
    parts = credential.rsplit("/", 4)
    if len(parts) != 5 or not all(parts) or parts[4] != "aws4_request":
        raise _incomplete("Credential must have exactly 5 slash-delimited elements, and end in 'aws4_request'.", status)
    if len(names) > _MOST_NAMES:
        raise _incomplete(f"SignedHeaders must have at most {_MOST_NAMES} characters.", status)
    listed = names.split(";")
    if listed != sorted({name.lower() for name in listed}):
        raise _incomplete("SignedHeaders must name each header once, in lower case and in order.", status)
    if "host" not in listed:
        raise _incomplete("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.", status)
    if dated and "x-amz-date" not in listed:
        raise _incomplete("'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization.", status)
    key, date, region, service, _ = parts
    return key, date, region, service


def _token(headers: Headers, query: str) -> bool:
    return headers.get("x-amz-security-token") is not None or "X-Amz-Security-Token=" in query


def _payload(operation: Operation, headers: Headers, body: bytes) -> str:
    """The hash that was signed for the body. What the request says of it counts only where it may."""
    told = headers.get("x-amz-content-sha256")
    if told is not None:
        if told == _UNSIGNED and operation.unsigned_payload:
            return told
        if told.startswith("STREAMING-"):
            message = f"A body that is signed chunk by chunk ({told[:64]}) is not implemented. Sign it whole."
            raise ServiceFault("NotImplemented", message, status=501)
    return sha256(body).hexdigest() if body else _EMPTY


def _signature(request: str, stamp: str, written: str, inner: bytes, outer: bytes) -> str:
    """The signature of a canonical request, with a signing key as its two blocks."""
    hashed = sha256(request.encode("utf-8", "replace")).hexdigest()
    text = f"{ALGORITHM}\n{stamp}\n{written}\n{hashed}"
    # RFC 2104, by hand: OpenSSL takes longer to set an HMAC up than to make these two hashes.
    return sha256(outer + sha256(inner + text.encode()).digest()).hexdigest()


def _lines_of(names: Iterable[str], headers: Headers) -> str | None:
    """The signed headers as they are signed; None where one of them was not sent."""
    lines = ""
    for name in names:
        text = headers.get(name)
        if text is None:
            return None
        # Of white space a space alone is printable.
        if " " in text or not text.isprintable():
            text = " ".join(text.split())
        lines += f"{name}:{text}\n"
    return lines


def _query(query: str) -> str:
    if not query:
        return ""
    pairs = []
    for pair in query.split("&"):
        name, _, text = pair.partition("=")
        pairs.append((_encoded(name), _encoded(text)))
    return "&".join([f"{name}={text}" for name, text in sorted(pairs)])


def _encoded(text: str) -> str:
    if _PLAIN.fullmatch(text) is not None:
        return text
    return quote_from_bytes(unquote_to_bytes(text), safe="-_.~")


def _paths(operation: Operation, path: str, labels: list[str] | None) -> list[str]:
    """How the path may have been spelled when it was signed, encoded once more as signatures have it.

    From a path that came decoded the sender's spelling cannot be told: it is either that of AWS's own clients, which
    encode all but the unreserved characters, or that of a client which encodes what it must.
    """
    if _PLAIN_PATH.fullmatch(path) is not None and "//" not in path and "/." not in path:
        return [path]
    if labels is None:
        return [quote(_normal(path), safe="/-_.~")]
    if all(_PLAIN.fullmatch(label) is not None for label in labels):
        return [path]
    spelled = (_filled(operation.uri, labels, safe) for safe in ("-_.~", _SENT_AS_IS))
    return [quote(_normal(text), safe="/-_.~") for text in dict.fromkeys(spelled)]


def _filled(template: str, labels: list[str], safe: str) -> str:
    texts = iter(labels)
    parts = []
    for part in template.partition("?")[0].split("/"):
        if part.startswith("{"):
            parts.append(quote(next(texts, ""), safe=safe + "/" if part.endswith("+}") else safe))
        else:
            parts.append(part)
    return "/".join(parts)


def _normal(path: str) -> str:
    """Without dot segments and doubled slashes, as the signature of every service but S3 has it."""
    if "//" not in path and "/." not in path:
        return path
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if kept:
                kept.pop()
        elif part and part != ".":
            kept.append(part)
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")
