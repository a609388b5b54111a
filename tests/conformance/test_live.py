"""A run against a live account: allowed twice, told before, tagged, cleared up, and what is left is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from asdoc.appconfig.backend import Backend
from asdoc.cli.verify import command
from asdoc.conformance.cases.load import load_suite
from asdoc.conformance.live import planned, price
from asdoc.conformance.targets import aws
from asdoc.conformance.targets.ledger import TAG, Ledger
from asdoc.runtime.credentials import Credentials
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.server.clock import ManualClock
from tests.conformance.test_targets import Serving

ACCOUNT = "210987654321"
KEYS = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "hunter2"}


class Cloud:
    """AppConfig's reference backend and STS behind one socket, standing for an account of AWS."""

    def __init__(self) -> None:
        self.backend = Backend(clock=ManualClock())
        self.account = ACCOUNT
        self.undeletable = ""
        self.seen: list[HttpRequest] = []
        self.serving = Serving(self.handle)

    def handle(self, request: HttpRequest) -> HttpResponse:
        self.seen.append(request)
        if b"GetCallerIdentity" in request.body:
            body = f"<GetCallerIdentityResponse><Account>{self.account}</Account></GetCallerIdentityResponse>"
            return HttpResponse(status=200, headers={"content-type": "text/xml"}, body=body.encode())
        if request.target.startswith("/_asdoc"):
            return HttpResponse(status=403)
        if self.undeletable and request.method == "DELETE" and request.target.startswith(self.undeletable):
            return HttpResponse(status=500)
        return self.backend.handle(request)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    made = Cloud()
    monkeypatch.setattr(aws, "regional", lambda service, region: made.serving.url)
    monkeypatch.setattr(aws, "sts_endpoint", lambda region: made.serving.url)
    monkeypatch.setattr(aws, "DEFAULT_RATE", 10000.0)
    yield made
    made.serving.server.shutdown()
    made.serving.server.server_close()


def run(*arguments: str, **environment: str) -> Result:
    env: dict[str, str | None] = {"ASDOC_ALLOW_AWS": None, **KEYS, **environment}
    return CliRunner().invoke(command, ["aws", "--service", "appconfig", *arguments], env=env)


@pytest.mark.parametrize(
    ("arguments", "environment", "missing"),
    [
        ((), {}, ["--live", "ASDOC_ALLOW_AWS"]),
        (("--live",), {}, ["ASDOC_ALLOW_AWS"]),
        ((), {"ASDOC_ALLOW_AWS": ACCOUNT}, ["--live"]),
        (("--live",), {"ASDOC_ALLOW_AWS": "yes"}, ["ASDOC_ALLOW_AWS"]),
    ],
)
def test_an_account_is_asked_for_twice(
    arguments: tuple[str, ...], environment: dict[str, str], missing: list[str], cloud: Cloud
) -> None:
    result = run(*arguments, **environment)
    assert isinstance(result.exception, AsdocError)
    told = result.exception.message.partition("missing:")[2]
    assert [each for each in ("--live", "ASDOC_ALLOW_AWS") if each in told] == missing
    assert cloud.seen == []


def test_keys_of_another_account_are_refused_before_anything_is_made(cloud: Cloud) -> None:
    cloud.account = "999999999999"
    result = run("--live", ASDOC_ALLOW_AWS=ACCOUNT)
    assert isinstance(result.exception, AsdocError)
    assert "999999999999" in result.exception.message
    assert len(cloud.seen) == 1
    assert "hunter2" not in str(result.exception) + result.output


def test_a_plan_makes_nothing(cloud: Cloud) -> None:
    result = run("--plan")
    assert result.exit_code == 0
    assert "CreateApplication" in result.output
    assert "US dollars" in result.output
    assert cloud.seen == []


def test_what_a_run_made_is_tagged_and_gone_at_its_end(cloud: Cloud) -> None:
    result = run("--live", "-k", "Application", ASDOC_ALLOW_AWS=ACCOUNT)
    assert result.exit_code == 0, result.output
    assert result.output.index("plan:") < result.output.index("pass")
    assert "all that was made has been deleted" in result.output
    created = [json.loads(request.body) for request in cloud.seen if request.target == "/applications" and request.body]
    tags = {body["Tags"][TAG] for body in created}
    assert len(tags) == 1
    assert next(iter(tags)) in result.output
    assert left(cloud) == []


def left(cloud: Cloud) -> list[Any]:
    scope = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20261121/us-east-1/appconfig/aws4_request"
    request = HttpRequest(method="GET", target="/applications", headers={"authorization": scope})
    items: list[Any] = json.loads(cloud.backend.handle(request).body)["Items"]
    return items


def test_what_could_not_be_deleted_is_named(cloud: Cloud) -> None:
    cloud.undeletable = "/applications/"
    result = run("--live", "-k", "GetApplication", ASDOC_ALLOW_AWS=ACCOUNT)
    assert "1 could not be deleted" in result.output
    (item,) = left(cloud)
    assert f"Application (ApplicationId '{item['Id']}'" in result.output


def test_prices_are_of_calls_that_cost_something() -> None:
    assert price("appconfig", {"CreateApplication": 100}) == 0
    assert price("appconfigdata", {"GetLatestConfiguration": 10}) == pytest.approx(10 * 0.0008002)
    assert price("proton", {"GetService": 1}) is None


def test_a_plan_counts_what_the_documents_tell() -> None:
    suite = load_suite("appconfig")
    (case,) = [case for case in suite.file.cases if case.id == "appconfig.example.GetEnvironment.1"]
    plan = planned(suite, [case])
    assert plan.made == {"CreateApplication": 1, "CreateEnvironment": 1}
    assert plan.calls["GetEnvironment"] == 1
    assert plan.calls["DeleteApplication"] == plan.calls["DeleteEnvironment"] == 1


def test_a_ledger_strikes_out_what_was_deleted_and_deletes_the_inner_first() -> None:
    suite = load_suite("appconfig")
    ledger = Ledger(suite.service, suite.file.resources)
    ledger.answered("CreateApplication", {"Name": "a"}, 201, {"Id": "app1"})
    ledger.answered("CreateApplication", {"Name": "b"}, 201, {"Id": "app2"})
    ledger.answered("CreateApplication", {"Name": "c"}, 400, {})
    ledger.answered("CreateEnvironment", {"ApplicationId": "app2"}, 201, {"Id": "env", "ApplicationId": "app2"})
    ledger.answered("DeleteApplication", {"ApplicationId": "app1"}, 204, {})
    deleted: list[tuple[str, dict[str, Any]]] = []

    def delete(operation: str, names: dict[str, Any]) -> bool:
        deleted.append((operation, names))
        return True

    assert ledger.clear(delete) == []
    assert deleted == [
        ("DeleteEnvironment", {"ApplicationId": "app2", "EnvironmentId": "env"}),
        ("DeleteApplication", {"ApplicationId": "app2"}),
    ]


def test_keys_are_needed() -> None:
    suite = load_suite("appconfig")
    with pytest.raises(AsdocError, match="no keys"):
        aws.aws_target(
            *(suite,),
            region="us-east-1",
            timeout=1,
            rate=0,
            credentials=None,
            flag=True,
            environ={aws.ALLOWED: ACCOUNT},
        )
    assert "hunter2" not in repr(Credentials("A", "hunter2"))
