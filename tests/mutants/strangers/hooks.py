"""How one method of a behaviour is changed: what it is asked, what it answers, or the whole of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from asdoc.behaviour.appconfig import AppConfig
from asdoc.behaviour.appconfigdata import AppConfigData
from asdoc.behaviour.proton import Proton
from asdoc.runtime.http import HttpResponse
from asdoc.runtime.schema import Operation, load_service
from asdoc.runtime.server.backend import ServiceBackend
from asdoc.runtime.server.call import Call, ServiceFault
from asdoc.runtime.server.clock import ManualClock
from asdoc.runtime.server.composite import CompositeBackend
from asdoc.runtime.server.store import MemoryStore

from ..mutant import Mutant

Members = dict[str, Any]
Edit = Callable[[Members], object]
Bend = Callable[[HttpResponse], HttpResponse]

BEHAVIOURS: dict[str, type[Any]] = {"appconfig": AppConfig, "appconfigdata": AppConfigData, "proton": Proton}
TABLES = {name: load_service(f"asdoc.{name}") for name in BEHAVIOURS}


class Row(NamedTuple):
    name: str
    operation: str
    """That answers wrongly; empty where many do."""
    edit: Edit


def method_of(operation: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()


def target(service: str, behaviour: type[Any] | None = None, backend: type[ServiceBackend] = ServiceBackend) -> Any:
    """A backend of the service, with that behaviour; of AppConfig Data, with AppConfig as it should be beside it."""
    clock, store = ManualClock(), MemoryStore()
    made = backend(TABLES[service], (behaviour or BEHAVIOURS[service])(), clock=clock, store=store)
    if service != "appconfigdata":
        return made
    return CompositeBackend([ServiceBackend(TABLES["appconfig"], AppConfig(), clock=clock, store=store), made])


def answering(service: str, rows: tuple[Row, ...]) -> Iterator[Mutant]:
    """Whose answer of one operation is edited."""
    for name, operation, edit in rows:
        method = method_of(operation)
        known = getattr(BEHAVIOURS[service], method)

        def answer(self: Any, call: Call, known: Any = known, edit: Edit = edit) -> Any:
            answered: Members = known(self, call)
            edit(answered)
            return answered

        yield _mutant(service, f"answers-{name}", operation, {method: answer})


def asked(service: str, rows: tuple[Row, ...]) -> Iterator[Mutant]:
    """That hear one operation's call otherwise than it was made."""
    for name, operation, edit in rows:
        method = method_of(operation)
        held = {each: getattr(BEHAVIOURS[service], each, None) for each in (method, f"before_{method}")}
        overridden = {each: _misheard(known, edit) for each, known in held.items() if known is not None}
        yield _mutant(service, f"hears-{name}", operation, overridden)


def _misheard(known: Any, edit: Edit) -> Callable[[Any, Call], Any]:
    def hear(self: Any, call: Call) -> Any:
        call.params = dict(call.params)
        edit(call.params)
        return known(self, call)

    return hear


def behaving(service: str, kinds: dict[type[Any], str]) -> Iterator[Mutant]:
    """Of classes of their own, and the operation at which the fault of each shows."""
    for kind, operation in kinds.items():
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind.__name__).lower()
        yield Mutant(
            f"{service}-behaves:{name}", partial(target, service, kind), operation, checks=("",), service=service
        )


def lenient(service: str, operations: tuple[str, ...]) -> Iterator[Mutant]:
    """That delete what is gone, and say so with success."""
    for operation in operations:
        method = method_of(operation)
        known = getattr(BEHAVIOURS[service], method)

        def answer(self: Any, call: Call, known: Any = known) -> Any:
            try:
                return known(self, call)
            except ServiceFault as fault:
                if fault.code != "ResourceNotFoundException":
                    raise
                return {}

        yield _mutant(service, f"deletes-twice-{operation}", operation, {method: answer})


def idle(service: str, operations: tuple[str, ...]) -> Iterator[Mutant]:
    """That say they have deleted something, and have not."""
    for operation in operations:
        nothing: Callable[[Any, Call], Members] = lambda self, call: {}  # noqa: E731
        yield _mutant(service, f"deletes-nothing-{operation}", operation, {method_of(operation): nothing})


def _mutant(service: str, name: str, operation: str, methods: Members) -> Mutant:
    kind = type("Strange", (BEHAVIOURS[service],), methods)
    told, _, fault = name.partition("-")
    return Mutant(f"{service}-{told}:{fault}", partial(target, service, kind), operation, checks=("",), service=service)


_SAYS = {
    "error": ("error", "status"),
    "json": ("body", "types", "required", "value", "page"),
    "items": ("value", "page", "order"),
    "token": ("page", "value", "types"),
    "times": ("types", "value", "time"),
    "dates": ("types", "value", "time"),
    "arn": ("value", "status"),
    "payload": ("value",),
    "no": ("value", "required", "error", "page", "status"),
}
"""What the ids of checks begin with that name a fault, by the first word of its name."""


def bending(service: str, faults: dict[str, Bend]) -> Iterator[Mutant]:
    """Whose every answer is bent on the wire."""
    for name, bend in faults.items():
        kind = type("Bent", (_Bent,), {"bend": staticmethod(bend)})
        says = _SAYS.get(name.partition("-")[0], ("status", "error"))
        yield Mutant(f"{service}-wire:{name}", partial(target, service, None, kind), checks=says, service=service)


class _Bent(ServiceBackend):
    bend: Bend

    def recall(self, path: str, authorization: str | None, headers: Any) -> None:
        return None

    def _answer(self, *told: Any, **named: Any) -> tuple[HttpResponse, Operation | None]:
        response, operation = super()._answer(*told, **named)
        return self.bend(response), operation


def lose(*names: str) -> Edit:
    return lambda members: [members.pop(name, None) for name in names]


def put(**values: Any) -> Edit:
    return lambda members: members.update(values)


def change(name: str, how: Callable[[Any], Any]) -> Edit:
    return lambda members: members.update({name: how(members[name])}) if name in members else None


def within(name: str, edit: Edit) -> Edit:
    return lambda members: edit(members[name])


def each(edit: Edit, name: str = "Items") -> Edit:
    return lambda members: [edit(item) for item in members[name]]
