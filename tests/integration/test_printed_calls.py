"""The calls printed on the seed pages run as they stand, and give what is printed below them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import pytest

from asdoc.appconfig import Client
from asdoc.behaviour.appconfig import AppConfig
from asdoc.runtime.schema import load_service
from asdoc.runtime.server.backend import ServiceBackend
from asdoc.runtime.server.clock import ManualClock
from tests.seeds import seed

pytestmark = pytest.mark.seeds

STARTED = dt.datetime(2021, 9, 17, 21, 43, 54, tzinfo=dt.UTC)
"""When the documented deployment began, as the page of GetDeployment has it."""
TOLERANCE = dt.timedelta(seconds=10)
"""The page shows a live run, whose steps come up to eight seconds after the minute they are due."""


def printed(number: str) -> tuple[str, dict[str, Any]]:
    """The call and the output of the page's last example, in which a time stands as a datetime."""

    def timestamp(*parts: int) -> dt.datetime:
        year, month, day, hour, minute, second = parts[:6]
        return dt.datetime(year, month, day, hour, minute, second, tzinfo=dt.UTC)

    text = seed(number).read_text(encoding="utf-8")
    example = text[text.rindex("Examples") :]
    call = re.search(r"^ *(response = client\.\w+\(\n.*?^ *\)$)", example, re.S | re.M)
    output = re.search(r"^ *(\{\n.*^ *\})$", example[example.index("Expected Output") :], re.S | re.M)
    assert call is not None
    assert output is not None
    # The seeds are ours, so they may be evaluated; the readers of asdoc never do that to a page.
    expected = eval(output[1], {"datetime": timestamp})  # noqa: S307  # see above
    del expected["ResponseMetadata"]
    return re.sub(r"^ {4}", "", call[1], flags=re.M), expected


def run(call: str, client: Client) -> Any:
    scope: dict[str, Any] = {"client": client}
    exec(call, scope)  # noqa: S102  # the point of the test: the text of the page is the program
    return scope["response"]


def as_documented(found: Any, documented: Any) -> bool:
    """Whether all that is printed is there, times within the tolerance."""
    if isinstance(documented, Mapping):
        return all(as_documented(found[name], value) for name, value in documented.items())
    if isinstance(documented, list):
        return len(found) == len(documented) and all(map(as_documented, found, documented))
    if isinstance(documented, dt.datetime):
        return bool(abs(found - documented) <= TOLERANCE)
    return bool(found == documented)


def kinds(deployment: Any) -> list[str]:
    return [event["EventType"] for event in deployment["EventLog"]]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(STARTED)


@pytest.fixture
def client(clock: ManualClock) -> Client:
    """A client of a backend that gives the ids of the pages, in which what the pages start from has been made."""
    ids = iter(["339ohji", "54j1r29", "ur8hx2f", "1225qzk"])
    behaviour = AppConfig(new_id=lambda: next(ids))
    client = Client(backend=ServiceBackend(load_service("asdoc.appconfig"), behaviour, clock=clock).handle)
    application = client.create_application(Name="example-application")["Id"]
    client.create_environment(ApplicationId=application, Name="Example-Environment")
    client.create_configuration_profile(
        ApplicationId=application,
        Name="Example-Configuration-Profile",
        LocationUri="ssm-parameter://Example-Parameter",
        RetrievalRoleArn="arn:aws:iam::111122223333:role/Example-App-Config-Role",
    )
    client.create_deployment_strategy(
        Name="Example-Deployment", DeploymentDurationInMinutes=15, GrowthFactor=25, ReplicateTo="SSM_DOCUMENT"
    )
    return client


def test_start_deployment_runs_as_printed(client: Client) -> None:
    call, expected = printed("002")
    response = run(call, client)
    assert as_documented(response, expected), response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 201


def test_get_deployment_runs_as_printed_and_gives_the_printed_timeline(client: Client, clock: ManualClock) -> None:
    run(printed("002")[0], client)
    clock.advance(16 * 60)
    call, expected = printed("001")
    response = run(call, client)
    assert as_documented(response, expected), response
    assert kinds(response) == kinds(expected)


def test_stop_deployment_runs_as_printed(client: Client, clock: ManualClock) -> None:
    start = printed("002")[0]
    run(start, client)
    clock.advance(16 * 60)
    assert run(start, client)["DeploymentNumber"] == 2
    call, expected = printed("000")
    response = run(call, client)
    assert as_documented(response, expected), response
    assert response["State"] == "ROLLED_BACK"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 202
