"""What a client tells through `logging`: nothing that is secret, and at no cost where nobody listens.

The loggers are called `asdoc.client.<service>`. DEBUG has each attempt and its end, INFO each attempt that is made
again.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .exceptions import ServiceError
from .http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    import logging

    from .schema import Operation, Service

_DEBUG, _INFO = 10, 20


class Log:
    """The logger of one service's clients."""

    __slots__ = ("_logger", "_name")

    def __init__(self, service: str) -> None:
        self._name = f"asdoc.client.{service}"
        self._logger: logging.Logger | None = None

    def wanted(self) -> bool:
        """True where somebody listens."""
        logger = self._logger
        if logger is None:
            # who has not imported logging has not asked for a log, and the import costs as much as many calls
            module = sys.modules.get("logging")
            if module is None:
                return False
            logger = self._logger = module.getLogger(self._name)
        return bool(logger.isEnabledFor(_INFO))

    def sends(
        self,
        service: Service,
        operation: Operation,
        attempt: int,
        request: HttpRequest,
        arguments: Mapping[str, Any],
    ) -> None:
        logger = self._logger
        if logger is None or not logger.isEnabledFor(_DEBUG):
            return
        from .redaction import Redaction

        redaction = Redaction(service, operation)
        logger.debug(
            "%s, attempt %d: %s %s, headers %s, %d bytes, arguments %s",
            operation.name,
            attempt,
            request.method,
            redaction.url(request.scheme, request.host, request.target),
            redaction.shown_headers(request.headers),
            len(request.body),
            redaction.shown(arguments),
        )

    def ended(
        self,
        name: str,
        attempt: int,
        response: HttpResponse | None,
        error: Exception | None,
        seconds: float,
        wait: float | None,
    ) -> None:
        logger = self._logger
        if logger is None:
            return
        if response is None:
            what = type(error).__name__
        else:
            code = f" {error.code}" if isinstance(error, ServiceError) else ""
            headers = response.headers
            request_id = headers.get("x-amzn-requestid") or headers.get("x-amz-request-id") or "none"
            what = f"status {response.status}{code}, {len(response.body)} bytes, request id {request_id}"
        milliseconds = seconds * 1000
        if wait is None:
            logger.debug("%s, attempt %d: %s after %.1f ms", name, attempt, what, milliseconds)
        else:
            logger.info("%s, attempt %d: %s after %.1f ms; again in %.3f s", name, attempt, what, milliseconds, wait)
