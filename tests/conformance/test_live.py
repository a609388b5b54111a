"""A run against a live account: allowed twice, told before, tagged, cleared up, and what is left is named."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from asdoc.appconfig.backend import Backend
from asdoc.cli.verify import command
from asdoc.conformance.cases.load import load_suite
from asdoc.conformance.live import planned, price
from asdoc.conformance.targets import aws, ledger
from asdoc.conformance.targets.ledger import TAG, Ledger
from asdoc.runtime.credentials import Credentials
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.server.clock import ManualClock
from tests.conformance.cloud import Account
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
    monkeypatch.setattr(ledger, "WAITS", (0.0, 0.001))
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


def ledger_of(service: str) -> Ledger:
    suite = load_suite(service)
    return Ledger(suite.service, suite.file.resources)


def test_a_ledger_strikes_out_what_was_deleted_and_deletes_the_inner_first() -> None:
    book = ledger_of("appconfig")
    book.answered("CreateApplication", {"Name": "a"}, 201, {"Id": "app1"})
    book.answered("CreateApplication", {"Name": "b"}, 201, {"Id": "app2"})
    book.answered("CreateApplication", {"Name": "c"}, 400, {})
    book.answered("CreateEnvironment", {"ApplicationId": "app2"}, 201, {"Id": "env", "ApplicationId": "app2"})
    book.answered("DeleteApplication", {"ApplicationId": "app1"}, 204, {})
    deleted: list[tuple[str, dict[str, Any]]] = []

    def delete(operation: str, names: dict[str, Any]) -> int:
        deleted.append((operation, names))
        return 204

    assert book.clear(delete) == []
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
            environ={aws.ALLOWED: ACCOUNT, "AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent"},
        )
    assert "hunter2" not in repr(Credentials("A", "hunter2"))


def test_what_only_its_name_tells_to_be_made_is_tagged_and_taken_down() -> None:
    suite = load_suite("appconfig")
    book = ledger_of("appconfig")
    for name in ("CreateExtension", "CreateExtensionAssociation", "CreateExperimentDefinition", "StartDeployment"):
        assert TAG in book.tagged(suite.service.operations[name], {})["Tags"], name
    book.answered("CreateExtension", {"Name": "e"}, 201, {"Id": "ext", "Name": "e", "VersionNumber": 1})
    book.answered("CreateExtensionAssociation", {"ExtensionIdentifier": "ext"}, 201, {"Id": "as$oc"})
    assert [made.command("appconfig", "eu-west-1") for made in book.left] == [
        "aws appconfig delete-extension-association --extension-association-id 'as$oc' --region eu-west-1",
        "aws appconfig delete-extension --extension-identifier ext --version-number 1 --region eu-west-1",
    ]


def test_a_deletion_that_finds_nothing_is_no_leak_and_one_that_is_refused_is_tried_with_more_force() -> None:
    book = ledger_of("appconfig")
    book.answered("CreateApplication", {}, 201, {"Id": "a"})
    book.answered("CreateConfigurationProfile", {"ApplicationId": "a"}, 201, {"Id": "p"})
    book.answered("StartDeployment", {"ApplicationId": "a", "EnvironmentId": "e"}, 201, {"DeploymentNumber": 1})
    seen: list[dict[str, Any]] = []

    def undo(operation: str, arguments: dict[str, Any]) -> int:
        seen.append(arguments)
        if operation == "DeleteConfigurationProfile":
            return 204 if "DeletionProtectionCheck" in arguments else 400
        return {"StopDeployment": 400, "DeleteApplication": 404}[operation]

    slept: list[float] = []
    assert book.clear(undo, slept.append) == []
    assert seen[-1]["DeletionProtectionCheck"] == "BYPASS"
    assert "DeletionProtectionCheck" not in seen[0] | seen[1] | seen[2]


def test_a_call_without_an_answer_may_have_made_something() -> None:
    book = ledger_of("appconfig")
    book.answered("CreateApplication", {"Name": "x"}, 0, {})
    book.answered("CreateApplication", {"Name": "y"}, 503, {})
    book.answered("CreateApplication", {"Name": "z"}, 400, {})
    book.answered("GetApplication", {}, 0, {})
    assert book.unsure == ["CreateApplication of Name 'x': no answer", "CreateApplication of Name 'y': status 503"]


@pytest.mark.parametrize(
    "body",
    [
        '{"Tags":{"a":"b"%s}}', '{"Tags":{%s"a":"b"}}', '{"Tags":{%s}}', '[{"Key":"a","Value":"b"}%s]',
        "<Tags><member><Key>a</Key></member>%s</Tags>",
    ],
)  # fmt: skip
def test_the_tag_of_a_run_stands_in_no_answer_that_is_judged(body: str) -> None:
    book = ledger_of("appconfig")
    mark = {"<": f"<member><Key>{TAG}</Key><Value>{book.run}</Value></member>",
            "[": f'{{"Key": "{TAG}", "Value": "{book.run}"}}', "{": f'"{TAG}" : "{book.run}"'}[body[0]]  # fmt: skip
    comma = {"b%": (", ", ""), '"%': (", ", ""), "}%": (" ,", ""), '%s"': ("", ",\n")}
    before, after = next((each for key, each in comma.items() if key in body), ("", ""))
    response = HttpResponse(status=200, body=(body % (before + mark + after)).encode())
    assert book.unmarked(response).body.decode() == body % ""
    other = HttpResponse(status=200, body=b'{"asdoc-run": "asdoc-of-another"}')
    assert book.unmarked(other) is other


def test_statements_of_tags_hold_where_a_run_tags_what_it_makes(cloud: Cloud) -> None:
    result = run("--live", "--kind", "all", "-k", "statement.tags", ASDOC_ALLOW_AWS=ACCOUNT)
    assert result.exit_code == 0, result.output
    assert " fail" not in result.output
    assert left(cloud) == []


def test_an_address_of_the_environment_is_not_passed_over(cloud: Cloud) -> None:
    result = run("--live", ASDOC_ALLOW_AWS=ACCOUNT, AWS_ENDPOINT_URL="http://u:p@127.0.0.1:4566")
    assert isinstance(result.exception, AsdocError)
    assert "127.0.0.1:4566, which is not AWS" in result.exception.message
    assert "u:p" not in result.exception.message
    assert cloud.seen == []


def test_keys_and_region_come_from_a_profile(cloud: Cloud, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(f"[profile work]\nregion = eu-west-1\ncredential_process = {sys.executable} {tmp_path}/keys.py\n")
    told = {"Version": 1, "AccessKeyId": ACCOUNT, "SecretAccessKey": "s", "SessionToken": "t"}
    (tmp_path / "keys.py").write_text(f"print({json.dumps(json.dumps(told))})")
    result = run(
        "--live", "-k", "ListApplications", ASDOC_ALLOW_AWS=ACCOUNT, AWS_PROFILE="work", AWS_CONFIG_FILE=str(config),
        AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="",
    )  # fmt: skip
    assert result.exit_code == 0, (result.output, result.exception)
    assert {request.headers["x-amz-security-token"] for request in cloud.seen if request.method == "POST"} == {"t"}
    assert all("/eu-west-1/" in each.headers["authorization"] for each in cloud.seen if "authorization" in each.headers)


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    made = Account(tmp_path)
    yield made
    made.close()


def process(account: Account, *arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.Popen(
        [sys.executable, "-m", "asdoc.cli.main", "verify", "aws", "--service", "appconfig", "--live",
         "--rate", "10000", *arguments],
        env={**environment, **account.environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_run_goes_whole_over_tls_with_signatures_that_are_verified(account: Account) -> None:
    running = process(account)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, out + err
    assert "30 pass   3 blocked" in out
    assert account.hosts == {"sts.us-east-1.amazonaws.com", "appconfig.us-east-1.amazonaws.com"}
    assert account.left() == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_told_to_end_deletes_what_it_made(number: int, account: Account) -> None:
    account.latency = 0.002
    running = process(account, "-j", "3")
    while len(account.seen) < 60 and running.poll() is None:
        time.sleep(0.005)
    assert account.left()
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, out + err
    assert "made has been deleted" in out
    assert account.left() == {}
    assert "Traceback" not in out + err
