"""All wrong backends by name: bent on the wire, made over the table, behaving wrongly, and as strangers write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial

from asdoc.behaviour.appconfig import AppConfig
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import Operation, load_service
from asdoc.runtime.server.backend import ServiceBackend
from asdoc.runtime.server.call import Call
from asdoc.runtime.server.clock import ManualClock
from asdoc.runtime.server.reading import Headers

from . import behaving, bent, forgetful, strangers
from .mutant import Mutant

EXAMPLE, STATEMENT = "appconfig.example", "appconfig.statement"

BEHAVING: dict[type[AppConfig], tuple[str, str]] = {
    behaving.CompleteAtOnce: (f"{EXAMPLE}.StartDeployment.1", "value:/State"),
    behaving.IgnoresAllowRevert: (f"{STATEMENT}.deployment.stop.allow-revert-completed", "status"),
    behaving.SkipsTheBake: (f"{EXAMPLE}.GetDeployment.1", "value:/EventLog/1"),
    behaving.EndsTheBakeEarly: (f"{STATEMENT}.deployment.bake.lasts", "value:/State"),
    behaving.OldestEventFirst: (f"{EXAMPLE}.GetDeployment.1", "order:/EventLog"),
    behaving.KeepsTheWindowOpen: (f"{STATEMENT}.deployment.stop.revert-window", "status"),
}
"""Those that one case and one check in it must name."""

AT: dict[type[AppConfig], str] = {
    behaving.NeverCompletes: "GetDeployment",
    behaving.GrowsTwiceAsFast: "GetDeployment",
    behaving.GrowsExponentiallyOnly: "GetDeployment",
    behaving.GrowsLinearlyOnly: "GetDeployment",
    behaving.TakesTwiceAsLong: "GetDeployment",
    behaving.StaysAtOnePercent: "GetDeployment",
    behaving.StartsAtZero: "StartDeployment",
    behaving.LogsNothing: "GetDeployment",
    behaving.LogsTheLastEventOnly: "GetDeployment",
    behaving.LogsEverythingAtTheStart: "GetDeployment",
    behaving.BlamesTheUser: "GetDeployment",
    behaving.AlwaysReverts: "StopDeployment",
    behaving.ClosesTheWindowAfterADay: "StopDeployment",
    behaving.RevertsToRolledBack: "StopDeployment",
    behaving.StopChangesNothing: "StopDeployment",
    behaving.TwoDeploymentsAtOnce: "StartDeployment",
    behaving.CountsDeploymentsOfAll: "StartDeployment",
    behaving.AlwaysReady: "GetEnvironment",
    behaving.NeverReadyAgain: "GetEnvironment",
    behaving.IgnoresTheLock: "CreateHostedConfigurationVersion",
    behaving.NeverValidates: "ValidateConfiguration",
    behaving.KnowsNoLabels: "StartDeployment",
    behaving.LosesLabels: "GetHostedConfigurationVersion",
    behaving.ServesTheFirstVersion: "GetHostedConfigurationVersion",
    behaving.CountsVersionsFromZero: "CreateHostedConfigurationVersion",
    behaving.UntagsTheFirstKey: "UntagResource",
    behaving.ReplacesTags: "TagResource",
    behaving.ForgetsTagsOfCreation: "CreateApplication",
    behaving.ReplacesExtensions: "CreateExtension",
    behaving.NamesMayRepeat: "CreateExtension",
    behaving.GetsTheFirstExtensionVersion: "GetExtension",
    behaving.KnowsExtensionsByIdOnly: "GetExtension",
    behaving.DeletesAssociatedExtensions: "DeleteExtension",
    behaving.AssociatesWithoutParameters: "CreateExtensionAssociation",
    behaving.DeletesFullApplications: "DeleteApplication",
    behaving.UpdateForgets: "UpdateApplication",
    behaving.UpdateChangesNothing: "UpdateDeploymentStrategy",
    behaving.FollowsTheStrategyOfToday: "GetDeployment",
    behaving.ForgetsSettings: "GetAccountSettings",
    behaving.ProtectsNothing: "DeleteEnvironment",
    behaving.DeletesNothing: "DeleteEnvironment",
}
"""Those that a case must name in which this operation is called."""


class OkForCreated(ServiceBackend):
    """Every documented 201 is a 200."""

    def status_of(self, operation: Operation, call: Call) -> int:
        status = super().status_of(operation, call)
        return 200 if status == 201 else status


class OneForAll(ServiceBackend):
    """Accounts and regions are not kept apart."""

    def answer(
        self, method: str, path: str, query: str, headers: Headers, body: bytes, *, decoded: bool, size: int
    ) -> HttpResponse:
        told = dict(headers) if isinstance(headers, dict) else headers
        if isinstance(told, dict):
            told.pop("authorization", None)
        return super().answer(method, path, query, told, body, decoded=decoded, size=size)


def _made(behaviour: type[AppConfig], backend: type[ServiceBackend] = ServiceBackend) -> ServiceBackend:
    return backend(load_service("asdoc.appconfig"), behaviour(), clock=ManualClock())


def right() -> ServiceBackend:
    """The backend that the mutants are made from."""
    return _made(AppConfig)


def _always(response: HttpResponse) -> Callable[[HttpRequest], HttpResponse]:
    return lambda request: response


def _behaving() -> list[Mutant]:
    found = [Mutant(_name(kind), partial(_made, kind), caught_by=caught) for kind, caught in BEHAVING.items()]
    found += [
        Mutant(_name(kind), partial(_made, kind), operation=operation, checks=("",)) for kind, operation in AT.items()
    ]
    found.append(
        Mutant(
            "ok-for-created",
            partial(_made, AppConfig, OkForCreated),
            caught_by=(f"{EXAMPLE}.CreateApplication.1", "status"),
        )
    )
    return found


def _everywhere() -> list[Mutant]:
    """Those that answer one thing to everything, as emulators without the service do."""
    answers = {
        "404-for-everything": bent.refusal(404, "ResourceNotFoundException"),
        "400-for-everything": bent.refusal(400, "BadRequestException"),
        "500-for-everything": bent.refusal(500, "InternalServerException"),
        "200-for-everything": HttpResponse(status=200, headers={"content-type": "application/json"}, body=b"{}"),
        "204-for-everything": HttpResponse(status=204, headers={}, body=b""),
    }
    return [Mutant(name, partial(_always, response), nothing_passes=True) for name, response in answers.items()]


def _name(kind: type[AppConfig]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()


@cache
def all_mutants() -> dict[str, Mutant]:
    found = [*_behaving(), *_everywhere(), *bent.mutants(), *forgetful.mutants(), *strangers.mutants()]
    named = {mutant.name: mutant for mutant in found}
    assert len(named) == len(found)
    return named
