"""A service as a pure function from request to response: table, behaviour, clock and store are handed in."""

from __future__ import annotations

import itertools
import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from time import perf_counter
from typing import Any, Protocol

from ..http import HttpRequest, HttpResponse
from ..schema import Operation, Service
from .auth import Verifier
from .call import Call, ServiceFault
from .clock import Clock, RealClock
from .control import PREFIX, Control
from .errors import INTERNAL, NOT_IMPLEMENTED, TIMEOUT, UNKNOWN_OPERATION, FaultWriter, invalid_code
from .faults import Faults
from .kept import Answers, Kept, Reads, comes_by_path, is_steady
from .limits import MAX_BODY
from .reading import Headers, Reader, compile_reader, decode_labels
from .routing import Match, Router
from .scopes import read_credential
from .store import MemoryStore, Store, StoreLostError
from .validation import Checkers, InvalidRequestError
from .writing import Converters, Writer, compile_writer

log = logging.getLogger("asdoc.server")

_TICK = 1.0
"""Seconds after which time alone may have brought something about."""

Behave = Callable[[Call], "dict[str, Any] | None"]
"""A behaviour's method: gives the documented output members that have a value, or None where there are none.

Raises ServiceFault to refuse."""

Observe = Callable[[str, str, str, Operation | None, int, float, str], None]
"""Is told of each answer: method, path, service, operation (None where none was meant), status, seconds, request id."""


class Answerer(Protocol):
    """What an adapter drives: `ServiceBackend`, or several of them as one."""

    max_body: int

    def answer(
        self, method: str, path: str, query: str, headers: Headers, body: bytes, *, decoded: bool, size: int
    ) -> HttpResponse: ...

    def recall(
        self, path: str, authorization: str | None, headers: Callable[[], Headers]
    ) -> tuple[Kept, str] | None: ...

    def cut_short(self, method: str, path: str, headers: Headers) -> HttpResponse: ...


class Plan:
    """All that is known of an operation before a request comes."""

    __slots__ = ("before", "behave", "invalid_code", "mutates", "operation", "read", "steady", "write")

    def __init__(
        self,
        operation: Operation,
        behave: Behave | None,
        before: Callable[[Call], Any] | None,
        read: Reader,
        write: Writer,
        invalid_code: str,
    ) -> None:
        self.operation = operation
        self.behave = behave
        self.before = before
        self.read = read
        self.write = write
        self.invalid_code = invalid_code
        self.mutates = operation.http_method != "GET"
        self.steady = False


