"""What the rules of derived cases ask of a service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from asdoc.runtime.schema import Operation, Service, Shape

from .sides import sides

_INVALID = re.compile(
    r"BadRequest|Validation|InvalidParameter|InvalidInput|InvalidRequest|InvalidArgument|MalformedInput|"
    r"ParameterValueInvalid"
)
_CREATING = ("Create", "Register", "Put", "Add", "Start", "Run", "Import")


class Facts:
    """One service, and the documented calls of it."""

    def __init__(
        self, service: Service, examples: Mapping[str, Mapping[str, Any]], resources: Mapping[str, Any]
    ) -> None:
        self.service = service
        self.examples = examples
        self.resources: Mapping[str, Mapping[str, Any]] = resources.get("resources") or {}
        self.read = bool(resources)
        """Whether somebody has read the service's pages: of the others only the tables are known, and not what a
        sentence says besides."""
        self.orders: Sequence[Mapping[str, Any]] = resources.get("orders") or ()
        self.samples = {sample["operation"]: sample["params"] for sample in resources.get("samples") or []}
        self.excluded = {told["operation"] for told in resources.get("excluded") or []}

    @cached_property
    def homes(self) -> dict[tuple[str, str, str], tuple[str, tuple[str, ...]]]:
        """Where each constraint within a shape is tried: at the first operation, a documented one before others."""
        found: dict[tuple[str, str, str], tuple[str, tuple[str, ...]]] = {}
        told = [name for name in self.service.operations if name in self.examples or name in self.samples]
        for name in dict.fromkeys((*told, *self.service.operations)):
            operation = self.service.operations[name]
            if name in self.excluded or self.cannot_be_called(operation):
                continue
            for side in sides(self.service, operation):
                if side.nested and not self.members(operation)[side.path[0]].location:
                    found.setdefault((*side.home, side.rule), (name, side.path))
        return found

    def given(self, operation: Operation) -> Mapping[str, Any]:
        """The arguments of the documented call, or of the sample that stands in for it."""
        return self.examples.get(operation.name) or self.samples.get(operation.name) or {}

    def cannot_be_called(self, operation: Operation) -> bool:
        """Whether a request of it is a stream, which no case writes."""
        shape = self.service.shapes.get(operation.input)
        return shape is not None and bool(self.service.event_member(shape))

    def members(self, operation: Operation) -> Mapping[str, Shape]:
        shape = self.service.shapes.get(operation.input)
        return shape.members if shape else {}

    def required(self, operation: Operation) -> Sequence[str]:
        shape = self.service.shapes.get(operation.input)
        return shape.required if shape else ()

    def outputs(self, operation: Operation) -> Mapping[str, Shape]:
        shape = self.service.shapes.get(operation.output)
        return shape.members if shape else {}

    def codes(self, operation: Operation) -> Iterator[str]:
        """The codes of the errors that an operation documents."""
        for name in operation.errors:
            shape = self.service.shapes.get(name)
            if shape and shape.error:
                yield shape.error.code

    def refusal(self, operation: Operation) -> dict[str, Any]:
        """How a call that is not as documented is refused: with the documented codes for that, or with any 4xx.

        Of a service that nobody has read any will do: many answer such calls with codes that are common to all of AWS,
        such as ValidationError, and that no operation lists.
        """
        codes = (
            [code for code in self.codes(operation) if _INVALID.search(code)]
            if self.read and not silent(operation)
            else []
        )
        return {"error": codes} if codes else {"refused": True}

    def creator(self, noun: str) -> Operation | None:
        """The operation that makes one of what a noun names, where it can be called again and again."""
        for verb in ("Create", "Register", "Put"):
            if found := self.service.operations.get(verb + noun):
                return found
        return None

    def reader(self, operation: Operation) -> Operation | None:
        """The operation that shows what another one made."""
        for resource in self.resources.values():
            if resource.get("create") == operation.name and "read" in resource:
                return self.service.operations.get(resource["read"])
        for verb in _CREATING:
            if operation.name.startswith(verb):
                noun = operation.name.removeprefix(verb)
                return self.service.operations.get(f"Get{noun}") or self.service.operations.get(f"Describe{noun}")
        return None

    def only_required(self, operation: Operation) -> dict[str, None]:
        """Members of the documented call that it could do without, left out."""
        return {name: None for name in self.given(operation) if name not in self.required(operation)}

    def own_name(self, operation: Operation) -> str:
        """The member by which a creating call names what it makes; empty where it does not."""
        noun = re.sub(r"^[A-Z][a-z]+", "", operation.name)
        for name in self.required(operation):
            plain = name.lower().removesuffix("identifier").removesuffix("name")
            held = self.service.resolve(self.members(operation)[name])
            named = held.type == "string" and not held.enum and name.lower().endswith("name")
            if named and noun.lower().endswith(plain):
                return name
        return ""


def case(
    facts: Facts, kind: str, operation: Operation, *parts: str, rule: str, steps: list[dict[str, Any]],
    basis: str = "derived",
) -> dict[str, Any]:  # fmt: skip
    """A derived case, as `cases.json` holds it."""
    return {
        "id": ".".join((facts.service.service, kind, operation.name, *parts)),
        "kind": kind,
        "operation": operation.name,
        "basis": basis,
        "rule": rule,
        "source": [operation.page] if operation.page else [],
        "scripts": [{"steps": steps}],
    }


def silent(operation: Operation) -> bool:
    """Whether an answer of it has no body, in which a code could stand."""
    return operation.http_method == "HEAD"


def control(operation: Operation) -> dict[str, Any]:
    """The same call as it is documented."""
    return {"call": operation.name, "control": True}


def singular(noun: str) -> str:
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    if noun.endswith(("sses", "xes", "ches")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
