"""Answers in XML: of rest-xml, query and ec2."""

from __future__ import annotations

import math
from typing import Any

from .rest_json import TIME
from .world import Case, Json, listed, mapped, of, structure

X, Q, E = "restxml", "awsquery", "ectwo"
_SPACE = b' xmlns="https://example.org/doc"'


def _all(name: str, shapes: Json, inner: bytes, result: object, **more: Any) -> list[Case]:
    """One answer in the three protocols, each with what it puts around it."""
    told = f"Reads{name}"
    named = told.encode()
    metadata = b"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
    wrapped = b"<%bResponse%b><%bResult>%b</%bResult>" + metadata + b"</%bResponse>"
    of_ec2 = b"<%bResponse%b><requestId>r</requestId>%b</%bResponse>"
    return [
        Case(X, told, shapes, answer=b"<%bOut%b>%b</%bOut>" % (named, _SPACE, inner, named), result=result, **more),
        Case(
            Q,
            told,
            shapes,
            output={"resultWrapper": f"{told}Result"},
            result=result,
            answer=wrapped % (named, _SPACE, named, inner, named, named),
            **more,
        ),
        Case(E, told, shapes, answer=of_ec2 % (named, _SPACE, inner, named), result=result, **more),
    ]


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
_INNER = {"Inner": structure(x=of("String", locationName="ex"))}
SAME = [
    *_all(
        "Scalars",
        {"Out": _SCALARS},
        "<a>é&lt;&amp;&#x1F639;</a><b>-1</b><c>9223372036854775807</c><d>1.5</d><e>Infinity</e><f>true</f><g>AP8=</g>"
        "<h>2019-12-16T23:48:18Z</h><i>2019-12-17T00:48:18+01:00</i><j>Mon, 16 Dec 2019 23:48:18 GMT</j>"
        "<k>1576540098</k><l>new</l><unknown><x/></unknown>".encode(),
        {
            "a": "é<&😹",
            "b": -1,
            "c": 2**63 - 1,
            "d": 1.5,
            "e": math.inf,
            "f": True,
            "g": b"\x00\xff",
            "h": TIME,
            "i": TIME,
            "j": TIME,
            "k": TIME,
            "l": "new",
        },
    ),
    *_all("Nothing", {"Out": _SCALARS}, b"", {}),
    *_all(
        "EmptyTexts",
        {"Out": structure(a="String", b="Blob", c="StringList", d="StringMap", e="Inner"), **_INNER},
        b"<a/><b></b><c/><d></d><e/>",
        {"a": "", "b": b"", "c": [], "d": {}, "e": {}},
    ),
    *_all(
        "Spaced",
        {"Out": structure(a="String", b="StringList", c="Integer")},
        b"\n  <!-- a comment -->\n <a> x <![CDATA[<y>]]></a>\n<b>\n <member>1</member>\n <!-- c --> <member></member>"
        b"\n</b> <c>1</c>",
        {"a": " x <y>", "b": ["1", ""], "c": 1},
        unlike="botocore takes a comment for an item",
    ),
    *_all(
        "Lists",
        {
            "Out": structure(
                a="StringList",
                b="Named",
                c="Flat",
                d=of("FlatNamed", locationName="Hi"),
                e="Inners",
                f="Nested",
                g=of("StringList", locationName="renamed"),
                h="TimestampList",
                i="FlatInners",
            ),
            "Named": listed(of("String", locationName="item")),
            "Flat": listed("String", flattened=True),
            "FlatNamed": listed(of("String", locationName="Hi"), flattened=True),
            "Inners": listed(of("Inner", locationName="item")),
            **_INNER,
            "Nested": listed("StringList"),
            "FlatInners": listed("Inner", flattened=True),
        },
        b"<a><member>1</member><member>2</member></a><b><item>3</item></b><c>4</c><Hi>6</Hi><c>5</c><Hi>7</Hi>"
        b"<e><item><ex>8</ex></item><item/></e><f><member><member>9</member></member><member/></f><renamed><member>10</member></renamed>"
        b"<h><member>2019-12-16T23:48:18Z</member></h><i><ex>11</ex></i>",
        {
            "a": ["1", "2"],
            "b": ["3"],
            "c": ["4", "5"],
            "d": ["6", "7"],
            "e": [{"x": "8"}, {}],
            "f": [["9"], []],
            "g": ["10"],
            "h": [TIME],
            "i": [{"x": "11"}],
        },
    ),
    *_all(
        "Maps",
        {
            "Out": structure(
                a="StringMap", b="Named", c="Flat", d=of("FlatNamed", locationName="Hi"), e="OfInner", f="StringListMap"
            ),
            "Named": mapped(of("String", locationName="V"), of("String", locationName="K")),
            "Flat": mapped("String", flattened=True),
            "FlatNamed": mapped(of("String", locationName="V"), of("String", locationName="K"), flattened=True),
            "OfInner": mapped("Inner"),
            **_INNER,
        },
        b"<a><entry><key>k</key><value>1</value></entry><entry><value>2</value><key>l</key></entry></a>"
        b"<b><entry><K>m</K><V>3</V></entry></b><c><key>n</key><value>4</value></c><c><key>o</key><value>5</value></c>"
        b"<Hi><K>p</K><V>6</V></Hi><e><entry><key>q</key><value><ex>7</ex></value></entry></e>"
        b"<f><entry><key>r</key><value><member>8</member></value></entry></f>",
        {
            "a": {"k": "1", "l": "2"},
            "b": {"m": "3"},
            "c": {"n": "4", "o": "5"},
            "d": {"p": "6"},
            "e": {"q": {"x": "7"}},
            "f": {"r": ["8"]},
        },
    ),
    *_all(
        "Recursion",
        {"Out": structure(n="Node"), "Node": structure(v="String", n="Node", l="Nodes"), "Nodes": listed("Node")},
        b"<n><v>1</v><n><l><member><v>2</v></member></l></n></n>",
        {"n": {"v": "1", "n": {"l": [{"v": "2"}]}}},
    ),
    *_all(
        "Unions",
        {"Out": structure(u="Choice"), "Choice": structure(a="String", b="Choice") | {"union": True}},
        b"<u><b><a>x</a></b></u>",
        {"u": {"b": {"a": "x"}}},
    ),
    *_all(
        "Renamed",
        {"Out": structure(a=of("String", locationName="ay"), b="String")},
        b"<ay>1</ay><a>2</a><b>3</b>",
        {"a": "1", "b": "3"},
    ),
    *_all(
        "Attributes",
        {
            "Out": structure(g="Grantee"),
            "Grantee": structure(
                t=of("String", locationName="xsi:type", xmlAttribute=True),
                n=of("Integer", locationName="num", xmlAttribute=True),
                id="String",
            ),
        },
        b'<g xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="User" num="5"><id>1</id></g>',
        {"g": {"t": "User", "n": 5, "id": "1"}},
        unlike="botocore takes a number in an attribute for a text",
    ),
    *_all(
        "Prefixed",
        {"Out": structure(a="Inner"), **_INNER},
        b'<p:a xmlns:p="http://p.com"><p:ex>1</p:ex></p:a>',
        {"a": {"x": "1"}},
    ),
    *_all("NoOutput", {}, b"", {})[:1],
]


