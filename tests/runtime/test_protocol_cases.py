"""What the protocols ask for and botocore does not do, or is never seen to: from their specifications."""

from __future__ import annotations

from typing import Any

import pytest

from asdoc.runtime.exceptions import ServiceError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.parse import parse
from asdoc.runtime.schema import ErrorTraits, Operation, Service, Shape
from asdoc.runtime.serialize import build

_STRING = Shape(type="string")


def service(protocol: str, given: Shape | None = None, told: Shape | None = None, **shapes: Shape) -> Service:
    sides = {name: shape for name, shape in (("In", given), ("Out", told)) if shape is not None}
    return Service(
        service="orchard", client="Orchard", service_id="Orchard", api_version="2024-01-01", protocol=protocol,
        endpoint_prefix="orchard", signing_name="orchard", target_prefix="Orchard",
        operations={
            "Do": Operation(
                name="Do", method="do", input="In" if given else "", output="Out" if told else "", errors=("Bad",)
            )
        },
        shapes={
            **sides, **shapes,
            "Bad": Shape(
                type="structure",
                members={"Message": _STRING, "Limb": _STRING, "Nested": Shape(shape="Nested"),
                         "Kind": Shape(type="string", location="header", name="X-Kind")},
                error=ErrorTraits(code="Bad", status=400),
            ),
            "Nested": Shape(type="structure", members={"Leaf": Shape(type="string", name="Leeef")}),
        },
    )  # fmt: skip


def sent(made: Service, **arguments: Any) -> HttpRequest:
    return build(made, made.operations["Do"], arguments, endpoint="https://example.org")


def read(made: Service, body: bytes, status: int = 200, **headers: str) -> Any:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    result = parse(made, made.operations["Do"], HttpResponse(status=status, headers=told, body=body))
    result.pop("ResponseMetadata")
    return result


def test_ec2_names_begin_with_a_capital() -> None:
    made = service(
        "ec2", Shape(type="structure", members={"leaf": _STRING, "colour": Shape(type="string", name="tint")})
    )
    assert sent(made, leaf="a", colour="b").body == b"Action=Do&Version=2024-01-01&Leaf=a&Tint=b"


def test_the_root_of_an_xml_payload_is_its_shape() -> None:
    given = Shape(type="structure", members={"tree": Shape(shape="Tree")}, payload="tree")
    tree = Shape(type="structure", members={"name": _STRING}, xml_namespace="http://o")
    assert sent(service("rest-xml", given, Tree=tree), tree={"name": "oak"}).body == (
        b'<Tree xmlns="http://o"><name>oak</name></Tree>'
    )


def test_a_list_in_a_header_keeps_what_is_quoted_and_the_commas_of_dates() -> None:
    told = Shape(
        type="structure",
        members={
            "Names": Shape(type="list", member=_STRING, location="header", name="X-Names"),
            "Times": Shape(type="list", member=Shape(type="timestamp"), location="header", name="X-Times"),
        },
    )
    dates = "Mon, 16 Dec 2019 23:48:18 GMT, Tue, 17 Dec 2019 23:48:18 GMT"
    found = read(service("rest-json", told=told), b"", x_names='"b,c", "\\"def\\"", a', x_times=dates)
    assert found["Names"] == ["b,c", '"def"', "a"]
    assert [time.day for time in found["Times"]] == [16, 17]


def test_a_union_that_is_the_body_may_be_absent() -> None:
    told = Shape(type="structure", members={"Fruit": Shape(shape="Fruit")}, payload="Fruit")
    fruit = Shape(type="structure", members={"Apple": _STRING}, union=True)
    for protocol in ("rest-json", "rest-xml"):
        assert read(service(protocol, told=told, Fruit=fruit), b"") == {}


@pytest.mark.parametrize(
    ("protocol", "body"), [("rest-json", b'{"Baz":"bam"}'), ("rest-xml", b"<Out><Baz>bam</Baz></Out>")]
)
def test_a_place_of_requests_is_none_of_answers(protocol: str, body: bytes) -> None:
    told = Shape(type="structure", members={"Baz": Shape(type="string", location="querystring", name="Baz")})
    assert read(service(protocol, told=told), body) == {"Baz": "bam"}


def test_a_flat_list_may_go_by_either_of_its_names() -> None:
    items = Shape(type="list", member=Shape(type="string", name="item"), flattened=True, name="custom")
    made = service("rest-xml", told=Shape(type="structure", members={"Items": items}))
    for name in (b"custom", b"item"):
        assert read(made, b"<Out><%b>a</%b><%b>b</%b></Out>" % ((name,) * 4)) == {"Items": ["a", "b"]}


CODES = [
    "Bad", "Bad:http://internal.amazon.com/coral/x/", "aws.orchard#Bad", "aws.orchard#Bad:http://internal.amazon.com/x/",
]  # fmt: skip


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("protocol", ["rest-json", "json"])
def test_an_error_is_told_by_header_or_body_with_or_without_namespace(protocol: str, code: str) -> None:
    made = service(protocol)
    answers = [
        HttpResponse(status=400, headers={"x-amzn-errortype": code}),
        HttpResponse(status=400, body=b'{"code":"%b"}' % code.encode()),
        HttpResponse(status=400, body=b'{"__type":"%b","Message":"no"}' % code.encode()),
    ]
    for answer in answers:
        with pytest.raises(ServiceError) as error:
            parse(made, made.operations["Do"], answer)
        assert error.value.code == "Bad"


ERRORS = {
    "rest-xml": b"<ErrorResponse><Error><Type>Sender</Type>%b</Error></ErrorResponse>",
    "query": b"<ErrorResponse><Error><Type>Sender</Type>%b</Error><RequestId>r</RequestId></ErrorResponse>",
    "ec2": b"<Response><Errors><Error>%b</Error></Errors><RequestID>r</RequestID></Response>",
}


@pytest.mark.parametrize("protocol", ERRORS)
def test_the_members_of_an_error_are_read(protocol: str) -> None:
    inner = b"<Code>Bad</Code><Message>Hi</Message><Limb>broken</Limb><Nested><Leeef>x</Leeef></Nested>"
    made = service(protocol)
    with pytest.raises(ServiceError) as error:
        parse(made, made.operations["Do"], HttpResponse(status=400, body=ERRORS[protocol] % inner))
    assert error.value.response["Limb"] == "broken"
    assert error.value.response["Nested"] == {"Leaf": "x"}
    told = {"Code": "Bad", "Message": "Hi", "Limb": "broken", "Nested": {"Leeef": "x"}}
    if b"<Type>" in ERRORS[protocol]:
        told["Type"] = "Sender"
    assert error.value.response["Error"] == told, "as botocore has the elements, whatever the error documents"


def test_cbor_without_input_has_no_body_and_with_an_empty_one_has_a_map() -> None:
    without, empty = sent(service("smithy-rpc-v2-cbor")), sent(service("smithy-rpc-v2-cbor", Shape(type="structure")))
    assert (without.body, "content-type" in without.headers) == (b"", False)
    assert (empty.body, empty.headers["content-type"]) == (b"\xa0", "application/cbor")
    assert without.target == "/service/Orchard/operation/Do"


def test_keys_of_s3_go_out_as_they_are() -> None:
    from .tables import table

    s3 = table("s3")
    for key, path in {"my key.txt": "my%20key.txt", "../k": "../k", "a//b": "a//b", "+": "%2B"}.items():
        request = build(s3, s3.operations["GetObject"], {"Bucket": "b", "Key": key}, endpoint="https://example.org")
        assert request.target == f"/b/{path}"
