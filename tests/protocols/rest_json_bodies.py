"""Requests of rest-json: what stands in the body, and around it."""

from __future__ import annotations

import io
import math
from decimal import Decimal

from .rest_json import JSON, NO_BODY, R, TIME
from .world import Case, listed, mapped, of, structure

BODIES = [
    Case(
        R, "Scalars",
        {"In": structure(
            a="String", b="Integer", c="Long", d="Float", e="Double", f="Boolean", g="Blob", h="Timestamp", i="DateTime",
            j="HttpDate", k="EpochSeconds", l="Enum", m="Document", n=of("Timestamp", timestampFormat="iso8601"),
        )},
        http="PUT /b",
        given={
            "a": "é😹\"\\\n\u0001", "b": -1, "c": 2**63 - 1, "d": 1.5, "e": 2, "f": False, "g": b"\x00\xff", "h": TIME, "i": TIME,
            "j": TIME, "k": TIME.replace(microsecond=500_000), "l": "new", "m": {"a": [1, 2.5, None, True, "x", {}]},
            "n": TIME,
        },
        body={
            "a": "é😹\"\\\n\u0001", "b": -1, "c": 9223372036854775807, "d": 1.5, "e": 2, "f": False, "g": "AP8=",
            "h": 1576540098, "i": "2019-12-16T23:48:18Z", "j": "Mon, 16 Dec 2019 23:48:18 GMT", "k": 1576540098.5,
            "l": "new", "m": {"a": [1, 2.5, None, True, "x", {}]}, "n": "2019-12-16T23:48:18Z",
        },
        headers=JSON, unlike="botocore cuts the fraction of a second",
    ),
    Case(
        R, "NotNumbers", {"In": structure(a="Float", b="Double", c="DoubleList", d="Double")}, http="PUT /b",
        given={"a": math.nan, "b": math.inf, "c": [-math.inf, 0.0], "d": Decimal("1.25")},
        body={"a": "NaN", "b": "Infinity", "c": ["-Infinity", 0.0], "d": 1.25},
    ),
    Case(
        R, "NotNumbersAsTexts", {"In": structure(a="Float", b="Double", c="DoubleList")}, http="PUT /b",
        given={"a": "NaN", "b": "Infinity", "c": ["-Infinity"]}, body={"a": "NaN", "b": "Infinity", "c": ["-Infinity"]},
    ),
    Case(
        R, "NamesInBody",
        {"In": structure(a=of("Inner", locationName="jsonA")), "Inner": structure(b=of("String", locationName="jsonB"), c="Inner")},
        http="PUT /b", given={"a": {"b": "1", "c": {"c": {"b": "2"}}}},
        body={"jsonA": {"jsonB": "1", "c": {"c": {"jsonB": "2"}}}}, headers=JSON,
    ),
    Case(
        R, "NestedLists",
        {"In": structure(a="Lists", b="Maps", c="MapOfTimes"), "Lists": listed("StringList"), "Maps": mapped("StringListMap"),
         "MapOfTimes": mapped(of("Timestamp"), of("Enum"))},
        http="PUT /b", given={"a": [["x"], []], "b": {"k": {"l": ["m"]}, "": {}}, "c": {"Foo": TIME}},
        body={"a": [["x"], []], "b": {"k": {"l": ["m"]}, "": {}}, "c": {"Foo": 1576540098}},
    ),
    Case(
        R, "SparseLists",
        {"In": structure(a="Sparse", b="SparseMap"), "Sparse": listed("String", sparse=True),
         "SparseMap": mapped("Inner", sparse=True), "Inner": structure(x="Blob")},
        http="PUT /b", given={"a": [None, "hi"], "b": {"k": None, "l": {"x": b"a"}}},
        body={"a": [None, "hi"], "b": {"k": None, "l": {"x": "YQ=="}}},
        unlike="botocore makes an empty structure of a null",
    ),
    Case(
        R, "Unions", {"In": structure(u="Choice"), "Choice": structure(a="String", b="Choice", c="Blob") | {"union": True}},
        http="PUT /b", given={"u": {"b": {"b": {"c": b"x"}}}}, body={"u": {"b": {"b": {"c": "eA=="}}}},
    ),
    Case(
        R, "NoneInside", {"In": structure(a="Inner"), "Inner": structure(x="String", y="StringList")}, http="PUT /b",
        given={"a": {"x": None, "y": []}}, body={"a": {"y": []}}, unlike="botocore writes a null",
    ),
    Case(
        R, "DocumentAlone", {"In": structure(doc="Document") | {"payload": "doc"}}, http="PUT /d",
        given={"doc": {"a": [1, None]}}, body={"a": [1, None]}, headers=JSON, 
    ),
    Case(
        R, "DocumentText", {"In": structure(doc="Document") | {"payload": "doc"}}, http="PUT /d", given={"doc": "hello"},
        body="hello", headers=JSON, unlike="botocore raises",
    ),
]  # fmt: skip


