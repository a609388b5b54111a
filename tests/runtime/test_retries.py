"""What may pass is tried again, within a budget, and nothing is done twice that must not be."""

from __future__ import annotations

import json

import pytest

from asdoc.runtime.config import Config
from asdoc.runtime.exceptions import (
    ConfigurationError,
    ConnectError,
    ConnectionClosedError,
    ReadTimeout,
    ServiceError,
    TransportError,
)
from asdoc.runtime.http import HttpResponse

from .plays import answer, client


@pytest.mark.parametrize(
    "trouble",
    [
        answer(500),
        answer(503),
        answer(400, {"code": "ThrottlingException"}),
        ConnectError("x"),
        ReadTimeout("x"),
        ConnectionClosedError("x"),
    ],
)
def test_what_may_pass_is_tried_again(trouble: HttpResponse | TransportError, waits: list[float]) -> None:
    trees, transport = client(trouble, trouble, answer(200, {"TreeId": "t"}))
    assert trees.get_tree(TreeId="t")["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(transport.sent) == 3
    assert len(waits) == 2
    assert all(0 <= wait <= 2 for wait in waits)


def test_it_is_not_tried_for_ever(waits: list[float]) -> None:
    trees, transport = client(answer(503, {"message": "later"}))
    with pytest.raises(ServiceError, match="gave up after 2 retries") as caught:
        trees.get_tree(TreeId="t")
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(transport.sent) == 3
    trees, transport = client(ConnectError("x"), config=Config(max_attempts=5))
    with pytest.raises(ConnectError):
        trees.get_tree(TreeId="t")
    assert len(transport.sent) == 5


def test_the_number_of_attempts_is_configured_by_the_environment_too(
    waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    trees, transport = client(answer(503))
    with pytest.raises(ServiceError):
        trees.get_tree(TreeId="t")
    assert len(transport.sent) == 2
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "often")
    with pytest.raises(ConfigurationError):
        client(answer(503))[0].get_tree(TreeId="t")


def test_what_will_not_pass_is_not_tried_again(waits: list[float]) -> None:
    for response in (answer(400), answer(404), answer(501), answer(429, x_amzn_errortype="Busy")):
        trees, transport = client(response)
        with pytest.raises(ServiceError):
            trees.get_tree(TreeId="t")
        assert len(transport.sent) == 1
    assert waits == []


@pytest.mark.parametrize("trouble", [ReadTimeout("x"), ConnectionClosedError("x")])
def test_what_may_have_been_done_is_only_repeated_where_that_is_safe(
    trouble: TransportError, waits: list[float]
) -> None:
    trees, transport = client(trouble, answer(200))
    with pytest.raises(type(trouble)):
        trees._call("PlantTree", {"Name": "oak"})
    assert len(transport.sent) == 1
    trees, transport = client(trouble, answer(200))
    trees._call("PlantOnce", {"Name": "oak"})
    tokens = [json.loads(request.body)["Token"] for request in transport.sent]
    assert len(tokens) == 2
    assert tokens[0] == tokens[1]
    assert len(tokens[0]) == 36


def test_each_call_has_its_own_token_unless_one_is_given() -> None:
    trees, transport = client(answer(200))
    for token in (None, None, "mine"):
        trees._call("PlantOnce", {"Name": "oak", "Token": token})
    tokens = [json.loads(request.body)["Token"] for request in transport.sent]
    assert len(set(tokens)) == 3
    assert tokens[2] == "mine"


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"x_amz_retry_after": "1500"}, 1.5, 1.55),
        ({"x_amz_retry_after": "60000"}, 5, 5.05),
        ({"retry_after": "3"}, 3, 3),
        ({"retry_after": "9999"}, 20, 20),
        ({"retry_after": "Wed, 21 Oct 2015 07:28:07 GMT", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}, 7, 7),
        ({"retry_after": "soon", "x_amz_retry_after": "x"}, 0, 0.05),
        ({"x_amz_retry_after": "-5"}, 0, 0.05),
    ],
)
def test_the_wait_that_a_service_asks_for_is_kept(
    headers: dict[str, str], low: float, high: float, waits: list[float]
) -> None:
    trees, _ = client(answer(503, None, **headers), answer(200))
    trees.get_tree(TreeId="t")
    assert low <= waits[0] <= high


def test_an_outage_spends_the_budget_of_retries_and_success_brings_it_back(waits: list[float]) -> None:
    trees, transport = client(answer(503))
    for _ in range(200):
        with pytest.raises(ServiceError):
            trees.get_tree(TreeId="t")
    assert len(transport.sent) == 200 + 35
    transport.acts[:] = [answer(200)]
    for _ in range(20):
        trees.get_tree(TreeId="t")
    transport.acts[:] = [answer(503)]
    before = len(transport.sent)
    with pytest.raises(ServiceError):
        trees.get_tree(TreeId="t")
    assert len(transport.sent) == before + 3


def test_every_attempt_is_signed_anew(waits: list[float]) -> None:
    trees, transport = client(answer(503), answer(200))
    trees.get_tree(TreeId="t")
    trees._made["caller"]._clock = lambda: 1e9
    trees.get_tree(TreeId="t")
    assert transport.sent[-1].headers["x-amz-date"] == "20010909T014640Z"
    assert transport.sent[0].headers["x-amz-date"] != "20010909T014640Z"
