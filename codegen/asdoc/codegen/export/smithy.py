"""The spec as a Smithy 2.0 model, in its JSON AST.

Facts that the prelude and the AWS traits have a word for are told with it. What Smithy cannot say is left out, and told
in a note: a page with several tokens, a waiter on a status, an example that breaks the constraints of its own service.
"""

from __future__ import annotations

import re

from asdoc.codegen.spec import Spec
from asdoc.codegen.spec.files import dumps

from .graph import Graph, Ref, graph
from .result import Exported
from .smithy_shapes import Json, Shapes
from .smithy_waiters import waiters
from .values import fault, plain

_PROTOCOLS = {
    "rest-json": "aws.protocols#restJson1",
    "rest-xml": "aws.protocols#restXml",
    "query": "aws.protocols#awsQuery",
    "ec2": "aws.protocols#ec2Query",
    "smithy-rpc-v2-cbor": "smithy.protocols#rpcv2Cbor",
}
_JSON = {"1.0": "aws.protocols#awsJson1_0", "1.1": "aws.protocols#awsJson1_1"}
_NEED_NAMESPACE = ("query", "ec2")
_LABEL = re.compile(r"\{[^{}]+\}")
_CHECKSUM = ("requestAlgorithmMember", "requestChecksumRequired", "requestValidationModeMember", "responseAlgorithms")


def export(spec: Spec) -> Exported:
    """The model as one file. Raises AsdocError for a spec without wire facts."""
    model = graph(spec)
    service = _service_name(spec)
    shapes = Shapes(model, reserved=[service, *spec.operations])
    notes: list[str] = []
    documents = shapes.documents()
    for name, told in spec.operations.items():
        documents[shapes.operation_id(name)] = _operation(model, shapes, told, notes)
    _tell_apart([documents[shapes.operation_id(name)] for name in sorted(spec.operations)], sorted(spec.operations))
    documents[shapes.operation_id(service)] = _service(spec, shapes)
    document = {"smithy": "2.0", "shapes": dict(sorted(documents.items()))}
    return Exported({f"{spec.service}.json": dumps(document)}, tuple(notes))


def _tell_apart(operations: list[Json], names: list[str]) -> None:
    """Give operations of one method and URI a query literal `x-id`, as AWS's own models do: Smithy wants them apart."""
    routes: dict[tuple[str, str], list[tuple[str, Json]]] = {}
    for name, operation in zip(names, operations, strict=True):
        if http := operation.get("traits", {}).get("smithy.api#http"):
            routes.setdefault((http["method"], _LABEL.sub("{}", http["uri"])), []).append((name, http))
    for shared in routes.values():
        for name, http in shared if len(shared) > 1 else ():
            http["uri"] += f"{'&' if '?' in http['uri'] else '?'}x-id={name}"


def _service_name(spec: Spec) -> str:
    """JSON and CBOR services are called on the wire by the name of their service shape; others by none."""
    called = str(spec.metadata.get("targetPrefix", "")).rpartition(".")[2]
    if re.fullmatch(r"_*[A-Za-z]\w*", called, re.ASCII):
        return called
    return re.sub(r"[^A-Za-z0-9]", "", str(spec.metadata["serviceId"]))


def _service(spec: Spec, shapes: Shapes) -> Json:
    wire = spec.metadata
    traits: Json = {
        "aws.api#service": {"sdkId": wire["serviceId"], "endpointPrefix": wire["endpointPrefix"]},
        **_auth(wire),
        **_protocols(wire),
    }
    if "serviceFullName" in wire:
        traits["smithy.api#title"] = wire["serviceFullName"]
    if "awsQueryCompatible" in wire:
        traits["aws.protocols#awsQueryCompatible"] = {}
    if "xmlNamespace" in wire:
        told = wire["xmlNamespace"]
        traits["smithy.api#xmlNamespace"] = {"uri": told if isinstance(told, str) else told["uri"]}
    return {
        "type": "service",
        "version": wire["apiVersion"],
        "operations": [{"target": shapes.operation_id(name)} for name in sorted(spec.operations)],
        "traits": dict(sorted(traits.items())),
    }


def _auth(wire: Json) -> Json:
    schemes = wire.get("auth") or [
        "smithy.api#httpBearerAuth" if wire.get("signatureVersion") == "bearer" else "aws.auth#sigv4"
    ]
    known = {
        "aws.auth#sigv4": {"name": wire.get("signingName", wire["endpointPrefix"])},
        "smithy.api#httpBearerAuth": {},
    }
    traits: Json = {scheme: known[scheme] for scheme in schemes if scheme in known}
    if len(traits) > 1:
        traits["smithy.api#auth"] = list(traits)
    return traits


