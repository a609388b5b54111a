"""What the seed pages say that each member of an answer is, as a test of that answer, by page and line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from asdoc.behaviour.appconfig import AppConfig
from asdoc.behaviour.appconfig.invoking import Invoker
from tests.behaviour.conftest import START, World
from tests.behaviour.proton_world import World as Proton

KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
QUEUE = "arn:aws:sqs:us-east-1:111122223333:notes"
ROLE = "arn:aws:iam::111122223333:role/role"
Check = Callable[[Any, "Stage"], bool]


@dataclass
class Stage:
    """A world in which all that AppConfig's answers have members for has happened."""

    world: World
    strategy: str
    extension: Any
    association: Any

    def deployment(self) -> Any:
        return self.world.deployment()

    def invocation(self) -> Any:
        (invocation,) = self.deployment()["EventLog"][-1]["ActionInvocations"]
        return invocation

    def applied(self) -> Any:
        (applied,) = self.deployment()["AppliedExtensions"]
        return applied


def refuse(_: Any) -> Any:
    raise ValueError("the queue is full")


def stage() -> Stage:
    """A deployment that has run to its end, with an extension whose action has failed."""
    world = World(behaviour=AppConfig(actions=Invoker({QUEUE: refuse}, timeout=5)))
    assert world.behaviour is not None
    extension = world.client.create_extension(
        Name="extension",
        Description="tells a queue",
        Actions={"ON_DEPLOYMENT_START": [{"Name": "tell", "Description": "it", "Uri": QUEUE, "RoleArn": ROLE}]},
        Parameters={"where": {"Description": "the queue", "Required": True}},
    )
    association = world.client.create_extension_association(
        ExtensionIdentifier="extension",
        ResourceIdentifier=world.arn(f"application/{world.application}"),
        Parameters={"where": "here"},
    )
    world.create_version(b'{"on": true}', VersionLabel="label")
    strategy = world.create_strategy(15, 25, FinalBakeTimeInMinutes=5)
    world.start(strategy, "label", Description="text", KmsKeyIdentifier=KEY)
    world.clock.advance(20 * 60)
    assert world.behaviour.actions.settle(10)
    return Stage(world, strategy, extension, association)


