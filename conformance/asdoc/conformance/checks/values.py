"""Comparing a documented answer with a live one, literal by literal, through the bindings of its world."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from asdoc.runtime.schema import Service, Shape

from ..events import Check
from ..patterns import matches
from ..plan.leaves import Key, Path, is_special, pointer
from ..plan.references import refers
from ..plan.resolve import Resolver, UnboundError, native
from ..plan.world import Binding, Open
from .matchers import MATCHERS, matcher_of
from .readers import Mistyped

_ABSENT = object()
ABSENT = {"$absent": True}
"""In place of a documented value: a reading by which the answer leaves the member out."""


class Moment(NamedTuple):
    """A documented timestamp and the live one in its place."""

    documented_at: str
    """JSON Pointer into the documented answer."""
    pointer: str
    """JSON Pointer into the live one."""
    documented: datetime
    found: datetime


class Comparison(NamedTuple):
    checks: list[Check]
    moments: list[Moment]


def compare(
    service: Service,
    shape: str,
    documented: Mapping[str, Any],
    bindings: Mapping[Path, Binding],
    resolver: Resolver,
    found: Mapping[str, Any],
) -> Comparison:
    """One check a documented literal. What the answer holds beyond them is not compared: pages show excerpts."""
    comparer = _Comparer(service, bindings, resolver)
    if not documented:
        return Comparison([], [])
    comparer.walk(service.shapes.get(shape, Shape()), documented, found, (), "")
    return Comparison(comparer.checks, comparer.moments)


class _Comparer:
    def __init__(self, service: Service, bindings: Mapping[Path, Binding], resolver: Resolver) -> None:
        self.service = service
        self.bindings = bindings
        self.resolver = resolver
        self.checks: list[Check] = []
        self.moments: list[Moment] = []

    def walk(self, node: Shape, documented: Any, found: Any, path: Path, live: str) -> None:
        """`live` is the JSON Pointer of `found` in the answer; an item may stand elsewhere there than on the page."""
        shape = self.service.resolve(node)
        if isinstance(documented, dict) and not is_special(documented) and documented:
            if not isinstance(found, dict):
                self.fail(path, live, shown(documented), found)
                return
            for name, item in documented.items():
                key = self.key(name, path) if shape.type == "map" else name
                member = (shape.value if shape.type == "map" else shape.members.get(name)) or Shape()
                self.walk(member, item, found.get(key, _ABSENT), (*path, name), f"{live}/{key}")
        elif isinstance(documented, list) and documented:
            if not isinstance(found, list):
                self.fail(path, live, shown(documented), found)
                return
            self.items(shape.member or Shape(), documented, found, path, live)
        else:
            self.leaf(shape, documented, found, path, live)

    def key(self, name: str, path: Path) -> str:
        binding = self.bindings.get((*path, Key(name)))
        if binding is None or isinstance(binding, Open):
            return name
        try:
            return str(self.resolver.live(binding))
        except UnboundError:
            return name

    def items(self, member: Shape, documented: list[Any], found: list[Any], path: Path, live: str) -> None:
        """Pair each documented item with the live one that fits it best; other items may stand between them.

        Pairs are sought over the whole list, so that the values are judged here and the order by a check of its own.
        """
        trials = {}
        for index, item in enumerate(documented):
            for position, candidate in enumerate(found):
                trial = _Comparer(self.service, self.bindings, self.resolver)
                trial.walk(member, item, candidate, (*path, index), f"{live}/{position}")
                trials[index, position] = trial
        misses = {pair: _misses(trial.checks) for pair, trial in trials.items()}
        paired = _paired(misses, len(documented), len(found), [_literals(item) for item in documented])
        for index, item in enumerate(documented):
            if index in paired:
                trial = trials[index, paired[index]]
                self.checks += trial.checks
                self.moments += trial.moments
            else:
                self.fail(
                    (*path, index), f"{live}/{index}", shown(item), f"only {len(found)} item{'s' * (len(found) != 1)}"
                )

    def leaf(self, shape: Shape, documented: Any, found: Any, path: Path, live: str) -> None:
        where = f"value:{pointer(path)}"
        try:
            expected = self.resolver.expected(shape, documented, self.bindings.get(path))
        except UnboundError:
            # Without the live value only presence and type are left to judge.
            expected = Open()
        told = shown(documented)
        if documented == ABSENT:
            absent = found is _ABSENT
            self.checks.append(
                Check(
                    id=where,
                    outcome="pass" if absent else "fail",
                    documented="absent",
                    found="absent" if absent else shown(found),
                    pointer=live,
                )
            )
            return
        if found is _ABSENT:
            self.checks.append(Check(id=where, outcome="fail", documented=told, found="absent", pointer=live))
            return
        if asked := matcher_of(documented):
            plain = found.raw if isinstance(found, Mistyped) else found
            fits = not isinstance(found, Mistyped) and MATCHERS[asked[0]](self, shape, asked[1], found)
            outcome = "pass" if fits else "fail"
            self.checks.append(Check(id=where, outcome=outcome, documented=told, found=shown(plain), pointer=live))
            return
        if isinstance(found, Mistyped):
            self.checks.append(Check(id=where, outcome="fail", documented=told, found=found.raw, pointer=live))
            return
        here = None
        if isinstance(expected, Open):
            fits, here = self.open(shape, found)
        elif isinstance(expected, datetime):
            fits, here = isinstance(found, datetime), "a timestamp"
            if refers(documented):
                fits, here = expected == found, expected.isoformat()
            elif isinstance(found, datetime):
                self.moments.append(Moment(pointer(path), live, expected, found))
        else:
            fits = same(expected, found)
            if expected != documented and not isinstance(expected, bytes):
                here = shown(expected)
        outcome = "pass" if fits else "fail"
        self.checks.append(
            Check(id=where, outcome=outcome, documented=told, here=here, found=shown(found), pointer=live)
        )

    def fits(self, shape: Shape, documented: Any, found: Any) -> bool:
        """Whether a found value is as told, to the last literal."""
        trial = _Comparer(self.service, {}, self.resolver)
        trial.walk(shape, documented, found, (), "")
        return not _misses(trial.checks)

    def live(self, shape: Shape, told: Any) -> Any:
        """What a told value is in this run."""
        return self.resolver.expected(shape, told, None)

    def open(self, shape: Shape, found: Any) -> tuple[bool, str]:
        """An id of the target's own making: it must be one that the operations which take it would accept."""
        if isinstance(found, str):
            if shape.pattern:
                return matches(shape.pattern, found), f"a text like {shape.pattern}"
            return found != "", "a text that is not empty"
        return True, f"any {shape.type or 'value'}"

    def fail(self, path: Path, live: str, documented: Any, found: Any) -> None:
        found = "absent" if found is _ABSENT else found.raw if isinstance(found, Mistyped) else shown(found)
        self.checks.append(
            Check(id=f"value:{pointer(path)}", outcome="fail", documented=documented, found=found, pointer=live)
        )


