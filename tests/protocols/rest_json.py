"""Requests of rest-json."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from .world import Case, of, structure

TIME = datetime(2019, 12, 16, 23, 48, 18, tzinfo=UTC)
R = "restjson"
JSON = {"content-type": "application/json"}
NO_BODY = {"content-type": None}

EMPTY = [
    Case(R, "NoInput", http="POST /a", body=b"", headers=NO_BODY),
    Case(R, "EmptyInput", {"In": structure()}, http="POST /a", body=b"", headers=NO_BODY),
    Case(R, "MembersNotGiven", {"In": structure(a="String")}, http="POST /a", body={}, headers=JSON),
    Case(R, "MembersNone", {"In": structure(a="String")}, http="POST /a", given={"a": None}, body={}, headers=JSON),
    Case(
        R,
        "HeaderAlone",
        {"In": structure(a=of("String", location="header", locationName="X-A"))},
        http="POST /a",
        given={"a": "1"},
        body=b"",
        headers={"x-a": "1", "content-type": None},
    ),
    Case(
        R,
        "HeaderAndBody",
        {"In": structure(a=of("String", location="header", locationName="X-A"), b="String")},
        http="GET /a",
        given={"a": "1"},
        body={},
        headers={"x-a": "1", **JSON},
    ),
    Case(
        R,
        "EmptyCollections",
        {"In": structure(a="StringList", b="StringMap", c="String", d="Blob")},
        http="POST /a",
        given={"a": [], "b": {}, "c": "", "d": b""},
        body={"a": [], "b": {}, "c": "", "d": ""},
        headers=JSON,
    ),
]

_PLACES = structure(
    "label",
    label=of("String", location="uri", locationName="label"),
    greedy=of("String", location="uri", locationName="greedy"),
    page=of("Integer", location="querystring", locationName="page"),
)
LABELS = [
    Case(
        R,
        "Labels",
        {"In": _PLACES},
        http="GET /l/{label}/x/{greedy+}",
        given={"label": "a/b c", "greedy": "a/b c"},
        target="/l/a%2Fb%20c/x/a/b%20c",
        body=b"",
        headers=NO_BODY,
    ),
    Case(
        R,
        "LabelsReserved",
        {"In": _PLACES},
        http="GET /l/{label}/{greedy+}",
        given={"label": "%:/?#[]@!$&'()*+,;=😹", "greedy": "%:?#[]@!$&'()*+,;=~é/"},
        target="/l/%25%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%F0%9F%98%B9"
        "/%25%3A%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D~%C3%A9/",
    ),
    Case(
        R,
        "LabelsTyped",
        {
            "In": structure(
                a=of("Integer", location="uri", locationName="a"),
                b=of("Boolean", location="uri", locationName="b"),
                c=of("Double", location="uri", locationName="c"),
                d=of("Timestamp", location="uri", locationName="d"),
                e=of("EpochSeconds", location="uri", locationName="e"),
                f=of("HttpDate", location="uri", locationName="f"),
                g=of("Timestamp", location="uri", locationName="g", timestampFormat="unixTimestamp"),
            )
        },
        http="GET /{a}/{b}/{c}/{d}/{e}/{f}/{g}",
        given={"a": 1, "b": True, "c": math.inf, "d": TIME, "e": TIME, "f": TIME, "g": TIME},
        target="/1/true/Infinity/2019-12-16T23%3A48%3A18Z/1576540098/Mon%2C%2016%20Dec%202019%2023%3A48%3A18%20GMT"
        "/1576540098",
    ),
    Case(
        R,
        "LabelsNotNumbers",
        {
            "In": structure(
                a=of("Float", location="uri", locationName="a"),
                b=of("Double", location="uri", locationName="b"),
                c=of("Float", location="querystring", locationName="c"),
                d=of("DoubleList", location="querystring", locationName="d"),
            )
        },
        http="GET /{a}/{b}",
        given={"a": math.nan, "b": -math.inf, "c": math.nan, "d": [math.inf, 1.5, -math.inf]},
        target="/NaN/-Infinity?c=NaN&d=Infinity&d=1.5&d=-Infinity",
    ),
    Case(
        R,
        "LiteralsInPath",
        {"In": _PLACES},
        http="GET /(a+)+/{label}/100%25/{greedy+}",
        given={"label": "x", "greedy": "y"},
        target="/(a+)+/x/100%25/y",
    ),
]

QUERIES = [
    Case(
        R,
        "QueryLiterals",
        {"In": _PLACES},
        http="GET /q/{label}?foo=bar&hello",
        given={"label": "x", "greedy": None, "page": 2},
        target="/q/x?foo=bar&hello&page=2",
    ),
    Case(
        R,
        "QueryAlone",
        {"In": structure(a=of("String", location="querystring", locationName="a b"))},
        http="GET /q",
        given={"a": "%:/?#[]@!$&'()*+,;=😹 é"},
        target="/q?a%20b=%25%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%F0%9F%98%B9%20%C3%A9",
    ),
    Case(
        R,
        "QueryEmpty",
        {
            "In": structure(
                a=of("String", location="querystring", locationName="a"),
                b=of("StringList", location="querystring", locationName="b"),
                c=of("StringMap", location="querystring"),
            )
        },
        http="GET /q",
        given={"a": "", "b": [], "c": {}},
        target="/q?a=",
    ),
    Case(
        R,
        "QueryTyped",
        {
            "In": structure(
                a=of("IntegerList", location="querystring", locationName="a"),
                b=of("BooleanList", location="querystring", locationName="b"),
                c=of("TimestampList", location="querystring", locationName="c"),
                d=of("EpochSeconds", location="querystring", locationName="d"),
                e=of("EnumList", location="querystring", locationName="e"),
                f=of("Long", location="querystring", locationName="f"),
            )
        },
        http="GET /q",
        given={"a": [1, 2], "b": [True, False], "c": [TIME], "d": TIME, "e": ["Foo", "new"], "f": 2**60},
        target="/q?a=1&a=2&b=true&b=false&c=2019-12-16T23%3A48%3A18Z&d=1576540098&e=Foo&e=new&f=1152921504606846976",
    ),
    Case(
        R,
        "QueryMaps",
        {
            "In": structure(
                a=of("String", location="querystring", locationName="corge"),
                b=of("StringListMap", location="querystring"),
            )
        },
        http="POST /q",
        given={"a": "named", "b": {"baz": ["bar", "qux"], "corge": ["other"]}},
        target="/q?corge=named&baz=bar&baz=qux",
        body=b"",
        headers=NO_BODY,
        unlike="in botocore the map outdoes the member that is named",
    ),
    Case(
        R,
        "QueryMapBefore",
        {
            "In": structure(
                b=of("StringMap", location="querystring"),
                a=of("String", location="querystring", locationName="bar"),
            )
        },
        http="POST /q",
        given={"b": {"bar": "fromMap", "qux": "alsoFromMap"}, "a": "named"},
        target="/q?bar=named&qux=alsoFromMap",
    ),
]

_HEADERS = structure(
    text=of("String", location="header", locationName="X-String"),
    long=of("Long", location="header", locationName="X-Long"),
    double=of("Double", location="header", locationName="X-Double"),
    flag=of("Boolean", location="header", locationName="X-Boolean"),
    texts=of("StringList", location="header", locationName="X-StringList"),
    numbers=of("IntegerList", location="header", locationName="X-IntegerList"),
    flags=of("BooleanList", location="header", locationName="X-BooleanList"),
    times=of("TimestampList", location="header", locationName="X-TimestampList"),
    enums=of("EnumList", location="header", locationName="X-EnumList"),
    time=of("Timestamp", location="header", locationName="X-Time"),
    iso=of("DateTime", location="header", locationName="X-Iso"),
    seconds=of("Timestamp", location="header", locationName="X-Seconds", timestampFormat="unixTimestamp"),
    value=of("String", location="header", locationName="X-Json", jsonvalue=True),
)
HEADERS = [
    Case(
        R,
        "HeadersTyped",
        {"In": _HEADERS},
        http="POST /h",
        given={
            "text": "Hello",
            "long": 2**53,
            "double": 1.1,
            "flag": False,
            "numbers": [1, 2],
            "flags": [True, False],
            "times": [TIME, TIME],
            "enums": ["Foo", "Bar"],
            "time": TIME,
            "iso": TIME,
            "seconds": TIME,
        },
        headers={
            "x-string": "Hello",
            "x-long": "9007199254740992",
            "x-double": "1.1",
            "x-boolean": "false",
            "x-integerlist": "1,2",
            "x-booleanlist": "true,false",
            "x-enumlist": "Foo,Bar",
            "x-timestamplist": "Mon, 16 Dec 2019 23:48:18 GMT,Mon, 16 Dec 2019 23:48:18 GMT",
            "x-time": "Mon, 16 Dec 2019 23:48:18 GMT",
            "x-iso": "2019-12-16T23:48:18Z",
            "x-seconds": "1576540098",
            "x-stringlist": None,
            "x-json": None,
            "content-type": None,
        },
        body=b"",
    ),
    Case(
        R,
        "HeadersQuoted",
        {"In": _HEADERS},
        http="POST /h",
        given={"texts": ["b,c", '"def"', "a", "x y"]},
        headers={"x-stringlist": '"b,c","\\"def\\"",a,x y'},
    ),
    Case(
        R,
        "HeadersEmpty",
        {"In": _HEADERS},
        http="GET /h",
        given={"text": "", "texts": [], "long": None},
        headers={"x-string": "", "x-stringlist": None, "x-long": None},
        body=b"",
    ),
    Case(
        R,
        "HeadersNotNumbers",
        {"In": _HEADERS},
        http="GET /h",
        given={"double": -math.inf},
        headers={"x-double": "-Infinity"},
    ),
    Case(
        R,
        "HeaderJson",
        {"In": _HEADERS},
        http="GET /h",
        given={"value": {"a": [1, None, "é"]}},
        headers={"x-json": "eyJhIjpbMSxudWxsLCLDqSJdfQ=="},
        unlike="botocore escapes what is not ASCII in the JSON",
    ),
    Case(
        R,
        "HeaderPrefix",
        {
            "In": structure(
                foo=of("String", location="header", locationName="x-foo"),
                fooMap=of("StringMap", location="headers", locationName="x-foo-"),
            )
        },
        http="GET /h",
        given={"foo": "Foo", "fooMap": {"abc": "Abc value", "Def": "Def value"}},
        headers={"x-foo": "Foo", "x-foo-abc": "Abc value", "x-foo-def": "Def value"},
    ),
    Case(
        R,
        "HeaderPrefixEmpty",
        {
            "In": structure(
                named=of("String", location="header", locationName="Hello"),
                any=of("StringMap", location="headers", locationName=""),
            )
        },
        http="GET /h",
        given={"named": "There", "any": {"x-foo": "Foo", "hello": "Hello"}},
        headers={"x-foo": "Foo", "hello": "There"},
        unlike="in botocore it is sent twice",
    ),
    Case(
        R,
        "HeaderContentType",
        {
            "In": structure(
                kind=of("String", location="header", locationName="Content-Type"),
                held="Blob",
            )
            | {"payload": "held"}
        },
        http="POST /h",
        given={"kind": "image/jpeg", "held": b"x"},
        headers={"content-type": "image/jpeg"},
        body=b"x",
    ),
]

CASES = EMPTY + LABELS + QUERIES + HEADERS
