"""An answer that is read in one go holds what the close look at its head finds in it, and nothing it would refuse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asdoc.runtime.exceptions import ProtocolError
from asdoc.runtime.http import Headers
from asdoc.runtime.transports import heads
from asdoc.runtime.transports.heads import Head, head_end, read_head, usual

KNOWN = b"Content-Length|content-length|Content-Type|x-amzn-RequestId|Date|Connection|X-A|Empty|transfer-encoding"
FIRST = st.sampled_from(
    [
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 201 Created",
        b"HTTP/1.1 404 Not Found",
        b"HTTP/1.1 204 No Content",
        b"HTTP/1.1 304 Not Modified",
        b"HTTP/1.1 100 Continue",
        b"HTTP/1.0 200 OK",
        b"HTTP/1.1 2000 OK",
        b"HTTP/2 200",
        b"",
    ]
)
LINE = st.sampled_from(
    [
        b"Content-Length: 2",
        b"content-length: 2",
        b"content-length: 02",
        b"content-length: 3",
        b"content-length: \xb2",
        b"content-length: 2\n",
        b"Content-Type:application/json",
        b"x-amzn-RequestId:  a b ",
        b"Date: now",
        b"Date: now\nX-A: 1",
        b"Date: now\n\n",
        b"Date",
        b" Date: folded",
        b"Date : spaced",
        b"X-A: \r1",
        b"X-A: 1\r\nx-a: 2",
        b"X-A: 1",
        b"X-A\t: 1",
        b"Empty:",
        b": none",
        b"no colon",
        b"Connection: close",
        b"Connection: keep-alive",
        b"Connection: keep-alive, close",
        b"transfer-encoding: chunked",
    ]
)
BODY = st.sampled_from([b"ok", b"o", b"ok!", b"ok\r\n", b"\n\nok", b"\r\n\r\n", b""])


def closely(data: bytes, method: str) -> tuple[Head, bytes] | None:
    """Head and body of an answer, by the close look; None where it refuses them, or more is to come."""
    end = head_end(data, 0)
    try:
        head = read_head(data[:end], method) if end else None
    except ProtocolError:
        return None
    return None if head is None else (head, data[end:])


def see(*names: bytes) -> None:
    """Have these names, and the first lines of usual answers, be known."""
    for first in (b"200 OK", b"201 Created", b"404 Not Found"):
        read_head(b"HTTP/1.1 %b\r\n%b\r\n" % (first, b"".join(b"%b: 1\r\n" % name for name in names)), "HEAD")


@given(first=FIRST, lines=st.lists(LINE, max_size=4), body=BODY, method=st.sampled_from(["GET", "HEAD"]))
def test_what_is_read_in_one_go_is_what_the_close_look_finds(
    first: bytes, lines: list[bytes], body: bytes, method: str
) -> None:
    see(*(name for name in KNOWN.split(b"|") if name != b"transfer-encoding"))
    data = b"\r\n".join([first, *lines, b"", body])
    short = usual(data, method)
    if short is None:
        return
    long = closely(data, method)
    assert long is not None
    head, rest = long
    assert (head.lasting, head.length) == (True, len(rest))
    assert (short.status, short.headers, short.body) == (head.status, head.headers, rest)
    assert isinstance(short.headers, Headers)
    assert isinstance(head.headers, Headers)
    assert short.headers.written() == head.headers.written()


def test_an_answer_is_read_in_one_go_from_the_second_on() -> None:
    data = b"HTTP/1.1 299 Seldom\r\nX-Seldom: 1\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"
    assert usual(data, "GET") is None
    assert closely(data, "GET") is not None
    short = usual(data, "GET")
    assert short is not None
    assert (short.status, short.body) == (299, b"ok")
    assert short.headers == {"x-seldom": "1", "content-length": "2", "connection": "keep-alive"}
    assert isinstance(short.headers, Headers)
    assert short.headers.written()["x-seldom"] == "X-Seldom"


def test_only_so_many_names_and_first_lines_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "_NAMES", {})
    monkeypatch.setattr(heads, "_FIRST", {})
    long = b"X" * 300
    for number in range(1000):
        read_head(b"HTTP/1.1 200 OK %d\r\nX-%d: 1\r\n\r\n" % (number, number), "GET")
    read_head(b"HTTP/1.1 200 %b\r\n%b: 1\r\n\r\n" % (long, long), "GET")
    for first, name in ((b"HTTP/1.1 200 OK 999", b"Date"), (b"HTTP/1.1 200 OK", b"X-999"), (long, long)):
        assert usual(b"%b\r\n%b: 1\r\ncontent-length: 0\r\n\r\n" % (first, name), "GET") is None
