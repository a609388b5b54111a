"""What a mode of defaults changes, where a setting was not told: how long a connection may take to stand.

The other settings that AWS lists for its modes are the same in all of them: how calls are repeated, and the endpoints
of STS and of S3 in us-east-1. `settings` has them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .profiles import Section

CONNECT_TIMEOUTS = {"standard": 3.1, "in-region": 1.1, "cross-region": 3.1, "mobile": 30.0}
"""Mode -> seconds, as AWS's SDKs have it in common."""

_found: dict[str, str] = {}
"""Address of a metadata service -> the region of the instance, which stays the same while a process runs."""
_finding = threading.Lock()


def detected(environ: Mapping[str, str], region: str, machine: Callable[[], str]) -> str:
    """The mode that `auto` means for calls to a region. `machine` asks the machine for its own, and may block."""
    here = ""
    if environ.get("AWS_EXECUTION_ENV"):
        here = environ.get("AWS_REGION", environ.get("AWS_DEFAULT_REGION", ""))
    here = here or machine()
    if not here:
        return "standard"
    return "in-region" if here == region else "cross-region"


def region_of_machine(environ: Mapping[str, str], settings: Section) -> str:
    """The region of the instance that this process runs on; empty where it is none, or is not to be asked.

    Blocks for as long as AWS_METADATA_SERVICE_TIMEOUT lets it, a second by default. Raises ConfigurationError
    for settings of the metadata service that cannot be meant.
    """
    from .credentials.instance import Instance

    instance = Instance.configured(environ, settings)
    if instance.disabled:
        return ""
    with _finding:
        if instance.url not in _found and (region := instance.region()):
            _found[instance.url] = region
        return _found.get(instance.url, "")
