"""Every error that a call can end in, by the step that raises it.

A call goes: check the arguments, find credentials, region and endpoint, send, read the answer. What goes wrong before
or between is a `ClientSideError`; what the service itself answers is a `ServiceError`, or the subclass that the
generated package has for its code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .errors import AsdocError


class ClientSideError(AsdocError):
    """Root of the errors that arise on this side of the wire."""


class ParamValidationError(ClientSideError):
    """The arguments do not fit the operation; nothing was sent.

    `problems` holds every problem found, each beginning with the path of the argument.
    """

    def __init__(self, operation_name: str, problems: Sequence[str]) -> None:
        self.operation_name = operation_name
        self.problems = tuple(problems)
        listed = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"Parameter validation failed for {operation_name}, nothing was sent:\n{listed}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.operation_name, self.problems)


class MissingDependencyError(ClientSideError):
    """What was asked for needs a package that is not installed."""


class UnsupportedProtocolError(ClientSideError):
    """The service speaks a protocol, or a part of one, that this runtime does not."""


class ConfigurationError(ClientSideError):
    """A setting, an environment variable or a shared file does not say what it should."""


class ProfileNotFoundError(ConfigurationError):
    """The profile asked for stands in neither shared file."""


class InvalidEndpointError(ConfigurationError):
    """The endpoint is not a URL that requests can be sent to."""


class NoRegionError(ConfigurationError):
    """No region was given, and none is configured."""


class EndpointDiscoveryError(ClientSideError):
    """The service tells where it is to be called, and could not be asked, or was not to be. `__cause__` says why."""


class CredentialsError(ClientSideError):
    """Root of what can go wrong in finding credentials."""


class NoCredentialsError(CredentialsError):
    """No place that was looked at holds credentials."""


class PartialCredentialsError(CredentialsError):
    """A place holds half of a pair of keys."""


class CredentialRetrievalError(CredentialsError):
    """The place that should hand out credentials was found, and did not."""


class TransportError(ClientSideError):
    """Root of what can go wrong between sending a request and having read its answer.

    `sent` is False only where it is certain that the service has seen nothing of the request, so that sending it again
    cannot do its work twice.
    """

    sent: bool = True


class ConnectError(TransportError):
    """No connection: refused, unreachable, or a name that does not resolve."""

    sent = False


EndpointConnectionError = ConnectError


class ConnectTimeout(ConnectError):  # noqa: N818  # as requests and botocore name the idea
    """No connection within the connect timeout."""


class ProxyConnectionError(ConnectError):
    """The proxy could not be reached, or refused the tunnel."""


class TlsError(ConnectError):
    """The TLS handshake failed: a certificate that is not trusted, or no TLS on the other side."""


class ReadTimeout(TransportError):  # noqa: N818  # as requests and botocore name the idea
    """The connection stood, and the answer did not come within the read timeout."""


class ConnectionClosedError(TransportError):
    """The other side closed or reset the connection before its answer was whole."""


class ProtocolError(TransportError):
    """What came back is not HTTP/1.1."""


class ChecksumError(ClientSideError):
    """The body of an answer is not the one that its checksum was made of."""


class DeadlineExceededError(TransportError):
    """The time that a call was given has passed. `__cause__` is what went wrong last, where anything did.

    `sent` is False only where it is certain that the service has seen nothing of the call.
    """


class ClientClosedError(ClientSideError):
    """The client was closed before the call."""


class ResponseParseError(ClientSideError):
    """The service answered with a success whose body is not what the operation's output is documented as."""

    def __init__(self, message: str, *, hint: str = "", status: int = 0, operation_name: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.operation_name = operation_name

    def __reduce__(self) -> tuple[Any, ...]:
        return _parse_error, (self.message, self.hint, self.status, self.operation_name)


def _parse_error(message: str, hint: str, status: int, operation_name: str) -> ResponseParseError:
    return ResponseParseError(message, hint=hint, status=status, operation_name=operation_name)


class PaginationError(ClientSideError, ValueError):
    """Pages cannot be walked as asked: a token that is none, a size that is not supported, a service in a circle."""


class OperationNotPageableError(ClientSideError):
    """The documents tell no pagination of the operation."""


class UnknownWaiterError(ClientSideError, ValueError):
    """The documents tell no waiter of this name."""


class WaiterError(ClientSideError):
    """What was waited for will not come, or did not come in time.

    `last_response` is the last answer, or what an error told in its place.
    """

    def __init__(self, name: str, reason: str, last_response: Any) -> None:
        super().__init__(f"Waiter {name} failed: {reason}")
        self.name = name
        self.reason = reason
        self.last_response = last_response

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.name, self.reason, self.last_response)


class ServiceError(AsdocError):
    """The service answered with an error; the base of the generated error classes.

    `response` has the form that boto3's ClientError has: `{"Error": {"Code", "Message"}, "ResponseMetadata": {...}}`
    and beside them the error's own members.
    """

    def __init__(self, response: Mapping[str, Any], operation_name: str) -> None:
        self.response: dict[str, Any] = dict(response)
        self.operation_name = operation_name
        error = self.response.get("Error", {})
        self.code: str = error.get("Code", "Unknown")
        metadata = self.response.get("ResponseMetadata", {})
        self.status: int = metadata.get("HTTPStatusCode", 0)
        """The HTTP status code; 0 where none is known."""
        retries = metadata.get("RetryAttempts", 0)
        after = f" (gave up after {retries} {'retry' if retries == 1 else 'retries'})" if retries else ""
        super().__init__(
            f"An error occurred ({self.code}) when calling the {operation_name} operation{after}: "
            f"{error.get('Message', 'Unknown')}"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.response, self.operation_name)


ClientError = ServiceError

# Other names that botocore has for these, so that code written for it catches them here.
BotoCoreError = ClientSideError
ConnectTimeoutError = ConnectTimeout
HTTPClientError = TransportError
ProfileNotFound = ProfileNotFoundError
ReadTimeoutError = ReadTimeout
SSLError = TlsError
