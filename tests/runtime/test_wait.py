"""A wait ends as botocore's ends: for the same answers the same outcome, after as many calls and sleeps."""

from __future__ import annotations

import asyncio
import pickle
from types import SimpleNamespace
from typing import Any
from unittest import mock

import jmespath.exceptions
import pytest
from botocore.exceptions import ClientError
from botocore.exceptions import WaiterError as TheirWaiterError
from botocore.waiter import NormalizedOperationMethod, SingleWaiterConfig
from botocore.waiter import Waiter as TheirWaiter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asdoc.runtime.exceptions import ConfigurationError, ServiceError, UnknownWaiterError, WaiterError
from asdoc.runtime.expressions import ExpressionError
from asdoc.runtime.schema import Acceptor, Service, WaiterRule
from asdoc.runtime.wait import AsyncWaiter, Wait, Waiter

from .listings import Json, data, paths, waiters

Answer = tuple[str, Json]
"""(`answer` or `error`, what it holds)"""


def rule_of(told: Json, name: str = "Ready") -> WaiterRule:
    acceptors = tuple(Acceptor(**acceptor) for acceptor in told["acceptors"])
    return WaiterRule(name, told["operation"], told["delay"], told["maxAttempts"], acceptors)


@st.composite
def waits(draw: st.DrawFn) -> tuple[Json, list[Answer], Json]:
    """A waiter of any service, answers that may meet its acceptors, and how often to ask."""
    told = waiters()[draw(st.sampled_from(sorted(waiters())))]
    acceptors = told["acceptors"]
    values = [acceptor["expected"] for acceptor in acceptors if acceptor["matcher"].startswith("path")]
    leaves = st.sampled_from([*values, *values, "other", None, True, 0, 2])
    steps = [path for acceptor in acceptors if "argument" in acceptor for path in paths(acceptor["argument"])]
    statuses = st.sampled_from(
        [200, 200, 404, *(acceptor["expected"] for acceptor in acceptors if acceptor["matcher"] == "status")]
    )
    codes = ["Other", *(str(acceptor["expected"]) for acceptor in acceptors if acceptor["matcher"] == "error")]
    answers: list[Answer] = []
    for _ in range(draw(st.integers(1, 6))):
        metadata = {"ResponseMetadata": {"HTTPStatusCode": draw(statuses)}}
        if draw(st.integers(0, 3)) == 0:
            error = {"Code": draw(st.sampled_from(codes)), "Message": "no"}
            answers.append(("error", {"Error": error, **metadata}))
        else:
            held = draw(data(steps, leaves)) if steps else {}
            answers.append(("answer", {**(held if isinstance(held, dict) else {}), **metadata}))
    return (
        told,
        answers,
        draw(st.fixed_dictionaries({"MaxAttempts": st.integers(0, 6)}, optional={"Delay": st.just(7)})),
    )


class Stub:
    """A service that gives one answer after the other, and the last of them ever after."""

    def __init__(self, told: Json, answers: list[Answer]) -> None:
        self.told, self.answers, self.calls = told, answers, 0
        self.slept: list[float] = []
        self.rule = rule_of(told)

    def answer(self) -> Answer:
        self.calls += 1
        return self.answers[min(self.calls, len(self.answers)) - 1]

    def _service(self) -> Service:
        return SimpleNamespace(waiters={"ready": self.rule}, client="Any")  # type: ignore[return-value]  # all that is looked at

    def _call(self, operation_name: str, arguments: Any) -> Any:
        assert (operation_name, dict(arguments)) == (self.told["operation"], {"Id": "i"})
        kind, held = self.answer()
        if kind == "error":
            raise ServiceError(held, operation_name)
        return held

    def _sleep(self, seconds: float) -> Any:
        self.slept.append(seconds)


class AsyncStub(Stub):
    async def _call(self, operation_name: str, arguments: Any) -> Any:
        return super()._call(operation_name, arguments)

    async def _sleep(self, seconds: float) -> None:
        super()._sleep(seconds)


def by_botocore(told: Json, answers: list[Answer], config: Json) -> Any:
    stub = Stub(told, answers)

    def call(**arguments: Any) -> Json:
        kind, held = stub.answer()
        if kind == "error":
            raise ClientError(held, told["operation"])  # type: ignore[arg-type]  # as an answer has it
        return held

    slept: list[float] = []
    method: Any = NormalizedOperationMethod
    config_of: Any = SingleWaiterConfig
    waiter = TheirWaiter("Ready", config_of(told), method(call))
    with mock.patch("botocore.waiter.time.sleep", slept.append):
        try:
            waiter.wait(Id="i", WaiterConfig=dict(config))
        except TheirWaiterError as error:
            return _told(error.kwargs["reason"]), error.last_response, stub.calls, slept
        except jmespath.exceptions.JMESPathTypeError:
            return "an expression that cannot be asked"
    return "so", None, stub.calls, slept


