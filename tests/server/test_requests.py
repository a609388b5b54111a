"""What a backend makes of requests, right and wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asdoc.appconfig.backend import Backend
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.schema import load_service
from asdoc.runtime.server.backend import ServiceBackend
from asdoc.runtime.server.limits import MAX_BODY
from tests.server.conftest import Wire, authorization


def strategy(**more: Any) -> dict[str, Any]:
    return {"Name": "s", "GrowthFactor": 5, "DeploymentDurationInMinutes": 1, **more}


@pytest.mark.parametrize(
    ("method", "target", "body", "blamed"),
    [
        ("POST", "/applications", {}, "Name"),
        ("POST", "/applications", {"Name": None}, "Name"),
        ("POST", "/applications", {"Name": 7}, "Name"),
        ("POST", "/applications", {"Name": ""}, "Name"),
        ("POST", "/applications", {"Name": "n" * 65}, "Name"),
        ("POST", "/applications", {"Name": "n", "Tags": ["a"]}, "Tags"),
        ("POST", "/applications", {"Name": "n", "Tags": {"k": 1}}, "Tags.k"),
        ("POST", "/applications", {"Name": "n", "Tags": {"": "v"}}, "Tags key"),
        ("POST", "/applications", [], "object"),
        ("POST", "/applications", "text", "object"),
        ("POST", "/deploymentstrategies", {"Name": "s", "GrowthFactor": 5}, "DeploymentDurationInMinutes"),
        ("POST", "/deploymentstrategies", strategy(GrowthFactor=0.5), "1 to 100"),
        ("POST", "/deploymentstrategies", strategy(GrowthFactor=100.5), "1 to 100"),
        ("POST", "/deploymentstrategies", strategy(GrowthFactor="5"), "GrowthFactor"),
        ("POST", "/deploymentstrategies", strategy(DeploymentDurationInMinutes=1441), "0 to 1440"),
        ("POST", "/deploymentstrategies", strategy(DeploymentDurationInMinutes=1.5), "integer"),
        ("POST", "/deploymentstrategies", strategy(DeploymentDurationInMinutes=True), "integer"),
        ("POST", "/deploymentstrategies", strategy(GrowthType="SQUARE"), "LINEAR, EXPONENTIAL"),
        ("GET", "/applications?max_results=0", b"", "MaxResults"),
        ("GET", "/applications?max_results=51", b"", "MaxResults"),
        ("GET", "/applications?max_results=ten", b"", "MaxResults"),
        ("GET", "/applications?max_results=", b"", "MaxResults"),
        ("GET", "/applications?next_token=", b"", "NextToken"),
        ("GET", "/applications?next_token=%ff", b"", "UTF-8"),
        ("GET", "/applications/%ff", b"", "UTF-8"),
        ("GET", "/applications/" + "a" * 65, b"", "ApplicationId"),
        ("GET", "/deploymentstrategies/UPPER", b"", "DeploymentStrategyId"),
        ("GET", "/tags/no-arn", b"", "ResourceArn"),
        ("GET", "/applications/a/environments/e/deployments/one", b"", "DeploymentNumber"),
        ("GET", "/applications/a/environments/e/deployments/99999999999", b"", "DeploymentNumber"),
        ("GET", "/applications/a/environments/e/configurations/c", b"", "ClientId"),
        ("POST", "/applications/a/configurationprofiles/p/hostedconfigurationversions", b"", "Content"),
        ("POST", "/applications/a/configurationprofiles/p/hostedconfigurationversions", b"x", "ContentType"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_refused_with_the_documented_error(
    wire: Wire, method: str, target: str, body: Any, blamed: str
) -> None:
    message = wire.refused(wire.send(method, target, body), 400, "BadRequestException")
    assert blamed in message


@pytest.mark.parametrize(
    "body", [b"{", b'{"Name": "a"', b"\xff\xfe", b"{'Name': 'a'}", b"[" * 100_000, b'{"Name":"\\ud800"}']
)
def test_a_malformed_body_is_a_bad_request(wire: Wire, body: bytes) -> None:
    wire.refused(wire.send("POST", "/applications", body), 400, "BadRequestException")


def test_what_is_at_the_bound_is_taken(wire: Wire) -> None:
    assert wire.send("POST", "/applications", {"Name": "n" * 64}).status == 201
    assert wire.send("GET", "/applications?max_results=50").status == 200
    for minutes in (0, 1440):
        body = strategy(GrowthFactor=100, DeploymentDurationInMinutes=minutes)
        assert wire.send("POST", "/deploymentstrategies", body).status == 201


def test_members_that_are_not_documented_are_ignored(wire: Wire) -> None:
    assert wire.send("POST", "/applications", {"Name": "n", "Colour": "red"}).status == 201


def test_an_unknown_route_is_an_unknown_operation(wire: Wire) -> None:
    for method, target in (
        ("GET", "/"),
        ("GET", "/nothing"),
        ("PUT", "/applications"),
        ("GET", "/applications/"),
        ("GET", "*"),
    ):
        wire.refused(wire.send(method, target), 404, "UnknownOperationException")


def test_an_operation_that_is_not_built_says_so() -> None:
    wire = Wire(ServiceBackend(load_service("asdoc.appconfig")))
    message = wire.refused(wire.send("GET", "/experimentdefinitions"), 501, "NotImplementedException")
    assert "ListExperimentDefinitions" in message


def test_an_unknown_id_is_not_found_and_is_named(wire: Wire) -> None:
    response = wire.send("GET", "/applications/abc1234")
    wire.refused(response, 404, "ResourceNotFoundException")
    assert json.loads(response.body)["ResourceName"] == "abc1234"


def test_a_body_over_the_limit_is_refused_as_documented(wire: Wire) -> None:
    body = b"x" * (10 * 1024 * 1024)
    wire.refused(wire.send("POST", "/applications", body), 400, "BadRequestException")
    target = "/applications/a/configurationprofiles/p/hostedconfigurationversions"
    response = wire.send("POST", target, body, content_type="text/plain")
    wire.refused(response, 413, "PayloadTooLargeException")
    told = json.loads(response.body)
    assert (told["Measure"], told["Limit"], told["Size"]) == ("KILOBYTES", MAX_BODY / 1024, 10 * 1024.0)


def test_a_behaviour_that_breaks_shows_no_traceback(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def get_application(self, call: Any) -> None:
            raise RuntimeError("a secret of the implementation")

    broken = Wire(ServiceBackend(load_service("asdoc.appconfig"), Broken))
    message = broken.refused(broken.send("GET", "/applications/abcd"), 500, "InternalServerException")
    assert "secret" not in message
    assert "a secret of the implementation" in caplog.text


def test_request_ids_are_unique(wire: Wire) -> None:
    seen = {wire.send("GET", "/applications").headers["x-amzn-requestid"] for _ in range(100)}
    assert len(seen) == 100


def test_the_scope_of_a_signature_names_account_and_region(wire: Wire) -> None:
    wire.send("POST", "/applications", {"Name": "n"}, authorization=authorization("111122223333", "eu-west-1"))

    def count(**header: str) -> int:
        return len(wire.json("GET", "/applications", **header)["Items"])

    assert count(authorization=authorization("111122223333", "eu-west-1")) == 1
    assert count(authorization=authorization("111122223333", "us-east-1")) == 0
    assert count(authorization=authorization("AKIDEXAMPLE", "eu-west-1")) == 0
    assert count() == 0
    assert count(authorization="Basic abc") == 0
    assert count(authorization="AWS4-HMAC-SHA256 Credential=short") == 0


def test_an_arn_is_taken_encoded_and_plain(wire: Wire) -> None:
    made = wire.json("POST", "/applications", {"Name": "n", "Tags": {"a": "b"}})["Id"]
    for separator in ("%2F", "/"):
        arn = f"arn%3Aaws%3Aappconfig%3Aus-east-1%3A123456789012%3Aapplication{separator}{made}"
        assert wire.json("GET", f"/tags/{arn}") == {"Tags": {"a": "b"}}
    assert wire.send("DELETE", f"/tags/{arn}?tagKeys=a&tagKeys=b").status == 204
    assert wire.json("GET", f"/tags/{arn}") == {"Tags": {}}


text = st.text(max_size=40)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
bodies = st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode())
names = st.sampled_from(
    ["Name", "Tags", "Description", "GrowthFactor", "Monitors", "ConfigurationVersion", "Validators"]
)
documents = st.dictionaries(names, json_values, max_size=4).map(lambda value: json.dumps(value).encode())
segments = st.sampled_from(
    ["applications", "environments", "deployments", "configurationprofiles", "deploymentstrategies", "tags", "settings",
     "validators", "hostedconfigurationversions", "configurations", "abcd", "1",
     "%2f", "%ff", "%", "..", "", "é", "\x00"]
)  # fmt: skip
paths = st.lists(segments, max_size=7).map(lambda parts: "/" + "/".join(parts))
queries = st.sampled_from(["", "?", "?max_results=1", "?max_results=%31", "?next_token=%ff", "?tagKeys=a&&="])
header_names = st.sampled_from(
    ["content-type", "authorization", "allow-revert", "latest-version-number", "versionlabel", "description"]
)


@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT", "BREW"]),
    target=st.tuples(paths, queries).map("".join) | text,
    body=bodies | documents,
    headers=st.dictionaries(header_names, text, max_size=3),
)
def test_no_request_breaks_a_backend(method: str, target: str, body: bytes, headers: dict[str, str]) -> None:
    response = Backend().handle(HttpRequest(method=method, target=target, headers=headers, body=body))
    assert response.status < 500 or response.status == 501
    if response.body and response.status != 200:
        json.loads(response.body)
    assert all(name == name.lower() and text.isprintable() for name, text in response.headers.items())
