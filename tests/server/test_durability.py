"""What was answered is kept, whatever is killed; and writers on several servers are in nobody's way.

A share of the rounds; `python -m tests.server.durability` does 200.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.durability import Server, Wire, rounds
from tests.server.postgres import Postgres, postgres

ROUNDS = 3
WRITERS = 16
ENOUGH = 60
"""Deployments that are started before a race ends; so many take a busy machine longer, and no machine more work."""
SECONDS = 10.0


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    try:
        with postgres() as server:
            yield server
    except FileNotFoundError as error:
        pytest.skip(str(error))


def test_what_was_answered_outlives_kill_9_on_sqlite(tmp_path: Path) -> None:
    writes, wrong = rounds(f"sqlite:///{tmp_path}/store.db", ROUNDS, seed=1)
    assert not wrong
    assert writes > 0


def test_what_was_answered_outlives_kill_9_on_postgresql(database: Postgres) -> None:
    writes, wrong = rounds(database.url, ROUNDS, database=database, seed=1)
    assert not wrong
    assert writes > 0


def race(ports: tuple[int, ...]) -> tuple[list[int], list[str]]:
    """Sixteen writers start and stop deployments of one environment; the numbers answered, and what went wrong."""
    wire = Wire(ports[0])
    of = f"/applications/{wire.told('POST', '/applications', {'Name': 'race'})['Id']}"
    environment = wire.told("POST", f"{of}/environments", {"Name": "e"})["Id"]
    profile = wire.told("POST", f"{of}/configurationprofiles", {"Name": "p", "LocationUri": "hosted"})["Id"]
    versions = f"{of}/configurationprofiles/{profile}/hostedconfigurationversions"
    wire.told("POST", versions, b"x", content_type="text/plain")
    slow = {"Name": "slow", "DeploymentDurationInMinutes": 60, "GrowthFactor": 10}
    strategy = wire.told("POST", "/deploymentstrategies", slow)["Id"]
    wish = {"DeploymentStrategyId": strategy, "ConfigurationProfileId": profile, "ConfigurationVersion": "1"}
    deployments = f"{of}/environments/{environment}/deployments"
    started: list[int] = []
    made: list[int] = []
    wrong: list[str] = []
    end = threading.Event()

    def write(port: int) -> None:
        mine = Wire(port)
        while not end.is_set():
            status, answer = mine.send("POST", deployments, wish)
            if status == 201:
                started.append(answer["DeploymentNumber"])
                if len(started) >= ENOUGH:
                    end.set()
                # Its own deployment is the one in progress until it stops it.
                status, answer = mine.send("DELETE", f"{deployments}/{answer['DeploymentNumber']}")
                if status != 202:
                    wrong.append(f"stopping was answered with {status}: {answer}")
            elif status != 409:
                wrong.append(f"starting was answered with {status}: {answer}")
            status, answer = mine.send("POST", versions, b"x", content_type="text/plain")
            if status == 201:
                made.append(1)
            else:
                wrong.append(f"a version was answered with {status}: {answer}")
        mine.close()

    def watch(port: int) -> None:
        mine = Wire(port)
        while not end.is_set():
            states = [item["State"] for item in mine.told("GET", f"{deployments}?max_results=10")["Items"]]
            if states.count("DEPLOYING") > 1:
                wrong.append(f"two deployments are in progress: {states}")
        mine.close()

    writers = [threading.Thread(target=write, args=(port,)) for port, _ in zip(itertools.cycle(ports), range(WRITERS))]
    watchers = [threading.Thread(target=watch, args=(port,)) for port in ports]
    for thread in (*writers, *watchers):
        thread.start()
    end.wait(SECONDS)
    end.set()
    for thread in (*writers, *watchers):
        thread.join()
    wire.close()  # it was idle for as long as the race took
    wire = Wire(ports[0])
    items = wire.told("GET", f"{versions}?max_results=1")["Items"]
    if items[0]["VersionNumber"] != len(made) + 1:
        wrong.append(f"{len(made) + 1} versions were answered, and the last is {items[0]['VersionNumber']}")
    wire.close()
    return started, wrong


def check_race(stores: tuple[str, str]) -> None:
    servers = [Server(store) for store in stores]
    try:
        started, wrong = race(tuple(server.port for server in servers))
    finally:
        for server in servers:
            server.stop()
    assert not wrong, wrong[:5]
    assert len(started) > 5
    assert [number for number, times in Counter(started).items() if times > 1] == []
    assert sorted(started) == list(range(1, len(started) + 1))


def test_sixteen_writers_on_two_servers_share_one_postgresql(database: Postgres) -> None:
    check_race((database.url, database.url))


def test_sixteen_writers_on_two_servers_share_one_file_of_sqlites(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    check_race((url, url))
