"""What the parts of Proton's behaviour share: how long things take, how they end, and refusing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import msgspec

from asdoc.runtime.server.call import Call, ServiceFault

from .records import KEPT

R = TypeVar("R")

Outcome = str | Callable[[str, float], str]
"""CANCELLED, FAILED or SUCCEEDED; or what tells it from the environment's name and the share of the deployment's time
that has passed, from 0 to 1."""

OUTCOMES = ("CANCELLED", "FAILED", "SUCCEEDED")

POINT_OF_NO_RETURN = 0.75
"""Share of a deployment's time after which a cancellation fails, unless another outcome is chosen."""


def by_progress(environment: str, progress: float) -> str:
    """The outcome of a cancellation by what the deployment is doing: CANCELLED, or FAILED in its last quarter.

    The pages tell that both happen, and not when; this choice lets a test reach both with its clock alone.
    """
    return "CANCELLED" if progress < POINT_OF_NO_RETURN else "FAILED"


class Base:
    """How long things take, and how they end.

    Durations are in seconds; the pages give no figures. `registration` is that of a template version, which is looked
    at no further and so is there at once by default. `cancel` is how an attempt to cancel ends (see `Outcome`);
    SUCCEEDED means that the deployment is faster than the attempt. `quotas` maps a kind of resource to the most that
    an account may have of it; the pages give no figures, so none is in force unless it is given. Raises ValueError for
    an outcome that is not documented, and for a negative duration.
    """

    records = KEPT

    def __init__(
        self,
        *,
        deployment: float = 60.0,
        cancellation: float = 10.0,
        deletion: float = 10.0,
        registration: float = 0.0,
        cancel: Outcome = by_progress,
        quotas: Mapping[str, int] | None = None,
    ) -> None:
        if isinstance(cancel, str) and cancel not in OUTCOMES:
            raise ValueError(f"a cancellation ends {', '.join(OUTCOMES)}, and not {cancel}")
        if min(deployment, cancellation, deletion, registration) < 0:
            raise ValueError("nothing takes less than 0 seconds")
        self._deployment = timedelta(seconds=deployment)
        self._cancellation = timedelta(seconds=cancellation)
        self._deletion = timedelta(seconds=deletion)
        self._registration = timedelta(seconds=registration)
        self._cancel = cancel
        self._quotas = dict(quotas or {})

    def check_quota(self, call: Call, kind: str, count: int) -> None:
        """Raises ServiceQuotaExceededException where there are `count` of a kind, and no more are allowed."""
        quota = self._quotas.get(kind)
        if quota is not None and count >= quota:
            raise ServiceFault("ServiceQuotaExceededException", f"There may be {quota} of {kind}, and there are.")


def arn_of(call: Call, resource: str) -> str:
    """The ARN of a resource of the caller's, which is named as the ARN ends."""
    return f"arn:aws:proton:{call.scope.region}:{call.scope.account}:{resource}"


def not_found(kind: str, name: str) -> ServiceFault:
    return ServiceFault("ResourceNotFoundException", f"{kind} {name} could not be found.")


def conflict(message: str) -> ServiceFault:
    return ServiceFault("ConflictException", message)


def given(call: Call, names: tuple[str, ...]) -> dict[str, Any]:
    """What the call gives of the named members."""
    return {name: call.params[name] for name in names if name in call.params}


def replaced(record: R, values: Mapping[str, Any]) -> R:
    copy: Any = msgspec.structs.replace(record, **values)  # type: ignore[type-var] # every record is a Struct
    result: R = copy
    return result
