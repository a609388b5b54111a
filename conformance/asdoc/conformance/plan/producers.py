"""Which documented calls bring about which literals, read from the examples alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

from asdoc.runtime.schema import Service

from ..cases.model import SAMPLE, Case
from .leaves import Key, Leaf, Path, leaves
from .names import CREATING, UNDOING, affinity, names_identity, names_made, names_own, stem, verb_noun
from .references import names


class Production(NamedTuple):
    """A literal that a creating call gives out (`answer`) or is given (`sent`, as a name)."""

    case: Case
    side: Literal["answer", "sent"]
    path: Path
    member: str
    own: bool
    """Whether the literal names what the call makes; else the call only shows what another one made."""


class Match(NamedTuple):
    production: Production
    affinity: int


_CALLS = frozenset({"example", SAMPLE})
_LINKABLE = frozenset({"", "string", "integer", "long"})


def linkable(leaf: Leaf) -> bool:
    """Whether a literal can stand for something live: texts and whole numbers that are not one of a documented few."""
    return (
        isinstance(leaf.value, str | int)
        and not isinstance(leaf.value, bool)
        and leaf.value != ""
        and leaf.shape.type in _LINKABLE
        and not leaf.shape.enum
    )


def telling(value: object) -> bool:
    """Whether a literal is too particular to stand in two examples by chance."""
    return (
        isinstance(value, str)
        and len(value) >= 4
        and not value.isdigit()
        and value.lower() not in {"true", "false", "string"}
    )


class Producers:
    """The index of one service's examples. Immutable after construction."""

    def __init__(self, service: Service, cases: Iterable[Case], resources: Mapping[str, Mapping[str, Any]]) -> None:
        self.service = service
        self.made_by: dict[str, list[str]] = defaultdict(list)
        """Operation -> the resources that it makes."""
        for name, resource in resources.items():
            self.made_by[resource.get("create", "")].append(name)
        self.cases = [case for case in cases if case.kind in _CALLS and case.operation in service.operations]
        # Of these alone, which stay: what is made of a case for one reading is forgotten with it.
        self._params: dict[Case, list[Leaf] | None] = dict.fromkeys(self.cases)
        self._matches: dict[tuple[Case, Path, str, bool], list[Match]] = {}
        self._needing: dict[Case, list[Leaf]] = {}
        self._behind: dict[Case, list[tuple[Leaf, Production]]] = {}
        self._named: dict[Case, list[str]] = {}
        self._opposites: dict[str, Case | None] = {}
        self.by_operation: dict[str, list[Case]] = defaultdict(list)
        for case in self.cases:
            self.by_operation[case.operation].append(case)
        self._index: dict[str, list[Production]] = defaultdict(list)
        consumed: set[object] = {
            (leaf.value if telling(leaf.value) else (str(leaf.value), leaf.member))
            for case in self.cases
            if not self.creates(case.operation)
            for leaf in self.params(case)
            if linkable(leaf)
        }
        for case in self.cases:
            if self.creates(case.operation):
                self._add(case, consumed)
        self._usual: dict[tuple[str, str], Production | None] = {}
        """Operation and member -> what a literal in that place stands for by habit."""
        self._habits: dict[str, Counter[Production]] = defaultdict(Counter)
        for case in self.cases:
            for leaf in self.params(case):
                found = self.matches(case, leaf)
                if found:
                    self._habits[leaf.member][found[0].production] += 1

    def creates(self, operation: str) -> bool:
        """Whether a call brings something about.

        What brings back what another call makes (RestoreSecret beside CreateSecret) needs it to be there before.
        """
        verb, noun = verb_noun(operation)
        return verb in CREATING and not (verb == "Restore" and f"Create{noun}" in self.service.operations)

    def params(self, case: Case) -> Iterable[Leaf]:
        known = self._params.get(case)
        if known is None:
            known = list(leaves(self.service, self.service.operations[case.operation].input, case.params))
            if case in self._params:
                self._params[case] = known
        return known

    def named(self, case: Case) -> list[str]:
        """The steps and resources that a documented call speaks of."""
        known = self._named.get(case)
        if known is None:
            known = names(case.params)
            if case in self._params:
                self._named[case] = known
        return known

    def needing(self, case: Case) -> list[Leaf]:
        """The literals of a documented call that may stand for something else, or must and cannot."""
        known = self._needing.get(case)
        if known is None:
            known = [leaf for leaf in self.params(case) if self._may_stand_for(case, leaf)]
            if case in self._params:
                self._needing[case] = known
        return known

    def _may_stand_for(self, case: Case, leaf: Leaf) -> bool:
        if not isinstance(leaf.value, str | int):
            return False
        return bool(
            self.matches(case, leaf)
            or (isinstance(leaf.value, str) and leaf.value.startswith("arn:"))
            or self.by_habit(case, leaf)
            or self.namesake(case, leaf)
            or self.lacks(case, leaf)
        )

    def behind(self, case: Case) -> list[tuple[Leaf, Production]]:
        """The likeliest thing that each literal of a documented call stands for, where it stands for any."""
        known = self._behind.get(case)
        if known is None:
            known = []
            for leaf in self.params(case):
                matches = self.matches(case, leaf)
                production = matches[0].production if matches else self.by_habit(case, leaf)
                if production is not None:
                    known.append((leaf, production))
            if case in self._params:
                self._behind[case] = known
        return known

    def opposite(self, operation: str) -> Case | None:
        """The documented call that undoes what another one made."""
        if operation not in self._opposites:
            verb, noun = verb_noun(operation)
            known = (self.by_operation.get(opposite + noun) for opposite in UNDOING.get(verb, ()))
            self._opposites[operation] = next((cases[0] for cases in known if cases), None)
        return self._opposites[operation]

    def lacks(self, consumer: Case, leaf: Leaf) -> bool:
        """Whether a literal names what the service has an operation to make."""
        return (
            not self.creates(consumer.operation)
            and linkable(leaf)
            and names_identity(leaf.member)
            and self.creator_exists(leaf)
        )

    def output(self, case: Case) -> list[Leaf]:
        return leaves(self.service, self.service.operations[case.operation].output, case.output or {})

    def _add(self, case: Case, consumed: set[object]) -> None:
        given: set[object] = set()
        for leaf in self.params(case):
            if linkable(leaf):
                given.add((leaf.member, leaf.value))
                if names_identity(leaf.member) and not names_own(case.operation, leaf.member) and telling(leaf.value):
                    # The id of something else, which the answer may show under another name.
                    given.add(leaf.value)
        for leaf in self.output(case):
            if not linkable(leaf) or leaf.value in given or (leaf.member, leaf.value) in given:
                continue
            # What no call consumes and no name marks is a fact of the answer, not an identity.
            named = names_identity(leaf.member)
            own = named and names_own(case.operation, leaf.member)
            used = leaf.value in consumed or (named and (str(leaf.value), leaf.member) in consumed)
            if used or own:
                self._index[str(leaf.value)].append(Production(case, "answer", leaf.path, leaf.member, own))
        for leaf in self.params(case):
            tag = isinstance(leaf.path[-1], Key) and verb_noun(case.operation)[0] == "Tag"
            if linkable(leaf) and (tag or names_made(case.operation, leaf.member)):
                self._index[str(leaf.value)].append(Production(case, "sent", leaf.path, leaf.member, own=True))

    def matches(self, consumer: Case, leaf: Leaf, *, answer: bool = False) -> list[Match]:
        """What may stand behind a literal of another example, the likeliest first.

        `answer` tells that the literal stands in the documented answer, where a mere name links nothing by itself.
        """
        if not linkable(leaf):
            return []
        key = (consumer, leaf.path, str(leaf.value), answer)
        found = self._matches.get(key)
        if found is None:
            found = self._found(consumer, leaf, answer=answer)
            if consumer in self._params:
                self._matches[key] = found
        return found

    def _found(self, consumer: Case, leaf: Leaf, *, answer: bool) -> list[Match]:
        creating = self.creates(consumer.operation)
        productions = self._index.get(str(leaf.value), [])
        if any(production.own for production in productions):
            # Others that show the same literal only show it again.
            productions = [production for production in productions if production.own]
        if creating and not answer and names_own(consumer.operation, leaf.member) and telling(leaf.value):
            # A thing is called what its creator calls it, whoever else bears the name.
            productions = [production for production in productions if production.side == "answer"]
            if any(production.path == leaf.path for production in productions if production.case is consumer):
                return []
        found = []
        for position, production in enumerate(productions):
            if production.case.operation == consumer.operation:
                continue
            near = affinity(consumer.operation, leaf.member, production.case.operation, production.member)
            key = isinstance(leaf.path[-1], Key) or isinstance(production.path[-1], Key)
            if (key or not production.own) and near == 0:
                continue
            if production.side == "answer":
                fits = near > 0 or telling(leaf.value)
            elif creating and not answer:
                # Two creating calls that are given the same name need not know of each other.
                fits = near >= 2 and stem(leaf.member) != ""
            else:
                named = names_identity(leaf.member) and not answer
                fits = near >= 2 or (telling(leaf.value) and (near > 0 or named))
            if fits:
                found.append((-near, production.side != "answer", position, Match(production, near)))
        return [entry[3] for entry in sorted(found, key=lambda entry: entry[:3])]

    def by_habit(self, consumer: Case, leaf: Leaf) -> Production | None:
        """What members of this name stand for elsewhere: for a literal that nothing in the documents produces."""
        if not isinstance(leaf.value, str | int) or isinstance(leaf.value, bool) or leaf.shape.enum:
            return None
        if self.creates(consumer.operation) and names_own(consumer.operation, leaf.member):
            return None
        key = (consumer.operation, leaf.member)
        if key not in self._usual:
            self._usual[key] = self._by_name(*key) or self._by_noun(*key)
        return self._usual[key]

    def _by_name(self, operation: str, member: str) -> Production | None:
        for production, _ in self._habits.get(member, Counter[Production]()).most_common():
            if production.side == "answer" and production.case.operation != operation:
                return production
        return None

    def _by_noun(self, operation: str, member: str) -> Production | None:
        thing = stem(member)
        if not thing or not names_identity(member) or verb_noun(operation)[0] in {"Create", "Register"}:
            return None
        best: tuple[int, Production] | None = None
        for productions in self._index.values():
            for production in productions:
                if production.case.operation == operation or not names_identity(production.member):
                    continue
                near = affinity(operation, member, production.case.operation, production.member)
                if near >= 2 and (best is None or near > best[0]):
                    best = (near, production)
        return best[1] if best else None

    def namesake(self, consumer: Case, leaf: Leaf) -> Production | None:
        """The call that makes what this member names, by another name: it can be made by this one as well."""
        if not telling(leaf.value) or not linkable(leaf) or len(leaf.path) != 1:
            return None
        if self.creates(consumer.operation) and names_made(consumer.operation, leaf.member):
            return None
        for productions in self._index.values():
            for production in productions:
                if (
                    production.side == "sent"
                    and production.path == (leaf.member,)
                    and production.case.operation != consumer.operation
                    and verb_noun(production.case.operation)[0] == "Create"
                    and affinity(consumer.operation, leaf.member, production.case.operation, production.member) >= 2
                ):
                    return production
        return None

    def creator_exists(self, leaf: Leaf) -> bool:
        """Whether the service has an operation that makes what this member names."""
        thing = stem(leaf.member)
        return (
            bool(thing)
            and names_identity(leaf.member)
            and any(
                verb_noun(name)[0] in CREATING and verb_noun(name)[1].lower() == thing
                for name in self.service.operations
            )
        )