class ServiceBackend:
    """Answers for one service.

    `behaviour` is an object, or its class, with one method an operation under the client's method name
    (`stop_deployment`), each taking a `Call`; an operation without one is answered with 501. It may have a
    `before_stop_deployment`, called outside of the transaction, a `tick(store, now)`, and `records`, the types of what
    it keeps by kind. `clock` and `store` are the real time and an empty store in memory unless given.
    """

    def __init__(
        self,
        service: Service,
        behaviour: object = None,
        *,
        clock: Clock | None = None,
        store: Store | None = None,
        max_body: int = MAX_BODY,
    ) -> None:
        self.service = service
        self.clock = clock if clock is not None else RealClock()
        self.store = store if store is not None else MemoryStore()
        self.behaviour: Any = behaviour() if isinstance(behaviour, type) else behaviour
        self.store.keeps(getattr(self.behaviour, "records", {}))
        self.max_body = max_body
        self._tick: Callable[[Store, datetime], None] | None = getattr(self.behaviour, "tick", None)
        self._next_tick = 0.0
        self.has_alarms = hasattr(self.behaviour, "alarm")
        self.injected = Faults()
        self.control = Control((self,))
        self.verifier: Verifier | None = None
        self.observe: Observe | None = None
        self.clock.watch(self.tick)
        self._faults = FaultWriter(service)
        self._request_id = _request_ids()
        self._kept = Answers(self.store)
        self._router: Router[Plan] = Router()
        self._targets: dict[str, Plan] = {}
        self._by_target = service.protocol == "json"
        checkers, converters = Checkers(service), Converters(service)
        for operation in service.operations.values():
            labels = [] if self._by_target else _label_names(operation.uri)
            plan = Plan(
                operation,
                self.method_of(operation),
                getattr(self.behaviour, f"before_{operation.method}", None),
                compile_reader(service, operation, labels, checkers),
                compile_writer(service, operation, converters),
                invalid_code(service, operation),
            )
            plan.steady = (
                self._kept.possible
                and plan.before is None
                and is_steady(plan.behave)
                and comes_by_path(service, operation)
            )
            if self._by_target:
                self._targets[f"{service.target_prefix}.{operation.name}"] = plan
            else:
                self._router.add(operation.http_method, operation.uri, plan)

    def method_of(self, operation: Operation) -> Behave | None:
        """What answers an operation; None where it is not built."""
        return getattr(self.behaviour, operation.method, None)

    def status_of(self, operation: Operation, call: Call) -> int:
        """The status of a success: the documented one, unless the behaviour told another."""
        return call.status or operation.status

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request. Never raises: whatever is wrong becomes an error response."""
        path, _, query = request.target.partition("?")
        headers = request.headers
        if request.method == "GET" and self.verifier is None and not (query or request.body):
            # a path without a percent sign is the same decoded
            found = self.recall(path, headers.get("authorization"), dict) if "%" not in path else None
            if found is not None:
                kept, request_id = found
                return HttpResponse(status=kept.status, headers=kept.sent_as(request_id), body=kept.body)
        headers = {"host": request.host, **headers}
        return self.answer(request.method, path, query, headers, request.body, decoded=False, size=len(request.body))

    def answer(
        self, method: str, path: str, query: str, headers: Headers, body: bytes, *, decoded: bool, size: int
    ) -> HttpResponse:
        """`handle` for adapters, in parts.

        `path` is percent-decoded if `decoded`; `headers` are looked up in lower case; `size` is that of the body as it
        was sent, which an adapter need not have read where it is over `max_body`.
        """
        if path.startswith(PREFIX):
            return self.control.handle(method, path, headers, body)
        request_id = self._request_id()
        observe = self.observe
        if observe is None:
            return self._answer(method, path, query, headers, body, decoded, size, request_id)[0]
        began = perf_counter()
        response, operation = self._answer(method, path, query, headers, body, decoded, size, request_id)
        seconds = perf_counter() - began
        observe(method, path, self.service.service, operation, response.status, seconds, request_id)
        return response

    def recall(self, path: str, authorization: str | None, headers: Callable[[], Headers]) -> tuple[Kept, str] | None:
        """What `answer` would give for a GET of a decoded path alone, and its request id, where that is kept; else
        None."""
        address = self._kept.find(path)
        if address is None or self.injected.active:
            return None
        began = perf_counter()
        if self._tick is not None and perf_counter() >= self._next_tick:
            return None
        operation = address.operation
        if self.verifier is None:
            scope = read_credential(authorization).scope
        else:
            try:
                scope = self.verifier.verify(self.service, operation, "GET", path, address.labels, "", headers(), b"")
            except ServiceFault:
                return None
        kept = address.answers.get(scope)
        if kept is None or not self._kept.holds(kept):
            return None
        request_id = self._request_id()
        if self.observe is not None:
            seconds = perf_counter() - began
            self.observe("GET", path, self.service.service, operation, kept.status, seconds, request_id)
        return kept, request_id

    def cut_short(self, method: str, path: str, headers: Headers) -> HttpResponse:
        """What a request is answered, with 408, whose body did not come whole; nothing of it is carried out."""
        request_id = self._request_id()
        fault = ServiceFault(TIMEOUT, "The body of the request did not come whole.", status=408)
        if self.observe is not None:
            self.observe(method, path, self.service.service, None, 408, 0.0, request_id)
        return self._faults.write(fault, request_id)

    def _answer(
        self,
        method: str,
        path: str,
        query: str,
        headers: Headers,
        body: bytes,
        decoded: bool,
        size: int,
        request_id: str,
    ) -> tuple[HttpResponse, Operation | None]:
        plan: Plan | None = None
        operation: Operation | None = None
        try:
            plan, labels = self._route(method, path, query, headers)
            operation = plan.operation
            if size > self.max_body:
                refusal = self._faults.too_large(operation, size, self.max_body, plan.invalid_code)
                return self._faults.write(refusal, request_id), operation
            if not decoded:
                labels = decode_labels(labels)
            if self.verifier is None:
                scope = read_credential(headers.get("authorization")).scope
            else:
                texts = labels if decoded else None
                scope = self.verifier.verify(self.service, operation, method, path, texts, query, headers, body)
            if self.injected.active:
                self.injected.strike(self.service.service, operation.name)
            behave = plan.behave
            if behave is None:
                return self._faults.write(self._not_built(operation), request_id), operation
            params = plan.read(labels, query, headers, body)
            call = Call(operation, params, scope, self.store, self.clock, plan.invalid_code)
            reads: Reads | None = None
            if plan.steady and not query and (decoded or "%" not in path):
                reads = Reads(self.store)
                call.store = reads.as_store()
            if plan.before is not None:
                call.prepared = plan.before(call)
            if plan.mutates:
                with self.store.transaction(call.scope):
                    result = behave(call)
                self.tick()
            else:
                if self._tick is not None and perf_counter() >= self._next_tick:
                    self.tick()
                result = behave(call)
            sent, content = plan.write(result if result is not None else {})
            sent["x-amzn-requestid"] = request_id
            response = HttpResponse(status=self.status_of(operation, call), headers=sent, body=content)
            if reads is not None:
                self._kept.keep(path, labels, call, reads, response)
            return response, operation
        except ServiceFault as fault:
            return self._faults.write(fault, request_id), operation
        except InvalidRequestError as error:
            code = plan.invalid_code if plan is not None else "ValidationException"
            return self._faults.write(ServiceFault(code, str(error), status=400), request_id), operation
        except StoreLostError as error:
            # Where it was is told by the error: a traceback for each request would bury it.
            log.error("request %s: %s %s failed: %s", request_id, method, path, error.message)  # noqa: TRY400
            lost = ServiceFault(INTERNAL, f"The store does not answer; the log tells more under {request_id}.")
            return self._faults.write(lost, request_id), operation
        except Exception:  # the last line before the network: nothing but a response may pass it
            log.exception("request %s: %s %s failed", request_id, method, path)
            internal = ServiceFault(INTERNAL, f"An internal error occurred; the log tells more under {request_id}.")
            return self._faults.write(internal, request_id), operation

    def tick(self) -> None:
        """Let the behaviour do what time alone brings about: when the clock was moved, and now and then."""
        if self._tick is not None:
            self._next_tick = perf_counter() + _TICK
            self._tick(self.store, self.clock.now())

    def alarm(self, arn: str, state: str) -> int:
        """Move an alarm, where the behaviour has `alarm(store, arn, state, now)`; gives how much that has undone."""
        move: Any = getattr(self.behaviour, "alarm", None)
        hit: int = 0 if move is None else move(self.store, arn, state, self.clock.now())
        self.tick()
        return hit

    def knows(self, method: str, path: str, query: str, headers: Headers) -> bool:
        """Whether some operation of this service is meant."""
        try:
            self._route(method, path, query, headers)
        except ServiceFault:
            return False
        return True

    def _not_built(self, operation: Operation) -> ServiceFault:
        what = f"{operation.name} is an operation of {self.service.client}"
        return ServiceFault(NOT_IMPLEMENTED, f"{what}, but this backend does not implement it.")

    def _route(self, method: str, path: str, query: str, headers: Headers) -> Match[Plan]:
        if not self._by_target:
            found = self._router.match(method, path, query)
            if found is not None:
                return found
            what = f"{method} {path[:200]}"
        else:
            target = headers.get("x-amz-target") or ""
            plan = self._targets.get(target)
            if plan is not None and method == "POST":
                return plan, []
            what = f"the target {target[:200]!r}" if target else "a request without an X-Amz-Target header"
        raise ServiceFault(UNKNOWN_OPERATION, f"{self.service.client} has no operation for {what}.")


def _label_names(uri: str) -> list[str]:
    path = uri.partition("?")[0]
    return [segment.strip("{+}") for segment in path.split("/") if segment.startswith("{")]


def _request_ids() -> Callable[[], str]:
    # Unique in the life of a process, in the form of a UUID, and far cheaper than one: made in blocks.
    head = secrets.token_hex(10)
    prefix = f"{head[:8]}-{head[8:12]}-{head[12:16]}-{head[16:20]}-"
    blocks = itertools.count(secrets.randbits(32))
    ready: list[str] = []

    def request_id() -> str:
        while True:
            try:
                return ready.pop()
            except IndexError:
                block = f"{prefix}{next(blocks) & 0xFFFFFFFFFF:010x}"
                ready.extend([block + digits for digits in _DIGITS])

    return request_id


_DIGITS = tuple(f"{number:02x}" for number in reversed(range(256)))
