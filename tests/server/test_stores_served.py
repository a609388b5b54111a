"""`asdoc serve` on a store that lasts, with several workers."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from asdoc.runtime.server.serving import known_services
from tests.server import test_serving as served
from tests.server.durability import Server, Wire, Writer
from tests.server.postgres import postgres

# Laws are held by thousands of inputs, and seeds by a world for each line, which a disk would take its time for; where
# a statement was read, when a deployment grows, and whether a configuration is valid, no store is asked.
SCENARIOS = [
    "--ignore-glob=*laws*",
    "--ignore-glob=*sequences*",
    "--ignore-glob=*seeds*",
    "--ignore-glob=*_sources*",
    "--ignore-glob=*timeline*",
    "--ignore-glob=*flags*",
    "--ignore-glob=*schemas*",
    "tests/behaviour",
    "tests/server/test_requests.py",
    "tests/server/test_pagination.py",
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('store')}/store.db"
        return
    try:
        with postgres() as database:
            yield database.url
    except FileNotFoundError as error:
        pytest.skip(str(error))


def boto(endpoint: str) -> Any:
    return boto3.client(
        "appconfig",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="111122223333",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_boto3_works_with_every_operation_on_a_store_that_lasts(store: str) -> None:
    with served.start("appconfig", "--port", "0", "--clock", "manual", "--store", store) as process:
        endpoint = served.address_of(process)
        served.test_boto3_works_with_every_operation_that_is_built(boto(endpoint), endpoint)
        process.terminate()


def test_workers_share_what_they_keep_and_their_tokens(store: str) -> None:
    server = Server(store, workers=3)
    try:
        made = []
        for number in range(12):
            # A connection of its own each time, so that the workers take turns.
            wire = Wire(server.port)
            made.append(wire.told("POST", "/applications", {"Name": f"shared {number}"})["Id"])
            wire.close()
        found: list[str] = []
        token = ""
        while True:
            wire = Wire(server.port)
            page = wire.told("GET", f"/applications?max_results=1{token}")
            wire.close()
            found += [item["Id"] for item in page["Items"] if item["Name"].startswith("shared")]
            if "NextToken" not in page:
                break
            token = f"&next_token={page['NextToken']}"
        assert found == made
    finally:
        server.stop()


def test_workers_are_controlled_as_one_or_say_that_they_cannot(store: str) -> None:
    server = Server(store, workers=3)

    def told(method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        # A connection of its own each time, so that the workers take turns.
        wire = Wire(server.port)
        try:
            return wire.send(method, path, body, **headers)
        finally:
            wire.close()

    def seen(path: str) -> set[str]:
        """What all of the workers answer, as far as twelve connections come to all."""
        return {json.dumps(told("GET", path), sort_keys=True) for _ in range(12)}

    try:
        assert told("POST", "/_asdoc/reset")[0] == 200
        wire = Wire(server.port)
        writer = Writer(wire, 1)
        wire.close()
        alarm = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:a"
        environment = f"/applications/{writer.application}/environments/{writer.environment}"
        assert told("PATCH", environment, {"Monitors": [{"AlarmArn": alarm}]})[0] == 200
        assert told("POST", writer.versions, b"1", content_type="text/plain")[0] == 201
        deployment = {
            "ConfigurationProfileId": writer.profile,
            "ConfigurationVersion": "1",
            "DeploymentStrategyId": "AppConfig.Linear50PercentEvery30Seconds",
        }
        assert told("POST", writer.deployments, deployment)[1]["State"] == "DEPLOYING"
        status, kept = told("GET", "/_asdoc/snapshot")
        assert status == 200

        assert told("POST", "/_asdoc/alarms", {"alarm": alarm})[1]["rolledBack"] == 1
        assert {json.loads(one)[1]["State"] for one in seen(f"{writer.deployments}/1")} <= {
            "ROLLING_BACK",
            "ROLLED_BACK",
        }
        assert told("POST", "/_asdoc/alarms", {"alarm": alarm, "state": "OK"})[0] == 200

        assert told("POST", "/_asdoc/restore", kept)[0] == 200
        assert {json.loads(one)[1]["State"] for one in seen(f"{writer.deployments}/1")} <= {"DEPLOYING", "BAKING"}
        assert told("POST", "/_asdoc/reset")[0] == 200
        assert {json.loads(one)[1]["Items"] == [] for one in seen("/applications")} == {True}

        for path, body in (("clock", {"advance": 60}), ("faults", {"error": "throttling"})):
            status, answer = told("POST", f"/_asdoc/{path}", body)
            assert (status, set(answer)) == (409, {"message"}), answer
        assert seen("/_asdoc/faults") == {'[200, {"faults": []}]'}
    finally:
        server.stop()


def test_all_services_keep_their_records_apart_in_one_store(store: str) -> None:
    names = sorted(known_services())
    with served.start(*names, "--port", "0", "--store", store) as process:
        endpoint = served.address_of(process)
        with urllib.request.urlopen(f"{endpoint}/_asdoc/health", timeout=10) as response:
            assert sorted(json.load(response)["services"]) == names
        process.terminate()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--workers", "2"), "Leave --workers at 1"),
        (("--workers", "0"), "one at least"),
        (("--workers", "2", "--clock", "manual", "--store", "sqlite:///x.db"), "a manual clock of its own"),
        (("--store", "sqlite:////no/such/folder/x.db"), "unable to open"),
        (("--store", "redis://host"), "There are memory, sqlite"),
    ],
)
def test_what_cannot_be_shared_or_opened_is_told_and_exits_2(
    arguments: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with served.start("appconfig", "--port", "0", *arguments) as process:
        out, told = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert said in told
    assert "Traceback" not in told


@pytest.mark.slow
def test_behaviours_hold_on_records_that_were_written_down() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.server.on_sqlite", *SCENARIOS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
