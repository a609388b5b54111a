"""What the wire source adds to a schema: `x-wire`, and `x-sensitive`."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

OF_MEMBER = {
    "location": "location",
    "locationName": "name",
    "timestampFormat": "timestampFormat",
    "streaming": "streaming",
    "flattened": "flattened",
    "hostLabel": "hostLabel",
    "xmlNamespace": "xmlNamespace",
    "xmlAttribute": "xmlAttribute",
    "queryName": "queryName",
    "eventpayload": "eventpayload",
    "eventheader": "eventheader",
    "idempotencyToken": "idempotencyToken",
    "jsonvalue": "jsonvalue",
    "endpointdiscoveryid": "endpointDiscoveryId",
    "deprecated": "deprecated",
}
_OF_INLINE = (
    "min",
    "max",
    "pattern",
    "timestampFormat",
    "streaming",
    "flattened",
    "sparse",
    "requiresLength",
    "locationName",
    "xmlNamespace",
    "queryName",
    "jsonvalue",
)
_OF_STRUCTURE = [
    "payload",
    "wrapper",
    "event",
    "eventstream",
    "locationName",
    "xmlNamespace",
    "xmlOrder",
    "synthetic",
    "retryable",
    "union",
    "deprecated",
]


def of_member(reference: Schema) -> Schema:
    """Traits of the place that refers to a shape: where it goes on the wire, and by what name."""
    return {ours: reference[theirs] for theirs, ours in OF_MEMBER.items() if theirs in reference}


def of_structure(told: Schema) -> Schema:
    return {name: told[name] for name in _OF_STRUCTURE if name in told}


def add(schema: Schema, traits: Schema) -> None:
    """Join traits to those that the schema has."""
    if traits:
        schema["x-wire"] = {**schema.pop("x-wire", {}), **traits}


def add_inline(schema: Schema, name: str, told: Schema | None) -> None:
    """Give a type that stands inline the name and the bounds of its shape in the wire source, if it has one."""
    if told is None:
        return
    schema["x-wire"] = {"shape": name, **{trait: told[trait] for trait in _OF_INLINE if trait in told}}
    if told.get("sensitive"):
        schema["x-sensitive"] = True


def add_named(schema: Schema, told: Schema, traits: Schema) -> None:
    """Give a named shape its traits."""
    if told.get("sensitive"):
        schema["x-sensitive"] = True
    if traits:
        schema["x-wire"] = traits
