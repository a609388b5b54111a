"""Calls made up from the service table, for operations whose pages show no example.

A sample gives what is required and no more. What names another thing is taken from the call that makes it; the rest is
the first value that type, enum, bounds and pattern allow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any

from asdoc.runtime.schema import Operation, Service, Shape

from ..patterns import matches
from .names import CREATING, affinity, names_identity, names_own, stem, verb_noun
from .references import FROM, TEXT

_DEEPEST = 6
_TEXTS = (
    "asdoc", "asdoc-sample", "asdoc1", "1", "2026-01-01", "2026-01-01T00:00:00Z", "a", "us-east-1", "123456789012",
    "arn:aws:iam::123456789012:role/asdoc", "arn:aws:s3:::asdoc-sample", "https://example.org/", "asdoc@example.org",
    "00000000-0000-4000-8000-000000000000", "s3://asdoc-sample/key", "/asdoc", "asdoc/sample", "10.0.0.0/16", "{}",
)  # fmt: skip
"""Texts that documented patterns are tried with, the plainest first."""
_RANK = {"id": 0, "identifier": 1, "number": 2, "arn": 3, "name": 4}


class Samples:
    """Makes the sample of each operation of one service."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def of(self, name: str, known: Collection[str] = ()) -> dict[str, Any]:
        """The made-up arguments of an operation. `known` are operations that can be called to prepare it."""
        operation = self.service.operations[name]
        shape = self.service.shapes.get(operation.input)
        if shape is None:
            return {}
        return {member: self._member(operation, member, shape.members[member], known) for member in shape.required}

    def _member(self, operation: Operation, name: str, node: Shape, known: Collection[str]) -> Any:
        if source := self.source(operation.name, name, known):
            return {FROM: source}
        made = self.value(node, f"asdoc-{stem(name) or verb_noun(operation.name)[1]}".lower())
        return _unique(self.service.resolve(node), made) if names_own(operation.name, name) else made

    def source(self, operation: str, member: str, known: Collection[str] = ()) -> str:
        """`CreateShelf.Id`: the creating call that gives what a member names; empty where there is none."""
        if not names_identity(member) and not stem(member):
            return ""
        verb, noun = verb_noun(operation)
        best: tuple[int, int, int, str] | None = None
        for creator, path in self._identities:
            if creator == operation or (verb in {"Create", "Register"} and names_own(operation, member)):
                continue
            if known and creator not in known:
                continue
            near = affinity(operation, member, creator, path[-1])
            if verb_noun(creator)[1] != noun and near < 2:
                continue
            if near:
                own = 0 if names_own(creator, path[-1]) else 1
                entry = (own, -near, _rank(path[-1], member), f"{creator}.{'.'.join(path)}")
                best = entry if best is None or entry < best else best
        return best[3] if best else ""

    @cached_property
    def _identities(self) -> list[tuple[str, tuple[str, ...]]]:
        return [
            (name, path)
            for name, operation in self.service.operations.items()
            if verb_noun(name)[0] in CREATING
            for path in self._named_in(operation)
        ]

    def _named_in(self, operation: Operation) -> Iterator[tuple[str, ...]]:
        """Members of an answer that name what was made: of the answer itself, or of the one structure that it holds."""
        shape = self.service.shapes.get(operation.output)
        if shape is None:
            return
        for name, node in shape.members.items():
            held = self.service.resolve(node)
            if held.type in {"string", "integer", "long"} and names_identity(name):
                yield (name,)
            elif held.type == "structure" and len(shape.members) == 1:
                for inner, inner_node in held.members.items():
                    if self.service.resolve(inner_node).type == "string" and names_identity(inner):
                        yield (name, inner)

    def value(self, node: Shape, name: str = "asdoc", depth: int = 0) -> Any:
        """The first value that a shape allows, in the form of a documented literal."""
        shape = self.service.resolve(node)
        kind = shape.type
        if kind == "structure":
            if depth > _DEEPEST:
                return {}
            members = shape.required or (tuple(shape.members)[:1] if shape.union else ())
            return {member: self.value(shape.members[member], name, depth + 1) for member in members}
        if kind == "list":
            count = int(shape.min or 0) or (1 if depth == 0 else 0)
            return [self.value(shape.member or Shape(type="string"), name, depth + 1) for _ in range(count)]
        if kind == "map":
            key = self.value(shape.key or Shape(type="string"), name, depth + 1)
            return {key: self.value(shape.value or Shape(type="string"), name, depth + 1)}
        if kind == "string":
            return self._text(shape, name)
        if kind in {"integer", "long", "float", "double"}:
            low = int(shape.min or 0)
            return max(low, min(1, int(shape.max if shape.max is not None else 1)))
        return {"boolean": False, "timestamp": "2026-01-01T00:00:00+00:00", "blob": {"$bytes": "YXNkb2M="}}.get(
            kind, {}
        )

    def _text(self, shape: Shape, name: str) -> str:
        if shape.enum:
            return shape.enum[0]
        low, high = int(shape.min or 0), int(shape.max if shape.max is not None else 1_000)
        for text in (name, *_TEXTS):
            fitted = (text if len(text) >= low else text + "a" * (low - len(text)))[: max(high, 1)]
            if not shape.pattern or matches(shape.pattern, fitted):
                return fitted
        return "a" * max(low, 1)


def _unique(shape: Shape, made: Any) -> Any:
    """A name that no other world at the target gives, where there is room for one."""
    fits = isinstance(made, str) and made.startswith("asdoc") and not shape.enum
    if not fits or (shape.max is not None and shape.max < len("asdoc-01234567")):
        return made
    if (shape.min or 0) > len("asdoc-01234567"):
        return made
    if shape.pattern and not matches(shape.pattern, "asdoc-01234567"):
        return made
    return {TEXT: "asdoc-{unique}"}


def _rank(path: str, member: str) -> int:
    """Of several identities of one thing, the one of the member's own kind, then ids before names."""
    kind = next((suffix for suffix in _RANK if path.lower().endswith(suffix)), "")
    return -1 if kind and member.lower().endswith(kind) else _RANK.get(kind, 9)
