"""AppConfig: texts and contents that are damaged, updates that forget, resources that are taken for one another."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from ..mutant import Mutant
from . import appconfig_kinds as kinds
from .hooks import Edit, Row, answering, asked, change, each, idle, lenient, lose, put

_VERSION = "CreateHostedConfigurationVersion"
_PROFILE = "CreateConfigurationProfile"
_STRATEGY = "CreateDeploymentStrategy"
_EXTENSION = "CreateExtension"


def _first(name: str) -> Edit:
    return change(name, lambda held: held[:1])


def _plain(text: str) -> str:
    return text.encode("ascii", "replace").decode()


def _without_member(name: str) -> Any:
    """Monitors without one of their members."""
    return lambda held: [{member: told for member, told in one.items() if member != name} for one in held]


def _actions(*lost: str) -> Edit:
    def edit(held: dict[str, list[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
        return {
            point: [{name: told for name, told in action.items() if name not in lost} for action in actions]
            for point, actions in held.items()
        }

    return change("Actions", edit)


def _parameters(lost: str) -> Edit:
    return change(
        "Parameters",
        lambda held: {key: {name: told for name, told in one.items() if name != lost} for key, one in held.items()},
    )


HEARS = (
    Row("name-stripped", "CreateApplication", change("Name", str.strip)),
    Row("name-in-ascii", "CreateApplication", change("Name", _plain)),
    Row("name-of-32", "CreateApplication", change("Name", lambda text: text[:32])),
    Row("name-in-small-letters", "CreateApplication", change("Name", str.lower)),
    Row("name-escaped", "CreateApplication", change("Name", html.escape)),
    Row("description-of-1000", "CreateApplication", change("Description", lambda text: text[:1000])),
    Row("description-in-ascii", "CreateEnvironment", change("Description", _plain)),
    Row("monitors-one", "CreateEnvironment", _first("Monitors")),
    Row("monitors-without-role", "CreateEnvironment", change("Monitors", _without_member("AlarmRoleArn"))),
    Row("monitors-without-role-later", "UpdateEnvironment", change("Monitors", _without_member("AlarmRoleArn"))),
    Row("validators-one", _PROFILE, _first("Validators")),
    Row("content-as-text", _VERSION, change("Content", lambda held: held.decode("utf-8", "replace").encode())),
    Row("content-with-other-line-ends", _VERSION, change("Content", lambda held: held.replace(b"\r\n", b"\n"))),
    Row("content-stripped", _VERSION, change("Content", bytes.strip)),
    Row("content-of-64k", _VERSION, change("Content", lambda held: held[:65536])),
    Row("content-up-to-zero", _VERSION, change("Content", lambda held: held.split(b"\0")[0] or held)),
    Row("type-without-parameters", _VERSION, change("ContentType", lambda text: text.partition(";")[0])),
    Row("type-of-json", _VERSION, put(ContentType="application/json")),
    Row("type-in-small-letters", _VERSION, change("ContentType", str.lower)),
    Row("factor-rounded", _STRATEGY, change("GrowthFactor", round)),
    Row("factor-rounded-later", "UpdateDeploymentStrategy", change("GrowthFactor", lambda told: float(round(told)))),
    Row("exponential", _STRATEGY, lambda told: told.setdefault("GrowthType", "EXPONENTIAL")),
    Row("bakes-for-ten-minutes", _STRATEGY, lambda told: told.setdefault("FinalBakeTimeInMinutes", 10)),
    Row("an-hour-at-most", _STRATEGY, change("DeploymentDurationInMinutes", lambda told: min(told, 60))),
    Row("actions-without-role", _EXTENSION, _actions("RoleArn")),
    Row("actions-without-description", _EXTENSION, _actions("Description")),
    Row("actions-of-one-point", _EXTENSION, change("Actions", lambda held: dict(list(held.items())[:1]))),
    Row("parameters-not-dynamic", _EXTENSION, _parameters("Dynamic")),
    Row("parameters-not-required", _EXTENSION, _parameters("Required")),
    Row("parameters-without-description", _EXTENSION, _parameters("Description")),
    Row("version-of-extension-later", "UpdateExtension", lose("VersionNumber")),
    Row("version-of-extension-deleted", "DeleteExtension", lose("VersionNumber")),
    Row(
        "label-as-prefix",
        "ListHostedConfigurationVersions",
        change("VersionLabel", lambda text: text.rstrip("*") + "*"),
    ),
    Row("archive-as-destroy", "DeleteExperimentDefinition", put(DeleteType="DESTROY")),
)

ANSWERS = (
    Row("one-type-of-validator", "ListConfigurationProfiles", each(_first("ValidatorTypes"))),
    Row("ready-in-lists", "ListEnvironments", each(put(State="READY_FOR_DEPLOYMENT"))),
    Row("deploying-in-lists", "ListDeployments", each(put(State="DEPLOYING"))),
    Row("100-in-lists", "ListDeployments", each(put(PercentageComplete=100.0))),
    Row("oldest-deployment-first", "ListDeployments", change("Items", lambda held: held[::-1])),
    Row("oldest-version-first", "ListHostedConfigurationVersions", change("Items", lambda held: held[::-1])),
    Row("newest-event-first", "ListExperimentRunEvents", change("Items", lambda held: held[::-1])),
    Row("complete-at-start", "StartDeployment", put(State="COMPLETE")),
    Row("number-one", "StartDeployment", put(DeploymentNumber=1)),
    Row("nothing-applied-at-start", "StartDeployment", lose("AppliedExtensions")),
    Row("nothing-applied", "GetDeployment", lose("AppliedExtensions")),
    Row("no-label", "GetDeployment", lose("VersionLabel")),
    Row("no-description", "GetDeployment", lose("Description")),
    Row("no-location", "GetDeployment", lose("ConfigurationLocationUri")),
    Row("no-completion", "GetDeployment", lose("CompletedAt")),
    Row("no-version-label", "GetHostedConfigurationVersion", lose("VersionLabel")),
    Row("no-arn", "GetExtensionAssociation", lose("Arn")),
    Row("arn-without-version", "GetExtension", change("Arn", lambda text: text.rpartition("/")[0])),
    Row("idle", "GetExperimentDefinition", put(Status="IDLE")),
    Row("active", "GetExperimentDefinition", put(Status="ACTIVE")),
    Row("still-running", "StopExperimentRun", put(Status="RUNNING")),
    Row("no-end", "GetExperimentRun", lose("EndedAt")),
    Row("no-snapshot", "GetExperimentRun", lose("ExperimentDefinitionSnapshot")),
)

DELETES = (
    "DeleteApplication",
    "DeleteEnvironment",
    "DeleteConfigurationProfile",
    "DeleteDeploymentStrategy",
    "DeleteHostedConfigurationVersion",
    "DeleteExtension",
    "DeleteExtensionAssociation",
    "DeleteExperimentDefinition",
)


def mutants() -> Iterator[Mutant]:
    yield from asked("appconfig", HEARS)
    yield from answering("appconfig", ANSWERS)
    yield from lenient("appconfig", DELETES)
    yield from idle("appconfig", DELETES)
    yield from kinds.mutants()
