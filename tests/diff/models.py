"""What differs between two of botocore's models, found without anything of ours: the models are walked side by side.

A difference is a tuple of plain words, as `("input", "StopDeploymentRequest.AllowRevert", "came")`. The walk begins at
the operations that both models have and goes wherever both lead, for each who reads it; a structure that only one of
them leads to is no difference of its own. `ours` says the same of a change that asdoc found, so that the two can be
held against each other as sets.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from asdoc.codegen.diff import Change

Fact = tuple[str, ...]
Model = dict[str, Any]
_BOUNDS = ("min", "max", "pattern")


def load(folder: Path, service: str = "appconfig") -> dict[str, Model]:
    """The model, the paginators and the waiters that lie in a folder of botocore's data."""
    found: dict[str, Model] = {}
    versions = sorted((folder / service).iterdir())
    for kind in ("service-2", "paginators-1", "waiters-2"):
        path = versions[-1] / f"{kind}.json"
        packed = path.with_name(path.name + ".gz")
        if path.exists():
            found[kind] = json.loads(path.read_bytes())
        elif packed.exists():
            found[kind] = json.loads(gzip.decompress(packed.read_bytes()))
        else:
            found[kind] = {}
    return found


def differences(old: dict[str, Model], new: dict[str, Model]) -> set[Fact]:
    """All differences of two models that asdoc should know of, and no other."""
    found: set[Fact] = set()
    first, second = old["service-2"], new["service-2"]
    before, after = first["operations"], second["operations"]
    found |= {("", name, "gone") for name in before.keys() - after.keys()}
    found |= {("", name, "came") for name in after.keys() - before.keys()}
    walk = _Walk(first["shapes"], second["shapes"])
    errors: set[str] = set()
    for name in sorted(before.keys() & after.keys()):
        found |= set(_operation(name, before[name], after[name]))
        for side in ("input", "output"):
            roots = [told.get(side, {}).get("shape", "") for told in (before[name], after[name])]
            if side == "input":  # one without members cannot be given
                roots = [
                    root if root and shapes[root].get("members") else ""
                    for root, shapes in zip(roots, (first["shapes"], second["shapes"]), strict=True)
                ]
            if all(roots):
                walk.structures(roots[0], roots[1], side)
            elif any(roots):
                found.add(("", name, f"{side} {'came' if roots[1] else 'gone'}"))
    for told in (before, after):
        errors_of = {error["shape"] for operation in told.values() for error in operation.get("errors", ())}
        errors = errors & errors_of if errors else errors_of
    for error in sorted(errors):
        if error in first["shapes"] and error in second["shapes"]:
            walk.structures(error, error, "error")
            found |= set(_error(error, first["shapes"][error], second["shapes"][error]))
    found |= walk.found
    found |= set(_paged(old["paginators-1"], new["paginators-1"], set(before) & set(after)))
    found |= set(_waiters(old["waiters-2"], new["waiters-2"]))
    return found


def _operation(name: str, before: Model, after: Model) -> Iterator[Fact]:
    errors = [{error["shape"] for error in told.get("errors", ())} for told in (before, after)]
    yield from (("", name, "error gone", error) for error in errors[0] - errors[1])
    yield from (("", name, "error came", error) for error in errors[1] - errors[0])
    http = [told["http"] for told in (before, after)]
    for key, word in (("method", "verb"), ("requestUri", "address")):
        if http[0][key] != http[1][key]:
            yield "", name, word
    if http[0].get("responseCode", 200) != http[1].get("responseCode", 200):
        yield "", name, "status"
    for key in ("idempotent", "readonly", "deprecated"):
        if bool(before.get(key)) != bool(after.get(key)):
            yield "", name, key
    for key, word in (("authtype", "auth"), ("auth", "auth"), ("endpoint", "endpoint")):
        if before.get(key) != after.get(key):
            yield "", name, word


def _error(name: str, before: Model, after: Model) -> Iterator[Fact]:
    told = [shape.get("error", {}) for shape in (before, after)]
    # What holds where a model says nothing.
    status = [
        inner.get("httpStatusCode", 500 if shape.get("fault") or inner.get("fault") else 400)
        for inner, shape in zip(told, (before, after), strict=True)
    ]
    if status[0] != status[1]:
        yield "error", name, "httpStatusCode"
    if told[0].get("code") != told[1].get("code"):
        yield "error", name, "code"