def _payload(shape: str, **traits: Any) -> Json:
    return structure(held=of(shape, **traits), id=of("String", location="header", locationName="X-Id")) | {
        "payload": "held"
    }


REST = [
    Case(
        X,
        "ReadsPayload",
        {"Out": _payload("Inner"), **_INNER},
        told={"x-id": "7"},
        answer=b"<Inner><ex>1</ex></Inner>",
        result={"held": {"x": "1"}, "id": "7"},
    ),
    Case(
        X,
        "ReadsPayloadNamed",
        {"Out": _payload("Inner", locationName="Hello", xmlNamespace={"uri": "http://n.com"}), **_INNER},
        answer=b'<?xml version="1.0" encoding="UTF-8"?>\n<Hello xmlns="http://n.com"><ex>1</ex></Hello>',
        result={"held": {"x": "1"}},
    ),
    Case(X, "ReadsPayloadAbsent", {"Out": _payload("Inner"), **_INNER}, answer=b"", result={"held": {}}),
    Case(
        X,
        "ReadsUnionAbsent",
        {"Out": _payload("Choice"), "Choice": structure(a="String") | {"union": True}},
        answer=b"",
        result={},
        unlike="botocore raises",
    ),
    Case(X, "ReadsBlob", {"Out": _payload("Blob")}, answer=b"\x00<", result={"held": b"\x00<"}),
    Case(X, "ReadsText", {"Out": _payload("String")}, answer="é".encode(), result={"held": "é"}),
    Case(
        X,
        "ReadsMixed",
        {
            "Out": structure(
                a=of("String", location="header", locationName="X-A"),
                s=of("Integer", location="statusCode"),
                b="String",
            )
        },
        status=201,
        told={"x-a": "1"},
        answer=b"<Any><b>2</b></Any>",
        result={"a": "1", "s": 201, "b": "2"},
    ),
    Case(
        X,
        "ReadsNestedPlace",
        {"Out": structure(a="Held"), "Held": structure(b=of("String", location="header", locationName="X-B"))},
        told={"x-b": "wrong"},
        answer=b"<Out><a><X-B>right</X-B></a></Out>",
        result={"a": {"b": "right"}},
        unlike="botocore skips it",
    ),
    Case(
        "restjson",
        "ReadsNestedPlace",
        {"Out": structure(a="Held"), "Held": structure(b=of("String", location="header", locationName="X-B"))},
        told={"x-b": "wrong"},
        answer=b'{"a":{"X-B":"right"}}',
        result={"a": {"b": "right"}},
    ),
]

