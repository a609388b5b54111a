"""Requests of rest-xml. What it shares with rest-json (path, query string, headers) is tried by the same cases."""

from __future__ import annotations

import math
from typing import Any

from . import rest_json
from .rest_json import NO_BODY, TIME
from .world import Case, Json, listed, mapped, of, structure

R = "restxml"
XML = {"content-type": "application/xml"}


def xml(name: str, shapes: dict[str, Any], given: dict[str, Any], body: str, **more: Any) -> Case:
    named = {"locationName": f"{name}In"}  # botocore wants one
    return Case(R, name, shapes, http="PUT /x", given=given, body=body, **{"headers": XML, "input": named, **more})


EMPTY = [
    Case(R, "NoInput", http="POST /a", body=b"", headers=NO_BODY),
    Case(R, "EmptyInput", {"In": structure()}, http="POST /a", body=b"", headers=NO_BODY),
    Case(R, "MembersNotGiven", {"In": structure(a="String")}, http="POST /a", body=b"", headers=NO_BODY),
    Case(
        R,
        "HeaderAlone",
        {"In": structure(a=of("String", location="header", locationName="X-A"))},
        http="POST /a",
        given={"a": "1"},
        body=b"",
        headers={"x-a": "1", "content-type": None},
    ),
]

BODIES = [
    xml(
        "Scalars",
        {
            "In": structure(
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
                m=of("Timestamp", timestampFormat="unixTimestamp"),
            )
        },
        {
            "a": "é😹",
            "b": -1,
            "c": 2**63 - 1,
            "d": 1.5,
            "e": math.nan,
            "f": True,
            "g": b"\x00\xff",
            "h": TIME,
            "i": TIME,
            "j": TIME,
            "k": TIME,
            "l": "new",
            "m": TIME,
        },
        "<ScalarsIn><a>é😹</a><b>-1</b><c>9223372036854775807</c><d>1.5</d><e>NaN</e><f>true</f><g>AP8=</g>"
        "<h>2019-12-16T23:48:18Z</h><i>2019-12-16T23:48:18Z</i><j>Mon, 16 Dec 2019 23:48:18 GMT</j><k>1576540098</k>"
        "<l>new</l><m>1576540098</m></ScalarsIn>",
    ),
    xml(
        "Endless",
        {"In": structure(a="Float", b="Double")},
        {"a": math.inf, "b": -math.inf},
        "<EndlessIn><a>Infinity</a><b>-Infinity</b></EndlessIn>",
    ),
    xml(
        "Escaped",
        {"In": structure(a="String", b=of("String", xmlAttribute=True, locationName="b"))},
        {"a": "<&>\"'\r\n\t\u0085\u2028", "b": "<&>\"'\t\n"},
        '<EscapedIn b="&lt;&amp;&gt;&quot;\'&#x9;&#xA;">'
        "<a>&lt;&amp;&gt;&quot;'&#xD;&#xA;\t\u0085\u2028</a></EscapedIn>",
        unlike="botocore writes a carriage return as it is, which parsers take for a line feed",
    ),
    xml(
        "EmptyText",
        {"In": structure(a="String", b="Blob", c="StringList", d="StringMap")},
        {"a": "", "b": b"", "c": [], "d": {}},
        "<EmptyTextIn><a></a><b></b><c></c><d></d></EmptyTextIn>",
    ),
    xml(
        "Lists",
        {
            "In": structure(
                a="StringList",
                b="Named",
                c="Flat",
                d="FlatNamed",
                e=of("StringList", locationName="renamed"),
                f="Structures",
                g="Nested",
                h=of("FlatNamed", locationName="own"),
                i="TimestampList",
            ),
            "Named": listed(of("String", locationName="item")),
            "Flat": listed("String", flattened=True),
            "FlatNamed": listed(of("String", locationName="item"), flattened=True),
            "Structures": listed(of("Inner", locationName="thing")),
            "Inner": structure(x=of("String", locationName="ex")),
            "Nested": listed("StringList"),
        },
        {
            "a": ["1", "2"],
            "b": ["3"],
            "c": ["4", "5"],
            "e": ["6"],
            "f": [{"x": "7"}, {}],
            "g": [["8"], []],
            "h": ["9", "10"],
            "i": [TIME],
        },
        "<ListsIn><a><member>1</member><member>2</member></a><b><item>3</item></b><c>4</c><c>5</c>"
        "<renamed><member>6</member></renamed><f><thing><ex>7</ex></thing><thing></thing></f>"
        "<g><member><member>8</member></member><member></member></g><own>9</own><own>10</own>"
        "<i><member>2019-12-16T23:48:18Z</member></i></ListsIn>",
    ),
    xml(
        "Maps",
        {
            "In": structure(a="StringMap", b="Named", c="Flat", d=of("Flat", locationName="kvp"), e="Deep"),
            "Named": mapped(of("Inner", locationName="Setting"), of("String", locationName="Attribute")),
            "Inner": structure(hi="String"),
            "Flat": mapped(of("String", locationName="V"), of("String", locationName="K"), flattened=True),
            "Deep": mapped("StringMap"),
        },
        {
            "a": {"k": "v"},
            "b": {"foo": {"hi": "there"}},
            "c": {"a": "1", "b": "2"},
            "d": {"x": "y"},
            "e": {"o": {"i": "z"}},
        },
        "<MapsIn><a><entry><key>k</key><value>v</value></entry></a>"
        "<b><entry><Attribute>foo</Attribute><Setting><hi>there</hi></Setting></entry></b>"
        "<c><K>a</K><V>1</V></c><c><K>b</K><V>2</V></c><kvp><K>x</K><V>y</V></kvp>"
        "<e><entry><key>o</key><value><entry><key>i</key><value>z</value></entry></value></entry></e></MapsIn>",
    ),
    xml(
        "Attributes",
        {
            "In": structure(foo="String", attr=of("String", locationName="test", xmlAttribute=True), nested="Grantee"),
            "Grantee": structure(Type=of("String", locationName="xsi:type", xmlAttribute=True), id="String")
            | {"xmlNamespace": {"prefix": "xsi", "uri": "http://www.w3.org/2001/XMLSchema-instance"}},
        },
        {"foo": "hi", "attr": "test&", "nested": {"Type": "CanonicalUser", "id": "1"}},
        '<AttributesIn test="test&amp;"><foo>hi</foo><nested xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:type="CanonicalUser"><id>1</id></nested></AttributesIn>',
    ),
    xml(
        "Namespaces",
        {
            "In": structure(a="Inner", list="List", map="Map"),
            "Inner": structure(
                foo=of("String", xmlNamespace={"prefix": "baz", "uri": "http://baz.com"}), values="Values"
            )
            | {"xmlNamespace": {"uri": "http://foo.com"}},
            "Values": listed(
                of("String", xmlNamespace={"uri": "http://bux.com"}), xmlNamespace={"uri": "http://qux.com"}
            ),
            "List": listed(of("String", xmlNamespace={"uri": "http://bux.com"}), flattened=True),
            "Map": mapped(
                of("String", locationName="V", xmlNamespace={"uri": "http://v.com"}),
                of("String", locationName="K", xmlNamespace={"uri": "http://k.com"}),
            ),
        },
        {"a": {"foo": "Foo", "values": ["Bar"]}, "list": ["x"], "map": {"k": "v"}},
        '<Req xmlns="http://root.com"><a xmlns="http://foo.com"><foo xmlns:baz="http://baz.com">Foo</foo>'
        '<values xmlns="http://qux.com"><member xmlns="http://bux.com">Bar</member></values></a><list xmlns="http://bux.com">x</list>'
        '<map><entry><K xmlns="http://k.com">k</K><V xmlns="http://v.com">v</V></entry></map></Req>',
        input={"locationName": "Req", "xmlNamespace": {"uri": "http://root.com"}},
    ),
    xml(
        "RootNamed",
        {"In": structure(a="String") | {"locationName": "Ahoy"}},
        {"a": "1"},
        "<Ahoy><a>1</a></Ahoy>",
        input={},
        unlike="botocore takes the name of a root from the reference alone",
    ),
    xml(
        "Unions",
        {"In": structure(u="Choice"), "Choice": structure(a="String", b="Choice") | {"union": True}},
        {"u": {"b": {"a": "x"}}},
        "<UnionsIn><u><b><a>x</a></b></u></UnionsIn>",
    ),
    xml(
        "Recursive",
        {"In": structure(n="Node"), "Node": structure(v="String", n="Node", l="Nodes"), "Nodes": listed("Node")},
        {"n": {"v": "1", "n": {"v": "2", "l": [{"v": "3"}]}}},
        "<RecursiveIn><n><v>1</v><n><v>2</v><l><member><v>3</v></member></l></n></n></RecursiveIn>",
    ),
    xml(
        "Mixed",
        {"In": structure(a=of("String", location="header", locationName="X-A"), b=of("String", locationName="bee"))},
        {"a": "1", "b": "2"},
        "<MixedIn><bee>2</bee></MixedIn>",
        headers={"x-a": "1", **XML},
    ),
]


