"""From a response to a typed result, or to a typed error.

Where the whole output is the JSON body, msgspec decodes straight into the model. Where members come from headers, the
status or a payload, where names differ on the wire, or where the body is written in a way that the fast road does not
take (an RFC 822 date, a null in a list), the shape is walked by `readers`.
"""

from __future__ import annotations

from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec

from .bodies import BODIES, DETAILS, ERRORS, error_of_json, placed
from .exceptions import ResponseParseError, ServiceError
from .http import Headers, HttpResponse
from .readers import Reader, Readers
from .response import EmptyResponse, Output, ResponseMetadata, StreamingBody
from .schema import Operation, Service, Shape

if TYPE_CHECKING:
    from .checksums import Expected
    from .events import EventPlan

_EXCERPT = 200
_IN_JSON = ("rest-json", "json")
_NOTHING = Shape(type="structure")


def excerpt(body: bytes) -> str:
    """The beginning of a body, as text that fits into a message."""
    text = " ".join(body[: _EXCERPT * 4].decode("utf-8", "replace").split())
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"


def metadata(response: HttpResponse, attempts: int = 0, protocol: str = "") -> ResponseMetadata:
    """`ResponseMetadata` as boto3 gives it; `attempts` is how often the request was sent again.

    Without `protocol` what is told in the body alone is not looked for.
    """
    headers = response.headers
    told: ResponseMetadata = {"HTTPStatusCode": response.status, "HTTPHeaders": headers, "RetryAttempts": attempts}
    if "x-amzn-requestid" in headers:
        told["RequestId"] = headers["x-amzn-requestid"]
    elif "x-amz-request-id" in headers:
        told["RequestId"] = headers["x-amz-request-id"]
        told["HostId"] = headers.get("x-amz-id-2", "")
    elif response.body and (protocol in ("query", "ec2") or (protocol == "rest-xml" and response.status >= 300)):
        # these tell it in the body, too, and some implementations there alone
        from . import xml

        with suppress(ValueError):
            root = xml.parse(response.body)
            if found := xml.request_id(root):
                told["RequestId"] = found
            told.update(xml.more_metadata(root))  # type: ignore[typeddict-item]  # no model tells their names
    return told


