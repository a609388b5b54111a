"""The traits of Smithy that an export may use: where each may stand, and what its value is.

From Smithy's prelude and its definitions of AWS traits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

IDENTIFIER = r"_*[A-Za-z][A-Za-z0-9_]*"
SHAPE_ID = re.compile(rf"{IDENTIFIER}(\.{IDENTIFIER})*#{IDENTIFIER}")
_PRELUDE = (
    "String",
    "Blob",
    "BigInteger",
    "BigDecimal",
    "Timestamp",
    "Document",
    "Boolean",
    "Byte",
    "Short",
    "Integer",
)
PRELUDE = {
    **{f"smithy.api#{name}": name[0].lower() + name[1:] for name in (*_PRELUDE, "Long", "Float", "Double")},
    "smithy.api#Unit": "structure",
}

NUMBERS = ("byte", "short", "integer", "long", "float", "double", "bigInteger", "bigDecimal", "intEnum")
TEXTS = ("string", "enum")
SIMPLE = (*NUMBERS, *TEXTS, "blob", "boolean", "timestamp", "document")
AGGREGATES = ("list", "map", "structure", "union")
SERVICE = ("service", "operation", "resource")
KEYS = {
    **{kind: {"type", "traits"} for kind in SIMPLE},
    "enum": {"type", "traits", "members"},
    "list": {"type", "traits", "member"},
    "map": {"type", "traits", "key", "value"},
    "structure": {"type", "traits", "members"},
    "union": {"type", "traits", "members"},
    "operation": {"type", "traits", "input", "output", "errors"},
    "service": {"type", "traits", "version", "operations", "errors", "resources", "rename"},
}

BINDINGS = (
    *("httpLabel", "httpQuery", "httpQueryParams", "httpHeader", "httpPrefixHeaders", "httpPayload"),
    "httpResponseCode",
)
ONE_A_STRUCTURE = ("httpPayload", "httpPrefixHeaders", "httpQueryParams", "httpResponseCode", "eventPayload")

# name -> (kinds of shape, kinds of a member's target)
SELECTORS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "smithy.api#required": ((), (*SIMPLE, *AGGREGATES)),
    "smithy.api#default": (("blob",), ("blob",)),
    "smithy.api#sensitive": ((*SIMPLE, *AGGREGATES), ()),
    "smithy.api#streaming": (("blob", "union"), ()),
    "smithy.api#enumValue": ((), (*SIMPLE, *AGGREGATES)),
    "smithy.api#length": ((*TEXTS, "blob", "list", "map"), (*TEXTS, "blob", "list", "map")),
    "smithy.api#range": (NUMBERS, NUMBERS),
    "smithy.api#pattern": (TEXTS, TEXTS),
    "smithy.api#sparse": (("list", "map"), ()),
    "smithy.api#mediaType": (("blob", "string"), ()),
    "smithy.api#deprecated": ((*SIMPLE, *AGGREGATES, *SERVICE), (*SIMPLE, *AGGREGATES)),
    "smithy.api#timestampFormat": (("timestamp",), ("timestamp",)),
    "smithy.api#jsonName": ((), (*SIMPLE, *AGGREGATES)),
    "smithy.api#idempotencyToken": ((), TEXTS),
    "smithy.api#error": (("structure",), ()),
    "smithy.api#httpError": (("structure",), ()),
    "smithy.api#retryable": (("structure",), ()),
    "smithy.api#http": (("operation",), ()),
    "smithy.api#httpLabel": ((), (*TEXTS, *NUMBERS, "boolean", "timestamp")),
    "smithy.api#httpQuery": ((), (*TEXTS, *NUMBERS, "boolean", "timestamp", "list")),
    "smithy.api#httpQueryParams": ((), ("map",)),
    "smithy.api#httpHeader": ((), (*TEXTS, *NUMBERS, "boolean", "timestamp", "list")),
    "smithy.api#httpPrefixHeaders": ((), ("map",)),
    "smithy.api#httpPayload": ((), (*TEXTS, "blob", "structure", "union", "document", "list", "map")),
    "smithy.api#httpResponseCode": ((), ("integer",)),
    "smithy.api#hostLabel": ((), TEXTS),
    "smithy.api#endpoint": (("operation",), ()),
    "smithy.api#eventPayload": ((), ("blob", *TEXTS, "structure", "union")),
    "smithy.api#eventHeader": (
        (),
        ("boolean", "byte", "short", "integer", "long", "blob", *TEXTS, "timestamp"),
    ),
    "smithy.api#idempotent": (("operation",), ()),
    "smithy.api#readonly": (("operation",), ()),
    "smithy.api#optionalAuth": (("operation",), ()),
    "smithy.api#auth": (("service", "operation"), ()),
    "smithy.api#httpBearerAuth": (("service",), ()),
    "smithy.api#paginated": (("service", "operation"), ()),
    "smithy.api#examples": (("operation",), ()),
    "smithy.api#externalDocumentation": ((*SIMPLE, *AGGREGATES, *SERVICE), (*SIMPLE, *AGGREGATES)),
    "smithy.api#httpChecksumRequired": (("operation",), ()),
    "smithy.api#requestCompression": (("operation",), ()),
    "smithy.api#title": (("service", "resource"), ()),
    "smithy.api#xmlNamespace": (("service", *SIMPLE, *AGGREGATES), (*SIMPLE, *AGGREGATES)),
    "smithy.api#xmlName": (("structure", "union", *SIMPLE), (*SIMPLE, *AGGREGATES)),
    "smithy.api#xmlFlattened": ((), ("list", "map")),
    "smithy.api#xmlAttribute": ((), (*TEXTS, *NUMBERS, "boolean", "timestamp")),
    "smithy.waiters#waitable": (("operation",), ()),
    "aws.api#service": (("service",), ()),
    "aws.auth#sigv4": (("service",), ()),
    "aws.auth#unsignedPayload": (("operation",), ()),
    "aws.protocols#awsJson1_0": (("service",), ()),
    "aws.protocols#awsJson1_1": (("service",), ()),
    "aws.protocols#awsQuery": (("service",), ()),
    "aws.protocols#awsQueryCompatible": (("service",), ()),
    "aws.protocols#awsQueryError": (("structure",), ()),
    "aws.protocols#ec2Query": (("service",), ()),
    "aws.protocols#ec2QueryName": ((), (*SIMPLE, *AGGREGATES)),
    "aws.protocols#httpChecksum": (("operation",), ()),
    "aws.protocols#restJson1": (("service",), ()),
    "aws.protocols#restXml": (("service",), ()),
    "smithy.protocols#rpcv2Cbor": (("service",), ()),
}


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bounds(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, dict)
        and bool(value)
        and value.keys() <= {"min", "max"}
        and all(check(bound) for bound in value.values())
        and bool(value.get("min", -math.inf) <= value.get("max", math.inf))
    )


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _empty(value: Any) -> bool:
    return bool(value == {})


_MARKS = (
    *("required", "sensitive", "streaming", "sparse", "idempotencyToken", "hostLabel", "idempotent", "readonly"),
    *("httpLabel", "httpPayload", "httpQueryParams", "httpResponseCode", "xmlFlattened", "xmlAttribute"),
)

VALUES: dict[str, Callable[[Any], bool]] = {
    "smithy.api#length": lambda value: _bounds(_whole)(value) and bool(value.get("min", 0) >= 0),
    "smithy.api#range": _bounds(_number),
    "smithy.api#pattern": _text,
    "smithy.api#enumValue": _text,
    "smithy.api#default": lambda value: value == "",
    "smithy.api#error": lambda value: value in ("client", "server"),
    "smithy.api#httpError": lambda value: _whole(value) and 300 <= value <= 599,
    "smithy.api#retryable": lambda value: value in ({}, {"throttling": True}),
    "smithy.api#timestampFormat": lambda value: value in ("date-time", "epoch-seconds", "http-date"),
    "smithy.api#mediaType": _text,
    "smithy.api#jsonName": _text,
    "smithy.api#httpQuery": _text,
    "smithy.api#httpHeader": lambda value: (
        _text(value) and re.fullmatch(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", value) is not None
    ),
    "smithy.api#httpPrefixHeaders": lambda value: isinstance(value, str),
    "smithy.api#title": _text,
    "smithy.api#xmlName": lambda value: (
        re.fullmatch(r"[a-zA-Z_][a-zA-Z_0-9-]*(:[a-zA-Z_][a-zA-Z_0-9-]*)?", value) is not None
    ),
    "smithy.api#xmlNamespace": lambda value: _text(value.get("uri")) and value.keys() <= {"uri", "prefix"},
    "aws.api#service": lambda value: re.fullmatch(r"[a-zA-Z][a-zA-Z0-9]*( [a-zA-Z0-9]+)*", value["sdkId"]) is not None,
    "aws.auth#sigv4": lambda value: _text(value.get("name")),
    **{f"smithy.api#{name}": _empty for name in _MARKS},
}

PROTOCOLS = tuple(
    name
    for name, (kinds, _) in SELECTORS.items()
    if ".protocols#" in name and kinds == ("service",) and not name.endswith("Compatible")
)
