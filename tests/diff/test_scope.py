"""What two specs are not compared in, because one of them cannot tell it."""

from __future__ import annotations

from typing import Any

import msgspec

from asdoc.codegen.diff import changes
from asdoc.codegen.diff.scope import alike
from asdoc.codegen.spec.load import Spec

from .editing import committed


def _speaking(protocol: str, **fields: Any) -> Spec:
    spec = committed("appconfigdata")
    return msgspec.structs.replace(spec, metadata={**spec.metadata, "protocol": protocol}, **fields)


def _with_empty_request(protocol: str) -> Spec:
    spec = committed("appconfigdata")
    operation = {**spec.operations["GetLatestConfiguration"], "input": "NothingRequest"}
    return _speaking(
        protocol,
        operations={**spec.operations, "GetLatestConfiguration": operation},
        shapes={**spec.shapes, "NothingRequest": {"type": "object", "properties": {}}},
    )


def _without_request(protocol: str) -> Spec:
    spec = committed("appconfigdata")
    operation = {**spec.operations["GetLatestConfiguration"], "input": ""}
    return _speaking(protocol, operations={**spec.operations, "GetLatestConfiguration": operation})


def test_a_request_that_only_another_protocol_tells_is_no_change() -> None:
    scope = alike(_without_request("json"), _with_empty_request("smithy-rpc-v2-cbor"))
    assert {change.rule for change in changes(scope.old, scope.new)} == {"protocol-changed"}


def test_a_request_that_came_within_one_protocol_is_a_change() -> None:
    protocol = "smithy-rpc-v2-cbor"
    scope = alike(_without_request(protocol), _with_empty_request(protocol))
    assert {change.rule for change in changes(scope.old, scope.new)} == {"operation-input-added"}


def test_texts_whose_values_no_page_lists_are_named() -> None:
    spec = committed("appconfigdata")
    long = {"type": "object", "properties": {name: {"type": "string"} for name in ("A", "B", "C", "D", "E")}}
    spec = msgspec.structs.replace(spec, shapes={**spec.shapes, "Long": long})
    assert not alike(committed("appconfigdata"), spec).notes
    (note,) = alike(spec, spec).notes
    assert note.startswith("values of Long.A, Long.B, Long.C and 2 more: no page")