_BAD = {
    "Bad": structure(Message="String", Nested="Inner") | {"exception": True, "error": {"httpStatusCode": 400}},
    **_INNER,
}
_CUSTOM = {
    "Bad": structure(Message="String")
    | {"exception": True, "error": {"httpStatusCode": 402, "code": "Customized", "senderFault": True}},
}
_AROUND = {
    X: b"<ErrorResponse%b><Error><Type>Sender</Type>%b</Error><RequestId>r</RequestId></ErrorResponse>",
    Q: b"<ErrorResponse%b><Error><Type>Sender</Type>%b</Error><RequestId>r</RequestId></ErrorResponse>",
    E: b"<Response%b><Errors><Error>%b</Error></Errors><RequestID>r</RequestID></Response>",
}


def _error(service: str, name: str, inner: bytes, code: str, result: object, shapes: Json = _BAD, **more: Any) -> Case:
    told = {"status": 400, "errors": ("Bad",), "answer": _AROUND[service] % (_SPACE, inner), **more}
    return Case(service, f"Fails{name}", shapes, code=code, result=result, **told)


ERRORS = [
    *(
        case
        for service in (X, Q, E)
        for case in (
            _error(
                service,
                "Members",
                b"<Code>FailsMembersBad</Code><Message>no</Message><Nested><ex>1</ex></Nested>",
                "FailsMembersBad",
                {"Message": "no", "Nested": {"x": "1"}},
                unlike="botocore reads no members of it there" if service != X else "",
            ),
            _error(
                service,
                "Custom",
                b"<Code>Customized</Code><Message>no</Message>",
                "Customized",
                {"Message": "no"},
                _CUSTOM,
                status=402,
                kind="FailsCustomBad",
                unlike="the harness finds errors by their names",
            ),
            _error(service, "Unknown", b"<Code>Other</Code><Message>no</Message>", "Other", {}),
            _error(
                service, "Html", b"", "503", {}, status=503, answer=b"<html>busy</html>", unlike="the body is quoted"
            ),
            _error(
                service,
                "NoBody",
                b"",
                "404",
                {},
                status=404,
                answer=b"",
                unlike="" if service == X else "botocore raises",
            ),
        )
    ),
    Case(
        X,
        "FailsUnwrapped",
        _BAD,
        status=400,
        errors=("Bad",),
        answer=b"<Error><Code>FailsUnwrappedBad</Code><Message>no</Message><BucketName>b</BucketName><Detail/>"
        b"<Inner><A>1</A></Inner><RequestId>r</RequestId><HostId>h</HostId></Error>",
        code="FailsUnwrappedBad",
        result={"Message": "no"},
    ),
    Case(
        X,
        "FailsWithHeader",
        {
            "Bad": structure(
                a=of("String", location="header", locationName="X-A"), s=of("Integer", location="statusCode")
            )
            | {"exception": True, "error": {"httpStatusCode": 409}}
        },
        status=409,
        errors=("Bad",),
        told={"x-a": "1"},
        answer=b"<Error><Code>FailsWithHeaderBad</Code></Error>",
        code="FailsWithHeaderBad",
        result={"a": "1", "s": 409},
        unlike="botocore tells no message of it",
    ),
]

CASES = SAME + REST + ERRORS
