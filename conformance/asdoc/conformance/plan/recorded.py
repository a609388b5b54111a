"""The world of a recorded call: the calls of the same run before it, with what this run gives in place of its ids.

Nothing has to be found by literals here, as for documented examples, for a recording tells what was called before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asdoc.runtime.schema import Service, Shape

from ..cases.model import Case, Suite
from .arn import arn_link
from .leaves import Leaf, Path, copied, leaves
from .names import UNDOING, names_identity, stem, verb_noun
from .producers import linkable, telling
from .world import OWN, Binding, CallStep, Link, Open, Step, UndoStep, WaitStep, World

_TEXT = Shape(type="string")
OBSERVED = "observed"
"""The basis of a recorded case."""
_READING = ("Get", "List", "Describe", "Head", "Search", "Batch")
_SHORTEST = 1.0
"""Seconds between two calls from which on their time is part of the recording."""


def recorded_world(suite: Suite, case: Case) -> World:
    """The plan of a recorded case."""
    return _Recording(suite, case).world()


class _Recording:
    def __init__(self, suite: Suite, case: Case) -> None:
        self.service: Service = suite.service
        self.case = case
        run = [each for each in suite.file.cases if each.basis == OBSERVED]
        before = run[: next(index for index, each in enumerate(run) if each is case)]
        self.before = [each for each in before if not each.error and each.operation in suite.service.operations]
        self.steps: list[Step] = []
        self.placed: dict[int, int] = {}
        """Index in `before` -> index in `steps`."""

    def world(self) -> World:
        for index in self._needed():
            self._pass_time(self.before[index])
            self.placed[index] = len(self.steps)
            self.steps.append(self._step(self.before[index], index))
        self._pass_time(self.case)
        call = self._step(self.case, len(self.before))
        output = self.service.operations[self.case.operation].output
        expected: dict[Path, Binding] = {}
        for leaf in leaves(self.service, output, self.case.output or {}):
            binding = self._binding(leaf, len(self.before), own=True)
            if binding is not None:
                expected[leaf.path] = binding
        return World(
            case=self.case,
            reading="",
            steps=self.steps,
            call=call,
            changes=(),
            expected=expected,
            timed=frozenset({()}) if any(isinstance(step, WaitStep) for step in self.steps) else frozenset(),
            undoing=lambda: list(self._undoing(call)),
        )

    def _needed(self) -> list[int]:
        """The calls before that changed something, and those that first showed what others of them name."""
        needed = {
            index for index, each in enumerate(self.before) if not verb_noun(each.operation)[0].startswith(_READING)
        }
        seen: set[int] = set()
        pending = [*needed, len(self.before)]
        while pending:
            index = pending.pop()
            if index in seen:
                continue
            seen.add(index)
            case = self.before[index] if index < len(self.before) else self.case
            for leaf in self._inputs(case):
                origin = self._origin(leaf, index)
                if origin is not None and origin[0] not in needed:
                    needed.add(origin[0])
                    pending.append(origin[0])
        return sorted(needed)

    def _pass_time(self, case: Case) -> None:
        passed = sum(step.more_seconds for step in self.steps if isinstance(step, WaitStep))
        if case.at - passed >= _SHORTEST:
            self.steps.append(
                WaitStep(f"{case.at:g} s into the recording", (), 0.0, more_seconds=case.at - passed, exact=True)
            )

    def _step(self, case: Case, index: int) -> CallStep:
        step = CallStep(case, copied(case.params))
        for leaf in self._inputs(case):
            binding = self._binding(leaf, index, own=False)
            if binding is not None:
                step.links[leaf.path] = binding
        return step

    def _inputs(self, case: Case) -> list[Leaf]:
        return leaves(self.service, self.service.operations[case.operation].input, case.params)

    def _outputs(self, case: Case) -> list[Leaf]:
        return leaves(self.service, self.service.operations[case.operation].output, case.output or {})

    def _origin(self, leaf: Leaf, index: int) -> tuple[int, Leaf] | None:
        """Which answer before call `index` was the first to show a value that no caller had given."""
        if not linkable(leaf):
            return None
        particular = telling(leaf.value)
        if not particular and not (isinstance(leaf.value, int) and names_identity(leaf.member)):
            return None
        for number, case in enumerate(self.before[:index]):
            if any(_alike(leaf, given, by_name=not particular) for given in self._inputs(case)):
                return None
            for shown in self._outputs(case):
                if linkable(shown) and _alike(leaf, shown, by_name=not particular):
                    return number, shown
        return None

    def _binding(self, leaf: Leaf, index: int, *, own: bool) -> Binding | None:
        """What a literal stands for; `own` tells that it stands in the answer of the case itself."""
        origin = self._origin(leaf, index)
        if origin is not None:
            step = self.placed.get(origin[0])
            if step is not None:
                return Link(step, "answer", origin[1].path)
        if isinstance(leaf.value, str) and leaf.value.startswith("arn:"):
            return self._arn(leaf.value, index, own=own) or (Open() if own else None)
        given = own and any(each.value == leaf.value for each in self._inputs(self.case))
        if own and not given and isinstance(leaf.value, str) and self._chosen(leaf):
            return Open()
        return None

    def _chosen(self, leaf: Leaf) -> bool:
        """Whether a value of the case's answer is one that every target chooses for itself."""
        paging = self.service.operations[self.case.operation].pagination
        token = paging is not None and leaf.member in {name.rpartition(".")[2] for name in paging.output_token}
        earlier = any(each.value == leaf.value for case in self.before for each in self._inputs(case))
        named = names_identity(leaf.member) and not leaf.member.endswith("Name") and telling(leaf.value)
        return token or (named and linkable(leaf) and not earlier)

    def _arn(self, text: str, index: int, *, own: bool) -> Binding | None:
        """An ARN part by part; `own` tells that it stands in the answer of the case, which may have chosen its id."""
        chosen: dict[Any, Path] = {}
        if own:
            chosen = {leaf.value: leaf.path for leaf in reversed(self._outputs(self.case)) if self._own_id(leaf)}

        def segment(part: str, before: str) -> Link | None:
            origin = self._origin(Leaf((before,), part, before, _TEXT), index)
            step = self.placed.get(origin[0]) if origin else None
            if origin and step is not None:
                return Link(step, "answer", origin[1].path)
            return Link(OWN, "answer", chosen[part]) if part in chosen else None

        return arn_link(text, segment)

    def _own_id(self, leaf: Leaf) -> bool:
        """Whether the case's answer is the first to show this id, which no caller had given."""
        if not isinstance(leaf.value, str) or leaf.value.startswith("arn:"):
            return False
        return self._chosen(leaf) and all(each.value != leaf.value for each in self._inputs(self.case))

    def _undoing(self, call: CallStep) -> Iterator[UndoStep]:
        """Calls that take away what the world made, the last first, as far as names tell how."""
        made = [(index, step) for index, step in enumerate(self.steps) if isinstance(step, CallStep)] + [(OWN, call)]
        for index, step in reversed(made):
            verb, noun = verb_noun(step.operation)
            names = (opposite + noun for opposite in UNDOING.get(verb, ()))
            name = next((name for name in names if name in self.service.operations), "")
            if name and (undoing := self._undo(name, index, step, noun)):
                yield undoing

    def _undo(self, name: str, index: int, step: CallStep, noun: str) -> UndoStep | None:
        shape = self.service.shapes.get(self.service.operations[name].input)
        undoing = UndoStep(Case(id=f"undoing {step.case.id}", kind="example", operation=name), {}, undoes=index)
        answer = step.case.output or {}
        for member in shape.required if shape else ():
            own = stem(member) in ("", noun.lower()) or noun.lower().endswith(stem(member))
            shown = next((each for each in (member, "Id", "Arn", "Name") if own and each in answer), "")
            if member in step.params:
                undoing.params[member] = step.params[member]
                undoing.links[(member,)] = Link(index, "sent", (member,))
            elif shown:
                undoing.params[member] = answer[shown]
                undoing.links[(member,)] = Link(index, "answer", (shown,))
            else:
                return None
        return undoing


def _alike(leaf: Leaf, other: Leaf, *, by_name: bool) -> bool:
    """Whether two literals are one value; a number is that only under the same name."""
    return (
        type(leaf.value) is type(other.value)
        and leaf.value == other.value
        and (not by_name or leaf.member == other.member)
    )
