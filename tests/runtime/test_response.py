"""A result reads as the dictionary on the page, and as typed attributes."""

from __future__ import annotations

import asyncio
import copy
import csv
import gzip
import io
import operator
import pickle
import tarfile
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import botocore.response
import pytest

from asdoc.runtime.response import EmptyResponse, StreamingBody

from .fake import Branch, Tree

META = {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}


def tree() -> Tree:
    planted = Tree(TreeId="t", Branches=[Branch(Length=2, Branches=[Branch(Length=1)])], lambda_="x")
    planted["ResponseMetadata"] = META
    return planted


def test_members_present_are_items_and_the_others_are_not() -> None:
    one = tree()
    assert one["TreeId"] == one.TreeId == "t"
    assert one["Branches"][0]["Branches"][0]["Length"] == 1
    assert one["lambda"] == "x"
    assert "TreeId" in one
    assert "Name" not in one
    assert "lambda_" not in one
    assert 5 not in one
    for name in ("Name", "lambda_", "NoMember"):
        with pytest.raises(KeyError, match=name):
            one[name]
    assert one.get("Name") is None
    assert one.get("Name", "none") == "none"


def test_it_is_walked_as_a_dictionary() -> None:
    one = tree()
    names = {"ResponseMetadata", "TreeId", "Branches", "lambda"}
    assert set(one) == set(one.keys()) == set(dict(one)) == names
    assert len(one) == len(one.values()) == len(one.items()) == 4
    assert {**one}["TreeId"] == "t"
    assert dict(one.items())["lambda"] == "x"
    assert bool(one)
    assert not EmptyResponse()


def test_a_plain_dictionary_comes_out_whole() -> None:
    plain = tree().to_dict()
    assert plain == {
        "ResponseMetadata": META,
        "TreeId": "t",
        "Branches": [{"Length": 2, "Branches": [{"Length": 1}]}],
        "lambda": "x",
    }
    assert type(plain["Branches"][0]) is dict


def test_it_equals_a_dictionary_of_what_the_page_shows() -> None:
    one = tree()
    page = {"TreeId": "t", "Branches": [{"Length": 2, "Branches": [{"Length": 1}]}], "lambda": "x"}
    assert one == page
    assert page == one
    assert one == {**page, "ResponseMetadata": META}
    assert one != {**page, "ResponseMetadata": {}}
    assert one != {**page, "Name": "oak"}
    assert one != {"TreeId": "t"}


def test_two_answers_are_equal_when_they_tell_the_same() -> None:
    one, other = tree(), tree()
    other["ResponseMetadata"] = {**META, "RequestId": "another"}
    assert one == other
    other["Name"] = "oak"
    assert one != other
    assert Branch() != EmptyResponse()
    assert one != 5


def test_what_code_for_boto3_does_to_a_response_works() -> None:
    one = tree()
    assert one.pop("ResponseMetadata") == META
    assert one.pop("ResponseMetadata", None) is None
    with pytest.raises(KeyError):
        one.pop("ResponseMetadata")
    del one["lambda"]
    one["Name"] = "oak"
    assert dict(one) == {"TreeId": "t", "Name": "oak", "Branches": one.Branches}
    with pytest.raises(KeyError, match=r"Tree documents no 'NoMember'; copy\(\) gives"):
        one["NoMember"] = 1


def test_it_does_what_a_dictionary_does() -> None:
    one = Branch(Length=1)
    assert one.setdefault("Branches", []) is one.Branches
    assert one.setdefault("Length", 5) == 1
    one.update({"Length": 2}, Branches=None)
    assert one == {"Length": 2}
    with pytest.raises(KeyError):
        one.update(Length=3, NoMember=1)
    assert one | {"Note": 1} == {"Length": 2, "Note": 1}
    assert {"Note": 1, "Length": 1} | one == {"Length": 2, "Note": 1}
    copied = one.copy()
    copied["Note"] = 1
    assert "Note" not in one
    assert one.keys() - {"Length"} == set()
    assert one.keys() == {"Length": 0}.keys()
    for other in (5, "text"):
        with pytest.raises(TypeError):
            operator.or_(one, other)


def test_it_is_a_mapping_to_whoever_asks() -> None:
    assert isinstance(Branch(), Mapping)
    match tree():
        case {"TreeId": found, "Branches": [{"Length": length}]}:
            assert (found, length) == ("t", 2)
        case _:
            pytest.fail("no pattern sees into an answer")


def test_it_is_copied_pickled_and_shown() -> None:
    one = tree()
    assert copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one  # noqa: S301  # our own bytes
    assert repr(Branch(Length=1)) == "Branch(Length=1)"
    with pytest.raises(TypeError):
        hash(one)


