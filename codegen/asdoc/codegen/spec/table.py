"""A spec as the table that client, backend and conformance suite read at run time: the content of `service.json`."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.schema import Acceptor, ErrorTraits, Operation, Pagination, Service, Shape, WaiterRule

from .load import Spec
from .names import snake

_WIRE = {
    "location": "location",
    "name": "name",
    "pattern": "pattern",
    "timestampFormat": "timestamp_format",
    "payload": "payload",
    "queryName": "query_name",
}
_WIRE_FLAGS = {
    "flattened": "flattened",
    "sparse": "sparse",
    "hostLabel": "host_label",
    "xmlAttribute": "xml_attribute",
    "streaming": "streaming",
    "eventheader": "event_header",
    "eventpayload": "event_payload",
    "requiresLength": "requires_length",
    "union": "union",
    "jsonvalue": "jsonvalue",
    "idempotencyToken": "idempotent",
    "endpointDiscoveryId": "endpoint_id",
}
_FLAGS = {
    "x-streaming": "streaming",
    "x-eventstream": "eventstream",
    "x-idempotent": "idempotent",
    "x-sensitive": "sensitive",
    "x-jsonvalue": "jsonvalue",
    "x-union": "union",
}

_AUTH = {"v4": "", "s3": "s3v4"}
"""Kinds of signature by the name of the wire source, where ours is another; `s3` is today's S3 by its oldest name."""

_PROTOCOLS = ("json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2")
"""The order in which botocore chooses from several protocols of a service; so that both send the same, it is ours."""


def runtime_table(spec: Spec) -> Service:
    """The spec's operations and shapes as `asdoc.runtime.schema` holds them.

    Raises AsdocError where the spec has no wire source: pages alone do not tell how a service is spoken to.
    """
    wire = spec.metadata
    if not wire:
        raise AsdocError(
            f"the spec of {spec.service} has no wire facts, so no client or backend can be made of it.",
            hint=f"Run `asdoc wire {spec.service} --out SPECS`, then `asdoc extract` again.",
        )
    table = Service(
        service=spec.service,
        client=spec.client,
        service_id=wire["serviceId"],
        api_version=wire["apiVersion"],
        protocol=_protocol(wire),
        endpoint_prefix=wire["endpointPrefix"],
        signing_name=wire.get("signingName", wire["endpointPrefix"]),
        json_version=wire.get("jsonVersion", ""),
        target_prefix=wire.get("targetPrefix", ""),
        xml_namespace=_namespace(wire.get("xmlNamespace", ""))[0],
        query_compatible="awsQueryCompatible" in wire,
        global_endpoint=wire.get("globalEndpoint", ""),
        endpoint_operation=_endpoint_operation(spec),
        endpoints=wire.get("endpoints", {}),
        auth=_auth(wire),
        bearer="smithy.api#httpBearerAuth" in wire.get("auth", ()),
        operations={name: _operation(told) for name, told in spec.operations.items()},
        shapes=_shapes(spec),
        waiters=_waiters(spec.waiters),
    )
    return msgspec.structs.replace(table, spec=hashlib.sha256(encoded(table)).hexdigest())


def _shapes(spec: Spec) -> dict[str, Shape]:
    answered = {told["output"] for told in spec.operations.values()}
    asked = {told["input"] for told in spec.operations.values()} - answered
    return {name: shape(told, sent=name in asked) for name, told in spec.shapes.items()}


def encoded(table: Service) -> bytes:
    """The table as JSON. Raises AsdocError where it holds a character that no file can."""
    try:
        return msgspec.json.encode(table)
    except UnicodeEncodeError as error:
        raise AsdocError(
            f"the spec of {table.service} holds half of a surrogate pair: {error.object[:80]!r}",
            hint="No file can hold that character: look at the page it was read from.",
        ) from error


def _auth(wire: dict[str, Any]) -> str:
    signed: str = wire.get("signatureVersion", "v4")
    return _AUTH.get(signed, signed)


def _protocol(wire: dict[str, Any]) -> str:
    spoken = wire.get("protocols", ())
    chosen: str = next((protocol for protocol in _PROTOCOLS if protocol in spoken), wire["protocol"])
    return chosen


def _operation(told: dict[str, Any]) -> Operation:
    wire = told.get("wire", {})
    checksum = wire.get("checksum", {})
    return Operation(
        name=told["name"],
        method=told["method"],
        http_method=wire.get("method", "POST"),
        uri=wire.get("uri", "/"),
        status=wire.get("status", 200),
        input=told["input"],
        output=told["output"],
        input_name=wire.get("input", {}).get("locationName", ""),
        input_namespace=_namespace(wire.get("input", {}).get("xmlNamespace", ""))[0],
        result_wrapper=wire.get("output", {}).get("resultWrapper", ""),
        errors=tuple(told["errors"]),
        deprecated=told["deprecated"],
        host_prefix=wire.get("hostPrefix", ""),
        auth=wire.get("authtype", ""),
        unsigned_payload=wire.get("unsignedPayload", False),
        checksum_required=wire.get("checksumRequired", False) or checksum.get("requestChecksumRequired", False),
        checksum_algorithm_member=checksum.get("requestAlgorithmMember", ""),
        checksum_mode_member=checksum.get("requestValidationModeMember", ""),
        checksums_answered=tuple(checksum.get("responseAlgorithms", ())),
        compressed="gzip" in wire.get("requestCompression", {}).get("encodings", ()),
        discovery=_discovery(wire.get("endpointDiscovery")),
        pagination=_pagination(told.get("pagination")),
        page=told["documentation"],
    )


