"""Answers that a test gives are those that botocore's Stubber would give for the same script, typed and checked."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime
from typing import Any

import boto3
import botocore.exceptions
import botocore.stub
import pytest

from asdoc.appconfig import AsyncClient, Client, errors
from asdoc.runtime.exceptions import ClientClosedError, ParamValidationError, ServiceError
from asdoc.testing import ANY, Stubber, StubError

from .buckets import played
from .plays import answer
from .plays import client as playing

Script = list[tuple[str, tuple[Any, ...], dict[str, Any]]]
NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
ASKED = {"ApplicationId": "a", "EnvironmentId": "e", "DeploymentNumber": 1}
SCRIPT: Script = [
    ("get_application", ({"Id": "abc", "Name": "n"}, {"ApplicationId": "abc"}), {"ApplicationId": "abc"}),
    ("list_applications", ({"Items": [{"Id": "a"}], "NextToken": "t"},), {"MaxResults": 2}),
    ("get_deployment", ({"StartedAt": NOW, "EventLog": [{"OccurredAt": NOW, "ActionInvocations": []}]},), ASKED),
    ("delete_application", ({},), {"ApplicationId": "abc"}),
]


def test_a_script_plays_as_it_does_to_boto3() -> None:
    theirs: Any = boto3.client("appconfig", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    ours: Any = Client("us-east-1")
    with botocore.stub.Stubber(theirs) as their_stub, Stubber(ours) as our_stub:
        for method, answer, _ in SCRIPT:
            their_stub.add_response(method, *answer)
            our_stub.add_response(method, *answer)
        for method, _, arguments in SCRIPT:
            expected = dict(getattr(theirs, method)(**arguments))
            found = getattr(ours, method)(**arguments).to_dict()
            # which boto3's has where the script gives it
            assert found.pop("ResponseMetadata")["HTTPStatusCode"] == 200
            assert found == expected
        our_stub.assert_no_pending_responses()


def test_an_error_has_the_class_and_the_members_of_its_code() -> None:
    ours = Client("us-east-1")
    with Stubber(ours) as stub:
        stub.add_client_error(
            "get_application",
            "ResourceNotFoundException",
            "gone",
            404,
            service_error_meta={"Extra": 1},
            modeled_fields={"ResourceName": "a"},
        )
        stub.add_client_error("get_application", "Odd", expected_params={"ApplicationId": ANY})
        with pytest.raises(errors.ResourceNotFoundException, match="gone") as caught:
            ours.get_application(ApplicationId="abc")
        assert (caught.value.status, caught.value.response["ResourceName"]) == (404, "a")
        assert caught.value.response["Error"]["Extra"] == 1
        with pytest.raises(ServiceError, match="Odd"):
            ours.get_application(ApplicationId="abc")


def test_paginators_and_awaited_clients_are_answered_too() -> None:
    ours = Client("us-east-1")
    with Stubber(ours) as stub:
        stub.add_response("list_applications", {"Items": [{"Id": "a"}], "NextToken": "t"})
        stub.add_response("list_applications", {"Items": [{"Id": "b"}]}, {"NextToken": "t"})
        assert [item.Id for item in ours.paginate.list_applications()] == ["a", "b"]

    async def ask() -> str | None:
        awaited = AsyncClient("us-east-1")
        with Stubber(awaited) as stub:
            stub.add_response("get_application", {"Id": "abc"})
            return (await awaited.get_application(ApplicationId="abc")).Id

    assert asyncio.run(ask()) == "abc"


def test_a_body_is_read_as_it_is_from_the_service() -> None:
    client, _ = played("s3")
    with Stubber(client) as stub:
        for body in (b"text", io.BytesIO(b"text")):
            stub.add_response("get_object", {"Body": body})
            assert client._call("GetObject", {"Bucket": "b", "Key": "k"})["Body"].read() == b"text"


def test_another_call_than_the_expected_one_is_told() -> None:
    ours = Client("us-east-1")
    with Stubber(ours) as stub:
        with pytest.raises(StubError, match="no answer is left"):
            ours.get_application(ApplicationId="abc")
        stub.add_response("get_application", {"Id": "abc"}, {"ApplicationId": "abc"})
        with pytest.raises(StubError, match="next answer is for get_application"):
            ours.list_applications()
        with pytest.raises(AssertionError, match="ApplicationId not as expected"):
            ours.get_application(ApplicationId="other")
        with pytest.raises(StubError, match="1 answers are left, of get_application"):
            stub.assert_no_pending_responses()
        assert ours.get_application(ApplicationId="abc").Id == "abc"
        stub.add_response("get_application", {})
        with pytest.raises(ParamValidationError):
            ours.get_application(ApplicationId=1)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("method", "answer", "told"),
    [
        ("get_applications", {}, "no such method"),
        ("get_application", {"Foo": "x"}, "Foo: unknown"),
        ("get_application", {"Id": 1}, "Id: expected a string"),
        ("delete_application", {"Id": "x"}, "Id: unknown"),
    ],
)
def test_what_the_service_would_not_answer_is_refused(method: str, answer: dict[str, Any], told: str) -> None:
    with pytest.raises(StubError, match=told):
        Stubber(Client("us-east-1")).add_response(method, answer)


def test_the_service_is_called_again_when_the_stub_has_gone() -> None:
    ours = Client("us-east-1")
    stub = Stubber(ours)
    stub.activate()
    stub.deactivate()
    assert "_call" not in vars(ours)


def test_views_are_answered_while_the_stub_is_there_and_no_longer() -> None:
    ours, transport = playing(answer(200, {"TreeId": "served"}))
    before = ours.with_options(max_attempts=1)
    with Stubber(ours) as stub:
        within = before.with_options(deadline=2)
        for view in (before, within, ours):
            stub.add_response("get_tree", {"TreeId": "stubbed"}, {"TreeId": "t"})
            assert view.get_tree(TreeId="t").TreeId == "stubbed"
        assert transport.sent == []
        assert ours.generate_presigned_url("get_tree", {"TreeId": "t"}).startswith("https://")
    for view in (before, within, ours):
        assert view.get_tree(TreeId="t").TreeId == "served"
    assert len(transport.sent) == 3


def test_a_client_that_is_closed_under_its_stub_stays_closed() -> None:
    ours = Client("us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(ours) as stub:
        stub.add_response("get_application", {"Id": "a"})
        ours.close()
        with pytest.raises(ClientClosedError):
            ours.get_application(ApplicationId="a")
    with pytest.raises(ClientClosedError):
        ours.get_application(ApplicationId="a")


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("ResourceNotFoundException", {"Nope": "a"}),
        ("ResourceNotFoundException", {"ResourceName": 3}),
        ("Odd", {"A": 1}),
    ],
)
def test_what_no_error_tells_is_refused_as_it_is_by_botocore(code: str, fields: dict[str, Any]) -> None:
    theirs: Any = boto3.client("appconfig", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with pytest.raises(botocore.exceptions.ParamValidationError):
        botocore.stub.Stubber(theirs).add_client_error("get_application", code, modeled_fields=fields)
    with pytest.raises(StubError, match="stubbing get_application: the error"):
        Stubber(Client("us-east-1")).add_client_error("get_application", code, modeled_fields=fields)
