"""Paginators and waiters of a generated client, over its own backend: typed pages, resumed walks, waits that end."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest

from asdoc.appconfig import AsyncClient, Client
from asdoc.appconfig.backend import Backend
from asdoc.appconfig.models import Application, Applications, Deployment
from asdoc.runtime.exceptions import OperationNotPageableError, PaginationError, UnknownWaiterError, WaiterError
from asdoc.runtime.server.clock import ManualClock

from .conftest import help_on

NAMES = [f"app-{number}" for number in range(7)]


@pytest.fixture
def backend() -> Backend:
    backend = Backend(clock=ManualClock())
    with Client("eu-west-1", backend=backend.handle) as client:
        for name in NAMES:
            client.create_application(Name=name)
    return backend


@pytest.fixture
def client(backend: Backend) -> Client:
    return Client("eu-west-1", backend=backend.handle)


def test_items_of_all_pages_come_as_models(client: Client) -> None:
    items = list(client.paginate.list_applications(PaginationConfig={"PageSize": 2}))
    assert all(isinstance(item, Application) for item in items)
    assert sorted(item["Name"] for item in items) == NAMES


def test_pages_come_as_models_and_are_cut_where_a_walk_begins_and_ends(client: Client) -> None:
    first = client.paginate.list_applications(PaginationConfig={"PageSize": 2, "MaxItems": 3})
    pages = list(first.pages())
    assert [type(page) for page in pages] == [Applications, Applications]
    assert [len(page.Items or []) for page in pages] == [2, 1]
    walk = client.get_paginator("list_applications").paginate(PaginationConfig={"PageSize": 2, "MaxItems": 3})
    whole = walk.build_full_result()
    rest = client.paginate.list_applications(PaginationConfig={"StartingToken": whole["NextToken"]})
    assert sorted(item["Name"] for item in [*whole["Items"], *rest]) == NAMES
    assert rest.resume_token is None


def test_search_looks_into_pages_that_are_models(client: Client) -> None:
    pages = client.get_paginator("list_applications").paginate(PaginationConfig={"PageSize": 3})
    assert sorted(pages.search("Items[].Name")) == NAMES


def test_an_async_client_walks_the_same_way(backend: Backend) -> None:
    async def walk() -> tuple[list[Any], list[int], dict[str, Any]]:
        async with AsyncClient("eu-west-1", backend=backend.handle) as client:
            found = client.paginate.list_applications(PaginationConfig={"PageSize": 3})
            names = [item.Name async for item in found]
            sizes = [len(page.Items or []) async for page in found.pages()]
            whole = await client.get_paginator("list_applications").paginate().build_full_result()
            return names, sizes, whole

    names, sizes, whole = asyncio.run(walk())
    assert sorted(names) == NAMES
    assert sizes == [3, 3, 1]
    assert sorted(item.Name for item in whole["Items"]) == NAMES


def deploy(client: Client) -> dict[str, Any]:
    application = client.create_application(Name="deployed")["Id"]
    environment = client.create_environment(ApplicationId=application, Name="e")["Id"]
    profile = client.create_configuration_profile(ApplicationId=application, Name="p", LocationUri="hosted")["Id"]
    strategy = client.create_deployment_strategy(
        Name="s", DeploymentDurationInMinutes=10, GrowthFactor=25, FinalBakeTimeInMinutes=1, ReplicateTo="NONE"
    )["Id"]
    client.create_hosted_configuration_version(
        ApplicationId=application, ConfigurationProfileId=profile, Content=b"{}", ContentType="application/json"
    )
    started = client.start_deployment(
        ApplicationId=application,
        EnvironmentId=environment,
        ConfigurationProfileId=profile,
        DeploymentStrategyId=strategy,
        ConfigurationVersion="1",
    )
    return {"ApplicationId": application, "EnvironmentId": environment, "DeploymentNumber": started["DeploymentNumber"]}


def test_a_wait_returns_the_answer_that_ended_it(
    client: Client, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = backend.clock
    assert isinstance(clock, ManualClock)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.advance(seconds)

    monkeypatch.setattr(Client, "_sleep", staticmethod(sleep))
    done = client.wait_until.deployment_complete(**deploy(client), WaiterConfig={"Delay": 60})
    assert isinstance(done, Deployment)
    assert done.State == "COMPLETE"
    assert set(slept) == {60}


def test_a_wait_that_does_not_end_in_time_tells_the_last_answer(client: Client) -> None:
    with pytest.raises(WaiterError, match="Waiter DeploymentComplete failed: Max attempts exceeded") as told:
        client.get_waiter("deployment_complete").wait(**deploy(client), WaiterConfig={"Delay": 0, "MaxAttempts": 2})
    assert told.value.last_response["State"] == "DEPLOYING"


def test_an_async_wait_fails_by_the_error_that_nobody_waits_for(backend: Backend) -> None:
    async def wait() -> None:
        async with AsyncClient("eu-west-1", backend=backend.handle) as client:
            await client.wait_until.deployment_complete(ApplicationId="a", EnvironmentId="b", DeploymentNumber=1)

    with pytest.raises(WaiterError, match=r"An error occurred \(ResourceNotFoundException\)"):
        asyncio.run(wait())


def test_a_client_tells_what_can_be_paged_and_waited_for(client: Client) -> None:
    assert client.waiter_names == ["deployment_complete", "environment_ready_for_deployment"]
    assert client.can_paginate("list_deployments")
    assert not client.can_paginate("get_deployment")
    unknown: Any = client
    with pytest.raises(OperationNotPageableError, match=r"Operation cannot be paginated: get_deployment\n.*list_depl"):
        unknown.get_paginator("get_deployment")
    with pytest.raises(UnknownWaiterError, match="Waiter does not exist: steady"):
        unknown.get_waiter("steady")
    with pytest.raises(PaginationError):
        client.paginate.list_applications(PaginationConfig={"MaxItems": "many"})


def test_help_on_walks_and_waits_tells_arguments_what_ends_them_and_the_page(client: Client) -> None:
    told = help_on(client.paginate.list_deployments)
    assert "The items of ListDeployments" in told
    assert "ApplicationId: 'str'" in told
    assert "/ListDeployments" in told
    waits = help_on(client.wait_until.deployment_complete)
    for part in ("every 30 seconds", "success: State is 'COMPLETE'", "failure: State is 'REVERTED'", "/GetDeployment"):
        assert part in waits


def test_both_clients_have_one_signature() -> None:
    def signatures(kind: type) -> dict[str, Any]:
        return {name: inspect.signature(value) for name, value in vars(kind).items() if inspect.isfunction(value)}

    blocking, awaited = signatures(Client), signatures(AsyncClient)
    given = {"get_paginator", "get_waiter"}
    assert {name: told for name, told in blocking.items() if name not in given} == {
        name: told for name, told in awaited.items() if name not in given
    }
    assert blocking.keys() == awaited.keys()
