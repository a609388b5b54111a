"""Service tables straight from the models that botocore carries: more services than the repository holds specs of."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import botocore.loaders
from botocore import xform_name
from botocore.model import ServiceModel

from asdoc.codegen import installed, rules
from asdoc.runtime.schema import ErrorTraits, Operation, Service, Shape

_TRAITS = {
    "locationName": "name",
    "location": "location",
    "streaming": "streaming",
    "idempotencyToken": "idempotent",
    "timestampFormat": "timestamp_format",
    "jsonvalue": "jsonvalue",
    "hostLabel": "host_label",
    "endpointdiscoveryid": "endpoint_id",
    "flattened": "flattened",
    "sparse": "sparse",
    "payload": "payload",
    "union": "union",
    "eventstream": "eventstream",
    "xmlAttribute": "xml_attribute",
    "queryName": "query_name",
    "eventheader": "event_header",
    "eventpayload": "event_payload",
    "requiresLength": "requires_length",
    "min": "min",
    "max": "max",
}


@cache
def model(service: str) -> ServiceModel:
    return ServiceModel(botocore.loaders.Loader().load_service_model(service, "service-2"), service)


@cache
def table(service: str, *, resolved: bool = False) -> Service:
    """The run-time table of any service that botocore knows; `resolved` has the protocol that botocore speaks to it."""
    described = json.loads(json.dumps(botocore.loaders.Loader().load_service_model(service, "service-2")))
    metadata = described["metadata"]
    return Service(
        service=service,
        client=metadata["serviceId"].replace(" ", ""),
        service_id=metadata["serviceId"],
        api_version=metadata["apiVersion"],
        protocol=model(service).resolved_protocol if resolved else metadata["protocol"],
        endpoint_prefix=metadata["endpointPrefix"],
        signing_name=metadata.get("signingName", metadata["endpointPrefix"]),
        json_version=metadata.get("jsonVersion", ""),
        target_prefix=metadata.get("targetPrefix", ""),
        endpoint_operation=next(
            (name for name, told in described["operations"].items() if told.get("endpointoperation")), ""
        ),
        query_compatible="awsQueryCompatible" in metadata,
        global_endpoint=metadata.get("globalEndpoint", ""),
        auth=_auth(metadata.get("signatureVersion", "v4")),
        bearer="smithy.api#httpBearerAuth" in metadata.get("auth", ()),
        endpoints=_endpoints(service, described),
        operations={name: _operation(name, told) for name, told in described["operations"].items()},
        shapes={name: _shape(name, told) for name, told in described["shapes"].items()},
    )


def _auth(signed: str) -> str:
    return {"v4": "", "s3": "s3v4"}.get(signed, signed)


def _endpoints(service: str, described: dict[str, Any]) -> dict[str, Any]:
    rule_set = installed.model(service, "endpoint-rule-set-1")
    return rules.endpoints(rule_set, described, rules.scopes(described, installed.regions()))


def _traits(told: dict[str, Any]) -> dict[str, Any]:
    traits = {ours: told[theirs] for theirs, ours in _TRAITS.items() if theirs in told}
    if "xmlNamespace" in told:
        traits["xml_namespace"], traits["xml_prefix"] = _namespace(told)
    return traits


def _discovery(told: dict[str, bool] | None) -> str:
    return "" if told is None else "required" if told.get("required") else "optional"


def _namespace(told: dict[str, Any]) -> tuple[str, str]:
    space = told.get("xmlNamespace", "")
    return (space, "") if isinstance(space, str) else (space["uri"], space.get("prefix", ""))


def _node(told: dict[str, Any]) -> Shape:
    return Shape(shape=told["shape"], **_traits(told))


def _shape(name: str, told: dict[str, Any]) -> Shape:
    kind: str = "document" if told.get("document") else "string" if told["type"] == "character" else told["type"]
    error = told.get("error", {})
    return Shape(
        type=kind,
        members={} if kind == "document" else {key: _node(held) for key, held in told.get("members", {}).items()},
        required=tuple(told.get("required", ())),
        enum=tuple(told.get("enum", ())),
        error=ErrorTraits(code=error.get("code", name), status=error.get("httpStatusCode", 400))
        if told.get("exception")
        else None,
        member=_node(told["member"]) if "member" in told else None,
        key=_node(told["key"]) if "key" in told else None,
        value=_node(told["value"]) if "value" in told else None,
        **_traits(told),
    )


def _operation(name: str, told: dict[str, Any]) -> Operation:
    checksum = told.get("httpChecksum", {})
    return Operation(
        name=name,
        method=xform_name(name),
        http_method=told["http"]["method"],
        uri=told["http"]["requestUri"],
        status=told["http"].get("responseCode", 200),
        input=told.get("input", {}).get("shape", ""),
        output=told.get("output", {}).get("shape", ""),
        input_name=told.get("input", {}).get("locationName", ""),
        input_namespace=_namespace(told.get("input", {}))[0],
        result_wrapper=told.get("output", {}).get("resultWrapper", ""),
        errors=tuple(error["shape"] for error in told.get("errors", ())),
        host_prefix=told.get("endpoint", {}).get("hostPrefix", ""),
        auth=told.get("authtype", ""),
        unsigned_payload=told.get("unsignedPayload", False),
        checksum_required=told.get("httpChecksumRequired", False) or checksum.get("requestChecksumRequired", False),
        checksum_algorithm_member=checksum.get("requestAlgorithmMember", ""),
        checksum_mode_member=checksum.get("requestValidationModeMember", ""),
        checksums_answered=tuple(checksum.get("responseAlgorithms", ())),
        compressed="gzip" in told.get("requestcompression", {}).get("encodings", ()),
        discovery=_discovery(told.get("endpointdiscovery")),
    )
