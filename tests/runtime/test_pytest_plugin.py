"""The fixtures that a user's tests get by having asdoc installed."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import requests
import responses

import asdoc.testing
from asdoc.appconfig import AsyncClient, Client
from asdoc.appconfig.backend import Backend
from asdoc.appconfigdata import Client as DataClient
from asdoc.runtime.server.clock import ManualClock
from asdoc.runtime.server.responses_adapter import register


def run(tmp_path: Path, tests: str, *, conftest: str = "", options: tuple[str, ...] = ()) -> str:
    """What pytest says of a user's tests, in a process of its own."""
    (tmp_path / "test_users.py").write_text(tests)
    (tmp_path / "conftest.py").write_text(conftest)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "-W", "error",
         *options, str(tmp_path)],
        check=False, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    return ended.stdout + ended.stderr


def test_a_client_calls_its_backend_without_any_configuration(appconfig_client: Client) -> None:
    made = appconfig_client.create_application(Name="shop")
    assert made.Id is not None
    assert appconfig_client.get_application(ApplicationId=made.Id).Name == "shop"
    assert appconfig_client.meta.region_name == "us-east-1"


def test_an_async_client_calls_the_same_backend(appconfig_client: Client, appconfig_async_client: AsyncClient) -> None:
    appconfig_client.create_application(Name="shop")

    async def names() -> list[str | None]:
        return [item.Name for item in (await appconfig_async_client.list_applications()).Items or ()]

    assert asyncio.run(names()) == ["shop"]


def test_each_test_has_a_backend_of_its_own(appconfig_client: Client) -> None:
    assert not appconfig_client.list_applications().Items


def test_backend_and_client_and_clock_belong_together(
    appconfig_client: Client, appconfig_backend: Backend, appconfig_clock: ManualClock, proton_clock: ManualClock
) -> None:
    appconfig_client.create_application(Name="shop")
    other = Client(
        "us-east-1", aws_access_key_id="test", aws_secret_access_key="test", backend=appconfig_backend.handle
    )
    assert [item.Name for item in other.list_applications().Items or ()] == ["shop"]
    assert appconfig_backend.clock is appconfig_clock is proton_clock


def test_time_passes_as_a_test_says(appconfig_client: Client, appconfig_clock: ManualClock) -> None:
    client = appconfig_client
    application = client.create_application(Name="shop").Id or ""
    environment = client.create_environment(ApplicationId=application, Name="beta").Id or ""
    profile = (
        client.create_configuration_profile(ApplicationId=application, Name="flags", LocationUri="hosted").Id or ""
    )
    client.create_hosted_configuration_version(
        ApplicationId=application, ConfigurationProfileId=profile, Content=b"{}", ContentType="application/json"
    )
    strategy = client.create_deployment_strategy(
        Name="slow", DeploymentDurationInMinutes=60, GrowthFactor=50, FinalBakeTimeInMinutes=0, ReplicateTo="NONE"
    )
    started = client.start_deployment(
        ApplicationId=application,
        EnvironmentId=environment,
        DeploymentStrategyId=strategy.Id or "",
        ConfigurationProfileId=profile,
        ConfigurationVersion="1",
    )

    def state() -> str | None:
        return client.get_deployment(
            ApplicationId=application, EnvironmentId=environment, DeploymentNumber=started.DeploymentNumber or 0
        ).State

    assert state() == "DEPLOYING"
    appconfig_clock.advance(3600)
    assert state() == "COMPLETE"


def test_every_installed_service_has_its_fixtures(tmp_path: Path) -> None:
    told = run(tmp_path, "", options=("--fixtures",))
    for service in ("appconfig", "proton"):
        for kind in ("backend", "client", "async_client", "clock"):
            assert f"{service}_{kind} -- " in told
    assert "calls `appconfig_backend` in process" in told


def test_a_user_may_give_a_backend_of_their_own(tmp_path: Path) -> None:
    conftest = """
import pytest
from asdoc.runtime.http import HttpResponse

class Stub:
    def handle(self, request):
        return HttpResponse(status=200, body=b'{"Items": [{"Name": "stubbed"}]}')

@pytest.fixture
def appconfig_backend():
    return Stub()
"""
    tests = """
def test_stub(appconfig_client):
    assert appconfig_client.list_applications().Items[0].Name == "stubbed"
"""
    assert "1 passed" in run(tmp_path, tests, conftest=conftest)


def test_a_client_is_closed_with_its_test(tmp_path: Path) -> None:
    tests = """
import pytest
from asdoc.runtime.exceptions import ClientClosedError
kept = []

def test_first(appconfig_client):
    kept.append(appconfig_client)

def test_second():
    with pytest.raises(ClientClosedError):
        kept[0].list_applications()
"""
    assert "2 passed" in run(tmp_path, tests)


def test_who_uses_no_fixture_pays_for_no_import(tmp_path: Path) -> None:
    tests = """
import sys

def test_modules():
    assert "asdoc.testing.plugin" in sys.modules
    assert not [name for name in sys.modules if name.startswith(("asdoc.runtime", "asdoc.appconfig", "msgspec"))]
"""
    assert "1 passed" in run(tmp_path, tests)


def test_responses_answers_by_a_backend_for_a_session_that_is_given(appconfig_backend: Backend) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock, requests.Session() as session:
        register(appconfig_backend, mock)
        client = Client("eu-west-1", aws_access_key_id="a", aws_secret_access_key="b", session=session)
        made = client.create_application(Name="shop")
        assert client.get_application(ApplicationId=made.Id or "").Name == "shop"
        assert [call.request.method for call in mock.calls] == ["POST", "GET"]
        assert mock.calls[0].request.url == "https://appconfig.eu-west-1.amazonaws.com/applications"
        client.close()


def test_what_appconfig_deploys_is_what_its_data_plane_serves(
    appconfigdata_client: DataClient, appconfig_client: Client, appconfig_clock: ManualClock
) -> None:
    application = appconfig_client.create_application(Name="shop").Id or ""
    environment = appconfig_client.create_environment(ApplicationId=application, Name="beta").Id or ""
    profile = (
        appconfig_client.create_configuration_profile(ApplicationId=application, Name="p", LocationUri="hosted").Id
        or ""
    )
    appconfig_client.create_hosted_configuration_version(
        ApplicationId=application, ConfigurationProfileId=profile, Content=io.BytesIO(b"{}"), ContentType="text/plain"
    )
    appconfig_client.start_deployment(
        ApplicationId=application, EnvironmentId=environment, ConfigurationProfileId=profile, ConfigurationVersion="1",
        DeploymentStrategyId="AppConfig.AllAtOnce",
    )  # fmt: skip
    appconfig_clock.advance(3600)
    session = appconfigdata_client.start_configuration_session(
        ApplicationIdentifier=application, EnvironmentIdentifier=environment, ConfigurationProfileIdentifier=profile
    )
    got = appconfigdata_client.get_latest_configuration(ConfigurationToken=session.InitialConfigurationToken or "")
    assert got.Configuration is not None
    assert got.Configuration.read() == b"{}"


def test_what_is_for_tests_is_imported_in_any_order() -> None:
    for _ in range(2):  # a module of the same name would take its place the second time
        for name in asdoc.testing.__all__:
            found = getattr(asdoc.testing, name)
            assert not isinstance(found, ModuleType), name


@pytest.mark.parametrize("name", ["asdoc_clock", "appconfig_clock"])
def test_the_clock_stands_still(name: str, request: pytest.FixtureRequest) -> None:
    clock: ManualClock = request.getfixturevalue(name)
    assert clock.now() == clock.now()
    assert clock.mode == "manual"
