"""Calls through asdoc's client straight into its backend; with `constant` as third argument, into a handler that only
gives again what the backend answered once."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from asdoc.appconfig import Client
from asdoc.appconfig.backend import Backend
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.server.clock import ManualClock
from tests.bench.callers.turns import blocking, take_turns

clock = ManualClock()
backend = Backend(clock=clock)
answers: dict[str, HttpResponse] = {}


def answered(request: HttpRequest, /) -> HttpResponse:
    answer = answers[request.target] = backend.handle(request)
    return answer


def constant(request: HttpRequest, /) -> HttpResponse:
    return answers[request.target]


def completed(client: Client) -> dict[str, dict[str, Any]]:
    """Make one deployment that went through all its events; gives the calls with their arguments."""
    application = client.create_application(Name="bench")["Id"]
    environment = client.create_environment(ApplicationId=application, Name="bench")["Id"]
    profile = client.create_configuration_profile(ApplicationId=application, Name="bench", LocationUri="hosted")["Id"]
    client.create_hosted_configuration_version(
        ApplicationId=application, ConfigurationProfileId=profile, Content=b"{}", ContentType="application/json"
    )
    strategy = client.create_deployment_strategy(Name="bench", DeploymentDurationInMinutes=15, GrowthFactor=25)["Id"]
    number = client.start_deployment(
        ApplicationId=application,
        EnvironmentId=environment,
        DeploymentStrategyId=strategy,
        ConfigurationProfileId=profile,
        ConfigurationVersion="1",
    )["DeploymentNumber"]
    clock.advance(16 * 60)
    return {
        "get_deployment": {"ApplicationId": application, "EnvironmentId": environment, "DeploymentNumber": number},
        "get_application": {"ApplicationId": application},
    }


client = Client(backend=answered)
calls = completed(client)
for name, given in calls.items():
    getattr(client, name)(**given)
measured = Client(backend=constant if "constant" in sys.argv[3:] else backend.handle)
take_turns(blocking({name: partial(getattr(measured, name), **given) for name, given in calls.items()}))