class ResponsePlan:
    """All that can be known of an operation's answers before one is there.

    `model` is the generated class of the output; None gives plain dictionaries, as boto3 does. `errors` is the module
    with the service's error classes.
    """

    __slots__ = ("_decode", "_errors", "_model", "_output", "_shape", "begins", "operation", "service")

    def __init__(
        self,
        service: Service,
        operation: Operation,
        model: type[Output] | None = None,
        errors: ModuleType | None = None,
    ) -> None:
        self.service = service
        self.operation = operation
        self._shape = service.answered(service.shapes[operation.output]) if operation.output else _NOTHING
        self.begins = not self._shape.payload and bool(service.event_member(self._shape))
        """True where other members of the output come with the first event of a stream."""
        self._model = model
        self._errors = errors
        self._output: _Output | None = None
        self._decode = None
        if model is not None and service.protocol in _IN_JSON and _is_body(service, self._shape):
            self._decode = msgspec.json.Decoder(model, strict=False).decode

    def parse(self, response: HttpResponse, attempts: int = 0) -> Any:
        """The result of a call. Raises the service's error where the answer is one; ResponseParseError where it is
        neither that nor the documented output."""
        if not 200 <= response.status < 300:
            raise self.error(response, attempts)
        if self._decode is not None and response.body and response.stream is None:
            try:
                result = self._decode(response.body)
            except (msgspec.MsgspecError, ValueError, RecursionError):
                pass  # the slow road takes more, and says better what it does not
            else:
                result.ResponseMetadata = metadata(response, attempts)
                return result
        result = self._read(response)
        result["ResponseMetadata"] = metadata(response, attempts, self.service.protocol)
        return result

    def error(self, response: HttpResponse, attempts: int = 0) -> ServiceError:
        """The error that an answer tells of, as the class that the package has for its code."""
        code, message = error_code(response, self.service.protocol) or (str(response.status), "")
        told: dict[str, Any] = {
            "Error": {"Message": message, "Code": code},
            "ResponseMetadata": metadata(response, attempts, self.service.protocol),
        }
        if (details := DETAILS.get(self.service.protocol)) is not None:
            with suppress(ValueError, RecursionError):  # a body that is not the protocol's has none
                told["Error"].update(details(response.body))
        query_code = response.headers.get("x-amzn-query-error", "").split(";")
        if len(query_code) == 2 and query_code[0] and self.service.query_compatible:
            told["Error"].update(Code=query_code[0], QueryErrorCode=code, Type=query_code[1])
        name = self._error_shape(code) or self._error_shape(told["Error"]["Code"])
        if not name:
            return ServiceError(told, self.operation.name)
        # an error that is told badly is still that error
        with suppress(ValueError, TypeError, AttributeError, KeyError):
            told.update(_Output(self.service, self.service.answered(self.service.shapes[name]), None).read(response))
        kind: type[ServiceError] = getattr(self._errors, name, ServiceError)
        return kind(told, self.operation.name)

    def _error_shape(self, code: str) -> str:
        shapes = self.service.shapes
        for name in self.operation.errors:
            traits = shapes[name].error
            if name == code or (traits and traits.code == code):
                return name
        for name, shape in shapes.items():
            if shape.error and (name == code or shape.error.code == code):
                return name
        return ""

    def _read(self, response: HttpResponse) -> Any:
        if self._output is None:
            self._output = _Output(self.service, self._shape, self._model, self.operation, self._errors)
        try:
            return self._output.read(response)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError) as error:
            raise ResponseParseError(
                f"reading the answer to {self.operation.name}: status {response.status}, and the body is not the "
                f"documented output ({_reason(error)}): {excerpt(response.body)!r}",
                hint="Check that the endpoint speaks this service's API.",
                status=response.status,
                operation_name=self.operation.name,
            ) from error


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _is_body(service: Service, shape: Shape) -> bool:
    """True where a structure is the whole body, under its own names: what msgspec can decode alone."""
    if shape.payload or any(node.location for node in shape.members.values()):
        return False
    seen: set[str] = set()
    nodes = [shape]
    while nodes:
        node = nodes.pop()
        if node.shape:
            if node.shape in seen:
                continue
            seen.add(node.shape)
            node = service.shapes[node.shape]
        if node.eventstream:
            return False
        for name, member in node.members.items():
            if member.name and member.name != name:
                return False
            nodes.append(member)
        nodes.extend(part for part in (node.member, node.value) if part is not None)
    return True


def _usual_wrapper(service: Service, operation: Operation, shape: Shape) -> str:
    """What the query protocol puts around an output, whether a model tells it or not."""
    named = f"{operation.name}Result"
    if service.protocol != "query" or any(named in (name, node.name) for name, node in shape.members.items()):
        return ""
    return named


