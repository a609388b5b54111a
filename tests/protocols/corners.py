"""Requests in the corners of REST with JSON: what is not given, what is named twice, and what only few models say."""

from __future__ import annotations

import math

from .rest_json import JSON, NO_BODY, TIME
from .world import Case, listed, mapped, of, structure

R, X = "restjson", "restxml"
_XML = {"content-type": "application/xml"}
_FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
_NULLS = "botocore cannot write a null"

CASES = [
    Case(
        R,
        "DocumentsInMap",
        {"In": structure(d="Map"), "Map": mapped("Document")},
        http="PUT /c",
        given={"d": {"a": {"f": 1, "o": "2"}, "b": [3, "4"], "c": 5, "d": True, "e": "six"}},
        body={"d": {"a": {"f": 1, "o": "2"}, "b": [3, "4"], "c": 5, "d": True, "e": "six"}},
        headers=JSON,
        unlike="botocore writes documents that are structures alone",
    ),
    Case(
        R,
        "UnionAbsent",
        {
            "In": structure(u="Choice") | {"payload": "u"},
            "Choice": structure(a="String") | {"union": True},
        },
        http="PUT /c",
        body=b"",
        headers=NO_BODY,
        unlike="botocore writes an empty structure, which is no union",
    ),
    Case(
        R,
        "ListAbsent",
        {"In": structure(l="StringList") | {"payload": "l"}},
        http="PUT /c",
        body=b"",
        headers=NO_BODY,
        unlike="botocore writes an empty structure, which is no list",
    ),
    Case(
        R,
        "NothingInUnion",
        {
            "In": structure(u="Choice"),
            "Choice": structure(none="Unit", named=of("String", locationName="_named")) | {"union": True},
            "Unit": structure(),
        },
        http="PUT /c",
        given={"u": {"none": {}}},
        body={"u": {"none": {}}},
        headers=JSON,
    ),
    Case(
        R,
        "NameInUnion",
        {
            "In": structure(u="Choice"),
            "Choice": structure(a=of("String", locationName="_A"), b="String") | {"union": True},
        },
        http="PUT /c",
        given={"u": {"a": "x"}},
        body={"u": {"_A": "x"}},
    ),
    Case(
        R,
        "ZeroAndFalse",
        {
            "In": structure(
                l="IntegerList", m="Flags", n="Numbers", f="Boolean", i="Integer", d="Double", t="Timestamp"
            ),
            "Flags": mapped("Boolean"),
            "Numbers": mapped("Integer"),
        },
        http="PUT /c",
        given={"l": [0], "m": {"x": False}, "n": {"x": 0}, "f": False, "i": 0, "d": 0.0, "t": 0},
        body={"l": [0], "m": {"x": False}, "n": {"x": 0}, "f": False, "i": 0, "d": 0.0, "t": 0},
    ),
    Case(
        R,
        "SparseOfEachKind",
        {
            "In": structure(a="Flags", b="Numbers", c="Structures", d="Lists", e="Times", f="Blobs"),
            "Flags": mapped("Boolean", sparse=True),
            "Numbers": mapped("Double", sparse=True),
            "Structures": listed("Inner", sparse=True),
            "Inner": structure(x="String"),
            "Lists": mapped("StringList", sparse=True),
            "Times": listed("Timestamp", sparse=True),
            "Blobs": listed("Blob", sparse=True),
        },
        http="PUT /c",
        given={
            "a": {"x": None},
            "b": {"x": None, "y": math.inf},
            "c": [None, {"x": "1"}],
            "d": {"x": [], "z": None},
            "e": [None, TIME],
            "f": [b"x", None],
        },
        body={
            "a": {"x": None},
            "b": {"x": None, "y": "Infinity"},
            "c": [None, {"x": "1"}],
            "d": {"x": [], "z": None},
            "e": [None, 1576540098],
            "f": ["eA==", None],
        },
        unlike=_NULLS,
    ),
    Case(
        R,
        "NoneWithin",
        {
            "In": structure(a="Inner", l="Inners", m="Sparse", u="Choice"),
            "Inner": structure(x="String", y="StringList", z="Inner"),
            "Inners": listed("Inner"),
            "Sparse": mapped("Inner", sparse=True),
            "Choice": structure(p="String", q="String") | {"union": True},
        },
        http="PUT /c",
        given={
            "a": {"x": None, "y": None, "z": {"x": None}},
            "l": [{"x": None, "y": []}],
            "m": {"k": None, "l": {"x": None}},
            "u": {"p": "1", "q": None},
        },
        body={"a": {"z": {}}, "l": [{"y": []}], "m": {"k": None, "l": {}}, "u": {"p": "1"}},
        unlike="botocore refuses it, and sends a null where it does not check",
    ),
    Case(
        R,
        "PrefixOfNothing",
        {
            "In": structure(
                a=of("String", location="header", locationName="X-A"),
                m=of("StringMap", location="headers", locationName="X-A-"),
            )
        },
        http="GET /c",
        given={"a": "1", "m": {}},
        headers={"x-a": "1", "x-a-": None},
        body=b"",
    ),
    Case(
        R,
        "PrefixWithNothing",
        {"In": structure(m=of("StringMap", location="headers", locationName="X-A-"))},
        http="GET /c",
        given={"m": {"b": "", "c": "x"}},
        headers={"x-a-b": "", "x-a-c": "x"},
    ),
    Case(
        R,
        "BlobOfNothing",
        {"In": structure(b="Blob") | {"payload": "b"}},
        http="POST /c",
        given={"b": b""},
        body=b"",
        headers=NO_BODY,
    ),
    Case(
        R,
        "ContentTypeWithoutBody",
        {"In": structure(k=of("String", location="header", locationName="Content-Type"), b="Blob") | {"payload": "b"}},
        http="POST /c",
        given={"k": "image/png"},
        body=b"",
        headers={"content-type": "image/png"},
    ),
    Case(
        R,
        "AcceptGiven",
        {"In": structure(a=of("String", location="header", locationName="Accept"), b="String")},
        http="POST /c",
        given={"a": "text/csv", "b": "x"},
        body={"b": "x"},
        headers={"accept": "text/csv", **JSON},
    ),
    Case(
        R,
        "LocationsBelow",
        {
            "In": structure(a="Inner"),
            "Inner": structure(
                q=of("String", location="querystring", locationName="quu"),
                h=of("String", location="header", locationName="X-H"),
            ),
        },
        http="POST /c",
        given={"a": {"q": "1", "h": "2"}},
        body={"a": {"quu": "1", "X-H": "2"}},
        headers={"x-h": None, **JSON},
    ),
    Case(
        R,
        "LengthTold",
        {
            "In": structure(
                n=of("Long", location="header", locationName="Content-Length"),
                b="Stream",
            )
            | {"payload": "b"}
        },
        http="PUT /c",
        given={"n": 4, "b": b"part"},
        body=b"part",
        headers={"content-length": "4"},
    ),
    Case(
        R,
        "DigestRequired",
        {"In": structure(a="String")},
        http="POST /c",
        operation={"httpChecksumRequired": True},
        given={"a": "x"},
        body={"a": "x"},
        headers={"content-md5": "j9gXJDY0sUT3CmGsp9/jiQ==", **JSON},
        unlike="botocore sends a checksum of another kind, which stands beside it",
    ),
]
