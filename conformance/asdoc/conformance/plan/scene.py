"""The calls that a world is made of, and how each finds what it needs."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from asdoc.runtime.schema import Shape

from ..cases.model import SAMPLE, Case, CaseFile
from .arn import arn_link
from .leaves import Key, Leaf, leaves, pointer
from .names import GENERIC
from .producers import Match, Producers, Production, telling
from .readings import changed
from .references import names
from .world import OWN, ArnLink, Binding, CallStep, Link, Step, WaitStep

_ANY = Shape(type="string")
_UNITS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0}


class Scene:
    """The steps of one world while it is being planned, and what is missing for it."""

    def __init__(self, producers: Producers, file: CaseFile, case: Case) -> None:
        self.service = producers.service
        self.producers = producers
        self.file = file
        self.case = case
        self.call = CallStep(case, dict(case.params))
        self.steps: list[Step] = []
        self.missing: list[str] = []
        self._instances: dict[tuple[str, str], int] = {}
        self._building: list[str] = [case.id]
        self._prepared: set[str] = set()
        self.names: dict[str, int] = {}
        """Step or resource by the name that a statement uses -> its index in `steps`."""

    @property
    def unread(self) -> bool:
        """Whether nobody has told how the resources of this service come about: its examples stand by themselves."""
        return not self.file.resources

    def present(self, case: Case) -> bool:
        """Whether the world already has the call of that example."""
        return (case.id, "") in self._instances

    def building(self, case: Case) -> bool:
        """Whether the call of that example is what is being prepared, so that it cannot prepare itself."""
        return case.id in self._building

    def instance(self, case: Case, variant: str = "", shown: dict[str, Any] | None = None) -> int:
        """The step that calls a documented example in this world; called once for each variant of it."""
        key = (case.id, variant)
        if key in self._instances:
            return self._instances[key]
        changes = tuple(change for erratum in case.errata for change in erratum.setup)
        step = CallStep(prepared := changed(case, changes), dict(prepared.params))
        if shown is not None:
            shape = self.service.shapes.get(self.service.operations[case.operation].input)
            required = shape.required if shape else ()
            known = shape.members if shape else {}
            step.params = {name: value for name, value in step.params.items() if name in required}
            step.params |= {name: value for name, value in shown.items() if name in known}
        own = self.case.made.get(case.operation, {})
        step.params |= own
        self._building.append(case.id)
        self.prepare(case)
        altered = shown is not None or bool(own)
        self.link_params(step, altered=altered)
        self.bring(names(step.params) if altered else self.producers.named(prepared))
        self._building.pop()
        self.steps.append(step)
        self._instances[key] = len(self.steps) - 1
        self._call_by_resource(case.operation, self._instances[key])
        return self._instances[key]

    def prepare(self, case: Case, given: dict[str, Any] | None = None) -> None:
        """Call what a made-up call says must be called before it.

        Not where it is `given` something else in place of all that it would take from those calls.
        """
        if case.kind != SAMPLE or case.id in self._prepared:
            return
        labels = {step.label for script in case.scripts for step in script.steps}
        taken = labels & set(names(case.params))
        if given is not None and taken and not taken & set(names(given)):
            return
        self._prepared.add(case.id)
        for told in (step for script in case.scripts for step in script.steps):
            if told.advance:
                self.steps.append(WaitStep("a while later", (), 0.0, more_seconds=told.advance, exact=True))
                continue
            if told.label in self.names:
                continue
            known = self.producers.by_operation.get(told.call)
            model = known[0] if known else Case(id=f"{case.id}:{told.label}", kind=SAMPLE, operation=told.call)
            step = CallStep(model, {**model.params, **told.params})
            self.prepare(model, step.params)
            step.params = {name: value for name, value in step.params.items() if value is not None}
            self.bring_named(step.params)
            self.link_params(step, told.params)
            self.steps.append(step)
            self.names[told.label] = len(self.steps) - 1

    def adopt(self, case: Case, index: int) -> None:
        """Let a step stand for the call of a documented example, unless another does already."""
        self._instances.setdefault((case.id, ""), index)
        self._call_by_resource(case.operation, index)

    def _call_by_resource(self, operation: str, index: int) -> None:
        self.names.setdefault(operation, index)
        for name in self.producers.made_by.get(operation, ()):
            self.names.setdefault(name, index)

    def resource(self, name: str) -> int | None:
        """The step that makes a resource in this world, or calls an operation; None where nothing documented does."""
        if name in self.names:
            return self.names[name]
        maker = str(self.file.resources.get(name, {}).get("create", name))
        makers = self.producers.by_operation.get(maker)
        if makers and self.building(makers[0]):
            self.missing.append(f"{maker}, which needs itself")
            return None
        if not makers:
            self.missing.append(f"a documented call that makes a {name}")
            return None
        return self.instance(makers[0])

    def bring_named(self, tree: Any) -> None:
        """Have in the world what values of this tree refer to."""
        self.bring(names(tree))

    def bring(self, named: Iterable[str]) -> None:
        """Have in the world what is named."""
        for name in named:
            if name not in self.names:
                self.resource(name)

    def link_params(self, step: CallStep, own: Container[object] = (), *, altered: bool = False) -> None:
        """Link the literals of a call, bringing in the calls behind them. Its `own` members stay as they are.

        `altered` tells that others of its members, too, are not as the call's page shows them.
        """
        if altered:
            operation = self.service.operations[step.operation]
            literals = leaves(self.service, operation.input, step.params)
        else:
            literals = self.producers.needing(step.case)
        for leaf in literals:
            if leaf.path[0] not in own and (link := self.producer_link(step.case, leaf)):
                step.links[leaf.path] = link

    def producer_link(self, case: Case, leaf: Leaf) -> Binding | None:
        """What a literal of a documented call stands for in this world; None where it stands for itself."""
        if not isinstance(leaf.value, str | int):
            return None
        match = self._choose(self.producers.matches(case, leaf))
        if match:
            return self.link_to(match.production)
        if isinstance(leaf.value, str) and leaf.value.startswith("arn:"):
            return self.arn(case, leaf.value)
        habit = self.producers.by_habit(case, leaf)
        if habit and not self.building(habit.case):
            return self.link_to(habit)
        namesake = self.producers.namesake(case, leaf) if self.unread else None
        if namesake and not self.building(namesake.case):
            named = {**namesake.case.params, leaf.member: leaf.value}
            return Link(self.instance(namesake.case, str(leaf.value), named), "sent", namesake.path)
        if self.producers.lacks(case, leaf):
            self.missing.append(f"{case.operation}{pointer(leaf.path)}: nothing documented brings about {leaf.value!r}")
        return None

    def _choose(self, matches: list[Match]) -> Match | None:
        for match in matches:
            if not self.building(match.production.case):
                return match
        return None

    def arn(self, consumer: Case, text: str) -> ArnLink | None:
        """An ARN of another example, taken apart; None where the text is not one."""

        def segment(part: str, before: str) -> Link | None:
            for match in self.producers.matches(consumer, Leaf((before,), part, before, _ANY)):
                produced = match.production
                if produced.side == "answer" and (telling(part) or match.affinity) and not self.building(produced.case):
                    return self.link_to(produced)
            return None

        return arn_link(text, segment)

    def link_to(self, production: Production) -> Link:
        """A link to what a documented call produces, with that call in the world."""
        return Link(self.instance(production.case), production.side, production.path)

    def given(self, leaf: Leaf) -> Link | None:
        """Where in this world a documented value of the answer was handed in."""
        # An `Id` that reads like some `Name` is not that name.
        particular = telling(leaf.value) and leaf.member.lower() not in GENERIC
        for index, step in enumerate(self.steps):
            if not isinstance(step, CallStep):
                continue
            for other in leaves(self.service, self.service.operations[step.operation].input, step.params):
                same = other.value == leaf.value and type(other.value) is type(leaf.value)
                if same and (other.member == leaf.member or particular) and not isinstance(other.path[-1], Key):
                    return Link(index, "sent", other.path)
        return None

    def reach(self, resource_name: str, state: str, subject: int) -> bool:
        """Add the steps that bring a resource into a documented state. True where time has a part in it."""
        states = self.file.resources.get(resource_name, {}).get("states") or {}
        how = (states.get("reach") or {}).get(state)
        maker = self.steps[subject]
        if (
            how is None
            and isinstance(maker, CallStep)
            and (maker.case.output or {}).get(str(states.get("member"))) == state
        ):
            return False
        if how is None:
            self.missing.append(f"how a {resource_name} comes to be {state}")
            return False
        source = str(how.get("source", ""))
        if "via" in how:
            other = self.file.resources.get(how["via"], {})
            makers = self.producers.by_operation.get(str(other.get("create", "")))
            if not makers:
                self.missing.append(f"a documented call that makes a {how['via']}")
                return False
            return self.reach(how["via"], how["state"], self.instance(makers[0]))
        if "call" in how:
            calls = self.producers.by_operation.get(how["call"])
            if not calls:
                self.missing.append(f"a documented call of {how['call']}")
                return False
            timed = "from" in how and self.reach(resource_name, how["from"], subject)
            extra = how.get("params")
            step = self.steps[self.instance(calls[0], state if extra else "")]
            if extra and isinstance(step, CallStep):
                step.params |= extra
            return timed
        wait = how.get("wait") or {}
        names = [wait[key] for key in ("member", "plus") if key in wait]
        amounts = tuple(Link(subject, "answer", (name,)) for name in names)
        self.steps.append(WaitStep(state, amounts, _UNITS.get(wait.get("unit", "seconds"), 1.0), source))
        return True

    def differs(self, index: int, name: str, value: Any) -> bool | None:
        """Whether a member would have to be given another value; None where the call does not take it freely."""
        step = self.steps[index]
        if not isinstance(step, CallStep) or name in self.case.made.get(step.operation, {}):
            return None
        shape = self.service.shapes.get(self.service.operations[step.operation].input)
        if shape is None or name not in shape.members or (name,) in step.links:
            return None
        documented = (step.case.output or {}).get(name, step.params.get(name))
        return bool(step.params.get(name, documented) != value)

    def override(self, index: int, name: str, value: Any) -> bool:
        """Have a call made with another value of a member. False where the call does not take that member freely."""
        differs = self.differs(index, name, value)
        step = self.steps[index]
        if differs and isinstance(step, CallStep):
            step.params[name] = value
            step.fitted[name] = value
        return differs is not None

    def refitted(self, link: Link, value: Any) -> bool:
        """Whether a link leads to a member that a call was given another value of, once it was fitted."""
        step = self.steps[link.step] if link.side == "sent" and link.step != OWN else None
        if not isinstance(step, CallStep) or len(link.path) != 1:
            return False
        name = str(link.path[0])
        return name in step.fitted and bool(step.fitted[name] != value)

    def through(self, binding: Binding | None) -> Link | None:
        """The call of this world behind a binding: what the own call was given may stand for another's answer."""
        if isinstance(binding, Link) and binding.step == OWN:
            binding = self.call.links.get(binding.path)
        return binding if isinstance(binding, Link) else None
