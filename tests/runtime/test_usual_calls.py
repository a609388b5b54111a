"""A call that takes the short road sends, gives and raises what it would on the long one, and leaves it in time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import pytest

from asdoc.appconfig import AsyncClient, Client
from asdoc.runtime.config import Config
from asdoc.runtime.credentials import Credentials
from asdoc.runtime.deadline import deadline
from asdoc.runtime.exceptions import ConnectionClosedError, ParamValidationError
from asdoc.runtime.http import HttpRequest, HttpResponse

NOW = 1_700_000_000.25
IDS = {"ApplicationId": "abc1234"}


class Service:
    """Answers as it is told to, the last answer for ever, and keeps what it was asked."""

    def __init__(self, *answers: HttpResponse | Exception) -> None:
        self.answers = list(answers) or [HttpResponse(status=200, body=b'{"Name": "first"}')]
        self.asked: list[HttpRequest] = []
        self.now = NOW

    def __call__(self, request: HttpRequest, /) -> HttpResponse:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(self, **options: Any) -> Client:
        client = Client("eu-west-1", backend=self, aws_access_key_id="AKID", aws_secret_access_key="s", **options)
        client._start()._clock = lambda: self.now
        client._sleep = lambda seconds: None
        client.get_application(**IDS)  # from the second call on the road is known
        self.asked.clear()
        return client


def roads(client: Client | AsyncClient, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the operations for which a call of the long kind is made from now on."""
    caller, made = client._start(), list[str]()
    call: Callable[..., Any] = caller.call

    def seen(name: str, *told: Any, **more: Any) -> Any:
        made.append(name)
        return call(name, *told, **more)

    monkeypatch.setattr(caller, "call", seen)
    return made


def test_it_sends_and_gives_what_the_long_road_does(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(HttpResponse(status=200, headers={"x-amzn-requestid": "r1"}, body=b'{"Name": "first"}'))
    client = service.client()
    long = roads(client, monkeypatch)
    short = client.get_application(**IDS).to_dict()
    assert long == []
    client.hooks.before_sending(lambda sending: None)
    assert client.get_application(**IDS).to_dict() == short
    assert long == ["GetApplication"]
    assert service.asked[0] == service.asked[1]
    assert short["Name"] == "first"
    assert short["ResponseMetadata"]["RequestId"] == "r1"


@pytest.mark.parametrize(
    "leave",
    [
        lambda client: client.hooks.after_receiving(lambda received: None),
        lambda client: logging.getLogger("asdoc.client.appconfig").setLevel(logging.DEBUG),
    ],
)
def test_a_call_that_somebody_watches_leaves_it(leave: Callable[[Client], None], monkeypatch: Any) -> None:
    client = Service().client()
    long = roads(client, monkeypatch)
    try:
        leave(client)
        client.get_application(**IDS)
    finally:
        logging.getLogger("asdoc.client.appconfig").setLevel(logging.NOTSET)
    assert long == ["GetApplication"]


def test_a_call_with_a_deadline_or_settings_of_its_own_leaves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Service().client()
    long = roads(client, monkeypatch)
    with deadline(5):
        client.get_application(**IDS)
    client.with_options(deadline=5).get_application(**IDS)
    client.with_options(max_attempts=1).get_application(**IDS)
    assert len(long) == 3
    strict = Service().client(config=Config(deadline=5.0))
    long = roads(strict, monkeypatch)
    strict.get_application(**IDS)
    assert len(long) == 1


def test_what_is_wrong_with_the_arguments_is_still_said() -> None:
    client = Service().client()
    with pytest.raises(ParamValidationError, match="ApplicationId"):
        client.get_application(ApplicationId="")


@pytest.mark.parametrize(
    "trouble", [HttpResponse(status=503, body=b"{}"), ConnectionClosedError("gone")], ids=["status", "connection"]
)
def test_its_first_attempt_counts(trouble: HttpResponse | Exception) -> None:
    service = Service()
    client = service.client()
    service.answers = [trouble, trouble, HttpResponse(status=200, body=b'{"Name": "third"}')]
    answer = client.get_application(**IDS).to_dict()
    assert (answer["Name"], answer["ResponseMetadata"]["RetryAttempts"]) == ("third", 2)
    service.answers = [trouble]
    service.asked.clear()
    with pytest.raises(Exception, match=r"503|gone"):
        client.get_application(**IDS)
    assert len(service.asked) == 3


def test_it_brings_the_budget_of_retries_back() -> None:
    client = Service().client()
    budget = client._start().retries.budget
    assert budget is not None
    budget.available -= 2
    client.get_application(**IDS)
    assert budget.available == budget.capacity - 1


def test_each_second_has_its_own_time_and_signature() -> None:
    service = Service()
    client = service.client()
    for service.now in (NOW, NOW + 0.7, NOW + 0.8, NOW - 5):
        client.get_application(**IDS)
    times = [request.headers["x-amz-date"] for request in service.asked]
    assert [time[-3:] for time in times] == ["20Z", "20Z", "21Z", "15Z"]
    assert len({request.headers["authorization"] for request in service.asked}) == 3


def test_new_credentials_sign_from_the_next_call_on() -> None:
    service = Service()
    client = service.client()
    client.get_application(**IDS)
    source = client._start().credentials
    source.held = Credentials("ANOTHER", "secret", "token")
    client.get_application(**IDS)
    source.renew_at = 0.0  # so that the source is asked, and has the old ones
    service.now += 2
    client.get_application(**IDS)
    keys = [request.headers["authorization"].partition("Credential=")[2].partition("/")[0] for request in service.asked]
    assert keys == ["AKID", "ANOTHER", "AKID"]
    assert "x-amz-security-token" not in service.asked[0].headers
    assert service.asked[1].headers["x-amz-security-token"] == "token"


def test_a_clock_that_is_found_wrong_is_corrected_on_it() -> None:
    service = Service()
    client = service.client()
    wrong = HttpResponse(
        status=403,
        headers={"date": formatdate(NOW + 7200, usegmt=True), "x-amzn-errortype": "RequestTimeTooSkewed"},
        body=b"{}",
    )
    service.answers[:] = [wrong, HttpResponse(status=200, body=b"{}")]
    client.get_application(**IDS)
    client.get_application(**IDS)
    hours = [request.headers["x-amz-date"][9:11] for request in service.asked]
    assert hours == ["22", "00", "00"]


def test_awaited_calls_take_it_too() -> None:
    service = Service()

    async def calls() -> tuple[str, list[str]]:
        async with AsyncClient("eu-west-1", backend=service) as client:
            await client.get_application(**IDS)
            with pytest.MonkeyPatch.context() as patch:
                long = roads(client, patch)
                return (await client.get_application(**IDS))["Name"], long

    assert asyncio.run(calls()) == ("first", [])
    assert [request.target for request in service.asked] == ["/applications/abc1234"] * 2
