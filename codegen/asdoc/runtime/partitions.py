"""The partitions of AWS: groups of regions with domains of their own, which know nothing of one another."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Partition(NamedTuple):
    """One partition. The names are those by which endpoint rules ask for them."""

    name: str
    dnsSuffix: str  # noqa: N815
    dualStackDnsSuffix: str  # noqa: N815
    implicitGlobalRegion: str  # noqa: N815
    supportsFIPS: bool = True  # noqa: N815
    supportsDualStack: bool = True  # noqa: N815


PARTITIONS = (
    ("(us|eu|ap|sa|ca|me|af|il|mx)", Partition("aws", "amazonaws.com", "api.aws", "us-east-1")),
    ("cn", Partition("aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-northwest-1")),
    ("eusc-(de)", Partition("aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1")),
    ("us-iso", Partition("aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1")),
    ("us-isob", Partition("aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1")),
    ("eu-isoe", Partition("aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1")),
    ("us-isof", Partition("aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1")),
    ("us-gov", Partition("aws-us-gov", "amazonaws.com", "api.aws", "us-gov-west-1")),
)
"""The beginning of a region's name, before `-<place>-<number>` -> the partition that it is in."""


@lru_cache(maxsize=256)
def partition_of(region: str) -> Partition:
    """The partition of a region; that of most regions for a name which tells none."""
    for beginning, partition in PARTITIONS:
        if region == f"{partition.name}-global" or re.match(rf"{beginning}-\w+-\d+$", region):
            return partition
    return PARTITIONS[0][1]
