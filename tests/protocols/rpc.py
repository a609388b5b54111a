"""Requests of the protocols that post everything to one place: json, query, ec2, rpc-v2-cbor."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from .rest_json import TIME
from .world import VERSION, Case, listed, mapped, of, structure

_SCALARS = structure(
    a="String",
    b="Integer",
    c="Long",
    d="Float",
    e="Double",
    f="Boolean",
    g="Blob",
    h="Timestamp",
    i="DateTime",
    j="HttpDate",
    k="EpochSeconds",
    l="Enum",
)
_GIVEN: dict[str, Any] = {
    "a": "é😹 &=+%",
    "b": -1,
    "c": 2**63 - 1,
    "d": 1.5,
    "e": -0.25,
    "f": False,
    "g": b"\x00\xff",
    "h": TIME,
    "i": TIME,
    "j": TIME,
    "k": TIME,
    "l": "new",
}
_RENAMED = {
    "In": structure(a=of("Inner", locationName="Ay"), b="Inner"),
    "Inner": structure(x=of("String", locationName="ex"), y="Inner"),
}
_RENAMED_GIVEN = {"a": {"x": "1", "y": {"x": "2"}}, "b": {}}


# -- json


def _json(service: str, version: str, *, query: bool = False) -> list[Case]:
    def case(name: str, shapes: dict[str, Any], given: dict[str, Any], body: Any, **more: Any) -> Case:
        headers = {
            "content-type": f"application/x-amz-json-{version}",
            "x-amz-target": f"{service.capitalize()}.{name}",
            "x-amzn-query-mode": "true" if query else None,
        }
        return Case(service, name, shapes, given=given, body=body, headers=headers, **more)

    return [
        case("NoInput", {}, {}, {}),
        case("NoHttp", {"In": {"type": "structure"}}, {}, {}, http="", target="/"),
        case("EmptyInput", {"In": structure()}, {}, {}),
        case("NothingGiven", {"In": structure(a="String")}, {"a": None}, {}),
        case("Paths", {"In": structure(a="String")}, {"a": "x"}, {"a": "x"}, http="POST /"),
        case(
            "Scalars",
            {"In": _SCALARS},
            _GIVEN,
            {
                "a": "é😹 &=+%",
                "b": -1,
                "c": 2**63 - 1,
                "d": 1.5,
                "e": -0.25,
                "f": False,
                "g": "AP8=",
                "h": 1576540098,
                "i": "2019-12-16T23:48:18Z",
                "j": "Mon, 16 Dec 2019 23:48:18 GMT",
                "k": 1576540098,
                "l": "new",
            },
        ),
        case(
            "NotNumbers",
            {"In": structure(d="Float", e="DoubleList")},
            {"d": math.nan, "e": [math.inf, -math.inf]},
            {"d": "NaN", "e": ["Infinity", "-Infinity"]},
        ),
        case(
            "Fractions",
            {"In": structure(h="Timestamp", i="DateTime")},
            {"h": datetime(2000, 1, 2, 20, 34, 56, 123000, UTC), "i": datetime(2000, 1, 2, 20, 34, 56, 123000, UTC)},
            {"h": 946845296.123, "i": "2000-01-02T20:34:56.123000Z"},
            unlike="botocore cuts the fraction of a number",
        ),
        case("Renamed", _RENAMED, _RENAMED_GIVEN, {"Ay": {"ex": "1", "y": {"ex": "2"}}, "b": {}}),
        case(
            "Collections",
            {"In": structure(a="StringList", b="StringMap", c="Blobs"), "Blobs": mapped("Blob")},
            {"a": [], "b": {"": ""}, "c": {"k": b"x"}},
            {"a": [], "b": {"": ""}, "c": {"k": "eA=="}},
        ),
        case(
            "Sparse",
            {"In": structure(a="List"), "List": listed("String", sparse=True)},
            {"a": [None, "x"]},
            {"a": [None, "x"]},
        ),
        case(
            "Documents",
            {"In": structure(a="Document", b="Document", c="Document")},
            {"a": {"x": [None, 1.5]}, "b": "text", "c": [1]},
            {"a": {"x": [None, 1.5]}, "b": "text", "c": [1]},
        ),
        case(
            "Prefixed",
            {"In": structure("b", b=of("String", hostLabel=True))},
            {"b": "lab"},
            {"b": "lab"},
            operation={"endpoint": {"hostPrefix": "x.{b}-"}},
            host="x.lab-example.org",
        ),
        case(
            "Payloads",
            {"In": structure(a="Inner") | {"payload": "a"}, "Inner": structure(x="String")},
            {"a": {"x": "1"}},
            {"a": {"x": "1"}},
        ),
    ]


# -- the forms


def _form(
    service: str, name: str, shapes: dict[str, Any], given: dict[str, Any], *pairs: tuple[str, str], **more: Any
) -> Case:
    return Case(
        service,
        name,
        shapes,
        given=given,
        body=[("Action", name), ("Version", VERSION), *pairs],
        headers={"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
        **more,
    )


def _awsquery(name: str, shapes: dict[str, Any], given: dict[str, Any], *pairs: tuple[str, str], **more: Any) -> Case:
    return _form("awsquery", name, shapes, given, *pairs, **more)


def _ectwo(name: str, shapes: dict[str, Any], given: dict[str, Any], *pairs: tuple[str, str], **more: Any) -> Case:
    capitals = "botocore leaves the first letter of a name that is the member's own"
    return _form("ectwo", name, shapes, given, *pairs, **{"unlike": capitals if pairs else "", **more})


_TEXTS = [
    ("a", "é😹 &=+%"),
    ("b", "-1"),
    ("c", "9223372036854775807"),
    ("d", "1.5"),
    ("e", "-0.25"),
    ("f", "false"),
    ("g", "AP8="),
    ("h", "2019-12-16T23:48:18Z"),
    ("i", "2019-12-16T23:48:18Z"),
    ("j", "Mon, 16 Dec 2019 23:48:18 GMT"),
    ("k", "1576540098"),
    ("l", "new"),
]
_NAMED = listed(of("String", locationName="item"))
_FLAT = listed("String", flattened=True)
_FLAT_NAMED = listed(of("String", locationName="item"), flattened=True)

QUERY = [
    _awsquery("NoInput", {}, {}),
    _awsquery("EmptyInput", {"In": structure()}, {}),
    _awsquery("NothingGiven", {"In": structure(a="String")}, {"a": None}),
    _awsquery("Scalars", {"In": _SCALARS}, _GIVEN, *_TEXTS),
    _awsquery(
        "NotNumbers",
        {"In": structure(d="Float", e="DoubleList")},
        {"d": math.nan, "e": [math.inf, -math.inf]},
        ("d", "NaN"),
        ("e.member.1", "Infinity"),
        ("e.member.2", "-Infinity"),
    ),
    _awsquery("Renamed", _RENAMED, _RENAMED_GIVEN, ("Ay.ex", "1"), ("Ay.y.ex", "2")),
    _awsquery("EmptyText", {"In": structure(a="String", b="Blob")}, {"a": "", "b": b""}, ("a", ""), ("b", "")),
    _awsquery(
        "Lists",
        {
            "In": structure(
                a="StringList",
                b="Named",
                c="Flat",
                d="FlatNamed",
                e=of("FlatHi", locationName="Hi"),
                f="Inners",
                g=of("Flat", locationName="Ho"),
                h="Nested",
                i=of("StringList", locationName="Eye"),
            ),
            "Named": _NAMED,
            "Flat": _FLAT,
            "FlatNamed": _FLAT_NAMED,
            "FlatHi": listed(of("String", locationName="Hi"), flattened=True),
            "Inners": listed("Inner"),
            "Inner": structure(x="StringList"),
            "Nested": listed("StringList"),
        },
        {
            "a": ["1", "2"],
            "b": ["3"],
            "c": ["4", "5"],
            "d": ["6"],
            "e": ["7"],
            "f": [{"x": ["8"]}, {}],
            "g": ["9"],
            "h": [["10"]],
            "i": ["11"],
        },
        ("a.member.1", "1"),
        ("a.member.2", "2"),
        ("b.item.1", "3"),
        ("c.1", "4"),
        ("c.2", "5"),
        ("item.1", "6"),
        ("Hi.1", "7"),
        ("f.member.1.x.member.1", "8"),
        ("Ho.1", "9"),
        ("h.member.1.member.1", "10"),
        ("Eye.member.1", "11"),
    ),
    _awsquery(
        "EmptyLists",
        {"In": structure(a="StringList", b="Flat", c="StringMap"), "Flat": _FLAT},
        {"a": [], "b": [], "c": {}},
        ("a", ""),
        ("b", ""),
    ),
    _awsquery(
        "Maps",
        {
            "In": structure(
                a="StringMap",
                b="Named",
                c="Flat",
                d=of("Flat", locationName="Hi"),
                e="OfInner",
                f="OfLists",
                g="FlatNamed",
            ),
            "Named": mapped(of("String", locationName="V"), of("String", locationName="K")),
            "Flat": mapped("String", flattened=True),
            "OfInner": mapped("Inner"),
            "Inner": structure(x=of("String", locationName="ex")),
            "OfLists": mapped("StringList"),
            "FlatNamed": mapped(of("String", locationName="V"), of("String", locationName="K"), flattened=True),
        },
        {
            "a": {"k": "1", "l": "2"},
            "b": {"m": "3"},
            "c": {"n": "4"},
            "d": {"o": "5"},
            "e": {"p": {"x": "6"}},
            "f": {"q": ["7"]},
            "g": {"r": "8"},
        },
        ("a.entry.1.key", "k"),
        ("a.entry.1.value", "1"),
        ("a.entry.2.key", "l"),
        ("a.entry.2.value", "2"),
        ("b.entry.1.K", "m"),
        ("b.entry.1.V", "3"),
        ("c.1.key", "n"),
        ("c.1.value", "4"),
        ("Hi.1.key", "o"),
        ("Hi.1.value", "5"),
        ("e.entry.1.key", "p"),
        ("e.entry.1.value.ex", "6"),
        ("f.entry.1.key", "q"),
        ("f.entry.1.value.member.1", "7"),
        ("g.1.K", "r"),
        ("g.1.V", "8"),
    ),
    _awsquery(
        "Recursive",
        {
            "In": structure(n="Node"),
            "Node": structure(v="String", l="Nodes", m="ByName"),
            "Nodes": listed("Node"),
            "ByName": mapped("Node"),
        },
        {"n": {"v": "1", "l": [{"v": "2"}], "m": {"k": {"v": "3"}}}},
        ("n.v", "1"),
        ("n.l.member.1.v", "2"),
        ("n.m.entry.1.key", "k"),
        ("n.m.entry.1.value.v", "3"),
    ),
    _awsquery(
        "Formats",
        {"In": structure(a=of("Timestamp", timestampFormat="unixTimestamp"), b="TimestampList")},
        {"a": TIME, "b": [TIME]},
        ("a", "1576540098"),
        ("b.member.1", "2019-12-16T23:48:18Z"),
    ),
    _awsquery(
        "Prefixed",
        {"In": structure("b", b=of("String", hostLabel=True))},
        {"b": "lab"},
        ("b", "lab"),
        operation={"endpoint": {"hostPrefix": "x.{b}."}},
        host="x.lab.example.org",
    ),
]

EC2 = [
    _ectwo("NoInput", {}, {}),
    _ectwo("EmptyInput", {"In": structure()}, {}),
    _ectwo("Scalars", {"In": _SCALARS}, _GIVEN, *((name.upper(), value) for name, value in _TEXTS)),
    _ectwo(
        "NotNumbers",
        {"In": structure(d="Float", e="DoubleList")},
        {"d": math.nan, "e": [math.inf, -math.inf]},
        ("D", "NaN"),
        ("E.1", "Infinity"),
        ("E.2", "-Infinity"),
    ),
    _ectwo(
        "Names",
        {
            "In": structure(
                a=of("String", locationName="tint"),
                b=of("String", queryName="B"),
                c=of("String", queryName="C", locationName="see"),
                d="Inner",
                e=of("String", queryName="lower"),
            ),
            "Inner": structure(x=of("String", locationName="ex"), y="Inner"),
        },
        {"a": "1", "b": "2", "c": "3", "d": {"x": "4", "y": {"x": "5"}}, "e": "6"},
        ("Tint", "1"),
        ("B", "2"),
        ("C", "3"),
        ("D.Ex", "4"),
        ("D.Y.Ex", "5"),
        ("lower", "6"),
    ),
    _ectwo(
        "Lists",
        {
            "In": structure(
                a="StringList",
                b="Named",
                c="Flat",
                d=of("FlatNamed", locationName="Hi"),
                e="Inners",
                f=of("StringList", queryName="Eff"),
            ),
            "Named": _NAMED,
            "Flat": _FLAT,
            "FlatNamed": _FLAT_NAMED,
            "Inners": listed("Inner"),
            "Inner": structure(x="StringList"),
        },
        {"a": ["1", "2"], "b": ["3"], "c": ["4"], "d": ["5"], "e": [{"x": ["6"]}, {}], "f": ["7"]},
        ("A.1", "1"),
        ("A.2", "2"),
        ("B.1", "3"),
        ("C.1", "4"),
        ("Hi.1", "5"),
        ("E.1.X.1", "6"),
        ("Eff.1", "7"),
    ),
    _ectwo("EmptyLists", {"In": structure(a="StringList", b="String")}, {"a": [], "b": ""}, ("B", "")),
    _ectwo(
        "Recursive",
        {"In": structure(n="Node"), "Node": structure(v="String", l="Nodes"), "Nodes": listed("Node")},
        {"n": {"v": "1", "l": [{"v": "2", "l": [{"v": "3"}]}]}},
        ("N.V", "1"),
        ("N.L.1.V", "2"),
        ("N.L.1.L.1.V", "3"),
    ),
    _ectwo(
        "Prefixed",
        {"In": structure("b", b=of("String", hostLabel=True))},
        {"b": "lab"},
        ("B", "lab"),
        operation={"endpoint": {"hostPrefix": "x.{b}."}},
        host="x.lab.example.org",
    ),
]


# -- cbor


def _cbor(name: str, shapes: dict[str, Any], given: dict[str, Any], body: Any, **more: Any) -> Case:
    headers = {"smithy-protocol": "rpc-v2-cbor", "accept": "application/cbor", "x-amz-target": None}
    kind = None if body == b"" else "application/cbor"
    return Case(
        "cbor",
        name,
        shapes,
        given=given,
        body=body,
        target=f"/service/Cbor/operation/{name}",
        headers={**headers, "content-type": kind},
        **more,
    )


CBOR = [
    _cbor("NoInput", {}, {}, b""),
    _cbor("EmptyInput", {"In": structure()}, {}, {}),
    _cbor("NothingGiven", {"In": structure(a="String")}, {"a": None}, {}),
    _cbor(
        "Scalars",
        {"In": _SCALARS},
        _GIVEN,
        {
            "a": "é😹 &=+%",
            "b": -1,
            "c": 2**63 - 1,
            "d": 1.5,
            "e": -0.25,
            "f": False,
            "g": b"\x00\xff",
            "h": TIME,
            "i": TIME,
            "j": TIME,
            "k": TIME,
            "l": "new",
        },
    ),
    _cbor(
        "Numbers",
        {"In": structure(a="Long", b="Long", c="IntegerList", d="Double", e="Float")},
        {"a": -(2**63), "b": 2**32, "c": [0, 23, 24, 255, 256, 65535, 65536, -24, -25, -256, -257], "d": 1, "e": 3},
        {"a": -(2**63), "b": 2**32, "c": [0, 23, 24, 255, 256, 65535, 65536, -24, -25, -256, -257], "d": 1.0, "e": 3.0},
    ),
    _cbor(
        "Endless",
        {"In": structure(a="Float", b="DoubleList")},
        {"a": math.inf, "b": [-math.inf, math.inf]},
        {"a": math.inf, "b": [-math.inf, math.inf]},
    ),
    _cbor(
        "Fractions",
        {"In": structure(h="Timestamp")},
        {"h": datetime(2000, 1, 2, 20, 34, 56, 123000, UTC)},
        {"h": datetime(2000, 1, 2, 20, 34, 56, 123000, UTC)},
    ),
    _cbor(
        "Collections",
        {"In": structure(a="StringList", b="StringMap", c="Lists"), "Lists": listed("StringList")},
        {"a": [], "b": {"": ""}, "c": [["x"], []]},
        {"a": [], "b": {"": ""}, "c": [["x"], []]},
    ),
    _cbor(
        "Sparse",
        {"In": structure(a="List", b="Map"), "List": listed("String", sparse=True), "Map": mapped("Blob", sparse=True)},
        {"a": [None, "x"], "b": {"k": None}},
        {"a": [None, "x"], "b": {"k": None}},
        unlike="botocore cannot write a null",
    ),
    _cbor("Renamed", _RENAMED, _RENAMED_GIVEN, {"Ay": {"ex": "1", "y": {"ex": "2"}}, "b": {}}),
    _cbor(
        "Unions",
        {"In": structure(u="Choice"), "Choice": structure(a="String", b="Choice") | {"union": True}},
        {"u": {"b": {"a": "x"}}},
        {"u": {"b": {"a": "x"}}},
    ),
    _cbor(
        "Prefixed",
        {"In": structure("b", b=of("String", hostLabel=True))},
        {"b": "lab"},
        {"b": "lab"},
        operation={"endpoint": {"hostPrefix": "x.{b}."}},
        host="x.lab.example.org",
    ),
]

CASES = (
    _json("jsonten", "1.0") + _json("jsoneleven", "1.1") + _json("jsonquery", "1.0", query=True) + QUERY + EC2 + CBOR
)
