"""Checksums: their values, which header carries them, in trailers of streams, and answers held to them."""

from __future__ import annotations

import base64
import hashlib
import io
from binascii import crc32
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asdoc.runtime import checksums
from asdoc.runtime.endpoint import parse_endpoint
from asdoc.runtime.exceptions import ChecksumError, ClientSideError, MissingDependencyError, ParamValidationError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.parse import parse
from asdoc.runtime.serialize import RequestPlan, build
from asdoc.runtime.uploads import TrailedUpload, upload_of

from .tables import table

HTTPS, HTTP = "https://example.org", "http://127.0.0.1:5000"


def test_checksums_have_their_known_values() -> None:
    # the check values of the catalogue of parametrised CRC algorithms, over the digits 1 to 9
    digits = [b"1234", b"56789"]
    assert base64.b64decode(checksums.of("CRC32", digits)).hex() == "cbf43926"
    assert base64.b64decode(checksums.of("crc32c", digits)).hex() == "e3069283"
    assert base64.b64decode(checksums.of("CRC64NVME", digits)).hex() == "ae8b14860a799888"
    assert base64.b64decode(checksums.of("SHA256", digits)) == hashlib.sha256(b"123456789").digest()


def test_what_needs_a_package_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checksums, "_crt", lambda: None)
    with pytest.raises(MissingDependencyError, match="awscrt"):
        checksums.new("XXHASH64")


def put(endpoint: str = HTTPS, **arguments: Any) -> HttpRequest:
    service = table("s3")
    return build(service, service.operations["PutObject"], {"Bucket": "b", "Key": "k", **arguments}, endpoint=endpoint)


def crc(data: bytes) -> str:
    return base64.b64encode(crc32(data).to_bytes(4, "big")).decode()


def test_a_body_over_tls_has_its_checksum_behind_it() -> None:
    request = put(Body=b"hello")
    assert request.headers["x-amz-trailer"] == "x-amz-checksum-crc32"
    assert request.headers["content-encoding"] == "aws-chunked"
    assert request.headers["x-amz-decoded-content-length"] == "5"
    assert request.headers["x-amz-sdk-checksum-algorithm"] == "CRC32"
    assert request.content() == f"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:{crc(b'hello')}\r\n\r\n".encode()


def test_a_body_without_tls_has_its_checksum_ahead_of_it() -> None:
    request = put(HTTP, Body=b"hello", ContentEncoding="gzip")
    assert request.headers["x-amz-checksum-crc32"] == crc(b"hello")
    assert request.headers["content-encoding"] == "gzip"
    assert request.body == b"hello"


def test_a_checksum_that_the_caller_gives_is_the_one_that_is_sent() -> None:
    request = put(Body=b"hello", ChecksumSHA256="mine")
    assert request.headers["x-amz-checksum-sha256"] == "mine"
    assert "x-amz-trailer" not in request.headers


def test_the_algorithm_is_the_callers() -> None:
    request = put(HTTP, Body=b"hello", ChecksumAlgorithm="SHA1")
    assert base64.b64decode(request.headers["x-amz-checksum-sha1"]) == hashlib.sha1(b"hello").digest()  # noqa: S324
    with pytest.raises(ParamValidationError, match="ROT13"):
        put(HTTP, Body=b"hello", ChecksumAlgorithm="ROT13")


def test_an_operation_that_requires_a_checksum_has_one() -> None:
    service = table("s3")
    delete = {"Bucket": "b", "Delete": {"Objects": [{"Key": "k"}]}}
    request = build(service, service.operations["DeleteObjects"], delete, endpoint=HTTPS)
    assert request.headers["x-amz-checksum-crc32"] == crc(request.body)


@given(st.binary(max_size=300), st.integers(0, 300))
def test_a_file_is_sent_from_where_it_stands_and_again_from_there(data: bytes, start: int) -> None:
    file = io.BytesIO(data)
    file.seek(min(start, len(data)))
    request = put(Body=file)
    rest = data[start:]
    assert request.upload is not None
    assert request.upload.repeatable
    assert request.headers["x-amz-decoded-content-length"] == str(len(rest))
    assert request.content() == request.content() == put(Body=rest).content()


def test_an_iterator_is_sent_once_and_with_the_length_that_the_caller_tells() -> None:
    request = put(Body=iter([b"hel", b"", b"lo"]), ContentLength=5)
    assert request.headers["x-amz-decoded-content-length"] == "5"
    assert "content-length" not in request.headers
    assert request.content().endswith(f"x-amz-checksum-crc32:{crc(b'hello')}\r\n\r\n".encode())
    with pytest.raises(ClientSideError, match="read once"):
        request.content()
    with pytest.raises(ClientSideError, match="shorter"):
        put(Body=iter([b"hell"]), ContentLength=5).content()
    with pytest.raises(ClientSideError, match="longer"):
        put(Body=iter([b"hello!"]), ContentLength=5).content()


def test_a_pipe_cannot_be_sent_twice() -> None:
    class Pipe:
        def __init__(self) -> None:
            self.parts = [b"b", b"a"]

        def read(self, size: int = -1) -> bytes:
            return self.parts.pop() if self.parts else b""

    upload = upload_of(Pipe())
    assert (upload.length, upload.repeatable, b"".join(upload)) == (None, False, b"ab")
    with pytest.raises(ClientSideError):
        list(upload)
    assert not TrailedUpload(upload_of(Pipe()), "CRC32", "x").repeatable


def get(headers: dict[str, str], body: bytes) -> Any:
    service = table("s3")
    return parse(service, service.operations["GetObject"], HttpResponse(status=200, headers=headers, body=body))


def test_an_answer_is_asked_for_its_checksum_and_held_to_it() -> None:
    service = table("s3")
    plan = RequestPlan(service, service.operations["GetObject"])
    asked = plan.build({"Bucket": "b", "Key": "k"}, parse_endpoint(HTTPS))
    assert asked.headers["x-amz-checksum-mode"] == "ENABLED"
    right = {"x-amz-checksum-crc32": crc(b"hello")}
    assert get(right, b"hello")["Body"].read() == b"hello"
    body = get(right, b"hellO")["Body"]
    with pytest.raises(ChecksumError, match="CRC32"):
        list(body.iter_chunks(2))
    with pytest.raises(ChecksumError):
        get(right, b"")["Body"].read()


def test_a_checksum_of_parts_says_nothing_of_the_whole() -> None:
    assert get({"x-amz-checksum-crc32": "AAAAAA==-3"}, b"hello")["Body"].read() == b"hello"


def test_a_large_body_is_compressed_where_the_service_takes_it() -> None:
    import gzip

    service = table("cloudwatch", resolved=True)
    operation = service.operations["PutMetricData"]
    metrics = {"Namespace": "n", "MetricData": [{"MetricName": "m" * 200, "Value": 1.0} for _ in range(80)]}
    request = build(service, operation, metrics, endpoint=HTTPS)
    assert request.headers["content-encoding"] == "gzip"
    assert msgspec.json.decode(gzip.decompress(request.body))["Namespace"] == "n"
    assert "content-encoding" not in build(service, operation, {"Namespace": "n"}, endpoint=HTTPS).headers
