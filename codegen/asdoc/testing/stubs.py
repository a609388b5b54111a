"""Answers that a test gives in a service's place, one a call and in their order: what botocore's Stubber does.

with Stubber(client) as stub:
    stub.add_response("get_application", {"Id": "a", "Name": "n"}, {"ApplicationId": "a"})
    …
"""

from __future__ import annotations

import importlib
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from unittest.mock import ANY

import msgspec

from asdoc.runtime.async_client import BaseAsyncClient
from asdoc.runtime.client import BaseClient
from asdoc.runtime.endpoint import parse_endpoint
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import ServiceError
from asdoc.runtime.parse import output_model
from asdoc.runtime.response import StreamingBody
from asdoc.runtime.schema import Operation, Service
from asdoc.runtime.serialize import plan
from asdoc.runtime.validate import compile_input

if TYPE_CHECKING:
    from asdoc.runtime.calls import Caller

__all__ = ["ANY", "StubError", "Stubber"]
_NOWHERE = parse_endpoint("https://stubbed.invalid")


class StubError(AsdocError, AssertionError):
    """A call is not the one that was expected, or what it was to be answered is none of its answers."""


class _Answer(NamedTuple):
    operation: Operation
    result: Any
    """What the call gives, or the error that it ends in."""
    expected: Mapping[str, Any] | None
    """The arguments that the call must have; None for any."""


class Stubber:
    """Answers the calls of one client while it is active. Nothing is sent, signed or tried again.

    Its views (`with_options`) are answered, too, whenever they were made. Arguments are checked as ever, and answers
    against the documented output, so that a test cannot rest on what the service would not say.
    """

    def __init__(self, client: BaseClient | BaseAsyncClient) -> None:
        self.client = client
        self._service: Service = client._service()
        self._queue: deque[_Answer] = deque()

    def __repr__(self) -> str:
        return f"<Stubber of {self.client!r}, {len(self._queue)} answers left>"

    def __enter__(self) -> Self:
        self.activate()
        return self

    def __exit__(self, *exception: object) -> None:
        self.deactivate()

    def activate(self) -> None:
        """Answer the client's calls from now on. Raises ClientClosedError where it was closed."""
        made = self.client._made
        if isinstance(made.get("caller"), _Played):
            made["caller"].queued = self
            return
        caller = made.get("caller") or self.client._start()
        plays = _AwaitedPlays if self.client._awaits else _Plays
        made["caller"], made["transport"] = _Played(self, caller), plays(made.get("transport"))

    def deactivate(self) -> None:
        """Let the client call its service again. Answers that are left stay."""
        made = self.client._made
        if isinstance(played := made.get("caller"), _Played):
            made["caller"] = played.caller
            transport = made.pop("transport").kept
            if transport is not None:
                made["transport"] = transport

    def add_response(
        self,
        method: str,
        service_response: Mapping[str, Any],
        expected_params: Mapping[str, Any] | None = None,
    ) -> None:
        """Answer the next call, which must be of `method`, with a result; `expected_params` are all its arguments.

        Raises StubError where the service documents no such method, or another output.
        """
        operation = self._operation(method)
        given = dict(service_response)
        metadata = given.pop("ResponseMetadata", None)
        self._check(operation, given)
        models = importlib.import_module(f"{self.client._package}.models")
        model = output_model(models, operation)

        try:
            result = msgspec.convert(given, model, dec_hook=_decoded)
        except (msgspec.ValidationError, TypeError) as error:
            raise StubError(f"stubbing {method}: {error}") from error
        result["ResponseMetadata"] = metadata or {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}
        self._queue.append(_Answer(operation, result, expected_params))

    def add_client_error(
        self,
        method: str,
        service_error_code: str = "",
        service_message: str = "",
        http_status_code: int = 400,
        service_error_meta: Mapping[str, Any] | None = None,
        expected_params: Mapping[str, Any] | None = None,
        response_meta: Mapping[str, Any] | None = None,
        modeled_fields: Mapping[str, Any] | None = None,
    ) -> None:
        """Answer the next call, which must be of `method`, with an error, of the class that its code has.

        `modeled_fields` are the error's own members. Raises StubError where the service documents no such method, or
        the error others.
        """
        operation = self._operation(method)
        response: dict[str, Any] = {
            **(modeled_fields or {}),
            "Error": {"Message": service_message, "Code": service_error_code, **(service_error_meta or {})},
            "ResponseMetadata": {"HTTPStatusCode": http_status_code, **(response_meta or {})},
        }
        kind, shape = self._error(service_error_code)
        if modeled_fields:
            problems: list[str] = []
            if shape:
                compile_input(self._service, shape, locations=False)(modeled_fields, "", problems)
            else:
                problems = [f"{name}: unknown, the error is not documented" for name in modeled_fields]
            _refuse(method, "the error", problems)
        self._queue.append(_Answer(operation, kind(response, operation.name), expected_params))

    def assert_no_pending_responses(self) -> None:
        """Raise StubError where answers are left that nobody asked for."""
        if self._queue:
            left = ", ".join(answer.operation.method for answer in self._queue)
            raise StubError(f"after the calls: {len(self._queue)} answers are left, of {left}")

    def answer(self, operation_name: str, arguments: Mapping[str, Any]) -> Any:
        given = {name: value for name, value in arguments.items() if value is not None}
        called = self._service.operations[operation_name]
        if not self._queue:
            raise StubError(
                f"calling {called.method} with {sorted(given)}: no answer is left", hint="Add one with add_response."
            )
        answer = self._queue[0]
        if answer.operation.name != operation_name:
            raise StubError(f"calling {called.method}: the next answer is for {answer.operation.method}")
        if answer.expected is not None and dict(answer.expected) != given:
            wrong = sorted(
                name
                for name in answer.expected.keys() | given.keys()
                if name not in given or name not in answer.expected or answer.expected[name] != given[name]
            )
            raise StubError(
                f"calling {called.method}: {', '.join(wrong)} not as expected: expected {dict(answer.expected)!r}, "
                f"found {given!r}"
            )
        # what the service would not be sent is not answered
        plan(self._service, called).build(given, _NOWHERE)
        self._queue.popleft()
        if isinstance(answer.result, ServiceError):
            raise answer.result
        return answer.result

    def _operation(self, method: str) -> Operation:
        for operation in self._service.operations.values():
            if operation.method == method:
                return operation
        raise StubError(f"stubbing {method}: {self._service.client} documents no such method")

    def _check(self, operation: Operation, given: dict[str, Any]) -> None:
        problems: list[str] = []
        if operation.output:
            compile_input(self._service, operation.output, locations=False)(given, "", problems)
        elif given:
            problems = [f"{name}: unknown, {operation.name} answers nothing" for name in given]
        _refuse(operation.method, "the answer", problems)

    def _error(self, code: str) -> tuple[type[ServiceError], str]:
        """The class of an error, and the name of its shape, empty where it has none."""
        errors = importlib.import_module(f"{self.client._package}.errors")
        for name, shape in self._service.shapes.items():
            if shape.error is not None and code in (name, shape.error.code):
                kind = getattr(errors, name, None)
                if isinstance(kind, type) and issubclass(kind, ServiceError):
                    return kind, name
        return ServiceError, ""