def _endpoint_operation(spec: Spec) -> str:
    operations = spec.operations.items()
    return next((name for name, told in operations if told.get("wire", {}).get("endpointOperation")), "")


def _discovery(told: dict[str, bool] | None) -> str:
    if told is None:
        return ""
    return "required" if told.get("required") else "optional"


def _pagination(told: dict[str, Any] | None) -> Pagination | None:
    if told is None or "input_token" not in told:
        return None
    return Pagination(
        input_token=tuple(told["input_token"]),
        output_token=tuple(told["output_token"]),
        result_key=tuple(told["result_key"]),
        limit_key=told.get("limit_key", ""),
        more_results=told.get("more_results", ""),
        non_aggregate_keys=tuple(told.get("non_aggregate_keys", ())),
    )


def _waiters(told: dict[str, Any]) -> dict[str, WaiterRule]:
    """Those whose acceptors the wire source tells; pages tell what is polled, and how often."""
    return {
        snake(name): WaiterRule(
            name=name,
            operation=rule["operation"],
            delay=rule["delay"],
            max_attempts=rule["maxAttempts"],
            acceptors=tuple(Acceptor(**acceptor) for acceptor in rule["wire"]["acceptors"]),
        )
        for name, rule in told.items()
        if "wire" in rule
    }


def shape(schema: dict[str, Any], *, sent: bool = False) -> Shape:
    """One node of `shapes.json` as a node of the table; `sent` of what no operation answers."""
    wire = schema.get("x-wire", {})
    traits: dict[str, Any] = {ours: wire[theirs] for theirs, ours in _WIRE.items() if theirs in wire}
    for other in ("locationName", "member"):
        if other in wire:
            traits.setdefault("name", wire[other])
    for theirs, ours in _WIRE_FLAGS.items():
        if wire.get(theirs):
            traits[ours] = True
    for theirs, ours in _FLAGS.items():
        if schema.get(theirs):
            traits[ours] = True
    for bound in ("min", "max"):
        if bound in wire:
            traits[bound] = float(wire[bound])
    if "xmlNamespace" in wire:
        traits["xml_namespace"], traits["xml_prefix"] = _namespace(wire["xmlNamespace"])
    reference = schema.get("$ref")
    if reference is not None:
        return Shape(shape=reference.removeprefix("#/$defs/"), **traits)
    kind = schema.get("x-type", schema.get("type", ""))
    if "properties" in schema or (kind == "object" and schema.get("x-open")):
        return _structure(schema, wire, traits, sent=sent)
    if kind == "map":
        traits["key"] = shape(schema["propertyNames"]) if "propertyNames" in schema else Shape(type="string")
        traits["value"] = (
            shape(schema["additionalProperties"], sent=sent)
            if "additionalProperties" in schema
            else Shape(type="document")
        )
        return Shape(type="map", **traits)
    if schema.get("type") == "array":
        traits["member"] = shape(schema["items"], sent=sent) if "items" in schema else Shape(type="document")
        return Shape(type="list", **traits)
    if kind == "string" and schema.get("x-documented") == "structure" and "jsonvalue" not in traits and not sent:
        # a JSON document within a text, which boto3 gives as what it holds, and takes as the text alone
        kind = "document"
    if "enum" in schema:
        traits["enum"] = tuple(schema["enum"])
    return Shape(type=kind, **traits)


def _structure(schema: dict[str, Any], wire: dict[str, Any], traits: dict[str, Any], *, sent: bool) -> Shape:
    error = schema.get("x-error")
    if error is not None:
        traits["error"] = ErrorTraits(
            code=error["code"],
            status=error.get("status", 400),
            fault=error.get("fault", False),
            retry=_retry(wire.get("retryable")),
        )
    members = {name: shape(member, sent=sent) for name, member in schema.get("properties", {}).items()}
    needed = set(schema.get("required", [])) | set(wire.get("required", []))
    return Shape(
        type="structure", members=members, required=tuple(name for name in members if name in needed), **traits
    )


def _retry(told: dict[str, bool] | None) -> str:
    if told is None:
        return ""
    return "throttling" if told.get("throttling") else "transient"


def _namespace(told: str | dict[str, str]) -> tuple[str, str]:
    """(address, prefix) of an XML namespace, which botocore writes as a string or as an object."""
    return (told, "") if isinstance(told, str) else (told.get("uri", ""), told.get("prefix", ""))
