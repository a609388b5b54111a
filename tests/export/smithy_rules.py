"""Smithy 2.0's own rules for a model in its JSON AST, as far as they can be checked without its Java tools.

`broken(document)` lists every rule that is broken, with the shape's id.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from tests.export.smithy_traits import (
    BINDINGS,
    IDENTIFIER,
    KEYS,
    NUMBERS,
    ONE_A_STRUCTURE,
    PRELUDE,
    PROTOCOLS,
    SELECTORS,
    SERVICE,
    SHAPE_ID,
    TEXTS,
    VALUES,
)

Json = dict[str, Any]


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found; True for one in a dialect that Python does not read."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True


def broken(document: Json) -> list[str]:
    """Every rule that the model breaks, one line each; none for a valid model."""
    return sorted(Model(document).problems())


class Model:
    def __init__(self, document: Json) -> None:
        self.document = document
        self.shapes: dict[str, Json] = document.get("shapes", {})

    def problems(self) -> list[str]:
        # What is bound, paged or waited for is looked at in a model whose parts are in their places.
        return list(self._parts()) or [*self._kinds(), *self._recursion()]

    def _parts(self) -> Iterator[str]:
        if self.document.get("smithy") != "2.0" or self.document.keys() - {"smithy", "shapes", "metadata"}:
            yield "the document is not `smithy: 2.0` with shapes and metadata alone"
        yield from self._names()
        for name, shape in self.shapes.items():
            if shape.get("type") not in KEYS:
                yield f"{name}: there is no type {shape.get('type')!r}"
                continue
            if extra := shape.keys() - KEYS[shape["type"]]:
                yield f"{name}: a {shape['type']} has no {sorted(extra)}"
            yield from self._targets(name, shape)
            yield from self._traits(name, shape)

    def _kinds(self) -> Iterator[str]:
        for name, shape in self.shapes.items():
            yield from getattr(self, f"_{shape['type']}", lambda *_: ())(name, shape)

    # -- helpers

    def kind(self, target: str) -> str:
        return PRELUDE.get(target) or str(self.shapes.get(target, {}).get("type", ""))

    def of(self, target: str) -> Json:
        return self.shapes.get(target, {})

    @staticmethod
    def members(shape: Json) -> dict[str, Json]:
        parts = {part: shape[part] for part in ("member", "key", "value") if part in shape}
        return {**shape.get("members", {}), **parts}

    def has(self, shape: Json, trait: str) -> bool:
        return f"smithy.api#{trait}" in shape.get("traits", {})

    def bound(self, shape: Json, trait: str) -> dict[str, Json]:
        return {name: member for name, member in shape.get("members", {}).items() if self.has(member, trait)}

    # -- names and targets

    def _names(self) -> Iterator[str]:
        lower: dict[str, str] = {}
        for name, shape in self.shapes.items():
            if not SHAPE_ID.fullmatch(name):
                yield f"{name}: this is no absolute shape id"
            if (other := lower.setdefault(name.lower(), name)) != name:
                yield f"{name}: differs from {other} by case alone"
            seen: dict[str, str] = {}
            for member in shape.get("members", {}):
                if not re.fullmatch(IDENTIFIER, member):
                    yield f"{name}${member}: this is no identifier"
                if seen.setdefault(member.lower(), member) != member:
                    yield f"{name}${member}: differs from {seen[member.lower()]} by case alone"

    def _targets(self, name: str, shape: Json) -> Iterator[str]:
        targets = {member: told.get("target", "") for member, told in self.members(shape).items()}
        for part in ("input", "output"):
            if part in shape:
                targets[part] = shape[part]["target"]
        for part in ("errors", "operations"):
            targets.update({f"{part}/{index}": told["target"] for index, told in enumerate(shape.get(part, ()))})
        for place, target in targets.items():
            if not self.kind(target):
                yield f"{name}${place}: there is no {target!r}"
            elif place.startswith("operations/"):
                if self.kind(target) != "operation":
                    yield f"{name}${place}: {target} is no operation"
            elif self.kind(target) in SERVICE:
                yield f"{name}${place}: {target} is no data"
            elif (
                target == "smithy.api#Unit"
                and place not in ("input", "output")
                and shape["type"] not in ("enum", "union")
            ):
                yield f"{name}${place}: Unit may not be a member of a {shape['type']}"

    # -- traits

    def _traits(self, name: str, shape: Json) -> Iterator[str]:
        for trait, value in shape.get("traits", {}).items():
            yield from self._trait(name, trait, value, shape["type"] in SELECTORS.get(trait, ((), ()))[0])
        for member, told in self.members(shape).items():
            if told.keys() - {"target", "traits"}:
                yield f"{name}${member}: has more than target and traits"
            kind = self.kind(told.get("target", ""))
            for trait, value in told.get("traits", {}).items():
                yield from self._trait(f"{name}${member}", trait, value, kind in SELECTORS.get(trait, ((), ()))[1])

    @staticmethod
    def _trait(place: str, trait: str, value: Any, fits: bool) -> Iterator[str]:
        if trait not in SELECTORS:
            yield f"{place}: {trait} is no known trait"
        elif not fits:
            yield f"{place}: {trait} may not stand here"
        elif trait in VALUES and not VALUES[trait](value):
            yield f"{place}: {trait} may not be {value!r}"

    # -- kinds of shapes

    def _structure(self, name: str, shape: Json) -> Iterator[str]:
        yield from self._http_members(name, shape)
        for member, told in shape.get("members", {}).items():
            target = self.of(told["target"])
            if self.has(target, "streaming"):
                if self.kind(told["target"]) == "blob" and not (
                    self.has(told, "required") or self.has(told, "default")
                ):
                    yield f"{name}${member}: a streaming blob is neither required nor has a default"
                if self._http and not self.has(told, "httpPayload"):
                    yield f"{name}${member}: a stream is no payload"
            if self.has(told, "hostLabel") and not self.has(told, "required"):
                yield f"{name}${member}: a host label is not required"
        if self.has(shape, "httpError") and not self.has(shape, "error"):
            yield f"{name}: httpError stands on what is no error"

    @property
    def _http(self) -> bool:
        services = [shape for shape in self.shapes.values() if shape.get("type") == "service"]
        return any(name.rpartition("#")[2].startswith("rest") for shape in services for name in shape.get("traits", {}))

    def _http_members(self, name: str, shape: Json) -> Iterator[str]:
        for trait in ONE_A_STRUCTURE:
            if len(found := self.bound(shape, trait)) > 1:
                yield f"{name}: {trait} stands on {', '.join(found)}"
        for trait in ("httpQuery", "httpHeader"):
            names = [told["traits"][f"smithy.api#{trait}"].lower() for told in self.bound(shape, trait).values()]
            if len(names) != len(set(names)):
                yield f"{name}: two members are bound to one {trait}"
        for member, told in shape.get("members", {}).items():
            if len(bindings := [trait for trait in BINDINGS if self.has(told, trait)]) > 1:
                yield f"{name}${member}: {' and '.join(bindings)} conflict"
            target = self.of(told["target"])
            if self.has(told, "httpLabel") and not self.has(told, "required"):
                yield f"{name}${member}: a label is not required"
            if (self.has(told, "httpQuery") or self.has(told, "httpHeader")) and target.get("type") == "list":
                held = self.kind(target["member"]["target"])
                if held not in (*TEXTS, *NUMBERS, "boolean", "timestamp"):
                    yield f"{name}${member}: a list of {held} stands in header or query"
            if self.has(told, "httpPrefixHeaders") and self.kind(target["value"]["target"]) not in TEXTS:
                yield f"{name}${member}: prefixed headers hold strings"
            if self.has(told, "httpQueryParams"):
                value = target["value"]["target"]
                inner = self.of(value).get("member", {}).get("target", "") if self.kind(value) == "list" else value
                if self.kind(inner) not in TEXTS:
                    yield f"{name}${member}: query parameters hold strings"

    def _union(self, name: str, shape: Json) -> Iterator[str]:
        if not shape.get("members"):
            yield f"{name}: a union has no member"
        for member, told in shape.get("members", {}).items():
            if self.has(told, "required"):
                yield f"{name}${member}: a member of a union is required"
            if self.has(shape, "streaming") and self.kind(told["target"]) != "structure":
                yield f"{name}${member}: an event is no structure"

    def _enum(self, name: str, shape: Json) -> Iterator[str]:
        if not shape.get("members"):
            yield f"{name}: an enum has no value"
        values = [
            told.get("traits", {}).get("smithy.api#enumValue", member) for member, told in shape["members"].items()
        ]
        if len(values) != len(set(values)):
            yield f"{name}: two members have one value"
        for member, told in shape["members"].items():
            if told["target"] != "smithy.api#Unit":
                yield f"{name}${member}: targets {told['target']}, not Unit"

    def _map(self, name: str, shape: Json) -> Iterator[str]:
        if self.kind(shape["key"]["target"]) not in TEXTS:
            yield f"{name}: keys are no strings"

    def _service(self, name: str, shape: Json) -> Iterator[str]:
        if not shape.get("version"):
            yield f"{name}: has no version"
        if not any(trait in shape.get("traits", {}) for trait in PROTOCOLS):
            yield f"{name}: speaks no protocol"
        if "aws.protocols#awsQuery" in shape["traits"] and "smithy.api#xmlNamespace" not in shape["traits"]:
            yield f"{name}: awsQuery needs an XML namespace"
        if "aws.api#service" not in shape["traits"]:
            yield f"{name}: has no aws.api#service"
        unbound = {key for key, told in self.shapes.items() if told.get("type") == "operation"}
        if unbound := unbound - {told["target"] for told in shape["operations"]}:
            yield f"{name}: does not have {sorted(unbound)}"
        routes: dict[tuple[str, str], str] = {}
        for told in shape["operations"]:
            http = self.of(told["target"]).get("traits", {}).get("smithy.api#http")
            if http is None:
                if self._http:
                    yield f"{told['target']}: has no http"
                continue
            route = (http["method"], re.sub(r"\{[^{}+]+(\+?)\}", r"{\1}", http["uri"]))
            if (other := routes.setdefault(route, told["target"])) != told["target"]:
                yield f"{told['target']}: has the method and URI of {other}"

    def _operation(self, name: str, shape: Json) -> Iterator[str]:
        source = self.of(shape["input"]["target"])
        answer = self.of(shape["output"]["target"])
        for side in ("input", "output"):
            if self.kind(shape[side]["target"]) != "structure":
                yield f"{name}: its {side} is no structure"
        for error in shape.get("errors", ()):
            if not self.has(self.of(error["target"]), "error"):
                yield f"{name}: {error['target']} is no error"
        yield from self._route(name, shape, source)
        for part, told in (("input", source), ("output", answer)):
            forbidden = ("httpResponseCode",) if part == "input" else ("httpLabel", "httpQuery", "httpQueryParams")
            # A shape that is both sides, as REST services have them, is bound for both.
            both = shape["input"]["target"] == shape["output"]["target"]
            for trait in () if both else forbidden:
                if found := self.bound(told, trait):
                    yield f"{name}: its {part} binds {', '.join(found)} by {trait}"
        if "smithy.api#paginated" in shape.get("traits", {}):
            yield from self._paginated(name, shape["traits"]["smithy.api#paginated"], source, answer)
        for waiter, told in shape.get("traits", {}).get("smithy.waiters#waitable", {}).items():
            yield from self._waiter(f"{name}: waiter {waiter}", waiter, told, shape)
        for example in shape.get("traits", {}).get("smithy.api#examples", ()):
            place = f"{name}: example {example.get('title')!r}"
            if not example.get("title") or example.keys() - {"title", "documentation", "input", "output", "error"}:
                yield f"{place}: has no title, or more than an example has"
            for side in ("input", "output"):
                if side in example:
                    yield from self._value(f"{place} {side}", shape[side]["target"], example[side])

    def _route(self, name: str, shape: Json, source: Json) -> Iterator[str]:
        http = shape.get("traits", {}).get("smithy.api#http")
        if http is None:
            return
        if not re.fullmatch(r"[A-Z]+", http["method"]) or not 100 <= http.get("code", 200) <= 999:
            yield f"{name}: http has no such method or code"
        uri = http["uri"]
        if not uri.startswith("/") or "#" in uri or "//" in uri:
            yield f"{name}: {uri} is no URI of Smithy"
        path, _, query = uri.partition("?")
        labels = re.findall(r"\{([^{}+]+)(\+?)\}", path)
        if any("{" in segment and not re.fullmatch(rf"\{{{IDENTIFIER}\+?\}}", segment) for segment in path.split("/")):
            yield f"{name}: a label of {uri} is not a whole segment"
        if "{" in query or len({label for label, _ in labels}) != len(labels):
            yield f"{name}: {uri} has a label twice or in its query"
        if len([greedy for _, greedy in labels if greedy]) > 1:
            yield f"{name}: {uri} has two greedy labels"
        bound = set(self.bound(source, "httpLabel"))
        if {label for label, _ in labels} != bound:
            yield f"{name}: labels of {uri} and members bound to labels differ: {sorted(bound)}"
        literals = {part.partition("=")[0] for part in query.split("&") if part}
        asked = {told["traits"]["smithy.api#httpQuery"] for told in self.bound(source, "httpQuery").values()}
        if literals & asked:
            yield f"{name}: {uri} has in its query what a member is bound to: {sorted(literals & asked)}"

    def _paginated(self, name: str, rule: Json, source: Json, answer: Json) -> Iterator[str]:
        wanted = {
            "inputToken": (source, (*TEXTS, "map")),
            "outputToken": (answer, (*TEXTS, "map")),
            "items": (answer, ("list", "map")),
            "pageSize": (source, ("byte", "short", "integer", "long")),
        }
        for part, path in rule.items():
            shape, kinds = wanted[part]
            kind = ""
            for step in path.split("."):
                member = shape.get("members", {}).get(step)
                if member is None:
                    yield f"{name}: paginated {part}: there is no {path}"
                    break
                if part != "items" and self.has(member, "required"):
                    yield f"{name}: paginated {part} {path} is required"
                kind, shape = self.kind(member["target"]), self.of(member["target"])
            else:
                if kind not in kinds:
                    yield f"{name}: paginated {part} {path} is a {kind}"
        if not {"inputToken", "outputToken"} <= rule.keys():
            yield f"{name}: paginated has no tokens"

    def _waiter(self, place: str, waiter: str, told: Json, shape: Json) -> Iterator[str]:
        if not re.fullmatch(r"[A-Z]+[A-Za-z0-9]*", waiter):
            yield f"{place}: has no name of a waiter"
        if told.get("minDelay", 2) > told.get("maxDelay", 120) or told.get("minDelay", 2) < 1:
            yield f"{place}: its delays are out of order"
        if not any(acceptor["state"] == "success" for acceptor in told["acceptors"]):
            yield f"{place}: never succeeds"
        for acceptor in told["acceptors"]:
            if acceptor["state"] not in ("success", "failure", "retry") or len(acceptor["matcher"]) != 1:
                yield f"{place}: {acceptor} is no acceptor"
            for kind, matcher in acceptor["matcher"].items():
                if kind in ("output", "inputOutput"):
                    comparators = ("stringEquals", "booleanEquals", "allStringEquals", "anyStringEquals")
                    if matcher.keys() != {"path", "expected", "comparator"} or matcher["comparator"] not in comparators:
                        yield f"{place}: {matcher} is no matcher"
                    elif matcher["comparator"] == "booleanEquals" and matcher["expected"] not in ("true", "false"):
                        yield f"{place}: {matcher['expected']!r} is no boolean"
                    else:
                        yield from self._expression(place, matcher["path"])
                elif kind not in ("success", "errorType"):
                    yield f"{place}: there is no matcher {kind}"

    @staticmethod
    def _expression(place: str, path: str) -> Iterator[str]:
        try:
            jmespath.compile(path)
        except JMESPathError as error:
            yield f"{place}: {path!r} is no JMESPath: {error}"

    # -- values of examples

    def _value(self, place: str, target: str, value: Any) -> Iterator[str]:
        shape: Json = self.of(target) or {"type": PRELUDE[target]}
        kind, traits = shape["type"], shape.get("traits", {})
        wanted: Any = {
            **dict.fromkeys(("structure", "union", "map"), dict),
            "list": list,
            **dict.fromkeys((*TEXTS, "blob"), str),
            "boolean": bool,
            **dict.fromkeys(("integer", "long"), int),
            **dict.fromkeys(("float", "double"), (int, float)),
            "timestamp": (str, int, float),
            "document": object,
        }[kind]
        if not isinstance(value, wanted) or (isinstance(value, bool) and kind not in ("boolean", "document")):
            yield f"{place}: {value!r} is no {kind}"
            return
        if kind == "timestamp" and isinstance(value, str) and not re.fullmatch(r"[\d-]+T[\d:.]+Z", value):
            yield f"{place}: {value!r} is no timestamp"
        if kind == "enum" and value not in [
            member["traits"]["smithy.api#enumValue"] for member in shape["members"].values()
        ]:
            yield f"{place}: {value!r} is not in its enum"
        yield from self._within(place, traits, value)
        given: Json = value if isinstance(value, dict) and kind != "document" else {}
        for member, told in shape["members"].items() if kind in ("structure", "union") else ():
            if self.has(told, "required") and member not in given:
                yield f"{place}: lacks {member}"
        if kind == "union" and len(given) != 1:
            yield f"{place}: a union has not exactly one member"
        for key, item in given.items():
            held = shape["value"] if kind == "map" else shape["members"].get(key)
            if held is None:
                yield f"{place}: has no member {key}"
            else:
                yield from self._value(f"{place}/{key}", held["target"], item)
        for index, item in enumerate(value if isinstance(value, list) and kind == "list" else ()):
            yield from self._value(f"{place}/{index}", shape["member"]["target"], item)

    @staticmethod
    def _within(place: str, traits: Json, value: Any) -> Iterator[str]:
        for trait, size in (("length", len), ("range", lambda number: number)):
            bounds = traits.get(f"smithy.api#{trait}")
            if bounds and not bounds.get("min", -math.inf) <= size(value) <= bounds.get("max", math.inf):
                yield f"{place}: {value!r} breaks its {trait}"
        pattern = traits.get("smithy.api#pattern")
        if pattern and not matches(pattern, value):
            yield f"{place}: {value!r} does not match {pattern}"

    # -- recursion

    def _recursion(self) -> Iterator[str]:
        """A shape may hold itself through a member that may be left out; not by lists and maps alone."""

        def bare(shape: Json) -> list[str]:
            return [told["target"] for told in self.members(shape).values()] if shape["type"] in ("list", "map") else []

        def needed(shape: Json) -> list[str]:
            if shape["type"] == "union" and len(shape["members"]) == 1:
                return [told["target"] for told in shape["members"].values()]
            return (
                [told["target"] for told in self.bound(shape, "required").values()]
                if shape["type"] == "structure"
                else []
            )

        for reason, step in (("by lists and maps alone", bare), ("and can never end", needed)):
            for name in self.shapes:
                seen: set[str] = set()
                todo = [target for target in step(self.shapes[name]) if target in self.shapes]
                while todo:
                    target = todo.pop()
                    if target == name:
                        yield f"{name}: holds itself {reason}"
                        break
                    if target not in seen:
                        seen.add(target)
                        todo += [inner for inner in step(self.shapes[target]) if inner in self.shapes]
