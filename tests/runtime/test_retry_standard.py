"""The retry modes as AWS's SDKs describe them: tokens, jitter, rates, and clocks that are wrong."""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import boto3
import botocore.retries.standard
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config as TheirConfig
from hypothesis import given
from hypothesis import strategies as st

from asdoc.runtime.config import Config
from asdoc.runtime.exceptions import ConfigurationError, ConnectError, ConnectTimeout, ReadTimeout, ServiceError
from asdoc.runtime.http import HttpResponse
from asdoc.runtime.rate import Rate
from asdoc.runtime.retry import _POLLS, Budget, Retries

from .fake import Client
from .plays import answer, client


def retries(trees: Client) -> Retries:
    found: Retries = trees._made["caller"].retries
    return found


@pytest.mark.parametrize(
    ("trouble", "cost"),
    [
        (answer(503), 14),
        (answer(429), 5),
        (answer(400, x_amzn_errortype="Throttling"), 5),
        (ConnectError("x"), 14),
        (ReadTimeout("x"), 14),
        (ConnectTimeout("x"), 14),
    ],
)
def test_a_retry_costs_tokens_and_its_success_brings_them_back(trouble: object, cost: int, waits: list[float]) -> None:
    trees, transport = client(trouble)  # type: ignore[arg-type]  # both kinds of act
    with pytest.raises(Exception):  # noqa: B017, PT011  # whichever it is
        trees.get_tree(TreeId="t")
    assert retries(trees).budget is not None
    budget = retries(trees).budget
    assert budget is not None
    assert budget.available == 500 - 2 * cost
    transport.acts[:] = [trouble, answer(200)]  # type: ignore[list-item]  # what plays takes errors, too
    trees.get_tree(TreeId="t")
    assert budget.available == 500 - 2 * cost
    transport.acts[:] = [answer(200)]
    trees.get_tree(TreeId="t")
    assert budget.available == 500 - 2 * cost + 1


def test_an_empty_budget_ends_a_call_with_its_own_error(waits: list[float]) -> None:
    trees, transport = client(answer(503))
    trees._start()
    budget = retries(trees).budget
    assert budget is not None
    budget.available = 13
    with pytest.raises(ServiceError) as caught:
        trees.get_tree(TreeId="t")
    assert caught.value.status == 503
    assert len(transport.sent) == 1


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 20)), max_size=200),
)
def test_a_budget_never_holds_less_than_nothing_nor_more_than_it_may(steps: list[tuple[bool, int]]) -> None:
    budget = Budget(50)
    for takes, amount in steps:
        before = budget.available
        if takes:
            assert budget.take(amount) is (amount <= before)
        else:
            budget.give(amount)
        assert 0 <= budget.available <= 50


@given(st.integers(1, 40), st.floats(0, 1, exclude_max=True), st.booleans())
def test_the_wait_is_jittered_in_full_and_never_longer_than_20_seconds(
    attempt: int, chance: float, throttled: bool
) -> None:
    policy = Retries(1000, random=lambda: chance)
    status, code = (400, "Throttling") if throttled else (500, "")
    again = policy.after_answer(answer(status), code, attempt)
    assert again is not None
    most = min((1.0 if throttled else 0.05) * 2 ** (attempt - 1), 20.0)
    assert again.wait == pytest.approx(chance * most)


def test_two_clients_do_not_wait_in_step() -> None:
    random.seed(1)
    policy = Retries(10)
    found = {getattr(policy.after_answer(answer(500), "", 5), "wait", None) for _ in range(20)}
    assert len(found) == 20


@pytest.mark.parametrize(("mode", "attempts"), [("standard", 3), ("adaptive", 3), ("legacy", 5)])
def test_the_mode_is_configured_by_the_environment(
    mode: str, attempts: int, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_RETRY_MODE", mode)
    trees, transport = client(answer(503))
    with pytest.raises(ServiceError):
        trees.get_tree(TreeId="t")
    assert len(transport.sent) == attempts
    assert (retries(trees).budget is None) is (mode == "legacy")
    assert (retries(trees).rate is not None) is (mode == "adaptive")


def test_a_mode_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="standard"):
        client(answer(200), config=Config(retry_mode="eager"))


def test_one_call_may_be_tried_less_or_more_often(waits: list[float]) -> None:
    trees, transport = client(answer(503))
    for attempts in (1, 7):
        transport.sent.clear()
        with pytest.raises(ServiceError):
            trees.with_options(max_attempts=attempts).get_tree(TreeId="t")
        assert len(transport.sent) == attempts
    with pytest.raises(ConfigurationError):
        trees.with_options(max_attempts=0)


# -- the adaptive mode


def test_a_client_that_was_never_throttled_is_not_held_back() -> None:
    now = [0.0]
    rate = Rate(lambda: now[0])
    for _ in range(100):
        assert rate.wait() == 0
        rate.answered(throttled=False)
        now[0] += 0.001


def test_a_refusal_slows_a_client_down_and_success_speeds_it_up_again() -> None:
    now = [0.0]
    rate = Rate(lambda: now[0])

    def second(*, refused: bool) -> int:
        """How many are sent within a second by one that sends as fast as it may, and up to 100."""
        sent, end = 0, now[0] + 1
        while now[0] < end:
            now[0] += max(rate.wait(), 0.01)
            sent += 1
            rate.answered(throttled=refused)
        return sent

    assert second(refused=False) >= 99
    assert second(refused=False) >= 99
    assert second(refused=True) < 60
    slow = second(refused=True)
    assert slow < 10
    speeds = [second(refused=False) for _ in range(30)]
    assert speeds[-1] > 5 * max(slow, 1)


