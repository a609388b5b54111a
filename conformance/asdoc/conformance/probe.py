"""Whether a target has an operation at all: decided by what it answers where there certainly is none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from asdoc.runtime.exceptions import TransportError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import Operation, Service

from .checks.bodies import error_code, media_type
from .driver import Driver
from .hiding import cut

NOWHERE = "asdoc-no-such-operation"

_ACTION = re.compile(rb"Action=[^&]*")
_NUMBERED = re.compile(r"<(RequestI[dD]|requestId|HostId)>[^<]*</\1>")

NOT_IMPLEMENTED = frozenset({
    "NotImplemented", "NotImplementedException", "UnknownOperation", "UnknownOperationException", "InvalidAction",
    "UnsupportedOperation", "MethodNotImplemented", "ActionNotFound",
})  # fmt: skip
"""Codes by which servers say outright that they lack an operation, where the operation does not document them."""


class Likeness(NamedTuple):
    """What is left of an answer when everything that a request puts into it is taken away."""

    status: int
    media_type: str
    code: str
    body: str


class Probe:
    """Compares answers of one target with its answers to operations and routes that no service has."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._service = driver.service
        self._controls: dict[str, list[tuple[str, Likeness]]] = {}
        self._successes: dict[str, str] = {}

    def absent(self, operation: Operation, request: HttpRequest, response: HttpResponse) -> str:
        """Why the answer says that the target lacks the operation; empty where it does not.

        `request` is the one answered. A server error is never taken for a lack: a crash must not hide as one.
        """
        code, _ = error_code(response)
        if response.status == 501 or (code in NOT_IMPLEMENTED and code not in self._documented(operation)):
            return f"answered {told(response)}, which says that it is not there"
        if response.status >= 500:
            return ""
        kind = (response.status, media_type(response), code)
        alike = [
            (control, known)
            for control, known in self._for(operation, request)
            if (known.status, known.media_type, known.code) == kind
        ]
        if alike:
            likeness = liken(request, response)
            for control, known in alike:
                if known == likeness:
                    return f"answered {told(response)}, as it does to {control}"
        return ""

    def _documented(self, operation: Operation) -> set[str]:
        shapes = (self._service.shapes.get(name) for name in operation.errors)
        return {shape.error.code for shape in shapes if shape and shape.error}

    def meaningless(self, operation: Operation, request: HttpRequest) -> str:
        """Why a success of this target means nothing: it succeeds where there is nothing to succeed with."""
        key = request.method if self._service.protocol.startswith("rest-") else ""
        if key not in self._successes:
            name, control = next(iter(controls(self._service, operation, request)), ("", None))
            if control is None:
                return ""
            try:
                response = self._driver.send(self._driver.signed(control))
            except TransportError:
                self._successes[key] = ""
            else:
                succeeded = 200 <= response.status < 300
                self._successes[key] = f"{name} is answered with success too ({told(response)})" if succeeded else ""
        return self._successes[key]

    def hollow(self, operation: Operation, arguments: Mapping[str, Any], tree: Mapping[str, Any]) -> str:
        """Why a success tells nothing: it has none of the documented members, or gives back what a creation sent."""
        shape = self._service.shapes.get(operation.output)
        if shape is None or not shape.members:
            return ""
        if not tree:
            return (
                f"{operation.name} answers with none of the documented members ({', '.join(list(shape.members)[:3])})"
            )
        # Whatever is created has something of its own, which nobody sent.
        if operation.name.startswith("Create") and all(arguments.get(name) == value for name, value in tree.items()):
            return f"{operation.name} answers with nothing but what was sent"
        return ""

    def _for(self, operation: Operation, request: HttpRequest) -> list[tuple[str, Likeness]]:
        if operation.name not in self._controls:
            answers = []
            for name, control in controls(self._service, operation, request):
                signed = self._driver.signed(control)
                try:
                    answers.append((name, liken(signed, self._driver.send(signed))))
                except TransportError:
                    continue
            self._controls[operation.name] = answers
        return self._controls[operation.name]


