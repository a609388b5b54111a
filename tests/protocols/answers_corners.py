"""Answers in the corners of the protocols: forms that few services use, and what stands where nobody looks."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from .answers_cbor import C, _text
from .answers_json import J, R
from .answers_xml import E, Q, X, _all
from .rest_json import TIME
from .world import Case, Json, listed, mapped, of, structure


class _Nan:
    """Equal to what is no number, which is not equal to itself."""

    __hash__ = None  # type: ignore[assignment]  # nobody looks it up

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and math.isnan(other)


_CHOICE = structure(
    text="String",
    flag="Boolean",
    number="Integer",
    blob="Blob",
    time="Timestamp",
    list="StringList",
    map="StringMap",
    inner="Inner",
    again="Choice",
    none="Unit",
    named=of("String", locationName="_named"),
) | {"union": True}
_UNION: Json = {
    "Out": structure(u="Choice"),
    "Choice": _CHOICE,
    "Inner": structure(x="String"),
    "Unit": structure(),
}
_CHOSEN: dict[str, tuple[bytes, Any]] = {
    "Flag": (b'"flag":false', {"flag": False}),
    "Number": (b'"number":0', {"number": 0}),
    "Blob": (b'"blob":"Zm9v"', {"blob": b"foo"}),
    "Time": (b'"time":1576540098', {"time": TIME}),
    "List": (b'"list":[]', {"list": []}),
    "Map": (b'"map":{"a":"b"}', {"map": {"a": "b"}}),
    "Inner": (b'"__type":"com.x#Choice","inner":{"x":"1"}', {"inner": {"x": "1"}}),
    "Again": (b'"again":{"__type":"y","none":{}},"text":null', {"again": {"none": {}}}),
    "Named": (b'"_named":"x"', {"named": "x"}),
    "Fresh": (b'"fresh":{"a":1}', {"SDK_UNKNOWN_MEMBER": {"name": "fresh"}}),
}
_XML_CHOSEN: dict[str, tuple[bytes, Any]] = {
    "Flag": (b"<flag>false</flag>", {"flag": False}),
    "Blob": (b"<blob>Zm9v</blob>", {"blob": b"foo"}),
    "Time": (b"<time>2019-12-16T23:48:18Z</time>", {"time": TIME}),
    "List": (b"<list><member>a</member></list>", {"list": ["a"]}),
    "Map": (b"<map><entry><key>a</key><value>b</value></entry></map>", {"map": {"a": "b"}}),
    "Again": (b"<again><inner><x>1</x></inner></again>", {"again": {"inner": {"x": "1"}}}),
    "None": (b"<none/>", {"none": {}}),
    "Fresh": (b"<fresh><a>1</a></fresh>", {"SDK_UNKNOWN_MEMBER": {"name": "fresh"}}),
}

IN_JSON = [
    *(
        Case(service, f"Chooses{name}", _UNION, answer=b'{"u":{%b}}' % told, result={"u": result})
        for service in (R, J)
        for name, (told, result) in _CHOSEN.items()
    ),
    *(
        Case(
            service,
            "ReadsSparseOfEachKind",
            {
                "Out": structure(a="Flags", b="Numbers", c="Structures", d="Lists", e="Times"),
                "Flags": mapped("Boolean", sparse=True),
                "Numbers": mapped("Double", sparse=True),
                "Structures": listed("Inner", sparse=True),
                "Inner": structure(x="String"),
                "Lists": mapped("StringList", sparse=True),
                "Times": listed("Timestamp", sparse=True),
            },
            answer=b'{"a":{"x":null,"y":false},"b":{"x":null,"y":"NaN"},"c":[null,{"x":"1"}],"d":{"x":[],"z":null},'
            b'"e":[null,1576540098]}',
            result={
                "a": {"x": None, "y": False},
                "b": {"x": None, "y": _Nan()},
                "c": [None, {"x": "1"}],
                "d": {"x": [], "z": None},
                "e": [None, TIME],
            },
            unlike="botocore trips over a null",
        )
        for service in (R, J)
    ),
    *(
        Case(
            service,
            "ReadsDenseOfWhatIsWalked",
            {
                "Out": structure(a="Lists", b="Maps", c="StringMap"),
                "Lists": mapped("StringList"),
                "Maps": mapped("StringMap"),
            },
            answer=b'{"a":{"x":[],"y":null,"z":["1"]},"b":{"x":null,"y":{}},"c":{"x":null}}',
            result={"a": {"x": [], "z": ["1"]}, "b": {"y": {}}, "c": {"x": None}},
            unlike="botocore trips over a null",
        )
        for service in (R, J)
    ),
    *(
        Case(
            service,
            "ReadsDocumentsInMap",
            {"Out": structure(d="Map"), "Map": mapped("Document")},
            answer=b'{"d":{"a":{"f":1},"b":[3,"4"],"c":5,"d":true,"e":"six"}}',
            result={"d": {"a": {"f": 1}, "b": [3, "4"], "c": 5, "d": True, "e": "six"}},
        )
        for service in (R, J)
    ),
    *(
        Case(
            service,
            "ReadsBlobsAnywhere",
            {"Out": structure(a="Blobs", b="OfBlobs"), "Blobs": listed("Blob"), "OfBlobs": mapped("Blob")},
            answer=b'{"a":["Zm9v",""],"b":{"x":"YmFy"}}',
            result={"a": [b"foo", b""], "b": {"x": b"bar"}},
        )
        for service in (R, J)
    ),
    *(
        Case(
            service,
            "ReadsLargeNumbers",
            {"Out": structure(a="Long", b="Double", c="Double")},
            answer=b'{"a":123456789012345678901234567890,"b":1e400,"c":123456789.12345679}',
            result={"a": 123456789012345678901234567890, "b": math.inf, "c": 123456789.12345679},
        )
        for service in (R, J)
    ),
    Case(
        R,
        "ReadsQueryInBody",
        {"Out": structure(a=of("String", location="querystring", locationName="baz"))},
        answer=b"{}",
        result={},
    ),
    Case(
        R,
        "ReadsNothingOfQuery",
        {"Out": structure(a=of("String", location="querystring", locationName="baz"))},
        answer=b"",
        result={},
    ),
    Case(
        R,
        "ReadsHeaderBesideBody",
        {"Out": structure(a=of("String", location="header", locationName="X-A"))},
        told={"x-a": "header"},
        answer=b'{"a":"body","X-A":"body"}',
        result={"a": "header"},
        unlike="botocore reads the body's",
    ),
    Case(
        R,
        "ReadsTimesOfHeaders",
        {
            "Out": structure(
                a=of("Timestamp", location="header", locationName="X-A", timestampFormat="unixTimestamp"),
                b=of("Timestamp", location="header", locationName="X-B", timestampFormat="iso8601"),
                c=of("TimestampList", location="header", locationName="X-C"),
                d=of("EnumList", location="header", locationName="X-D"),
                e=of("DoubleList", location="header", locationName="X-E"),
            )
        },
        told={
            "x-a": "1576540098",
            "x-b": "2019-12-17T00:48:18+01:00",
            "x-c": "Mon, 16 Dec 2019 23:48:18 GMT",
            "x-d": "Foo, new",
            "x-e": "1.5,-Infinity",
        },
        answer=b"",
        result={"a": TIME, "b": TIME, "c": [TIME], "d": ["Foo", "new"], "e": [1.5, -math.inf]},
        unlike="botocore cuts a time at its comma",
    ),
]

_ITEMS: Json = {
    "Items": listed(of("String", locationName="item")),
    "Inners": listed(of("Inner", locationName="item")),
    "Inner": structure(x=of("String", locationName="ex")),
}
_SPACED = {"uri": "http://x.com"}
IN_XML = [
    *(
        case
        for name, (told, result) in _XML_CHOSEN.items()
        for case in _all(f"Chosen{name}", _UNION, b"<u>%b</u>" % told, {"u": result})
    ),
    *_all(
        "FlatByMember",
        {
            "Out": structure(
                a=of("Items", flattened=True),
                b=of("Items", flattened=True, locationName="other"),
                c=of("Inners", flattened=True),
                d=of("Items", locationName="renamed"),
            ),
            **_ITEMS,
        },
        b"<a>1</a><other>2</other><a>3</a><c><ex>4</ex></c><c/><renamed><item>5</item></renamed>",
        {"a": ["1", "3"], "b": ["2"], "c": [{"x": "4"}, {}], "d": ["5"]},
        unlike="botocore looks for the name of the elements, though it is the member that is flat",
    ),
    *_all(
        "NamespacesAnywhere",
        {
            "Out": structure(
                f=of("Map", locationName="KVP", flattened=True, xmlNamespace=_SPACED),
                m=of("Map", xmlNamespace=_SPACED),
                l=of("List", flattened=True),
            ),
            "Map": mapped(
                of("String", locationName="V", xmlNamespace=_SPACED),
                of("String", locationName="K", xmlNamespace=_SPACED),
            ),
            "List": listed(of("String", xmlNamespace=_SPACED)),
        },
        b'<KVP xmlns="http://a.com"><K xmlns="http://k.com">a</K><V xmlns="http://v.com">1</V></KVP>'
        b'<KVP xmlns="http://a.com"><K xmlns="http://k.com">b</K><V xmlns="http://v.com">2</V></KVP>'
        b'<m xmlns="http://m.com"><entry><K xmlns="">c</K><V>3</V></entry></m><l xmlns="http://l.com">x</l>',
        {"f": {"a": "1", "b": "2"}, "m": {"c": "3"}, "l": ["x"]},
    ),
    *_all(
        "MapsWithin",
        {"Out": structure(m="Maps", f=of("Maps", flattened=True)), "Maps": mapped("StringMap")},
        b"<m><entry><key>a</key><value><entry><key>b</key><value>c</value></entry></value></entry></m>"
        b"<f><key>d</key><value><entry><key>e</key><value>f</value></entry></value></f>",
        {"m": {"a": {"b": "c"}}, "f": {"d": {"e": "f"}}},
    ),
    *_all(
        "Escapes",
        {"Out": structure(a="String", b="String", c="String")},
        b"<a>&amp;lt;&#xD;&#10;&quot;&apos;</a><b>  x    y </b><c>   </c>",
        {"a": "&lt;\r\n\"'", "b": "  x    y ", "c": "   "},
    ),
    *_all(
        "TextBetween",
        {"Out": structure(a="String")},
        b"\n<![CDATA[nobody reads this]]>\n<a>1</a>\n<!-- nor this -->",
        {"a": "1"},
    ),
    Case(
        X,
        "ReadsDeclared",
        {"Out": structure(a="String")},
        answer=b'<?xml version = "1.0" encoding = "UTF-8"?>\n<Out><a>1</a></Out>\n',
        result={"a": "1"},
    ),
    Case(
        X,
        "ReadsDeclaredLate",
        {"Out": structure(a="String")},
        answer=b'\n  <?xml version="1.0"?>\n<Out><a>1</a></Out>',
        result={"a": "1"},
        unlike="botocore raises where something stands before the declaration, be it a space",
    ),
    Case(
        X,
        "ReadsAttributesOfRoot",
        {"Out": structure(f="String", a=of("String", locationName="test", xmlAttribute=True))},
        answer=b'<Out test="t"><f>hi</f></Out>',
        result={"f": "hi", "a": "t"},
    ),
    Case(
        X,
        "ReadsAttributesOfPayload",
        {
            "Out": structure(held="Held") | {"payload": "held"},
            "Held": structure(f="String", a=of("String", locationName="test", xmlAttribute=True), z="String"),
        },
        answer=b'<Held test="t"><f>1</f><z>2</z></Held>',
        result={"held": {"f": "1", "a": "t", "z": "2"}},
    ),
    Case(
        X,
        "ReadsNamesOfRoots",
        {
            "Out": structure(held="Named") | {"locationName": "Ahoy"},
            "Named": structure(x="String") | {"locationName": "Hello"},
        },
        answer=b"<Ahoy><held><x>1</x></held></Ahoy>",
        result={"held": {"x": "1"}},
        unlike="botocore looks for the name that a structure has as a root",
    ),
    Case(
        Q,
        "ReadsNoResult",
        {},
        answer=b'<ReadsNoResultResponse xmlns="https://example.org/doc"><ResponseMetadata><RequestId>r</RequestId>'
        b"</ResponseMetadata></ReadsNoResultResponse>",
        result={},
    ),
    Case(
        Q,
        "ReadsEmptyResult",
        {"Out": structure(a="String")},
        output={"resultWrapper": "ReadsEmptyResultResult"},
        answer=b"<R><ReadsEmptyResultResult/></R>",
        result={},
    ),
]


def _cbor(name: str, shapes: Json, answer: str, result: object, **more: Any) -> Case:
    told = {"smithy-protocol": "rpc-v2-cbor"}
    return Case(C, name, shapes, answer=bytes.fromhex(answer), result=result, **{"told": told, **more})


_HALVES = {
    "Zero": ("0000", 0.0),
    "NegativeZero": ("8000", -0.0),
    "One": ("3c00", 1.0),
    "Least": ("0001", 2**-24),
    "LargestSubnormal": ("03ff", 1023 * 2**-24),
    "LeastNormal": ("0400", 2**-14),
    "Largest": ("7bff", 65504.0),
    "Negative": ("c500", -5.0),
    "Endless": ("7c00", math.inf),
    "NegativeEndless": ("fc00", -math.inf),
}
IN_CBOR = [
    *(
        _cbor(
            f"ReadsHalf{name}",
            {"Out": structure(a="Double", b="Float")},
            f"a2 6161 f9{told} 6162 f9{told}",
            {"a": value, "b": value},
        )
        for name, (told, value) in _HALVES.items()
    ),
    _cbor(
        "ReadsNumbersOfOthers",
        {"Out": structure(a="Double", b="Float", c="Long", d="Integer", e="Timestamp", f="Timestamp")},
        "bf 6161 18ff 6162 20 6163 1800 6164 1b0000000000000005 6165 c1 f93c00 6166 c1 fa3f800000 ff",
        {
            "a": 255.0,
            "b": -1.0,
            "c": 0,
            "d": 5,
            "e": datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
            "f": datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
        },
    ),
    _cbor(
        "ReadsUnknown",
        {"Out": structure(a="String")},
        "bf 6162 bf 6163 9f f6 f7 f4 fb3ff8000000000000 ff ff 6164 5f 4101 ff 6161 6178 6165 c1 01 ff",
        {"a": "x"},
    ),
    _cbor(
        "ReadsNamesInParts",
        {"Out": structure(ab="String")},
        "bf 7f 6161 6162 ff 7f 6178 6179 ff ff",
        {"ab": "xy"},
    ),
    _cbor(
        "ReadsUnion",
        _UNION,
        "a1 6175 bf 6474657874 f6 646e6f6e65 a0 ff",
        {"u": {"none": {}}},
    ),
    _cbor(
        "ReadsFreshUnion",
        _UNION,
        "a1 6175 a1 656672657368 01",
        {"u": {"SDK_UNKNOWN_MEMBER": {"name": "fresh"}}},
        unlike="botocore tells of it in the other protocols alone",
    ),
    _cbor("ReadsNoMap", {"Out": structure(a="String")}, "a0", {}, told={}),
    _cbor(
        "ReadsDenseNulls",
        {"Out": structure(a="Map"), "Map": mapped("StringList")},
        "a1 6161 a2 6178 80 6179 f6",
        {"a": {"x": []}},
    ),
]

_BAD: Json = {
    "Bad": structure(
        message="String",
        TopLevel="String",
        Nested="Inner",
        Header=of("String", location="header", locationName="X-Header"),
    )
    | {"exception": True, "fault": True, "error": {"httpStatusCode": 500}},
    "Inner": structure(a=of("String", locationName="Fooooo")),
}


def _error(service: str, name: str, answer: bytes, result: object, **more: Any) -> Case:
    code = f"Fails{name}Bad"
    answer = answer.replace(b"Bad", code.encode())
    told = {key: held.replace("Bad", code) for key, held in more.pop("told", {}).items()}
    more = {"status": 500, "unlike": "botocore reads no error that has no body", **more}
    return Case(
        service, f"Fails{name}", _BAD, errors=("Bad",), answer=answer, told=told, code=code, result=result, **more
    )


ERRORS = [
    *(
        _error(service, f"AtFault{number}", b"", {}, told={"X-Amzn-Errortype": told})
        for service in (R, J)
        for number, told in enumerate(["Bad", "Bad:http://x.com/y/", "com.x#Bad:http://x.com/y/"])
    ),
    *(
        _error(service, "TypesBelow", b'{"__type":"x#Bad","details":[{"__type":"y#Other","code":"z"}]}', {}, unlike="")
        for service in (R, J)
    ),
    _error(
        R,
        "NoMessage",
        b'{"TopLevel":"t","Nested":{"Fooooo":"bar"}}',
        {"TopLevel": "t", "Nested": {"a": "bar"}, "Header": "h"},
        told={"X-Amzn-Errortype": "Bad", "X-Header": "h"},
        status=403,
        unlike="",
    ),
    _error(
        X,
        "Bound",
        b"<ErrorResponse><Error><Type>Sender</Type><Code>Bad</Code><message>no</message><TopLevel>t</TopLevel><Nested>"
        b"<Fooooo>bar</Fooooo></Nested></Error><RequestId>r</RequestId></ErrorResponse>",
        {"TopLevel": "t", "Nested": {"a": "bar"}, "Header": "h", "message": "no"},
        told={"X-Header": "h"},
        unlike="botocore looks for another message",
    ),
    *(
        _error(
            service,
            "Below",
            form,
            {"TopLevel": "t", "Nested": {"a": "bar"}},
            unlike="botocore reads no members of it there",
        )
        for service, form in (
            (
                Q,
                b"<ErrorResponse><Error><Code>Bad</Code><TopLevel>t</TopLevel><Nested><Fooooo>bar</Fooooo></Nested>"
                b"</Error></ErrorResponse>",
            ),
            (
                E,
                b"<Response><Errors><Error><Code>Bad</Code><TopLevel>t</TopLevel><Nested><Fooooo>bar</Fooooo></Nested>"
                b"</Error></Errors><RequestID>r</RequestID></Response>",
            ),
        )
    ),
    Case(
        C,
        "FailsByQuery",
        _BAD,
        errors=("Bad",),
        status=400,
        told={"x-amzn-query-error": "Old;Sender"},
        answer=bytes.fromhex(f"a1 {_text('__type')} {_text('x#FailsByQueryBad')}"),
        code="FailsByQueryBad",
        result={},
        unlike="the service does not say that it once spoke that protocol",
    ),
    Case(
        C,
        "FailsByType",
        _BAD,
        errors=("Bad",),
        status=400,
        told={"smithy-protocol": "rpc-v2-cbor"},
        answer=bytes.fromhex(
            f"bf {_text('__type')} {_text('x#FailsByTypeBad:http://y.com/')} {_text('TopLevel')} {_text('t')} "
            f"{_text('Nested')} bf {_text('Fooooo')} {_text('bar')} ff ff"
        ),
        code="FailsByTypeBad",
        result={"TopLevel": "t", "Nested": {"a": "bar"}},
        unlike="as for renamed members",
    ),
]

CASES = IN_JSON + IN_XML + IN_CBOR + ERRORS
