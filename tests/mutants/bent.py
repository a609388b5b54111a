"""Backends that are wrong on the wire: the reference, with one answer or one request of one operation bent.

They are made over the table of the service: for each kind of fault, every operation that can have it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from asdoc.behaviour.appconfig import AppConfig
from asdoc.runtime.http import HttpResponse
from asdoc.runtime.schema import Operation, Service, load_service
from asdoc.runtime.server.backend import ServiceBackend
from asdoc.runtime.server.clock import ManualClock
from asdoc.runtime.server.reading import Headers
from asdoc.runtime.server.routing import Router

from .mutant import Mutant

Bend = Callable[[HttpResponse], HttpResponse]
Ask = Callable[[dict[str, str]], dict[str, str]]

SERVICE = load_service("asdoc.appconfig")


class Bent(ServiceBackend):
    """Bends what one operation (or, where `operation` is empty, every one) is asked and answers."""

    def __init__(
        self, operation: str, *, bend: Bend = lambda response: response, ask: Ask = lambda query: query
    ) -> None:
        super().__init__(SERVICE, AppConfig(), clock=ManualClock())
        self._operation, self._bend, self._ask = operation, bend, ask
        self._which: Router[Operation] = Router()
        for told in SERVICE.operations.values():
            self._which.add(told.http_method, told.uri, told)

    def answer(
        self, method: str, path: str, query: str, headers: Headers, body: bytes, *, decoded: bool, size: int
    ) -> HttpResponse:
        found = self._which.match(method, path, query)
        meant = found is not None and self._operation in ("", found[0].name)
        if meant and query:
            query = urlencode(self._ask(dict(parse_qsl(query, keep_blank_values=True))))
        response = super().answer(method, path, query, headers, body, decoded=decoded, size=size)
        return self._bend(response) if meant and not path.startswith("/_asdoc/") else response


def with_status(response: HttpResponse, status: int) -> HttpResponse:
    return HttpResponse(status=status, headers=response.headers, body=response.body)


def with_body(response: HttpResponse, change: Callable[[dict[str, Any]], Any]) -> HttpResponse:
    """With another JSON body, where it is a success with one that holds something."""
    if response.status >= 300 or response.body[:1] != b"{":
        return response
    body = json.loads(response.body)
    if not body:
        return response
    change(body)
    headers = {**response.headers, "content-length": ""}
    headers.pop("content-length")
    return HttpResponse(status=response.status, headers=headers, body=json.dumps(body).encode())


def refusal(status: int, code: str) -> HttpResponse:
    content = json.dumps({"Message": "no"}).encode()
    return HttpResponse(
        status=status, headers={"content-type": "application/json", "x-amzn-errortype": code}, body=content
    )


def _success(bend: Bend) -> Bend:
    return lambda response: bend(response) if response.status < 300 else response


def _error(*statuses: int, to: HttpResponse) -> Bend:
    return lambda response: to if response.status in statuses else response


def _first(body: dict[str, Any], *kinds: type) -> str | None:
    """The first member with a value of one of these kinds, but not an opaque token."""
    return next((name for name, value in body.items() if type(value) in kinds and name != "NextToken"), None)


def _drop(body: dict[str, Any]) -> None:
    body.pop(next(iter(body)))


def _retype(body: dict[str, Any]) -> None:
    name = next(iter(body))
    value = body[name]
    body[name] = str(value) if isinstance(value, int | float) else {"value": value} if isinstance(value, str) else "x"


def _another_value(body: dict[str, Any]) -> None:
    name = _first(body, str, int, float)
    if name is not None:
        value = body[name]
        body[name] = f"{value}x" if isinstance(value, str) else value + 1
        return
    within = (held[0] if isinstance(held, list) and held else held for held in body.values())
    inner = next((held for held in within if isinstance(held, dict) and held), None)
    if inner is not None:
        _another_value(inner)


def _renamed(body: dict[str, Any]) -> None:
    """Members in camelCase, as a service of another protocol has them."""
    for name in list(body):
        body[name[0].lower() + name[1:]] = body.pop(name)


def _epoch(body: Any) -> None:
    """Timestamps as numbers, as other protocols have them."""
    for key, value in list(body.items() if isinstance(body, dict) else enumerate(body)):
        if isinstance(value, dict | list):
            _epoch(value)
        elif isinstance(value, str) and len(value) >= 20 and value[4] == "-" and value[10] == "T":
            body[key] = datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp()


def _without(*names: str) -> Ask:
    return lambda query: {name: value for name, value in query.items() if name.lower() not in names}


def _drop_token(response: HttpResponse) -> HttpResponse:
    return with_body(response, lambda body: body.pop("NextToken", None))


def _twice(response: HttpResponse) -> HttpResponse:
    """The first item of each page stands there twice."""
    return with_body(response, lambda body: body["Items"].insert(0, body["Items"][0]) if body.get("Items") else None)


def _one_fewer(response: HttpResponse) -> HttpResponse:
    """The last item of each page is lost."""
    return with_body(response, lambda body: body["Items"].pop() if body.get("Items") else None)


def _lists(service: Service) -> Iterator[Operation]:
    for operation in service.operations.values():
        if operation.pagination is not None:
            yield operation


def _has_body(operation: Operation) -> bool:
    if not operation.output:
        return False
    shape = SERVICE.shapes[operation.output]
    return any(not member.location for member in shape.members.values()) and not shape.payload


def _refuses_unknown(operation: Operation) -> bool:
    return "ResourceNotFoundException" in operation.errors and "{" in operation.uri


def mutants() -> Iterator[Mutant]:
    """Every wire-level mutant of AppConfig, by name."""
    for operation in SERVICE.operations.values():
        yield from _of(operation)
    for operation in _lists(SERVICE):
        yield from _of_list(operation)


def _of(operation: Operation) -> Iterator[Mutant]:
    name = operation.name

    def bent(kind: str, says: tuple[str, ...], bend: Bend) -> Mutant:
        return Mutant(f"{kind}:{name}", lambda: Bent(name, bend=bend), operation=name, checks=says)

    other = 200 if operation.status != 200 else 202
    yield bent("status", ("status",), _success(lambda response: with_status(response, other)))
    if _has_body(operation):
        yield bent("member-missing", ("shape", "value", "type"), lambda response: with_body(response, _drop))
        yield bent("type", ("shape", "type", "value"), lambda response: with_body(response, _retype))
        yield bent("value", ("value",), lambda response: with_body(response, _another_value))
        yield bent("member-names", ("shape", "value", "type"), lambda response: with_body(response, _renamed))
    if _refuses_unknown(operation):
        to = refusal(500, "InternalServerException")
        yield bent("unknown-id-500", ("status", "error"), _error(404, to=to))
        yield bent("unknown-id-400", ("status", "error"), _error(404, to=refusal(400, "BadRequestException")))
        yield bent("unknown-id-ok", ("status", "error"), _error(404, to=_nothing(operation)))
        yield bent("error-code", ("error",), _error(404, to=refusal(404, "NotFoundException")))
    if "BadRequestException" in operation.errors and operation.input:
        yield bent("not-validated", ("status", "error"), _error(400, to=_nothing(operation)))
    if name in _TIMED:
        yield bent("epoch-timestamps", ("shape", "type", "value"), lambda response: with_body(response, _epoch))


_TIMED = ("GetDeployment", "StartDeployment", "StopDeployment", "ListDeployments")


def _nothing(operation: Operation) -> HttpResponse:
    return HttpResponse(status=operation.status, headers={"content-type": "application/json"}, body=b"{}")


def _of_list(operation: Operation) -> Iterator[Mutant]:
    name = operation.name

    def made(kind: str, says: tuple[str, ...], **bent: Any) -> Mutant:
        return Mutant(f"{kind}:{name}", lambda: Bent(name, **bent), operation=name, checks=says)

    yield made("token-never-returned", ("page", "pagination", "value"), bend=_drop_token)
    yield made("limit-ignored", ("page", "pagination", "value"), ask=_without("max_results", "maxresults"))
    yield made("token-ignored", ("page", "pagination", "value"), ask=_without("next_token", "nexttoken"))
    yield made("item-twice", ("page", "pagination", "value", "order"), bend=_twice)
    yield made("item-lost", ("page", "pagination", "value", "order"), bend=_one_fewer)