def _protocols(wire: Json) -> Json:
    spoken = dict.fromkeys([wire["protocol"], *wire.get("protocols", ())])
    names = [
        _JSON.get(wire.get("jsonVersion", "1.0"), _JSON["1.0"]) if protocol == "json" else _PROTOCOLS[protocol]
        for protocol in spoken
        if protocol == "json"
        or (protocol in _PROTOCOLS and ("xmlNamespace" in wire or protocol not in _NEED_NAMESPACE))
    ]
    return {name: {} for name in names}


def _operation(model: Graph, shapes: Shapes, told: Json, notes: list[str]) -> Json:
    wire = told["wire"]
    traits: Json = {}
    if model.protocol.startswith("rest-"):
        traits["smithy.api#http"] = {
            "method": wire["method"],
            "uri": shapes.uri(wire["uri"], told["input"]),
            "code": wire["status"],
        }
    if told["deprecated"]:
        traits["smithy.api#deprecated"] = {}
    if told["documentation"]:
        traits["smithy.api#externalDocumentation"] = {"API Reference": told["documentation"]}
    traits.update({f"smithy.api#{name}": {} for name in ("idempotent", "readonly") if wire.get(name)})
    traits.update(_rare(wire))
    if paginated := _paginated(model, shapes, told, notes):
        traits["smithy.api#paginated"] = paginated
    if found := waiters(model, shapes, told["name"], notes):
        traits["smithy.waiters#waitable"] = found
    if examples := _examples(model, shapes, told, notes):
        traits["smithy.api#examples"] = examples
    operation: Json = {
        "type": "operation",
        "input": shapes.target(told["input"]),
        "output": shapes.target(told["output"]),
    }
    if told["errors"]:
        operation["errors"] = [shapes.target(name) for name in told["errors"]]
    if traits:
        operation["traits"] = dict(sorted(traits.items()))
    return operation


def _rare(wire: Json) -> Json:
    traits: Json = {}
    if "hostPrefix" in wire:
        traits["smithy.api#endpoint"] = {"hostPrefix": wire["hostPrefix"]}
    if wire.get("authtype") == "none" or "smithy.api#noAuth" in wire.get("auth", ()):
        traits["smithy.api#optionalAuth"] = {}
    if wire.get("unsignedPayload"):
        traits["aws.auth#unsignedPayload"] = {}
    if wire.get("checksumRequired"):
        traits["smithy.api#httpChecksumRequired"] = {}
    if checksum := {name: wire["checksum"][name] for name in _CHECKSUM if name in wire.get("checksum", {})}:
        traits["aws.protocols#httpChecksum"] = checksum
    if "requestCompression" in wire:
        traits["smithy.api#requestCompression"] = {"encodings": wire["requestCompression"]["encodings"]}
    return traits


def _paginated(model: Graph, shapes: Shapes, told: Json, notes: list[str]) -> Json:
    """Smithy knows one token, no condition, and one list of results."""
    rule = told.get("pagination", {})
    if "input_token" not in rule:
        return {}
    if len(rule["input_token"]) != 1 or len(rule["output_token"]) != 1 or "more_results" in rule:
        notes.append(f"{told['name']}: its pages go on by several tokens or a flag, which Smithy cannot say")
        return {}
    paginated = {"inputToken": rule["input_token"][0], "outputToken": rule["output_token"][0]}
    if len(rule["result_key"]) == 1:
        paginated["items"] = rule["result_key"][0]
    if "limit_key" in rule:
        paginated["pageSize"] = rule["limit_key"]
    kinds = {
        "inputToken": ("input", ("string", "map")),
        "outputToken": ("output", ("string", "map")),
        "items": ("output", ("list", "map")),
        "pageSize": ("input", ("integer", "long")),
    }
    for name, path in list(paginated.items()):
        side, fitting = kinds[name]
        spelled = shapes.path(told[side], path, fitting, optional=name != "items")
        if not spelled and name in ("inputToken", "outputToken"):
            notes.append(
                f"{told['name']}: its token {path!r} is no string or map that may be left out, as Smithy wants it"
            )
            return {}
        if spelled:
            paginated[name] = spelled
        else:
            del paginated[name]
            notes.append(f"{told['name']}: its pages' {path!r} is no {' or '.join(fitting)} that Smithy takes there")
    return paginated


def _examples(model: Graph, shapes: Shapes, told: Json, notes: list[str]) -> list[Json]:
    found = []
    for example in model.spec.examples:
        if example["operation"] != told["name"]:
            continue
        sides = {}
        for side, key in (("input", "params"), ("output", "output")):
            value = plain(example[key] or {})
            reason = fault(model, Ref(told[side]), value) if told[side] else ""
            if reason:
                notes.append(f"{example['id']}: its {side} breaks the spec: {reason}")
                break
            if told[side]:
                sides[side] = shapes.value(told[side], value)
        else:
            found.append({"title": example["id"], **sides})
    return found