class _Walk:
    def __init__(self, old: Model, new: Model) -> None:
        self._old = old
        self._new = new
        self._seen: set[tuple[str, str, str]] = set()
        self.found: set[Fact] = set()

    def structures(self, first: str, second: str, who: str) -> None:
        if (first, second, who) in self._seen:
            return
        self._seen.add((first, second, who))
        before, after = self._old[first], self._new[second]
        self._traits(who, second, before, after)
        members = [shape.get("members", {}) for shape in (before, after)]
        for name in members[0].keys() | members[1].keys():
            place = f"{second}.{name}"
            if name not in members[1]:
                self.found.add((who, place, "gone"))
            elif name not in members[0]:
                self.found.add((who, place, "came"))
            else:
                self._member(members[0][name], members[1][name], place, who)
                required = [name in shape.get("required", ()) for shape in (before, after)]
                if required[0] != required[1]:
                    self.found.add((who, place, "required" if required[1] else "optional"))

    def _traits(self, who: str, name: str, before: Model, after: Model) -> None:
        for key in ("payload", "union", "sensitive", "deprecated"):
            if before.get(key) != after.get(key):
                self.found.add((who, name, key))

    def _member(self, before: Model, after: Model, place: str, who: str) -> None:
        for key, word in (
            ("location", "location"),
            ("locationName", "wire name"),
            ("deprecated", "deprecated"),
            ("idempotencyToken", "token"),
            ("streaming", "streaming"),
        ):
            if before.get(key) != after.get(key) and not (word == "token" and who != "input"):
                self.found.add((who, place, word))
        self._types(before["shape"], after["shape"], place, who)

    def _types(self, first: str, second: str, place: str, who: str) -> None:
        before, after = self._old[first], self._new[second]
        kinds = _kind(before), _kind(after)
        if kinds == ("structure", "structure"):
            self.structures(first, second, who)
            return
        if kinds[0] != kinds[1]:
            self.found.add((who, place, "type"))
            return
        enums = [shape.get("enum") for shape in (before, after)]
        if kinds[0] == "string" and any(enums):
            if all(enums):
                # The values of a key stand with the map.
                name = place if place.endswith("{key}") else second
                self.found |= {(who, name, "value gone", value) for value in set(enums[0]) - set(enums[1])}
                self.found |= {(who, name, "value came", value) for value in set(enums[1]) - set(enums[0])}
                place = name
            else:
                self.found.add((who, place, "type"))
                return
        if bool(before.get("sensitive")) != bool(after.get("sensitive")):
            self.found.add((who, place, "sensitive"))
        if before.get("locationName") != after.get("locationName"):
            self.found.add((who, place, "wire name"))
        if bool(before.get("streaming")) != bool(after.get("streaming")):
            self.found.add((who, place, "streaming"))
        for bound in _BOUNDS:
            if before.get(bound) != after.get(bound):
                self.found.add((who, place, bound))
        if kinds[0] == "list":
            self._types(before["member"]["shape"], after["member"]["shape"], f"{place}[]", who)
        elif kinds[0] == "map":
            self._types(before["key"]["shape"], after["key"]["shape"], f"{place}{{key}}", who)
            self._types(before["value"]["shape"], after["value"]["shape"], f"{place}{{}}", who)


def _kind(shape: Model) -> str:
    """A document is no structure: it may hold anything."""
    return "document" if shape.get("document") else str(shape["type"])


def _paged(old: Model, new: Model, both: set[str]) -> Iterator[Fact]:
    before, after = old.get("pagination", {}), new.get("pagination", {})
    for name in sorted((before.keys() | after.keys()) & both):
        if name not in before or name not in after:
            yield "", name, f"pages {'came' if name in after else 'gone'}"
            continue
        for key in ("input_token", "output_token", "result_key", "more_results"):
            if before[name].get(key) != after[name].get(key):
                yield "", name, f"pages {key}"


def _waiters(old: Model, new: Model) -> Iterator[Fact]:
    before, after = old.get("waiters", {}), new.get("waiters", {})
    for name in sorted(before.keys() | after.keys()):
        if name not in before or name not in after:
            yield "", name, f"waiter {'came' if name in after else 'gone'}"
            continue
        for key in ("operation", "delay", "maxAttempts", "acceptors"):
            if before[name][key] != after[name][key]:
                yield "", name, f"waiter {key}"


