"""The reader of answers takes what HTTP/1.1 allows, however the bytes arrive, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asdoc.runtime.exceptions import ConnectionClosedError, ProtocolError, TransportError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.transports.http1 import answer_reader, request_bytes


def read(data: bytes, *, method: str = "GET", pieces: int = 0) -> tuple[HttpResponse, bool]:
    """What the reader makes of bytes that come in pieces of a size (0: all at once), and then end."""
    reader = answer_reader(method)
    next(reader)
    size = pieces or len(data) or 1
    try:
        for start in range(0, len(data), size):
            reader.send(data[start : start + size])
        while True:
            reader.send(b"")
    except StopIteration as whole:
        response: tuple[HttpResponse, bool] = whole.value
        return response


SIZED = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;note=1\r\nhe\r\n3\r\nllo\r\n0\r\nx-t: 1\r\n\r\n"
UNTIL_CLOSED = b"HTTP/1.1 200 OK\r\n\r\nhello"


@pytest.mark.parametrize("pieces", [0, 1, 2, 7])
@pytest.mark.parametrize(("data", "reusable"), [(SIZED, True), (CHUNKED, True), (UNTIL_CLOSED, False)])
def test_a_body_is_read_in_each_of_its_framings_however_it_is_cut(data: bytes, reusable: bool, pieces: int) -> None:
    response, kept = read(data, pieces=pieces)
    assert (response.status, response.body, kept) == (200, b"hello", reusable)


def test_headers_are_lower_case_trimmed_and_joined() -> None:
    data = b"HTTP/1.1 204 \r\nX-A:  b \r\nx-a: c\r\nFolded: one\r\n  two\r\nEmpty:\r\n\r\n"
    assert read(data)[0].headers == {"x-a": "b, c", "folded": "one two", "empty": ""}


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_an_answer_without_a_body_ends_with_its_headers(method: str, status: int) -> None:
    response, kept = read(b"HTTP/1.1 %d X\r\ncontent-length: 10\r\n\r\n" % status, method=method)
    assert (response.status, response.body, kept) == (status, b"", True)


def test_interim_answers_are_passed_over() -> None:
    assert read(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nlink: x\r\n\r\n" + SIZED)[0].body == b"hello"


@pytest.mark.parametrize(
    ("head", "reusable"),
    [
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\n", False),
        (b"HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\n", True),
        (b"HTTP/1.0 200 OK\r\n", False),
        (b"HTTP/1.0 200 OK\r\nconnection: keep-alive\r\n", True),
    ],
)
def test_a_connection_is_kept_as_the_answer_says(head: bytes, reusable: bool) -> None:
    assert read(head + b"content-length: 0\r\n\r\n")[1] is reusable


def test_bytes_beyond_the_answer_spoil_the_connection_and_not_the_answer() -> None:
    response, kept = read(SIZED + b"HTTP/1.1 200 OK\r\n")
    assert response.body == b"hello"
    assert not kept


def test_a_length_beside_chunks_is_not_believed() -> None:
    data = CHUNKED.replace(b"\r\ntransfer", b"\r\ncontent-length: 3\r\ntransfer")
    response, kept = read(data)
    assert (response.body, kept) == (b"hello", False)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02 no HTTP at all",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"HTTP/1.1 20\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nname : value\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n folded first\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1_0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nxxx",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"1" * 10_000,
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 100_000,
    ],
)
def test_what_is_no_http_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read(data)


@pytest.mark.parametrize("data", [b"", SIZED[:10], SIZED[:40], SIZED[:-1], CHUNKED[:60], CHUNKED[:-3]])
def test_an_answer_that_ends_too_early_is_told_apart_from_a_whole_one(data: bytes) -> None:
    with pytest.raises(ConnectionClosedError):
        read(data)


@settings(deadline=None)
@given(
    st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: b"HTTP/1.1 200 OK\r\n" + tail), st.integers(0, 5)
)
def test_any_bytes_end_in_an_answer_or_a_typed_error(data: bytes, pieces: int) -> None:
    try:
        response, _ = read(data, pieces=pieces)
    except TransportError:
        return
    assert 200 <= response.status <= 999


def test_a_request_is_written_with_its_length_where_a_body_is_expected() -> None:
    request = HttpRequest(method="POST", host="h:1", target="/a?b=c", headers={"x-a": "é"}, body=b"{}")
    lines = ["POST /a?b=c HTTP/1.1", "host: h:1", "accept-encoding: identity", "x-a: é", "content-length: 2", "", "{}"]
    assert request_bytes(request) == "\r\n".join(lines).encode()
    assert b"content-length: 0\r\n" in request_bytes(HttpRequest(method="PUT"))
    assert b"content-length" not in request_bytes(HttpRequest(method="GET"))


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest(method="GET", headers={"a": "b\r\nevil: 1"}),
        HttpRequest(method="GET", headers={"a": "b\nevil: 1"}),
        HttpRequest(method="GET", headers={"a": "b\revil: 1"}),
        HttpRequest(method="GET", headers={"a\r\nevil": "1"}),
        HttpRequest(method="GET", target="/a b"),
        HttpRequest(method="GET", target="/a\r\nevil: 1"),
        HttpRequest(method="GET", host="h\r\nevil: 1"),
        HttpRequest(method="GET", headers={"a": "\0"}),
    ],
)
def test_nothing_in_a_request_begins_another_line(request_: HttpRequest) -> None:
    with pytest.raises(ProtocolError):
        request_bytes(request_)
