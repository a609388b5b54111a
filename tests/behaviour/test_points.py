"""Actions are called at their points: before a call, which they change or stop, and beside a deployment."""

from __future__ import annotations

import base64
import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from asdoc.behaviour.appconfig import AppConfig
from asdoc.behaviour.appconfig.invoking import Invoker
from asdoc.behaviour.appconfig.records import INVOCATION
from asdoc.runtime.server.call import Scope
from tests.behaviour.conftest import World

UPPER, NOTE = "arn:aws:lambda:us-east-1:111122223333:function:Upper", "arn:aws:sqs:us-east-1:111122223333:notes"
PRE_CREATE, PRE_START = "PRE_CREATE_HOSTED_CONFIGURATION_VERSION", "PRE_START_DEPLOYMENT"
ON = ("START", "STEP", "BAKING", "COMPLETE", "ROLLED_BACK")


def world_of(stands: dict[str, Any], *, timeout: float = 5.0) -> World:
    return World(behaviour=AppConfig(actions=Invoker(stands, timeout=timeout)))


def extend(world: World, points: dict[str, str], kind: str = "", name: str = "own", **more: Any) -> Any:
    """An extension whose actions lie at these addresses, associated with the application or what is in it."""
    values = more.pop("values", {})
    actions = {point: [{"Name": "act", "Uri": uri, "RoleArn": ROLE}] for point, uri in points.items()}
    world.client.create_extension(Name=name, Actions=actions, **more)
    resource = f"arn:aws:appconfig:us-east-1:111122223333:application/{world.application}{kind}"
    return world.client.create_extension_association(
        ExtensionIdentifier=name, ResourceIdentifier=resource, Parameters=values
    )


ROLE = "arn:aws:iam::111122223333:role/Extension-Role"


def settled(world: World) -> None:
    assert world.behaviour is not None
    assert world.behaviour.actions.settle(10)


def invocations(world: World, number: int = 1) -> dict[str, list[Any]]:
    """ActionInvocations by the type of the event that shows them, the percentage steps numbered."""
    settled(world)
    shown = world.client.get_deployment(
        ApplicationId=world.application, EnvironmentId=world.environment, DeploymentNumber=number
    )
    found: dict[str, list[Any]] = {}
    for event in reversed(shown["EventLog"]):
        for invocation in event.get("ActionInvocations") or []:
            found.setdefault(event["EventType"], []).append(invocation)
    return found


def upper(payload: dict[str, Any]) -> dict[str, Any]:
    content = base64.b64decode(payload["Content"]).upper()
    return {"Content": base64.b64encode(content).decode()}


def test_an_action_before_the_creation_of_a_version_sees_the_content_and_changes_it() -> None:
    seen: list[dict[str, Any]] = []

    def act(payload: dict[str, Any]) -> dict[str, Any]:
        seen.append(payload)
        return upper(payload)

    world = world_of({UPPER: act})
    world.create_version(b"first", ContentType="text/plain")
    extend(world, {PRE_CREATE: UPPER}, Parameters={"Who": {}}, values={"Who": "me"})
    made = world.create_version(b"second", ContentType="text/plain", Description="more")
    assert made["Content"].read() == b"SECOND"
    (told,) = seen
    assert told["Type"] == "PreCreateHostedConfigurationVersion"
    assert (told["ContentType"], told["ContentVersion"], told["Description"]) == ("text/plain", "2", "more")
    assert base64.b64decode(told["PreviousContent"]["Content"]) == b"first"
    assert told["Application"]["Id"] == world.application
    assert told["ConfigurationProfile"] == {"Id": world.profile, "Name": "profile"}
    assert told["Parameters"] == {"Who": "me"}
    assert 4 <= len(told["InvocationId"]) <= 7


def test_an_action_at_the_tick_of_a_deployment_is_shown_and_no_time_calls_it() -> None:
    # The pages give the name of this point alone, so there is no moment at which it would be called.
    called: list[str] = []
    world = world_of({UPPER: lambda _: called.append("tick"), NOTE: lambda _: called.append("step")})
    extend(world, {"AT_DEPLOYMENT_TICK": UPPER, "ON_DEPLOYMENT_STEP": NOTE})
    assert world.client.get_extension(ExtensionIdentifier="own")["Actions"]["AT_DEPLOYMENT_TICK"][0]["Uri"] == UPPER
    world.create_version(b"text", ContentType="text/plain")
    world.start(world.create_strategy(10, 50))
    world.clock.advance(3600)
    settled(world)
    assert "step" in called
    assert "tick" not in called