def _paired(misses: dict[tuple[int, int], int], count: int, found: int, weights: list[int]) -> dict[int, int]:
    """Documented item -> live item. What fits wholly is paired wherever it stands, for order is judged elsewhere.

    The rest is paired in its order at the least cost, so that a difference is told of the item that it is in; an item
    left out costs all its literals.
    """
    paired: dict[int, int] = {}
    for (index, position), missed in sorted(
        misses.items(), key=lambda entry: (abs(entry[0][0] - entry[0][1]), entry[0])
    ):
        if not missed and index not in paired and position not in paired.values():
            paired[index] = position
    left = [index for index in range(count) if index not in paired]
    free = [position for position in range(found) if position not in paired.values()]
    # best[i][j]: the least cost, and its pairs, of the items from i on among the live ones from j on
    best: list[list[tuple[int, tuple[tuple[int, int], ...]]]] = [
        [(0, ())] * (len(free) + 1) for _ in range(len(left) + 1)
    ]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(free), -1, -1):
            options = [(best[i + 1][j][0] + weights[left[i]], best[i + 1][j][1])]
            if j < len(free):
                options.append(best[i][j + 1])
                cost, pairs = best[i + 1][j + 1]
                options.append((cost + misses[left[i], free[j]], ((left[i], free[j]), *pairs)))
            best[i][j] = min(options, key=lambda option: option[0])
    return paired | dict(best[0][0][1])


def _literals(item: Any) -> int:
    if isinstance(item, dict) and not is_special(item):
        return sum(map(_literals, item.values()))
    return sum(map(_literals, item)) if isinstance(item, list) else 1


def _misses(checks: list[Check]) -> int:
    return sum(check.outcome != "pass" for check in checks)


def same(expected: Any, found: Any) -> bool:
    """Equality of documented values: 25 is 25.0, but 1 is not true and "1" is not 1."""
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, int | float) and isinstance(found, int | float):
        return expected == found
    return type(expected) is type(found) and expected == found


def shown(value: Any) -> Any:
    """A value as the JSON of a report can hold it."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    if isinstance(value, Mistyped):
        return value.raw
    if is_special(value):
        plain = native(Shape(), value)
        return value if plain is value else shown(plain)
    if isinstance(value, dict):
        return {str(key): shown(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shown(item) for item in value]
    return value