def _payload(shape: object, **more: object) -> dict[str, object]:
    return structure(held=shape, id=of("String", location="header", locationName="X-Id"), **more) | {"payload": "held"}


PAYLOADS = [
    Case(
        R, "PayloadStructure", {"In": _payload("Inner"), "Inner": structure(a="String", b=of("Timestamp", locationName="bee"))},
        http="PUT /p", given={"held": {"a": "1", "b": TIME}, "id": "7"}, body={"a": "1", "bee": 1576540098},
        headers={"x-id": "7", **JSON},
    ),
    Case(
        R, "PayloadStructureEmpty", {"In": _payload("Inner"), "Inner": structure(a="String")}, http="PUT /p",
        given={"held": {}}, body={}, headers=JSON,
    ),
    Case(
        R, "PayloadStructureAbsent", {"In": _payload("Inner"), "Inner": structure(a="String")}, http="PUT /p",
        given={"id": "7"}, body={}, headers={"x-id": "7", **JSON},
    ),
    Case(
        R, "PayloadUnion", {"In": _payload("Choice"), "Choice": structure(a="String") | {"union": True}}, http="PUT /p",
        given={"held": {"a": "1"}}, body={"a": "1"}, headers=JSON,
    ),
    Case(R, "PayloadList", {"In": _payload("StringList")}, http="PUT /p", given={"held": ["a"]}, body=["a"], headers=JSON,
         unlike="botocore cannot write it"),
    Case(R, "PayloadMap", {"In": _payload("StringMap")}, http="PUT /p", given={"held": {"a": "b"}}, body={"a": "b"},
         headers=JSON, unlike="botocore cannot write it"),
    Case(
        R, "PayloadBlob", {"In": _payload("Blob")}, http="POST /p", given={"held": b"\x00blob"}, body=b"\x00blob",
        headers={"content-type": "application/octet-stream"},
    ),
    Case(R, "PayloadBlobAbsent", {"In": _payload("Blob")}, http="POST /p", given={"id": "7"}, body=b"", headers=NO_BODY),
    Case(
        R, "PayloadText", {"In": _payload("String")}, http="POST /p", given={"held": "é"}, body="é".encode(),
        headers={"content-type": "text/plain"},
    ),
    Case(R, "PayloadTextAbsent", {"In": _payload("String")}, http="POST /p", body=b"", headers=NO_BODY),
    Case(
        R, "PayloadEnum", {"In": _payload("Enum")}, http="POST /p", given={"held": "Foo"}, body=b"Foo",
        headers={"content-type": "text/plain"},
    ),
    Case(
        R, "PayloadStream", {"In": _payload("Stream")}, http="POST /p", given={"held": io.BytesIO(b"part"), "id": "7"}, body=b"part",
        headers={"content-type": "application/octet-stream", "x-id": "7"}, unlike="a file can be read once",
    ),
    Case(
        R, "PayloadStreamWithLength", {"In": _payload("LongStream")}, http="POST /p", given={"held": b"part"}, body=b"part",
        headers={"content-type": "application/octet-stream"},
    ),
    Case(
        R, "PayloadStreamOfMembers", {"In": _payload("Stream")}, http="POST /p", given={"held": bytearray(b"part")}, body=b"part",
        headers={"content-type": "application/octet-stream"},
    ),
]  # fmt: skip

AROUND = [
    Case(
        R, "HostPrefix", {"In": structure(a="String")}, http="POST /e", operation={"endpoint": {"hostPrefix": "data."}},
        host="data.example.org",
    ),
    Case(
        R, "HostLabel", {"In": structure("label", label=of("String", hostLabel=True))}, http="POST /e",
        operation={"endpoint": {"hostPrefix": "foo.{label}."}}, given={"label": "bar"}, host="foo.bar.example.org",
        body={"label": "bar"},
    ),
    Case(
        R, "TokenGiven", {"In": structure(token=of("String", location="querystring", locationName="token", idempotencyToken=True))},
        http="POST /t", given={"token": "mine"}, target="/t?token=mine", body=b"", headers=NO_BODY,
    ),
    Case(R, "ContentLengthGet", {"In": structure(a=of("String", location="uri", locationName="a"))}, http="DELETE /x/{a}",
         given={"a": "b"}, target="/x/b", body=b"", headers={"content-type": None, "content-length": None}),
    Case(R, "HeadRequest", {"In": structure(a=of("String", location="uri", locationName="a"))}, http="HEAD /x/{a}",
         given={"a": "b"}, target="/x/b", body=b"", headers=NO_BODY),
    Case(R, "PatchRequest", {"In": structure(a="String")}, http="PATCH /x", given={"a": "b"}, body={"a": "b"}, headers=JSON),
    Case(
        R, "Reserved", {"In": structure(**{"type": "String", "None": "String", "list": "StringList", "class": "Integer"})},
        http="POST /k", given={"type": "a", "None": "c", "list": ["d"], "class": 1},
        body={"type": "a", "None": "c", "list": ["d"], "class": 1},
    ),
]  # fmt: skip

CASES = BODIES + PAYLOADS + AROUND
