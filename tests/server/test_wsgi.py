from __future__ import annotations

import io
import json
from typing import Any
from wsgiref.validate import validator

import pytest

from asdoc.appconfig.backend import Backend
from asdoc.runtime.server.wsgi import read_body, wsgi_application


def environ(method: str, path: str, body: bytes = b"", query: str = "", **more: Any) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **more,
    }


class Site:
    def __init__(self) -> None:
        self.application: Any = wsgi_application(Backend())

    def call(self, *arguments: Any, **more: Any) -> tuple[str, dict[str, str], bytes]:
        started: list[Any] = []
        parts = self.application(environ(*arguments, **more), lambda *told: started.extend(told))
        return started[0], dict(started[1]), b"".join(parts)


@pytest.fixture
def site() -> Site:
    return Site()


def test_it_keeps_to_the_wsgi_standard() -> None:
    site = Site()
    site.application = validator(site.application)
    started: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        started.append((status, headers))
        return lambda data: None

    result = site.application(environ("GET", "/applications"), start)
    assert json.loads(b"".join(result)) == {"Items": []}
    result.close()
    assert started[0][0] == "200 OK"


def test_a_status_has_its_phrase_and_a_body_its_length(site: Site) -> None:
    status, headers, body = site.call("POST", "/applications", b'{"Name": "n"}')
    assert status == "201 Created"
    assert headers["content-length"] == str(len(body))
    identifier = json.loads(body)["Id"]
    status, headers, body = site.call("DELETE", f"/applications/{identifier}")
    assert (status, body) == ("204 No Content", b"")
    assert "content-length" not in headers


def test_a_decoded_path_is_not_decoded_again(site: Site) -> None:
    status, _, body = site.call("GET", "/applications/%41")
    assert status == "404 Not Found"
    assert json.loads(body)["ResourceName"] == "%41"


def test_a_path_comes_as_utf_8_in_latin_1(site: Site) -> None:
    _, _, body = site.call("GET", "/applications/" + "é".encode().decode("latin-1"))
    assert json.loads(body)["ResourceName"] == "é"
    status, _, body = site.call("GET", "/applications/\xff")
    assert status == "400 Bad Request"
    assert "UTF-8" in json.loads(body)["Message"]


def test_an_arn_may_have_slashes(site: Site) -> None:
    made = json.loads(site.call("POST", "/applications", b'{"Name": "n", "Tags": {"a": "b"}}')[2])["Id"]
    arn = f"arn:aws:appconfig:us-east-1:123456789012:application/{made}"
    assert json.loads(site.call("GET", f"/tags/{arn}")[2]) == {"Tags": {"a": "b"}}


class Endless(io.RawIOBase):
    """A body that would go on for ever, and counts what was read of it."""

    taken = 0

    def read(self, size: int = -1, /) -> bytes:
        assert size >= 0, "read without a bound"
        self.taken += size
        return b"x" * size


def test_a_body_over_the_limit_is_not_kept(site: Site) -> None:
    size = 10 * 1024 * 1024
    body = Endless()
    status, headers, _ = site.call("POST", "/applications", **{"wsgi.input": body, "CONTENT_LENGTH": str(size)})
    assert (status, headers["x-amzn-errortype"]) == ("400 Bad Request", "BadRequestException")
    assert body.taken == size


def test_a_body_without_a_length_is_read_to_the_limit(site: Site) -> None:
    body = Endless()
    status, _, _ = site.call(
        "POST", "/applications", **{"wsgi.input": body, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    )
    assert status == "400 Bad Request"
    assert body.taken < 100 * 1024 * 1024


@pytest.mark.parametrize(
    ("length", "content"), [("3", b"abc"), ("0", b""), (None, b"abcdef"), ("-1", b""), ("x", b""), ("²", b"")]
)
def test_a_length_is_digits(length: str | None, content: bytes) -> None:
    assert read_body(io.BytesIO(b"abcdef"), length, 100) == (content, len(content))