DEPLOYMENT: Mapping[str, Check] = {
    "000:132 ApplicationId": lambda shown, at: shown["ApplicationId"] == at.world.application,
    "000:139 EnvironmentId": lambda shown, at: shown["EnvironmentId"] == at.world.environment,
    "000:146 DeploymentStrategyId": lambda shown, at: shown["DeploymentStrategyId"] == at.strategy,
    "000:153 ConfigurationProfileId": lambda shown, at: shown["ConfigurationProfileId"] == at.world.profile,
    "000:160 DeploymentNumber": lambda shown, at: shown["DeploymentNumber"] == 1,
    "000:167 ConfigurationName": lambda shown, at: shown["ConfigurationName"] == "profile",
    "000:174 ConfigurationLocationUri": lambda shown, at: shown["ConfigurationLocationUri"] == "hosted",
    "000:181 ConfigurationVersion": lambda shown, at: shown["ConfigurationVersion"] == "1",
    "000:188 Description": lambda shown, at: shown["Description"] == "text",
    "000:195 DeploymentDurationInMinutes": lambda shown, at: shown["DeploymentDurationInMinutes"] == 15,
    "000:202 GrowthType": lambda shown, at: shown["GrowthType"] == "LINEAR",
    "000:209 GrowthFactor": lambda shown, at: shown["GrowthFactor"] == 25.0,
    "000:216 FinalBakeTimeInMinutes": lambda shown, at: shown["FinalBakeTimeInMinutes"] == 5,
    "000:223 State": lambda shown, at: shown["State"] == "COMPLETE",
    "000:237 EventLog": lambda shown, at: {"EventType", "TriggeredBy", "Description"} <= set(shown["EventLog"][0]),
    "000:340 OccurredAt": lambda shown, at: shown["EventLog"][-1]["OccurredAt"] == START,
    "000:349 PercentageComplete": lambda shown, at: shown["PercentageComplete"] == 100.0,
    "000:356 StartedAt": lambda shown, at: shown["StartedAt"] == START,
    "000:363 CompletedAt": lambda shown, at: shown["CompletedAt"] == START + timedelta(minutes=20),
    "000:422 KmsKeyArn": lambda shown, at: shown["KmsKeyArn"] == f"arn:aws:kms:us-east-1:111122223333:key/{KEY}",
    "000:429 KmsKeyIdentifier": lambda shown, at: shown["KmsKeyIdentifier"] == KEY,
    "001:269 KmsKeyIdentifier": lambda shown, at: shown["KmsKeyIdentifier"] == KEY,
    "002:69 KmsKeyIdentifier": lambda shown, at: shown["KmsKeyIdentifier"] == KEY,
    "002:59 Description": lambda shown, at: shown["Description"] == "text",
    "000:436 VersionLabel": lambda shown, at: shown["VersionLabel"] == "label",
    "002:45 DeploymentStrategyId": lambda shown, at: shown["DeploymentStrategyId"] == at.strategy,
    "002:51 ConfigurationProfileId": lambda shown, at: shown["ConfigurationProfileId"] == at.world.profile,
    "003:528 Description": lambda shown, at: shown["Description"] == "text",
    "003:526 ConfigurationVersion": lambda shown, at: shown["ConfigurationVersion"] == "1",
    "001:23 ApplicationId": lambda shown, at: shown["ApplicationId"] == at.world.application,
    "001:29 EnvironmentId": lambda shown, at: shown["EnvironmentId"] == at.world.environment,
    "001:7 GetDeployment": lambda shown, at: shown["State"] == "COMPLETE" and shown["DeploymentNumber"] == 1,
}
APPLIED: Mapping[str, Check] = {
    "000:377 AppliedExtensions": lambda shown, at: (
        set(shown) == {"ExtensionId", "ExtensionAssociationId", "VersionNumber", "Parameters"}
    ),
    "000:384 ExtensionId": lambda shown, at: shown["ExtensionId"] == at.extension["Id"],
    "000:391 ExtensionAssociationId": lambda shown, at: shown["ExtensionAssociationId"] == at.association["Id"],
    "000:398 VersionNumber": lambda shown, at: shown["VersionNumber"] == 1,
    "000:405 Parameters": lambda shown, at: shown["Parameters"] == {"where": "here"},
}
INVOCATION: Mapping[str, Check] = {
    "000:275 ActionInvocations": lambda shown, at: shown["InvocationId"] != "",
    "000:282 ActionInvocations": lambda shown, at: shown["ExtensionIdentifier"] == at.extension["Id"],
    "000:289 ExtensionIdentifier": lambda shown, at: (
        shown["ExtensionIdentifier"] in {at.extension[name] for name in ("Name", "Id", "Arn")}
    ),
    "000:296 ActionName": lambda shown, at: shown["ActionName"] == "tell",
    "000:303 Uri": lambda shown, at: shown["Uri"] == QUEUE,
    "000:310 RoleArn": lambda shown, at: shown["RoleArn"] == ROLE,
    "000:317 ErrorMessage": lambda shown, at: "the queue is full" in shown["ErrorMessage"],
    "000:324 ErrorCode": lambda shown, at: bool(shown["ErrorCode"]),
    "000:331 InvocationId": lambda shown, at: 4 <= len(shown["InvocationId"]) <= 7,
}
EXTENSION: Mapping[str, Check] = {
    "003:18 Id": lambda shown, at: shown["Id"] == at.extension["Id"],
    "003:20 Name": lambda shown, at: shown["Name"] == "extension",
    "003:22 VersionNumber": lambda shown, at: shown["VersionNumber"] == 1,
    "003:24 Arn": lambda shown, at: shown["Arn"] == at.world.arn(f"extension/{at.extension['Id']}/1"),
    "003:26 Description": lambda shown, at: shown["Description"] == "tells a queue",
    "003:28 Actions": lambda shown, at: list(shown["Actions"]) == ["ON_DEPLOYMENT_START"],
    "003:41 Name of an action": lambda shown, at: shown["Actions"]["ON_DEPLOYMENT_START"][0]["Name"] == "tell",
    "003:43 Description of an action": lambda shown, at: (
        shown["Actions"]["ON_DEPLOYMENT_START"][0]["Description"] == "it"
    ),
    "003:45 Uri": lambda shown, at: shown["Actions"]["ON_DEPLOYMENT_START"][0]["Uri"] == QUEUE,
    "003:47 RoleArn": lambda shown, at: shown["Actions"]["ON_DEPLOYMENT_START"][0]["RoleArn"] == ROLE,
    "003:52 Parameters": lambda shown, at: set(shown["Parameters"]) == {"where"},
    "003:54 Description of a parameter": lambda shown, at: shown["Parameters"]["where"]["Description"] == "the queue",
    "003:56 Required": lambda shown, at: shown["Parameters"]["where"]["Required"] is True,
    "003:3 GetExtension": lambda shown, at: shown["Id"] == at.extension["Id"],
}
ASSOCIATION: Mapping[str, Check] = {
    "003:163 ExtensionAssociationId": lambda shown, at: shown["Id"] == at.association["Id"],
    "003:157 GetExtensionAssociation": lambda shown, at: (
        set(shown) == {"Id", "ExtensionArn", "ResourceArn", "Arn", "Parameters", "ExtensionVersionNumber"}
    ),
    "003:172 ExtensionArn": lambda shown, at: shown["ExtensionArn"] == at.extension["Arn"],
    "003:174 ResourceArn": lambda shown, at: (
        shown["ResourceArn"] == at.world.arn(f"application/{at.world.application}")
    ),
    "003:176 Arn": lambda shown, at: shown["Arn"] == at.world.arn(f"extensionassociation/{shown['Id']}"),
    "003:178 Parameters": lambda shown, at: shown["Parameters"] == {"where": "here"},
    "003:182 ExtensionVersionNumber": lambda shown, at: shown["ExtensionVersionNumber"] == 1,
}

