"""The world of a case of several steps: what each needs is brought about just before it."""

from __future__ import annotations

from functools import partial

import msgspec

from ..cases.model import SAMPLE, Case, CaseFile, Given, Script
from ..cases.model import Step as Told
from .producers import Producers
from .references import is_own_unknown, names
from .scene import Scene
from .teardown import teardown
from .world import CallStep, TrialStep, WaitStep, World


def script_world(producers: Producers, file: CaseFile, case: Case, script: Script) -> World:
    """The plan of one reading of a case."""
    read = msgspec.structs.replace(case, made={**case.made, **script.made}) if script.made else case
    plan = _ScriptPlan(Scene(producers, file, read))
    for given in read.given:
        plan.bring_about(given)
    for told in script.steps:
        plan.step(told)
    for told in script.lastly:
        plan.lastly(told)
    return plan.world(read, script.name)


class _ScriptPlan:
    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.service = scene.service
        self.last: list[CallStep] = []
        self.brought: set[tuple[str, str]] = set()
        """Resources and the states that they were brought into."""

    def bring_about(self, given: Given) -> None:
        subject = self.scene.resource(given.resource)
        if subject is None:
            return
        if given.state:
            self.brought.add((given.resource, given.state))
            self.scene.reach(given.resource, given.state, subject)
        if given.hours:
            self.wait(given.hours * 3600)

    def bring_requirements(self, operation: str) -> None:
        """The state that an operation is documented to need, once a world."""
        for require in self.scene.file.requires:
            if require.operation == operation and (require.resource, require.state) not in self.brought:
                self.bring_about(Given(resource=require.resource, state=require.state))

    def wait(self, seconds: float) -> None:
        self.scene.steps.append(WaitStep(told_span(seconds), (), 0.0, more_seconds=seconds, exact=True))

    def step(self, told: Told) -> None:
        if told.reach:
            self.bring_about(told.reach)
        elif not told.call:
            self.wait(told.advance)
        elif told.call not in self.service.operations:
            self.scene.missing.append(f"an operation {told.call}")
        else:
            self.call(told)

    def lastly(self, told: Told) -> None:
        self.last.append(CallStep(Case(id=told.call, kind=SAMPLE, operation=told.call), dict(told.params)))

    def call(self, told: Told) -> None:
        scene = self.scene
        known = scene.producers.by_operation.get(told.call, [])
        model = known[0] if known else None
        case = model or Case(id=f"{scene.case.id}:{told.call}", kind=SAMPLE, operation=told.call)
        shown = model is not None and not told.bare
        params = case.params if shown else {}
        unknown = frozenset(name for name, value in told.params.items() if is_own_unknown(value))
        own = {name: value for name, value in told.params.items() if name not in unknown}
        given = {name: value for name, value in {**params, **own}.items() if value is not None}
        step = TrialStep(case, given, told=told, unknown=unknown)
        scene.prepare(case, step.params)
        self.bring_requirements(told.call)
        scene.bring(names(given) if own or not shown else scene.producers.named(case))
        for tree in (told.output, told.reason, *(moment.output for moment in told.at)):
            if tree:
                scene.bring(names(tree))
        if not told.bare:
            scene.link_params(step, own)
        scene.steps.append(step)
        index = len(scene.steps) - 1
        if told.label:
            scene.names[told.label] = index
        if model is not None and not told.error and not told.refused:
            scene.adopt(model, index)

    def world(self, case: Case, reading: str) -> World:
        scene = self.scene
        trials = [step for step in scene.steps if isinstance(step, TrialStep)]
        own = [step for step in trials if step.operation == case.operation]
        call: CallStep = [CallStep(case, {}), *trials, *own][-1]
        # All calls stand among the steps; there is none besides them to undo.
        scene.call = CallStep(Case(id=case.id, kind=case.kind, operation=""), {})
        return World(
            case=case,
            reading=reading,
            changes=("/steps",),
            steps=scene.steps,
            call=call,
            expected={},
            unread=scene.unread,
            missing=tuple(dict.fromkeys(scene.missing)),
            undoing=partial(teardown, scene),
            lastly=self.last,
            names=scene.names,
        )


def told_span(seconds: float) -> str:
    """`2 h later`."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:g} {unit} later"
    return f"{seconds:g} s later"