class _Output:
    """Reads a structure that may be spread over status, headers and body."""

    def __init__(
        self,
        service: Service,
        shape: Shape,
        model: type[Output] | None,
        operation: Operation | None = None,
        errors: ModuleType | None = None,
    ) -> None:
        """`shape` is as `Service.answered` gives it; `operation` is the one that answers with it, None for an error."""
        # its own, for a thread must never meet the half-compiled readers of another
        bodies = BODIES[service.protocol](service)
        readers = Readers(service, bodies.scalars, documented=bodies.documented, dense=bodies.dense)
        self.shape = shape
        self.model = model
        self.operation = operation
        resolve = service.resolve
        self.whole = readers.structure(shape, model, placed(shape))
        self.elsewhere = {name: (node, readers.header(node)) for name, node in shape.members.items() if node.location}
        self.payload_type = resolve(shape.members[shape.payload]).type if shape.payload else ""
        self.payload_may_lack = self.payload_type == "list" or (
            bool(shape.payload) and resolve(shape.members[shape.payload]).union
        )
        self.payload: Reader | None = None
        self.events: EventPlan | None = None
        self.event_member = service.event_member(shape) if operation is not None else ""
        if operation is not None and self.event_member:
            from .events import EventPlan

            self.events = EventPlan(
                service, operation, self.event_member, bodies=bodies, readers=readers, model=model, errors=errors
            )
        if shape.payload and self.payload_type not in ("blob", "string"):
            self.payload = readers.member(shape.members[shape.payload], model, shape.payload)
            self.take = bodies.payload(shape.members[shape.payload])
        elif operation is None:
            self.take = bodies.error(shape)
        else:
            self.take = bodies.structure(shape, operation.result_wrapper, _usual_wrapper(service, operation, shape))

    def read(self, response: HttpResponse) -> Any:
        members: dict[str, Any] = {}
        for name, (node, reader) in self.elsewhere.items():
            value = _elsewhere(name, node, reader, response)
            if value is not None:
                members[name] = value
        if self.events is not None:
            return self._read_events(self.events, response, members)
        watch = self._watch(response)
        if self.payload_type == "blob":
            members[self.shape.payload] = StreamingBody(response.body, response.stream, watch=watch)
            return self.whole({}, members)
        body = response.body
        if watch is not None:
            watch.update(body)
            watch.finish()
        if self.payload_type == "string":
            members[self.shape.payload] = body.decode()
        elif self.payload is not None:
            # a union or a list that is not set is told by no body at all
            value = self.payload(self.take(body)) if body or not self.payload_may_lack else None
            if value is not None:
                members[self.shape.payload] = value
        elif len(self.elsewhere) < len(self.shape.members):
            return self.whole(self.take(body), members)
        return self.whole({}, members)

    def _read_events(self, events: EventPlan, response: HttpResponse, members: dict[str, Any]) -> Any:
        if self.shape.payload:
            members[self.event_member] = events.stream(response)
            return self.whole({}, members)
        initial, members[self.event_member] = events.begin(response)
        return self.whole(self.take(initial) if initial else {}, members)

    def _watch(self, response: HttpResponse) -> Expected | None:
        operation = self.operation
        if operation is None or not operation.checksum_mode_member:
            return None
        from .checksums import expected

        return expected(response.headers, operation.checksums_answered, operation.name)


def _elsewhere(name: str, node: Shape, reader: Reader, response: HttpResponse) -> Any:
    if node.location == "statusCode":
        return response.status
    if node.location == "headers":
        prefix = node.name.lower()
        headers = response.headers
        written = headers.written() if isinstance(headers, Headers) else {}
        return {written.get(key, key)[len(prefix) :]: value for key, value in headers.items() if key.startswith(prefix)}
    if node.location == "header":
        value = response.headers.get((node.name or name).lower())
        return None if value is None else reader(value)
    return None


def error_code(response: HttpResponse, protocol: str) -> tuple[str, str] | None:
    """Code and message of an error, or None where the answer is a success.

    The code stands in the header `x-amzn-ErrorType`, or in the body as `code`, `Code` or `__type`; without one it is
    the status. A body that is not the protocol's (a proxy's page, an empty one) is quoted in the message.
    """
    if 200 <= response.status < 300:
        return None
    try:
        code, message, told = ERRORS.get(protocol, error_of_json)(response.body)
    except (ValueError, TypeError, RecursionError):
        code, message, told = "", f"{_phrase(response.status)}: {excerpt(response.body)!r}", False
    code = (response.headers.get("x-amzn-errortype") or code).partition(":")[0].rpartition("#")[2]
    return code or str(response.status), message or ("" if told or code else _phrase(response.status))


def _phrase(status: int) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"status {status}"


_plans: dict[tuple[int, str, type[Output] | None], tuple[Service, ResponsePlan]] = {}


def parse(
    service: Service,
    operation: Operation,
    response: HttpResponse,
    *,
    model: type[Output] | None = None,
    errors: ModuleType | None = None,
    attempts: int = 0,
) -> Any:
    """The result of a call: an instance of `model`, or without one the dictionary that boto3 would give.

    Raises the service's error (a class of the module `errors`, or ServiceError), or ResponseParseError.
    """
    # by identity: a table cannot be hashed, and holding it keeps its id from being given to another
    key = (id(service), operation.name, model)
    kept = _plans.get(key)
    if kept is None or kept[1].operation is not operation:
        kept = _plans[key] = (service, ResponsePlan(service, operation, model, errors))
    return kept[1].parse(response, attempts)


def output_model(models: ModuleType | None, operation: Operation) -> type[Output]:
    """The class that a package's `models` has for what an operation answers with."""
    made = getattr(models, "_models", None)
    found = getattr(models, operation.output, None) if made is None and operation.output else None
    if made is not None:
        found = made.answer(operation)
    return found if isinstance(found, type) and issubclass(found, Output) else EmptyResponse
