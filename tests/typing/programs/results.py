"""Answers: typed attributes, None where absent, and items as boto3 users write them."""

from datetime import datetime

from asdoc.appconfig import Client
from asdoc.appconfig.errors import BadRequestException, ConflictException, ResourceNotFoundException
from asdoc.appconfig.models import Application, Deployment, DeploymentEvent
from asdoc.runtime.exceptions import ServiceError
from asdoc.runtime.response import EmptyResponse, ResponseMetadata
from asdoc.runtime.streaming import StreamingBody

client = Client("eu-west-1")
deployment: Deployment = client.get_deployment(ApplicationId="a", EnvironmentId="b", DeploymentNumber=1)
state: str | None = deployment.State
number: int | None = deployment.DeploymentNumber
started: datetime | None = deployment.StartedAt
text: int = deployment.State  # error: assignment / reportAssignmentType
sure: str = deployment.State  # error: assignment / reportAssignmentType
deployment.Stat  # error: attr-defined / reportAttributeAccessIssue, reportUnknownMemberType
if deployment.State == "NEWER_THAN_THE_PAGES":
    print(deployment.State.lower())

events: list[DeploymentEvent] | None = deployment.EventLog
for event in deployment.EventLog or []:
    kind: str | None = event.EventType
    event.OccurredAt.isoformat()  # error: union-attr / reportOptionalMemberAccess
    if event.OccurredAt is not None:
        event.OccurredAt.isoformat()
for event in deployment.EventLog:  # error: union-attr / reportOptionalIterable
    print(event)

# as a dictionary
print(deployment["State"], deployment.get("State", "?"), "State" in deployment, dict(deployment.items()))
for name in deployment:
    print(name.upper())
metadata: ResponseMetadata | None = deployment.ResponseMetadata
if metadata is not None:
    status: int = metadata["HTTPStatusCode"]
    metadata["StatusCode"]  # error: typeddict-item / reportGeneralTypeIssues
plain = deployment.to_dict()

gone: EmptyResponse = client.delete_application(ApplicationId="a")
gone.Name  # error: attr-defined / reportAttributeAccessIssue, reportUnknownMemberType
other: Deployment = client.get_application(ApplicationId="a")  # error: assignment / reportAssignmentType
application: Application = client.get_application(ApplicationId="a")

content = client.get_hosted_configuration_version(
    ApplicationId="a", ConfigurationProfileId="p", VersionNumber=1
).Content
body: StreamingBody | None = content
if body is not None:
    read: bytes = body.read()

try:
    client.get_application(ApplicationId="a")
except ResourceNotFoundException as error:
    code: str = error.code
    print(error.response["Error"]["Code"], error.status)
except ConflictException:
    pass
except client.exceptions.BadRequestException as error:
    refused: BadRequestException = error
    print(refused.code)
except client.exceptions.BadRequestExcepton:  # error: attr-defined / reportAttributeAccessIssue, reportUnknownMemberType
    pass
except (client.exceptions.InternalServerException, client.exceptions.ClientError) as error:
    print(error.status)
except ServiceError as error:
    error.cod  # error: attr-defined / reportAttributeAccessIssue, reportUnknownMemberType
