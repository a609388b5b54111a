"""Files become objects, and objects files, from a client that is awaited, and nothing is left of what is called off."""

from __future__ import annotations

import asyncio
import inspect
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asdoc.runtime.async_extras import AsyncS3
from asdoc.runtime.deadline import deadline
from asdoc.runtime.exceptions import DeadlineExceededError, ServiceError
from asdoc.runtime.extras import S3
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.transfers import TransferConfig

from .buckets import played
from .test_transfers import LARGE, SIZES, OursInChunks, ours

CONFIG = TransferConfig(**SIZES)


class Awaited(OursInChunks):
    """The same bucket to a client that is awaited; `waits` says which requests it does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: Callable[[HttpRequest], bool] = lambda request: False
        self.waiting = threading.Event()

    async def send(self, request: HttpRequest, **limits: Any) -> HttpResponse:  # type: ignore[override]  # awaited
        if self.waits(request):
            self.waiting.set()
            await asyncio.sleep(60)
        return OursInChunks.send(self, request, **limits)


def client() -> tuple[AsyncS3, Awaited]:
    bucket = Awaited()
    made: Any = played("s3", kind=AsyncS3)[0]
    made._made["transport"] = bucket
    return made, bucket


@pytest.mark.parametrize("size", [3, len(LARGE)])
def test_an_awaited_client_carries_files_by_the_same_requests(size: int, tmp_path: Path) -> None:
    path, again = tmp_path / "up", tmp_path / "down"
    path.write_bytes(LARGE[:size])
    source = {"Bucket": "b12", "Key": "k"}
    extra = {"StorageClass": "STANDARD_IA"}
    counts = [0, 0]

    def count(number: int) -> None:
        counts[0] += number

    async def carry(s3: AsyncS3, looker: AsyncS3) -> bytes:
        await s3.upload_file(str(path), "b12", "k", extra, count, CONFIG)
        await s3.upload_fileobj(io.BytesIO(LARGE[:size]), "b12", "other", Config=CONFIG)
        await s3.copy(source, "b12", "third", SourceClient=looker, Config=CONFIG)
        await s3.download_file("b12", "third", str(again), Config=CONFIG)
        whole = io.BytesIO()
        await s3.download_fileobj("b12", "other", whole, Config=CONFIG)
        return whole.getvalue()

    s3, bucket = client()
    assert asyncio.run(carry(s3, s3)) == again.read_bytes() == bucket.objects["/third"] == LARGE[:size]
    assert counts[0] == size

    blocking, expected = ours()
    blocking.upload_file(str(path), "b12", "k", extra, None, CONFIG)
    blocking.upload_fileobj(io.BytesIO(LARGE[:size]), "b12", "other", Config=CONFIG)
    blocking.copy(source, "b12", "third", SourceClient=blocking, Config=CONFIG)
    blocking.download_file("b12", "third", str(again), Config=CONFIG)
    blocking.download_fileobj("b12", "other", io.BytesIO(), Config=CONFIG)
    assert sorted(bucket.seen) == sorted(expected.seen)


def test_what_is_refused_reaches_who_awaits() -> None:
    s3, bucket = client()
    bucket.refuse = lambda told: "partNumber uploadId 2" in told
    with pytest.raises(ServiceError, match="No"):
        asyncio.run(s3.upload_fileobj(io.BytesIO(LARGE), "b12", "k", Config=CONFIG))
    assert not bucket.parts


def test_an_upload_that_is_cancelled_is_taken_back_before_its_task_ends() -> None:
    s3, bucket = client()
    bucket.waits = lambda request: "partNumber=2" in request.target

    async def cancel() -> None:
        task = asyncio.create_task(s3.upload_fileobj(io.BytesIO(LARGE), "b12", "k", Config=CONFIG))
        while not bucket.waiting.is_set():
            await asyncio.sleep(0.01)
        assert bucket.parts
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not bucket.parts

    asyncio.run(asyncio.wait_for(cancel(), 30))
    assert not bucket.objects


def test_a_deadline_around_a_transfer_holds_for_each_of_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    s3, bucket = client()
    blocking, other = ours()
    for seen in (bucket, other):
        seen.objects["/k"] = LARGE

    async def late() -> None:
        with deadline(0.000_001):
            await s3.download_fileobj("b12", "k", io.BytesIO(), Config=CONFIG)

    with pytest.raises(DeadlineExceededError):
        asyncio.run(late())
    answer = other.answer

    def slow(method: str, *told: Any) -> HttpResponse:
        if method == "GET":
            ended.wait(0.3)
        return answer(method, *told)

    ended = threading.Event()
    monkeypatch.setattr(other, "answer", slow)
    few = TransferConfig(**SIZES, max_concurrency=2)
    with pytest.raises(DeadlineExceededError), deadline(0.2):
        blocking.download_fileobj("b12", "k", io.BytesIO(), Config=few)


def test_both_clients_carry_by_one_signature() -> None:
    for name in ("upload_file", "upload_fileobj", "download_file", "download_fileobj", "copy"):
        plain, awaited = (inspect.signature(getattr(kind, name)).parameters for kind in (S3, AsyncS3))
        assert [(p.name, p.default, p.kind) for p in plain.values()] == [
            (p.name, p.default, p.kind) for p in awaited.values()
        ]
