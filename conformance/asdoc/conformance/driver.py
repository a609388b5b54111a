"""Calls over the runtime's own pieces, so that what is judged is the raw answer and not what a client made of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Self

import msgspec

from asdoc.runtime.credentials import Credentials
from asdoc.runtime.endpoint import parse_endpoint
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import Operation, Service
from asdoc.runtime.serialize import RequestPlan
from asdoc.runtime.serialize import plan as plan_of
from asdoc.runtime.sigv4 import Moment, sign_at, stamp

from .checks.decode import decode
from .patience import Patience
from .targets.base import Target
from .targets.ledger import Ledger

_KEPT = 256
"""Requests that are kept."""
_LARGEST = 4096
"""Bytes of the arguments of a call whose request is kept."""


class Noted(HttpRequest, frozen=True, kw_only=True):
    """A request, and what is known of the call that it stands for, however it was written."""

    operation: str = ""
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest, operation: str, arguments: Mapping[str, Any]) -> Self:
        return cls(
            method=request.method,
            scheme=request.scheme,
            host=request.host,
            target=request.target,
            headers=request.headers,
            body=request.body,
            operation=operation,
            arguments=dict(arguments),
        )


class Called(Noted, frozen=True, kw_only=True):
    """A request as the driver's client makes it for a call."""


class Driver:
    """Sends the calls of a run to its target."""

    def __init__(self, service: Service, target: Target, credentials: Credentials, *, region: str) -> None:
        self.service = service
        self.target = target
        self.region = region
        self._credentials = credentials
        # Keys of a session end before a long run does, and its clearing up needs some.
        self._renewed: Callable[[], Credentials] | None = getattr(target, "renewed", None)
        # Names below the address of an emulator lead nowhere.
        self._plans: dict[str, RequestPlan] = {}
        self._varying: set[str] = set()
        """Operations whose calls are each given a token of their own."""
        self._host_prefix = ".amazonaws.com" in target.endpoint
        self._ledger: Ledger | None = getattr(target, "ledger", None)
        self._patience = Patience()
        self._second, self._timestamp = 0, ""
        self._requests: dict[tuple[str, bytes], HttpRequest] = {}
        """Those of this second, signed, by their calls."""
        self._moments: dict[tuple[str, str], Moment] = {}
        self.found_documented: set[tuple[str, bytes]] = set()
        """Calls of plans that were checked: worlds are mostly made of the same ones."""

    def request(self, operation: Operation, arguments: Mapping[str, Any]) -> HttpRequest:
        """The signed request of a call. Raises ParamValidationError where the arguments are not as documented."""
        if self._ledger is None:
            return self._request(operation, arguments)
        arguments = self._ledger.tagged(operation, arguments)
        signed = self.signed(self._built(operation, arguments))
        return Called.of(signed, operation.name, arguments)

    def noted(self, operation: Operation, arguments: Mapping[str, Any], request: HttpRequest) -> HttpRequest:
        """The signed request of a call that is written otherwise than a client would, and may be carried out."""
        signed = self.signed(request)
        return signed if self._ledger is None else Noted.of(signed, operation.name, arguments)

    def _request(self, operation: Operation, arguments: Mapping[str, Any]) -> HttpRequest:
        """A world is mostly made by calls that others were made by: within a second these are the same to the byte."""
        self._told_time()
        called = _called(operation, arguments)
        request = self._requests.get(called) if called else None
        if request is None:
            request = self._signed(self._built(operation, arguments))
            if called and operation.name not in self._varying:
                if len(self._requests) >= _KEPT:
                    self._requests.clear()
                self._requests[called] = request
        return request

    def check(self, operation: Operation, arguments: Mapping[str, Any]) -> None:
        """Raises ParamValidationError where the arguments are not as documented."""
        self._built(operation, arguments)

    def _built(self, operation: Operation, arguments: Mapping[str, Any]) -> HttpRequest:
        plan = self._plans.get(operation.name)
        if plan is None or plan.operation is not operation:
            plan = self._plans[operation.name] = plan_of(self.service, operation)
            members = self.service.shapes[operation.input].members.values() if operation.input else ()
            if any(member.idempotent for member in members):
                self._varying.add(operation.name)
        return plan.build(arguments, parse_endpoint(self.target.endpoint), host_prefix=self._host_prefix)

    def signed(self, request: HttpRequest) -> HttpRequest:
        self._told_time()
        return self._signed(request)

    def _signed(self, request: HttpRequest) -> HttpRequest:
        # The emulators tell services apart by the scope of the signature, where one address serves them all.
        name = self.service.signing_name
        if request.body or request.headers or request.upload is not None:
            return sign_at(request, self._credentials, self.region, name, self._timestamp)
        told = (self._timestamp, request.host)
        moment = self._moments.get(told)
        if moment is None:
            moment = Moment(self._credentials, self.region, name, self._timestamp, request.host)
            # Of this second alone: there is one host, or one a name before it.
            self._moments = {told: moment}
        return moment.sign(request)

    def _told_time(self) -> None:
        second = int(time.time())
        if second != self._second:
            self._second, self._timestamp = second, stamp(datetime.fromtimestamp(second, UTC))
            self._requests.clear()
            if self._renewed is not None:
                self._credentials = self._renewed()

    def send(self, request: HttpRequest) -> HttpResponse:
        """The answer of a target that is given time, whatever its status. Raises TransportError for none."""
        if self._ledger is None or not isinstance(request, Noted):
            return self._patience.send(self.target.send, request)
        operation, ledger = self.service.operations[request.operation], self._ledger
        if room := ledger.makes_room(operation, request.arguments):
            self.target.send(self.signed(self._built(self.service.operations[room[0]], room[1])))
        try:
            response = ledger.unmarked(self._patience.send(self.target.send, request))
        except BaseException:
            ledger.answered(operation.name, request.arguments, 0, {})
            raise
        tree = decode(self.service, operation, response).tree
        ledger.answered(operation.name, request.arguments, response.status, tree)
        return response


def _called(operation: Operation, arguments: Mapping[str, Any]) -> tuple[str, bytes] | None:
    """What tells a call from others; None where that is too much to keep."""
    try:
        told = msgspec.msgpack.encode(arguments)
    except (TypeError, ValueError, OverflowError):
        return None
    return (operation.name, told) if len(told) <= _LARGEST else None


def driver_of(name: str) -> type[Driver]:
    """The driver of that name. Raises AsdocError where there is none, or its packages are missing."""
    if name == "asdoc":
        return Driver
    if name == "boto3":
        from .driver_boto3 import Boto3Driver

        return Boto3Driver
    raise AsdocError(f"looking for the driver {name!r}: it is neither asdoc nor boto3.")