def _refuse(method: str, what: str, problems: list[str]) -> None:
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise StubError(f"stubbing {method}: {what} is not what is documented:\n{listed}")


class _Played:
    """In the place of what the calls of a client and its views share: each of them gets its answer from the stub."""

    def __init__(self, queued: Stubber, caller: Caller) -> None:
        self.queued = queued
        self.caller = caller
        self.roads = self
        self.limits: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.caller, name)  # what presigned URLs are made with

    def get(self, operation_name: str) -> _Taken:
        return _Taken(self.queued, operation_name)


class _Taken(NamedTuple):
    """A call that goes over no network: what it is asked, sent and read as is the answer itself."""

    queued: Stubber
    operation_name: str

    def request(self, arguments: Mapping[str, Any], config: object) -> tuple[Any]:
        return (self.queued.answer(self.operation_name, arguments),)

    @staticmethod
    def result(answered: _Answered) -> Any:
        return answered.result


class _Answered(NamedTuple):
    result: Any
    status: int = 200


class _Plays:
    """Hands an answer through. Closed with its client, it closes the client's own."""

    def __init__(self, kept: Any) -> None:
        self.kept = kept

    def send(self, request: tuple[Any]) -> _Answered:
        return _Answered(*request)

    def close(self) -> None:
        if self.kept is not None:
            self.kept.close()


class _AwaitedPlays:
    """As `_Plays`, awaited."""

    def __init__(self, kept: Any) -> None:
        self.kept = kept

    async def send(self, request: tuple[Any]) -> _Answered:
        return _Answered(*request)

    async def close(self) -> None:
        if self.kept is not None:
            await self.kept.close()


def _decoded(kind: type, value: Any) -> Any:
    """A body as it is read, of the bytes or the file that a test gives for it."""
    if kind is StreamingBody and isinstance(value, bytes):
        return StreamingBody(value)
    if kind is StreamingBody and hasattr(value, "read"):
        return value if isinstance(value, StreamingBody) else StreamingBody(b"", value)
    if isinstance(value, kind):
        return value
    raise TypeError(f"{kind.__name__} cannot be made of {type(value).__name__}")
