"""Wire facts of a service, imported from botocore's model of it: what pages do not tell.

Taken are protocol, methods, URIs, statuses, locations, names on the wire, constraints, names of shapes, members that an
answer must carry, errors with their statuses, pagination and waiters. Left out are all sentences, and the values of
enums, which the pages tell (those of a map's keys alone no page shows).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.files import write_atomic

from . import installed, rules, workers
from .spec import files

_SERVICE = [
    "apiVersion",
    "endpointPrefix",
    "globalEndpoint",
    "jsonVersion",
    "protocol",
    "protocols",
    "protocolSettings",
    "serviceAbbreviation",
    "serviceFullName",
    "serviceId",
    "signatureVersion",
    "signingName",
    "targetPrefix",
    "uid",
    "xmlNamespace",
    "auth",
    "awsQueryCompatible",
]
_OPERATION = [
    "http",
    "auth",
    "authtype",
    "endpoint",
    "httpChecksum",
    "httpChecksumRequired",
    "unsignedPayload",
    "idempotent",
    "readonly",
    "requestcompression",
    "endpointdiscovery",
    "endpointoperation",
]
_SHAPE = [
    "type",
    "min",
    "max",
    "pattern",
    "required",
    "payload",
    "sensitive",
    "timestampFormat",
    "streaming",
    "flattened",
    "exception",
    "fault",
    "error",
    "retryable",
    "union",
    "document",
    "event",
    "eventstream",
    "wrapper",
    "locationName",
    "xmlNamespace",
    "xmlOrder",
    "sparse",
    "requiresLength",
    "queryName",
    "jsonvalue",
    "box",
    "deprecated",
]
_MEMBER = [
    "shape",
    "location",
    "locationName",
    "idempotencyToken",
    "jsonvalue",
    "streaming",
    "hostLabel",
    "xmlNamespace",
    "xmlAttribute",
    "flattened",
    "timestampFormat",
    "queryName",
    "eventpayload",
    "eventheader",
    "endpointdiscoveryid",
    "deprecated",
]


class Imported(NamedTuple):
    operations: int
    shapes: int


def write_wire(
    services: Sequence[str], out: Path, progress: Callable[[str], None] | None = None, *, processes: int = 1
) -> dict[str, Imported]:
    """Write `out/SERVICE/wire.json` of each service; returns what each holds, and tells `progress` of it.

    Raises AsdocError for a service that the installed botocore does not know, before anything is written, and where
    a file cannot be written or does not hold to its meta-schema; the others are then written.
    """
    installed.check_services(services)
    found: dict[str, Imported] = {}
    failed: list[AsdocError] = []

    def done(service: str, result: Imported | AsdocError) -> None:
        if isinstance(result, AsdocError):
            failed.append(result)
            return
        found[service] = result
        if progress is not None:
            progress(service)

    ordered = sorted(services, key=installed.size, reverse=True) if processes > 1 else services
    work = partial(_write, out=out, data=installed.folders())
    workers.run(work, {name: name for name in ordered}, done, doing="importing the wire facts of", processes=processes)
    if failed:
        raise workers.together(failed, "services could not be imported")
    return {service: found[service] for service in services}


def _write(service: str, *, out: Path, data: tuple[str, ...]) -> Imported:
    with installed.among(data):
        document = import_wire(service)
    path = out / service / "wire.json"
    files.check(document, "wire", str(path))
    write_atomic(path, files.dumps(document))
    return Imported(len(document["operations"]), len(document["shapes"]))


def import_wire(service: str) -> dict[str, Any]:
    """The content of `wire.json`. Raises AsdocError for a service that the installed botocore does not know."""
    installed.check_services([service])
    model = installed.model(service, "service-2")
    paginators = installed.model(service, "paginators-1")
    waiters = installed.model(service, "waiters-2")
    rule_set = installed.model(service, "endpoint-rule-set-1")
    keys = _map_keys(model["shapes"])
    operations: dict[str, Any] = {}
    for name, told in sorted(model["operations"].items()):
        operation = _pick(told, _OPERATION)
        for side in ("input", "output"):
            if side in told:
                operation[side] = _pick(told[side], _MEMBER)
                if "resultWrapper" in told[side]:
                    operation[side]["resultWrapper"] = told[side]["resultWrapper"]
        operation["errors"] = [error["shape"] for error in told.get("errors", [])]
        operations[name] = operation
    sources = {"service-2": model, "paginators-1": paginators, "waiters-2": waiters, "endpoint-rule-set-1": rule_set}
    metadata = _pick(model["metadata"], _SERVICE)
    if rule_set is not None:
        metadata["endpoints"] = rules.endpoints(rule_set, model, rules.scopes(model, installed.regions()))
    return {
        "service": service,
        "origin": {
            "source": "botocore",
            "version": installed.versions()["botocore"],
            "sha256": {name: _digest(content) for name, content in sorted(sources.items()) if content is not None},
        },
        "metadata": metadata,
        "operations": operations,
        "shapes": {name: _shape(shape, enum=name in keys) for name, shape in sorted(model["shapes"].items())},
        "pagination": {
            name: {key: rule[key] for key in sorted(rule)}
            for name, rule in sorted((paginators or {}).get("pagination", {}).items())
        },
        "waiters": {
            name: {
                "operation": rule["operation"],
                "delay": rule["delay"],
                "maxAttempts": rule["maxAttempts"],
                "acceptors": [{key: acceptor[key] for key in sorted(acceptor)} for acceptor in rule["acceptors"]],
            }
            for name, rule in sorted((waiters or {}).get("waiters", {}).items())
        },
    }


def _shape(told: dict[str, Any], *, enum: bool) -> dict[str, Any]:
    shape = _pick(told, _SHAPE)
    if "members" in told:
        shape["members"] = {name: _pick(member, _MEMBER) for name, member in told["members"].items()}
    for part in ("member", "key", "value"):
        if part in told:
            shape[part] = _pick(told[part], _MEMBER)
    if enum and "enum" in told:
        shape["enum"] = list(told["enum"])
    return shape


def _pick(told: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: told[name] for name in names if name in told}


def _map_keys(shapes: dict[str, Any]) -> set[str]:
    return {shape["key"]["shape"] for shape in shapes.values() if shape["type"] == "map"}


def _digest(content: object) -> str:
    """SHA-256 of the content as canonical JSON, so that neither compression nor layout changes it."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
