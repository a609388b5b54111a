from __future__ import annotations

import pytest

from tests.behaviour.conftest import ROLE, World

CLIENTS = [f"client-{number}" for number in range(400)]


def version_of(world: World, client: str) -> str:
    return str(world.retrieve(client)["ConfigurationVersion"])


def test_what_is_deployed_is_served_by_name_and_by_id(world: World) -> None:
    world.create_version(b'{"a": 1}')
    world.deploy()
    found = world.retrieve()
    assert (found["Content"].read(), found["ConfigurationVersion"]) == (b'{"a": 1}', "1")
    assert found["ContentType"] == "application/json"
    by_id = world.client.get_configuration(
        Application=world.application, Environment=world.environment, Configuration=world.profile, ClientId="c"
    )
    assert by_id["Content"].read() == b'{"a": 1}'


def test_a_client_that_is_up_to_date_gets_204_and_nothing(world: World) -> None:
    world.create_version()
    world.deploy()
    found = world.retrieve(ClientConfigurationVersion="1")
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert found["Content"].read() == b""
    assert world.retrieve(ClientConfigurationVersion="0")["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_nothing_is_served_before_something_is_deployed(world: World) -> None:
    world.create_version()
    with pytest.raises(world.client.exceptions.ResourceNotFoundException):
        world.retrieve()


def test_what_lies_elsewhere_is_served_empty_as_the_page_shows(world: World) -> None:
    world.create_profile("outside", LocationUri="ssm-parameter://p", RetrievalRoleArn=ROLE)
    (outside,) = [
        item["Id"]
        for item in world.client.list_configuration_profiles(ApplicationId=world.application)["Items"]
        if item["Name"] == "outside"
    ]
    world.deploy(ConfigurationProfileId=outside)
    found = world.client.get_configuration(
        Application="application", Environment="environment", Configuration="outside", ClientId="c"
    )
    assert (found["ContentType"], found["ConfigurationVersion"]) == ("application/octet-stream", "1")


def test_a_growing_share_of_clients_sees_the_new_version(world: World) -> None:
    world.create_version()
    world.deploy()
    world.create_version()
    world.start(world.create_strategy(), "2")
    reached: set[str] = set()
    for minutes, low, high in ((0, 0.0, 0.05), (3, 0.15, 0.35), (3, 0.4, 0.6), (3, 0.65, 0.85), (3, 1.0, 1.0)):
        world.clock.advance(minutes * 60)
        now = {client for client in CLIENTS if version_of(world, client) == "2"}
        assert reached <= now, "a client that had the new version lost it"
        assert low <= len(now) / len(CLIENTS) <= high
        reached = now


def test_a_rollback_and_a_revert_bring_the_version_before_back(world: World) -> None:
    world.create_version()
    world.create_version()
    world.deploy("1")
    world.start(world.create_strategy(), "2")
    world.clock.advance(12 * 60)
    assert version_of(world, "client") == "2"
    world.stop(2)
    assert version_of(world, "client") == "1"
    world.deploy("2")
    assert version_of(world, "client") == "2"
    world.stop(3, AllowRevert=True)
    assert version_of(world, "client") == "1"


def test_what_is_deployed_outlives_its_hosted_version(world: World) -> None:
    world.create_version(b'{"a": 1}')
    world.deploy()
    world.client.delete_hosted_configuration_version(
        ApplicationId=world.application, ConfigurationProfileId=world.profile, VersionNumber=1
    )
    assert world.retrieve()["Content"].read() == b'{"a": 1}'
