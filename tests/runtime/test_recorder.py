"""What a client does is written down, and replayed against any implementation."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from asdoc.appconfig import Client
from asdoc.appconfig.backend import Backend
from asdoc.appconfig.errors import BadRequestException, ResourceNotFoundException
from asdoc.cli.verify import command
from asdoc.conformance.cases.load import load_suite, read_cases
from asdoc.conformance.report.model import Report
from asdoc.conformance.verify import verify
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import ConnectError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.server.clock import ManualClock
from asdoc.testing import Tape, record

from .fake import SERVICE
from .plays import answer
from .plays import client as fake_client


def a_run(client: Client, clock: ManualClock) -> None:
    """Applications, a deployment over time, an update, a refusal, a deletion."""
    application = client.create_application(Name="shop", Tags={"team": "a"}).Id
    other = client.create_application(Name="other").Id
    assert application is not None
    assert other is not None
    client.list_applications()
    environment = client.create_environment(ApplicationId=application, Name="beta").Id
    profile = client.create_configuration_profile(ApplicationId=application, Name="flags", LocationUri="hosted").Id
    assert environment is not None
    assert profile is not None
    version = client.create_hosted_configuration_version(
        ApplicationId=application,
        ConfigurationProfileId=profile,
        Content=b'{"on": true}',
        ContentType="application/json",
    )
    strategy = client.create_deployment_strategy(
        Name="fast", DeploymentDurationInMinutes=10, GrowthFactor=50, FinalBakeTimeInMinutes=5, ReplicateTo="NONE"
    ).Id
    assert strategy is not None
    number = client.start_deployment(
        ApplicationId=application,
        EnvironmentId=environment,
        DeploymentStrategyId=strategy,
        ConfigurationProfileId=profile,
        ConfigurationVersion=str(version.VersionNumber),
    ).DeploymentNumber
    assert number is not None
    place = {"ApplicationId": application, "EnvironmentId": environment}
    assert client.get_deployment(DeploymentNumber=number, **place).State == "DEPLOYING"
    clock.advance(11 * 60)
    assert client.get_deployment(DeploymentNumber=number, **place).State == "BAKING"
    clock.advance(6 * 60)
    assert client.get_deployment(DeploymentNumber=number, **place).State == "COMPLETE"
    client.update_application(ApplicationId=application, Description="renamed")
    client.get_application(ApplicationId=application)
    arn = f"arn:aws:appconfig:us-east-1:123456789012:application/{application}"
    client.tag_resource(ResourceArn=arn, Tags={"cost": "low"})
    client.list_tags_for_resource(ResourceArn=arn)
    client.get_hosted_configuration_version(ApplicationId=application, ConfigurationProfileId=profile, VersionNumber=1)
    with pytest.raises(BadRequestException):
        client.stop_deployment(ApplicationId=application, EnvironmentId=environment, DeploymentNumber=number)
    client.delete_application(ApplicationId=other)
    with pytest.raises(ResourceNotFoundException):
        client.get_application(ApplicationId=other)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    clock = ManualClock(datetime(2024, 5, 1, tzinfo=UTC))
    with (
        Client("us-east-1", backend=Backend(clock=clock).handle, aws_access_key_id="123456789012",
               aws_secret_access_key="made-up") as client,
        record(client, clock=clock) as tape,
    ):  # fmt: skip
        a_run(client, clock)
    path = tmp_path / "cases.json"
    tape.write(path)
    return path


def replayed(path: Path, target: Any = "reference") -> Report:
    return verify(target, service="appconfig", suite=load_suite("appconfig", cases=path))


def test_a_recorded_run_passes_where_it_was_recorded(recorded: Path) -> None:
    report = replayed(recorded)
    assert [(case.id, case.reason, [check for check in case.checks if check.counts_against])
            for case in report.cases if case.verdict != "pass"] == []  # fmt: skip
    assert len(report.cases) == len(read_cases(recorded).cases) == 19


def test_a_target_that_answers_otherwise_fails(recorded: Path) -> None:
    class Wrong(Backend):
        def handle(self, request: Any) -> Any:
            response = super().handle(request)
            if request.method == "GET" and request.target.count("/") == 2 and b"renamed" in response.body:
                return type(response)(
                    status=response.status,
                    headers=response.headers,
                    body=response.body.replace(b"renamed", b"mistaken"),
                )
            return response

    report = replayed(recorded, Wrong)
    assert {case.operation for case in report.cases if case.verdict == "fail"} == {"GetApplication"}


def test_a_target_without_what_was_recorded_fails(recorded: Path) -> None:
    from asdoc.runtime.http import HttpResponse

    def empty(request: Any, /) -> HttpResponse:
        return HttpResponse(status=200, headers={"content-type": "application/json"}, body=b"{}")

    assert not any(case.verdict == "pass" for case in replayed(recorded, empty).cases if case.operation[:3] == "Get")


def test_the_command_line_replays_it(recorded: Path) -> None:
    ended = CliRunner().invoke(command, ["reference", "--service", "appconfig", "--cases", str(recorded)])
    assert ended.exit_code == 0, ended.output
    assert "19 of 19" in ended.output


def test_cases_of_another_service_are_refused(recorded: Path) -> None:
    with pytest.raises(AsdocError, match="of appconfig, not of proton"):
        load_suite("proton", cases=recorded)


def test_its_form_is_that_of_the_cases_of_a_package(recorded: Path) -> None:
    told = json.loads(recorded.read_bytes())
    package = json.loads(Path(__import__("asdoc.appconfig").appconfig.__file__).with_name("cases.json").read_bytes())
    assert told["format"] == package["format"]
    assert told["service"] == "appconfig"
    case = told["cases"][0]
    assert case["id"] == "appconfig.recorded.CreateApplication.1"
    example = next(known for known in package["cases"] if known["kind"] == "example")
    assert set(case) - {"at"} <= set(example)
    assert case["params"] == {"Name": "shop", "Tags": {"team": "a"}}
    assert case["output"]["Name"] == "shop"
    assert "ResponseMetadata" not in case["output"]


def test_what_was_not_answered_is_no_case(waits: list[float]) -> None:
    trees, _ = fake_client(ConnectError("x"))
    with record(trees) as tape, pytest.raises(ConnectError):
        trees.get_tree(TreeId="t")
    assert len(tape) == 0


def test_attempts_that_were_made_again_are_one_case(waits: list[float]) -> None:
    trees, _ = fake_client(answer(503), answer(503), answer(200, {"TreeId": "t"}))
    with record(trees) as tape:
        trees.get_tree(TreeId="t")
    assert [case["output"] for case in tape.cases] == [{"TreeId": "t"}]
    assert repr(tape) == "<Tape of 1 calls of orchard>"


def test_nothing_is_recorded_after_the_block() -> None:
    trees, _ = fake_client(answer(200))
    with record(trees) as tape, record(trees) as inner:
        trees.get_tree(TreeId="t")
    trees.get_tree(TreeId="t")
    assert len(tape) == len(inner) == 1
    assert not trees.hooks


def test_secrets_do_not_come_onto_the_tape(tmp_path: Path) -> None:
    from asdoc.runtime.schema import Shape

    hidden = msgspec.structs.replace(
        SERVICE,
        shapes={**SERVICE.shapes, "String": Shape(type="string", sensitive=True),
                "Tree": Shape(type="structure", members={"Name": Shape(type="string"), "Password": Shape(type="string"),
                                                         "TreeId": Shape(shape="String")})},
    )  # fmt: skip
    trees, _ = fake_client(answer(200, {"TreeId": "s3cr3t", "Name": "shown"}))
    trees._service = lambda: hidden  # type: ignore[method-assign]  # of this one client
    with record(trees) as tape:
        trees.get_tree(TreeId="s3cr3t")
    tape.write(tmp_path / "cases.json")
    text = (tmp_path / "cases.json").read_text()
    assert "s3cr3t" not in text
    assert "shown" in text
    assert "AKID" not in text
    assert tape.cases[0]["params"] == {"TreeId": "***"}


def extended(client: Client) -> None:
    """A secret deep in what is sent and answered, and ARNs of ids that the answer itself shows first."""
    application = client.create_application(Name="shop").Id
    extension = client.create_extension(
        Name="notify",
        Actions={"ON_DEPLOYMENT_COMPLETE": [{"Name": "a", "Uri": "arn:aws:sns:us-east-1:123456789012:t"}]},
        Parameters={"Secret": {"Required": True, "Description": "of the queue"}, "Channel": {"Required": False}},
    )
    arn = f"arn:aws:appconfig:us-east-1:123456789012:application/{application}"
    association = client.create_extension_association(
        ExtensionIdentifier=str(extension.Id), ResourceIdentifier=arn, Parameters={"Secret": "swordfish and more"}
    )
    client.get_extension_association(ExtensionAssociationId=str(association.Id))


@pytest.fixture
def extending(tmp_path: Path) -> Path:
    with (
        Client("us-east-1", backend=Backend().handle, aws_access_key_id="123456789012",
               aws_secret_access_key="made-up") as client,
        record(client) as tape,
    ):  # fmt: skip
        extended(client)
    path = tmp_path / "cases.json"
    tape.write(path)
    return path


def test_a_secret_of_any_form_is_hidden_so_that_a_replay_can_send_it(extending: Path) -> None:
    text = extending.read_text()
    assert "swordfish" not in text
    assert "of the queue" not in text
    created = read_cases(extending).cases[1]
    assert created.params["Parameters"] == {
        "Secret": {"Required": True, "Description": "***"}, "Channel": {"Required": False},
    }  # fmt: skip
    assert created.output is not None
    assert created.output["Parameters"].keys() == {"Channel"}
    associated = read_cases(extending).cases[2]
    assert associated.output is not None
    assert "Parameters" not in associated.output, "it was not answered empty"
    assert {case.verdict for case in replayed(extending).cases} == {"pass"}


def test_the_arn_of_an_id_that_the_answer_shows_first_is_judged_by_that_id(extending: Path) -> None:
    backend = Backend()

    def other(request: HttpRequest) -> HttpResponse:
        answered = backend.handle(request)
        if answered.status >= 300 or b":extension/" not in answered.body or request.method != "POST":
            return answered
        body = json.loads(answered.body)
        if "Id" in body:
            body["Arn"] = body["Arn"].replace(body["Id"], "zzzzzzz")
        return msgspec.structs.replace(answered, body=json.dumps(body).encode())

    failed = [case for case in replayed(extending, other).cases if case.verdict == "fail"]
    assert [check.id for case in failed[:1] for check in case.checks if check.counts_against] == ["value:/Arn"]


def test_what_is_kept_is_sent_as_it_was(tmp_path: Path) -> None:
    flags = {"version": "1", "flags": {"on": {"name": "On"}}, "values": {"on": {"enabled": True}}}

    def flagged(keep: tuple[str, ...]) -> Report:
        with (
            Client("us-east-1", backend=Backend().handle, aws_access_key_id="123456789012",
                   aws_secret_access_key="made-up") as client,
            record(client, keep=keep) as tape,
        ):  # fmt: skip
            application = str(client.create_application(Name="shop").Id)
            profile = client.create_configuration_profile(
                ApplicationId=application, Name="flags", LocationUri="hosted", Type="AWS.AppConfig.FeatureFlags"
            ).Id
            client.create_hosted_configuration_version(
                ApplicationId=application, ConfigurationProfileId=str(profile), ContentType="application/json",
                Content=json.dumps(flags).encode(),
            )  # fmt: skip
        tape.write(tmp_path / "cases.json")
        return replayed(tmp_path / "cases.json")

    assert flagged(("Content",)).totals["pass"] == 3
    assert flagged(()).totals["pass"] == 2, "`***` is no feature flag, and a validator says so"


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    path.write_text("before")
    broken = Tape(SERVICE, None)
    broken.cases.append({"params": object()})
    with pytest.raises(TypeError):
        broken.write(path)
    assert path.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["cases.json"]
    with pytest.raises(AsdocError):
        Tape(SERVICE, None).write(tmp_path / "cases.json" / "below")


def test_bytes_and_times_are_written_as_cases_have_them() -> None:
    trees, _ = fake_client(answer(200, {"TreeId": "t", "PlantedAt": 1700000000}))
    with record(trees) as tape:
        trees._call("PlantTree", {"Name": "oak", "PlantedAt": datetime(2024, 5, 1, 12, tzinfo=UTC)})
    assert tape.cases[0]["params"] == {"Name": "oak", "PlantedAt": {"$datetime": [2024, 5, 1, 12, 0, 0]}}
    assert tape.cases[0]["output"]["PlantedAt"] == {"$datetime": [2023, 11, 14, 22, 13, 20]}


@pytest.mark.parametrize("body", [io.BytesIO(b"{}"), [b"{", b"}"], iter([b"{}"])])
def test_a_body_that_was_a_file_is_replayed_where_it_can_be_read_again(body: Any, tmp_path: Path) -> None:
    clock = ManualClock()
    with (
        Client("us-east-1", backend=Backend(clock=clock).handle) as client,
        record(client, clock=clock, keep=("Content",)) as tape,
    ):
        application = client.create_application(Name="shop").Id or ""
        profile = client.create_configuration_profile(ApplicationId=application, Name="p", LocationUri="hosted").Id
        client.create_hosted_configuration_version(
            ApplicationId=application, ConfigurationProfileId=profile or "", Content=body, ContentType="text/plain"
        )
    told = tape.cases[2]["params"]["Content"]
    # what is behind an iterator has gone
    assert told == {"$bytes": "Kioq" if hasattr(body, "__next__") and not hasattr(body, "seek") else "e30="}
    tape.write(tmp_path / "cases.json")
    assert replayed(tmp_path / "cases.json").totals["pass"] == 3