def _payload(shape: str, **traits: object) -> Json:
    return structure(held=of(shape, **traits), id=of("String", location="header", locationName="X-Id")) | {
        "payload": "held"
    }


_INNER = structure(a="String")
PAYLOADS = [
    xml(
        "PayloadStructure",
        {"In": _payload("Inner"), "Inner": _INNER},
        {"held": {"a": "1"}, "id": "7"},
        "<PayloadStructureInner><a>1</a></PayloadStructureInner>",
        headers={"x-id": "7", **XML},
        unlike="botocore raises where a payload has no name",
    ),
    xml(
        "PayloadMemberNamed",
        {"In": _payload("Inner", locationName="Hello"), "Inner": _INNER},
        {"held": {"a": "1"}},
        "<Hello><a>1</a></Hello>",
    ),
    xml(
        "PayloadShapeNamed",
        {"In": _payload("Inner"), "Inner": _INNER | {"locationName": "Hola"}},
        {"held": {"a": "1"}},
        "<Hola><a>1</a></Hola>",
    ),
    xml(
        "PayloadNamespace",
        {"In": _payload("Inner", locationName="N", xmlNamespace={"uri": "http://n.com"}), "Inner": _INNER},
        {"held": {"a": "1"}},
        '<N xmlns="http://n.com"><a>1</a></N>',
    ),
    xml(
        "PayloadPrefix",
        {
            "In": _payload("Inner", locationName="N", xmlNamespace={"uri": "http://n.com", "prefix": "p"}),
            "Inner": _INNER,
        },
        {"held": {"a": "1"}},
        '<N xmlns:p="http://n.com"><a>1</a></N>',
    ),
    xml(
        "PayloadUnion",
        {"In": _payload("Choice", locationName="C"), "Choice": _INNER | {"union": True}},
        {"held": {"a": "1"}},
        "<C><a>1</a></C>",
    ),
    Case(
        R,
        "PayloadStructureAbsent",
        {"In": _payload("Inner", locationName="N"), "Inner": _INNER},
        http="PUT /p",
        given={"id": "7"},
        body=b"",
        headers={"x-id": "7", "content-type": None},
    ),
    Case(
        R,
        "PayloadStructureEmpty",
        {"In": _payload("Inner", locationName="N"), "Inner": _INNER},
        http="PUT /p",
        given={"held": {}},
        body="<N></N>",
        headers=XML,
    ),
    Case(
        R,
        "PayloadBlob",
        {"In": _payload("Blob")},
        http="POST /p",
        given={"held": b"\x00b"},
        body=b"\x00b",
        headers={"content-type": "application/octet-stream"},
    ),
    Case(R, "PayloadBlobAbsent", {"In": _payload("Blob")}, http="POST /p", body=b"", headers=NO_BODY),
    Case(
        R,
        "PayloadText",
        {"In": _payload("String")},
        http="POST /p",
        given={"held": "é"},
        body="é".encode(),
        headers={"content-type": "text/plain"},
    ),
]

_SHARED = rest_json.LABELS + rest_json.QUERIES + rest_json.HEADERS
CASES = EMPTY + BODIES + PAYLOADS + [case._replace(service=R) for case in _SHARED]
