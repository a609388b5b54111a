"""AppConfig Data. Each test names the page and line that it holds the backend to, as of botocore 1.44.5."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asdoc.appconfigdata import Client
from asdoc.appconfigdata.backend import Backend
from asdoc.runtime.exceptions import ClientError
from tests.behaviour.conftest import World

SESSIONS = 300


class Reader:
    """A world, and a client that reads what is deployed in it."""

    def __init__(self) -> None:
        self.world = World()
        self.clock = self.world.clock
        self.backend = Backend(clock=self.clock, store=self.world.backend.store)
        self.client = self.client_in("us-east-1")

    def client_in(self, region: str) -> Any:
        return Client(
            region, backend=self.backend.handle, aws_access_key_id="111122223333", aws_secret_access_key="secret"
        )

    def start(self, **more: Any) -> str:
        asked = {
            "ApplicationIdentifier": "application",
            "EnvironmentIdentifier": "environment",
            "ConfigurationProfileIdentifier": "profile",
            **more,
        }
        return str(self.client.start_configuration_session(**asked)["InitialConfigurationToken"])

    def get(self, token: str) -> Any:
        return self.client.get_latest_configuration(ConfigurationToken=token)

    def read(self, token: str) -> tuple[bytes, str]:
        """What a token gives, and the next one."""
        answer = self.get(token)
        return answer["Configuration"].read(), answer["NextPollConfigurationToken"]

    def problem(self, token: str) -> str:
        """Why a token is refused."""
        with pytest.raises(self.client.exceptions.BadRequestException) as refused:
            self.get(token)
        response: Any = refused.value.response
        assert response["Reason"] == "InvalidParameters"
        (name, detail), *more = response["Details"]["InvalidParameters"].items()
        assert (name, more) == ("ConfigurationToken", [])
        return str(detail["Problem"])

    def missing(self, **more: Any) -> Any:
        with pytest.raises(self.client.exceptions.ResourceNotFoundException) as refused:
            self.start(**more)
        return refused.value.response


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def fed(reader: Reader) -> Reader:
    """One whose world has version 1 deployed."""
    reader.world.create_version(b'{"a": 1}', VersionLabel="one")
    reader.world.deploy()
    return reader


def test_a_session_reads_what_is_deployed(fed: Reader) -> None:
    """get_latest_configuration.rst:13, :113, :120, :127"""
    answer = fed.get(fed.start())
    assert answer["Configuration"].read() == b'{"a": 1}'
    assert (answer["ContentType"], answer["VersionLabel"]) == ("application/json", "one")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_session_names_its_resources_by_id_or_name(fed: Reader) -> None:
    """start_configuration_session.rst:33, :41, :49"""
    token = fed.start(
        ApplicationIdentifier=fed.world.application,
        EnvironmentIdentifier=fed.world.environment,
        ConfigurationProfileIdentifier=fed.world.profile,
    )
    assert fed.read(token)[0] == b'{"a": 1}'


@pytest.mark.parametrize(
    ("member", "kind"),
    [
        ("ApplicationIdentifier", "Application"),
        ("EnvironmentIdentifier", "Environment"),
        ("ConfigurationProfileIdentifier", "ConfigurationProfile"),
    ],
)
def test_a_session_of_nothing_is_refused_and_told_why(fed: Reader, member: str, kind: str) -> None:
    """exceptions/ResourceNotFoundException.rst:45, :78"""
    response = fed.missing(**{member: "nothing"})
    assert (response["ResourceType"], response["ReferencedBy"]) == (kind, {member: "nothing"})


def test_an_unchanged_configuration_comes_back_empty(fed: Reader) -> None:
    """get_latest_configuration.rst:13, :120, :127"""
    _, token = fed.read(fed.start())
    answer = fed.get(token)
    assert answer["Configuration"].read() == b""
    assert not answer.get("VersionLabel")
    assert fed.read(fed.start())[0] == b'{"a": 1}', "another session does not have it yet"


def test_the_same_version_deployed_again_is_unchanged(fed: Reader) -> None:
    """get_latest_configuration.rst:120"""
    _, token = fed.read(fed.start())
    fed.world.deploy()
    content, token = fed.read(token)
    assert content == b""
    fed.world.create_version(b'{"a": 2}')
    fed.world.deploy("2")
    content, token = fed.read(token)
    assert content == b'{"a": 2}'
    assert fed.read(token)[0] == b""


def test_each_token_is_good_for_one_call(fed: Reader) -> None:
    """get_latest_configuration.rst:26, :56; exceptions/BadRequestException.rst:49"""
    first = fed.start()
    _, second = fed.read(first)
    assert first != second
    assert fed.problem(first) == "Expired"
    _, third = fed.read(second)
    assert fed.problem(second) == "Expired"
    fed.read(third)


def test_of_many_who_use_a_token_at_once_one_is_answered(fed: Reader) -> None:
    """get_latest_configuration.rst:26"""
    token = fed.start()
    start = Barrier(8)

    def use() -> bool:
        start.wait(10)
        try:
            fed.get(token)
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(use) for _ in range(8)]
    assert sorted(answer.result() for answer in answers) == [False] * 7 + [True]


def test_a_token_is_valid_for_24_hours(fed: Reader) -> None:
    """get_latest_configuration.rst:56, :97; start_configuration_session.rst:96"""
    day = timedelta(hours=24).total_seconds()
    late, soon = fed.start(), fed.start()
    fed.clock.advance(day)
    _, following = fed.read(soon)
    fed.clock.advance(1)
    assert fed.problem(late) == "Expired"
    fed.clock.advance(day - 1)
    fed.read(following)


@pytest.mark.parametrize("token", ["x", "x.y", ".", "é", "0" * 8192])
def test_a_token_that_nobody_was_given_is_corrupted(fed: Reader, token: str) -> None:
    """exceptions/BadRequestException.rst:49"""
    assert fed.problem(token) == "Corrupted"


def test_a_token_holds_in_its_own_region_alone(fed: Reader) -> None:
    """get_latest_configuration.rst:48"""
    token = fed.start()
    with pytest.raises(ClientError):
        fed.client_in("eu-west-1").get_latest_configuration(ConfigurationToken=token)
    fed.read(token)


def test_a_session_may_not_ask_more_often_than_it_said(fed: Reader) -> None:
    """start_configuration_session.rst:57"""
    _, token = fed.read(fed.start(RequiredMinimumPollIntervalInSeconds=60))
    assert fed.problem(token) == "PollIntervalNotSatisfied"
    fed.clock.advance(59.9)
    assert fed.problem(token) == "PollIntervalNotSatisfied"
    fed.clock.advance(0.1)
    _, token = fed.read(token)
    assert fed.problem(token) == "PollIntervalNotSatisfied"


def test_a_session_without_an_interval_may_ask_at_once(fed: Reader) -> None:
    """start_configuration_session.rst:57"""
    token = fed.start()
    for _ in range(3):
        _, token = fed.read(token)


@pytest.mark.parametrize("interval", [15, 86400])
def test_the_interval_that_was_asked_for_is_answered(fed: Reader, interval: int) -> None:
    """get_latest_configuration.rst:106"""
    answer = fed.get(fed.start(RequiredMinimumPollIntervalInSeconds=interval))
    assert answer["NextPollIntervalInSeconds"] == interval


def test_there_is_always_an_interval_to_wait(fed: Reader) -> None:
    """get_latest_configuration.rst:106"""
    assert fed.get(fed.start())["NextPollIntervalInSeconds"] > 0


def test_nothing_deployed_is_not_found_and_costs_no_token(reader: Reader) -> None:
    """get_latest_configuration.rst:13; exceptions/ResourceNotFoundException.rst:45"""
    reader.world.create_version()
    token = reader.start(RequiredMinimumPollIntervalInSeconds=60)
    with pytest.raises(reader.client.exceptions.ResourceNotFoundException) as refused:
        reader.get(token)
    response: Any = refused.value.response
    assert response["ResourceType"] == "Deployment"
    reader.world.deploy()
    assert reader.read(token)[0] == b"{}"


def test_what_was_deleted_meanwhile_is_not_found(fed: Reader) -> None:
    """exceptions/ResourceNotFoundException.rst:45"""
    token = fed.start()
    fed.world.client.delete_environment(ApplicationId=fed.world.application, EnvironmentId=fed.world.environment)
    with pytest.raises(fed.client.exceptions.ResourceNotFoundException) as refused:
        fed.get(token)
    response: Any = refused.value.response
    assert response["ResourceType"] == "Environment"


def test_a_read_protects_what_was_read_from_deletion(fed: Reader) -> None:
    """appconfig delete_environment.rst:52"""
    fed.read(fed.start())
    asked = {"ApplicationId": fed.world.application, "EnvironmentId": fed.world.environment}
    with pytest.raises(fed.world.client.exceptions.ConflictException):
        fed.world.client.delete_environment(**asked, DeletionProtectionCheck="APPLY")


def test_content_from_elsewhere_has_no_version_label(reader: Reader) -> None:
    """get_latest_configuration.rst:127"""
    outside = reader.world.create_profile("outside", LocationUri="ssm-parameter://p", RetrievalRoleArn=ROLE)
    reader.world.deploy(ConfigurationProfileId=outside)
    answer = reader.get(reader.start(ConfigurationProfileIdentifier="outside"))
    assert "VersionLabel" not in answer


ROLE = "arn:aws:iam::111122223333:role/Example-App-Config-Role"


class Crowd:
    """Many sessions that poll, and the version that each of them has."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.tokens = [reader.start() for _ in range(SESSIONS)]
        self.has = [b""] * SESSIONS

    def poll(self) -> set[int]:
        """Which sessions have version 2 after they have all asked."""
        for number, token in enumerate(self.tokens):
            content, self.tokens[number] = self.reader.read(token)
            self.has[number] = content or self.has[number]
        return {number for number, content in enumerate(self.has) if content == b"2"}