def test_the_adaptive_mode_waits_before_the_first_attempt_too(waits: list[float]) -> None:
    trees, _ = client(answer(400, {"code": "Throttling"}), answer(200), config=Config(retry_mode="adaptive"))
    trees.get_tree(TreeId="t")
    waits.clear()
    for _ in range(5):
        trees.get_tree(TreeId="t")
    assert len(waits) >= 4
    assert sorted(waits) == waits


# -- clocks


def at(offset: float, code: str, status: int = 403) -> HttpResponse:
    """An answer by a service whose clock is `offset` seconds ahead of ours."""
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=offset), usegmt=True)
    return answer(status, {"code": code}, date=date)


def signed_at(header: str) -> float:
    return datetime.strptime(header, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize("code", ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"])
@pytest.mark.parametrize("offset", [3600, -86400 * 400])
def test_a_clock_that_is_wrong_is_put_right_and_stays_so(code: str, offset: float, waits: list[float]) -> None:
    trees, transport = client(at(offset, code), answer(200))
    trees.get_tree(TreeId="t")
    trees.get_tree(TreeId="t")
    assert waits == []
    assert len(transport.sent) == 3
    dates = [signed_at(request.headers["x-amz-date"]) - time.time() for request in transport.sent]
    assert dates[0] == pytest.approx(0, abs=5)
    assert dates[1:] == pytest.approx([offset, offset], abs=5)


def test_a_request_that_was_refused_for_its_time_is_sent_again_even_if_it_is_not_safe_to_repeat() -> None:
    trees, transport = client(at(3600, "RequestTimeTooSkewed"), answer(201))
    trees._call("PlantTree", {"Name": "oak"})
    assert len(transport.sent) == 2


@pytest.mark.parametrize(("offset", "sent"), [(0, 1), (100, 1), (1000, 2)])
def test_a_signature_that_does_not_match_is_a_matter_of_the_clock_only_where_it_is_minutes_off(
    offset: float, sent: int
) -> None:
    trees, transport = client(at(offset, "SignatureDoesNotMatch"))
    with pytest.raises(ServiceError):
        trees.get_tree(TreeId="t")
    assert len(transport.sent) == sent


def test_a_service_that_complains_for_ever_is_not_answered_for_ever(waits: list[float]) -> None:
    trees, transport = client(*(at(3600 * n, "RequestTimeTooSkewed") for n in range(1, 9)))
    with pytest.raises(ServiceError):
        trees.get_tree(TreeId="t")
    assert len(transport.sent) == 2


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Foo 2020 00:00:00 GMT"])
def test_a_date_that_is_none_corrects_nothing(date: str) -> None:
    trees, transport = client(answer(403, {"code": "RequestTimeTooSkewed"}, date=date))
    with pytest.raises(ServiceError):
        trees.get_tree(TreeId="t")
    assert len(transport.sent) == 1


@pytest.mark.parametrize(
    ("service", "method", "status", "code"),
    [
        ("dynamodb", "list_tables", 503, ""),
        ("dynamodb", "list_tables", 400, "ThrottlingException"),
        ("sfn", "list_activities", 500, ""),
        ("sfn", "list_activities", 400, "ThrottlingException"),
        ("sfn", "list_activities", 429, ""),
        ("sfn", "list_activities", 400, "Other"),
    ],
)
def test_an_outage_is_met_with_as_many_requests_as_botocore_sends(
    service: str, method: str, status: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 60
    sent: list[object] = []
    name = "stepfunctions" if service == "sfn" else service
    theirs: Any = boto3.client(
        name, "us-east-1", aws_access_key_id="a", aws_secret_access_key="b",
        config=TheirConfig(retries={"mode": "standard"}),
    )  # fmt: skip

    class Raw:
        def stream(self, **_: object) -> list[bytes]:
            return [json.dumps({"__type": code} if code else {}).encode()]

    def answers(request: Any, **_: object) -> AWSResponse:
        sent.append(request)
        return AWSResponse(request.url, status, HTTPHeaders(), Raw())

    theirs.meta.events.register("before-send", answers)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    for _ in range(calls):
        with pytest.raises(theirs.exceptions.ClientError):
            getattr(theirs, method)()
    ours, policy = 0, Retries(service=name)
    for _ in range(calls):
        attempt = 1
        while policy.after_answer(answer(status), code, attempt, modelled=None):
            attempt += 1
        ours += attempt
    assert ours == len(sent)
    assert (ours > calls) is (code != "Other")


def test_what_is_called_in_a_loop_waits_before_it_fails_where_no_budget_is_left(waits: list[float]) -> None:
    theirs = vars(botocore.retries.standard)["RetryHandler"]._LONG_POLLING_OPERATIONS
    assert {(service.lower(), name) for service, name in _POLLS} == {
        (service, name) for service, names in theirs.items() for name in names
    }
    trees, transport = client(answer(503))
    trees._start()
    budget = retries(trees).budget
    assert budget is not None
    budget.available = 0
    trees._made["caller"].plan("GetTree").polls = True
    for view in (trees, trees.with_options(deadline=5)):
        with pytest.raises(ServiceError) as caught:
            view.get_tree(TreeId="t")
        assert caught.value.status == 503
    assert len(transport.sent) == 2
    assert len(waits) == 2
    assert all(0 < wait < 0.05 for wait in waits)
