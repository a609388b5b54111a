"""A suite whose worlds are made by calls of another service: what that one documents is lent to it.

AppConfig Data makes nothing of its own: a session is of an application, an environment and a profile of AppConfig. Its
cases are tried on a target that answers for both services at one address.
"""

from __future__ import annotations

from typing import Any

import msgspec

from asdoc.runtime.schema import Operation, Service, Shape

from .model import Suite


def lent(suite: Suite, lender: Suite) -> Suite:
    """The suite with the operations of the lender, and its examples to make worlds of. No case of it is tried."""
    service, other = suite.service, lender.service
    mark = f"{other.service}:"
    shapes = {mark + name: _marked_shape(shape, mark) for name, shape in other.shapes.items()}
    operations = {
        name: _marked_operation(operation, mark)
        for name, operation in other.operations.items()
        if name not in service.operations
    }
    own, file = suite.file, lender.file
    return Suite(
        service=msgspec.structs.replace(
            service, operations={**service.operations, **operations}, shapes={**service.shapes, **shapes}
        ),
        file=msgspec.structs.replace(
            own,
            samples=(*own.samples, *file.samples),
            resources={**file.resources, **own.resources},
            requires=(*own.requires, *file.requires),
            orders=(*own.orders, *file.orders),
        ),
        lent=tuple(case for case in file.cases if case.kind == "example" and case.operation in operations),
        alone=service,
    )


def _marked_operation(operation: Operation, mark: str) -> Operation:
    return msgspec.structs.replace(
        operation,
        input=operation.input and mark + operation.input,
        output=operation.output and mark + operation.output,
        errors=tuple(mark + name for name in operation.errors),
    )


def _marked_shape(shape: Shape, mark: str) -> Shape:
    """A shape whose references lead to the shapes of the lender: both services may have one of a name."""
    changes: dict[str, Any] = {name: _marked_shape(held, mark) for name in _HELD if (held := getattr(shape, name))}
    if shape.shape:
        changes["shape"] = mark + shape.shape
    if shape.members:
        changes["members"] = {name: _marked_shape(member, mark) for name, member in shape.members.items()}
    return msgspec.structs.replace(shape, **changes) if changes else shape


_HELD = ("member", "key", "value")


def apart(suite: Suite) -> Suite:
    """The suite without what was lent to it, for a target that has the lender at another address."""
    return suite if suite.alone is None else Suite(service=suite.alone, file=suite.file)


def lender_of(service: Service, operation: Operation) -> str:
    """The name of the service that an operation belongs to."""
    name, mark, _ = (operation.input or operation.output).partition(":")
    return name if mark else service.service
