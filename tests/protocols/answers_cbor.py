"""Answers of rpc-v2-cbor; the bytes are written by hand, as RFC 8949 has them."""

from __future__ import annotations

import math
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

from .rest_json import TIME
from .world import Case, Json, listed, mapped, of, structure

C = "cbor"
_PROTOCOL = {"smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor"}
_NUMBERS = structure(a="Long", b="Long", c="Double", d="Double", e="Float", f="Float", g="Double", h="Boolean")
_CHOICE = structure(a="String", b="Integer") | {"union": True}
_SECONDS = f"1a{int(TIME.timestamp()):08x}"
_HALF = f"fb{struct.pack('>d', TIME.timestamp() + 0.5).hex()}"


def _cbor(name: str, shapes: Json, answer: str, result: object, **more: Any) -> Case:
    return Case(C, f"Reads{name}", shapes, answer=bytes.fromhex(answer), result=result, told=_PROTOCOL, **more)


READ = [
    _cbor("Nothing", {"Out": structure(a="String")}, "", {}, unlike="botocore raises"),
    _cbor("NoOutput", {}, "", {}),
    _cbor("NoOutputButMap", {}, "a0", {}),
    _cbor("EmptyMap", {"Out": structure(a="String")}, "bf ff", {}),
    _cbor(
        "Numbers",
        {"Out": _NUMBERS},
        "a8 6161 1b7fffffffffffffff 6162 3b7fffffffffffffff 6163 fb3ff8000000000000 6164 f93e00 6165 fa3fc00000 "
        "6166 f97c00 6167 01 6168 f5",
        {"a": 2**63 - 1, "b": -(2**63), "c": 1.5, "d": 1.5, "e": 1.5, "f": math.inf, "g": 1.0, "h": True},
    ),
    _cbor(
        "Texts",
        {"Out": structure(a="String", b="Blob", c="Enum")},
        "bf 6161 7f 61c3 ff 6162 5f 4100 42ffff ff 6163 63666f6f ff".replace("7f 61c3 ff", "7f 6178 627979 ff"),
        {"a": "xyy", "b": b"\x00\xff\xff", "c": "foo"},
    ),
    _cbor(
        "Nulls",
        {"Out": structure(a="String", b="StringList", c="Timestamp", d="Blob")},
        "a4 6161 f6 6162 f7 6163 f6 6164 f7",
        {},
    ),
    _cbor(
        "Sparse",
        {
            "Out": structure(a="List", b="Map"),
            "List": listed("String", sparse=True),
            "Map": mapped("String", sparse=True),
        },
        "a2 6161 82 f6 6178 6162 a1 616b f6",
        {"a": [None, "x"], "b": {"k": None}},
        unlike="botocore drops a null of a map",
    ),
    _cbor(
        "Collections",
        {"Out": structure(a="StringList", b="StringMap", c="Lists"), "Lists": listed("StringList")},
        "bf 6161 9f 6178 ff 6162 bf 616b 6176 ff 6163 9f 80 9f 6179 ff ff ff",
        {"a": ["x"], "b": {"k": "v"}, "c": [[], ["y"]]},
    ),
    _cbor(
        "Times",
        {"Out": structure(a="Timestamp", b="Timestamp", c="Timestamp", d="TimestampList")},
        f"a4 6161 c1 {_SECONDS} 6162 c1 {_HALF} 6163 c1 20 6164 81 c1 {_SECONDS}",
        {
            "a": TIME,
            "b": TIME + timedelta(seconds=0.5),
            "c": datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
            "d": [TIME],
        },
    ),
    _cbor(
        "Tags",
        {"Out": structure(a="String", b="Blob")},
        "a2 6161 d81c 6178 6162 c2 4101",
        {"a": "x", "b": b"\x01"},
        unlike="botocore takes no other tag than that of times",
    ),
    _cbor(
        "Unknown",
        {"Out": structure(a="String")},
        "a3 6162 a1 6163 9f 01 ff 6164 f0 6161 6178".replace("6164 f0", "6164 f4"),
        {"a": "x"},
    ),
    _cbor("Unions", {"Out": structure(u="Choice"), "Choice": _CHOICE}, "a1 6175 a2 6161 f6 6162 07", {"u": {"b": 7}}),
    _cbor(
        "Renamed",
        {"Out": structure(a=of("String", locationName="Ay"))},
        "a1 624179 6178",
        {"a": "x"},
        unlike="botocore writes by this name, and reads by the other",
    ),
    _cbor(
        "Recursion",
        {"Out": structure(n="Node"), "Node": structure(v="String", n="Node")},
        "a1 616e a1 616e a1 6176 6178",
        {"n": {"n": {"v": "x"}}},
    ),
    _cbor(
        "Places",
        {"Out": structure(a=of("String", location="header", locationName="X-A"))},
        "a1 63582d41 6178",
        {"a": "x"},
        unlike="as for Renamed",
    ),
]

_BAD = {"Bad": structure(message="String", n="Integer") | {"exception": True, "error": {"httpStatusCode": 400}}}


def _text(text: str) -> str:
    data = text.encode()
    head = f"{0x60 + len(data):02x}" if len(data) < 24 else f"78{len(data):02x}"
    return f"{head} {data.hex()}"


def _error(name: str, code: str, result: object, **more: Any) -> Case:
    body = f"a3 {_text('__type')} {_text(code)} {_text('message')} {_text('no')} {_text('n')} 05"
    told = {"answer": bytes.fromhex(body), "told": _PROTOCOL, "status": 400, **more}
    return Case(C, f"Fails{name}", _BAD, errors=("Bad",), code=code.rpartition("#")[2], result=result, **told)


ERRORS = [
    _error("Modelled", "aws.x#FailsModelledBad", {"message": "no", "n": 5}),
    _error("Unknown", "aws.x#Other", {}),
    _error("Html", "503", {}, status=503, answer=b"<html>busy</html>", told={}, unlike="the body is quoted"),
]

CASES = READ + ERRORS
