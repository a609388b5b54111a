"""What a user may have meant by a name that leads nowhere."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from asdoc.codegen.spec import Spec
from asdoc.runtime.errors import AsdocError

from .subject import structure

_MANY = 12
_LONGEST = 200
"""How much is shown of what was given, and compared."""


def unknown(spec: Spec, fact: str, known: Iterable[str]) -> AsdocError:
    """The error of a fact that the spec does not have, with those of `known` that are like it."""
    names, given = list(dict.fromkeys(known)), fact[:_LONGEST]
    lower = {name.lower(): name for name in reversed(names)}
    like = [lower[name] for name in difflib.get_close_matches(given.lower(), lower, n=3, cutoff=0.6)]
    if not like:
        # Of a name without the side or the list on the way, its end is what is meant.
        end = re.split(r"[.=]", given)[-1].lower()
        ends = {re.split(r"[.=]", name)[-1].lower(): name for name in reversed(names)}
        like = [ends[name] for name in difflib.get_close_matches(end, ends, n=3, cutoff=0.75)]
    if like:
        hint = f"Did you mean {' or '.join(like)}?"
    elif len(names) <= _MANY and names:
        hint = f"It has {', '.join(names)}."
    else:
        hint = "Name an operation, a shape, a member as OPERATION.MEMBER, an example, a statement or a JSON pointer."
    return AsdocError(f"tracing {given!r}: the spec of {spec.service} has no such fact", hint=hint)


def heads(spec: Spec) -> Iterator[str]:
    """Every name that a fact may begin with."""
    for name, told in spec.operations.items():
        yield name
        yield told["method"]
    yield from spec.shapes
    yield from spec.waiters
    for statement in spec.statements.get("statements", []):
        yield statement["id"]
    for example in spec.examples:
        yield example["id"]


def members(spec: Spec, shape: str, depth: int) -> list[str]:
    """Names of the members of a shape, down to that depth and one more, each structure once."""
    found: list[str] = []
    level: list[tuple[str, str, dict[str, Any]]] = [("", shape, spec.shapes[shape])]
    seen = {shape}
    for _ in range(min(depth + 1, 4)):
        deeper = []
        for path, owner, schema in level:
            for name, child in schema.get("properties", {}).items():
                inner = f"{path}.{name}" if path else name
                found.append(inner)
                holder, held, _, _ = structure(spec, owner, child, "", "")
                if holder not in seen:
                    seen.add(holder)
                    deeper.append((inner, holder, held))
        level = deeper
    return found
