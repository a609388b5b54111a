"""Single edits of a spec, each with the rules that it must be found by.

What is expected is written down here, edit by edit, from what the edit means to a caller (`input`) and to a reader
(`output`); which of the two a shape is for is found by a walk of this module's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, NamedTuple

from asdoc.codegen.spec.load import Spec

from .editing import committed, copied

Rules = Mapping[str, str]
"""By `input` and `output`."""


class Site(NamedTuple):
    """A place of a spec that can be edited: `("Deployment", "State")`."""

    names: tuple[str, ...]
    node: Mapping[str, Any]


class Mutation(NamedTuple):
    name: str
    sites: Callable[[Spec], Iterator[Site]]
    edit: Callable[[Spec, Site], object]
    rules: frozenset[str] | Rules
    """All of them, or those for each who reads the shape."""


class Edited(NamedTuple):
    mutation: str
    where: str
    old: Spec
    new: Spec
    expected: frozenset[str]


def directions(spec: Spec, shape: str) -> set[str]:
    """Who reads a shape: the service an input, the caller an output or an error."""
    return _directions(spec.service)[shape]


@cache
def _directions(service: str) -> dict[str, set[str]]:
    spec = committed(service)
    found: dict[str, set[str]] = {name: set() for name in spec.shapes}

    def visit(name: str, side: str) -> None:
        if side not in found[name]:
            found[name].add(side)
            text = repr(spec.shapes[name])
            for other in spec.shapes:
                if f"'#/$defs/{other}'" in text:
                    visit(other, side)

    for operation in spec.operations.values():
        for root, side in ((operation["input"], "input"), (operation["output"], "output")):
            if root:
                visit(root, side)
        for error in operation["errors"]:
            visit(error, "error")
    return found


def edited(mutation: Mutation, spec: Spec, pick: Callable[[int], int]) -> Edited | None:
    """The mutation done at one of its sites; None where the spec has none."""
    sites = list(mutation.sites(spec))
    if not sites:
        return None
    site = sites[pick(len(sites))]
    new = copied(spec)
    mutation.edit(new, site)
    if isinstance(mutation.rules, frozenset):
        expected = mutation.rules
    else:
        sides = {"input" if side == "input" else "output" for side in directions(spec, site.names[0])}
        expected = frozenset(mutation.rules[side] for side in sides)
    return Edited(mutation.name, ".".join(site.names), spec, new, expected)


def _operations() -> Callable[[Spec], Iterator[Site]]:
    return lambda spec: (Site((name,), told) for name, told in spec.operations.items())


def _operations_where(test: Callable[[Mapping[str, Any]], bool]) -> Callable[[Spec], Iterator[Site]]:
    return lambda spec: (Site((name,), told) for name, told in spec.operations.items() if test(told))


def _members(test: Callable[[Mapping[str, Any], Mapping[str, Any], str], bool]) -> Callable[[Spec], Iterator[Site]]:
    """Members of structures for which the test holds of member, structure and name."""

    def sites(spec: Spec) -> Iterator[Site]:
        for name, shape in spec.shapes.items():
            for key, member in shape.get("properties", {}).items():
                if test(member, shape, key):
                    yield Site((name, key), member)

    return sites


def _structures(test: Callable[[Mapping[str, Any]], bool]) -> Callable[[Spec], Iterator[Site]]:
    return lambda spec: (
        Site((name,), shape) for name, shape in spec.shapes.items() if "properties" in shape and test(shape)
    )


def _enums(least: int = 1) -> Callable[[Spec], Iterator[Site]]:
    return lambda spec: (
        Site((name, value), shape)
        for name, shape in spec.shapes.items()
        if len(shape.get("enum", ())) > least
        for value in shape["enum"]
    )


def _errors(spec: Spec) -> Iterator[Site]:
    return (Site((name,), shape) for name, shape in spec.shapes.items() if "status" in shape.get("x-error", {}))


def _waiters(spec: Spec) -> Iterator[Site]:
    return (Site((name,), told) for name, told in spec.waiters.items())


def _examples(spec: Spec) -> Iterator[Site]:
    return (Site((example["id"],), example) for example in spec.examples)


def _is_optional(member: Mapping[str, Any], shape: Mapping[str, Any], name: str) -> bool:
    told = [*shape.get("required", ()), *shape.get("x-wire", {}).get("required", ())]
    return name not in told and "x-idempotent" not in member


def _plain(kind: str) -> Callable[..., bool]:
    return lambda member, *_: member.get("type") == kind and "x-type" not in member and "enum" not in member


def _any(*_: Any) -> bool:
    return True


def _member(spec: Spec, site: Site) -> dict[str, Any]:
    found: dict[str, Any] = spec.shapes[site.names[0]]["properties"][site.names[1]]
    return found


def _wire(spec: Spec, site: Site) -> dict[str, Any]:
    found: dict[str, Any] = _member(spec, site).setdefault("x-wire", {})
    return found


def _set(holder: dict[str, Any], **told: Any) -> dict[str, Any]:
    holder.update(told)
    return holder


def _add_member(spec: Spec, site: Site, *, required: bool) -> None:
    shape = spec.shapes[site.names[0]]
    shape["properties"]["Quokka"] = {"type": "integer"}
    if required:
        shape.setdefault("required", []).append("Quokka")


def _drop_member(spec: Spec, site: Site) -> None:
    shape = spec.shapes[site.names[0]]
    del shape["properties"][site.names[1]]
    for holder in (shape, shape.get("x-wire", {})):
        if site.names[1] in holder.get("required", ()):
            holder["required"].remove(site.names[1])


def _rename_member(spec: Spec, site: Site) -> None:
    shape = spec.shapes[site.names[0]]
    new = site.names[1] + "_"
    shape["properties"][new] = shape["properties"].pop(site.names[1])
    for holder in (shape, shape.get("x-wire", {})):
        if site.names[1] in holder.get("required", ()):
            holder["required"].remove(site.names[1])
            holder["required"].append(new)


def _of_operation(**told: Any) -> Callable[[Spec, Site], object]:
    return lambda spec, site: _set(spec.operations[site.names[0]], **told)


def _of_http(**told: Any) -> Callable[[Spec, Site], object]:
    return lambda spec, site: _set(spec.operations[site.names[0]]["wire"], **told)


def _of_pages(**told: Any) -> Callable[[Spec, Site], object]:
    return lambda spec, site: _set(spec.operations[site.names[0]]["pagination"], **told)


def _of_wire(**told: Any) -> Callable[[Spec, Site], object]:
    return lambda spec, site: _set(_wire(spec, site), **told)


def _of_waiter(**told: Any) -> Callable[[Spec, Site], object]:
    return lambda spec, site: _set(spec.waiters[site.names[0]], **told)


def _of_error(**told: Any) -> Callable[[Spec, Site], object]:
    return lambda spec, site: _set(spec.shapes[site.names[0]]["x-error"], **told)


def _of_service(key: str, value: Any) -> tuple[Callable[[Spec], Iterator[Site]], Callable[[Spec, Site], object]]:
    return (
        lambda spec: iter([Site((key,), spec.metadata)] if key in spec.metadata else []),
        lambda spec, _: _set(spec.metadata, **{key: value}),
    )


def _services(which: Callable[[Mapping[str, Any]], bool]) -> Callable[[Spec], Iterator[Site]]:
    return lambda spec: iter([Site((spec.service,), spec.metadata)] if which(spec.metadata) else [])


def _speaks_json(told: Mapping[str, Any], *, wanted: bool) -> bool:
    return bool(told["protocol"] == "json") == wanted


def _labels(spec: Spec) -> Iterator[Site]:
    """Members in the address of the one operation that takes them."""
    inputs = [told["input"] for told in spec.operations.values()]
    for name, told in spec.operations.items():
        for member, node in spec.shapes.get(told["input"], {}).get("properties", {}).items():
            if node.get("x-wire", {}).get("location") == "uri" and inputs.count(told["input"]) == 1:
                yield Site((name, member), node)


def _rename_label(spec: Spec, site: Site) -> None:
    operation, member = site.names
    told = spec.operations[operation]
    wire = spec.shapes[told["input"]]["properties"][member]["x-wire"]
    told["wire"]["uri"] = told["wire"]["uri"].replace(f"{{{wire.get('name', member)}}}", "{quokka}")
    wire["name"] = "quokka"


def _both(rule: str) -> Rules:
    return {"input": f"input-{rule}", "output": f"output-{rule}"}


def _sides(input: str, output: str) -> Rules:
    return {"input": f"input-{input}", "output": f"output-{output}"}


def _one(rule: str) -> frozenset[str]:
    return frozenset([rule])


def _without(key: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda told: key not in told


def _bounded(key: str) -> Callable[..., bool]:
    return lambda member, *_: key in member.get("x-wire", {})


def _unbounded(key: str) -> Callable[[Mapping[str, Any], Mapping[str, Any], str], bool]:
    return lambda member, *_: key not in member.get("x-wire", {}) and member.get("type") == "string"


def _change_type(spec: Spec, site: Site) -> None:
    member = _member(spec, site)
    member["type"] = "boolean" if member["type"] == "string" else "string"


def _put(spec: Spec, name: str, like: str) -> None:
    told = dict(spec.operations[like], name=name, method="quokka", input="", output="", errors=[])
    told["wire"] = {**told["wire"], "uri": "/quokkas"}
    told.pop("pagination", None)
    spec.operations[name] = told


def _rename_shape(spec: Spec, site: Site) -> None:
    old, reference = site.names[0], f"#/$defs/{site.names[0]}"

    def visit(node: dict[str, Any]) -> None:
        if node.get("$ref") == reference:
            node["$ref"] = "#/$defs/Quokka"
        for key in ("items", "additionalProperties", "propertyNames"):
            if key in node:
                visit(node[key])
        for member in node.get("properties", {}).values():
            visit(member)

    spec.shapes["Quokka"] = spec.shapes.pop(old)
    for shape in spec.shapes.values():
        visit(shape)
    for operation in spec.operations.values():
        for side in ("input", "output"):
            if operation[side] == old:
                operation[side] = "Quokka"


def _ordinary(member: Mapping[str, Any], shape: Mapping[str, Any], name: str) -> bool:
    return "x-union" not in shape and "x-error" not in shape


def _used(spec: Spec) -> Iterator[Site]:
    return (
        Site((name,), shape) for name, shape in spec.shapes.items() if "x-error" not in shape and directions(spec, name)
    )


def _enum(spec: Spec) -> str:
    return next(name for name, shape in spec.shapes.items() if "enum" in shape)


def _mutations() -> Iterator[Mutation]:
    yield Mutation(
        "drop an operation", _operations(), lambda s, at: s.operations.pop(at.names[0]), _one("operation-removed")
    )
    yield Mutation(
        "add an operation", _operations(), lambda s, at: _put(s, "Quokka", at.names[0]), _one("operation-added")
    )
    yield Mutation(
        "deprecate",
        _operations_where(lambda told: not told["deprecated"]),
        _of_operation(deprecated=True),
        _one("operation-deprecated"),
    )
    yield Mutation(
        "undeprecate",
        _operations_where(lambda told: told["deprecated"]),
        _of_operation(deprecated=False),
        _one("operation-undeprecated"),
    )
    yield Mutation("another method", _operations(), _of_operation(method="quokka"), _one("method-name-changed"))
    yield Mutation(
        "another page",
        _operations(),
        _of_operation(documentation="https://docs.aws.amazon.com/q"),
        _one("documentation-address-changed"),
    )
    yield Mutation(
        "one error less",
        _operations_where(lambda told: bool(told["errors"])),
        lambda s, at: s.operations[at.names[0]]["errors"].pop(),
        _one("operation-error-removed"),
    )
    yield Mutation(
        "one error more",
        _operations_where(lambda told: "ConflictException" not in told["errors"]),
        lambda s, at: s.operations[at.names[0]]["errors"].append("ConflictException"),
        _one("operation-error-added"),
    )
    yield Mutation(
        "no input",
        _operations_where(lambda told: bool(told["input"])),
        _of_operation(input=""),
        _one("operation-input-removed"),
    )
    yield Mutation(
        "no output",
        _operations_where(lambda told: bool(told["output"])),
        _of_operation(output=""),
        _one("operation-output-removed"),
    )
    yield Mutation(
        "an output",
        _operations_where(lambda told: not told["output"]),
        _of_operation(output="Deployment"),
        _one("operation-output-added"),
    )
    yield Mutation("another verb", _operations(), _of_http(method="OPTIONS"), _one("http-method-changed"))
    yield Mutation("another address", _operations(), _of_http(uri="/quokkas"), _one("uri-changed"))
    yield Mutation("another status", _operations(), _of_http(status=299), _one("status-code-changed"))
    yield Mutation("a host prefix", _operations(), _of_http(hostPrefix="quokka."), _one("host-prefix-changed"))
    yield Mutation("other auth", _operations(), _of_http(authtype="none"), _one("operation-auth-changed"))
    yield Mutation("unsigned payload", _operations(), _of_http(unsignedPayload=True), _one("payload-signing-changed"))
    yield Mutation("a checksum", _operations(), _of_http(checksumRequired=True), _one("checksum-changed"))
    yield Mutation(
        "compression",
        _operations(),
        _of_http(requestCompression={"encodings": ["gzip"]}),
        _one("request-compression-changed"),
    )
    yield Mutation(
        "wrapped", _operations(), _of_http(output={"resultWrapper": "Q"}), _one("operation-wrapping-changed")
    )
    yield Mutation(
        "idempotent",
        _operations_where(lambda told: "idempotent" not in told["wire"]),
        _of_http(idempotent=True),
        _one("idempotency-gained"),
    )
    yield Mutation(
        "not idempotent",
        _operations_where(lambda told: "idempotent" in told["wire"]),
        lambda s, at: s.operations[at.names[0]]["wire"].pop("idempotent"),
        _one("idempotency-lost"),
    )
    yield Mutation(
        "read-only",
        _operations_where(lambda told: "readonly" not in told["wire"]),
        _of_http(readonly=True),
        _one("readonly-gained"),
    )
    yield Mutation(
        "not read-only",
        _operations_where(lambda told: "readonly" in told["wire"]),
        lambda s, at: s.operations[at.names[0]]["wire"].pop("readonly"),
        _one("readonly-lost"),
    )
    paged = _operations_where(lambda told: "pagination" in told)
    yield Mutation(
        "no pages", paged, lambda s, at: s.operations[at.names[0]].pop("pagination"), _one("pagination-removed")
    )
    yield Mutation(
        "pages",
        _operations_where(lambda told: "pagination" not in told),
        _of_operation(pagination={"method": "q", "pageSize": True, "members": [], "source": ["q:1#0"]}),
        _one("pagination-added"),
    )
    yield Mutation("other tokens", paged, _of_pages(input_token=["Quokka"]), _one("pagination-token-changed"))
    yield Mutation("other items", paged, _of_pages(result_key=["Quokkas"]), _one("pagination-result-changed"))
    yield Mutation(
        "more items",
        paged,
        lambda s, at: s.operations[at.names[0]]["pagination"]["result_key"].append("Quokkas"),
        _one("pagination-result-added"),
    )
    yield Mutation("another limit", paged, _of_pages(limit_key="Quokka"), _one("pagination-limit-changed"))
    yield Mutation("other members of pages", paged, _of_pages(members=["Quokka"]), _one("pagination-detail-changed"))
    yield Mutation("drop a waiter", _waiters, lambda s, at: s.waiters.pop(at.names[0]), _one("waiter-removed"))
    yield Mutation(
        "add a waiter",
        _waiters,
        lambda s, at: _set(s.waiters, Quokka=dict(s.waiters[at.names[0]])),
        _one("waiter-added"),
    )
    yield Mutation("a waiter's delay", _waiters, _of_waiter(delay=77), _one("waiter-timing-changed"))
    yield Mutation("a waiter's attempts", _waiters, _of_waiter(maxAttempts=7), _one("waiter-timing-changed"))
    yield Mutation(
        "a waiter's operation", _waiters, _of_waiter(operation="ListApplications"), _one("waiter-operation-changed")
    )
    yield Mutation("a waiter's end", _waiters, _of_waiter(wire={"acceptors": []}), _one("waiter-acceptors-changed"))
    yield Mutation("drop an example", _examples, lambda s, at: s.examples.remove(at.node), _one("example-removed"))
    yield Mutation(
        "add an example",
        _examples,
        lambda s, at: s.examples.append({**at.node, "id": "Quokka.1", "params": {"A": 1}}),
        _one("example-added"),
    )
    yield Mutation(
        "change an example",
        _examples,
        lambda s, at: next(_set(told, output={"Quokka": 1}) for told in s.examples if told["id"] == at.names[0]),
        _one("example-changed"),
    )
    yield Mutation(
        "move an example",
        _examples,
        lambda s, at: next(
            _set(told, id=f"{told['operation']}.99") for told in s.examples if told["id"] == at.names[0]
        ),
        _one("example-moved"),
    )
    for key, value, rule in (
        ("protocols", ["quokka"], "protocols-removed"),
        ("protocols", ["rest-json", "quokka"], "protocols-added"),
        ("protocols", ["quokka", "rest-json"], "protocols-reordered"),
        ("auth", ["aws.auth#sigv4", "aws.auth#sigv4a"], "signing-added"),
        ("auth", ["aws.auth#sigv4a", "aws.auth#sigv4"], "signing-changed"),
        ("apiVersion", "1999-01-01", "api-version-changed"),
        ("endpointPrefix", "quokka", "endpoint-changed"),
        ("endpoints", {"rules": []}, "endpoint-changed"),
        ("signingName", "quokka", "signing-changed"),
        ("signatureVersion", "v5", "signing-changed"),
        ("serviceFullName", "Quokka", "service-name-changed"),
    ):
        yield Mutation(f"another {key}", *_of_service(key, value), _one(rule))
    for speaks, rule in ((True, "target-changed"), (False, "service-fact-told")):
        yield Mutation(
            f"another version of JSON, {'' if speaks else 'not '}spoken",
            _services(partial(_speaks_json, wanted=speaks)),
            lambda s, _: _set(s.metadata, jsonVersion="2.0"),
            _one(rule),
        )
    yield Mutation(
        "another protocol",
        _services(lambda told: "protocols" not in told),
        lambda s, _: _set(s.metadata, protocol="quokka"),
        _one("protocol-changed"),
    )
    yield Mutation(
        "a protocol that is preferred",
        _services(lambda told: "protocols" in told),
        lambda s, _: _set(s.metadata, protocol="quokka"),
        _one("protocol-preferred"),
    )
    yield Mutation(
        "a placeholder of another name", _labels, _rename_label, frozenset({"uri-label-renamed", "input-label-renamed"})
    )
    yield Mutation("another status of an error", _errors, _of_error(status=418), _one("error-status-changed"))
    yield Mutation("another code of an error", _errors, _of_error(code="Quokka"), _one("error-code-changed"))
    yield Mutation(
        "another fault",
        _errors,
        lambda s, at: _of_error(fault=not at.node["x-error"]["fault"])(s, at),
        _one("error-fault-changed"),
    )
    yield Mutation("drop a member", _members(_any), _drop_member, _both("member-removed"))
    yield Mutation(
        "add a member",
        _structures(_without("x-union")),
        lambda s, at: _add_member(s, at, required=False),
        _both("member-added"),
    )
    yield Mutation(
        "add a member of a union",
        _structures(lambda told: "x-union" in told),
        lambda s, at: _add_member(s, at, required=False),
        _sides("member-added", "union-member-added"),
    )
    yield Mutation(
        "add a required member",
        _structures(_without("x-union")),
        lambda s, at: _add_member(s, at, required=True),
        _sides("member-required-added", "member-added"),
    )
    yield Mutation("rename a member", _members(_ordinary), _rename_member, _both("member-renamed"))
    yield Mutation(
        "require a member",
        _members(_is_optional),
        lambda s, at: s.shapes[at.names[0]].setdefault("required", []).append(at.names[1]),
        _sides("member-became-required", "member-guaranteed"),
    )
    yield Mutation(
        "do not require a member",
        _members(lambda member, shape, name: name in shape.get("required", ())),
        lambda s, at: s.shapes[at.names[0]]["required"].remove(at.names[1]),
        _sides("member-became-optional", "member-no-longer-guaranteed"),
    )
    yield Mutation("another type", _members(_plain("string")), _change_type, _both("type-changed"))
    yield Mutation("another type of a number", _members(_plain("integer")), _change_type, _both("type-changed"))
    yield Mutation(
        "a wider type",
        _members(_plain("integer")),
        lambda s, at: _set(_member(s, at), **{"x-type": "long"}),
        _both("type-widened"),
    )
    yield Mutation(
        "a list of something else",
        _members(lambda member, *_: member.get("items", {}).get("type") == "string"),
        lambda s, at: _set(_member(s, at)["items"], type="boolean"),
        _both("type-changed"),
    )
    yield Mutation(
        "values are listed",
        _members(lambda member, *_: _plain("string")(member) and not member.keys() & {"x-sensitive", "x-idempotent"}),
        lambda s, at: (_member(s, at).pop("type"), _set(_member(s, at), **{"$ref": f"#/$defs/{_enum(s)}"})),
        _both("enum-introduced"),
    )
    yield Mutation(
        "values are not listed",
        _members(lambda member, *_: member.get("$ref") == "#/$defs/GrowthType"),
        lambda s, at: (_member(s, at).pop("$ref"), _set(_member(s, at), type="string")),
        _both("enum-dropped"),
    )
    yield Mutation(
        "drop a value",
        _enums(),
        lambda s, at: s.shapes[at.names[0]]["enum"].remove(at.names[1]),
        _both("enum-value-removed"),
    )
    yield Mutation(
        "add a value", _enums(), lambda s, at: s.shapes[at.names[0]]["enum"].append("QUOKKA"), _both("enum-value-added")
    )
    yield Mutation("a higher minimum", _members(_bounded("min")), _of_wire(min=100_000), _both("minimum-raised"))
    yield Mutation("a lower minimum", _members(_bounded("min")), _of_wire(min=-1), _both("minimum-lowered"))
    yield Mutation("a lower maximum", _members(_bounded("max")), _of_wire(max=-5), _both("maximum-lowered"))
    yield Mutation("a higher maximum", _members(_bounded("max")), _of_wire(max=10**12), _both("maximum-raised"))
    yield Mutation("a maximum", _members(_unbounded("max")), _of_wire(max=10), _both("maximum-lowered"))
    yield Mutation("a minimum", _members(_unbounded("min")), _of_wire(min=10), _both("minimum-raised"))
    yield Mutation("a minimum of nothing", _members(_unbounded("min")), _of_wire(min=0), _both("bound-told"))
    yield Mutation(
        "no maximum", _members(_bounded("max")), lambda s, at: _wire(s, at).pop("max"), _both("maximum-raised")
    )
    yield Mutation("a pattern", _members(_unbounded("pattern")), _of_wire(pattern="q"), _both("pattern-added"))
    yield Mutation(
        "no pattern", _members(_bounded("pattern")), lambda s, at: _wire(s, at).pop("pattern"), _both("pattern-removed")
    )
    yield Mutation(
        "another pattern", _members(_bounded("pattern")), _of_wire(pattern="quokka"), _both("pattern-changed")
    )
    yield Mutation(
        "a pattern for a maximum",
        _members(lambda member, *_: _bounded("max")(member) and not _bounded("pattern")(member)),
        lambda s, at: (_wire(s, at).pop("max"), _set(_wire(s, at), pattern="q")),
        _both("constraint-replaced"),
    )
    yield Mutation("another location", _members(_any), _of_wire(location="headers"), _both("location-changed"))
    yield Mutation("another name on the wire", _members(_any), _of_wire(name="quokka"), _both("wire-name-changed"))
    yield Mutation("other times", _members(_any), _of_wire(timestampFormat="quokka"), _both("timestamp-format-changed"))
    yield Mutation(
        "nulls",
        _members(lambda member, *_: member.get("type") == "array"),
        _of_wire(sparse=True),
        _sides("nulls-allowed", "nulls-introduced"),
    )
    yield Mutation("flattened", _members(_any), _of_wire(flattened=True), _both("serialization-changed"))
    yield Mutation(
        "another type name", _members(_bounded("shape")), _of_wire(shape="Quokka"), _both("type-name-changed")
    )
    yield Mutation("a deprecated member", _members(_any), _of_wire(deprecated=True), _both("member-deprecated"))
    yield Mutation(
        "a stream",
        _members(lambda member, *_: "x-streaming" not in member),
        lambda s, at: _set(_member(s, at), **{"x-streaming": True}),
        _both("streaming-changed"),
    )
    yield Mutation(
        "sensitive",
        _members(lambda member, *_: "x-sensitive" not in member),
        lambda s, at: _set(_member(s, at), **{"x-sensitive": True}),
        _both("sensitivity-changed"),
    )
    yield Mutation(
        "not sensitive",
        _members(lambda member, *_: "x-sensitive" in member),
        lambda s, at: _member(s, at).pop("x-sensitive"),
        _both("sensitivity-changed"),
    )
    yield Mutation(
        "a token",
        _members(lambda member, *_: "x-idempotent" not in member),
        lambda s, at: _set(_member(s, at), **{"x-idempotent": True}),
        _sides("token-added", "type-told"),
    )
    yield Mutation(
        "no token",
        _members(lambda member, *_: "x-idempotent" in member),
        lambda s, at: _member(s, at).pop("x-idempotent"),
        _sides("token-removed", "type-told"),
    )
    yield Mutation(
        "a union",
        _structures(_without("x-union")),
        lambda s, at: _set(s.shapes[at.names[0]], **{"x-union": True}),
        _both("union-introduced"),
    )
    yield Mutation(
        "a payload",
        _structures(lambda told: "payload" not in told.get("x-wire", {})),
        lambda s, at: _set(s.shapes[at.names[0]].setdefault("x-wire", {}), payload="Quokka"),
        _both("payload-changed"),
    )
    yield Mutation("another name of a shape", _used, _rename_shape, _one("shape-renamed"))
    yield Mutation(
        "a shape that nobody uses",
        lambda spec: iter([Site((spec.service,), {})]),
        lambda s, _: _set(s.shapes, Quokka={"type": "object", "properties": {}}),
        _one("shape-added"),
    )
    yield Mutation("an unknown fact of an operation", _operations(), _of_http(quokka=1), _one("operation-fact-changed"))
    yield Mutation("an unknown fact of a member", _members(_any), _of_wire(quokka=1), _both("fact-changed"))


MUTATIONS = tuple(_mutations())
