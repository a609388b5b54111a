"""Every fact that a page tells of a service, under the name that leads to it."""

from __future__ import annotations

from collections.abc import Iterator

from asdoc.codegen.spec import Spec


def facts(spec: Spec) -> Iterator[tuple[str, str]]:
    """(fact, the name that every line with it holds) of all operations, errors, members and values."""
    for name, operation in spec.operations.items():
        yield name, operation["method"]
        for error in operation["errors"]:
            yield f"{name}.errors.{error}", error
        for side in ("input", "output"):
            shape = spec.shapes[operation[side]] if operation[side] else {}
            for member in shape.get("properties", {}):
                yield f"{name}.{side}.{member}", member
    for name, shape in spec.shapes.items():
        for member in shape.get("properties", {}):
            yield f"{name}.{member}", member
        for value in shape.get("enum", ()):
            yield f"{name}={value}", value
