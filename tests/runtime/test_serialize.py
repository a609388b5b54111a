"""What the comparison with botocore does not reach of the making of requests."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import ParamValidationError
from asdoc.runtime.schema import Operation, Service, Shape
from asdoc.runtime.serialize import build

from .fake import SERVICE
from .tables import table

ENDPOINT = "http://127.0.0.1:8080"


def op(service: Service, name: str) -> Operation:
    return service.operations[name]


def test_a_protocol_that_is_not_spoken_is_named() -> None:
    described = msgspec.structs.replace(table("sns"), protocol="telegraph")
    with pytest.raises(AsdocError, match=r"speaks telegraph\b"):
        build(described, op(described, "Publish"), {}, endpoint=ENDPOINT)


@pytest.mark.parametrize(
    "content", [b"eyA", "eyA", bytearray(b"eyA"), memoryview(b"eyA"), io.BytesIO(b"eyA"), io.StringIO("eyA")]
)
def test_a_blob_is_taken_in_every_form(content: object) -> None:
    service = table("appconfig")
    request = build(
        service,
        op(service, "CreateHostedConfigurationVersion"),
        {"ApplicationId": "a", "ConfigurationProfileId": "b", "Content": content, "ContentType": "text"},
        endpoint=ENDPOINT,
    )
    assert (request.body, request.headers) == (b"eyA", {"content-type": "text"})
    kms = table("kms")
    encrypted = build(kms, op(kms, "Encrypt"), {"KeyId": "k", "Plaintext": content}, endpoint=ENDPOINT)
    if not hasattr(content, "read"):  # what was read above is at its end
        assert json.loads(encrypted.body)["Plaintext"] == "ZXlB"


def test_an_operation_without_a_body_sends_none() -> None:
    request = build(SERVICE, op(SERVICE, "GetTree"), {"TreeId": "t"}, endpoint=ENDPOINT)
    assert (request.body, request.headers) == (b"", {})


def test_an_operation_with_a_body_sends_one_though_nothing_is_given() -> None:
    request = build(SERVICE, op(SERVICE, "PlantOnce"), {}, endpoint=ENDPOINT, token=lambda: "fixed")
    assert request.headers == {"content-type": "application/json"}
    assert json.loads(request.body) == {"Token": "fixed"}


def test_a_part_of_the_path_cannot_leave_its_place() -> None:
    request = build(SERVICE, op(SERVICE, "GetTree"), {"TreeId": "a/../b?c=d#e %é"}, endpoint=ENDPOINT)
    assert request.target == "/trees/a%2F..%2Fb%3Fc%3Dd%23e%20%25%C3%A9"


def test_a_greedy_part_keeps_its_slashes() -> None:
    service = table("mediastore-data")
    request = build(service, op(service, "GetObject"), {"Path": "/folder/a b"}, endpoint=ENDPOINT)
    assert request.target == "//folder/a%20b"


def test_numbers_that_json_cannot_hold_are_written_as_words() -> None:
    service = Service(
        service="n",
        client="N",
        service_id="N",
        api_version="1",
        protocol="json",
        endpoint_prefix="n",
        signing_name="n",
        target_prefix="N",
        operations={"Put": Operation(name="Put", method="put", input="In")},
        shapes={"In": Shape(type="structure", members={"A": Shape(type="list", member=Shape(type="double"))})},
    )
    values = [float("nan"), float("inf"), float("-inf"), Decimal("1.5"), 2]
    request = build(service, op(service, "Put"), {"A": values}, endpoint=ENDPOINT)
    assert json.loads(request.body) == {"A": ["NaN", "Infinity", "-Infinity", 1.5, 2]}
    assert request.headers["x-amz-target"] == "N.Put"


def test_a_time_is_taken_in_every_form() -> None:
    bodies = [
        json.loads(build(SERVICE, op(SERVICE, "PlantTree"), {"Name": "n", "PlantedAt": given}, endpoint=ENDPOINT).body)
        for given in (datetime(2015, 10, 21, 7, 28, tzinfo=UTC), "2015-10-21T07:28:00Z", 1445412480, "1445412480")
    ]
    assert [body["PlantedAt"] for body in bodies] == [1445412480] * 4


def test_host_labels_stand_before_the_host_and_cannot_change_it() -> None:
    service = table("neptune-graph")
    operation = op(service, "CancelQuery")
    request = build(
        service,
        operation,
        {"graphIdentifier": "g-1", "queryId": "q"},
        endpoint="https://neptune-graph.eu-west-1.amazonaws.com",
    )
    assert request.host == "g-1.neptune-graph.eu-west-1.amazonaws.com"
    for label in ("", "evil.org/", "a b", "a@b", "é"):
        with pytest.raises(ParamValidationError, match="graphIdentifier"):
            build(service, operation, {"graphIdentifier": label, "queryId": "q"}, endpoint=ENDPOINT)


def test_the_path_of_the_endpoint_stands_before_that_of_the_operation() -> None:
    for base, target in (("/base", "/base/trees/t"), ("/base/", "/base/trees/t"), ("/", "/trees/t"), ("", "/trees/t")):
        assert build(SERVICE, op(SERVICE, "GetTree"), {"TreeId": "t"}, endpoint=ENDPOINT + base).target == target


@pytest.mark.parametrize(
    ("name", "operation"), [("cloudwatch", "PutMetricData"), ("cloudfront", "CreateContinuousDeploymentPolicy")]
)
def test_a_decimal_keeps_its_digits_where_numbers_are_texts(name: str, operation: str) -> None:
    exact = Decimal("0.12345678901234567890")
    service = table(name)
    weighed = {
        "StagingDistributionDnsNames": {"Quantity": 0},
        "Enabled": True,
        "TrafficConfig": {"Type": "SingleWeight", "SingleWeightConfig": {"Weight": exact}},
    }
    calls: dict[str, dict[str, Any]] = {
        "PutMetricData": {"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": exact}]},
        "CreateContinuousDeploymentPolicy": {"ContinuousDeploymentPolicyConfig": weighed},
    }
    if name == "cloudwatch":
        service = msgspec.structs.replace(service, protocol="query")
    assert str(exact) in build(service, op(service, operation), calls[operation], endpoint=ENDPOINT).content().decode()


def test_a_key_that_is_no_text_is_refused_and_breaks_nothing() -> None:
    service = table("ivschat")
    arguments = {"roomIdentifier": "r", "eventName": "e", "attributes": {("a", "b"): "c"}}
    with pytest.raises(ParamValidationError, match=r"attributes \(key .*expected a string, found tuple"):
        build(service, op(service, "SendEvent"), arguments, endpoint=ENDPOINT)


def test_a_body_in_parts_that_are_no_bytes_is_refused() -> None:
    service = table("mediastore-data")
    put = op(service, "PutObject")
    with pytest.raises(ParamValidationError, match="Body: expected bytes"):
        build(service, put, {"Path": "p", "Body": [None]}, endpoint=ENDPOINT)
    request = build(service, put, {"Path": "p", "Body": iter([b"a", "b"])}, endpoint=ENDPOINT)
    with pytest.raises(AsdocError, match="one of its parts is str, not bytes"):
        request.content()


def test_an_account_that_is_empty_is_not_taken_for_ones_own() -> None:
    service = table("glacier")
    describe = op(service, "DescribeVault")
    own = build(service, describe, {"vaultName": "v"}, endpoint=ENDPOINT)
    assert own.target == "/-/vaults/v"
    with pytest.raises(ParamValidationError, match="accountId"):
        build(service, describe, {"accountId": "", "vaultName": "v"}, endpoint=ENDPOINT)
