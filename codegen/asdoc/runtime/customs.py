"""What boto3 does to the arguments and requests of single operations, beyond what their models say.

Every row is there because code written for boto3 fails, or does something else, without it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from .http import HttpRequest
from .protocols.base import quote
from .schema import Operation, Service

Before = Callable[[dict[str, Any]], None]
"""Changes the arguments before they are checked, which may be of any type yet. Raises ValueError."""
After = Callable[[HttpRequest, Mapping[str, Any]], HttpRequest]
"""Changes the request that was made of arguments, before its checksum and its signature."""


def _encoded_user_data(given: dict[str, Any]) -> None:
    data = given.get("UserData")
    if isinstance(data, str | bytes):
        raw = data.encode() if isinstance(data, str) else data
        given["UserData"] = base64.b64encode(raw).decode()


def _own_account(given: dict[str, Any]) -> None:
    given.setdefault("accountId", "-")


def _last_part(*names: str) -> Before:
    def shorten(given: dict[str, Any]) -> None:
        for name in names:
            if isinstance(given.get(name), str):
                given[name] = given[name].rpartition("/")[2]

    return shorten


def _customer_key(prefix: str) -> Before:
    key, digest = f"{prefix}Key", f"{prefix}KeyMD5"

    def add_digest(given: dict[str, Any]) -> None:
        raw = given.get(key)
        if isinstance(raw, str | bytes) and digest not in given:
            from hashlib import md5

            raw = raw.encode() if isinstance(raw, str) else raw
            given[key] = base64.b64encode(raw).decode()
            given[digest] = base64.b64encode(md5(raw, usedforsecurity=False).digest()).decode()

    return add_digest


_VERSION = re.compile(r"\?versionId=\S+\Z")
_BUCKET = re.compile(r"[a-zA-Z0-9.\-_]{1,255}", re.ASCII)


def _copy_source(given: dict[str, Any]) -> None:
    source = given.get("CopySource")
    if isinstance(source, str):
        version = _VERSION.search(source)
        end = version.start() if version else len(source)
        given["CopySource"] = quote(source[:end], greedy=True) + source[end:]
    elif isinstance(source, Mapping) and isinstance(source.get("Bucket"), str) and isinstance(source.get("Key"), str):
        between = "/object/" if source["Bucket"].startswith("arn:") else "/"
        version_id = source.get("VersionId")
        path = quote(f"{source['Bucket']}{between}{source['Key']}", greedy=True)
        given["CopySource"] = path if version_id is None else f"{path}?versionId={version_id}"


def _url_encoding(given: dict[str, Any]) -> None:
    given.setdefault("EncodingType", "url")


def _valid_bucket(given: dict[str, Any]) -> None:
    bucket = given.get("Bucket")
    if isinstance(bucket, str) and not _BUCKET.fullmatch(bucket) and not bucket.startswith("arn:"):
        raise ValueError("Bucket: must be 1 to 255 letters, digits, hyphens, dots and _, or an ARN")


def _ascii_metadata(given: dict[str, Any]) -> None:
    metadata = given.get("Metadata")
    if isinstance(metadata, dict):
        for key, value in metadata.items():
            if isinstance(key, str) and isinstance(value, str) and not (key.isascii() and value.isascii()):
                raise ValueError(f"Metadata.{key}: must be ASCII, it is sent as a header")


_S3_KEYED = (
    "HeadObject", "GetObject", "PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart", "UploadPartCopy",
    "CompleteMultipartUpload", "SelectObjectContent",
)  # fmt: skip
_S3_LISTS = ("ListObjects", "ListObjectsV2", "ListObjectVersions")
_S3_METADATA = ("CopyObject", "PutObject", "CreateMultipartUpload")
_ROUTE53_IDS = (
    "DeleteHostedZone", "DeleteReusableDelegationSet", "GetChange", "GetHostedZone", "GetReusableDelegationSet",
    "UpdateHostedZoneComment",
)  # fmt: skip
_S3_COPIES = ("CopyObject", "UploadPartCopy")


def _each(operations: Iterable[str], *rows: Before) -> dict[str, tuple[Before, ...]]:
    return dict.fromkeys(operations, rows)


BEFORE: dict[str, tuple[dict[str, tuple[Before, ...]], ...]] = {
    # user data is text on the page, and base64 on the wire
    "ec2": (_each(["RunInstances"], _encoded_user_data),),
    "autoscaling": (_each(["CreateLaunchConfiguration"], _encoded_user_data),),
    # "-" is one's own account, which nearly every call means
    "glacier": (_each([""], _own_account),),
    # answers give `/hostedzone/Z1`, requests take `Z1`
    "route53": (
        _each([""], _last_part("HostedZoneId", "HostedZoneIdMarker", "DelegationSetId")),
        _each(_ROUTE53_IDS, _last_part("Id")),
    ),
    "s3": (
        _each([""], _valid_bucket),
        # the service wants the key's digest beside it
        _each(_S3_KEYED, _customer_key("SSECustomer")),
        _each(_S3_COPIES, _customer_key("CopySourceSSECustomer")),
        # a path within a header, for which the model has no encoding
        _each(_S3_COPIES, _copy_source),
        # a key may hold what XML cannot
        _each(_S3_LISTS, _url_encoding),
        _each(_S3_METADATA, _ascii_metadata),
    ),
}
"""Service -> operation ("" for all) -> what is done to arguments, in this order."""


class Form(NamedTuple):
    """Another form in which an argument is taken."""

    annotation: str
    told: str


ALSO_TAKEN = {
    ("s3", "CopySource"): Form("Mapping[str, str]", "a dict of Bucket, Key and, where one is meant, VersionId")
}
"""(service, argument) -> what is taken for it beside what the model says."""


def before(service: Service, operation: Operation) -> tuple[Before, ...]:
    """What is done to the arguments of an operation."""
    found: list[Before] = []
    for table in BEFORE.get(service.service, ()):
        found += [*table.get("", ()), *table.get(operation.name, ())]
    return tuple(found)


def _header(name: str, value: str) -> After:
    def add(request: HttpRequest, given: Mapping[str, Any]) -> HttpRequest:
        request.headers.setdefault(name, value)
        return request

    return add


def _tree_hash(request: HttpRequest, given: Mapping[str, Any]) -> HttpRequest:
    from hashlib import sha256

    from .uploads import parts_of

    whole, levels, held = sha256(), [], b""
    for part in parts_of(request.upload or request.body):
        whole.update(part)
        held += part
        while len(held) >= _MEBIBYTE:
            levels.append(sha256(held[:_MEBIBYTE]).digest())
            held = held[_MEBIBYTE:]
    if held or not levels:
        levels.append(sha256(held).digest())
    while len(levels) > 1:
        pairs = [levels[at : at + 2] for at in range(0, len(levels), 2)]
        levels = [sha256(b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    request.headers.setdefault("x-amz-content-sha256", whole.hexdigest())
    request.headers.setdefault("x-amz-sha256-tree-hash", levels[0].hex())
    return request


_MEBIBYTE = 1024 * 1024


def _posted(request: HttpRequest, given: Mapping[str, Any]) -> HttpRequest:
    path, question, query = request.target.partition("?")
    if request.method != "GET" or not question:
        return request
    headers = {**request.headers, "content-type": "application/x-www-form-urlencoded"}
    return msgspec.structs.replace(request, method="POST", target=path, headers=headers, body=query.encode())


def _untyped(request: HttpRequest, given: Mapping[str, Any]) -> HttpRequest:
    if given.get("ContentType") is None:
        request.headers.pop("content-type", None)
    return request


def _endpoint_of(argument: str) -> After:
    def move(request: HttpRequest, given: Mapping[str, Any]) -> HttpRequest:
        from .endpoint import parse_endpoint

        endpoint = parse_endpoint(given[argument])
        target = endpoint.path or "/"
        return msgspec.structs.replace(request, scheme=endpoint.scheme, host=endpoint.host, target=target)

    return move


AFTER: dict[str, dict[str, Callable[[Service], After]]] = {
    # without it, answers come in HAL
    "apigateway": {"": lambda service: _header("accept", "application/json")},
    # a search may be longer than a URL
    "cloudsearchdomain": {"Search": lambda service: _posted},
    # each model has an endpoint of its own, which the caller names
    "machinelearning": {"Predict": lambda service: _endpoint_of("PredictEndpoint")},
    # the service refuses requests that do not name its version
    "glacier": {
        "": lambda service: _header("x-amz-glacier-version", service.api_version),
        "UploadArchive": lambda service: _tree_hash,
        "UploadMultipartPart": lambda service: _tree_hash,
    },
    # what is sent here is kept with the object, and an upload in parts leaves the choice to the service as well
    "s3": dict.fromkeys(("PutObject", "UploadPart"), lambda service: _untyped),
}
"""Service -> operation ("" for all) -> what is done to the request."""


def after(service: Service, operation: Operation) -> tuple[After, ...]:
    """What is done to the requests of an operation."""
    table = AFTER.get(service.service, {})
    found = tuple(table[name](service) for name in ("", operation.name) if name in table)
    if operation.name == service.endpoint_operation:
        # what is asked for an endpoint is told the version that is meant
        found += (_header("x-amz-api-version", service.api_version),)
    return found
