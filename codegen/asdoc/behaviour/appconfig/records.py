"""What AppConfig keeps: one immutable record a resource, its fields under the documented names where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from asdoc.runtime.server.call import Scope

from .timeline import Strategy

APPLICATION = "Application"
ENVIRONMENT = "Environment"
PROFILE = "ConfigurationProfile"
STRATEGY = "DeploymentStrategy"
VERSION = "HostedConfigurationVersion"
DEPLOYMENT = "Deployment"
EXTENSION = "Extension"
EXTENSION_VERSION = "ExtensionVersion"
ASSOCIATION = "ExtensionAssociation"
WATCH = "Watch"
"""Deployments whose actions are still to be called."""
INVOCATION = "ActionInvocation"
ALARM = "Alarm"
"""Alarms that are not OK, by their ARN."""
TAGS = "Tags"
SETTINGS = "AccountSettings"
RETRIEVAL = "Retrieval"
"""When an environment or a profile was last asked for its configuration."""

Members = dict[str, Any]


class Application(msgspec.Struct, frozen=True, kw_only=True):
    Id: str
    Name: str
    Description: str | None = None


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    ApplicationId: str
    Id: str
    Name: str
    Description: str | None = None
    Monitors: list[Mapping[str, str]] | None = None
    created: datetime


class ConfigurationProfile(msgspec.Struct, frozen=True, kw_only=True):
    ApplicationId: str
    Id: str
    Name: str
    Description: str | None = None
    LocationUri: str
    RetrievalRoleArn: str | None = None
    Validators: list[Mapping[str, str]] | None = None
    Type: str
    KmsKeyArn: str | None = None
    KmsKeyIdentifier: str | None = None
    created: datetime
    versions: int = 0
    """How many hosted versions were ever made: a number is given once."""

    @property
    def hosted(self) -> bool:
        return self.LocationUri == "hosted"


class DeploymentStrategy(msgspec.Struct, frozen=True, kw_only=True):
    Id: str
    Name: str
    Description: str | None = None
    DeploymentDurationInMinutes: int
    GrowthType: str
    GrowthFactor: float
    FinalBakeTimeInMinutes: int
    ReplicateTo: str


class HostedConfigurationVersion(msgspec.Struct, frozen=True, kw_only=True):
    ApplicationId: str
    ConfigurationProfileId: str
    VersionNumber: int
    Description: str | None = None
    Content: bytes
    ContentType: str
    VersionLabel: str | None = None
    KmsKeyArn: str | None = None


class Extension(msgspec.Struct, frozen=True, kw_only=True):
    """What the versions of one name share."""

    Id: str
    Name: str
    latest: int
    """The highest number that a version ever had: a number is given once."""


class ExtensionVersion(msgspec.Struct, frozen=True, kw_only=True):
    Id: str
    Name: str
    VersionNumber: int
    Description: str | None = None
    Actions: Mapping[str, list[Mapping[str, str]]]
    """Action point -> its actions."""
    Parameters: Mapping[str, Mapping[str, Any]] | None = None


class ExtensionAssociation(msgspec.Struct, frozen=True, kw_only=True):
    Id: str
    ExtensionArn: str
    ResourceArn: str
    Parameters: Mapping[str, str]
    ExtensionVersionNumber: int
    extension: str
    """Id of the extension."""
    resource: str
    """How the ARN of the resource ends."""


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """An extension as a deployment was started with it."""

    ExtensionId: str
    ExtensionAssociationId: str
    VersionNumber: int
    Parameters: Mapping[str, str]
    actions: Mapping[str, list[Mapping[str, str]]]


class Invocation(msgspec.Struct, frozen=True, kw_only=True):
    """A call of an action, as the event shows it that caused it."""

    event: int
    """Number of the event, counted from the oldest."""
    ExtensionIdentifier: str
    ActionName: str | None = None
    Uri: str
    RoleArn: str | None = None
    ErrorMessage: str | None = None
    ErrorCode: str | None = None
    InvocationId: str


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    ApplicationId: str
    EnvironmentId: str
    DeploymentStrategyId: str
    ConfigurationProfileId: str
    DeploymentNumber: int
    ConfigurationName: str
    ConfigurationLocationUri: str
    ConfigurationVersion: str
    Description: str | None = None
    KmsKeyArn: str | None = None
    KmsKeyIdentifier: str | None = None
    VersionLabel: str | None = None
    strategy: Strategy
    """As it was when the deployment started: a later change of the strategy is none of this deployment."""
    started: datetime
    stopped: datetime | None = None
    reverted: datetime | None = None
    ended_by: str = ""
    """The account that stopped or reverted it."""
    content: bytes | None = None
    content_type: str = "application/octet-stream"
    applied: tuple[Applied, ...] = ()
    alarms: tuple[str, ...] = ()
    """ARNs of the alarms that the environment monitored when the deployment started."""
    alarmed: datetime | None = None
    """When one of them went off."""
    alarm: str = ""
    """Which one."""


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment whose actions are called as its events come."""

    scope: Scope
    deployment: Deployment
    called: int = 0
    """How many of its events have been seen to."""


KEPT: Mapping[str, Any] = {
    APPLICATION: Application,
    ENVIRONMENT: Environment,
    PROFILE: ConfigurationProfile,
    STRATEGY: DeploymentStrategy,
    VERSION: HostedConfigurationVersion,
    DEPLOYMENT: Deployment,
    EXTENSION: Extension,
    EXTENSION_VERSION: ExtensionVersion,
    ASSOCIATION: ExtensionAssociation,
    WATCH: Watch,
    INVOCATION: Invocation,
    ALARM: bool,
    TAGS: dict[str, str],
    SETTINGS: dict[str, Any],
    RETRIEVAL: datetime,
}
"""Kind -> the type of its records: a store that writes them down reads them back as that."""


def shown(record: msgspec.Struct, names: tuple[str, ...]) -> Members:
    """The named fields of a record that have a value."""
    return {name: value for name in names if (value := getattr(record, name)) is not None}


def documented(kind: type[msgspec.Struct], *, without: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The fields of a record that bear documented names: those that begin with a capital."""
    return tuple(name for name in kind.__struct_fields__ if name[0].isupper() and name not in without)


def listed(items: list[Members], token: str | None) -> Members:
    """The answer of a list operation; the last page has no token."""
    return {"Items": items} if token is None else {"Items": items, "NextToken": token}
