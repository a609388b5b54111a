"""Reading an answer by the wire facts alone, and noting every place where it is not of the documented type.

A client forgives much; a judge must not. So the answer is read here from its raw status, headers and body.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import msgspec

from asdoc.runtime.http import HttpResponse
from asdoc.runtime.schema import Operation, Service, Shape

from .quick import Doubt, QuickReads
from .readers import READERS, Observed, Problem, Reader

_JSON = frozenset({"rest-json", "json"})


def carries_json(service: Service, operation: Operation) -> bool:
    """Whether a documented success has a body that its protocol structures."""
    return _forms(service).of(operation).carries


def tells_status(service: Service, operation: Operation) -> bool:
    """Whether a member of the answer carries its status."""
    return _forms(service).of(operation).tells_status


def decode(service: Service, operation: Operation, response: HttpResponse) -> Observed:
    """The members of a success, in Python values (timestamps as aware datetimes, blobs as bytes), and what is wrong."""
    return _forms(service).of(operation).decode(response)


class _Form:
    """What can be known of an operation's answers before there are any."""

    def __init__(self, forms: _Forms, operation: Operation) -> None:
        service = forms.service
        self._forms = forms
        self.operation = operation
        self._shape = service.shapes.get(operation.output)
        self._in_head: dict[str, Shape] = {}
        self._in_body: dict[str, Shape] = {}
        rest = service.protocol.startswith("rest-")
        for name, member in self._shape.members.items() if self._shape else ():
            if rest and member.location:
                self._in_head[name] = member
            elif self._shape and name != self._shape.payload:
                self._in_body[name] = member
        self.carries = self._carries(service)
        members = self._shape.members.values() if self._shape else ()
        self.tells_status = any(member.location == "statusCode" for member in members)

    def _carries(self, service: Service) -> bool:
        shape = self._shape
        if shape is None:
            return False
        if shape.payload:
            return service.resolve(shape.members[shape.payload]).type in {"structure", "list", "map", "document"}
        if service.protocol in {"json", "query", "ec2", "smithy-rpc-v2-cbor"}:
            return True
        return any(not member.location for member in shape.members.values())

    @cached_property
    def _quick(self) -> Any:
        """Reads a whole body; None where an answer has other parts than that, or it is not JSON."""
        shape = self._shape
        plain = shape is not None and self._in_body and not self._in_head and not shape.payload
        if shape is None or not plain or self._forms.service.protocol not in _JSON:
            return None
        return self._forms.quick.members(shape)

    def decode(self, response: HttpResponse) -> Observed:
        if self._shape is None:
            return Observed({}, [])
        if self._quick is not None:
            try:
                return Observed(self._quick(msgspec.json.decode(response.body)), [])
            except (Doubt, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                pass
        return self._decode(self._shape, response)

    def _decode(self, shape: Shape, response: HttpResponse) -> Observed:
        service = self._forms.service
        reader = READERS.get(service.protocol, Reader)(service)
        tree: dict[str, Any] = {}
        for name, member in self._in_head.items():
            reader.from_head(tree, name, member, response)
        if shape.payload:
            reader.payload(tree, shape, response)
        elif self._in_body and (response.body or self.carries):
            body = reader.body(response.body, shape, self.operation)
            if body is not None:
                reader.members(tree, self._in_body, body, "")
        for name in shape.required:
            if name not in tree:
                reader.problems.append(Problem("required", f"/{name}", "always present", "absent"))
        return Observed(tree, reader.problems)


def error_problems(service: Service, operation: Operation, code: str, response: HttpResponse) -> list[Problem]:
    """What is wrong with the body of an error that the operation documents: its members' types, and what is missing.

    Each exception has a message, as the pages of exceptions say of all. Whether its name begins with a capital differs
    between services and between their pages, and SDKs read both. Bodies of protocols without JSON are not looked at.
    """
    named = (service.shapes[name] for name in operation.errors if name in service.shapes)
    shape = next((shape for shape in named if shape.error and shape.error.code == code), None)
    if shape is None or service.protocol not in {"rest-json", "json"}:
        return []
    reader = READERS.get(service.protocol, Reader)(service)
    body = reader.json(response.body)
    if body is None:
        return reader.problems
    message = next((body[name] for name in ("message", "Message", "errorMessage") if body.get(name) is not None), None)
    if message is None:
        reader.problems.append(Problem("required", "/message", "always present", "absent"))
    elif not isinstance(message, str):
        reader.wrong("/message", "a string", message)
    rest = {name: each for name, each in shape.members.items() if name.lower() != "message" and not each.location}
    reader.members({}, rest, body, "")
    return reader.problems


class _Forms:
    """The forms of one service's answers."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.quick = QuickReads(service)
        self._known: dict[str, _Form] = {}

    def of(self, operation: Operation) -> _Form:
        known = self._known.get(operation.name)
        if known is None or known.operation.output != operation.output:
            known = self._known[operation.name] = _Form(self, operation)
        return known


_KEPT = 32
_known: dict[int, _Forms] = {}


def _forms(service: Service) -> _Forms:
    # By identity: a table cannot be hashed, and what holds it keeps its id from being given to another.
    known = _known.get(id(service))
    if known is None:
        if len(_known) >= _KEPT:
            _known.clear()
        known = _known[id(service)] = _Forms(service)
    return known
