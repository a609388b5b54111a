"""What the literals of a documented answer stand for, and what the world must look like for them to be true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from asdoc.runtime.schema import Operation

from .leaves import Leaf, Path, at, is_special, leaves
from .names import GENERIC, names_identity, names_own, stem
from .producers import Match, linkable, telling
from .scene import Scene
from .world import OWN, Binding, CallStep, Link, Open

PLACEHOLDER = re.compile(r"<[A-Za-z][\w -]*>")
"""What a page prints where the reader is to put something of their own."""
_NOTHING = frozenset({"null", "none"})
"""What pages print for an id that there is none of; whether there is one hangs on what was before."""


class AnswerPlan:
    """Binds the documented answer of a scene's case, and fits the scene to it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.service = scene.service
        self.producers = scene.producers
        self.case = scene.case
        self.output: dict[str, Any] = scene.case.output or {}
        self.creating = scene.producers.creates(scene.case.operation)
        self.expected: dict[Path, Binding] = {}
        self.timed: set[Path] = set()
        self.chosen: set[Path] = set()
        """Where the page tells that some value stands, and not which."""

    def make(self) -> None:
        self._link()
        self._fit()
        for path, structure in _structures(self.output):
            self._reach_documented_state(path, structure)

    def unproven(self) -> frozenset[Path]:
        """Literals that no call of this world was given or gave.

        Nobody has read these examples with an eye on what else must be so: a count, a date or a state may be that of
        the account in which the page was written. What a creating call answers of a state is its own.
        """
        service = self.service
        operation = service.operations[self.case.operation]
        return frozenset(
            leaf.path
            for leaf in leaves(service, operation.output, self.output)
            if self._contradicted(leaf)
            or (
                not self._bound(leaf)
                and not (self.creating and leaf.shape.enum)
                and self.scene.given(leaf) is None
                and not any(leaf.value == own.value and leaf.member == own.member for own in self._own())
            )
        )

    def _contradicted(self, leaf: Leaf) -> bool:
        """Whether the page shows the call given one value, and its answer with another of the same member.

        A creating call gives back what it was given: one of the two is of another call.
        """
        own = [each for each in self._own() if each.member == leaf.member and len(each.path) == 1]
        return self.creating and any(
            type(each.value) is type(leaf.value) and each.value != leaf.value and each.path not in self.scene.call.links
            for each in own
        )

    def _bound(self, leaf: Leaf) -> bool:
        binding = self.expected.get(leaf.path)
        if not isinstance(binding, Open):
            return binding is not None
        # Whether there is one where the world made none, is the target's own affair: an upload gives the id of a
        # version where the account keeps versions.
        return self.creating and (leaf.path in self.chosen or not names_identity(leaf.member) or self._names_made(leaf))

    def _names_made(self, leaf: Leaf) -> bool:
        """Whether a member names what the call makes: not the `Name` of the zone of a subnet of the group it makes."""
        operation = self.case.operation
        within = [step for step in leaf.path[:-1] if isinstance(step, str)]
        generic = stem(leaf.member) == ""
        return names_own(operation, leaf.member) and not (generic and within and not names_own(operation, within[-1]))

    def _own(self) -> list[Leaf]:
        call = self.scene.call
        return leaves(self.service, self.service.operations[self.case.operation].input, call.params)

    def _link(self) -> None:
        service, expected, call = self.service, self.expected, self.scene.call
        operation = service.operations[self.case.operation]
        own = {leaf.path: leaf for leaf in leaves(service, operation.input, call.params)}
        later: list[Leaf] = []
        for leaf in leaves(service, operation.output, self.output):
            if self.scene.unread and self._chosen(operation, leaf):
                self.chosen.add(leaf.path)
                expected[leaf.path] = Open()
            if not linkable(leaf) or leaf.path in expected:
                continue
            echo = next((path for path, given in own.items() if self._echoes(leaf, given)), None)
            if echo is not None:
                expected[leaf.path] = Link(OWN, "sent", echo)
                continue
            match = self._match(leaf)
            if match:
                expected[leaf.path] = self.scene.link_to(match.production)
            elif given := self.scene.given(leaf):
                expected[leaf.path] = given
            elif isinstance(leaf.value, str) and leaf.value.startswith("arn:"):
                arn = None if self.scene.unread else self.scene.arn(self.case, leaf.value)
                expected[leaf.path] = arn or Open()
            else:
                later.append(leaf)
        for leaf in later:
            sibling = None if self.creating else self._sibling(leaf)
            if sibling:
                expected[leaf.path] = self._another(leaf, sibling)
            elif isinstance(leaf.value, str) and self._is_identity(leaf):
                expected[leaf.path] = Open()

    def _chosen(self, operation: Operation, leaf: Leaf) -> bool:
        """Whether the page does not tell which value stands here, only that one does.

        So where it prints a placeholder, and where a creating call could have said which of a few it wants and did
        not: what it then gets may hang on the account.
        """
        if isinstance(leaf.value, str) and PLACEHOLDER.search(leaf.value):
            return True
        taken = self.service.shapes.get(operation.input)
        left = taken is not None and leaf.member in taken.members and leaf.member not in self.case.params
        return self.creating and left and bool(leaf.shape.enum)

    def _echoes(self, leaf: Leaf, given: Leaf) -> bool:
        """Whether the answer shows what the call was given: under the same name, or under the producer's."""
        if given.value != leaf.value or type(given.value) is not type(leaf.value):
            return False
        link = self.scene.call.links.get(given.path)
        return given.member == leaf.member or (isinstance(link, Link) and link.path[-1] == leaf.member)

    def _match(self, leaf: Leaf) -> Match | None:
        matches = self.producers.matches(self.case, leaf, answer=True)
        if self.scene.unread:
            # What the call needs is there already; more calls would change what it reads.
            matches = sorted(matches, key=lambda match: not self.scene.present(match.production.case))
        for match in matches:
            production = match.production
            if self.scene.unread and self.creating and not match.affinity:
                # An id of the writer's invention may stand for two things, on two pages.
                continue
            present = self.scene.present(production.case)
            if self.scene.unread and not present and not production.own:
                # What another call only shows again brings nothing about.
                continue
            if present or (
                not self.creating
                and not self.scene.building(production.case)
                and (production.side == "answer" or match.affinity)
            ):
                return match
        return None

    def _is_identity(self, leaf: Leaf) -> bool:
        if str(leaf.value).lower() in _NOTHING:
            return False
        if names_identity(leaf.member) and leaf.member not in {"Name"}:
            return True
        return self.creating and any(
            linkable(other) and other.value == leaf.value and telling(leaf.value)
            for case in self.producers.cases
            if case.operation != self.case.operation
            for other in self.producers.params(case)
        )

    def _sibling(self, leaf: Leaf) -> Link | None:
        """The link of the same member of another item of the same list."""
        for path, binding in self.expected.items():
            if (
                isinstance(binding, Link)
                and (binding.side == "answer" or (len(binding.path) == 1 and names_identity(str(binding.path[0]))))
                and binding.step != OWN
                and len(path) == len(leaf.path)
                and any(isinstance(step, int) for step in path)
                and all(
                    a == b or (isinstance(a, int) and isinstance(b, int)) for a, b in zip(path, leaf.path, strict=True)
                )
            ):
                return binding
        return None

    def _another(self, leaf: Leaf, sibling: Link) -> Link:
        """One more instance of what the sibling item is, with the members that this item shows."""
        producer = self.scene.steps[sibling.step]
        assert isinstance(producer, CallStep)  # noqa: S101  a link leads to a call
        if sibling.side == "sent":
            step = self.scene.instance(
                producer.case, str(leaf.value), {**producer.params, str(sibling.path[0]): leaf.value}
            )
            return Link(step, "sent", sibling.path)
        item = at(self.output, leaf.path[:-1])
        shown = item if isinstance(item, dict) else {}
        step = self.scene.instance(
            producer.case, str(leaf.value), {name: value for name, value in shown.items() if name != leaf.member}
        )
        return Link(step, "answer", sibling.path)

    def _fit(self) -> None:
        """Let the calls of this world be made with the values that the documented answer shows.

        Another example may have been written against another state of the same thing; what the answer shows is that
        state. Of several items behind which one call stands, it made one: the item that is most like what it gives.
        """
        structures = dict(_structures(self.output))
        behind = {path: self._behind(path, structure) for path, structure in structures.items()}
        wishes = {path: self._wishes(path, structure) for path, structure in structures.items()}
        nearest: dict[tuple[int, Path], tuple[int, Path]] = {}
        for path, steps in behind.items():
            for step in steps:
                unlike = sum(bool(self.scene.differs(step, name, value)) for name, value in wishes[path].items())
                key = (step, _anywhere(path))
                if key not in nearest or unlike < nearest[key][0]:
                    nearest[key] = (unlike, path)
        for path, steps in behind.items():
            fitting = [step for step in steps if nearest[step, _anywhere(path)][1] == path]
            subject = self._subject(path, structures[path])
            for name, value in wishes[path].items():
                for step in fitting:
                    if (step == subject or name.lower() not in GENERIC) and self.scene.override(step, name, value):
                        break
        for path, binding in list(self.expected.items()):
            if isinstance(binding, Link) and self.scene.refitted(binding, at(self.output, path)):
                # What the call was given when this was found is not what it will be given.
                del self.expected[path]

    def _behind(self, at_path: Path, structure: dict[str, Any]) -> list[int]:
        """The calls whose answers a structure shows something of: first the one that made what it shows."""
        links = (self.scene.through(self.expected.get((*at_path, name))) for name in structure)
        subject = self._subject(at_path, structure)
        steps = [subject, *(link.step for link in links if link and link.side == "answer")]
        return list(dict.fromkeys(step for step in steps if step is not None))

    def _wishes(self, at_path: Path, structure: dict[str, Any]) -> dict[str, Any]:
        """The members of a structure that a call behind it could be given.

        What the case's own call sets is no state of before it.
        """
        return {
            name: value
            for name, value in structure.items()
            if not isinstance(value, list | dict) and (*at_path, name) not in self.expected
            and name not in self.case.params
        }  # fmt: skip

    def _subject(self, at_path: Path, structure: dict[str, Any]) -> int | None:
        """The call whose product a documented structure shows: the one that gave its identity."""
        for name in structure:
            link = self.scene.through(self.expected.get((*at_path, name)))
            if link and link.side == "answer" and link.path[-1:] == (name,):
                return link.step
        return None

    def _reach_documented_state(self, at_path: Path, structure: dict[str, Any]) -> None:
        subject = self._subject(at_path, structure)
        if subject is None:
            return
        step = self.scene.steps[subject]
        if not isinstance(step, CallStep):
            return
        for name, resource in self.scene.file.resources.items():
            member = (resource.get("states") or {}).get("member")
            if resource.get("create") != step.operation or not member or member not in structure:
                continue
            before = step.case.output or {}
            if structure[member] == before.get(member):
                continue
            if self.scene.reach(name, structure[member], subject):
                self.timed |= {
                    (*at_path, key)
                    for key, value in structure.items()
                    if before.get(key) != value and (*at_path, key) not in self.expected
                }


def _anywhere(path: Path) -> Path:
    """A path that is the same for all items of a list."""
    return tuple(0 if isinstance(step, int) else step for step in path)


def _structures(tree: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(tree, dict) and not is_special(tree):
        yield path, tree
        for name, value in tree.items():
            yield from _structures(value, (*path, name))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from _structures(value, (*path, index))