@pytest.fixture
def crowd(reader: Reader) -> Crowd:
    for content in (b"1", b"2"):
        reader.world.create_version(content)
    reader.world.deploy()
    return Crowd(reader)


def test_a_growing_share_of_sessions_sees_the_new_version(crowd: Crowd) -> None:
    """appconfig update_deployment_strategy.rst:67; appconfig get_deployment.rst:340"""
    world = crowd.reader.world
    assert crowd.poll() == set()
    world.start(world.create_strategy(), "2")
    reached: set[int] = set()
    for minutes in (0, 3, 3, 3, 3):
        world.clock.advance(minutes * 60)
        now = crowd.poll()
        share = world.deployment(2)["PercentageComplete"] / 100
        assert reached <= now, "a session that had the new version lost it"
        assert abs(len(now) / SESSIONS - share) < 0.1
        assert crowd.poll() == now, "the share is not stable"
        reached = now
    assert len(reached) == SESSIONS


def test_a_rollback_gives_every_session_the_version_before(crowd: Crowd) -> None:
    """appconfig stop_deployment.rst:13"""
    world = crowd.reader.world
    world.start(world.create_strategy(), "2")
    world.clock.advance(6 * 60)
    assert crowd.poll()
    world.stop(2)
    assert crowd.poll() == set()
    assert set(crowd.has) == {b"1"}


