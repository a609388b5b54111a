"""A map of headers has its keys as the service wrote them, over every transport."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import aiohttp
import pytest
import requests

from asdoc.runtime.http import Headers, HttpRequest, HttpResponse
from asdoc.runtime.parse import parse
from asdoc.runtime.transports.aio_pool import AsyncPoolTransport
from asdoc.runtime.transports.aiohttp_session import AiohttpTransport
from asdoc.runtime.transports.pool import PoolTransport
from asdoc.runtime.transports.requests_session import RequestsTransport

from .tables import table


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.send_header("X-AMZ-Meta-Colour", "Red")
        self.send_header("x-amz-meta-tag", "a")
        self.send_header("X-Amz-Meta-Tag", "b")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return None


@pytest.fixture
def request_of_a_server() -> Iterator[HttpRequest]:
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    yield HttpRequest(method="GET", host=f"127.0.0.1:{server.server_port}", headers={"accept": "*/*"})
    server.shutdown()
    server.server_close()


LIMITS = {"connect_timeout": 5.0, "read_timeout": 5.0}


def metadata(response: HttpResponse) -> object:
    s3 = table("s3")
    assert response.headers["x-amz-meta-colour"] == "Red"
    assert json.loads(json.dumps(response.headers))["x-amz-meta-tag"] == "a, b"
    return parse(s3, s3.operations["HeadObject"], response)["Metadata"]


def test_a_pool_gives_names_as_they_were_written(request_of_a_server: HttpRequest) -> None:
    transport = PoolTransport(environ={})
    response = transport.send(request_of_a_server, **LIMITS)
    transport.close()
    assert metadata(response) == {"Colour": "Red", "Tag": "a, b"}


def test_a_session_of_requests_gives_names_as_they_were_written(request_of_a_server: HttpRequest) -> None:
    with requests.Session() as session:
        response = RequestsTransport(session).send(request_of_a_server, **LIMITS)
    assert metadata(response) == {"Colour": "Red", "tag": "a, b"}


def test_what_is_awaited_gives_names_as_they_were_written(request_of_a_server: HttpRequest) -> None:
    async def run() -> list[HttpResponse]:
        pool = AsyncPoolTransport(environ={})
        async with aiohttp.ClientSession() as session:
            found = [
                await transport.send(request_of_a_server, **LIMITS) for transport in (pool, AiohttpTransport(session))
            ]
        await pool.close()
        return found

    for response in asyncio.run(run()):
        assert metadata(response) == {"Colour": "Red", "Tag": "a, b"}


def test_headers_of_pairs_join_what_is_there_twice() -> None:
    headers = Headers.of([("A-b", "1"), ("a-B", "2"), ("c", "3")])
    assert headers == {"a-b": "1, 2", "c": "3"}
    assert headers.written() == {"a-b": "a-B", "c": "c"}
