"""Proton: what becomes of a deployment, whose version is taken, and what templates and environments keep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from asdoc.behaviour.proton import Proton
from asdoc.behaviour.proton.base import conflict, replaced
from asdoc.behaviour.proton.records import TEMPLATE, Deployment, Environment, Members, Template, Version
from asdoc.behaviour.proton.rollout import standing
from asdoc.behaviour.proton.tags import tags_given
from asdoc.runtime.server.call import Call, ServiceFault

from ..mutant import Mutant
from .hooks import Edit, Row, answering, asked, behaving, lose, put, within

_GET = "GetEnvironment"


def _environment(edit: Edit) -> Edit:
    return within("environment", edit)


def _deployment(edit: Edit) -> Edit:
    return within("deployment", edit)


ANSWERS = (
    Row("no-spec", _GET, _environment(lose("spec"))),
    Row("succeeded-always", _GET, _environment(put(deploymentStatus="SUCCEEDED"))),
    Row("in-progress-always", _GET, _environment(put(deploymentStatus="IN_PROGRESS"))),
    Row("no-last-attempt", _GET, _environment(lose("lastDeploymentAttemptedAt"))),
    Row("no-last-success", _GET, _environment(lose("lastDeploymentSucceededAt"))),
    Row("no-major", _GET, _environment(lose("templateMajorVersion"))),
    Row("first-minor", _GET, _environment(put(templateMinorVersion="0"))),
    Row("cancel-in-progress", "CancelEnvironmentDeployment", _environment(put(deploymentStatus="IN_PROGRESS"))),
    Row("delete-succeeded", "DeleteEnvironment", _environment(put(deploymentStatus="SUCCEEDED"))),
    Row("no-initial-state", "GetDeployment", _deployment(lose("initialState"))),
    Row("no-target-state", "GetDeployment", _deployment(lose("targetState"))),
    Row("no-completion", "GetDeployment", _deployment(lose("completedAt"))),
    Row("deployment-succeeded", "GetDeployment", _deployment(put(deploymentStatus="SUCCEEDED"))),
)

_LOST = {
    "CreateEnvironment": (
        "description",
        "codebuildRoleArn",
        "componentRoleArn",
        "protonServiceRoleArn",
        "environmentAccountConnectionId",
        "tags",
        "templateMinorVersion",
    ),
    "UpdateEnvironment": (
        "spec",
        "description",
        "codebuildRoleArn",
        "componentRoleArn",
        "protonServiceRoleArn",
        "templateMajorVersion",
        "templateMinorVersion",
    ),
    "CreateEnvironmentTemplate": ("description", "displayName", "encryptionKey", "provisioning", "tags"),
    "UpdateEnvironmentTemplate": ("description", "displayName"),
    "CreateEnvironmentTemplateVersion": ("clientToken", "description", "majorVersion", "tags"),
    "UpdateEnvironmentTemplateVersion": ("description", "status"),
    "ListEnvironments": ("environmentTemplates",),
    "ListEnvironmentTemplateVersions": ("majorVersion",),
    "ListDeployments": ("environmentName",),
}
"""Operation -> members that it never sees."""

HEARS = tuple(Row(f"{operation}.{name}", operation, lose(name)) for operation, lost in _LOST.items() for name in lost)


class CancelsNothing(Proton):
    """A cancellation is welcome, and has no effect."""

    def cancel_environment_deployment(self, call: Call) -> Members:
        return self._environment_answer(call, self.environment(call, call.params["environmentName"]))


class RefusesTooLate(Proton):
    """To cancel what has succeeded is refused."""

    def cancel_environment_deployment(self, call: Call) -> Members:
        environment = self.environment(call, call.params["environmentName"])
        if standing(self.latest(call, environment), call.now).status == "SUCCEEDED":
            raise conflict("It is too late.")
        return super().cancel_environment_deployment(call)


class UndoesSuccess(Proton):
    """To cancel what has succeeded undoes it."""

    def cancel_environment_deployment(self, call: Call) -> Members:
        environment = self.environment(call, call.params["environmentName"])
        latest = self.latest(call, environment)
        if standing(latest, call.now).status != "SUCCEEDED":
            return super().cancel_environment_deployment(call)
        self.keep_deployment(call, replaced(latest, {"ends": "CANCELLED"}))
        return self._environment_answer(call, environment)


class CancelsForEver(Proton):
    """A cancellation never ends."""

    def cancelled(self, call: Call, deployment: Deployment) -> Deployment:
        values = {"cancelled_at": call.now, "cancelling": timedelta(days=999), "cancel_ends": "CANCELLED"}
        return replaced(deployment, values)


class AlwaysFails(Proton):
    """Every deployment fails."""

    def deployment_outcome(self, call: Call) -> str:
        return "FAILED"


class NeverSettled(Proton):
    """An environment is deployed again while it is being deployed."""

    def check_settled(self, call: Call, environment: Environment) -> None:
        return


class RecommendsTheOldest(Proton):
    """The oldest published minor version is recommended."""

    def recommended_minor(self, call: Call, template: str, major: str) -> str | None:
        return next((each.minorVersion for each in self.minors(call, template, major) if each.published), None)


class RecommendsDrafts(Proton):
    """The latest minor version is recommended, published or not."""

    def recommended_minor(self, call: Call, template: str, major: str) -> str | None:
        return next((each.minorVersion for each in reversed(self.minors(call, template, major))), None)


class RecommendsTheFirstMajor(Proton):
    """The first major version is recommended."""

    def recommended(self, call: Call, template: str) -> tuple[str, str] | None:
        majors = self.majors(call, template)
        minors = ((each.number, self.recommended_minor(call, template, each.number)) for each in majors)
        return next(((major, minor) for major, minor in minors if minor is not None), None)


class DeletesRecommended(Proton):
    """A recommended version that has others beside it may be deleted."""

    def _check_deletion(self, call: Call, version: Version) -> None:
        return


class DeletesFullTemplates(Proton):
    """A template may be deleted that has versions."""

    def delete_environment_template(self, call: Call) -> Members:
        template: Template = self.template(call, call.params["name"])
        call.store.delete(call.scope, TEMPLATE, "", template.name)
        return self._template_answer(call, template)


class PublishesAtOnce(Proton):
    """A new version is published as soon as it is made."""

    def version_status(self, call: Call, version: Version) -> str:
        return "PUBLISHED"


class MakesTemplatesTwice(Proton):
    """A template that is made again is the one that was there."""

    def create_environment_template(self, call: Call) -> Members:
        try:
            return super().create_environment_template(call)
        except ServiceFault:
            return self._template_answer(call, self.template(call, call.params["name"]))


class ReplacesTags(Proton):
    """TagResource takes the other tags away."""

    def tag_resource(self, call: Call) -> Members:
        self.set_tags(call, self._tagged(call), tags_given(call))
        return {}


class RemovesAllTags(Proton):
    """UntagResource takes all tags away."""

    def untag_resource(self, call: Call) -> Members:
        self.set_tags(call, self._tagged(call), {})
        return {}


class NeverDeploys(Proton):
    """Every update is one of the metadata alone."""

    def update_environment(self, call: Call) -> Members:
        call.params = {**call.params, "deploymentType": "NONE"}
        return super().update_environment(call)


class AlwaysDeploys(Proton):
    """An update of the metadata alone deploys, too."""

    def update_environment(self, call: Call) -> Members:
        if call.params["deploymentType"] == "NONE":
            call.params = {**call.params, "deploymentType": "CURRENT_VERSION"}
        return super().update_environment(call)


class DeploymentsOfNow(Proton):
    """A deployment takes no time."""

    def __init__(self, **more: Any) -> None:
        super().__init__(deployment=0.0, **more)


class DeletesNoEnvironment(Proton):
    """An environment that is being deleted is never gone."""

    def delete_environment(self, call: Call) -> Members:
        answer = self._environment_answer(call, self.environment(call, call.params["name"]))
        answer["environment"]["deploymentStatus"] = "DELETE_IN_PROGRESS"
        return answer


class SucceedsLate(Proton):
    """A deployment never ends."""

    def cancel_outcome(self, deployment: Deployment, now: datetime) -> str:
        return "CANCELLED"

    def __init__(self, **more: Any) -> None:
        super().__init__(deployment=10.0**8, **more)


BEHAVES: dict[type[Proton], str] = {
    CancelsNothing: "CancelEnvironmentDeployment",
    RefusesTooLate: "CancelEnvironmentDeployment",
    UndoesSuccess: "CancelEnvironmentDeployment",
    CancelsForEver: "CancelEnvironmentDeployment",
    AlwaysFails: _GET,
    NeverSettled: "UpdateEnvironment",
    RecommendsTheOldest: "UpdateEnvironmentTemplateVersion",
    RecommendsDrafts: "GetEnvironmentTemplate",
    RecommendsTheFirstMajor: "GetEnvironmentTemplate",
    DeletesRecommended: "DeleteEnvironmentTemplateVersion",
    DeletesFullTemplates: "DeleteEnvironmentTemplate",
    PublishesAtOnce: "GetEnvironmentTemplateVersion",
    MakesTemplatesTwice: "CreateEnvironmentTemplate",
    ReplacesTags: "TagResource",
    RemovesAllTags: "UntagResource",
    NeverDeploys: "UpdateEnvironment",
    AlwaysDeploys: "UpdateEnvironment",
    DeploymentsOfNow: "CreateEnvironment",
    DeletesNoEnvironment: "DeleteEnvironment",
    SucceedsLate: _GET,
}


def mutants() -> Iterator[Mutant]:
    yield from answering("proton", ANSWERS)
    yield from asked("proton", HEARS)
    yield from behaving("proton", BEHAVES)
