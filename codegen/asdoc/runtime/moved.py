"""Buckets that stand in another region than that of the client: what S3 says of where they are.

An answer that refuses a request for it names the region, and the request is sent there, once, as boto3 sends it. What
an answer says becomes a part of a host name, so that nothing but a region is taken.
"""

from __future__ import annotations

import re

from .http import HttpResponse
from .schema import Operation

_REGION = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_HEADER = "x-amz-bucket-region"
_STATUSES = (301, 302, 307)
_HEADS = ("HeadObject", "HeadBucket")
"""Operations whose refusals have no body to say why."""


def region_of(operation: Operation, code: str, response: HttpResponse) -> str:
    """The region that a refused request is to be sent to; empty where the refusal is about something else."""
    if not (
        response.status in _STATUSES
        or code in ("PermanentRedirect", "AuthorizationHeaderMalformed")
        or (code == "IllegalLocationConstraintException" and operation.name != "CreateBucket")
        or (response.status == 400 and operation.name in _HEADS)
    ):
        return ""
    region = response.headers.get(_HEADER) or _in_body(response.body)
    return region if _REGION.fullmatch(region) else ""


def _in_body(body: bytes) -> str:
    from . import xml

    try:
        return xml.text_of(xml.child(xml.error_of(xml.parse(body)), "Region"))
    except ValueError:
        return ""
