"""How requests are signed that are not signed in the usual way: S3's, unsigned bodies, tokens, the signature before."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from .exceptions import InvalidEndpointError, NoCredentialsError, UnsupportedProtocolError
from .finishing import streams_in
from .http import HttpRequest
from .protocols.base import quote
from .sigv4 import UNSIGNED_PAYLOAD, sign_at
from .targets import EXPRESS
from .uploads import TrailedUpload

if TYPE_CHECKING:
    from .copies import Copy
    from .credentials import Credentials
    from .schema import Operation, Service
    from .targets import Target

UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_COPYING = ("docdb", "ec2", "neptune", "rds")
"""Services of which some requests carry another that is signed, too."""
_V4 = ("", "v4", "v4-unsigned-body", "s3v4")
_ASYMMETRIC = ("sigv4a", "v4a")
_BY_SCHEME = {"bearer": "bearer", "sigv4a": "sigv4a", EXPRESS: EXPRESS}
"""What the rules of an endpoint may choose, where the operation itself chooses nothing."""


class Auth:
    """How the requests of one operation are signed. Raises UnsupportedProtocolError for what no request can be."""

    def __init__(self, service: Service, operation: Operation) -> None:
        self._doing = f"signing {operation.name}"
        self._kind = operation.auth or service.auth
        if self._kind not in (*_V4, "none", "bearer", "v2", "v4a"):
            raise UnsupportedProtocolError(f"{self._doing}: {service.service} asks for the signature {self._kind!r}")
        self._token_name = token_variable(service.signing_name)
        self._takes_token = service.bearer
        self._unsigned = operation.unsigned_payload or operation.auth == "v4-unsigned-body"
        self._streams = streams_in(service, operation)
        self._s3 = service.auth == "s3v4"
        self._copy: Copy | None = None
        if service.service in _COPYING:
            from .copies import COPIES

            self._copy = COPIES[service.service].get(operation.name)

    def sign(
        self,
        request: HttpRequest,
        target: Target,
        timestamp: str,
        *,
        credentials: Callable[[], Credentials],
        environ: Mapping[str, str],
    ) -> HttpRequest:
        """The signed request. Raises UnsupportedProtocolError, CredentialsError, InvalidEndpointError."""
        token = environ.get(self._token_name, "") if self._takes_token else ""
        kind = self._kind
        if kind != "none":
            kind = "bearer" if token else _BY_SCHEME.get(target.scheme, kind)
        if kind == "none":
            return _anonymous(request)
        if kind == "bearer":
            return self._with_token(request, token or environ.get(self._token_name, ""))
        if self._copy is not None:
            from .copies import with_url

            request = with_url(request, self._copy, target, credentials(), timestamp)
        if kind == "v2":
            return sign_v2(request, credentials(), timestamp)
        keys = credentials()
        if kind == EXPRESS:
            request, keys = _of_session(request, keys)
        sign = sign_at
        if kind in _ASYMMETRIC:
            from .sigv4a import sign_for_regions as sign
        return sign(
            request,
            keys,
            target.region,
            target.name,
            timestamp,
            payload=self._payload(request),
            double_encoding=target.double_encoding and not self._s3,
        )

    def _payload(self, request: HttpRequest) -> str:
        """What stands for the body in the signature, and in `x-amz-content-sha256`; empty to sign it and not say so."""
        secure = request.scheme == "https"
        if isinstance(request.upload, TrailedUpload):
            return UNSIGNED_TRAILER
        if self._unsigned and not self._s3:
            return UNSIGNED_PAYLOAD
        if told := request.headers.get("x-amz-content-sha256", ""):
            return told  # the caller knows the hash, as where a part of the API asks for it
        if secure and self._s3 and self._streams and "content-md5" in request.headers:
            return UNSIGNED_PAYLOAD
        if request.upload is not None:
            if secure and not request.upload.repeatable:
                return UNSIGNED_PAYLOAD  # it cannot be read twice, and is not read by others on its way
            whole = sha256()
            for part in request.upload:
                whole.update(part)
            return whole.hexdigest()
        return sha256(request.body).hexdigest() if self._s3 else ""

    def _with_token(self, request: HttpRequest, token: str) -> HttpRequest:
        if not token:
            raise NoCredentialsError(
                f"{self._doing}: it takes a bearer token, and none is set", hint=f"Set {self._token_name}."
            )
        if request.scheme != "https":
            raise InvalidEndpointError(
                f"{self._doing}: its token would be sent to {request.host} for all to read",
                hint="Give an endpoint with https.",
            )
        return msgspec.structs.replace(request, headers={**request.headers, "authorization": f"Bearer {token}"})


def token_variable(signing_name: str) -> str:
    """The variable of the environment that holds a service's bearer token: `AWS_BEARER_TOKEN_BEDROCK`."""
    return f"AWS_BEARER_TOKEN_{signing_name.replace('-', '_').replace(' ', '_').upper()}"


def _of_session(request: HttpRequest, keys: Credentials) -> tuple[HttpRequest, Credentials]:
    """S3's directory buckets have the token of a session in a header of its own."""
    headers = {**request.headers, "x-amz-s3session-token": keys.token}
    return msgspec.structs.replace(request, headers=headers), msgspec.structs.replace(keys, token="")


def _anonymous(request: HttpRequest) -> HttpRequest:
    if isinstance(request.upload, TrailedUpload):
        headers = {**request.headers, "x-amz-content-sha256": UNSIGNED_TRAILER}
        return msgspec.structs.replace(request, headers=headers)
    return request


def sign_v2(request: HttpRequest, credentials: Credentials, timestamp: str) -> HttpRequest:
    """Signature version 2, of a form: what the oldest services still take and nothing else."""
    day, clock = timestamp[:8], timestamp[9:15]
    added = {
        "AWSAccessKeyId": credentials.access_key,
        "SignatureVersion": "2",
        "SignatureMethod": "HmacSHA256",
        "Timestamp": f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}Z",
        **({"SecurityToken": credentials.token} if credentials.token else {}),
    }
    pairs = [pair for pair in request.body.decode().split("&") if pair]
    pairs += [f"{name}={quote(value)}" for name, value in added.items()]
    text = f"{request.method}\n{request.host}\n{request.target.partition('?')[0]}\n" + "&".join(sorted(pairs))
    signature = hmac.new(credentials.secret_key.encode(), text.encode(), sha256).digest()
    pairs.append(f"Signature={quote(base64.b64encode(signature).decode())}")
    return msgspec.structs.replace(request, body="&".join(pairs).encode())