PROTON_ROLE = "arn:aws:iam::111122223333:role/ProtonServiceRole"
BUILD_ROLE = "arn:aws:iam::111122223333:role/Build"
PART_ROLE = "arn:aws:iam::111122223333:role/Part"


def proton() -> tuple[Any, Any]:
    """Two environments as the answers of a cancellation show them: one that Proton provisions, and one of CodeBuild."""
    shown = []
    for roles in ({"protonServiceRoleArn": PROTON_ROLE}, {"codebuildRoleArn": BUILD_ROLE}):
        world = Proton()
        world.templates("1.0")
        world.deployed(description="text", componentRoleArn=PART_ROLE, **roles)
        world.clock.advance(3600)
        world.update("CURRENT_VERSION", spec="spec: 2")
        shown.append(world.cancel())
    return shown[0], shown[1]


PROTON: Mapping[str, Callable[[Any, Any], bool]] = {
    "004:51 environmentName": lambda shown, built: shown["name"] == "prod",
    "004:105 environment": lambda shown, built: {"arn", "name", "deploymentStatus", "templateName"} <= set(shown),
    "004:112 arn": lambda shown, built: shown["arn"] == "arn:aws:proton:us-east-1:111122223333:environment/prod",
    "004:119 codebuildRoleArn": lambda shown, built: built["codebuildRoleArn"] == BUILD_ROLE,
    "004:126 componentRoleArn": lambda shown, built: shown["componentRoleArn"] == PART_ROLE,
    "004:141 createdAt": lambda shown, built: shown["createdAt"] < shown["lastDeploymentAttemptedAt"],
    "004:148 deploymentStatus": lambda shown, built: shown["deploymentStatus"] == "CANCELLING",
    "004:162 description": lambda shown, built: shown["description"] == "text",
    "004:183 lastAttemptedDeploymentId": lambda shown, built: (
        shown["lastAttemptedDeploymentId"] != shown["lastSucceededDeploymentId"]
    ),
    "004:190 lastDeploymentAttemptedAt": lambda shown, built: (
        shown["lastDeploymentAttemptedAt"] > shown["lastDeploymentSucceededAt"]
    ),
    "004:197 lastDeploymentSucceededAt": lambda shown, built: shown["lastDeploymentSucceededAt"] >= shown["createdAt"],
    "004:204 lastSucceededDeploymentId": lambda shown, built: shown["lastSucceededDeploymentId"] != "",
    "004:211 name": lambda shown, built: shown["name"] == "prod",
    "004:218 protonServiceRoleArn": lambda shown, built: shown["protonServiceRoleArn"] == PROTON_ROLE,
    "004:268 spec": lambda shown, built: shown["spec"] in ("spec: 1", "spec: 2"),
    "004:275 templateMajorVersion": lambda shown, built: shown["templateMajorVersion"] == "1",
    "004:282 templateMinorVersion": lambda shown, built: shown["templateMinorVersion"] == "0",
    "004:289 templateName": lambda shown, built: shown["templateName"] == "vpc",
}
