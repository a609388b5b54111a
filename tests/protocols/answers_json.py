"""Answers in JSON: of rest-json, and of json."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from .rest_json import TIME
from .world import Case, Json, listed, mapped, of, structure

R, J, Q = "restjson", "jsoneleven", "jsonquery"
_HALF = TIME + timedelta(milliseconds=123)

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
_TEXT = (
    b'{"a":"\\u00e9\\ud83d\\ude39","b":-1,"c":9223372036854775807,"d":1.5,"e":2,"f":false,"g":"AP8=","h":1576540098,'
    b'"i":"2019-12-16T23:48:18Z","j":"Mon, 16 Dec 2019 23:48:18 GMT","k":1576540098.0,"l":"new","unknown":{"x":[1]}}'
)
_READ = {
    "a": "é😹",
    "b": -1,
    "c": 2**63 - 1,
    "d": 1.5,
    "e": 2.0,
    "f": False,
    "g": b"\x00\xff",
    "h": TIME,
    "i": TIME,
    "j": TIME,
    "k": TIME,
    "l": "new",
}
_TIMES = structure(
    a="Timestamp", b="Timestamp", c="Timestamp", d="DateTime", e="HttpDate", f="DateTime", g="EpochSeconds"
)
_CHOICE = structure(a="String", b="Integer", c="Choice") | {"union": True}


def _both(name: str, shapes: Json, answer: bytes, result: object, **more: Any) -> list[Case]:
    return [Case(service, f"Reads{name}", shapes, answer=answer, result=result, **more) for service in (R, J)]


BODIES = [
    *_both("Scalars", {"Out": _SCALARS}, _TEXT, _READ),
    *_both("Nulls", {"Out": _SCALARS}, b'{"a":null,"b":null,"h":null,"g":null}', {}),
    *_both("Nothing", {"Out": _SCALARS}, b"", {}),
    *_both("NoOutput", {}, b"", {}),
    *_both("NoOutputButBody", {}, b'{"a":1}', {}),
    *_both("EmptyOutput", {"Out": structure()}, b"{}", {}),
    *_both(
        "NotNumbers",
        unlike="botocore makes numbers of them in rest-json alone",
        shapes={"Out": structure(a="Float", b="Double", c="DoubleList")},
        answer=b'{"a":"Infinity","b":"-Infinity","c":[1,"Infinity"]}',
        result={"a": math.inf, "b": -math.inf, "c": [1.0, math.inf]},
    ),
    *_both(
        "Times",
        {"Out": _TIMES},
        b'{"a":1576540098.123,"b":"2019-12-16T23:48:18.123Z","c":"1576540098","d":"2019-12-17T00:48:18+01:00",'
        b'"e":"Mon, 16 Dec 2019 23:48:18.123 GMT","f":"2019-12-16T22:48:18-01:00","g":-1}',
        {
            "a": _HALF,
            "b": _HALF,
            "c": TIME,
            "d": TIME,
            "e": _HALF,
            "f": TIME,
            "g": datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
        },
    ),
    *_both(
        "Lists",
        {
            "Out": structure(a="Lists", b="Sparse", c="Inners", d="TimestampList"),
            "Lists": listed("StringList"),
            "Sparse": listed("String", sparse=True),
            "Inners": listed("Inner"),
            "Inner": structure(x=of("String", locationName="ex")),
        },
        b'{"a":[[],["x"]],"b":[null,"hi"],"c":[{"ex":"1"},{}],"d":[1576540098]}',
        {"a": [[], ["x"]], "b": [None, "hi"], "c": [{"x": "1"}, {}], "d": [TIME]},
    ),
    *_both(
        "Maps",
        {
            "Out": structure(a="OfInner", b="Sparse", c="OfBlob", d="StringListMap"),
            "OfInner": mapped("Inner"),
            "Inner": structure(x="String"),
            "Sparse": mapped("String", sparse=True),
            "OfBlob": mapped("Blob"),
        },
        b'{"a":{"k":{"x":"1"}},"b":{"k":null,"":"v"},"c":{"k":"eA=="},"d":{"k":[]}}',
        {"a": {"k": {"x": "1"}}, "b": {"k": None, "": "v"}, "c": {"k": b"x"}, "d": {"k": []}},
    ),
    *_both(
        "Documents",
        {"Out": structure(a="Document", b="Document", c="Document", d="Document")},
        b'{"a":{"x":[1,2.5,null,true,{}]},"b":"text","c":[null],"d":5}',
        {"a": {"x": [1, 2.5, None, True, {}]}, "b": "text", "c": [None], "d": 5},
    ),
    *_both(
        "Unions",
        {"Out": structure(u="Choice", v="Choice", w="Choice"), "Choice": _CHOICE},
        b'{"u":{"a":"x","b":null},"v":{"__type":"a#b","c":{"b":7}},"w":null}',
        {"u": {"a": "x"}, "v": {"c": {"b": 7}}},
    ),
    *_both(
        "Recursion",
        {"Out": structure(n="Node"), "Node": structure(v="String", n="Node", l="Nodes"), "Nodes": listed("Node")},
        b'{"n":{"v":"1","n":{"l":[{"v":"2","n":{"v":"3"}}]}}}',
        {"n": {"v": "1", "n": {"l": [{"v": "2", "n": {"v": "3"}}]}}},
    ),
    *_both(
        "Renamed",
        {"Out": structure(a=of("String", locationName="Ay"), b="String")},
        b'{"Ay":"1","a":"2","b":"3"}',
        {"a": "1", "b": "3"},
    ),
    *_both("Space", {"Out": structure(a="String")}, b' \r\n\t{ "a" : "1" } \n', {"a": "1"}),
    Case(
        J,
        "ReadsTextsForNumbers",
        {"Out": structure(a="Integer", b="Boolean", c="Double")},
        answer=b'{"a":"1","b":"true","c":"1.5"}',
        result={"a": 1, "b": True, "c": 1.5},
        unlike="botocore hands on what came",
    ),
]

_HEADERS = structure(
    text=of("String", location="header", locationName="X-String"),
    number=of("Long", location="header", locationName="X-Long"),
    double=of("Double", location="header", locationName="X-Double"),
    flag=of("Boolean", location="header", locationName="X-Boolean"),
    texts=of("StringList", location="header", locationName="X-StringList"),
    numbers=of("IntegerList", location="header", locationName="X-IntegerList"),
    flags=of("BooleanList", location="header", locationName="X-BooleanList"),
    times=of("TimestampList", location="header", locationName="X-TimestampList"),
    time=of("Timestamp", location="header", locationName="X-Time"),
    iso=of("DateTime", location="header", locationName="X-Iso"),
    seconds=of("EpochSeconds", location="header", locationName="X-Seconds"),
    value=of("String", location="header", locationName="X-Json", jsonvalue=True),
    prefixed=of("StringMap", location="headers", locationName="X-Foo-"),
    status=of("Integer", location="statusCode"),
    held="String",
)
PLACES = [
    Case(
        R,
        "ReadsHeadersAsWritten",
        {"Out": _HEADERS},
        answer=b"{}",
        told={"X-String": "Hello", "X-Foo-Abc": "Abc value", "x-foo-DEF": "Def value"},
        result={"text": "Hello", "prefixed": {"Abc": "Abc value", "DEF": "Def value"}, "status": 200},
    ),
    Case(
        R,
        "ReadsHeaders",
        {"Out": _HEADERS},
        status=201,
        answer=b'{"held":"x"}',
        told={
            "x-string": "Hello",
            "x-long": "9007199254740993",
            "x-double": "-Infinity",
            "x-boolean": "true",
            "x-integerlist": "1, 2,3",
            "x-booleanlist": "true,false",
            "x-time": "Mon, 16 Dec 2019 23:48:18 GMT",
            "x-iso": "2019-12-16T23:48:18Z",
            "x-seconds": "1576540098",
            "x-json": "eyJhIjpbMV19",
            "x-foo-abc": "Abc",
            "x-foo-": "none",
            "x-stringlist": "a,b , c",
        },
        result={
            "text": "Hello",
            "number": 9007199254740993,
            "double": -math.inf,
            "flag": True,
            "numbers": [1, 2, 3],
            "flags": [True, False],
            "time": TIME,
            "iso": TIME,
            "seconds": TIME,
            "value": {"a": [1]},
            "prefixed": {"abc": "Abc", "": "none"},
            "texts": ["a", "b", "c"],
            "status": 201,
            "held": "x",
        },
    ),
    Case(
        R,
        "ReadsHeadersQuoted",
        {"Out": _HEADERS},
        answer=b"{}",
        told={
            "x-stringlist": '"b,c", "\\"def\\"", a',
            "x-timestamplist": "Mon, 16 Dec 2019 23:48:18 GMT, Mon, 16 Dec 2019 23:48:18 GMT",
        },
        result={"texts": ["b,c", '"def"', "a"], "times": [TIME, TIME], "prefixed": {}, "status": 200},
        unlike="botocore cuts at every comma",
    ),
    Case(R, "ReadsNoHeaders", {"Out": _HEADERS}, status=202, answer=b"", result={"status": 202, "prefixed": {}}),
    Case(
        R,
        "ReadsEmptyHeaders",
        {"Out": structure(a=of("String", location="header", locationName="X-A"))},
        told={"x-a": ""},
        answer=b"",
        result={"a": ""},
    ),
    Case(
        R,
        "ReadsAnyHeader",
        {"Out": structure(a=of("StringMap", location="headers", locationName=""))},
        answer=b"",
        told={"hello": "there", "x-foo": "Foo"},
        result={"a": {"hello": "there", "x-foo": "Foo"}},
    ),
]


def _payload(shape: str, **traits: Any) -> Json:
    return structure(held=of(shape, **traits), id=of("String", location="header", locationName="X-Id")) | {
        "payload": "held"
    }


PAYLOADS = [
    Case(
        R,
        "ReadsStructure",
        {"Out": _payload("Inner"), "Inner": structure(a="String", b="Timestamp")},
        told={"x-id": "7"},
        answer=b'{"a":"1","b":1576540098}',
        result={"held": {"a": "1", "b": TIME}, "id": "7"},
    ),
    Case(
        R,
        "ReadsStructureAbsent",
        {"Out": _payload("Inner"), "Inner": structure(a="String")},
        answer=b"",
        result={"held": {}},
    ),
    Case(R, "ReadsUnion", {"Out": _payload("Choice"), "Choice": _CHOICE}, answer=b'{"b":1}', result={"held": {"b": 1}}),
    Case(
        R,
        "ReadsUnionAbsent",
        {"Out": _payload("Choice"), "Choice": _CHOICE},
        answer=b"",
        result={},
        unlike="botocore raises",
    ),
    Case(R, "ReadsBlob", {"Out": _payload("Blob")}, answer=b"\x00b", result={"held": b"\x00b"}),
    Case(R, "ReadsStream", {"Out": _payload("Stream")}, answer=b"\x00b", result={"held": b"\x00b"}),
    Case(R, "ReadsText", {"Out": _payload("String")}, answer="é".encode(), result={"held": "é"}),
    Case(R, "ReadsTextAbsent", {"Out": _payload("String")}, answer=b"", result={"held": ""}),
    Case(R, "ReadsEnum", {"Out": _payload("Enum")}, answer=b"Foo", result={"held": "Foo"}),
    Case(R, "ReadsDocument", {"Out": _payload("Document")}, answer=b'{"a":[1]}', result={"held": {"a": [1]}}),
    Case(R, "ReadsDocumentText", {"Out": _payload("Document")}, answer=b'"hello"', result={"held": "hello"}),
    Case(R, "ReadsList", {"Out": _payload("StringList")}, answer=b'["a"]', result={"held": ["a"]}),
    Case(R, "ReadsMap", {"Out": _payload("StringMap")}, answer=b'{"a":"b"}', result={"held": {"a": "b"}}),
]

_BAD = {
    "Bad": structure(
        message="String",
        Nested="Inner",
        Kind=of("String", location="header", locationName="X-Kind"),
        Number=of("Integer", location="statusCode"),
    )
    | {"exception": True, "error": {"httpStatusCode": 418}},
    "Inner": structure(a=of("String", locationName="Ay")),
}


def _error(service: str, name: str, answer: bytes, code: str, result: object, **more: Any) -> Case:
    told = {"shapes": _BAD, "errors": ("Bad",), "status": 418, **more}
    return Case(
        service,
        f"Fails{name}",
        answer=answer,
        code=f"Fails{name}{code}" if code == "Bad" else code,
        result=result,
        **told,
    )


_FULL = b'"message":"no","Nested":{"Ay":"1"}'


def _code(name: str, form: bytes) -> bytes:
    return form.replace(b"Bad", f"Fails{name}Bad".encode())


ERRORS = [
    *(
        _error(
            R,
            name,
            b"{%b}" % _FULL,
            "Bad",
            {"message": "no", "Nested": {"a": "1"}, "Kind": "k", "Number": 418},
            told={"x-amzn-errortype": _code(name, form).decode(), "x-kind": "k"},
        )
        for name, form in {
            "ByHeader": b"Bad",
            "ByHeaderUri": b"Bad:http://internal.amazon.com/coral/com.amazon.coral.validate/",
            "ByHeaderAll": b"aws.protocoltests.restjson#Bad:http://internal.amazon.com/coral/com.amazon.coral.validate/",
        }.items()
    ),
    *(
        _error(
            service,
            name,
            b'{"%b":"%b",%b}' % (key, _code(name, form), _FULL),
            "Bad",
            {"message": "no", "Nested": {"a": "1"}, **more},
            unlike="botocore looks for no `code` there" if key == b"code" and service == J else "",
        )
        for service, more in ((R, {"Number": 418}), (J, {}))
        for name, key, form in (
            ("ByType", b"__type", b"Bad"),
            ("ByTypeSpace", b"__type", b"aws.protocoltests.restjson#Bad"),
            ("ByTypeAll", b"__type", b"aws.x#Bad:http://internal.amazon.com/coral/"),
            ("ByCode", b"code", b"Bad"),
            ("ByCodeAll", b"code", b"aws.x#Bad:http://internal.amazon.com/coral/"),
        )
    ),
    _error(R, "Unknown", b'{"message":"huh","x":1}', "OtherException", {}, told={"x-amzn-errortype": "OtherException"}),
    _error(J, "Unknown", b'{"__type":"OtherException","Message":"huh"}', "OtherException", {}),
    _error(R, "NoBody", b"", "418", {}, unlike="a phrase says more than nothing"),
    _error(J, "NoBody", b"", "418", {}, unlike="a phrase says more than nothing"),
    _error(R, "HeaderAlone", b"", "Bad", {"Number": 418}, told={"x-amzn-errortype": "FailsHeaderAloneBad"}),
    _error(R, "Html", b"<html>busy</html>", "503", {}, status=503, unlike="the body is quoted"),
    _error(J, "Html", b"<html>busy</html>", "503", {}, status=503, unlike="the body is quoted"),
    _error(
        R,
        "MessageNull",
        b'{"message":null}',
        "Bad",
        {"Number": 418},
        told={"x-amzn-errortype": "FailsMessageNullBad"},
        unlike="botocore gives None",
    ),
    _error(
        Q,
        "QueryCode",
        b'{"__type":"com.x#Bad","message":"no"}'.replace(b"Bad", b"FailsQueryCodeBad"),
        "AWS.Old.Bad",
        {"message": "no"},
        told={"x-amzn-query-error": "AWS.Old.Bad;Sender"},
        kind="FailsQueryCodeBad",
    ),
    _error(
        Q,
        "QueryCodeMalformed",
        b'{"__type":"FailsQueryCodeMalformedBad","message":"no"}',
        "Bad",
        {"message": "no"},
        told={"x-amzn-query-error": ";Sender"},
    ),
]

CASES = BODIES + PLACES + PAYLOADS + ERRORS
