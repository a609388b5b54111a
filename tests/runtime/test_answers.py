"""An answer becomes a model or a typed error, whatever it is."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest
from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser

from asdoc.runtime.exceptions import (
    ResponseParseError,
    ServiceError,
)
from asdoc.runtime.http import HttpResponse
from asdoc.runtime.parse import parse

from .fake import Photo, TreeNotFound
from .plays import answer, client
from .tables import model, table


@pytest.mark.parametrize(
    "response",
    [
        answer(404, {"Message": "none", "TreeId": "t"}, x_amzn_errortype="NoSuchTree:http://internal/coral/"),
        answer(404, {"message": "none", "code": "NoSuchTree", "TreeId": "t"}),
        answer(404, {"message": "none", "__type": "com.example#NoSuchTree", "TreeId": "t"}),
        answer(404, {"Message": "none", "TreeId": "t"}, x_amzn_errortype="TreeNotFound"),
    ],
)
def test_an_error_is_of_the_class_of_its_code(response: HttpResponse) -> None:
    trees, _ = client(response)
    with pytest.raises(trees.exceptions.TreeNotFound) as caught:
        trees.get_tree(TreeId="t")
    error = caught.value
    assert isinstance(error, TreeNotFound)
    assert isinstance(error, trees.exceptions.ClientError)
    assert error.code in ("NoSuchTree", "TreeNotFound")
    assert error.response["Error"] == {"Code": error.code, "Message": "none"}
    assert error.response["TreeId"] == "t"
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == error.status == 404
    assert str(error) == f"An error occurred ({error.code}) when calling the GetTree operation: none"
    assert pickle.loads(pickle.dumps(error)).response == error.response  # noqa: S301  # our own bytes


@pytest.mark.parametrize(
    ("response", "code", "quoted"),
    [
        (answer(404, b"<html><body>Not here</body></html>"), "404", "Not here"),
        (answer(403, b""), "403", "Forbidden"),
        (answer(400, b'{"__type": "Sto'), "400", "Sto"),
        (answer(400, b"[1]"), "400", "[1]"),
        (answer(400, {"__type": 5, "message": {"deep": 1}}), "400", ""),
        (answer(418, b"\xff\xfe", x_amzn_errortype="Teapot"), "Teapot", ""),
        (answer(302, b"", location="http://elsewhere"), "302", "Found"),
        (answer(799, b"x"), "799", "status 799"),
    ],
)
def test_any_other_error_is_a_service_error_that_quotes_a_little(
    response: HttpResponse, code: str, quoted: str
) -> None:
    trees, _ = client(response)
    with pytest.raises(ServiceError) as caught:
        trees.get_tree(TreeId="t")
    assert caught.value.code == code
    assert quoted in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "body",
    [
        b"<html>" + b"x" * 10_000,
        b'{"TreeId": "t',
        b"[]",
        b'"x"',
        b'{"PlantedAt": "yesterday"}',
        b'{"Branches": 5}',
        b"\xff",
        b"[" * 100_000,
        b'{"Branches": [{"Length": "long"}]}',
        b'{"Branches": {"a": 1}}',
    ],
)
def test_a_success_that_is_not_the_documented_output_is_a_typed_error(body: bytes) -> None:
    trees, _ = client(answer(200, body))
    with pytest.raises(ResponseParseError) as caught:
        trees.get_tree(TreeId="t")
    assert caught.value.status == 200
    assert caught.value.operation_name == "GetTree"
    assert len(str(caught.value)) < 1000
    assert pickle.loads(pickle.dumps(caught.value)).status == 200  # noqa: S301  # our own bytes


def test_members_of_the_headers_the_status_and_the_payload_are_read() -> None:
    trees, _ = client(
        answer(206, b"\x89PNG", x_taken="Tue, 29 Apr 2014 18:30:38 GMT", content_length="4", x_note_a="b")
    )
    photo = trees._call("GetPhoto", {"TreeId": "t"})
    assert isinstance(photo, Photo)
    assert (photo.Size, photo.Status, photo.Notes) == (4, 206, {"a": "b"})
    assert photo.Taken == datetime(2014, 4, 29, 18, 30, 38, tzinfo=UTC)
    assert photo.Image is not None
    assert photo.Image.read() == b"\x89PNG"


@pytest.mark.parametrize("header", ["Old.Code;Sender", "Old.Code;", ";Sender", "Old.Code", "Old.Code;Sender;More"])
def test_the_code_of_a_former_protocol_is_read_where_botocore_reads_it(header: str) -> None:
    body, headers = b'{"__type":"x#QueueDoesNotExist","message":"no"}', {"x-amzn-query-error": header}
    theirs = create_parser("json").parse(
        {"status_code": 400, "headers": HeadersDict(headers), "body": body},
        model("sqs").operation_model("GetQueueUrl").output_shape,  # type: ignore[arg-type]  # None is an output, too
    )
    with pytest.raises(ServiceError) as caught:
        parse(
            table("sqs"), table("sqs").operations["GetQueueUrl"], HttpResponse(status=400, headers=headers, body=body)
        )
    assert caught.value.response["Error"] == theirs["Error"]


def test_an_error_in_the_words_of_oauth_has_its_message() -> None:
    body = b'{"__type":"aws#ExpiredTokenException","error":"expired_token","error_description":"sign in again"}'
    service = table("sso-oidc")
    with pytest.raises(ServiceError, match="sign in again") as caught:
        parse(service, service.operations["CreateToken"], HttpResponse(status=400, headers={}, body=body))
    assert caught.value.code == "ExpiredTokenException"


def test_what_simpledb_charges_for_a_call_is_told_beside_the_id_of_the_request() -> None:
    body = (
        b"<CreateDomainResponse><ResponseMetadata><RequestId>r-1</RequestId><BoxUsage>0.0055</BoxUsage>"
        b"</ResponseMetadata></CreateDomainResponse>"
    )
    service = table("sdb")
    theirs = create_parser("query").parse({"status_code": 200, "headers": HeadersDict({}), "body": body}, None)  # type: ignore[arg-type]  # there is no output
    found = parse(service, service.operations["CreateDomain"], HttpResponse(status=200, headers={}, body=body))
    for name in ("RequestId", "BoxUsage"):
        assert found["ResponseMetadata"][name] == theirs["ResponseMetadata"][name]
