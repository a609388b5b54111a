"""A result reads as the dictionary on the page, and as typed attributes."""

from __future__ import annotations

import copy
import pickle

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
    with pytest.raises(KeyError):
        one["NoMember"] = 1


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