def ours(told: Json, answers: list[Answer], config: Any, *, awaits: bool = False) -> Any:
    stub = AsyncStub(told, answers) if awaits else Stub(told, answers)
    try:
        if awaits:
            asyncio.run(AsyncWaiter(stub, "ready").wait(Id="i", WaiterConfig=config))
        else:
            Waiter(stub, "ready").wait(Id="i", WaiterConfig=config)
    except WaiterError as error:
        return _told(error.reason), error.last_response, stub.calls, stub.slept
    except ExpressionError:
        return "an expression that cannot be asked"
    return "so", None, stub.calls, stub.slept


def _told(reason: str) -> str:
    # botocore tells the acceptor that it looked at last, met or not
    return reason.partition(". Previously accepted state")[0]


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(waits())
def test_every_waiter_of_botocore_ends_as_it_does_there(case: tuple[Json, list[Answer], Json]) -> None:
    assert ours(*case) == by_botocore(*case)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(waits())
def test_a_wait_that_is_awaited_ends_the_same_way(case: tuple[Json, list[Answer], Json]) -> None:
    assert ours(*case, awaits=True) == ours(*case)


def test_all_waiters_of_botocore_are_understood() -> None:
    assert len(waiters()) > 300
    for told in waiters().values():
        Wait(rule_of(told))


def waiter(*acceptors: Json) -> Json:
    return {"operation": "Get", "delay": 5, "maxAttempts": 3, "acceptors": list(acceptors)}


READY = {"matcher": "path", "argument": "State", "expected": "READY", "state": "success"}
BROKEN = {"matcher": "path", "argument": "State", "expected": "BROKEN", "state": "failure"}
GONE = {"matcher": "error", "expected": "NotFound", "state": "success"}


def test_the_last_answer_is_given_and_none_where_it_was_an_error() -> None:
    ready: Answer = ("answer", {"State": "READY", "Name": "n"})
    gone: Answer = ("error", {"Error": {"Code": "NotFound", "Message": "m"}})
    assert Waiter(Stub(waiter(READY), [("answer", {}), ready]), "ready").wait(Id="i") == ready[1]
    assert Waiter(Stub(waiter(GONE), [ready, gone]), "ready").wait(Id="i") is None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (("answer", {"State": "BROKEN"}), 'terminal failure state: For expression "State" we matched expected path'),
        (("error", {"Error": {"Code": "Other", "Message": "m"}}), r"An error occurred \(Other\): m"),
        (("answer", {"State": "SLOW"}), "Max attempts exceeded"),
    ],
)
def test_a_wait_that_fails_says_why_and_holds_the_last_answer(answer: Answer, reason: str) -> None:
    with pytest.raises(WaiterError, match=f"Waiter Ready failed: .*{reason}") as told:
        Waiter(Stub(waiter(READY, BROKEN), [answer]), "ready").wait(Id="i")
    assert told.value.last_response == answer[1]
    again = pickle.loads(pickle.dumps(told.value))  # noqa: S301  # our own
    assert (again.name, again.reason, again.last_response) == ("Ready", told.value.reason, answer[1])


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"MaxAttempts": "3"}, "MaxAttempts is '3'"),
        ({"Delay": []}, r"Delay is \[\]"),
        ({"Delay": -1}, "Delay is -1"),
        ({"Delay": 1e300}, "Delay is 1e"),
        ({"MaxAttempts": float("nan")}, "MaxAttempts is nan"),
        ("often", "WaiterConfig is 'often'"),
        (5, "WaiterConfig is 5"),
    ],
)
def test_a_configuration_that_is_no_number_is_refused_before_anything_is_asked(config: Any, told: str) -> None:
    stub = Stub(waiter(READY), [("answer", {"State": "READY"})])
    with pytest.raises(ConfigurationError, match=f"waiting for Ready: {told}"):
        Waiter(stub, "ready").wait(Id="i", WaiterConfig=config)
    assert stub.calls == 0


def test_what_is_none_in_a_configuration_is_as_documented() -> None:
    config: Any = {"Delay": None, "MaxAttempts": None}
    _, _, calls, slept = ours(waiter(READY), [("answer", {})], config)
    assert (calls, slept) == (3, [5, 5])


def test_how_a_waiter_asks_can_be_set_as_boto3s_can() -> None:
    stub = Stub(waiter(READY), [("answer", {})])
    slow = Waiter(stub, "ready")
    assert (slow.config.operation, slow.config.delay, slow.config.max_attempts) == ("Get", 5, 3)
    slow.config.delay, slow.config.max_attempts = 60, 2
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        slow.wait(Id="i")
    assert (stub.calls, stub.slept) == (2, [60])
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        slow.wait(Id="i", WaiterConfig={"Delay": 1})
    assert stub.slept == [60, 1]
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        Waiter(stub, "ready").wait(Id="i")
    assert stub.slept == [60, 1, 5, 5]


def test_a_waiter_that_no_page_tells_is_refused_by_name() -> None:
    with pytest.raises(UnknownWaiterError, match=r"Waiter does not exist: steady\n.*ready"):
        Waiter(Stub(waiter(READY), []), "steady")