def test_what_an_action_has_made_of_a_version_is_still_validated() -> None:
    world = world_of({UPPER: lambda _: {"Content": base64.b64encode(b"{").decode()}})
    extend(world, {PRE_CREATE: UPPER})
    schema = {"Type": "JSON_SCHEMA", "Content": "{}"}
    world.profile = world.create_profile("checked", Validators=[schema])
    with pytest.raises(world.client.exceptions.BadRequestException):
        world.create_version(b"{}")


def test_an_action_before_a_deployment_changes_what_is_deployed() -> None:
    world = world_of({UPPER: upper})
    extend(world, {PRE_START: UPPER}, f"/environment/{world.environment}")
    world.create_version(b"text", ContentType="text/plain")
    world.start(world.create_strategy(0, 100))
    got = world.client.get_configuration(
        Application=world.application, Environment=world.environment, Configuration=world.profile, ClientId="c"
    )
    assert got["Content"].read() == b"TEXT"
    kept = world.client.get_hosted_configuration_version(
        ApplicationId=world.application, ConfigurationProfileId=world.profile, VersionNumber=1
    )
    assert kept["Content"].read() == b"text"


def broken(_: dict[str, Any]) -> dict[str, Any]:
    raise ValueError("no such bucket")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda _: {"Error": "BadRequestError", "Message": "not today"}, "not today"),
        (broken, "no such bucket"),
        (lambda _: time.sleep(5), "within"),
        (lambda _: {"Content": "#"}, "base64"),
        (lambda _: ["no object"], "list"),
    ],
)
@pytest.mark.parametrize("point", [PRE_CREATE, PRE_START])
def test_an_action_that_fails_stops_the_call_and_nothing_is_left_of_it(
    point: str, answer: Callable[[dict[str, Any]], Any], says: str
) -> None:
    world = world_of({UPPER: answer}, timeout=0.2)
    world.create_version(b"{}")
    strategy = world.create_strategy()
    extend(world, {point: UPPER})
    with pytest.raises(world.client.exceptions.BadRequestException, match=says):
        _ = world.create_version(b"{}") if point == PRE_CREATE else world.start(strategy)
    assert (
        len(
            world.client.list_hosted_configuration_versions(
                ApplicationId=world.application, ConfigurationProfileId=world.profile
            )["Items"]
        )
        == 1
    )
    there = {"ApplicationId": world.application, "EnvironmentId": world.environment}
    assert world.client.list_deployments(**there)["Items"] == []


def test_a_call_that_waits_for_an_action_holds_up_no_other() -> None:
    release = threading.Event()
    world = world_of({UPPER: lambda _: release.wait(10) and None})
    extend(world, {PRE_CREATE: UPPER})
    waiting = threading.Thread(target=world.create_version)
    waiting.start()
    began = time.monotonic()
    world.client.create_application(Name="another")
    world.clock.advance(60)
    assert time.monotonic() - began < 2
    release.set()
    waiting.join()


def test_every_event_of_a_deployment_calls_the_actions_of_its_point() -> None:
    seen: list[dict[str, Any]] = []
    world = world_of({NOTE: seen.append})
    association = extend(world, {f"ON_DEPLOYMENT_{point}": NOTE for point in ON})
    world.create_version()
    started = world.start(world.create_strategy(15, 25, FinalBakeTimeInMinutes=5))
    assert [dict(extension) for extension in started["AppliedExtensions"]] == [
        {
            "ExtensionId": association["ExtensionArn"].split("/")[-2],
            "ExtensionAssociationId": association["Id"],
            "VersionNumber": 1,
            "Parameters": {},
        }
    ]
    for _ in range(20):
        world.clock.advance(60)
    found = invocations(world)
    assert {event: len(told) for event, told in found.items()} == {
        "DEPLOYMENT_STARTED": 1,
        "PERCENTAGE_UPDATED": 4,
        "BAKE_TIME_STARTED": 1,
        "DEPLOYMENT_COMPLETED": 1,
    }
    (first,) = found["DEPLOYMENT_STARTED"]
    assert (first["ActionName"], first["Uri"], first["RoleArn"]) == ("act", NOTE, ROLE)
    assert first.get("ErrorCode") is None
    assert sorted(told["Type"] for told in seen) == sorted(
        ["OnDeploymentStart", *["OnDeploymentStep"] * 4, "OnDeploymentBaking", "OnDeploymentComplete"]
    )
    assert {told["DeploymentNumber"] for told in seen} == {1}
    assert all("Content" not in told for told in seen)


