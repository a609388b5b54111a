"""Malformed requests: a share of what `python -m tests.malformed` does, what hypothesis thinks of, and raw bytes."""

from __future__ import annotations

import contextlib
import json
import random
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asdoc.appconfig.backend import Backend
from asdoc.proton.backend import Backend as Proton
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.server.limits import MAX_DEPTH, MAX_HEAD
from tests.malformed.__main__ import slope
from tests.malformed.laws import Subject
from tests.server.conftest import Wire
from tests.server.test_metrics import Server


@pytest.mark.parametrize("auth", [False, True])
def test_malformed_requests_are_answered_as_errors_and_nothing_else(auth: bool) -> None:
    subject = Subject(1, auth=auth)
    try:
        for number in range(8_000):
            subject.ask(number)
    finally:
        subject.close()
    assert {400, 404} <= set(subject.statuses) if not auth else {403} <= set(subject.statuses)


def test_growth_is_told_by_its_slope() -> None:
    assert slope([5, 5, 5, 5], 100) == 0
    assert slope([0, 1000, 2000, 3000], 100) == 10


BACKENDS = (Backend(), Proton())
words = st.text(max_size=20)


@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "DELETE"]) | words,
    target=st.sampled_from(
        ["/applications", "/applications/a", "/tags/arn:aws:x", "/", "/_asdoc/clock", "/_asdoc/faults"]
    )
    | words,
    headers=st.dictionaries(
        st.sampled_from(["content-type", "authorization", "x-amz-target", "host", "origin"]), words
    ),
    body=st.binary(max_size=200) | st.recursive(st.none() | words, st.lists).map(lambda v: json.dumps(v).encode()),
)
@settings(max_examples=300)
def test_whatever_hypothesis_thinks_of_is_answered(
    method: str, target: str, headers: dict[str, str], body: bytes
) -> None:
    for backend in BACKENDS:
        response = backend.handle(HttpRequest(method=method, target=target, headers=headers, body=body))
        assert response.status < 500 or response.status == 501
        assert b"Traceback" not in response.body


@pytest.mark.parametrize(("depth", "said"), [(MAX_DEPTH, "Name"), (MAX_DEPTH + 1, "nested deeper"), (100_000, "nest")])
def test_a_body_nests_as_deep_as_it_may_and_no_deeper(wire: Wire, depth: int, said: str) -> None:
    nested = b"[" * (depth - 1) + b"]" * (depth - 1)
    response = wire.send("POST", "/applications", b'{"Name": 1, "x": ' + nested + b"}")
    assert said in wire.refused(response, 400, "BadRequestException")


def test_brackets_in_a_text_do_not_nest(wire: Wire) -> None:
    assert wire.send("POST", "/applications", {"Name": "n", "Description": "[{" * 200}).status == 201


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("appconfig", "proton") as running:
        yield running


def sent(server: Server, data: bytes, *, patience: float = 10.0) -> bytes:
    """What comes back until the server closes, or says nothing for so long (in seconds)."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    parts = []
    with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=10) as connection:
        # Where the server closes before all is sent, what it said is still there.
        with contextlib.suppress(OSError):
            connection.sendall(data)
        connection.settimeout(patience)
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


LINE = b"GET /applications HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"


@pytest.mark.parametrize(
    "data",
    [
        LINE + b"x: " + b"y" * (8 * MAX_HEAD) + b"\r\n\r\n",
        LINE + b"".join(b"x%d: y\r\n" % number for number in range(200)) + b"\r\n",
        b"GET /" + b"a" * (8 * MAX_HEAD) + b" HTTP/1.1\r\nhost: localhost\r\n\r\n",
    ],
)
def test_a_head_over_the_limit_is_refused(server: Server, data: bytes) -> None:
    answer = sent(server, data)
    assert answer == b"" or answer.split(b" ", 2)[1] in (b"400", b"414", b"431")
    assert sent(server, LINE + b"\r\n").startswith(b"HTTP/1.1 200")


HEADS = (
    b"GET / HTTP/1.1\r\n", b"POST /applications HTTP/1.1\r\n", b"GET http://x/ HTTP/1.1\r\n",
    b"GET /applications HTTP/9.9\r\n", b"OPTIONS * HTTP/1.1\r\n", b"CONNECT a:1 HTTP/1.1\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET /%00%ff%2e%2e/ HTTP/1.1\r\n",
    b"GET /applications\x00 HTTP/1.1\r\n", b"\r\n\r\n", b"GET\r\n\r\n", b" ",
)  # fmt: skip
LINES = (
    b"host: localhost\r\n", b"content-length: 5\r\n", b"content-length: -1\r\n",
    b"content-length: 99999999999999999999\r\n", b"content-length: 1\r\ncontent-length: 2\r\n",
    b"transfer-encoding: chunked\r\n", b"transfer-encoding: gzip\r\n", b"expect: 100-continue\r\n", b"x\x00: y\r\n",
    b"no colon\r\n", b" folded\r\n", b": empty\r\n", b"upgrade: h2c\r\n", b"authorization: \xff\xfe\r\n",
    b"x-amz-target: AwsProton20200720.ListEnvironments\r\n", b"connection: close\r\n",
)  # fmt: skip
BODIES = (
    b"", b"{", b"{}", b'5\r\n{"a":\r\n0\r\n\r\n', b"zz\r\n", b"ffffffffffffffffff\r\nx", b"\x00" * 50, b"0\r\n\r\n",
)  # fmt: skip


def test_raw_bytes_end_in_an_answer_or_in_a_closed_connection(server: Server) -> None:
    rng = random.Random(4)  # noqa: S311 - nothing to guess
    for _ in range(400):
        head = rng.choice(HEADS)
        lines = b"".join(rng.choices(LINES, k=rng.randrange(4)))
        data = head + lines + b"\r\n" + rng.choice(BODIES)
        if rng.random() < 0.3:
            at = rng.randrange(len(data))
            data = data[:at] + rng.randbytes(rng.randrange(1, 8)) + data[at + rng.randrange(3) :]
        answer = sent(server, data, patience=0.05)
        for status in [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]]:
            assert status < b"500" or status == b"501", (data, answer)
        assert b"Traceback" not in answer
    assert sent(server, LINE + b"\r\n").startswith(b"HTTP/1.1 200")
    told = server.stop()
    assert "Traceback" not in told
    assert "panicked" not in told


def test_pipelined_requests_are_answered_in_their_order() -> None:
    with Server("appconfig") as fresh:
        one = b"GET /applications/%s HTTP/1.1\r\nhost: localhost\r\n\r\n"
        answer = sent(fresh, one % b"aaa" + one % b"bbb" + LINE + b"\r\n")
    assert answer.count(b"HTTP/1.1 ") == 3
    assert 0 < answer.find(b"aaa") < answer.find(b"bbb") < answer.find(b"Items")
