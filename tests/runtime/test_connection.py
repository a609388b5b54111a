"""What a connection refuses to send, and which answers it does not believe."""

from __future__ import annotations

import pytest

from asdoc.runtime.exceptions import ProtocolError, TransportError
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.transports.pool import PoolTransport

from .servers import OK, always, scripted


def exchange(host: str, **parts: object) -> tuple[int, dict[str, str], bytes]:
    request = HttpRequest(**{"method": "GET", "host": host, "target": "/x", **parts})  # type: ignore[arg-type]  # a test's
    response = PoolTransport(environ={}).send(request, connect_timeout=5, read_timeout=5)
    return response.status, response.headers, response.body


@pytest.mark.parametrize(
    "parts",
    [
        {"headers": {"x-note": "a\r\nx-evil: 1"}},
        {"headers": {"x-note": "a\nb"}},
        {"headers": {"x-note\r\nx-evil": "1"}},
        {"target": "/a b"},
        {"target": "/x HTTP/1.1\r\nx-evil: 1\r\n\r\n"},
        {"method": "GET /y"},
    ],
    ids=repr,
)
def test_a_request_cannot_be_made_into_more_than_it_is(parts: dict[str, object]) -> None:
    with scripted(always(OK)) as server:
        with pytest.raises(TransportError):
            exchange(server.host, **parts)
        assert server.requests == []


@pytest.mark.parametrize(
    "head",
    [
        "content-length: 2\r\ncontent-length: 3",
        "content-length: 2, 3",
        "content-length: -1",
        "content-length: two",
        "content-length: 0x2",
        "transfer-encoding: gzip, chunked",
    ],
)
def test_an_answer_whose_length_cannot_be_told_is_refused(head: str) -> None:
    with (
        scripted(always(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\nok".encode())) as server,
        pytest.raises(ProtocolError),
    ):
        exchange(server.host)


def test_a_length_that_is_told_twice_alike_is_one() -> None:
    with scripted(always(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok")) as server:
        assert exchange(server.host)[2] == b"ok"


def test_headers_are_found_by_their_lower_case_names_joined_and_unfolded() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nx-a: 2\r\nX-Folded: a\r\n  b\r\n\r\nok"
    with scripted(always(answer)) as server:
        _, headers, body = exchange(server.host)
    assert headers == {"content-length": "2", "x-a": "1, 2", "x-folded": "a b"}
    assert body == b"ok"


def test_a_header_that_is_not_ascii_goes_as_utf_8() -> None:
    with scripted(always(OK)) as server:
        exchange(server.host, headers={"description": "grün"})
        assert "description: grün\r\n".encode() in server.requests[0]


def test_chunks_are_put_together() -> None:
    answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n"
    with scripted(always(answer)) as server:
        assert exchange(server.host)[2] == b"ok"
