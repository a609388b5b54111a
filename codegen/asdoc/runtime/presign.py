"""URLs that carry their own signature: whoever has one may make that one call, for a while, with any HTTP client.

They are botocore's, but that S3's are always of SigV4 and of the region's own host: its SigV2, and its host without a
region, are not taken everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from .exceptions import ClientSideError, ParamValidationError, UnsupportedProtocolError
from .http import HttpRequest
from .protocols.base import quote
from .serialize import RequestPlan
from .sigv4 import UNSIGNED_PAYLOAD, presign_at
from .targets import EXPRESS

if TYPE_CHECKING:
    from .call import Call
    from .calls import Caller
    from .config import Config
    from .credentials import Credentials
    from .schema import Operation

_FORM = "application/x-www-form-urlencoded"
_KINDS = ("", "v4", "v4-unsigned-body", "s3v4")
_SCHEMES = ("", "sigv4", "sigv4a", EXPRESS)
_SESSION = "X-Amz-S3session-Token"
_HEADERLESS = ("polly",)
"""Services whose URLs are for browsers, which send no type of a body that there is none of."""


def of_session(caller: Caller, method: str, arguments: Mapping[str, Any], config: Config) -> Call | None:
    """The call whose `seeks` finds the keys that its URL is signed with; None for the client's own.

    Raises ClientSideError for no such method, ParamValidationError, a CredentialsError.
    """
    name = _operation(caller, method).name
    if caller.choices.unsigned or caller.target(name, arguments).scheme != EXPRESS:
        return None
    return caller.call(name, arguments, config)


def presigned(
    caller: Caller,
    method: str,
    arguments: Mapping[str, Any],
    expires: int,
    http_method: str | None,
    keys: Credentials | None = None,
) -> str:
    """The URL of a call. `method` is named as on the client; `keys` are those of a session.

    Raises ClientSideError for no such method, ParamValidationError, UnsupportedProtocolError for what a URL cannot
    carry, a CredentialsError.
    """
    service, operation = caller.service, _operation(caller, method)
    if isinstance(expires, bool) or not isinstance(expires, int) or expires < 1:
        raise ParamValidationError(operation.name, [f"ExpiresIn: must be seconds, 1 or more, found {expires!r}"])
    target = caller.target(operation.name, arguments)
    plan = RequestPlan(service, caller.shortened(operation), finished=False)
    request = plan.build(arguments, target.endpoint, host_prefix=caller.choices.host_prefix)
    request = msgspec.structs.replace(
        request, method=http_method or request.method, headers={**request.headers, **dict(target.headers)}
    )
    request = _without_body(operation, request)
    if service.service in _HEADERLESS:
        request.headers.pop("content-type", None)
    kind = operation.auth or service.auth
    if kind == "none" or caller.choices.unsigned:
        return request.url
    if kind not in _KINDS or target.scheme not in _SCHEMES:
        raise UnsupportedProtocolError(
            f"presigning {operation.name}: it wants the signature {target.scheme or kind}, which is not made for URLs"
        )
    s3 = service.auth == "s3v4"
    if keys is not None:
        mark = "&" if "?" in request.target else "?"
        request = msgspec.structs.replace(request, target=f"{request.target}{mark}{_SESSION}={quote(keys.token)}")
        keys = msgspec.structs.replace(keys, token="")
    presign = presign_at
    if target.scheme == "sigv4a":
        from .sigv4a import presign_for_regions as presign
    return presign(
        request,
        keys or caller.credentials.current(),
        target.region,
        target.name,
        caller.timestamp(),
        expires=expires,
        payload=UNSIGNED_PAYLOAD if s3 else "",
        double_encoding=target.double_encoding and not s3,
    )


def _operation(caller: Caller, method: str) -> Operation:
    service = caller.service
    found = next((told for told in service.operations.values() if told.method == method), None)
    if found is None:
        raise ClientSideError(f"presigning {method!r}: a client of {service.service} has no such method")
    return found


def _without_body(operation: Operation, request: HttpRequest) -> HttpRequest:
    """The request with the members of its body in the query string, as botocore has it. A body of bytes is whoever
    sends it to give."""
    headers, query = dict(request.headers), request.target.partition("?")[2]
    told = headers.get("content-type", "")
    body = request.content()
    moved = ""
    if told.startswith(_FORM):
        moved = body.decode()
        del headers["content-type"]
    elif "json" in told and body:
        moved = "&".join(
            f"{quote(name)}={quote(str(part))}"
            for name, held in msgspec.json.decode(body, type=dict[str, Any]).items()
            for part in (held if isinstance(held, list) else [held])
        )
    elif body:
        raise UnsupportedProtocolError(
            f"presigning {operation.name}: its body cannot stand in a URL", hint="Leave it out, and send it to the URL."
        )
    target = request.target
    if moved:
        target = f"{target}{'&' if query else '?'}{moved}"
    return msgspec.structs.replace(request, headers=headers, target=target, body=b"", upload=None)
