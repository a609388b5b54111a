"""What Proton keeps: one immutable record a resource, its fields under the documented names where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

TEMPLATE = "EnvironmentTemplate"
MAJOR = "EnvironmentTemplateMajorVersion"
VERSION = "EnvironmentTemplateVersion"
TOKEN = "ClientToken"  # noqa: S105 - a kind of record, not a secret
ENVIRONMENT = "Environment"
DEPLOYMENT = "Deployment"
TARGET = "DeploymentTarget"
"""Which environment a deployment is of, by the deployment's id."""
LEAVING = "EnvironmentBeingDeleted"
TAGS = "Tags"

Members = dict[str, Any]


class Template(msgspec.Struct, frozen=True, kw_only=True):
    arn: str
    createdAt: datetime
    description: str | None = None
    displayName: str | None = None
    encryptionKey: str | None = None
    lastModifiedAt: datetime
    name: str
    provisioning: str | None = None
    majors_made: int = 0
    """How many major versions were ever made: a number is given once."""


class Major(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    minors_made: int


class Version(msgspec.Struct, frozen=True, kw_only=True):
    arn: str
    createdAt: datetime
    description: str | None = None
    lastModifiedAt: datetime
    majorVersion: str
    minorVersion: str
    templateName: str
    registered_at: datetime
    registers: bool
    """Whether its registration succeeds, once it ends."""
    published: bool = False
    token: str


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token that a version was made with, and the request that it came with."""

    request: str
    template: str
    major: str
    minor: str


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What an environment is deployed with."""

    spec: str
    templateMajorVersion: str
    templateMinorVersion: str
    templateName: str


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    arn: str
    codebuildRoleArn: str | None = None
    componentRoleArn: str | None = None
    createdAt: datetime
    description: str | None = None
    environmentAccountConnectionId: str | None = None
    name: str
    protonServiceRoleArn: str | None = None
    provisioning: str | None = None
    provisioningRepository: Mapping[str, str] | None = None
    attempted: str
    """Id of the latest deployment."""
    succeeded: str = ""
    """Id of the latest deployment before it that succeeded."""
    deleted_at: datetime | None = None
    """When its deletion ends."""


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    arn: str
    createdAt: datetime
    environmentName: str
    id: str
    initial: State | None
    """What was deployed before; None of an environment that is new."""
    target: State
    takes: timedelta
    ends: str
    """SUCCEEDED or FAILED, if it is not cancelled."""
    cancelled_at: datetime | None = None
    cancelling: timedelta = timedelta()
    cancel_ends: str = ""
    """CANCELLED or FAILED."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    environment: str


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    deleted_at: datetime


KEPT: Mapping[str, Any] = {
    TEMPLATE: Template,
    MAJOR: Major,
    VERSION: Version,
    TOKEN: Token,
    ENVIRONMENT: Environment,
    DEPLOYMENT: Deployment,
    TARGET: Target,
    LEAVING: Leaving,
    TAGS: dict[str, str],
}
"""Kind -> the type of its records: a store that writes them down reads them back as that."""


def shown(record: msgspec.Struct, names: tuple[str, ...]) -> Members:
    """The named fields of a record that have a value."""
    return {name: value for name in names if (value := getattr(record, name)) is not None}


def whole(record: msgspec.Struct) -> Members:
    """All fields of a record that has documented ones alone."""
    return shown(record, record.__struct_fields__)


def answered(member: str, items: list[Members], token: str | None) -> Members:
    """The answer of a list operation; the last page has no token."""
    return {member: items} if token is None else {member: items, "nextToken": token}
