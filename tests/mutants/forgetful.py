"""Backends that overlook one member: of what they are told, or of what they tell of each item of a list.

They are made over the table of the service, so that no member can be overlooked without some case that names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from asdoc.behaviour.appconfig import AppConfig
from asdoc.runtime.http import HttpResponse
from asdoc.runtime.schema import Operation
from asdoc.runtime.server.backend import ServiceBackend
from asdoc.runtime.server.call import Call
from asdoc.runtime.server.clock import ManualClock

from .bent import SERVICE, Bent, with_body
from .mutant import Mutant

_CHANGING = re.compile(r"Create|Update|Start|Stop|Delete")


def mutants() -> Iterator[Mutant]:
    """Every forgetful mutant of AppConfig, by name."""
    for operation in SERVICE.operations.values():
        if _CHANGING.match(operation.name):
            for name in _optional(operation):
                make = partial(_deaf, operation, name)
                yield Mutant(f"ignored:{operation.name}.{name}", make, operation=operation.name, checks=("",))
        if operation.pagination is not None:
            for name in _item(operation):
                bent = partial(Bent, operation.name, bend=partial(_without, name))
                yield Mutant(f"item-member:{operation.name}.{name}", bent, operation=operation.name, checks=("value",))


def _optional(operation: Operation) -> Iterator[str]:
    shape = SERVICE.shapes.get(operation.input)
    if shape is not None:
        yield from (name for name in shape.members if name not in shape.required)


def _item(operation: Operation) -> Iterator[str]:
    """The members of what an operation lists."""
    assert operation.pagination is not None
    listed = SERVICE.resolve(SERVICE.shapes[operation.output].members[operation.pagination.result_key[0]])
    assert listed.member is not None
    yield from SERVICE.resolve(listed.member).members


def _without(name: str, response: HttpResponse) -> HttpResponse:
    def change(body: dict[str, Any]) -> None:
        for item in body.get("Items") or ():
            item.pop(name, None)

    return with_body(response, change)


def _deaf(operation: Operation, name: str) -> ServiceBackend:
    """A backend whose operation never sees one of its members."""
    method = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation.name).lower()

    def overlooking(known: Callable[[AppConfig, Call], Any]) -> Callable[[AppConfig, Call], Any]:
        def call(self: AppConfig, call: Call) -> Any:
            call.params.pop(name, None)
            return known(self, call)

        return call

    whole = [each for each in (method, f"before_{method}") if hasattr(AppConfig, each)]
    deaf = type("Deaf", (AppConfig,), {each: overlooking(getattr(AppConfig, each)) for each in whole})
    return ServiceBackend(SERVICE, deaf(), clock=ManualClock())
