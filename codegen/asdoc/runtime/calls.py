"""A call without its input and output: what to send, what an answer means, whether to try again.

The clients of both kinds drive it, and differ in how they send and how they sleep.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from .config import VERSION, Config
from .credentials import Source
from .exceptions import ClientSideError, TransportError, UnsupportedProtocolError
from .http import HttpRequest, HttpResponse
from .parse import ResponsePlan, error_code, output_model
from .retry import Retries, repeatable
from .schema import Service
from .serialize import RequestPlan
from .sigv4 import sign_at
from .targets import Target, Targets

_UNSUPPORTED_AUTH = ("bearer", "v4a", "s3", "s3v4")


class Plan:
    """Everything about an operation that is the same in each of its calls."""

    __slots__ = ("errors", "placed", "repeatable", "request", "response", "signed", "unsigned_payload")

    def __init__(self, service: Service, name: str, package: str, targets: Targets) -> None:
        operation = service.operations.get(name)
        if operation is None:
            raise ClientSideError(f"calling {name}: {service.service} documents no such operation")
        models = importlib.import_module(f"{package}.models")
        errors = importlib.import_module(f"{package}.errors")
        if operation.auth in _UNSUPPORTED_AUTH:
            raise UnsupportedProtocolError(
                f"calling {name}: {service.service} signs it by {operation.auth!r}, not SigV4"
            )
        self.placed = targets.depends(name)
        self.request = RequestPlan(service, targets.shortened(operation))
        self.response = ResponsePlan(service, operation, output_model(models, operation), errors)
        self.repeatable = repeatable(service, operation)
        self.signed = operation.auth != "none"
        self.unsigned_payload = operation.unsigned_payload or operation.auth == "v4-unsigned-body"
        shapes = (service.shapes[error] for error in operation.errors)
        self.errors = {*operation.errors, *(shape.error.code for shape in shapes if shape.error)}


class Caller:
    """What a client's calls share: its service, endpoint, credentials, retries."""

    def __init__(
        self,
        service: Service,
        package: str,
        *,
        targets: Targets,
        credentials: Source,
        retries: Retries,
        config: Config,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.service = service
        self.retries = retries
        self._package = package
        self._targets = targets
        self._target = targets.base
        self.credentials = credentials
        self._host_prefix = config.inject_host_prefix
        self._clock = clock
        self._plans: dict[str, Plan] = {}
        self._stamp = (0, "")
        extra = f" {config.user_agent_extra}" if config.user_agent_extra else ""
        self._user_agent = f"asdoc/{VERSION} service/{service.service}{extra}"

    def plan(self, operation_name: str) -> Plan:
        plan = self._plans.get(operation_name)
        if plan is None:
            plan = self._plans[operation_name] = Plan(self.service, operation_name, self._package, self._targets)
        return plan

    def call(self, operation_name: str, arguments: Mapping[str, Any]) -> Call:
        """A call, its arguments checked. Raises ParamValidationError; nothing was sent then."""
        plan = self.plan(operation_name)
        target = self._targets.of(operation_name, arguments, self._account) if plan.placed else self._target
        request = plan.request.build(arguments, target.endpoint, host_prefix=self._host_prefix)
        request.headers["user-agent"] = self._user_agent
        if target.headers:
            request.headers.update(target.headers)
        return Call(self, plan, request, target)

    def _account(self) -> str:
        return (self.credentials.held or self.credentials.current()).account_id

    def sign(self, plan: Plan, request: HttpRequest, target: Target) -> HttpRequest:
        if not plan.signed:
            return request
        now, source = self._clock(), self.credentials
        credentials = source.held
        if credentials is None or now >= source.renew_at:
            credentials = source.current()
        return sign_at(
            request,
            credentials,
            target.region,
            target.name,
            self._timestamp(now),
            unsigned_payload=plan.unsigned_payload,
        )

    def _timestamp(self, now: float) -> str:
        second = int(now)
        kept, text = self._stamp
        if kept != second:
            text = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
            self._stamp = (second, text)
        return text


class Call:
    """One call, from its first attempt to its result."""

    __slots__ = ("_attempt", "_caller", "_plan", "_request", "_target")

    def __init__(self, caller: Caller, plan: Plan, request: HttpRequest, target: Target) -> None:
        self._caller = caller
        self._plan = plan
        self._request = request
        self._target = target
        self._attempt = 0

    def request(self) -> HttpRequest:
        """The next attempt, signed for now."""
        self._attempt += 1
        return self._caller.sign(self._plan, self._request, self._target)

    def result(self, response: HttpResponse) -> Any:
        """What a successful answer holds. Raises ResponseParseError."""
        self._caller.retries.succeeded(self._attempt)
        return self._plan.response.parse(response, self._attempt - 1)

    def answered(self, response: HttpResponse) -> float:
        """Seconds to wait before the next attempt. Raises the service's error where that is the end of it."""
        plan, attempt = self._plan, self._attempt
        code = (error_code(response, self._caller.service.protocol) or ("", ""))[0]
        wait = self._caller.retries.after_answer(response, code, attempt, modelled=code in plan.errors)
        if wait is None:
            raise plan.response.error(response, attempt - 1)
        return wait

    def failed(self, error: TransportError) -> float:
        """Seconds to wait before the next attempt. Raises `error` where that is the end of it."""
        wait = self._caller.retries.after_error(error, self._attempt, repeatable=self._plan.repeatable)
        if wait is None:
            raise error
        return wait
