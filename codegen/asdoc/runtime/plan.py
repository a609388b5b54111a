"""What is the same in each call of an operation: worked out at the first."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import msgspec

from .exceptions import ClientSideError
from .finishing import streams_in
from .parse import ResponsePlan, output_model
from .retry import polls, repeatable
from .schema import Service
from .serialize import RequestPlan
from .settings import Choices
from .targets import Targets

if TYPE_CHECKING:
    from .auth import Auth
    from .results import Custom
    from .schema import Operation

USUALLY = Choices()


class Plan:
    """Everything about an operation that is the same in each of its calls."""

    __slots__ = (
        "auth",
        "checked",
        "custom",
        "errors",
        "mode",
        "placed",
        "polls",
        "repeatable",
        "request",
        "response",
        "short",
    )

    def __init__(
        self,
        service: Service,
        name: str,
        package: str,
        targets: Targets,
        *,
        choices: Choices = USUALLY,
    ) -> None:
        operation = service.operations.get(name)
        if operation is None:
            raise ClientSideError(f"calling {name}: {service.service} documents no such operation")
        models = importlib.import_module(f"{package}.models")
        errors = importlib.import_module(f"{package}.errors")
        self.mode = ""
        """The argument that asks for the checksum of an answer, which else is not asked for; empty for none."""
        self.checked: Plan | None = None
        """What stands in for this plan where it is given."""
        if operation.checksum_mode_member and not choices.checks:
            self.mode = operation.checksum_mode_member
            self.checked = Plan(service, name, package, targets, choices=choices._replace(checks=True))
            operation = msgspec.structs.replace(operation, checksum_mode_member="")
        if choices.unsigned:
            operation = msgspec.structs.replace(operation, auth="none")
        self.auth = None if _usual(service, operation) else unusual(service, operation)
        self.placed = targets.depends(name)
        self.request = RequestPlan(
            service, targets.shortened(operation), compress_from=choices.compress_from, sums=choices.sums
        )
        self.response = ResponsePlan(service, operation, output_model(models, operation), errors)
        self.custom = _customized(service, operation)
        self.repeatable = repeatable(service, operation)
        self.polls = polls(service, operation)
        # by name and by code, how the service says that an error is to be met; empty where it says nothing
        self.errors: dict[str, str] = {}
        usual_so_far = self.auth is None and not self.placed and self.custom is None and not self.response.begins
        self.short = self.request.short if usual_so_far and not operation.discovery else None
        """The short road to the target of a request, where nothing else stands in the way of a short call."""
        for name in operation.errors:
            traits = service.shapes[name].error
            retry = traits.retry if traits else ""
            self.errors |= {name: retry, traits.code if traits else name: retry}


def _usual(service: Service, operation: Operation) -> bool:
    """True where an operation is signed by SigV4 in its usual form: what `auth.Auth` need not be asked for."""
    return (
        operation.auth in ("", "v4")
        and service.service not in ("docdb", "ec2", "neptune", "rds")  # some of whose requests carry signed ones
        and not (service.auth or service.bearer or operation.unsigned_payload)
        and not streams_in(service, operation)
    )


def _customized(service: Service, operation: Operation) -> Custom | None:
    """What is done to an operation's answers; most services have nothing of the kind, and need not load what has."""
    if service.service not in ("ec2", "s3"):
        return None
    from .results import custom

    return custom(service, operation)


def unusual(service: Service, operation: Operation) -> Auth:
    """How the requests of an operation are signed that are not signed in the usual way."""
    from .auth import Auth

    return Auth(service, operation)