def controls(service: Service, operation: Operation, request: HttpRequest) -> list[tuple[str, HttpRequest]]:
    """Requests like a given one, but for operations that certainly do not exist."""
    headers = {name: value for name, value in request.headers.items() if name not in {"authorization", "x-amz-date"}}

    def like(**changes: Any) -> HttpRequest:
        parts: dict[str, Any] = {
            "method": request.method, "scheme": request.scheme, "host": request.host, "target": request.target,
            "headers": headers, "body": request.body,
        }  # fmt: skip
        return HttpRequest(**{**parts, **changes})

    nameless = "an operation that no service has"
    if service.protocol in {"query", "ec2"}:
        return [(nameless, like(body=_ACTION.sub(f"Action={NOWHERE}".encode(), request.body)))]
    if service.protocol == "smithy-rpc-v2-cbor":
        return [(nameless, like(target=f"{request.target.rpartition('/')[0]}/{NOWHERE}"))]
    if not service.protocol.startswith("rest-"):
        return [
            (
                nameless,
                like(headers={**headers, "x-amz-target": f"{service.target_prefix}.{NOWHERE}"}),
            )
        ]
    path = request.target.partition("?")[0]
    found = []
    if not any(other.uri.startswith("/{") for other in service.operations.values()):
        # Else whatever stands first in a path is a name, such as a bucket's.
        found.append(("a route that no service has", like(target=f"/{NOWHERE}{path}")))
    # The last fixed segment replaced, so that what comes before it still leads to this service's own router.
    template = operation.uri.partition("?")[0].rstrip("/").split("/")
    fixed = [index for index, segment in enumerate(template) if segment and not segment.startswith("{")]
    segments = path.split("/")
    if fixed and fixed[-1] < len(segments):
        segments[fixed[-1]] = NOWHERE
        found.append(("a route that the service does not have", like(target="/".join(segments))))
    used = {other.http_method for other in service.operations.values() if _same_route(other.uri, operation.uri)}
    free = next((method for method in ("PUT", "PATCH", "DELETE", "POST", "GET") if method not in used), None)
    if free:
        found.append((f"{free} on its route, which is no operation", like(method=free)))
    return found


def _same_route(one: str, other: str) -> bool:
    blank: Callable[[str], str] = lambda uri: re.sub(r"{[^}]*}", "{}", uri.partition("?")[0].rstrip("/"))  # noqa: E731
    return blank(one) == blank(other)


def liken(request: HttpRequest, response: HttpResponse) -> Likeness:
    """An answer without the parts that echo its request or number it."""
    text = response.body.decode(errors="replace")
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if isinstance(body, dict):
        text = json.dumps({key: value for key, value in body.items() if "requestid" not in key.lower()}, sort_keys=True)
    text = _NUMBERED.sub("", text)
    path = request.target.partition("?")[0]
    action = _ACTION.search(request.body)
    target = request.headers.get("x-amz-target", "")
    segments = [part for part in path.split("/") if len(part) > 1]
    named = action.group().partition(b"=")[2].decode() if action else ""
    echoes = sorted({named, request.target, path, target, target.rpartition(".")[2], *segments}, key=len, reverse=True)
    for echo in echoes:
        if echo:
            text = text.replace(echo, "~")
    text = re.sub(rf"\b{request.method}\b", "~", text)
    # What is left of the path differs in depth, and numbers of requests differ always.
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "#", text)
    text = re.sub(r"(~[/ ]?)+", "~", re.sub(r"(/~)+", "~", text))
    return Likeness(response.status, media_type(response), error_code(response)[0], text)


def told(response: HttpResponse) -> str:
    """An answer in a few words."""
    code, message = error_code(response)
    kind = code or media_type(response) or "no content type"
    return f"{response.status} {kind}" + (f" ({cut(message, 80)})" if message else "")
