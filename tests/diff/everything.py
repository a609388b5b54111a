"""All services of two versions of botocore, held against a walk of their models.

    python -m tests.diff.everything OLD NEW [--jobs N] [--show]

Versions are fetched by pip once. What only one of the two found is put to a cause by what the models say; exit code 1
where a difference is left without one.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from functools import partial
from typing import NamedTuple

from asdoc.codegen import workers
from asdoc.codegen.diff import Change, changes
from asdoc.codegen.diff.fetch import Fetched, fetch
from asdoc.codegen.diff.scope import alike
from asdoc.codegen.spec.load import Spec, load_spec
from asdoc.runtime.errors import AsdocError

from . import models
from .history import data
from .models import Fact, Model

OTHER = "without a cause"


class Held(NamedTuple):
    """One service, by asdoc and by the models."""

    known: int
    changes: int
    missed: dict[Fact, str]
    """What the models show and asdoc did not find, and why."""
    invented: dict[Fact, str]


def hold(service: str, *, old: Fetched, new: Fetched) -> Held:
    """Compare what changed in a service with what its models show."""
    told = [models.load(data(version), service) for version in (old, new)]
    scope = alike(load_spec(old.specs, service), load_spec(new.specs, service))
    found = changes(scope.old, scope.new)
    ours = set(models.ours(found, told[1]["service-2"]))
    theirs = models.differences(*told)
    causes = _Causes(found, scope.old, scope.new, told[1]["service-2"], ours)
    return Held(
        len(theirs),
        len(found),
        {fact: causes.of_missed(fact) for fact in theirs - ours},
        dict.fromkeys(ours - theirs, OTHER),
    )


class _Causes:
    def __init__(self, found: tuple[Change, ...], old: Spec, new: Spec, model: Model, ours: set[Fact]) -> None:
        self._specs = (old, new)
        self._model = model
        self._said = {fact[1:] for fact in ours}
        self._half = {
            str(told)
            for change in found
            if change.rule.endswith("-enum-told")
            for told in (change.before, change.after)
        }
        """Enums of which it was said that one side alone lists their values."""

    def of_missed(self, fact: Fact) -> str:
        _, subject, word, *more = fact
        if word in ("value came", "value gone"):
            return self._of_value(subject, word, more[0])
        operation = self._model["operations"].get(subject)
        if word == "came" and operation is not None and self._streams_in(operation):
            return "boto3 has no method: the request is a stream of events"
        return OTHER

    def _of_value(self, subject: str, word: str, value: str) -> str:
        name = self._key(subject) if subject.endswith("{key}") else subject
        if (name, word, value) in self._said:
            return "a value of a map's key: told once, of the enum itself"
        if name in self._half:
            return "the pages of one side list no values: told as such"
        if not any("enum" in spec.shapes.get(name, {}) for spec in self._specs):
            return "no page of either side lists the values"
        return OTHER

    def _key(self, subject: str) -> str:
        """The enum that the keys of a map are of."""
        owner, _, member = subject.removesuffix("{key}").partition(".")
        shapes = self._model["shapes"]
        name = shapes[owner]["members"][member.rstrip("[]{}")]["shape"]
        while shapes[name]["type"] != "map":
            name = shapes[name]["member"]["shape"]
        return str(shapes[name]["key"]["shape"])

    def _streams_in(self, operation: Model) -> bool:
        shapes = self._model["shapes"]
        members = shapes[operation["input"]["shape"]]["members"].values() if "input" in operation else ()
        return any(shapes[member["shape"]].get("eventstream") for member in members)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("old")
    options.add_argument("new")
    options.add_argument("--jobs", type=int, default=workers.usable_cores())
    options.add_argument("--show", action="store_true", help="also those that have a cause")
    given = options.parse_args()
    old, new = (fetch(version, [], processes=given.jobs) for version in (given.old, given.new))
    held: dict[str, Held] = {}

    def done(name: str, result: Held | AsdocError) -> None:
        if isinstance(result, AsdocError):
            raise result
        held[name] = result

    began = time.monotonic()
    both = {name: name for name in new.services if name in old.services}
    workers.run(partial(hold, old=old, new=new), both, done, doing="holding", processes=given.jobs)
    left = 0
    for what in ("missed", "invented"):
        facts = [(name, fact, cause) for name in both for fact, cause in getattr(held[name], what).items()]
        for cause, count in Counter(cause for _, _, cause in facts).most_common():
            print(f"{count:6} {what}: {cause}")
        left += sum(cause == OTHER for _, _, cause in facts)
        for name, fact, cause in sorted(facts):
            if given.show or cause == OTHER:
                print(f"       {name}: {fact}")
    print(
        f"{len(both)} services, {sum(one.known for one in held.values())} differences, "
        f"{sum(one.changes for one in held.values())} changes, {left} without a cause, "
        f"{time.monotonic() - began:.1f} s"
    )
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main())
