"""Several services, other protocols, and other ways in."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
import responses

from asdoc.appconfig import Client
from asdoc.appconfig.backend import Backend as AppConfigBackend
from asdoc.proton.backend import Backend as ProtonBackend
from asdoc.runtime.schema import load_service
from asdoc.runtime.server.backend import ServiceBackend
from asdoc.runtime.server.call import Call, ServiceFault
from asdoc.runtime.server.clock import ManualClock
from asdoc.runtime.server.composite import CompositeBackend
from asdoc.runtime.server.responses_adapter import register
from tests.server.conftest import Wire, authorization


class Environments:
    """Just enough of Proton to see its protocol at work."""

    def get_environment(self, call: Call) -> dict[str, Any]:
        if call.params["name"] == "none":
            raise ServiceFault("ResourceNotFoundException", "There is no such environment.")
        return {"environment": {"name": call.params["name"], "lastDeploymentSucceededAt": call.now, "hidden": 1}}


@pytest.fixture
def proton(clock: ManualClock) -> Wire:
    ProtonBackend()
    return Wire(ServiceBackend(load_service("asdoc.proton"), Environments, clock=clock))


def target(operation: str) -> dict[str, str]:
    return {"x_amz_target": f"AwsProton20200720.{operation}"}


def test_the_json_protocol_is_routed_by_its_target(proton: Wire, clock: ManualClock) -> None:
    response = proton.send("POST", "/", {"name": "mine"}, **target("GetEnvironment"))
    assert (response.status, response.headers["content-type"]) == (200, "application/x-amz-json-1.0")
    found = json.loads(response.body)["environment"]
    assert found == {"name": "mine", "lastDeploymentSucceededAt": pytest.approx(clock.now().timestamp())}


@pytest.mark.parametrize(
    ("operation", "body", "status", "code"),
    [
        ("GetEnvironment", {"name": "none"}, 400, "ResourceNotFoundException"),
        ("GetEnvironment", {}, 400, "ValidationException"),
        ("GetEnvironment", b"{", 400, "ValidationException"),
        ("ListEnvironments", {}, 501, "NotImplementedException"),
        ("Nothing", {}, 404, "UnknownOperationException"),
    ],
)
def test_the_json_protocol_tells_its_errors(proton: Wire, operation: str, body: Any, status: int, code: str) -> None:
    response = proton.send("POST", "/", body, **target(operation))
    assert (response.status, json.loads(response.body)["__type"]) == (status, code)


def test_several_services_share_an_address() -> None:
    clock = ManualClock()
    wire = Wire(CompositeBackend([AppConfigBackend(clock=clock), ProtonBackend(clock=clock)]))
    assert wire.json("GET", "/_asdoc/health")["services"] == ["appconfig", "proton"]
    signed = wire.send("POST", "/", {}, authorization=authorization(service="proton"), **target("ListServices"))
    assert signed.status == 501
    assert wire.send("POST", "/", {}, **target("ListServices")).status == 501
    assert wire.send("GET", "/applications").status == 200
    assert wire.send("GET", "/applications", authorization=authorization(service="proton")).status == 404
    assert wire.send("GET", "/nothing").status == 404
    wire.send("POST", "/applications", {"Name": "n"})
    wire.send("POST", "/_asdoc/reset")
    assert wire.json("GET", "/applications") == {"Items": []}


@responses.activate
def test_requests_to_aws_are_answered_in_process() -> None:
    register(AppConfigBackend())
    made = requests.post("https://appconfig.eu-west-1.amazonaws.com/applications", json={"Name": "n"}, timeout=5)
    assert (made.status_code, made.json()["Name"]) == (201, "n")
    found = requests.get(
        "https://appconfig.eu-west-1.amazonaws.com/applications", params={"max_results": "0"}, timeout=5
    )
    assert (found.status_code, found.headers["x-amzn-errortype"]) == (400, "BadRequestException")
    with pytest.raises(requests.ConnectionError):
        requests.get("https://s3.eu-west-1.amazonaws.com/", timeout=5)


def test_a_client_with_a_session_is_answered_in_process() -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        register(AppConfigBackend(), mock, url="http://appconfig.test")
        client: Any = Client(
            "us-east-1",
            endpoint_url="http://appconfig.test",
            session=requests.Session(),
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )
        made = client.create_application(Name="n")
        assert client.get_application(ApplicationId=made["Id"])["Name"] == "n"
