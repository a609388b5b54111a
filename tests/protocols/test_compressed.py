"""A body is compressed where its service takes it so, from the size on that a client is told."""

from __future__ import annotations

import gzip
import importlib
import io
from typing import Any

import pytest

from asdoc.runtime.config import Config
from asdoc.runtime.exceptions import ConfigurationError
from asdoc.runtime.http import HttpRequest, HttpResponse

from .world import Case, of, structure

_GZIP = {"requestcompression": {"encodings": ["gzip"]}}
_CODING = of("String", location="header", locationName="Content-Encoding")
CASES = [
    Case("restjson", "Compressed", {"In": structure(a="String", coding=_CODING)}, operation=_GZIP),
    Case("awsquery", "Compressed", {"In": structure(a="String")}, operation=_GZIP),
    Case("restjson", "CompressedStream", {"In": structure(a="Stream") | {"payload": "a"}}, operation=_GZIP),
    Case("restjson", "CompressedLength", {"In": structure(a="LongStream") | {"payload": "a"}}, operation=_GZIP),
]


def sent(case: Case, config: Config | None = None, **arguments: Any) -> HttpRequest:
    seen: list[HttpRequest] = []

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse(status=200, body=b"<R/>" if case.service == "awsquery" else b"{}")

    client = importlib.import_module(case.service).Client("eu-west-1", backend=handle, config=config)
    getattr(client, case.method)(**arguments)
    return seen[0]


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("case", CASES[:2], ids=lambda case: case.service)
def test_a_large_body_is_compressed_and_a_small_one_is_not(case: Case) -> None:
    large, small = sent(case, a="x" * 10240), sent(case, a="x" * 9000)
    assert large.headers["content-encoding"] == "gzip"
    assert b"x" * 10240 in gzip.decompress(large.body)
    assert "content-encoding" not in small.headers
    assert b"x" * 9000 in small.body


@pytest.mark.usefixtures("made")
def test_the_size_is_the_clients_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[0]
    assert "content-encoding" in sent(case, Config(request_min_compression_size_bytes=1), a="x").headers
    assert "content-encoding" not in sent(case, Config(disable_request_compression=True), a="x" * 20000).headers
    monkeypatch.setenv("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "5")
    assert "content-encoding" in sent(case, a="x").headers
    monkeypatch.setenv("AWS_DISABLE_REQUEST_COMPRESSION", "true")
    assert "content-encoding" not in sent(case, a="x" * 20000).headers


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("size", ["-1", "many", "1048577"])
def test_a_size_that_is_none_is_refused(size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", size)
    with pytest.raises(ConfigurationError, match="0 to 1048576"):
        sent(CASES[0], a="x")


@pytest.mark.usefixtures("made")
def test_a_coding_that_a_caller_applied_comes_first() -> None:
    assert sent(CASES[0], a="x" * 20000, coding="custom").headers["content-encoding"] == "custom, gzip"


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("body", [b"part", io.BytesIO(b"part")], ids=["bytes", "file"])
def test_a_stream_is_compressed_unless_its_length_must_be_told(body: Any) -> None:
    assert gzip.decompress(sent(CASES[2], a=body).content()) == b"part"
    plain = sent(CASES[3], a=b"part")
    assert (plain.content(), plain.headers.get("content-encoding")) == (b"part", None)
