"""Answers in XML and CBOR are read as strictly as those in JSON, and lacks are told from failures in each protocol."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from typing import Any

import pytest

from asdoc.conformance.checks.bodies import error_code
from asdoc.conformance.checks.decode import decode
from asdoc.conformance.probe import NOWHERE, controls
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import Operation, Service, Shape
from tests.conformance.library import structure

SHAPES = {
    "Out": structure(
        ("Name",),
        Name=Shape(type="string"),
        Count=Shape(type="integer"),
        Made=Shape(type="timestamp"),
        Open=Shape(type="boolean"),
        Kind=Shape(type="string", enum=("A", "B")),
        Bytes=Shape(type="blob"),
        Parts=Shape(type="list", member=Shape(type="float")),
    )
}
MADE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RIGHT = {"Name": "n", "Count": 7, "Made": MADE, "Open": True, "Kind": "B", "Bytes": b"ab", "Parts": [0.5]}
XML = (
    "<Name>n</Name><Count>7</Count><Made>2026-01-02T03:04:05Z</Made><Open>true</Open><Kind>B</Kind>"
    "<Bytes>YWI=</Bytes><Parts><member>0.5</member></Parts>"
)


def encode(value: Any) -> bytes:
    """CBOR (RFC 8949) of what these tests hold; nothing is longer than 255."""
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, datetime):
        return b"\xc1" + encode(value.timestamp())
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, int):
        return _head(0, value)
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(encode, value))
    return _head(5, len(value)) + b"".join(encode(key) + encode(held) for key, held in value.items())


def _head(major: int, value: int) -> bytes:
    return bytes([major << 5 | value]) if value < 24 else bytes([major << 5 | 24, value])


def service(protocol: str) -> tuple[Service, Operation]:
    wrapper = "OpResult" if protocol == "query" else ""
    operation = Operation(name="Op", method="op", output="Out", result_wrapper=wrapper)
    return Service(
        service="s", client="S", service_id="S", api_version="1", protocol=protocol, endpoint_prefix="s",
        signing_name="s", operations={"Op": operation}, shapes=SHAPES, target_prefix="S",
    ), operation  # fmt: skip


def xml(protocol: str, members: str) -> bytes:
    inner = f"<OpResult>{members}</OpResult>" if protocol == "query" else members
    return f"<OpResponse>{inner}</OpResponse>".encode()


XML_PROTOCOLS = ["rest-xml", "query", "ec2"]


def read(protocol: str, body: bytes) -> Any:
    told, operation = service(protocol)
    return decode(told, operation, HttpResponse(status=200, headers={}, body=body))


@pytest.mark.parametrize("protocol", XML_PROTOCOLS)
def test_members_in_xml_are_read_in_their_types(protocol: str) -> None:
    observed = read(protocol, xml(protocol, XML))
    assert observed.problems == []
    assert observed.tree == RIGHT


@pytest.mark.parametrize("protocol", XML_PROTOCOLS)
@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("<Count>7<", "<Count>seven<", ("type", "/Count")),
        ("<Open>true<", "<Open>yes<", ("type", "/Open")),
        ("<Kind>B<", "<Kind>C<", ("enum", "/Kind")),
        ("2026-01-02T03:04:05Z", "1767323045", ("type", "/Made")),
        ("YWI=", "*", ("type", "/Bytes")),
        (">0.5<", ">half<", ("type", "/Parts/0")),
        ("<Name>n</Name>", "", ("required", "/Name")),
    ],
)
def test_what_is_of_another_type_in_xml_is_noted(
    protocol: str, right: str, wrong: str, problem: tuple[str, str]
) -> None:
    observed = read(protocol, xml(protocol, XML.replace(right, wrong)))
    assert [(each.kind, each.pointer) for each in observed.problems] == [problem]


def test_a_body_that_is_none_of_the_protocol_is_noted() -> None:
    for protocol in (*XML_PROTOCOLS, "smithy-rpc-v2-cbor"):
        assert "body" in {problem.kind for problem in read(protocol, b"{not it").problems}, protocol
    assert "body" in {problem.kind for problem in read("query", b"<OpResponse/>").problems}


def test_members_in_cbor_are_read_in_their_types() -> None:
    observed = read("smithy-rpc-v2-cbor", encode(RIGHT))
    assert (observed.problems, observed.tree) == ([], RIGHT)
    wrong = read("smithy-rpc-v2-cbor", encode({**RIGHT, "Bytes": "ab", "Count": "7"}))
    assert {(each.kind, each.pointer) for each in wrong.problems} == {("type", "/Bytes"), ("type", "/Count")}


@pytest.mark.parametrize(
    ("headers", "body", "found"),
    [
        ({}, b"<ErrorResponse><Error><Code>NoSuch</Code><Message>none</Message></Error></ErrorResponse>", "NoSuch"),
        ({}, b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>", "NoSuchKey"),
        ({}, b"<Response><Errors><Error><Code>Inv</Code></Error></Errors></Response>", "Inv"),
        ({"content-type": "application/cbor"}, encode({"__type": "a#Gone", "message": "none"}), "Gone"),
        ({}, b"<html><body>no</body></html>", ""),
        ({}, b"no", ""),
    ],
)
def test_the_code_of_an_error_is_found_in_each_protocol(headers: dict[str, str], body: bytes, found: str) -> None:
    assert error_code(HttpResponse(status=400, headers=headers, body=body))[0] == found


@pytest.mark.parametrize(
    ("protocol", "request_", "asked"),
    [
        ("query", HttpRequest(method="POST", body=b"Action=Op&Version=1&A=Action"), b"Action=%b&Version=1&A=Action"),
        ("ec2", HttpRequest(method="POST", body=b"Version=1&Action=Op"), b"Version=1&Action=%b"),
    ],
)
def test_a_control_asks_for_an_action_that_there_is_not(protocol: str, request_: HttpRequest, asked: bytes) -> None:
    told, operation = service(protocol)
    ((_, control),) = controls(told, operation, request_)
    assert control.body == asked % NOWHERE.encode()


def test_a_control_of_cbor_asks_for_another_path() -> None:
    told, operation = service("smithy-rpc-v2-cbor")
    ((_, control),) = controls(told, operation, HttpRequest(method="POST", target="/service/S/operation/Op"))
    assert control.target == f"/service/S/operation/{NOWHERE}"
