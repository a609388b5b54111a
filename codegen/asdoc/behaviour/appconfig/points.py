"""Action points: the moments of a workflow at which the actions of associated extensions are called.

PRE_* actions are called with the request: they see the configuration, may change it, and stop the call by an error.
ON_* actions are called beside the workflow, which ignores their errors (AppConfig User Guide, "Creating a custom
extension").

AT_DEPLOYMENT_TICK is taken and shown, and never called: the pages give its name alone. None tells when a tick is, what
the action is told, or what its answer does; ON_DEPLOYMENT_STEP is what they have for each growth of a deployment.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from asdoc.runtime.server.call import Call, Scope, ServiceFault
from asdoc.runtime.server.store import Store

from .associations import Associations
from .base import random_id, replaced
from .invoking import ActionError, Invoker, Payload, Stand
from .records import (
    ASSOCIATION,
    DEPLOYMENT,
    INVOCATION,
    WATCH,
    Applied,
    ConfigurationProfile,
    Deployment,
    Environment,
    ExtensionAssociation,
    Invocation,
    Members,
    Watch,
    shown,
)
from .rollout import Rollout
from .timeline import IN_PROGRESS, Event

PRE_CREATE = "PRE_CREATE_HOSTED_CONFIGURATION_VERSION"
PRE_START = "PRE_START_DEPLOYMENT"
POINTS = {
    "DEPLOYMENT_STARTED": "ON_DEPLOYMENT_START",
    "PERCENTAGE_UPDATED": "ON_DEPLOYMENT_STEP",
    "BAKE_TIME_STARTED": "ON_DEPLOYMENT_BAKING",
    "DEPLOYMENT_COMPLETED": "ON_DEPLOYMENT_COMPLETE",
    "ROLLBACK_COMPLETED": "ON_DEPLOYMENT_ROLLED_BACK",
}
"""Which point an event of a deployment is."""
NOWHERE = Scope("", "")
"""Where the deployments lie that are watched: they are looked for in every account and region."""
_INVOCATION = ("ExtensionIdentifier", "ActionName", "Uri", "RoleArn", "ErrorMessage", "ErrorCode", "InvocationId")


class Prepared(NamedTuple):
    """What the actions before a call have left of it."""

    applied: tuple[Applied, ...] = ()
    content: bytes | None = None
    """None where no action changed it."""
    called: tuple[Invocation, ...] = ()
    """The calls, as the first event of a deployment shows them."""


class Points(Rollout, Associations):
    """`actions` maps the addresses of actions to what stands for them, or is a whole `Invoker`."""

    def __init__(self, *, actions: Mapping[str, Stand] | Invoker | None = None, **more: Any) -> None:
        super().__init__(**more)
        self.actions = actions if isinstance(actions, Invoker) else Invoker(actions)

    def applied(self, call: Call, resources: tuple[str, ...], dynamic: Mapping[str, str]) -> tuple[Applied, ...]:
        """The extensions associated with any of the resources, in the order in which they were.

        `dynamic` are the DynamicExtensionParameters of a deployment, by `EXTENSION#PARAMETER` (start_deployment.rst).
        """
        found: list[Applied] = []
        entries: list[tuple[int, ExtensionAssociation]] = call.store.page(
            call.scope, ASSOCIATION, "", where=lambda held: held.resource in resources
        )
        for _, association in entries:
            version = self.extension(call, association.extension, association.ExtensionVersionNumber)
            values = dict(association.Parameters)
            for name, value in dynamic.items():
                extension, _, parameter = name.rpartition("#")
                told = (version.Parameters or {}).get(parameter)
                if told is not None and told.get("Dynamic") and self.means(call, extension, version):
                    values[parameter] = value
            found.append(
                Applied(
                    ExtensionId=version.Id,
                    ExtensionAssociationId=association.Id,
                    VersionNumber=version.VersionNumber,
                    Parameters=values,
                    actions=version.Actions,
                )
            )
        return tuple(found)

    def ask_before(self, call: Call, point: str, applied: tuple[Applied, ...], payload: Payload) -> Prepared:
        """Call the PRE_* actions one after the other; gives the content as they leave it, and the calls.

        Raises BadRequestException where one answers with an error or not at all.
        """
        changed: bytes | None = None
        called: list[Invocation] = []
        for extension, action in _actions(applied, point):
            identifier = random_id()
            told = {**payload, "InvocationId": identifier, "Parameters": dict(extension.Parameters)}
            uri = _address(action, extension)
            failed: ActionError | None = None
            try:
                answer = self.actions.call(uri, told)
                content = answer.get("Content")
                if content is not None:
                    changed = base64.b64decode(str(content), validate=True)
                    payload = {**payload, "Content": str(content)}
            except ActionError as error:
                if error.code != "NotConnected":
                    raise _stopped(call, extension, point, error.code, error.message) from error
                failed = error  # a fake is not told of every function: what nothing stands for asks for nothing
            except (binascii.Error, ValueError) as error:
                raise _stopped(call, extension, point, "InvalidResponse", "Content is not in base64.") from error
            called.append(_invocation(0, extension, action, uri, identifier, failed))
        return Prepared(applied, changed, tuple(called))

    def keep_invocations(self, call: Call, deployment: Deployment, called: tuple[Invocation, ...]) -> None:
        """Keep the calls before a deployment with it. Its start is the first event, and so the one that shows them."""
        for record in called:
            call.store.put(call.scope, INVOCATION, _parent(deployment), f"{record.event}/{record.InvocationId}", record)

    def forget_invocations(self, call: Call, deployment: Deployment) -> None:
        call.store.drop(call.scope, INVOCATION, _parent(deployment))

    def watch(self, call: Call, deployment: Deployment) -> None:
        """See to it that a deployment's ON_* actions are called at their moments, and that its alarms find it."""
        if deployment.alarms or any(
            action for point in POINTS.values() for action in _actions(deployment.applied, point)
        ):
            record = Watch(scope=call.scope, deployment=deployment)
            call.store.put(NOWHERE, WATCH, "", _key(call.scope, deployment), record)

    def tick(self, store: Store, now: datetime) -> None:
        """Call the actions of all that has happened to the deployments that are watched."""
        for _, record in store.page(NOWHERE, WATCH, ""):
            with store.transaction():
                due = self._due(store, record, now)
            for event, number, extension, action in due:
                self._report(store, record.scope, record.deployment, event, number, extension, action)

    def invocations(self, call: Call, deployment: Deployment) -> dict[int, list[Members]]:
        """ActionInvocations by the number of the event that they belong to, counted from the oldest."""
        found: dict[int, list[Members]] = {}
        if deployment.applied:
            for _, record in call.store.page(call.scope, INVOCATION, _parent(deployment)):
                found.setdefault(record.event, []).append(shown(record, _INVOCATION))
        return found

    def _due(self, store: Store, record: Watch, now: datetime) -> list[tuple[Event, int, Applied, Mapping[str, str]]]:
        """What is to be called now; noted as called, so that no other tick calls it."""
        key = _key(record.scope, record.deployment)
        current: Watch | None = store.get(NOWHERE, WATCH, "", key)
        if current is None:
            return []
        number = str(record.deployment.DeploymentNumber)
        kept: Deployment | None = store.get(record.scope, DEPLOYMENT, _environment(record.deployment), number)
        if kept is None:
            store.delete(NOWHERE, WATCH, "", key)
            return []
        progress = self.progress(kept, now)
        due = [
            (event, place, extension, action)
            for place, event in enumerate(progress.events)
            if place >= current.called and event.event_type in POINTS
            for extension, action in _actions(kept.applied, POINTS[event.event_type])
        ]
        if progress.state not in IN_PROGRESS:
            store.delete(NOWHERE, WATCH, "", key)
        elif len(progress.events) > current.called:
            store.put(NOWHERE, WATCH, "", key, replaced(current, {"called": len(progress.events)}))
        return due

    def _report(
        self,
        store: Store,
        scope: Scope,
        deployment: Deployment,
        event: Event,
        number: int,
        extension: Applied,
        action: Mapping[str, str],
    ) -> None:
        uri = _address(action, extension)
        identifier = random_id()
        payload = {
            **about(deployment),
            "Type": _spelled(POINTS[event.event_type]),
            "DeploymentNumber": deployment.DeploymentNumber,
            "ConfigurationVersion": deployment.ConfigurationVersion,
            "Description": deployment.Description or "",
            "InvocationId": identifier,
            "Parameters": dict(extension.Parameters),
        }

        def done(error: ActionError | None) -> None:
            record = _invocation(number, extension, action, uri, identifier, error)
            key = str(deployment.DeploymentNumber)
            with store.transaction():
                if store.get(scope, DEPLOYMENT, _environment(deployment), key) is None:
                    return  # deleted while the action was at work
                store.put(scope, INVOCATION, _parent(deployment), f"{number}/{identifier}", record)

        self.actions.later(uri, payload, done)


