"""What one call of GetDeployment and of GetApplication costs the caller: asdoc beside boto3, on one server."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import boto3
import botocore.config

from asdoc.appconfig import Client
from tests.bench.measure import Pair, Row, cost, pair, row
from tests.targets.start import running

TURNS = 9
CALLS = 200
KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}


def our_client(endpoint: str) -> Client:
    return Client("us-east-1", endpoint_url=endpoint, aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret")


def completed_deployment(endpoint: str) -> dict[str, Any]:
    """Make one deployment that went through all its events, by a call each; gives GetDeployment's arguments."""
    client = our_client(endpoint)
    application = client.create_application(Name="bench")["Id"]
    environment = client.create_environment(ApplicationId=application, Name="bench")["Id"]
    profile = client.create_configuration_profile(ApplicationId=application, Name="bench", LocationUri="hosted")["Id"]
    client.create_hosted_configuration_version(
        ApplicationId=application, ConfigurationProfileId=profile, Content=b"{}", ContentType="application/json"
    )
    strategy = client.create_deployment_strategy(Name="bench", DeploymentDurationInMinutes=15, GrowthFactor=25)["Id"]
    deployment = client.start_deployment(
        ApplicationId=application,
        EnvironmentId=environment,
        DeploymentStrategyId=strategy,
        ConfigurationProfileId=profile,
        ConfigurationVersion="1",
    )
    body = json.dumps({"advance": 16 * 60}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/_asdoc/clock", data=body, method="POST")).close()
    return {
        "ApplicationId": application,
        "EnvironmentId": environment,
        "DeploymentNumber": deployment["DeploymentNumber"],
    }


def compare(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[Pair, Pair]:
    """CPU and wall time a call, in turns."""
    costs = [(cost(ours, CALLS), cost(theirs, CALLS)) for _ in range(TURNS)]
    cpu = pair([own.cpu for own, _ in costs], [other.cpu for _, other in costs])
    wall = pair([own.wall for own, _ in costs], [other.wall for _, other in costs])
    return cpu, wall


def rows() -> Iterator[Row]:
    with running("reference") as endpoint:
        arguments = completed_deployment(endpoint)
        known = {"ApplicationId": arguments["ApplicationId"]}
        own = our_client(endpoint)
        config = botocore.config.Config(retries={"mode": "standard"})
        other: Any = boto3.client("appconfig", "us-east-1", endpoint_url=endpoint, config=config, **KEYS)
        if len(own.get_deployment(**arguments)["EventLog"]) != len(other.get_deployment(**arguments)["EventLog"]):
            raise SystemExit("both clients should see the same deployment")
        for name, goal, ours, theirs in (
            (
                "GetDeployment",
                "8x",
                partial(own.get_deployment, **arguments),
                partial(other.get_deployment, **arguments),
            ),
            ("GetApplication", "", partial(own.get_application, **known), partial(other.get_application, **known)),
        ):
            cpu, wall = compare(ours, theirs)
            yield row(f"{name}, CPU a call against boto3", cpu, 1e6, "µs", goal)
            yield row(f"{name}, wall a call against boto3", wall, 1e6, "µs")