_WORDS = {
    "operation-added": "came",
    "operation-removed": "gone",
    "http-method-changed": "verb",
    "uri-changed": "address",
    "uri-label-renamed": "address",
    "uri-part-moved": "address",
    "label-renamed": "wire name",
    "payload-added": "payload",
    "operation-auth-added": "auth",
    "pagination-result-added": "pages result_key",
    "status-code-changed": "status",
    "idempotency-gained": "idempotent",
    "idempotency-lost": "idempotent",
    "readonly-gained": "readonly",
    "readonly-lost": "readonly",
    "operation-deprecated": "deprecated",
    "operation-undeprecated": "deprecated",
    "host-prefix-changed": "endpoint",
    "operation-auth-changed": "auth",
    "operation-input-added": "input came",
    "operation-input-required": "input came",
    "operation-input-removed": "input gone",
    "operation-output-added": "output came",
    "operation-output-removed": "output gone",
    "pagination-added": "pages came",
    "pagination-removed": "pages gone",
    "pagination-result-changed": "pages result_key",
    "waiter-added": "waiter came",
    "waiter-removed": "waiter gone",
    "waiter-operation-changed": "waiter operation",
    "waiter-acceptors-changed": "waiter acceptors",
    "error-status-changed": "httpStatusCode",
    "error-code-changed": "code",
    "member-added": "came",
    "member-required-added": "came",
    "union-member-added": "came",
    "member-removed": "gone",
    "member-became-required": "required",
    "member-guaranteed": "required",
    "member-became-optional": "optional",
    "member-no-longer-guaranteed": "optional",
    "type-changed": "type",
    "type-widened": "type",
    "type-narrowed": "type",
    "enum-introduced": "type",
    "enum-dropped": "type",
    "minimum-raised": "min",
    "minimum-lowered": "min",
    "bound-told": "min",
    "maximum-raised": "max",
    "maximum-lowered": "max",
    "pattern-added": "pattern",
    "pattern-removed": "pattern",
    "pattern-changed": "pattern",
    "pattern-anchored": "pattern",
    "pattern-unanchored": "pattern",
    "pattern-told": "pattern",
    "location-changed": "location",
    "wire-name-changed": "wire name",
    "payload-changed": "payload",
    "streaming-changed": "streaming",
    "sensitivity-changed": "sensitive",
    "token-added": "token",
    "token-removed": "token",
    "member-deprecated": "deprecated",
    "member-undeprecated": "deprecated",
    "union-introduced": "union",
    "union-dropped": "union",
}
SILENT = {
    "enum-told",
    "shape-added",
    "shape-removed",
    "unused-shape-changed",
    "type-name-changed",
    "type-retargeted",
    "type-told",
    "shape-renamed",
    "example-added",
    "example-removed",
} | {
    *("example-changed", "example-moved", "service-fact-told", "endpoint-changed", "service-name-changed"),
    *("documentation-address-changed", "pagination-detail-changed", "pagination-limit-changed"),
    *("protocol-changed", "protocol-preferred", "protocols-added", "protocols-removed", "protocols-reordered"),
    *("signing-added", "nulls-allowed", "nulls-refused", "nulls-introduced", "nulls-dropped", "element-order-told"),
    *("target-changed", "signing-changed", "api-version-changed"),
    *("client-name-changed", "service-fact-changed", "payload-signing-changed", "checksum-changed"),
    *("serialization-changed", "timestamp-format-changed", "error-fault-changed", "error-retryable-changed"),
    *("request-compression-changed", "operation-wrapping-changed", "method-name-changed"),
}
"""Rules of what the walk does not look at: names of types, examples, facts of the whole service, serialization and what
pages alone tell."""


def ours(changes: Iterable[Change], model: Model | None = None) -> Iterator[Fact]:
    """What changes say, in the words of the walk.

    With the newer model, what a change calls by where it stands is called as the model calls it.
    """
    changes = list(changes)
    renamed = {change.subject for change in changes if change.rule == "operation-renamed"}
    for change in changes:
        rule = change.rule.removeprefix("input-").removeprefix("output-")
        if rule in SILENT or (change.subject in renamed and rule != "operation-renamed"):
            continue
        for who, subject, word, *more in _facts(change, rule):
            yield (who, _named(subject, word, model) if model else subject, word, *more)


def _named(subject: str, word: str, model: Model) -> str:
    """`GetThing.output.Parts[].Kind` as the model names it: `Part.Kind`, or `Kind` where that has the values meant."""
    operation, _, rest = subject.partition(".")
    side, _, rest = rest.partition(".")
    told = model["operations"].get(operation, {}).get(side)
    if told is None:
        return subject
    shapes, name, place = model["shapes"], told["shape"], told["shape"]
    for step in rest.split(".") if rest else ():
        member, *inner = _STEPS.findall(step)
        place = f"{name}.{member}"
        if member not in shapes[name]["members"]:
            return str(place)  # it is gone
        name = shapes[name]["members"][member]["shape"]
        for way in inner:
            place, name = place + way, shapes[name][_INNER[way]]["shape"]
    of_type = word in ("union", "payload") or ("enum" in shapes[name] and word in _OF_ENUMS)
    return str(name if of_type and not place.endswith("{key}") else place)


_OF_ENUMS = ("value came", "value gone", *_BOUNDS)
_STEPS = re.compile(r"\[\]|\{key\}|\{\}|[^\[\]{}]+")
_INNER = {"[]": "member", "{}": "value", "{key}": "key"}


def _facts(change: Change, rule: str) -> Iterator[Fact]:
    who = change.direction
    if rule.startswith("operation-error-"):
        yield "", change.subject, "error came" if change.after else "error gone", change.after or change.before
    elif rule in ("enum-value-added", "enum-value-removed"):
        yield who, change.subject, "value came" if change.after else "value gone", change.after or change.before
    elif rule == "constraint-replaced":
        yield from ((who, change.subject, bound) for bound in {*change.before, *change.after})
    elif rule == "pagination-token-changed":
        yield who, change.subject, f"pages {change.pointer.rpartition('/')[2]}"
    elif rule == "waiter-timing-changed":
        yield who, change.subject, f"waiter {change.pointer.rpartition('/')[2]}"
    elif rule == "operation-renamed":
        yield from (("", change.before, "gone"), ("", change.after, "came"))
    elif rule in ("member-renamed", "member-moved"):
        yield who, change.before, "gone"
        if rule == "member-renamed":
            yield who, change.after, "came"
    else:
        yield who, change.subject, _WORDS[rule]
