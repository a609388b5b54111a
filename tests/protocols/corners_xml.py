"""Requests in the corners of REST with XML, and of forms: what is not given, named twice, or said by few models."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from .rest_json import NO_BODY, TIME
from .world import VERSION, Case, listed, mapped, of, structure

R, X = "restjson", "restxml"
_XML = {"content-type": "application/xml"}
_FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
_NULLS = "botocore cannot write a null"

REST_XML = [
    Case(
        X,
        "FlatWithin",
        {
            "In": structure(m="Maps", f=of("Maps", flattened=True)),
            "Maps": mapped("StringMap"),
        },
        http="POST /c",
        input={"locationName": "FlatWithinIn"},
        given={"m": {"a": {"b": "c"}}, "f": {"a": {"b": "c"}}},
        body="<FlatWithinIn><m><entry><key>a</key><value><entry><key>b</key><value>c</value></entry></value></entry>"
        "</m><f><key>a</key><value><entry><key>b</key><value>c</value></entry></value></f></FlatWithinIn>",
        headers=_XML,
    ),
    Case(
        X,
        "NamesWithinMaps",
        {
            "In": structure(m="Outer"),
            "Outer": mapped("Inner", of("String", locationName="OuterKey")),
            "Inner": mapped(of("String", locationName="InnerValue"), of("String", locationName="InnerKey")),
        },
        http="POST /c",
        input={"locationName": "NamesIn"},
        given={"m": {"a": {"b": "c"}}},
        body="<NamesIn><m><entry><OuterKey>a</OuterKey><value><entry><InnerKey>b</InnerKey>"
        "<InnerValue>c</InnerValue></entry></value></entry></m></NamesIn>",
        headers=_XML,
    ),
    Case(
        X,
        "NamespacesOfMaps",
        {
            "In": structure(
                m=of("Map", locationName="KVP", xmlNamespace={"uri": "http://m.com"}),
                f=of("Map", locationName="Flat", flattened=True, xmlNamespace={"uri": "http://f.com"}),
            ),
            "Map": mapped(
                of("String", locationName="V", xmlNamespace={"uri": "http://v.com"}),
                of("String", locationName="K", xmlNamespace={"uri": "http://k.com"}),
            ),
        },
        http="POST /c",
        input={"locationName": "N"},
        given={"m": {"a": "1"}, "f": {"b": "2"}},
        body='<N><KVP xmlns="http://m.com"><entry><K xmlns="http://k.com">a</K><V xmlns="http://v.com">1</V></entry>'
        '</KVP><Flat xmlns="http://f.com"><K xmlns="http://k.com">b</K><V xmlns="http://v.com">2</V></Flat></N>',
        headers=_XML,
        unlike="botocore gives the entries of a flat map no namespace",
    ),
    Case(
        X,
        "NamespacesOfFlatLists",
        {
            "In": structure(a=of("OfMember", flattened=True), b=of("OfList", flattened=True)),
            "OfMember": listed(
                of("String", xmlNamespace={"uri": "http://member.com"}), xmlNamespace={"uri": "http://list.com"}
            ),
            "OfList": listed("String", xmlNamespace={"uri": "http://list.com"}),
        },
        http="PUT /c",
        input={"locationName": "N"},
        given={"a": ["1"], "b": ["2"]},
        body='<N><a xmlns="http://member.com">1</a><b>2</b></N>',
        headers=_XML,
        unlike="botocore gives the namespace of a flat list to what is around it",
    ),
    Case(
        X,
        "FlatListsOfStructures",
        {
            "In": structure(
                a=of("Inners", flattened=True), b=of("Inners", flattened=True, locationName="Be"), c="Inners"
            ),
            "Inners": listed(of("Inner", locationName="item")),
            "Inner": structure(x=of("String", locationName="ex")),
        },
        http="PUT /c",
        input={"locationName": "N"},
        given={"a": [{"x": "1"}, {}], "b": [{"x": "2"}], "c": [{"x": "3"}]},
        body="<N><a><ex>1</ex></a><a></a><Be><ex>2</ex></Be><c><item><ex>3</ex></item></c></N>",
        headers=_XML,
    ),
    Case(
        X,
        "NamesOfRootsWithin",
        {
            "In": structure(held="Named", list="Nameds", map="ByName") | {"locationName": "Root"},
            "Named": structure(x="String") | {"locationName": "Elsewhere"},
            "Nameds": listed("Named"),
            "ByName": mapped("Named"),
        },
        http="PUT /c",
        given={"held": {"x": "1"}, "list": [{"x": "2"}], "map": {"k": {"x": "3"}}},
        body="<Root><held><x>1</x></held><list><member><x>2</x></member></list>"
        "<map><entry><key>k</key><value><x>3</x></value></entry></map></Root>",
        headers=_XML,
        unlike="botocore takes the name that a structure has as a root for its elements elsewhere, too",
    ),
    Case(
        X,
        "AttributesOfPayload",
        {
            "In": structure(held="Held") | {"payload": "held"},
            "Held": structure(a="String", t=of("String", locationName="test", xmlAttribute=True), b="String"),
        },
        http="PUT /c",
        given={"held": {"a": "1", "b": "2", "t": "<t&m>"}},
        body='<AttributesOfPayloadHeld test="&lt;t&amp;m&gt;"><a>1</a><b>2</b></AttributesOfPayloadHeld>',
        headers=_XML,
        unlike="botocore raises where a payload has no name",
    ),
    Case(
        X,
        "AttributesOfEachKind",
        {
            "In": structure(
                b=of("Boolean", locationName="flag", xmlAttribute=True),
                d=of("Double", locationName="number", xmlAttribute=True),
                t=of("Timestamp", locationName="time", xmlAttribute=True),
                x="String",
            )
        },
        http="PUT /c",
        input={"locationName": "N"},
        given={"x": "1", "b": True, "d": math.inf, "t": TIME},
        body='<N flag="true" number="Infinity" time="2019-12-16T23:48:18Z"><x>1</x></N>',
        headers=_XML,
        unlike="botocore writes texts alone into attributes",
    ),
    Case(
        X,
        "NoneWithin",
        {"In": structure(s="Inner", d="String"), "Inner": structure(x="String", y="String")},
        http="PUT /c",
        input={"locationName": "N"},
        given={"s": {"x": "a", "y": None}, "d": "b"},
        body="<N><s><x>a</x></s><d>b</d></N>",
        headers=_XML,
    ),
    Case(
        X,
        "SpacesInText",
        {"In": structure(a="String", b="String")},
        http="PUT /c",
        input={"locationName": "N"},
        given={"a": "  x  y ", "b": "   "},
        body="<N><a>  x  y </a><b>   </b></N>",
        headers=_XML,
    ),
    Case(
        X,
        "UnionAbsent",
        {"In": structure(u="Choice") | {"payload": "u"}, "Choice": structure(a="String") | {"union": True}},
        http="PUT /c",
        body=b"",
        headers=NO_BODY,
    ),
    Case(
        X,
        "ZeroAndFalse",
        {"In": structure(f="Boolean", i="Integer", d="Double", t="Timestamp")},
        http="PUT /c",
        input={"locationName": "N"},
        given={"f": False, "i": 0, "d": 0.0, "t": 0},
        body="<N><f>false</f><i>0</i><d>0.0</d><t>1970-01-01T00:00:00Z</t></N>",
        headers=_XML,
    ),
    Case(
        X,
        "DigestRequired",
        {"In": structure(a="String")},
        http="PUT /c",
        input={"locationName": "N"},
        operation={"httpChecksumRequired": True},
        given={"a": "x"},
        body="<N><a>x</a></N>",
        headers={"content-md5": "1F2ROKteTeSL2MuQ3SzL8A==", **_XML},
        unlike="botocore sends a checksum of another kind, which stands beside it",
    ),
]
SPACED = [
    Case(
        "xmlspaced",
        "OfService",
        {"In": structure(a="String")},
        http="PUT /c",
        given={"a": "x"},
        body='<OfServiceIn xmlns="https://example.org/doc"><a>x</a></OfServiceIn>',
        headers=_XML,
        unlike="botocore looks for namespaces at the reference to the input",
    ),
    Case(
        "xmlspaced",
        "OfInput",
        {"In": structure(a="String")},
        http="PUT /c",
        input={"locationName": "N", "xmlNamespace": {"uri": "http://own.com"}},
        given={"a": "x"},
        body='<N xmlns="http://own.com"><a>x</a></N>',
        headers=_XML,
    ),
    Case(
        "xmlspaced",
        "OfPayload",
        {"In": structure(held="Held") | {"payload": "held"}, "Held": structure(a="String", h="Held")},
        http="PUT /c",
        given={"held": {"a": "x", "h": {"a": "y"}}},
        body='<OfPayloadHeld xmlns="https://example.org/doc"><a>x</a><h><a>y</a></h></OfPayloadHeld>',
        headers=_XML,
        unlike="botocore raises where a payload has no name",
    ),
]


def _form(service: str, name: str, shapes: dict[str, Any], given: Any, *pairs: tuple[str, str], **more: Any) -> Case:
    body = [("Action", name), ("Version", VERSION), *pairs]
    return Case(service, name, shapes, given=given, body=body, headers=_FORM, **more)


_ITEMS = {"Items": listed(of("String", locationName="item")), "Map": mapped("String")}
FORMS = [
    _form(
        "awsquery",
        "FlatByMember",
        {"In": structure(b=of("Items", flattened=True, locationName="Hi"), c="Items"), **_ITEMS},
        {"b": ["2", "3"], "c": ["4"]},
        ("Hi.1", "2"),
        ("Hi.2", "3"),
        ("c.item.1", "4"),
        unlike="botocore takes the name of the elements, though the member has one for them",
    ),
    _form(
        "awsquery",
        "FlatMapByMember",
        {"In": structure(a=of("Map", flattened=True), b=of("Map", flattened=True, locationName="Hi")), **_ITEMS},
        {"a": {"k": "1"}, "b": {"l": "2", "m": "3"}},
        ("a.1.key", "k"),
        ("a.1.value", "1"),
        ("Hi.1.key", "l"),
        ("Hi.1.value", "2"),
        ("Hi.2.key", "m"),
        ("Hi.2.value", "3"),
    ),
    _form(
        "awsquery",
        "NamesOfRootsWithin",
        {"In": structure(a="Named"), "Named": structure(x="String") | {"locationName": "Elsewhere"}},
        {"a": {"x": "1"}},
        ("a.x", "1"),
        unlike="botocore takes the name that a structure has as a root for its members elsewhere, too",
    ),
    _form(
        "awsquery",
        "Fractions",
        {"In": structure(a="Timestamp", b="Timestamp")},
        {"a": datetime(2000, 1, 2, 20, 34, 56, 123000, UTC), "b": 0},
        ("a", "2000-01-02T20:34:56.123000Z"),
        ("b", "1970-01-01T00:00:00Z"),
    ),
    _form(
        "ectwo",
        "FlatByMember",
        {"In": structure(a=of("Items", flattened=True), b=of("Items", locationName="hi")), **_ITEMS},
        {"a": ["1"], "b": ["2", "3"]},
        ("A.1", "1"),
        ("Hi.1", "2"),
        ("Hi.2", "3"),
        unlike="botocore leaves the first letter of a name that is the member's own",
    ),
]

CASES = REST_XML + SPACED + FORMS
