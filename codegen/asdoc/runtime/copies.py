"""Copies between regions: a request that carries another one, signed for the region that is copied from.

EC2 and RDS fetch what they copy by a URL that their caller has signed. boto3 makes it, and so nobody gives it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from .http import HttpRequest
from .protocols.base import quote
from .sigv4 import presign_at

if TYPE_CHECKING:
    from .credentials import Credentials
    from .targets import Target


class Copy(NamedTuple):
    url: str
    """The parameter that the URL is sent as."""
    keeps_regions: bool
    """True where the request itself names both regions."""


_RDS = Copy("PreSignedUrl", keeps_regions=False)
COPIES = {
    "ec2": {"CopySnapshot": Copy("PresignedUrl", keeps_regions=True)},
    "rds": dict.fromkeys(
        (
            "CopyDBClusterSnapshot", "CreateDBCluster", "CopyDBSnapshot", "CreateDBInstanceReadReplica",
            "StartDBInstanceAutomatedBackupsReplication",
        ),
        _RDS,
    ),
    "neptune": dict.fromkeys(("CopyDBClusterSnapshot", "CreateDBCluster"), _RDS),
    "docdb": dict.fromkeys(("CopyDBClusterSnapshot", "CreateDBCluster"), _RDS),
}  # fmt: skip
"""Service -> operation -> how it copies."""


def with_url(request: HttpRequest, copy: Copy, target: Target, credentials: Credentials, timestamp: str) -> HttpRequest:
    """The request with the URL that it is to carry; as it is where it copies nothing, or carries one already."""
    pairs: list[tuple[str, str]] = []
    for pair in request.body.decode().split("&"):
        name, _, value = pair.partition("=")
        pairs.append((name, value))
    told = dict(pairs)
    source = told.get("SourceRegion")
    if source is None:
        return request
    if not copy.keeps_regions:
        pairs = [pair for pair in pairs if pair[0] != "SourceRegion"]
    if copy.url not in told:
        asked = "&".join(f"{name}={value}" for name, value in [*pairs, ("DestinationRegion", target.region)])
        other = HttpRequest(
            method="GET",
            scheme=request.scheme,
            host=request.host.replace(target.region, source),
            target=f"{request.target}?{asked}",
        )
        pairs.append((copy.url, quote(presign_at(other, credentials, source, target.name, timestamp))))
        if copy.keeps_regions:
            pairs.append(("DestinationRegion", target.region))
    return msgspec.structs.replace(request, body="&".join(f"{name}={value}" for name, value in pairs).encode())
