"""What boto3 does to the answers of single operations, beyond what their models say.

Every row is there because code written for boto3 fails, or does something else, without it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import msgspec

from . import timestamps
from .http import HttpResponse
from .schema import Operation, Service

Change = Callable[[Any, HttpResponse, Mapping[str, Any]], None]
"""Changes the result of an answer; told the arguments, too."""
_EXPIRES = "expiresstring"


class Custom:
    """What is done to the answers of one operation."""

    def __init__(self, service: Service, operation: Operation, changes: tuple[Change, ...]) -> None:
        self._changes = changes
        self._operation = operation
        self._s3 = service.service == "s3"
        self._has_text = self._s3 and _has_text(service, operation)

    def region(self, code: str, response: HttpResponse) -> str:
        """The region that a refused request should have been sent to; empty where it is refused for another reason."""
        if not self._s3:
            return ""
        from .moved import region_of

        return region_of(self._operation, code, response)

    def response(self, response: HttpResponse) -> HttpResponse:
        """The answer as it is to be judged: with the status of the error that it holds, where it is one."""
        if self._has_text and response.status == 200 and response.body and _is_error(response.body):
            return msgspec.structs.replace(response, status=500)
        if self._s3 and "expires" in response.headers:
            try:
                timestamps.parse(response.headers["expires"])
            except ValueError:
                # it is what a user once stored, of whatever form; the text itself is in `ExpiresString`
                headers = {name: value for name, value in response.headers.items() if name != "expires"}
                return msgspec.structs.replace(
                    response, headers={**headers, "expiresstring": response.headers["expires"]}
                )
        return response

    def result(self, result: Any, response: HttpResponse, arguments: Mapping[str, Any]) -> None:
        """Change the result of a success."""
        for change in self._changes:
            change(result, response, arguments)


def custom(service: Service, operation: Operation) -> Custom | None:
    """What is done to the answers of an operation; None for nothing, as it nearly always is."""
    table = CHANGES.get(service.service)
    if table is None:
        return None
    changes = table.get("", ()) + table.get(operation.name, ())
    return Custom(service, operation, changes) if changes or service.service == "s3" else None


def _has_text(service: Service, operation: Operation) -> bool:
    """True where a success has a body of XML, in which an error may come with the status 200."""
    if not operation.output or service.streams_out(operation):
        return False
    shape = service.shapes[operation.output]
    return not shape.payload or service.resolve(shape.members[shape.payload]).type not in ("blob", "string")


def _is_error(body: bytes) -> bool:
    from . import xml

    try:
        return xml.local(xml.parse(body).tag) == "Error"
    except ValueError:
        return True  # it broke off, which S3 can tell in no other way


def _region(result: Any, response: HttpResponse, arguments: Mapping[str, Any]) -> None:
    from . import xml

    # the value is the whole document, which no model can tell
    with suppress(ValueError):
        text = xml.text_of(xml.parse(response.body))
        if text:
            result["LocationConstraint"] = text


def _expires_text(result: Any, response: HttpResponse, arguments: Mapping[str, Any]) -> None:
    text = response.headers.get("expires", response.headers.get(_EXPIRES))
    if text is not None:
        result["ExpiresString"] = text


def _console_text(result: Any, response: HttpResponse, arguments: Mapping[str, Any]) -> None:
    if "Output" in result:
        with suppress(ValueError):
            result["Output"] = base64.b64decode(result["Output"].encode("latin-1")).decode("utf-8", "replace")


def _plain_keys(top: tuple[str, ...], nested: tuple[tuple[str, str], ...]) -> Change:
    """Take the percent-encoding from keys, which was asked for on the caller's behalf and not by the caller."""

    def decode(result: Any, response: HttpResponse, arguments: Mapping[str, Any]) -> None:
        if arguments.get("EncodingType") is not None or result.get("EncodingType") != "url":
            return
        for name in top:
            if name in result:
                result[name] = unquote(result[name])
        for name, key in nested:
            for item in result.get(name) or ():
                if key in item:
                    item[key] = unquote(item[key])

    return decode


_PREFIXES = ("CommonPrefixes", "Prefix")
_HEADS = ("HeadObject", "GetObject")
CHANGES: dict[str, dict[str, tuple[Change, ...]]] = {
    "s3": {
        **dict.fromkeys(_HEADS, (_expires_text,)),
        "GetBucketLocation": (_region,),
        "ListObjects": (_plain_keys(("Delimiter", "Marker", "NextMarker"), (("Contents", "Key"), _PREFIXES)),),
        "ListObjectsV2": (_plain_keys(("Delimiter", "Prefix", "StartAfter"), (("Contents", "Key"), _PREFIXES)),),
        "ListObjectVersions": (
            _plain_keys(
                ("KeyMarker", "NextKeyMarker", "Prefix", "Delimiter"),
                (("Versions", "Key"), ("DeleteMarkers", "Key"), _PREFIXES),
            ),
        ),
    },
    # the console's text is base64 on the wire, and text on the page
    "ec2": {"GetConsoleOutput": (_console_text,)},
}
"""Service -> operation -> what is done to the result."""