def test_a_stream_is_read_as_a_file() -> None:
    with StreamingBody(b"one\ntwo\nthree") as body:
        assert body.read(2) == b"on"
        assert body.tell() == 2
        assert list(body.iter_chunks(4)) == [b"e\ntw", b"o\nth", b"ree"]
        assert body.read() == b""
    assert body.closed
    with pytest.raises(ValueError, match="closed"):
        body.read()
    assert list(StreamingBody(b"one\ntwo").iter_lines()) == [b"one", b"two"]
    assert b"".join(StreamingBody(b"x" * 3000)) == b"x" * 3000
    assert StreamingBody(b"a") == StreamingBody(b"a") != StreamingBody(b"b")
    assert "3 bytes" in repr(StreamingBody(b"abc"))
    held = StreamingBody(b"abc")
    assert pickle.loads(pickle.dumps(held)) == copy.deepcopy(held) == held  # noqa: S301  # our own bytes


class InParts:
    """A stream that has at most so many bytes at hand, as a socket does."""

    def __init__(self, data: bytes, most: int) -> None:
        self._file, self._most = io.BytesIO(data), most

    def read(self, amount: int | None = None, /) -> bytes:
        return self._file.read() if amount is None or amount < 0 else self._file.read(min(amount, self._most))

    def close(self) -> None:
        self._file.close()


class InAwaitedParts(InParts):
    async def read(self, amount: int | None = None, /) -> bytes:  # type: ignore[override]  # awaited, unlike its base
        return super().read(amount)

    async def close(self) -> None:  # type: ignore[override]  # awaited, unlike its base
        super().close()


TEXT = b"one\r\ntwo\n\nthree, a longer line that comes in several parts\rand goes on\nlast"


def test_parts_are_as_large_as_asked_for_however_a_body_comes() -> None:
    body = StreamingBody(b"", InParts(TEXT, 3))
    assert body.read(8) == TEXT[:8]
    assert [len(part) for part in body.iter_chunks(20)] == [20, 20, 20, len(TEXT) - 68]
    assert StreamingBody(TEXT[:5], InParts(TEXT[5:], 2)).read(16) == TEXT[:16]


def test_an_awaited_body_comes_in_parts_and_lines_as_a_plain_one() -> None:
    def body() -> StreamingBody:
        return StreamingBody(TEXT[:4], InAwaitedParts(TEXT[4:], 3))

    async def all_of(parts: AsyncIterator[bytes]) -> list[bytes]:
        return [part async for part in parts]

    plain = StreamingBody(TEXT)
    assert asyncio.run(all_of(body().aiter_lines(7))) == list(plain.iter_lines())
    assert [len(part) for part in asyncio.run(all_of(body().aiter_chunks(30)))] == [30, 30, len(TEXT) - 60]


def names_of(packed: Any) -> list[str]:
    with tarfile.open(fileobj=packed, mode="r|gz") as archive:
        return archive.getnames()


@pytest.mark.parametrize("most", [1, 4, 4096])
def test_what_reads_files_reads_a_body_as_it_reads_boto3s(most: int) -> None:
    """Each of these is a way in which code written for boto3 reads a body."""

    def ours(data: bytes = TEXT) -> StreamingBody:
        return StreamingBody(b"", InParts(data, most))

    def boto3s(data: bytes = TEXT) -> Any:
        return botocore.response.StreamingBody(io.BytesIO(data), len(data))

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a"), io.BytesIO())
    ways: list[Callable[[Any], Any]] = [
        lambda body: next(body()),
        lambda body: (
            (body := body()) and [body.readline(), body.readline(2), body.readline(), body.read(), body.tell()]
        ),
        lambda body: (body := body()) and [body.readline(0), body.readlines()],
        lambda body: body().readlines(5) if body is ours else [b"one\r\n"],
        lambda body: io.TextIOWrapper(body()).readlines(),
        lambda body: list(csv.reader(io.TextIOWrapper(body(), newline=""))),
        lambda body: io.BufferedReader(body()).readlines(),
        lambda body: gzip.GzipFile(fileobj=body(gzip.compress(TEXT))).read(),
        lambda body: names_of(body(packed.getvalue())),
        lambda body: [isinstance(body(), io.IOBase), body().seekable(), body().writable(), body().readable()],
        lambda body: list(body().iter_lines(5, keepends=True)),
    ]
    for number, way in enumerate(ways):
        assert way(ours) == way(boto3s), number
    with pytest.raises(StopIteration):
        next(ours(b""))


def test_a_body_read_by_lines_is_held_to_its_checksum() -> None:
    class Seen:
        told, ended = b"", False

        def update(self, part: bytes, /) -> None:
            self.told += part

        def finish(self) -> None:
            self.ended = True

    seen = Seen()
    body = StreamingBody(b"", InParts(TEXT, 5), watch=seen)
    assert b"".join(iter(body.readline, b"")) == TEXT
    assert seen.told == TEXT
    assert seen.ended
