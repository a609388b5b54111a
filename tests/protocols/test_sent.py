"""What is sent is what the protocol asks for, and what botocore sends wherever botocore keeps to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import pytest

from asdoc.runtime.protocols import cbor

from . import corners, corners_xml, rest_json, rest_json_bodies, rest_xml, rpc
from .world import KINDS, Case, by_botocore, sent

CASES = rest_json.CASES + rest_json_bodies.CASES + rest_xml.CASES + rpc.CASES + corners.CASES + corners_xml.CASES


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.service}-{case.name}")
def test_a_request_is_what_its_protocol_asks_for(case: Case) -> None:
    request, _ = sent(case)
    method, _, uri = case.http.partition(" ")
    assert request.method == (method or "POST")
    assert request.target == (case.target or uri)
    if case.host:
        assert request.host == case.host
    told = {name: request.headers.get(name) for name in case.headers}
    assert told == dict(case.headers)
    if case.body is not None:
        assert readable(request.headers, request.content()) == case.body
    if not case.unlike:
        theirs = by_botocore(case)
        assert request.target == theirs.url.partition("example.org")[2]
        headers = {name.lower(): _text(value) for name, value in theirs.headers.items()}
        for name, value in headers.items():
            assert request.headers.get(name) == value, name
        body = theirs.body.encode() if isinstance(theirs.body, str) else bytes(theirs.body or b"")
        assert canonical(request.headers, request.content()) == canonical(request.headers, body)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def readable(headers: Mapping[str, str], body: bytes) -> Any:
    """A body as its own kind of text is compared."""
    kind = headers.get("content-type", "")
    if not body:
        return body
    if "json" in kind:
        return json.loads(body)
    if kind == "application/cbor":
        return cbor.decode(body)
    if "form" in kind:
        return parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)
    return body.decode() if "xml" in kind else body


def canonical(headers: Mapping[str, str], body: bytes) -> Any:
    """A body as two writers of it may be compared."""
    if body and "xml" in headers.get("content-type", ""):
        return ElementTree.canonicalize(body.decode(), strip_text=False)
    return readable(headers, body)


def test_every_protocol_has_cases() -> None:
    assert {case.service for case in CASES} == set(KINDS)
