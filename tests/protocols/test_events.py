"""Streams of events are read in each protocol: members of an event in its frame's headers, payload and body."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from asdoc.runtime.exceptions import ServiceError, UnsupportedProtocolError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.response import to_plain
from tests.runtime.test_eventstream import event, frame

from .rest_json import TIME
from .world import KINDS, Case, of, structure

_EVENT = {"event": True}
_SHAPES = {
    "Out": structure(stream="Stream", first="String"),
    "Stream": structure(
        plain="Plain", blob="OfBlob", text="OfText", held="OfHeld", headers="OfHeaders", bad="Bad", none="OfNone"
    )
    | {"eventstream": True},
    "Plain": structure(a=of("String", locationName="Ay"), t="Timestamp", b="Blob") | _EVENT,
    "OfBlob": structure(data=of("Blob", eventpayload=True), sort=of("String", eventheader=True)) | _EVENT,
    "OfText": structure(data=of("String", eventpayload=True)) | _EVENT,
    "OfHeld": structure(data=of("Inner", eventpayload=True)) | _EVENT,
    "OfHeaders": structure(
        n=of("Long", eventheader=True), t=of("Timestamp", eventheader=True), b=of("Blob", eventheader=True)
    )
    | _EVENT,
    "OfNone": structure() | _EVENT,
    "Inner": structure(x="String"),
    "Bad": structure(message="String", code="Integer") | {"exception": True, "error": {"httpStatusCode": 400}},
}
_AT_TOP = {**_SHAPES, "Out": structure(stream="Stream") | {"payload": "stream"}}
_SENDING = {
    "In": structure(stream="Stream"),
    "Stream": structure(plain="Plain") | {"eventstream": True},
    "Plain": structure(a="String") | _EVENT,
}
_SECONDS = int(TIME.timestamp())
_IN_JSON = (
    b'{"Ay":"1","t":%d,"b":"AP8="}' % _SECONDS,
    b'{"x":"1"}',
    b'{"message":"no","code":5}',
    b'{"first":"f"}',
)
PAYLOADS: dict[str, tuple[bytes, bytes, bytes, bytes]] = {
    "restjson": _IN_JSON,
    "jsoneleven": _IN_JSON,
    "restxml": (
        b"<Plain><Ay>1</Ay><t>2019-12-16T23:48:18Z</t><b>AP8=</b></Plain>",
        b"<Inner><x>1</x></Inner>",
        b"<Bad><message>no</message><code>5</code></Bad>",
        b"<Out><first>f</first></Out>",
    ),
    "cbor": (
        bytes.fromhex(f"a3 624179 6131 6174 c1 1a{_SECONDS:08x} 6162 42 00ff"),
        bytes.fromhex("a1 6178 6131"),
        bytes.fromhex("a2 676d657373616765 626e6f 64636f6465 05"),
        bytes.fromhex("a1 656669727374 6166"),
    ),
}
CASES = [
    Case(service, "Events", _AT_TOP if service.startswith("rest") else _SHAPES, errors=("Bad",)) for service in PAYLOADS
]
SENDING = [Case(service, "SendsEvents", _SENDING) for service in PAYLOADS]


def frames(service: str) -> list[bytes]:
    plain, held, bad, _ = PAYLOADS[service]
    return [
        event("plain", plain),
        event("blob", b"\x00\xff", sort="k"),
        event("text", "é".encode()),
        event("held", held),
        event("headers", n=2**40, t=TIME, b=b"\x01"),
        event("none", b""),
        event("unknown", b"?"),
        frame({":message-type": "exception", ":exception-type": "bad", ":content-type": "application/json"}, bad),
    ]


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.service)
def test_events_are_read(case: Case) -> None:
    sent = frames(case.service)
    if KINDS[case.service].protocol in ("json", "smithy-rpc-v2-cbor"):
        sent.insert(0, event("initial-response", PAYLOADS[case.service][3]))
    seen: list[HttpRequest] = []

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        headers = {"content-type": "application/vnd.amazon.eventstream"}
        return HttpResponse(status=200, headers=headers, body=b"".join(sent))

    package = importlib.import_module(case.service)
    result = package.Client("eu-west-1", backend=handle).events()
    if len(sent) > 8:
        assert result.first == "f"
    found: list[Any] = []
    with pytest.raises(ServiceError) as raised:
        found.extend(to_plain(told) for told in result.stream)
    assert found == [
        {"plain": {"a": "1", "t": TIME, "b": b"\x00\xff"}},
        {"blob": {"data": b"\x00\xff", "sort": "k"}},
        {"text": {"data": "é"}},
        {"held": {"data": {"x": "1"}}},
        {"headers": {"n": 2**40, "t": TIME, "b": b"\x01"}},
        {"none": {}},
    ]
    assert (raised.value.response["code"], raised.value.response["message"]) == (5, "no")
    if case.service == "cbor":
        assert seen[0].headers["accept"] == "application/vnd.amazon.eventstream"


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("case", SENDING, ids=lambda case: case.service)
def test_a_stream_that_is_to_be_sent_is_refused_before_anything_is(case: Case) -> None:
    client = importlib.import_module(case.service).Client("eu-west-1", backend=lambda request: HttpResponse(status=200))
    with pytest.raises(UnsupportedProtocolError, match="input stream is an event stream") as raised:
        client.sends_events(stream=[{"plain": {"a": "1"}}])
    assert "speaks HTTP/2" in str(raised.value)
    assert client.__class__.sends_events.__doc__


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.service)
def test_an_error_that_nobody_documents_says_what_it_is(case: Case) -> None:
    last = frame({":message-type": "exception", ":exception-type": "Other"}, PAYLOADS[case.service][2])
    package = importlib.import_module(case.service)
    client = package.Client("eu-west-1", backend=lambda request: HttpResponse(status=200, body=last))
    with pytest.raises(ServiceError) as raised:
        list(client.events().stream)
    # in XML a message stands in an element that is written with a capital, or without one
    assert raised.value.response["Error"] == {"Code": "Other", "Message": "no"}
