"""Files become objects, and objects files, as boto3 does it: what is stored is the same, and so are the requests."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
import pytest
from boto3.s3.transfer import TransferConfig as Boto3Config
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from asdoc.runtime.exceptions import ConnectionClosedError, ParamValidationError, ServiceError
from asdoc.runtime.extras import S3
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.transfers import Transfer, TransferConfig

from .buckets import played
from .test_buckets import Raw

MIB = 1024 * 1024
LARGE = bytes(range(256)) * (13 * MIB // 256)
SIZES: dict[str, Any] = {"multipart_threshold": 5 * MIB, "multipart_chunksize": 5 * MIB}


class Bucket:
    """As much of S3 as transfers ask for. Safe to use from many threads."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.seen: list[str] = []
        self.refuse: Callable[[str], bool] = lambda told: False
        self._lock = threading.Lock()

    def answer(self, method: str, url: str, headers: dict[str, str], body: bytes) -> HttpResponse:
        with self._lock:
            return self._answer(method, url, headers, body)

    def _answer(self, method: str, url: str, headers: dict[str, str], body: bytes) -> HttpResponse:
        parts = urlsplit(url)
        query = {name: held[0] for name, held in parse_qs(parts.query, keep_blank_values=True).items()}
        copied = headers.get("x-amz-copy-source", "")
        kept = (
            "range",
            "x-amz-copy-source",
            "x-amz-copy-source-range",
            "x-amz-storage-class",
            "x-amz-meta-a",
            "if-match",
        )
        told = " ".join(
            [f"{method} {parts.path}", *sorted(query), *(headers[name] for name in kept if name in headers)]
        )
        told += f" {query.get('partNumber', '')}"
        self.seen.append(told)
        if self.refuse(told):
            return HttpResponse(status=400, headers={}, body=b"<Error><Code>No</Code><Message>no</Message></Error>")
        key, upload = unquote(parts.path), query.get("uploadId", "")
        if copied:
            body = self._range(
                self.objects["/" + unquote(copied).split("/", 1)[1]], headers.get("x-amz-copy-source-range")
            )
        if method == "POST" and "uploads" in query:
            self.parts[key] = {}
            return _xml(f"<R><UploadId>{key}</UploadId></R>")
        if method == "PUT" and upload:
            self.parts[upload][int(query["partNumber"])] = body
            return _xml("<R><ETag>e</ETag></R>", etag="e") if copied else _xml("", etag="e")
        if method == "POST":
            numbers = [int(found) for found in re.findall(rb"<PartNumber>(\d+)<", body)]
            held = self.parts.pop(upload)
            self.objects[key] = b"".join(held[number] for number in numbers)
            return _xml("<R><Key>k</Key></R>")
        if method == "DELETE":
            del self.parts[upload]
            return HttpResponse(status=204, headers={})
        if method == "PUT":
            self.objects[key] = body
            return _xml("<R><ETag>e</ETag></R>" if copied else "")
        if key not in self.objects:
            return HttpResponse(status=404, headers={})
        found = self._range(self.objects[key], headers.get("range"))
        length = {"content-length": str(len(found)), "etag": '"e"'}
        return HttpResponse(status=200, headers=length, body=b"" if method == "HEAD" else found)

    @staticmethod
    def _range(data: bytes, told: str | None) -> bytes:
        if not told:
            return data
        begin, _, end = told.removeprefix("bytes=").partition("-")
        return data[int(begin) : int(end) + 1 if end else None]

    # -- as a transport of ours

    def send(self, request: HttpRequest, **limits: Any) -> HttpResponse:
        return self.answer(request.method, request.url, dict(request.headers), request.content())

    def close(self) -> None: ...

    # -- as what boto3 sends to

    def boto3(self) -> Any:
        client: Any = boto3.client("s3", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")

        def answer(request: Any, **_: Any) -> Any:
            headers = {name.lower(): _text(value) for name, value in request.headers.items()}
            body: Any = request.body or b""
            if hasattr(body, "read"):
                body = body.read()
            if "aws-chunked" in headers.get("content-encoding", ""):
                body = _dechunked(body)
            got = self.answer(request.method, request.url, headers, bytes(body))
            return AWSResponse(request.url, got.status, HTTPHeaders.from_dict(got.headers), Raw(got.body))

        client.meta.events.register("before-send", answer)
        return client


def _xml(text: str, **headers: str) -> HttpResponse:
    return HttpResponse(status=200, headers=headers, body=text.encode())


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _dechunked(body: bytes) -> bytes:
    held = []
    while body:
        size, _, body = body.partition(b"\r\n")
        count = int(size, 16)
        held.append(body[:count])
        if not count:
            break
        body = body[count + 2 :]
    return b"".join(held)


class OursInChunks(Bucket):
    """As the other, with what we send in chunks put together."""

    def send(self, request: HttpRequest, **limits: Any) -> HttpResponse:
        body = request.content()
        if "aws-chunked" in request.headers.get("content-encoding", ""):
            body = _dechunked(body)
        return self.answer(request.method, request.url, dict(request.headers), body)


def ours() -> tuple[Any, Bucket]:
    bucket = OursInChunks()
    client, _ = played("s3", kind=S3)
    client._made["transport"] = bucket
    return client, bucket


def theirs() -> tuple[Any, Bucket]:
    bucket = Bucket()
    return bucket.boto3(), bucket


@pytest.mark.parametrize("size", [0, 3, 5 * MIB - 1, 5 * MIB, len(LARGE)])
def test_files_go_up_and_come_down_as_with_boto3(size: int, tmp_path: Path) -> None:
    told = []
    for make, config in ((theirs, Boto3Config(**SIZES, use_threads=False)), (ours, TransferConfig(**SIZES))):
        client, bucket = make()
        path, again, counts = tmp_path / "up", tmp_path / "down", [0, 0]
        path.write_bytes(LARGE[:size])
        extra = {"StorageClass": "STANDARD_IA", "Metadata": {"a": "b"}}

        def count(number: int, which: int, counts: list[int] = counts) -> None:
            counts[which] += number

        client.upload_file(str(path), "b12", "k/é", extra, lambda number: count(number, 0), config)
        client.upload_fileobj(io.BytesIO(LARGE[:size]), "b12", "other", Config=config)
        client.copy({"Bucket": "b12", "Key": "other"}, "b12", "third", Config=config)
        client.download_file("b12", "k/é", str(again), None, lambda number: count(number, 1), config)
        whole = io.BytesIO()
        client.download_fileobj("b12", "third", whole, Config=config)
        assert again.read_bytes() == whole.getvalue() == bucket.objects["/other"] == LARGE[:size]
        assert counts == [size, size]
        assert sorted(tmp_path.iterdir()) == [again, path]
        told.append(sorted(line.replace("if-match", "") for line in bucket.seen if not line.startswith("GET")))
    assert told[0] == told[1]


def test_a_failed_upload_is_taken_back() -> None:
    for refused in ("partNumber uploadId 2", "POST /k uploadId"):
        client, bucket = ours()
        bucket.refuse = lambda told, refused=refused: refused in told  # type: ignore[misc]  # bound as the loop goes
        with pytest.raises(ServiceError, match="No"):
            client.upload_fileobj(io.BytesIO(LARGE), "b12", "k", Config=TransferConfig(**SIZES))
        assert not bucket.parts
        assert not bucket.objects


def test_a_failed_download_leaves_no_file_and_keeps_the_old_one(tmp_path: Path) -> None:
    client, bucket = ours()
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(ServiceError):
        client.download_file("b12", "none", str(path))
    bucket.objects["/k"] = LARGE
    bucket.refuse = lambda told: "bytes=5242880" in told
    with pytest.raises(ServiceError, match="No"):
        client.download_file("b12", "k", str(path), Config=TransferConfig(**SIZES))
    assert [found.read_bytes() for found in tmp_path.iterdir()] == [b"old"]


def test_a_part_that_breaks_off_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    client, bucket = ours()
    bucket.objects["/k"] = LARGE
    broken: list[Any] = []
    call = client._call

    def breaking(operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "GetObject" and len(broken) < 4:
            broken.append(arguments)
            raise ConnectionClosedError("reading")
        return call(operation, arguments)

    monkeypatch.setattr(client, "_call", breaking)
    whole = io.BytesIO()
    client.download_fileobj("b12", "k", whole, Config=TransferConfig(**SIZES))
    assert whole.getvalue() == LARGE
    broken.clear()
    with pytest.raises(ConnectionClosedError):
        client.download_fileobj("b12", "k", whole, Config=TransferConfig(num_download_attempts=1, use_threads=False))


def test_what_no_request_takes_is_refused_before_one() -> None:
    client, bucket = ours()
    with pytest.raises(ParamValidationError, match="Acl"):
        client.upload_fileobj(io.BytesIO(), "b12", "k", {"Acl": "private"})
    with pytest.raises(ParamValidationError, match="binary"):
        client.upload_fileobj(io.StringIO("x"), "b12", "k")
    with pytest.raises(FileNotFoundError):
        client.upload_file("/none/such", "b12", "k")
    assert not bucket.seen


def test_no_upload_has_more_parts_than_the_service_takes() -> None:
    client, _ = ours()
    transfer = Transfer(client, "PutObject", {"Bucket": "b12", "Key": "k"}, None, None, None)
    for size in (0, MIB, 80_000 * MIB, 5 * 1024 * 1024 * MIB):
        chunk = transfer._chunk(size)
        assert chunk >= 5 * MIB
        assert chunk * 10_000 >= size
