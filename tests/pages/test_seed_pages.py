"""The two .rst seeds, fact by fact, as a person reads them."""

from __future__ import annotations

import pytest

from asdoc.codegen.pages import Node, OperationPage, hash_of, read_pages
from tests.seeds import seed

pytestmark = pytest.mark.seeds


def read_seed(number: str) -> OperationPage:
    path = seed(number)
    (page,), _ = read_pages(path.name, path.read_bytes())
    assert isinstance(page, OperationPage)
    return page


def types(node: Node) -> dict[str, str]:
    return {name: member.type for name, member in node.members.items()}


def test_stop_deployment_is_named_and_addressed() -> None:
    page = read_seed("000")
    assert (page.service, page.client, page.method, page.operation) == (
        "appconfig",
        "AppConfig",
        "stop_deployment",
        "StopDeployment",
    )
    assert not page.operation_derived
    assert page.method_line == 9
    assert page.documentation == "https://docs.aws.amazon.com/goto/WebAPI/appconfig-2019-10-09/StopDeployment"
    assert page.operation_line == 17
    assert not page.deprecated


def test_stop_deployment_takes_four_parameters_three_of_them_required() -> None:
    taken = read_seed("000").input
    assert taken is not None
    assert types(taken) == {
        "ApplicationId": "string",
        "EnvironmentId": "string",
        "DeploymentNumber": "integer",
        "AllowRevert": "boolean",
    }
    assert taken.required == ["ApplicationId", "EnvironmentId", "DeploymentNumber"]
    assert (taken.members["AllowRevert"].line, taken.members["AllowRevert"].bullet) == (27, 55)


def test_stop_deployment_gives_a_deployment() -> None:
    given = read_seed("000").output
    assert given is not None
    assert types(given) == {
        "ApplicationId": "string",
        "EnvironmentId": "string",
        "DeploymentStrategyId": "string",
        "ConfigurationProfileId": "string",
        "DeploymentNumber": "integer",
        "ConfigurationName": "string",
        "ConfigurationLocationUri": "string",
        "ConfigurationVersion": "string",
        "Description": "string",
        "DeploymentDurationInMinutes": "integer",
        "GrowthType": "string",
        "GrowthFactor": "float",
        "FinalBakeTimeInMinutes": "integer",
        "State": "string",
        "EventLog": "list",
        "PercentageComplete": "float",
        "StartedAt": "timestamp",
        "CompletedAt": "timestamp",
        "AppliedExtensions": "list",
        "KmsKeyArn": "string",
        "KmsKeyIdentifier": "string",
        "VersionLabel": "string",
    }
    assert given.members["GrowthType"].enum == ("LINEAR", "EXPONENTIAL")
    assert given.members["State"].enum == (
        "BAKING",
        "VALIDATING",
        "DEPLOYING",
        "COMPLETE",
        "ROLLING_BACK",
        "ROLLED_BACK",
        "REVERTED",
    )
    assert given.members["State"].line == 85


def test_stop_deployment_nests_events_invocations_and_extensions() -> None:
    given = read_seed("000").output
    assert given is not None
    event = given.members["EventLog"].member
    assert event is not None
    assert types(event) == {
        "EventType": "string",
        "TriggeredBy": "string",
        "Description": "string",
        "ActionInvocations": "list",
        "OccurredAt": "timestamp",
    }
    assert event.members["TriggeredBy"].enum == ("USER", "APPCONFIG", "CLOUDWATCH_ALARM", "INTERNAL_ERROR")
    assert event.members["EventType"].enum[-1] == "REVERT_COMPLETED"
    invocation = event.members["ActionInvocations"].member
    assert invocation is not None
    assert list(invocation.members) == [
        "ExtensionIdentifier",
        "ActionName",
        "Uri",
        "RoleArn",
        "ErrorMessage",
        "ErrorCode",
        "InvocationId",
    ]
    extension = given.members["AppliedExtensions"].member
    assert extension is not None
    assert types(extension) == {
        "ExtensionId": "string",
        "ExtensionAssociationId": "string",
        "VersionNumber": "integer",
        "Parameters": "map",
    }
    parameters = extension.members["Parameters"]
    assert parameters.key is not None
    assert parameters.value is not None
    assert (parameters.key.type, parameters.value.type) == ("string", "string")


def test_stop_deployment_raises_three_errors_in_the_order_of_the_page() -> None:
    assert read_seed("000").errors == [
        ("ResourceNotFoundException", 442),
        ("InternalServerException", 445),
        ("BadRequestException", 448),
    ]


def test_stop_deployment_has_one_example() -> None:
    (example,) = read_seed("000").examples
    assert example.params == {"ApplicationId": "339ohji", "DeploymentNumber": 2, "EnvironmentId": "54j1r29"}
    assert example.output == {
        "DeploymentDurationInMinutes": 15,
        "DeploymentNumber": 2,
        "FinalBakeTimeInMinutes": 0,
        "GrowthFactor": 25.0,
        "PercentageComplete": 1.0,
    }
    assert (example.caption_line, example.params_line, example.output_line) == (454, 457, 469)


def test_cancel_environment_deployment_is_deprecated_and_takes_a_name() -> None:
    page = read_seed("004")
    assert (page.service, page.client, page.operation) == ("proton", "Proton", "CancelEnvironmentDeployment")
    assert page.deprecated == 33
    assert page.input is not None
    assert types(page.input) == {"environmentName": "string"}
    assert page.input.required == ["environmentName"]
    assert page.examples == []


def test_cancel_environment_deployment_gives_an_environment() -> None:
    given = read_seed("004").output
    assert given is not None
    assert list(given.members) == ["environment"]
    environment = given.members["environment"]
    assert len(environment.members) == 21
    assert environment.members["deploymentStatus"].enum == (
        "IN_PROGRESS",
        "FAILED",
        "SUCCEEDED",
        "DELETE_IN_PROGRESS",
        "DELETE_FAILED",
        "DELETE_COMPLETE",
        "CANCELLING",
        "CANCELLED",
    )
    assert environment.members["provisioning"].enum == ("CUSTOMER_MANAGED",)
    assert environment.members["createdAt"].type == "timestamp"
    assert types(environment.members["provisioningRepository"]) == {
        "arn": "string",
        "branch": "string",
        "name": "string",
        "provider": "string",
    }


def test_cancel_environment_deployment_raises_six_errors() -> None:
    assert [name for name, _ in read_seed("004").errors] == [
        "ValidationException",
        "AccessDeniedException",
        "ThrottlingException",
        "ConflictException",
        "ResourceNotFoundException",
        "InternalServerException",
    ]


def test_a_source_is_the_hash_of_its_line() -> None:
    path = seed("000")
    _, text = read_pages(path.name, path.read_bytes())
    line = path.read_text().split("\n")[84]
    assert "'State': 'BAKING'" in line
    assert hash_of(text.lines[85]) == hash_of(line.strip())
