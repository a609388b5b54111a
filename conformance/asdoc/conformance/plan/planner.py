"""From a case to its world.

Each case gets a world of its own, so that no verdict hangs on the order of a run or on what another case left behind.
What the world needs is found through the case's own literals: whichever documented call brings a literal about is
called first, with its own literals resolved the same way.
"""

from __future__ import annotations

from functools import cached_property, partial

from asdoc.runtime.errors import AsdocError

from ..cases.model import SAMPLE, Case, Given, Reading, Require, Script, Suite
from .answer import AnswerPlan
from .leaves import Key, leaves, pointer
from .names import names_identity, names_own, verb_noun
from .producers import Producers, linkable, telling
from .readings import changed, readings
from .recorded import OBSERVED, recorded_world
from .samples import Samples
from .scene import Scene
from .script import script_world
from .teardown import teardown
from .world import CallStep, WaitStep, World


class Planner:
    """Plans of all cases of one suite."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.producers = Producers(suite.service, [*suite.file.cases, *suite.lent], suite.file.resources)

    @cached_property
    def all_producers(self) -> Producers:
        """Producers with the made-up calls too, for cases that stand on no example alone."""
        file, service = self.suite.file, self.suite.service
        told = {sample.operation: sample for sample in file.samples}
        cases = [*file.cases, *self.suite.lent]
        shown = {case.operation for case in cases if case.kind == "example"}
        samples = Samples(service)
        made = [
            Case(
                id=f"{file.service}.{SAMPLE}.{name}",
                kind=SAMPLE,
                operation=name,
                params=told[name].params if name in told else samples.of(name),
                scripts=(Script(steps=told[name].before),) if name in told else (),
            )
            for name in service.operations
            if name not in shown
        ]
        return Producers(service, [*cases, *made], file.resources)

    def worlds(self, case: Case) -> list[World]:
        """One world a reading, one for a case without errata.

        Raises AsdocError for a reading that does not apply, and for an operation that the service does not have.
        """
        if case.operation not in self.suite.service.operations:
            raise AsdocError(f"planning {case.id}: {self.suite.service.service} has no operation {case.operation}")
        if case.basis == OBSERVED:
            return [recorded_world(self.suite, case)]
        if case.scripts:
            return [script_world(self.all_producers, self.suite.file, case, script) for script in case.scripts]
        return [self._world(case, reading) for reading in readings(case.errata)]

    def _world(self, case: Case, reading: Reading) -> World:
        read = changed(case, reading.changes)
        scene = Scene(self.producers, self.suite.file, read)
        for operation in reading.before:
            earlier = self.producers.by_operation.get(operation)
            if earlier:
                scene.instance(earlier[0], "before")
            else:
                scene.missing.append(f"a documented call of {operation}")
        scene.link_params(scene.call)
        awaits_state = False
        for require in self.suite.file.requires:
            if require.operation == read.operation:
                awaits_state |= self._bring_about(require, scene)
        for given in read.given:
            if given.state:
                awaits_state |= self._bring_about(given, scene)
            else:
                scene.resource(given.resource)
            if given.hours:
                scene.steps.append(WaitStep(f"{given.hours:g} hours later", (), 0.0, more_seconds=given.hours * 3600))
                awaits_state = True
        answer = AnswerPlan(scene)
        if read.output is not None:
            answer.make()
        return World(
            case=read,
            reading=reading.name,
            changes=(*(change["path"] for change in reading.changes), *(["/before"] if reading.before else [])),
            steps=scene.steps,
            call=scene.call,
            expected=answer.expected,
            timed=frozenset(answer.timed),
            unread=scene.unread,
            unmade=_unmade(scene) if scene.unread else (),
            unproven=answer.unproven() if scene.unread else frozenset(),
            awaits_state=awaits_state,
            missing=tuple(dict.fromkeys(scene.missing)),
            undoing=partial(teardown, scene),
        )

    def _bring_about(self, require: Require | Given, scene: Scene) -> bool:
        """Have a resource in the state that the case's operation needs. True where that takes time."""
        resource = self.suite.file.resources.get(require.resource, {})
        makers = self.producers.by_operation.get(str(resource.get("create", "")))
        if not makers:
            scene.missing.append(f"a documented call that makes a {require.resource}")
            return False
        return scene.reach(require.resource, require.state, scene.instance(makers[0]))


_MAKING = frozenset({"Allocate", "Create", "Import", "Put", "Register", "Run"})
"""First words of operations that may give a name of their own."""


def _unmade(scene: Scene) -> tuple[str, ...]:
    """Names that the calls of a world take from the page as they are, though somebody must have given them."""
    found = []
    for step in [scene.call, *(step for step in scene.steps if isinstance(step, CallStep))]:
        creating = verb_noun(step.operation)[0] in _MAKING
        for leaf in leaves(scene.service, scene.service.operations[step.operation].input, step.params):
            named = names_identity(leaf.member) or isinstance(leaf.path[-1], Key)
            own = creating and names_own(step.operation, leaf.member)
            if named and linkable(leaf) and telling(leaf.value) and not own and leaf.path not in step.links:
                found.append(f"{step.operation}{pointer(leaf.path)}")
    return tuple(found)
