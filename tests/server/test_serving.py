"""`asdoc serve`, seen from outside: boto3 drives every operation that is built."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from asdoc.behaviour.appconfig import AppConfig
from asdoc.runtime.schema import load_service

ASDOC = str(Path(sys.executable).with_name("asdoc"))


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([ASDOC, "serve", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.fullmatch(r"serving [a-z, ]+ on (http://127\.0\.0\.1:\d+)\n", line)
    assert found, line
    return found[1]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with start("appconfig", "--port", "0", "--clock", "manual") as process:
        yield address_of(process)
        process.terminate()


@pytest.fixture(scope="module")
def aws(endpoint: str) -> Any:
    return client("appconfig", endpoint)


def client(service: Any, endpoint: str) -> Any:
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="111122223333",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )


def post(url: str, body: bytes) -> Any:
    with urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST"), timeout=10) as response:
        return json.load(response)


def test_boto3_works_with_every_operation_that_is_built(aws: Any, endpoint: str) -> None:
    called: dict[str, int] = {}

    def record(parsed: Any, model: Any, **_: Any) -> None:
        called[model.name] = parsed["ResponseMetadata"]["HTTPStatusCode"]

    aws.meta.events.register("after-call.appconfig", record)
    application = aws.create_application(Name="n", Tags={"a": "b"})["Id"]
    of = {"ApplicationId": application}
    assert aws.get_application(**of)["Name"] == "n"
    assert aws.update_application(**of, Description="d")["Description"] == "d"
    assert application in [item["Id"] for item in aws.list_applications()["Items"]]
    arn = f"arn:aws:appconfig:us-east-1:111122223333:application/{application}"
    aws.tag_resource(ResourceArn=arn, Tags={"c": "d", "e": "f"})
    aws.untag_resource(ResourceArn=arn, TagKeys=["a", "e"])
    assert aws.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"c": "d"}

    environment = aws.create_environment(**of, Name="env", Monitors=[{"AlarmArn": "arn:aws:cloudwatch:alarm"}])["Id"]
    there = {**of, "EnvironmentId": environment}
    assert aws.get_environment(**there)["Monitors"] == [{"AlarmArn": "arn:aws:cloudwatch:alarm"}]
    assert aws.update_environment(**there, Name="env2")["Name"] == "env2"
    assert len(aws.list_environments(**of)["Items"]) == 1

    profile = aws.create_configuration_profile(**of, Name="p", LocationUri="hosted")["Id"]
    its = {**of, "ConfigurationProfileId": profile}
    assert aws.get_configuration_profile(**its)["LocationUri"] == "hosted"
    assert aws.update_configuration_profile(**its, Description="d")["Description"] == "d"
    assert len(aws.list_configuration_profiles(**of, Type="AWS.Freeform")["Items"]) == 1

    content = b'{"on": true}'
    version = aws.create_hosted_configuration_version(
        **its, Content=content, ContentType="application/json", VersionLabel="v1", Description="first"
    )
    assert (version["VersionNumber"], version["Content"].read()) == (1, content)
    found = aws.get_hosted_configuration_version(**its, VersionNumber=1)
    assert (found["Content"].read(), found["ContentType"]) == (content, "application/json")
    assert (found["Description"], found["VersionLabel"]) == ("first", "v1")
    assert len(aws.list_hosted_configuration_versions(**its, VersionLabel="v*")["Items"]) == 1
    aws.validate_configuration(**its, ConfigurationVersion="1")

    strategy = aws.create_deployment_strategy(Name="s", DeploymentDurationInMinutes=15, GrowthFactor=25)["Id"]
    assert aws.get_deployment_strategy(DeploymentStrategyId=strategy)["GrowthType"] == "LINEAR"
    aws.update_deployment_strategy(DeploymentStrategyId=strategy, FinalBakeTimeInMinutes=5)
    assert len(aws.list_deployment_strategies()["Items"]) == 5

    started = aws.start_deployment(
        **there, DeploymentStrategyId=strategy, ConfigurationProfileId=profile, ConfigurationVersion="v1"
    )
    assert started["State"] == "DEPLOYING"
    post(f"{endpoint}/_asdoc/clock", b'{"advance": 1200}')
    done = aws.get_deployment(**there, DeploymentNumber=1)
    assert (done["State"], (done["CompletedAt"] - done["StartedAt"]).total_seconds()) == ("COMPLETE", 1200.0)
    assert len(aws.list_deployments(**there)["Items"]) == 1
    client = {"Application": "n", "Environment": "env2", "Configuration": "p", "ClientId": "c"}
    assert aws.get_configuration(**client)["Content"].read() == content
    assert aws.get_configuration(**client, ClientConfigurationVersion="1")["Content"].read() == b""
    assert aws.stop_deployment(**there, DeploymentNumber=1, AllowRevert=True)["State"] == "REVERTED"

    actions = {"ON_DEPLOYMENT_START": [{"Name": "a", "Uri": "arn:aws:sqs:us-east-1:111122223333:queue"}]}
    extension = aws.create_extension(Name="x", Actions=actions, Parameters={"to": {"Required": True}})["Id"]
    assert aws.get_extension(ExtensionIdentifier="x", VersionNumber=1)["Id"] == extension
    assert aws.update_extension(ExtensionIdentifier=extension, Description="d")["Description"] == "d"
    assert extension in [item["Id"] for item in aws.list_extensions(Name="x")["Items"]]
    association = aws.create_extension_association(
        ExtensionIdentifier="x", ResourceIdentifier=arn, Parameters={"to": "me"}
    )["Id"]
    known = {"ExtensionAssociationId": association}
    assert aws.get_extension_association(**known)["ResourceArn"] == arn
    assert aws.update_extension_association(**known, Parameters={"to": "you"})["Parameters"] == {"to": "you"}
    assert len(aws.list_extension_associations(ResourceIdentifier=arn)["Items"]) == 1
    aws.delete_extension_association(**known)
    aws.delete_extension(ExtensionIdentifier="x")

    kind = {"LocationUri": "hosted", "Type": "AWS.AppConfig.FeatureFlags"}
    flags = aws.create_configuration_profile(**of, Name="f", **kind)["Id"]
    theirs = {**of, "ConfigurationProfileId": flags}
    aws.create_hosted_configuration_version(
        **theirs, Content=b'{"version": "1", "flags": {"colour": {"name": "c"}}}', ContentType="application/json"
    )
    value = {"Weight": 1.0, "FlagValue": {"Enabled": True, "AttributeValues": {"size": {"NumberValue": 2.0}}}}
    within = {"ApplicationIdentifier": "n"}
    defined = aws.create_experiment_definition(
        **within,
        Name="try",
        ConfigurationProfileIdentifier="f",
        EnvironmentIdentifier="env2",
        FlagKey="colour",
        Treatments=[value],
        Control=value,
        AudienceRule="rule",
    )
    assert {name: defined["Control"][name] for name in value} == value
    experiment = {**within, "ExperimentDefinitionIdentifier": "try"}
    assert aws.get_experiment_definition(**experiment)["Id"] == defined["Id"]
    assert aws.update_experiment_definition(**experiment, Hypothesis="h")["Hypothesis"] == "h"
    assert len(aws.list_experiment_definitions(**within, Status="IDLE")["Items"]) == 1
    started = aws.start_experiment_run(**experiment, ExposurePercentage=0.5)
    assert (started["Run"], started["ExposurePercentage"], started["Status"]) == (1, 0.5, "RUNNING")
    assert started["ExperimentDefinitionSnapshot"]["Control"] == defined["Control"]
    run = {**experiment, "Run": 1}
    assert aws.update_experiment_run(**run, ExposurePercentage=50.0)["ExposurePercentage"] == 50.0
    assert aws.stop_experiment_run(**run, Result={"ExecutiveSummary": "s"})["Status"] == "DONE"
    assert aws.get_experiment_run(**run)["Result"] == {"ExecutiveSummary": "s"}
    assert len(aws.list_experiment_runs(**experiment, Status="DONE")["Items"]) == 1
    assert len(aws.list_experiment_run_events(**run)["Items"]) == 3
    aws.delete_experiment_definition(**experiment, DeleteType="DESTROY")
    aws.delete_hosted_configuration_version(**theirs, VersionNumber=1)
    aws.delete_configuration_profile(**theirs)

    assert aws.get_account_settings()["DeletionProtection"]["ProtectionPeriodInMinutes"] == 60
    aws.update_account_settings(DeletionProtection={"Enabled": True, "ProtectionPeriodInMinutes": 15})
    aws.delete_hosted_configuration_version(**its, VersionNumber=1)
    aws.delete_configuration_profile(**its, DeletionProtectionCheck="BYPASS")
    aws.delete_environment(**there, DeletionProtectionCheck="BYPASS")
    aws.delete_deployment_strategy(DeploymentStrategyId=strategy)
    aws.delete_application(**of)

    operations = load_service("asdoc.appconfig").operations
    built = {name for name, operation in operations.items() if hasattr(AppConfig, operation.method)}
    assert set(called) == built
    wrong = {name: status for name, status in called.items() if status != operations[name].status}
    assert wrong == {"GetConfiguration": 204}, "statuses other than the documented ones"


def test_boto3_sees_the_documented_errors(aws: Any) -> None:
    with pytest.raises(aws.exceptions.ResourceNotFoundException) as missing:
        aws.get_application(ApplicationId="abc1234")
    assert missing.value.response["ResourceName"] == "abc1234"
    with pytest.raises(aws.exceptions.BadRequestException):
        aws.list_applications(NextToken="made-up")


def test_boto3_is_told_of_an_operation_that_is_not_built() -> None:
    with start("proton", "--port", "0") as process:
        proton = client("proton", address_of(process))
        with pytest.raises(proton.exceptions.ClientError) as absent:
            proton.list_repositories()
        process.terminate()
    assert absent.value.response["Error"]["Code"] == "NotImplementedException"
    assert absent.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_boto3_reads_through_appconfigdata_what_it_deployed_with_appconfig() -> None:
    called: dict[str, int] = {}

    def record(parsed: Any, model: Any, **_: Any) -> None:
        called[model.name] = parsed["ResponseMetadata"]["HTTPStatusCode"]

    with start("appconfig", "appconfigdata", "--port", "0", "--clock", "manual") as process:
        endpoint = address_of(process)
        aws, data = client("appconfig", endpoint), client("appconfigdata", endpoint)
        data.meta.events.register("after-call.appconfigdata", record)
        application = aws.create_application(Name="n")["Id"]
        environment = aws.create_environment(ApplicationId=application, Name="e")["Id"]
        profile = aws.create_configuration_profile(ApplicationId=application, Name="p", LocationUri="hosted")["Id"]
        aws.create_hosted_configuration_version(
            ApplicationId=application,
            ConfigurationProfileId=profile,
            Content=b"on",
            ContentType="text/plain",
            VersionLabel="v1",
        )
        aws.start_deployment(
            ApplicationId=application,
            EnvironmentId=environment,
            ConfigurationProfileId=profile,
            ConfigurationVersion="v1",
            DeploymentStrategyId="AppConfig.AllAtOnce",
        )
        post(f"{endpoint}/_asdoc/clock", b'{"advance": 3600}')
        token = data.start_configuration_session(
            ApplicationIdentifier="n",
            EnvironmentIdentifier="e",
            ConfigurationProfileIdentifier="p",
            RequiredMinimumPollIntervalInSeconds=15,
        )["InitialConfigurationToken"]
        found = data.get_latest_configuration(ConfigurationToken=token)
        assert found["Configuration"].read() == b"on"
        assert (found["ContentType"], found["VersionLabel"]) == ("text/plain", "v1")
        assert found["NextPollIntervalInSeconds"] == 15
        with pytest.raises(data.exceptions.BadRequestException) as refused:
            data.get_latest_configuration(ConfigurationToken=token)
        told = refused.value.response
        assert told["Reason"] == "InvalidParameters"
        assert told["Details"] == {"InvalidParameters": {"ConfigurationToken": {"Problem": "Expired"}}}
        post(f"{endpoint}/_asdoc/clock", b'{"advance": 15}')
        following = found["NextPollConfigurationToken"]
        assert data.get_latest_configuration(ConfigurationToken=following)["Configuration"].read() == b""
        process.terminate()
    operations = load_service("asdoc.appconfigdata").operations
    assert called == {name: operation.status for name, operation in operations.items()}


def test_boto3_is_told_when_a_body_is_too_large(aws: Any) -> None:
    application = aws.create_application(Name="large")["Id"]
    profile = aws.create_configuration_profile(ApplicationId=application, Name="p", LocationUri="hosted")["Id"]
    with pytest.raises(aws.exceptions.PayloadTooLargeException) as refused:
        aws.create_hosted_configuration_version(
            ApplicationId=application,
            ConfigurationProfileId=profile,
            Content=b"x" * 10_000_000,
            ContentType="text/plain",
        )
    assert refused.value.response["Measure"] == "KILOBYTES"


def raw(endpoint: str, data: bytes) -> bytes:
    host, _, port = endpoint.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(data)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /applications/%ff HTTP/1.1", b"400"),
        (b"GET /applications?max_results=%zz HTTP/1.1", b"400"),
        (b"GET /nothing HTTP/1.1", b"404"),
        (b"POST /applications HTTP/1.1\r\ncontent-length: 1\r\n\r\n{", b"400"),
        (b"POST /applications HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n0", b"400"),
    ],
)
def test_raw_bytes_are_answered_without_a_traceback(endpoint: str, request_line: bytes, status: bytes) -> None:
    head, separator, rest = request_line.partition(b"\r\n")
    answer = raw(endpoint, head + b"\r\nhost: localhost\r\nconnection: close" + separator + rest + b"\r\n\r\n")
    assert answer.split(b" ", 2)[1] == status, answer
    assert b"Traceback" not in answer


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_told(stop: signal.Signals) -> None:
    with start("appconfig", "proton", "--port", "0") as process:
        url = address_of(process)
        with urllib.request.urlopen(f"{url}/_asdoc/health", timeout=10) as response:
            assert json.load(response)["services"] == ["appconfig", "proton"]
        process.send_signal(stop)
        _, told = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in told


@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_that_is_killed_leaves_no_worker_and_no_port_behind(workers: int, tmp_path: Path) -> None:
    arguments = ("appconfig", "--workers", str(workers), "--store", f"sqlite:///{tmp_path}/s.db")
    with start(*arguments, "--port", "0") as process:
        port = address_of(process).rpartition(":")[2]
        process.kill()
        process.communicate(timeout=20)  # its output ends when the last of its workers has
    with start(*arguments, "--port", port) as process:
        assert address_of(process).endswith(f":{port}")
        process.terminate()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing",), "Services installed: appconfig, appconfigdata, proton"),
        (("appconfig", "--workers", "2"), "Leave --workers at 1"),
        (("appconfig", "--port", "70000"), "0 to 65535"),
        (("appconfig", "--host", "no.such.host.invalid"), "Try --host 127.0.0.1"),
        (("appconfig", "--host", "192.0.2.1"), "Choose another"),
    ],
)
def test_what_cannot_be_served_is_told_and_exits_2(arguments: tuple[str, ...], said: str) -> None:
    with start(*arguments) as process:
        out, told = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert said in told
    assert "Traceback" not in told


def test_a_port_in_use_is_told_and_exits_2(endpoint: str) -> None:
    with start("appconfig", "--port", endpoint.rpartition(":")[2]) as process:
        _, told = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "the port is in use" in told


def test_a_client_that_is_slow_to_send_holds_up_no_other(endpoint: str) -> None:
    host, _, port = endpoint.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as slow:
        slow.sendall(b"POST /applications HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{")
        with urllib.request.urlopen(f"{endpoint}/applications", timeout=5) as response:
            assert response.status == 200
