"""One call as hooks and log see it. Made only for calls that somebody watches."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from .exceptions import ConfigurationError
from .hooks import Hooks, Received, Sending
from .http import HttpRequest, HttpResponse
from .logs import Log
from .schema import Operation, Service


class Watch:
    """Tells hooks and log of each attempt of one call."""

    def __init__(
        self, service: Service, operation: Operation, arguments: Mapping[str, Any], hooks: Hooks, log: Log | None
    ) -> None:
        """`log` is None where nobody reads it."""
        self._service = service
        self._operation = operation
        self._arguments = {name: value for name, value in arguments.items() if value is not None}
        self._hooks = hooks
        self._log = log
        self._request: HttpRequest | None = None
        self._began = 0.0

    def before(self, request: HttpRequest, attempt: int) -> HttpRequest:
        """The request as the hooks leave it. Raises what they raise."""
        hooks = self._hooks.before
        if not hooks:
            return request
        own = HttpRequest(
            method=request.method,
            scheme=request.scheme,
            host=request.host,
            target=request.target,
            headers=request.headers.copy(),
            body=request.body,
            upload=request.upload,
            streams=request.streams,
        )
        sending = Sending(
            service=self._service.service,
            operation_name=self._operation.name,
            attempt=attempt,
            arguments=self._arguments,
            request=own,
        )
        for hook in hooks:
            hook(sending)
        # what is signed and sent has its names in lower case
        headers = sending.request.headers
        for name, value in tuple(headers.items()):
            if not isinstance(name, str) or not isinstance(value, str):
                raise ConfigurationError(
                    f"calling {self._operation.name}: a hook made the header {name!r} {type(value).__name__}",
                    hint="Names and values of headers are strings.",
                )
            if name != name.lower():
                headers[name.lower()] = headers.pop(name)
        return sending.request

    def sends(self, request: HttpRequest, attempt: int) -> None:
        """The request, signed, goes out now."""
        if self._log is not None:
            self._log.sends(self._service, self._operation, attempt, request, self._arguments)
        self._request = request
        self._began = perf_counter()

    def after(
        self,
        attempt: int,
        *,
        response: HttpResponse | None = None,
        result: Any = None,
        error: Exception | None = None,
        wait: float | None = None,
    ) -> None:
        """The attempt has ended. Raises what the hooks raise."""
        seconds = perf_counter() - self._began
        if self._log is not None:
            self._log.ended(self._operation.name, attempt, response, error, seconds, wait)
        if self._request is None:
            return
        for hook in self._hooks.after:
            hook(
                Received(
                    service=self._service.service,
                    operation_name=self._operation.name,
                    attempt=attempt,
                    arguments=self._arguments,
                    request=self._request,
                    response=response,
                    result=result,
                    error=error,
                    seconds=seconds,
                    wait=wait,
                )
            )