def test_a_revert_gives_every_session_the_version_before(crowd: Crowd) -> None:
    """appconfig stop_deployment.rst:13"""
    world = crowd.reader.world
    world.deploy("2")
    assert len(crowd.poll()) == SESSIONS
    world.stop(2, AllowRevert=True)
    assert crowd.poll() == set()
    assert set(crowd.has) == {b"1"}


def test_sessions_that_were_left_are_forgotten(fed: Reader) -> None:
    """get_latest_configuration.rst:56: after 24 hours nobody can go on with one"""
    for _ in range(50):
        fed.start()
    kept = fed.start()
    for _ in range(5):
        fed.clock.advance(12 * 3600)
        _, kept = fed.read(kept)
    fed.start()
    assert fed.world.backend.store.count(("111122223333", "us-east-1"), "ConfigurationSession", "") == 2


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("advance"), st.integers(0, 400)),
        st.tuples(st.just("poll"), st.integers(0, 4)),
        st.tuples(st.just("deploy"), st.integers(1, 2)),
        st.tuples(st.just("stop"), st.booleans()),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(MOVES)
def test_a_session_has_what_a_client_of_its_share_would_get(moves: list[tuple[str, int]]) -> None:
    """get_latest_configuration.rst:13, :120: empty where the client has it, else what is deployed; and nothing else."""
    reader = Reader()
    world = reader.world
    for content in (b"1", b"2"):
        world.create_version(content)
    world.deploy()
    strategy = world.create_strategy(minutes=15, factor=30)
    tokens = [reader.start() for _ in range(5)]
    has = [b""] * 5
    for move, value in moves:
        if move == "advance":
            world.clock.advance(value)
        elif move == "poll":
            content, tokens[value] = reader.read(tokens[value])
            assert content != has[value], "content that the client had was sent again, or none was"
            has[value] = content or has[value]
            latest = world.client.list_deployments(ApplicationId=world.application, EnvironmentId=world.environment)
            served = [item for item in latest["Items"] if item["State"] in ("DEPLOYING", "BAKING", "COMPLETE")]
            assert has[value].decode() in {item["ConfigurationVersion"] for item in served[:2]}
        else:
            try:
                if move == "deploy":
                    world.start(strategy, str(value))
                else:
                    number = world.client.list_deployments(
                        ApplicationId=world.application, EnvironmentId=world.environment, MaxResults=1
                    )["Items"][0]["DeploymentNumber"]
                    if number > 1:
                        world.stop(number, AllowRevert=bool(value))
            except ClientError:
                pass