def test_a_jump_of_the_clock_misses_no_event_and_calls_none_twice() -> None:
    seen: list[str] = []
    world = world_of({NOTE: lambda payload: seen.append(payload["Type"])})
    extend(world, {f"ON_DEPLOYMENT_{point}": NOTE for point in ON})
    world.create_version()
    world.start(world.create_strategy(15, 25))
    world.clock.advance(3600)
    settled(world)
    world.clock.advance(3600)
    settled(world)
    assert sorted(seen) == sorted(
        ["OnDeploymentStart", *["OnDeploymentStep"] * 4, "OnDeploymentBaking", "OnDeploymentComplete"]
    )


def test_a_rollback_calls_its_action() -> None:
    seen: list[str] = []
    world = world_of({NOTE: lambda payload: seen.append(payload["Type"])})
    extend(world, {"ON_DEPLOYMENT_ROLLED_BACK": NOTE})
    world.create_version()
    world.start(world.create_strategy())
    world.client.stop_deployment(ApplicationId=world.application, EnvironmentId=world.environment, DeploymentNumber=1)
    assert list(invocations(world)) == ["ROLLBACK_COMPLETED"]
    assert seen == ["OnDeploymentRolledBack"]


@pytest.mark.parametrize(
    ("stands", "code"),
    [
        ({}, "NotConnected"),
        ({NOTE: broken}, "ValueError"),
        ({NOTE: lambda _: time.sleep(30)}, "Timeout"),
        ({NOTE: "http://127.0.0.1:1/"}, "NotReachable"),
        ({NOTE: "file:///etc/passwd"}, "NotConnected"),
        ({NOTE: lambda _: {"Error": "Oops", "Message": "m"}}, "Oops"),
    ],
)
def test_an_action_beside_a_deployment_that_fails_is_shown_and_changes_nothing(
    stands: dict[str, Any], code: str
) -> None:
    world = world_of(stands, timeout=0.2)
    extend(world, {"ON_DEPLOYMENT_START": NOTE})
    world.create_version()
    world.start(world.create_strategy())
    began = time.monotonic()
    world.clock.advance(900)
    assert time.monotonic() - began < 10
    ((invocation,),) = invocations(world).values()
    assert invocation["ErrorCode"] == code
    assert invocation["ErrorMessage"]
    shown = world.client.get_deployment(
        ApplicationId=world.application, EnvironmentId=world.environment, DeploymentNumber=1
    )
    assert shown["State"] == "COMPLETE"


def test_a_deployment_keeps_the_extensions_that_it_was_started_with() -> None:
    seen: list[str] = []
    world = world_of({NOTE: lambda payload: seen.append(payload["Type"])})
    association = extend(world, {"ON_DEPLOYMENT_COMPLETE": NOTE})
    world.create_version()
    world.start(world.create_strategy())
    world.client.delete_extension_association(ExtensionAssociationId=association["Id"])
    world.client.delete_extension(ExtensionIdentifier="own")
    world.clock.advance(900)
    settled(world)
    assert seen == ["OnDeploymentComplete"]


def test_dynamic_parameters_reach_the_action_of_their_extension() -> None:
    """start_deployment.rst: DynamicExtensionParameters, keyed by extension and parameter"""
    seen: list[dict[str, str]] = []
    world = world_of({NOTE: lambda payload: seen.append(payload["Parameters"])})
    parameters = {"Reason": {"Dynamic": True}, "Fixed": {}}
    extend(world, {"ON_DEPLOYMENT_START": NOTE}, Parameters=parameters, values={"Fixed": "f"})
    world.create_version()
    world.start(
        world.create_strategy(), DynamicExtensionParameters={"own#Reason": "r", "own#Fixed": "no", "other#Reason": "no"}
    )
    settled(world)
    assert seen == [{"Fixed": "f", "Reason": "r"}]


@pytest.mark.parametrize("reference", ["name", "id", "version", "arn"])
def test_dynamic_parameters_name_their_extension_by_name_id_or_arn(reference: str) -> None:
    """AWS::AppConfig::Deployment DynamicExtensionParameters: the ARN or the ID of the extension"""
    seen: list[dict[str, str]] = []
    world = world_of({NOTE: lambda payload: seen.append(payload["Parameters"])})
    extend(world, {PRE_START: NOTE}, Parameters={"Reason": {"Dynamic": True}})
    known = world.client.get_extension(ExtensionIdentifier="own")
    arn = known["Arn"]
    extension = {"name": "own", "id": known["Id"], "version": arn, "arn": arn.rpartition("/")[0]}[reference]
    world.create_version()
    world.start(world.create_strategy(), DynamicExtensionParameters={f"{extension}#Reason": "r"})
    assert seen == [{"Reason": "r"}]


