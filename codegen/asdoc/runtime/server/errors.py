"""Refusals as the wire shows them."""

from __future__ import annotations

from typing import Any

import msgspec

from ..http import HttpResponse
from ..schema import Operation, Service
from .call import ServiceFault
from .writing import Converters

_encode = msgspec.json.Encoder().encode

INTERNAL = "InternalServerException"
UNKNOWN_OPERATION = "UnknownOperationException"
NOT_IMPLEMENTED = "NotImplementedException"
TIMEOUT = "RequestTimeoutException"

_STATUS = {INTERNAL: 500, UNKNOWN_OPERATION: 404, NOT_IMPLEMENTED: 501}
_INVALID = ("BadRequestException", "ValidationException", "InvalidRequestException", "InvalidParameterException")


def invalid_code(service: Service, operation: Operation) -> str:
    """The error that a service documents for a request that breaks its rules; ValidationException where it has none."""
    for code in _INVALID:
        if code in operation.errors:
            return code
    return next((code for code in _INVALID if code in service.shapes), "ValidationException")


class FaultWriter:
    """Writes faults the way the service's protocol does."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._converters = Converters(service)
        self._named = {
            shape.error.code: (name, shape.error.status)
            for name, shape in service.shapes.items()
            if shape.error is not None
        }

    def write(self, fault: ServiceFault, request_id: str) -> HttpResponse:
        known = self._named.get(fault.code)
        status = known[1] if known is not None else fault.status or _STATUS.get(fault.code, 400)
        body: dict[str, Any] = {}
        message_name = "message"
        if known is not None:
            shape = self._service.shapes[known[0]]
            message_name = next((name for name in shape.members if name.lower() == "message"), "message")
            names = tuple(name for name in shape.members if name != message_name)
            body = self._converters.structure(shape, names)(fault.members)
        headers = {"x-amzn-requestid": request_id}
        if self._service.protocol == "json":
            headers["content-type"] = f"application/x-amz-json-{self._service.json_version or '1.0'}"
            body["__type"] = fault.code
        else:
            headers["content-type"] = "application/json"
            headers["x-amzn-errortype"] = fault.code
        body[message_name] = fault.message
        return HttpResponse(status=status, headers=headers, body=_encode(body))

    def too_large(self, operation: Operation, size: int, limit: int, code: str) -> ServiceFault:
        """The fault for a body over the limit: the operation's documented 413 where it has one, else `code`."""
        message = f"The request body has {size} bytes; at most {limit} are accepted."
        for name in operation.errors:
            error = self._service.shapes[name].error
            if error is not None and error.status == 413:
                kilobyte = 1024
                return ServiceFault(
                    error.code, message, Measure="KILOBYTES", Limit=limit / kilobyte, Size=size / kilobyte
                )
        return ServiceFault(code, message, status=400)
