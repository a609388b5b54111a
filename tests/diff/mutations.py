"""Single edits of a spec, each with the rules that it must be found by.

What is expected is written down here, edit by edit, from what the edit means to a caller (`input`) and to a reader
(`output`); which of the two a shape is for is found by a walk of `edits`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from .edits import (
    Mutation,
    Site,
    add_member,
    an_enum,
    anything,
    both,
    bounded,
    change_type,
    drop_member,
    enums,
    errors_of,
    examples,
    fill,
    is_optional,
    labels,
    member_of,
    members,
    of_error,
    of_http,
    of_operation,
    of_pages,
    of_service,
    of_waiter,
    of_wire,
    one,
    operations,
    operations_where,
    ordinary,
    plain,
    put,
    rename_label,
    rename_member,
    rename_shape,
    services,
    sides,
    speaks_json,
    structures,
    unbounded,
    used,
    waiters,
    wire_of,
    without,
)


def _mutations() -> Iterator[Mutation]:
    yield Mutation(
        "drop an operation", operations(), lambda s, at: s.operations.pop(at.names[0]), one("operation-removed")
    )
    yield Mutation(
        "add an operation", operations(), lambda s, at: put(s, "Quokka", at.names[0]), one("operation-added")
    )
    yield Mutation(
        "deprecate",
        operations_where(lambda told: not told["deprecated"]),
        of_operation(deprecated=True),
        one("operation-deprecated"),
    )
    yield Mutation(
        "undeprecate",
        operations_where(lambda told: told["deprecated"]),
        of_operation(deprecated=False),
        one("operation-undeprecated"),
    )
    yield Mutation("another method", operations(), of_operation(method="quokka"), one("method-name-changed"))
    yield Mutation(
        "another page",
        operations(),
        of_operation(documentation="https://docs.aws.amazon.com/q"),
        one("documentation-address-changed"),
    )
    yield Mutation(
        "one error less",
        operations_where(lambda told: bool(told["errors"])),
        lambda s, at: s.operations[at.names[0]]["errors"].pop(),
        one("operation-error-removed"),
    )
    yield Mutation(
        "one error more",
        operations_where(lambda told: "ConflictException" not in told["errors"]),
        lambda s, at: s.operations[at.names[0]]["errors"].append("ConflictException"),
        one("operation-error-added"),
    )
    yield Mutation(
        "no input",
        operations_where(lambda told: bool(told["input"])),
        of_operation(input=""),
        one("operation-input-removed"),
    )
    yield Mutation(
        "no output",
        operations_where(lambda told: bool(told["output"])),
        of_operation(output=""),
        one("operation-output-removed"),
    )
    yield Mutation(
        "an output",
        operations_where(lambda told: not told["output"]),
        of_operation(output="Deployment"),
        one("operation-output-added"),
    )
    yield Mutation("another verb", operations(), of_http(method="OPTIONS"), one("http-method-changed"))
    yield Mutation("another address", operations(), of_http(uri="/quokkas"), one("uri-changed"))
    yield Mutation("another status", operations(), of_http(status=299), one("status-code-changed"))
    yield Mutation("a host prefix", operations(), of_http(hostPrefix="quokka."), one("host-prefix-changed"))
    yield Mutation("other auth", operations(), of_http(authtype="none"), one("operation-auth-changed"))
    yield Mutation("unsigned payload", operations(), of_http(unsignedPayload=True), one("payload-signing-changed"))
    yield Mutation("a checksum", operations(), of_http(checksumRequired=True), one("checksum-changed"))
    yield Mutation(
        "compression",
        operations(),
        of_http(requestCompression={"encodings": ["gzip"]}),
        one("request-compression-changed"),
    )
    yield Mutation("wrapped", operations(), of_http(output={"resultWrapper": "Q"}), one("operation-wrapping-changed"))
    yield Mutation(
        "idempotent",
        operations_where(lambda told: "idempotent" not in told["wire"]),
        of_http(idempotent=True),
        one("idempotency-gained"),
    )
    yield Mutation(
        "not idempotent",
        operations_where(lambda told: "idempotent" in told["wire"]),
        lambda s, at: s.operations[at.names[0]]["wire"].pop("idempotent"),
        one("idempotency-lost"),
    )
    yield Mutation(
        "read-only",
        operations_where(lambda told: "readonly" not in told["wire"]),
        of_http(readonly=True),
        one("readonly-gained"),
    )
    yield Mutation(
        "not read-only",
        operations_where(lambda told: "readonly" in told["wire"]),
        lambda s, at: s.operations[at.names[0]]["wire"].pop("readonly"),
        one("readonly-lost"),
    )
    paged = operations_where(lambda told: "pagination" in told)
    yield Mutation(
        "no pages", paged, lambda s, at: s.operations[at.names[0]].pop("pagination"), one("pagination-removed")
    )
    yield Mutation(
        "pages",
        operations_where(lambda told: "pagination" not in told),
        of_operation(pagination={"method": "q", "pageSize": True, "members": [], "source": ["q:1#0"]}),
        one("pagination-added"),
    )
    yield Mutation("other tokens", paged, of_pages(input_token=["Quokka"]), one("pagination-token-changed"))
    yield Mutation("other items", paged, of_pages(result_key=["Quokkas"]), one("pagination-result-changed"))
    yield Mutation(
        "more items",
        paged,
        lambda s, at: s.operations[at.names[0]]["pagination"]["result_key"].append("Quokkas"),
        one("pagination-result-added"),
    )
    yield Mutation("another limit", paged, of_pages(limit_key="Quokka"), one("pagination-limit-changed"))
    yield Mutation("other members of pages", paged, of_pages(members=["Quokka"]), one("pagination-detail-changed"))
    yield Mutation("drop a waiter", waiters, lambda s, at: s.waiters.pop(at.names[0]), one("waiter-removed"))
    yield Mutation(
        "add a waiter",
        waiters,
        lambda s, at: fill(s.waiters, Quokka=dict(s.waiters[at.names[0]])),
        one("waiter-added"),
    )
    yield Mutation("a waiter's delay", waiters, of_waiter(delay=77), one("waiter-timing-changed"))
    yield Mutation("a waiter's attempts", waiters, of_waiter(maxAttempts=7), one("waiter-timing-changed"))
    yield Mutation(
        "a waiter's operation", waiters, of_waiter(operation="ListApplications"), one("waiter-operation-changed")
    )
    yield Mutation("a waiter's end", waiters, of_waiter(wire={"acceptors": []}), one("waiter-acceptors-changed"))
    yield Mutation("drop an example", examples, lambda s, at: s.examples.remove(at.node), one("example-removed"))
    yield Mutation(
        "add an example",
        examples,
        lambda s, at: s.examples.append({**at.node, "id": "Quokka.1", "params": {"A": 1}}),
        one("example-added"),
    )
    yield Mutation(
        "change an example",
        examples,
        lambda s, at: next(fill(told, output={"Quokka": 1}) for told in s.examples if told["id"] == at.names[0]),
        one("example-changed"),
    )
    yield Mutation(
        "move an example",
        examples,
        lambda s, at: next(
            fill(told, id=f"{told['operation']}.99") for told in s.examples if told["id"] == at.names[0]
        ),
        one("example-moved"),
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
        yield Mutation(f"another {key}", *of_service(key, value), one(rule))
    for speaks, rule in ((True, "target-changed"), (False, "service-fact-told")):
        yield Mutation(
            f"another version of JSON, {'' if speaks else 'not '}spoken",
            services(partial(speaks_json, wanted=speaks)),
            lambda s, _: fill(s.metadata, jsonVersion="2.0"),
            one(rule),
        )
    yield Mutation(
        "another protocol",
        services(lambda told: "protocols" not in told),
        lambda s, _: fill(s.metadata, protocol="quokka"),
        one("protocol-changed"),
    )
    yield Mutation(
        "a protocol that is preferred",
        services(lambda told: "protocols" in told),
        lambda s, _: fill(s.metadata, protocol="quokka"),
        one("protocol-preferred"),
    )
    yield Mutation(
        "a placeholder of another name", labels, rename_label, frozenset({"uri-label-renamed", "input-label-renamed"})
    )
    yield Mutation("another status of an error", errors_of, of_error(status=418), one("error-status-changed"))
    yield Mutation("another code of an error", errors_of, of_error(code="Quokka"), one("error-code-changed"))
    yield Mutation(
        "another fault",
        errors_of,
        lambda s, at: of_error(fault=not at.node["x-error"]["fault"])(s, at),
        one("error-fault-changed"),
    )
    yield Mutation("drop a member", members(anything), drop_member, both("member-removed"))
    yield Mutation(
        "add a member",
        structures(without("x-union")),
        lambda s, at: add_member(s, at, required=False),
        both("member-added"),
    )
    yield Mutation(
        "add a member of a union",
        structures(lambda told: "x-union" in told),
        lambda s, at: add_member(s, at, required=False),
        sides("member-added", "union-member-added"),
    )
    yield Mutation(
        "add a required member",
        structures(without("x-union")),
        lambda s, at: add_member(s, at, required=True),
        sides("member-required-added", "member-added"),
    )
    yield Mutation("rename a member", members(ordinary), rename_member, both("member-renamed"))
    yield Mutation(
        "require a member",
        members(is_optional),
        lambda s, at: s.shapes[at.names[0]].setdefault("required", []).append(at.names[1]),
        sides("member-became-required", "member-guaranteed"),
    )
    yield Mutation(
        "do not require a member",
        members(lambda member, shape, name: name in shape.get("required", ())),
        lambda s, at: s.shapes[at.names[0]]["required"].remove(at.names[1]),
        sides("member-became-optional", "member-no-longer-guaranteed"),
    )
    yield Mutation("another type", members(plain("string")), change_type, both("type-changed"))
    yield Mutation("another type of a number", members(plain("integer")), change_type, both("type-changed"))
    yield Mutation(
        "a wider type",
        members(plain("integer")),
        lambda s, at: fill(member_of(s, at), **{"x-type": "long"}),
        both("type-widened"),
    )
    yield Mutation(
        "a list of something else",
        members(lambda member, *_: member.get("items", {}).get("type") == "string"),
        lambda s, at: fill(member_of(s, at)["items"], type="boolean"),
        both("type-changed"),
    )
    yield Mutation(
        "values are listed",
        members(lambda member, *_: plain("string")(member) and not member.keys() & {"x-sensitive", "x-idempotent"}),
        lambda s, at: (member_of(s, at).pop("type"), fill(member_of(s, at), **{"$ref": f"#/$defs/{an_enum(s)}"})),
        both("enum-introduced"),
    )
    yield Mutation(
        "values are not listed",
        members(lambda member, *_: member.get("$ref") == "#/$defs/GrowthType"),
        lambda s, at: (member_of(s, at).pop("$ref"), fill(member_of(s, at), type="string")),
        both("enum-dropped"),
    )
    yield Mutation(
        "drop a value",
        enums(),
        lambda s, at: s.shapes[at.names[0]]["enum"].remove(at.names[1]),
        both("enum-value-removed"),
    )
    yield Mutation(
        "add a value", enums(), lambda s, at: s.shapes[at.names[0]]["enum"].append("QUOKKA"), both("enum-value-added")
    )
    yield Mutation("a higher minimum", members(bounded("min")), of_wire(min=100_000), both("minimum-raised"))
    yield Mutation("a lower minimum", members(bounded("min")), of_wire(min=-1), both("minimum-lowered"))
    yield Mutation("a lower maximum", members(bounded("max")), of_wire(max=-5), both("maximum-lowered"))
    yield Mutation("a higher maximum", members(bounded("max")), of_wire(max=10**12), both("maximum-raised"))
    yield Mutation("a maximum", members(unbounded("max")), of_wire(max=10), both("maximum-lowered"))
    yield Mutation("a minimum", members(unbounded("min")), of_wire(min=10), both("minimum-raised"))
    yield Mutation("a minimum of nothing", members(unbounded("min")), of_wire(min=0), both("bound-told"))
    yield Mutation(
        "no maximum", members(bounded("max")), lambda s, at: wire_of(s, at).pop("max"), both("maximum-raised")
    )
    yield Mutation("a pattern", members(unbounded("pattern")), of_wire(pattern="q"), both("pattern-added"))
    yield Mutation(
        "no pattern", members(bounded("pattern")), lambda s, at: wire_of(s, at).pop("pattern"), both("pattern-removed")
    )
    yield Mutation("another pattern", members(bounded("pattern")), of_wire(pattern="quokka"), both("pattern-changed"))
    yield Mutation(
        "a pattern for a maximum",
        members(lambda member, *_: bounded("max")(member) and not bounded("pattern")(member)),
        lambda s, at: (wire_of(s, at).pop("max"), fill(wire_of(s, at), pattern="q")),
        both("constraint-replaced"),
    )
    yield Mutation("another location", members(anything), of_wire(location="headers"), both("location-changed"))
    yield Mutation("another name on the wire", members(anything), of_wire(name="quokka"), both("wire-name-changed"))
    yield Mutation(
        "other times", members(anything), of_wire(timestampFormat="quokka"), both("timestamp-format-changed")
    )
    yield Mutation(
        "nulls",
        members(lambda member, *_: member.get("type") == "array"),
        of_wire(sparse=True),
        sides("nulls-allowed", "nulls-introduced"),
    )
    yield Mutation("flattened", members(anything), of_wire(flattened=True), both("serialization-changed"))
    yield Mutation("another type name", members(bounded("shape")), of_wire(shape="Quokka"), both("type-name-changed"))
    yield Mutation("a deprecated member", members(anything), of_wire(deprecated=True), both("member-deprecated"))
    yield Mutation(
        "a stream",
        members(lambda member, *_: "x-streaming" not in member),
        lambda s, at: fill(member_of(s, at), **{"x-streaming": True}),
        both("streaming-changed"),
    )
    yield Mutation(
        "sensitive",
        members(lambda member, *_: "x-sensitive" not in member),
        lambda s, at: fill(member_of(s, at), **{"x-sensitive": True}),
        both("sensitivity-changed"),
    )
    yield Mutation(
        "not sensitive",
        members(lambda member, *_: "x-sensitive" in member),
        lambda s, at: member_of(s, at).pop("x-sensitive"),
        both("sensitivity-changed"),
    )
    yield Mutation(
        "a token",
        members(lambda member, *_: "x-idempotent" not in member),
        lambda s, at: fill(member_of(s, at), **{"x-idempotent": True}),
        sides("token-added", "type-told"),
    )
    yield Mutation(
        "no token",
        members(lambda member, *_: "x-idempotent" in member),
        lambda s, at: member_of(s, at).pop("x-idempotent"),
        sides("token-removed", "type-told"),
    )
    yield Mutation(
        "a union",
        structures(without("x-union")),
        lambda s, at: fill(s.shapes[at.names[0]], **{"x-union": True}),
        both("union-introduced"),
    )
    yield Mutation(
        "a payload",
        structures(lambda told: "payload" not in told.get("x-wire", {})),
        lambda s, at: fill(s.shapes[at.names[0]].setdefault("x-wire", {}), payload="Quokka"),
        both("payload-changed"),
    )
    yield Mutation("another name of a shape", used, rename_shape, one("shape-renamed"))
    yield Mutation(
        "a shape that nobody uses",
        lambda spec: iter([Site((spec.service,), {})]),
        lambda s, _: fill(s.shapes, Quokka={"type": "object", "properties": {}}),
        one("shape-added"),
    )
    yield Mutation("an unknown fact of an operation", operations(), of_http(quokka=1), one("operation-fact-changed"))
    yield Mutation("an unknown fact of a member", members(anything), of_wire(quokka=1), both("fact-changed"))


MUTATIONS = tuple(_mutations())
