"""Streams of events: frames in whatever parts they come, damaged ones, errors within, and botocore's events."""

from __future__ import annotations

import asyncio
import struct
import uuid
from binascii import crc32
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from botocore.awsrequest import HeadersDict
from botocore.exceptions import EventStreamError
from botocore.parsers import create_parser
from hypothesis import given
from hypothesis import strategies as st

from asdoc.runtime.events import waited
from asdoc.runtime.eventstream import Frame, FrameDecoder, FrameError
from asdoc.runtime.exceptions import (
    ClientSideError,
    ConnectionClosedError,
    ProtocolError,
    ServiceError,
    UnsupportedProtocolError,
)
from asdoc.runtime.http import HttpResponse
from asdoc.runtime.parse import ResponsePlan
from asdoc.runtime.response import EventStream, Output, Structure
from asdoc.runtime.schema import Operation, Service, Shape
from asdoc.runtime.serialize import RequestPlan

from .tables import model, table


def frame(headers: dict[str, Any], payload: bytes) -> bytes:
    """A frame, written as the specification has it."""
    packed = b""
    for name, value in headers.items():
        packed += bytes([len(name)]) + name.encode()
        if isinstance(value, bool):
            packed += b"\x00" if value else b"\x01"
        elif isinstance(value, int):
            packed += b"\x05" + struct.pack(">q", value)
        elif isinstance(value, bytes):
            packed += b"\x06" + struct.pack(">H", len(value)) + value
        elif isinstance(value, datetime):
            packed += b"\x08" + struct.pack(">q", round(value.timestamp() * 1000))
        elif isinstance(value, uuid.UUID):
            packed += b"\x09" + value.bytes
        else:
            packed += b"\x07" + struct.pack(">H", len(value.encode())) + value.encode()
    prelude = struct.pack(">II", 12 + len(packed) + len(payload) + 4, len(packed))
    whole = prelude + struct.pack(">I", crc32(prelude)) + packed + payload
    return whole + struct.pack(">I", crc32(whole))


def event(kind: str, payload: bytes = b"", **headers: Any) -> bytes:
    return frame({":message-type": "event", ":event-type": kind, **headers}, payload)


_values = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.binary(max_size=20)
    | st.text(max_size=20)
    | st.uuids()
    | st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
        lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000)
    )
)
_frames = st.lists(
    st.tuples(st.dictionaries(st.text("abc:-", min_size=1, max_size=9), _values, max_size=4), st.binary(max_size=200)),
    max_size=4,
)


@given(_frames, st.lists(st.integers(1, 40), min_size=1))
def test_frames_are_the_same_in_whatever_parts_they_come(
    frames: list[tuple[dict[str, Any], bytes]], cuts: list[int]
) -> None:
    data, decoder, found = b"".join(frame(*told) for told in frames), FrameDecoder(), list[Frame]()
    at = turn = 0
    while at < len(data):
        size = cuts[turn % len(cuts)]
        found += decoder.feed(data[at : at + size])
        at, turn = at + size, turn + 1
    assert found == [Frame(headers, payload) for headers, payload in frames]
    assert decoder.between


@given(st.integers(0, 60), st.integers(1, 255))
def test_a_damaged_frame_is_told(at: int, change: int) -> None:
    data = bytearray(event("Stats", b"payload", x="a text", y=5))
    data[at % len(data)] ^= change
    with pytest.raises((FrameError, ConnectionClosedError)):
        _read_whole(bytes(data))


def _read_whole(data: bytes) -> None:
    decoder = FrameDecoder()
    list(decoder.feed(data))
    if not decoder.between:
        raise ConnectionClosedError("a frame waits for more than there is")


def test_headers_that_are_none_are_told() -> None:
    for headers in (b"\x01a\x0b", b"\x05a", b"\x01a\x07\x00\x09abc", b"\x01a\x00\x01a\x00"):
        prelude = struct.pack(">II", 16 + len(headers), len(headers))
        whole = prelude + struct.pack(">I", crc32(prelude)) + headers
        with pytest.raises(FrameError):
            list(FrameDecoder().feed(whole + struct.pack(">I", crc32(whole))))


