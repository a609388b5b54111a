"""A client over a `requests.Session` of the user's: what is signed is what is sent, and the session's tools work."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import responses

from asdoc.runtime.exceptions import (
    ClientSideError,
    ConnectError,
    ConnectionClosedError,
    ReadTimeout,
    TransportError,
)
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.transports.requests_session import RequestsTransport
from asdoc.runtime.uploads import upload_of

from .fake import Client
from .servers import OK, Scripted, always, read_request, scripted


def test_responses_answers_for_a_service() -> None:
    with responses.RequestsMock() as mock, requests.Session() as session:
        mock.get(
            "https://orchard.eu-west-1.amazonaws.com/trees/t%201",
            json={"TreeId": "t 1"},
            headers={"x-amzn-RequestId": "r"},
        )
        trees = Client("eu-west-1", aws_access_key_id="a", aws_secret_access_key="b", session=session)
        tree = trees.get_tree(TreeId="t 1")
        assert tree == {"TreeId": "t 1"}
        assert tree["ResponseMetadata"]["RequestId"] == "r"
        sent = mock.calls[0].request
        assert sent.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=a/")
        trees.close()


def test_what_is_signed_is_what_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with scripted(always(OK)) as server, requests.Session() as session:
        request = HttpRequest(
            method="POST",
            host=server.host,
            target="/a%7Eb/%2F?x=%20y&z",
            headers={"authorization": "signed"},
            body=b"{}",
        )
        assert RequestsTransport(session).send(request, connect_timeout=5, read_timeout=5).body == b"ok"
        head = server.requests[0].decode()
        assert head.startswith("POST /a%7Eb/%2F?x=%20y&z HTTP/1.1\r\n")
        assert "authorization: signed\r\n" in head.replace("Authorization", "authorization")


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    answer = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\nX-A: B\r\ncontent-length: 0\r\n\r\n"
    with scripted(always(answer)) as server, requests.Session() as session:
        request = HttpRequest(method="GET", host=server.host)
        response = RequestsTransport(session).send(request, connect_timeout=5, read_timeout=5)
        assert (response.status, response.headers["x-a"]) == (302, "B")


def test_its_errors_are_ours() -> None:
    def silent(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.recv(1)

    def broken(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)

    def short(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nab")

    with requests.Session() as session:
        transport = RequestsTransport(session)
        with scripted(silent) as server, pytest.raises(ReadTimeout):
            transport.send(HttpRequest(method="GET", host=server.host), connect_timeout=5, read_timeout=0.2)
        for script in (broken, short):
            with scripted(script) as server, pytest.raises(ConnectionClosedError) as caught:
                transport.send(HttpRequest(method="GET", host=server.host), connect_timeout=5, read_timeout=5)
            assert caught.value.sent
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        with pytest.raises(ConnectError) as refused:
            transport.send(HttpRequest(method="GET", host=f"127.0.0.1:{port}"), connect_timeout=5, read_timeout=5)
        assert not refused.value.sent


def parts() -> Iterator[bytes]:
    yield b"ab"
    yield b"cde"


@pytest.mark.parametrize(
    ("body", "length", "sent"),
    [
        (io.BytesIO(b"abcde"), None, b"content-length: 5"),
        (parts(), 5, b"content-length: 5"),
        (parts(), None, b"transfer-encoding: chunked"),
        (io.BytesIO(b""), None, b"content-length: 0"),
    ],
)
def test_a_body_that_is_read_as_it_is_sent_arrives(body: object, length: int | None, sent: bytes) -> None:
    with scripted(always(OK)) as server, requests.Session() as session:
        request = HttpRequest(method="PUT", host=server.host, upload=upload_of(body, length))
        assert RequestsTransport(session).send(request, connect_timeout=5, read_timeout=5).status == 200
        head, _, begun = server.requests[0].partition(b"\r\n\r\n")
        assert sent in head.lower()
        assert head.lower().count(b"content-length") + head.lower().count(b"transfer-encoding") == 1
        if sent == b"content-length: 5":
            assert begun == b"abcde"


def test_what_reading_a_body_raises_is_its_readers() -> None:
    with scripted(always(OK)) as server, requests.Session() as session:
        request = HttpRequest(method="PUT", host=server.host, upload=upload_of(io.BytesIO(b"abc"), 5))
        with pytest.raises(ClientSideError, match="shorter"):
            RequestsTransport(session).send(request, connect_timeout=5, read_timeout=0.5)


def test_a_body_that_stalls_is_told_as_that() -> None:
    def stalling(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nab")
        connection.recv(1)

    with scripted(stalling) as server, requests.Session() as session, pytest.raises(ReadTimeout):
        RequestsTransport(session).send(
            HttpRequest(method="GET", host=server.host), connect_timeout=5, read_timeout=0.2
        )


@pytest.mark.parametrize(
    ("raised", "kind", "sent"),
    [
        (ConnectionResetError("x"), ConnectionClosedError, True),
        (ConnectionRefusedError("x"), ConnectError, False),
        (TimeoutError("x"), ReadTimeout, True),
        (OSError("x"), TransportError, True),
        (requests.exceptions.ConnectionError(), ConnectionClosedError, True),
        (requests.exceptions.TooManyRedirects("x"), TransportError, True),
    ],
)
def test_what_an_adapter_lets_pass_is_a_transport_error(
    raised: Exception, kind: type[TransportError], sent: bool
) -> None:
    with responses.RequestsMock() as mock, requests.Session() as session:
        mock.get("http://a.example/", body=raised)
        with pytest.raises(TransportError) as caught:
            RequestsTransport(session).send(
                HttpRequest(method="GET", host="a.example"), connect_timeout=5, read_timeout=5
            )
        assert type(caught.value) is kind
        assert caught.value.sent is sent