def content_of(content: bytes, content_type: str, version: int | None = None) -> Payload:
    """A configuration as an action is told it."""
    told = {"Content": base64.b64encode(content).decode(), "ContentType": content_type}
    return told if version is None else {**told, "ContentVersion": str(version)}


def about(deployment: Deployment) -> Payload:
    """The resources that a deployment is of, as an action is told them."""
    return {
        "Application": {"Id": deployment.ApplicationId},
        "Environment": {"Id": deployment.EnvironmentId},
        "ConfigurationProfile": {"Id": deployment.ConfigurationProfileId, "Name": deployment.ConfigurationName},
    }


def resources_of(environment: Environment | None, profile: ConfigurationProfile) -> tuple[str, ...]:
    """The ends of the ARNs with which an extension for this work may be associated."""
    application = f"application/{profile.ApplicationId}"
    own = (application, f"{application}/configurationprofile/{profile.Id}")
    return own if environment is None else (*own, f"{application}/environment/{environment.Id}")


def _invocation(
    event: int,
    extension: Applied,
    action: Mapping[str, str],
    uri: str,
    identifier: str,
    error: ActionError | None,
) -> Invocation:
    return Invocation(
        event=event,
        ExtensionIdentifier=extension.ExtensionId,
        ActionName=action.get("Name"),
        Uri=uri,
        RoleArn=action.get("RoleArn"),
        ErrorCode=None if error is None else error.code,
        ErrorMessage=None if error is None else error.message,
        InvocationId=identifier,
    )


def _actions(applied: tuple[Applied, ...], point: str) -> Iterator[tuple[Applied, Mapping[str, str]]]:
    for extension in applied:
        for action in extension.actions.get(point, ()):
            yield extension, action


def _address(action: Mapping[str, str], extension: Applied) -> str:
    """The address of an action; that of what AWS wrote is the value of a parameter."""
    uri = action.get("Uri", "")
    return extension.Parameters.get(uri[1:-1], uri) if uri.startswith("{") and uri.endswith("}") else uri


def _stopped(call: Call, extension: Applied, point: str, code: str, message: str) -> ServiceFault:
    return call.invalid(f"Extension {extension.ExtensionId} stopped the call at {point}: {code}: {message}")


def _spelled(point: str) -> str:
    """A point as an action is told it: OnDeploymentStart."""
    return "".join(word.capitalize() for word in point.split("_"))


def _environment(deployment: Deployment) -> str:
    return f"{deployment.ApplicationId}/{deployment.EnvironmentId}"


def _parent(deployment: Deployment) -> str:
    return f"{_environment(deployment)}/{deployment.DeploymentNumber}"


def _key(scope: Scope, deployment: Deployment) -> str:
    return "/".join((*scope, _parent(deployment)))
