"""What is signed to be used by others than a client: forms that upload to S3, and passwords of databases."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .endpoint import parse_endpoint
from .exceptions import ParamValidationError
from .http import HttpRequest
from .protocols.base import quote
from .serialize import RequestPlan
from .sigv4 import presign_at, scope_of, signature_of

if TYPE_CHECKING:
    from .calls import Caller

_FILE_NAME = "${filename}"


def posting(
    caller: Caller,
    bucket: str,
    key: str,
    fields: Mapping[str, Any] | None,
    conditions: Sequence[Any] | None,
    expires: int,
) -> dict[str, Any]:
    """URL and fields of a form that uploads one object: botocore's, but always signed by SigV4, and for the host of the
    region. Raises ParamValidationError, CredentialsError."""
    name = "CreateBucket"  # whose URL is that of a bucket alone
    _check_expires("PutObject", expires)
    arguments = {"Bucket": bucket}
    target = caller.target(name, arguments)
    plan = RequestPlan(caller.service, caller.shortened(caller.service.operations[name]), finished=False)
    url = plan.build(arguments, target.endpoint).url
    limits = [*(conditions or ()), {"bucket": bucket}]
    if key.endswith(_FILE_NAME):
        limits.append(["starts-with", "$key", key.removesuffix(_FILE_NAME)])
    else:
        limits.append({"key": key})
    form = {**(fields or {}), "key": key}
    if caller.choices.unsigned:
        return {"url": url, "fields": form}
    credentials, timestamp = caller.credentials.current(), caller.timestamp()
    told = {
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": f"{credentials.access_key}/{scope_of(timestamp, target.region, target.name)}",
        "x-amz-date": timestamp,
        **({"x-amz-security-token": credentials.token} if credentials.token else {}),
    }
    limits += [{name: value} for name, value in told.items()]
    end = datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) + timedelta(seconds=expires)
    text = json.dumps({"expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ"), "conditions": limits})
    policy = base64.b64encode(text.encode()).decode()
    signature = signature_of(policy, credentials, timestamp, target.region, target.name)
    return {"url": url, "fields": {**form, **told, "policy": policy, "x-amz-signature": signature}}


def connecting(
    caller: Caller, host: str, query: Mapping[str, str], region: str, signing_name: str, expires: int
) -> str:
    """A URL without its scheme, which databases take for a password. Raises InvalidEndpointError, CredentialsError,
    ParamValidationError."""
    _check_expires(query["Action"], expires)
    endpoint = parse_endpoint(f"https://{host}")
    target = "/?" + "&".join(f"{name}={quote(value)}" for name, value in query.items())
    request = HttpRequest(method="GET", scheme="https", host=endpoint.host, target=target)
    held = caller.credentials.current()
    url = presign_at(request, held, region, signing_name, caller.timestamp(), expires=expires)
    # with the port as it was given, which the signature leaves out where it is that of https
    return host + url.removeprefix(f"https://{endpoint.host}")


def _check_expires(operation: str, expires: object) -> None:
    if isinstance(expires, bool) or not isinstance(expires, int) or expires < 1:
        raise ParamValidationError(operation, [f"ExpiresIn: must be seconds, 1 or more, found {expires!r}"])