@pytest.mark.parametrize(("stands", "code"), [({NOTE: lambda _: None}, None), ({}, "NotConnected")])
def test_an_action_before_a_deployment_is_shown_with_its_start(stands: dict[str, Any], code: str | None) -> None:
    """get_deployment.rst, ActionInvocations: the extensions that were invoked as part of the deployment"""
    world = world_of(stands)
    extend(world, {PRE_START: NOTE, "ON_DEPLOYMENT_START": UPPER})
    world.create_version()
    answer = world.start(world.create_strategy())
    (event,) = answer["EventLog"]
    (shown,) = event["ActionInvocations"]
    assert (shown["ActionName"], shown["Uri"], shown["RoleArn"]) == ("act", NOTE, ROLE)
    assert shown.get("ErrorCode") == code
    assert [told["Uri"] for told in invocations(world)["DEPLOYMENT_STARTED"]] == [NOTE, UPPER]


def test_a_deleted_environment_leaves_nothing_of_its_deployments_behind() -> None:
    world = world_of({})
    extend(world, {PRE_START: NOTE, "ON_DEPLOYMENT_COMPLETE": NOTE})
    world.create_version()
    world.start(world.create_strategy())
    world.clock.advance(3600)
    settled(world)
    scope = Scope("111122223333", "us-east-1")
    parent = f"{world.application}/{world.environment}/1"
    assert world.backend.store.count(scope, INVOCATION, parent) == 2
    world.client.delete_environment(ApplicationId=world.application, EnvironmentId=world.environment)
    assert world.backend.store.count(scope, INVOCATION, parent) == 0


def test_the_notifications_that_aws_wrote_go_to_the_address_in_their_parameter() -> None:
    seen: list[str] = []
    world = world_of({NOTE: lambda payload: seen.append(payload["Type"])})
    world.client.create_extension_association(
        ExtensionIdentifier="AWS.AppConfig.DeploymentNotificationsToSqs",
        ResourceIdentifier=f"arn:aws:appconfig:us-east-1:111122223333:application/{world.application}",
        Parameters={"queueArn": NOTE},
    )
    world.create_version()
    world.start(world.create_strategy())
    world.clock.advance(900)
    settled(world)
    assert sorted(seen) == ["OnDeploymentComplete", "OnDeploymentStart"]


def test_extensions_of_other_resources_are_not_called() -> None:
    seen: list[str] = []
    world = world_of({NOTE: lambda payload: seen.append(payload["Type"])})
    other = world.create_profile("other")
    extend(world, {"ON_DEPLOYMENT_START": NOTE}, f"/configurationprofile/{other}")
    world.create_version()
    started = world.start(world.create_strategy())
    settled(world)
    assert seen == []
    assert "AppliedExtensions" not in started


@pytest.fixture
def function() -> Iterator[tuple[str, list[Any]]]:
    """A local HTTP server that stands for a function, and what it was sent."""
    seen: list[Any] = []

    class Function(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            payload = json.loads(self.rfile.read(int(self.headers["content-length"])))
            seen.append(payload)
            body = json.dumps(upper(payload) if "Content" in payload else {}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Function)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", seen
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_local_url_stands_for_a_function(function: tuple[str, list[Any]]) -> None:
    url, seen = function
    world = world_of({UPPER: url})
    extend(world, {PRE_CREATE: UPPER, "ON_DEPLOYMENT_START": UPPER})
    assert world.create_version(b"a", ContentType="text/plain")["Content"].read() == b"A"
    world.start(world.create_strategy())
    assert list(invocations(world)) == ["DEPLOYMENT_STARTED"]
    assert [told["Type"] for told in seen] == ["PreCreateHostedConfigurationVersion", "OnDeploymentStart"]


def test_an_answer_that_never_ends_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stop = threading.Event()

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
                while not stop.wait(0.05):
                    connection.sendall(b" ")

        thread = threading.Thread(target=drip)
        thread.start()
        world = world_of({NOTE: f"http://127.0.0.1:{listening.getsockname()[1]}/"}, timeout=0.3)
        extend(world, {PRE_START: NOTE})
        world.create_version()
        began = time.monotonic()
        with pytest.raises(world.client.exceptions.BadRequestException, match="within"):
            world.start(world.create_strategy())
        assert time.monotonic() - began < 3
        stop.set()
        thread.join()


def test_no_proxy_of_the_environment_is_asked(function: tuple[str, list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    url, seen = function
    world = world_of({UPPER: url})
    extend(world, {PRE_CREATE: UPPER})
    assert world.create_version(b"a", ContentType="text/plain")["Content"].read() == b"A"
    assert len(seen) == 1
