"""Calls over the runtime's own pieces, so that what is judged is the raw answer and not what a client made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from asdoc.runtime.credentials import Credentials
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import Operation, Service
from asdoc.runtime.serialize import build
from asdoc.runtime.sigv4 import sign

from .targets.base import Target


class Driver:
    """Sends the calls of a run to its target."""

    def __init__(self, service: Service, target: Target, credentials: Credentials, *, region: str) -> None:
        self.service = service
        self.target = target
        self.region = region
        self._credentials = credentials

    def request(self, operation: Operation, arguments: Mapping[str, Any]) -> HttpRequest:
        """The signed request of a call. Raises ParamValidationError where the arguments are not as documented."""
        return self.signed(self.unsigned(operation, arguments))

    def unsigned(self, operation: Operation, arguments: Mapping[str, Any]) -> HttpRequest:
        return build(self.service, operation, arguments, endpoint=self.target.endpoint)

    def signed(self, request: HttpRequest) -> HttpRequest:
        # The emulators tell services apart by the scope of the signature, where one address serves them all.
        return sign(
            request,
            self._credentials,
            region=self.region,
            signing_name=self.service.signing_name,
            now=datetime.now(UTC),
        )

    def send(self, request: HttpRequest) -> HttpResponse:
        """The answer, whatever its status. Raises TransportError where there is none."""
        return self.target.send(request)