class _Raw:
    """A body that botocore reads."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def stream(self) -> Iterator[bytes]:
        yield self._data

    def close(self) -> None:
        pass


def by_botocore(name: str, operation: str, member: str, data: bytes) -> list[Any]:
    output: Any = model(name).operation_model(operation).output_shape
    parser: Any = create_parser(model(name).resolved_protocol)
    told: Any = {
        "status_code": 200,
        "headers": HeadersDict({}),
        "body": _Raw(data),
        "context": {"operation_name": operation},
    }
    stream: Any = parser.parse(told, output)[member]
    return list(stream)


def by_us(name: str, operation: str, member: str, data: bytes) -> list[Any]:
    service = table(name, resolved=True)
    plan = ResponsePlan(service, service.operations[operation])
    result: Any = plan.parse(HttpResponse(status=200, body=data))
    stream = result[member] if isinstance(result, dict) else getattr(result, member)
    return list(stream)


STREAMS: dict[tuple[str, str, str], bytes] = {
    ("s3", "SelectObjectContent", "Payload"): b"".join(
        [
            event("Records", b"a,b\n1,2\n", **{":content-type": "application/octet-stream"}),
            event(
                "Progress", b"<Progress><BytesScanned>512</BytesScanned></Progress>", **{":content-type": "text/xml"}
            ),
            event("Cont"),
            event("Stats", b"<Stats><BytesScanned>22</BytesScanned><BytesReturned>9</BytesReturned></Stats>"),
            event("NotYetKnown", b"?"),
            event("End"),
        ]
    ),
    ("kinesis", "SubscribeToShard", "EventStream"): b"".join(
        [
            event("initial-response", b"{}"),
            event(
                "SubscribeToShardEvent",
                b'{"Records":[{"SequenceNumber":"1","Data":"aGk=","PartitionKey":"k",'
                b'"ApproximateArrivalTimestamp":1.5e9}],"ContinuationSequenceNumber":"2","MillisBehindLatest":0}',
            ),
        ]
    ),
    ("bedrock-runtime", "InvokeModelWithResponseStream", "body"): event("chunk", b'{"bytes":"aGVsbG8="}'),
    ("bedrock-runtime", "ConverseStream", "stream"): b"".join(
        [
            event("messageStart", b'{"role":"assistant"}'),
            event("contentBlockDelta", b'{"delta":{"text":"Hi"},"contentBlockIndex":0}'),
            event(
                "metadata", b'{"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":5}}'
            ),
        ]
    ),
    ("logs", "StartLiveTail", "responseStream"): b"".join(
        [
            event("initial-response", b"{}"),
            event("sessionStart", b'{"sessionId":"s","requestId":"r"}'),
            event("sessionUpdate", b'{"sessionResults":[{"message":"m","timestamp":5}]}'),
        ]
    ),
}


@pytest.mark.parametrize("place", STREAMS)
def test_events_are_those_that_botocore_reads(place: tuple[str, str, str]) -> None:
    assert by_us(*place, STREAMS[place]) == by_botocore(*place, STREAMS[place]) != []


def test_an_exception_in_the_stream_is_the_error_that_it_names() -> None:
    failed = frame(
        {
            ":message-type": "exception",
            ":exception-type": "modelStreamErrorException",
            ":content-type": "application/json",
        },
        b'{"message":"no more","originalStatusCode":424}',
    )
    place = ("bedrock-runtime", "ConverseStream", "stream")
    with pytest.raises(EventStreamError) as theirs:
        by_botocore(*place, failed)
    with pytest.raises(ServiceError) as ours:
        by_us(*place, failed)
    error = ours.value.response
    assert (
        error["Error"]
        == theirs.value.response.get("Error")
        == {"Code": "modelStreamErrorException", "Message": "no more"}
    )
    assert error["originalStatusCode"] == 424


def test_an_error_in_the_stream_has_its_code_and_message() -> None:
    failed = frame({":message-type": "error", ":error-code": "InternalError", ":error-message": "Later."}, b"")
    with pytest.raises(ServiceError, match="Later") as error:
        by_us("s3", "SelectObjectContent", "Payload", failed)
    assert error.value.code == "InternalError"


def test_a_stream_that_breaks_off_is_told() -> None:
    place = ("s3", "SelectObjectContent", "Payload")
    with pytest.raises(ConnectionClosedError, match="within an event"):
        by_us(*place, STREAMS[place][:-5])
    with pytest.raises(ProtocolError, match="checksum"):
        by_us(*place, b"\0" * 64)


class Grown(Structure):
    Ring: int | None = None
    At: datetime | None = None
    Wood: bytes | None = None


class Growth(Structure):
    Grown: Grown | None = None
    Felled: Structure | None = None


class WatchOutput(Output):
    Name: str | None = None
    Growth: EventStream[Growth] | None = None


class TreeFelled(ServiceError):  # noqa: N818  # as documented
    pass


SERVICE = Service(
    service="orchard", client="Orchard", service_id="Orchard", api_version="1", protocol="json", endpoint_prefix="o",
    signing_name="o", target_prefix="O",
    operations={"Watch": Operation(name="Watch", method="watch", output="WatchOutput")},
    shapes={
        "WatchOutput": Shape(
            type="structure", members={"Name": Shape(type="string"), "Growth": Shape(shape="Growth", eventstream=True)}
        ),
        "Growth": Shape(
            type="structure", eventstream=True,
            members={"Grown": Shape(shape="Grown"), "Felled": Shape(shape="TreeFelled")},
        ),
        "Grown": Shape(
            type="structure",
            members={
                "Ring": Shape(type="integer", event_header=True), "At": Shape(type="timestamp", event_header=True),
                "Wood": Shape(type="blob", event_payload=True),
            },
        ),
        "TreeFelled": Shape(type="structure", members={"message": Shape(type="string")}),
    },
)  # fmt: skip
_errors = ModuleType("errors_of_orchard")
vars(_errors).update(TreeFelled=TreeFelled)
NOW = datetime(2024, 5, 1, tzinfo=UTC)


class _Parts:
    """A stream that gives a few bytes at a time, and knows whether it was closed."""

    def __init__(self, data: bytes, size: int = 7) -> None:
        self.left = data
        self.size = size
        self.closed = False

    def read(self, amount: int | None = None, /) -> bytes:
        part, self.left = self.left[: self.size], self.left[self.size :]
        return part

    def close(self) -> None:
        self.closed = True


class _AwaitedParts(_Parts):
    async def read(self, amount: int | None = None, /) -> bytes:  # type: ignore[override]  # the other kind of stream
        await asyncio.sleep(0)
        return super().read(amount)

    async def close(self) -> None:  # type: ignore[override]  # the other kind of stream
        super().close()


def growth(*more: bytes) -> bytes:
    return b"".join([event("initial-response", b'{"Name":"oak"}'), event("Grown", b"\x00wood", Ring=3, At=NOW), *more])


def watched(stream: Any) -> Any:
    plan = ResponsePlan(SERVICE, SERVICE.operations["Watch"], WatchOutput, _errors)
    return plan.parse(HttpResponse(status=200, stream=stream))


def test_events_are_typed_by_their_union_and_come_as_they_are_read() -> None:
    source = _Parts(growth(event("Grown", b"more", Ring=4)))
    result = watched(source)
    assert result.Name == "oak"
    assert source.left
    with result.Growth as events:
        first = next(iter(events))
        assert isinstance(first, Growth)
        assert first.Grown == Grown(Ring=3, At=NOW, Wood=b"\x00wood")
    assert source.closed
    assert list(events) == []


def test_a_modelled_error_of_a_stream_is_its_class() -> None:
    failed = frame({":message-type": "exception", ":exception-type": "Felled"}, b'{"message":"timber"}')
    with pytest.raises(TreeFelled, match="timber"):
        list(watched(_Parts(growth(failed))).Growth)


def test_a_stream_without_an_initial_response_loses_no_event() -> None:
    result = watched(_Parts(event("Grown", b"", Ring=1)))
    assert [held.Grown.Ring for held in result.Growth] == [1]
    assert result.Name is None


def test_an_async_client_awaits_events() -> None:
    async def run() -> list[Any]:
        response = await waited(HttpResponse(status=200, stream=_AwaitedParts(growth())))
        plan = ResponsePlan(SERVICE, SERVICE.operations["Watch"], WatchOutput, _errors)
        result = plan.parse(response)
        assert result.Name == "oak"
        with pytest.raises(ClientSideError, match="async client"):
            list(result.Growth)
        async with plan.parse(response).Growth as events:
            return [held async for held in events]

    # what was read ahead is told once to each
    assert asyncio.run(run())[0].Grown.Ring == 3


def test_sending_a_stream_of_events_is_refused_by_name() -> None:
    lex = table("lexv2-runtime", resolved=True)
    with pytest.raises(UnsupportedProtocolError, match="event stream"):
        RequestPlan(lex, lex.operations["StartConversation"])
