"""The extensions that AWS wrote, which every account has.

Ids, names and what their parameters are: AppConfig API Reference, ListExtensions, and AppConfig User Guide, "Working
with AWS authored extensions". Neither tells at which address the actions of the notifications lie; the parameter does.
"""

from __future__ import annotations

from collections.abc import Mapping

from .records import ExtensionVersion

_POINTS = ("ON_DEPLOYMENT_START", "ON_DEPLOYMENT_COMPLETE", "ON_DEPLOYMENT_ROLLED_BACK")
"""When the notifications are sent: after the start, the end and the rollback of every deployment."""

EVENT_BUS = "events:default"
"""The address of the account's own event bus, which has no parameter."""


def _authored(short: str, name: str, *, parameter: str = "", uri: str = "", told: str = "") -> ExtensionVersion:
    action: list[Mapping[str, str]] = [{"Name": name[:64], "Uri": uri}]
    return ExtensionVersion(
        Id=f"AWS.AppConfig.{short}",
        Name=name,
        VersionNumber=1,
        Description=told or None,
        Actions=dict.fromkeys(_POINTS, action) if uri else {},
        Parameters={parameter: {"Required": True}} if parameter else None,
    )


AUTHORED = {
    version.Id: version
    for version in (
        _authored("FeatureFlags", "AppConfig Feature Flags Helper", told="Checks feature flags against their schema."),
        _authored(
            "JiraIntegration",
            "AppConfig integration with Atlassian Jira",
            told="Shows feature flags as issues in Jira.",
        ),
        _authored(
            "DeploymentNotificationsToEventBridge",
            "AppConfig deployment events to Amazon EventBridge",
            uri=EVENT_BUS,
            told="Sends an event when a deployment starts, completes or is rolled back.",
        ),
        _authored(
            "DeploymentNotificationsToSqs",
            "AppConfig deployment events to Amazon SQS",
            parameter="queueArn",
            uri="{queueArn}",
            told="Sends a message when a deployment starts, completes or is rolled back.",
        ),
        _authored(
            "DeploymentNotificationsToSns",
            "AppConfig deployment events to Amazon SNS",
            parameter="topicArn",
            uri="{topicArn}",
            told="Publishes when a deployment starts, completes or is rolled back.",
        ),
    )
}
"""By id."""
