"""Environments: deployed from a template, updated in four modes, cancelled and deleted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from asdoc.runtime.server.call import Call
from asdoc.runtime.server.pagination import page

from .base import arn_of, conflict, given, not_found, replaced
from .provisioning import check_new, check_update, repository
from .records import (
    ENVIRONMENT,
    LEAVING,
    TEMPLATE,
    VERSION,
    Environment,
    Leaving,
    Members,
    State,
    answered,
    shown,
    whole,
)
from .rollout import Rollout, gone, message, standing
from .tags import tags_given

_METADATA = (
    "codebuildRoleArn",
    "componentRoleArn",
    "description",
    "environmentAccountConnectionId",
    "protonServiceRoleArn",
)
_SUMMARY = (
    "arn",
    "componentRoleArn",
    "createdAt",
    "description",
    "environmentAccountConnectionId",
    "name",
    "protonServiceRoleArn",
    "provisioning",
)
_SHOWN = (*_SUMMARY, "codebuildRoleArn", "provisioningRepository")
_VERSIONS = ("templateMajorVersion", "templateMinorVersion")
_RESOURCE = re.compile(
    r"environment/(?P<environment>[^/:]+)|environment-template/(?P<template>[^/:]+)(:(?P<major>\d+)\.(?P<minor>\d+))?"
)


class Environments(Rollout):
    def create_environment(self, call: Call) -> Members:
        """Deploy a new environment (create_environment.rst:13); without a minor version, with the recommended one."""
        params = call.params
        name, template = params["name"], self.template(call, params["templateName"])
        check_new(call)
        self.sweep(call)
        if call.store.get(call.scope, ENVIRONMENT, "", name) is not None:
            raise conflict(f"There is an environment {name} already.")
        self.check_quota(call, ENVIRONMENT, call.store.count(call.scope, ENVIRONMENT, ""))
        major = params["templateMajorVersion"]
        minor = self._minor(call, template.name, major, params.get("templateMinorVersion"))
        target = State(
            spec=params["spec"], templateMajorVersion=major, templateMinorVersion=minor, templateName=template.name
        )
        deployment = self.start(call, name, target, before=None)
        environment = Environment(
            arn=arn_of(call, f"environment/{name}"),
            createdAt=call.now,
            name=name,
            provisioning=template.provisioning,
            attempted=deployment.id,
            **given(call, _METADATA),
            **repository(call),
        )
        self._keep_environment(call, environment)
        self.set_tags(call, f"environment/{name}", tags_given(call))
        return self._environment_answer(call, environment)

    def get_environment(self, call: Call) -> Members:
        return self._environment_answer(call, self.environment(call, call.params["name"]))

    def list_environments(self, call: Call) -> Members:
        """All, or those that are deployed with one of the major versions of templates (list_environments.rst:44)."""
        filters = call.params.get("environmentTemplates", ())
        wanted = {(each["templateName"], each["majorVersion"]) for each in filters}

        def listed(environment: Environment) -> bool:
            if gone(environment, call.now):
                return False
            state = self.deployed(call, environment) if wanted else None
            return state is None or (state.templateName, state.templateMajorVersion) in wanted

        names = tuple(sorted(f"{template}:{major}" for template, major in wanted))
        environments, token = page(call, ENVIRONMENT, where=listed, filters=names)
        return answered("environments", [self._environment_view(call, each, _SUMMARY) for each in environments], token)

    def update_environment(self, call: Call) -> Members:
        """Change what is given, and deploy what the mode tells (update_environment.rst:45-77)."""
        environment = self.environment(call, call.params["name"])
        self.check_settled(call, environment)
        check_update(call, environment)
        target = _MODES[call.params["deploymentType"]](self, call, self.deployed(call, environment))
        values: dict[str, Any] = {**given(call, _METADATA), **repository(call)}
        if target is not None:
            values["succeeded"] = self.last_success(call, environment)
            values["attempted"] = self.start(call, environment.name, target, before=environment).id
        environment = replaced(environment, values)
        self._keep_environment(call, environment)
        return self._environment_answer(call, environment)

    def delete_environment(self, call: Call) -> Members:
        """DELETE_IN_PROGRESS, and after a while there is no such environment."""
        environment = self.environment(call, call.params["name"])
        self.check_settled(call, environment)
        environment = replaced(environment, {"deleted_at": call.now + self._deletion})
        self._keep_environment(call, environment)
        leaving = Leaving(name=environment.name, deleted_at=call.now + self._deletion)
        call.store.put(call.scope, LEAVING, "", environment.name, leaving)
        answer = self._environment_answer(call, environment)
        self.sweep(call)
        return answer

    def cancel_environment_deployment(self, call: Call) -> Members:
        """Try to cancel an update that is IN_PROGRESS (cancel_environment_deployment.rst:13-26).

        Without effect on one that has SUCCEEDED. In any other status, and while an environment is being created, there
        is no update to cancel, and the pages name ConflictException alone that could say so.
        """
        environment = self.environment(call, call.params["environmentName"])
        if environment.deleted_at is not None:
            raise conflict(f"The environment {environment.name} is being deleted.")
        latest = self.latest(call, environment)
        status = standing(latest, call.now).status
        if status == "IN_PROGRESS" and latest.initial is not None:
            self.keep_deployment(call, self.cancelled(call, latest))
        elif status != "SUCCEEDED":
            what = "being created" if status == "IN_PROGRESS" else status
            raise conflict(f"The environment {environment.name} is {what}: there is no update of it to cancel.")
        return self._environment_answer(call, environment)

    def has_resource(self, call: Call, resource: str) -> bool:
        match = _RESOURCE.fullmatch(resource)
        if match is None:
            return False
        name, template, major, minor = match.group("environment", "template", "major", "minor")
        if name is not None:
            environment = call.store.get(call.scope, ENVIRONMENT, "", name)
            return environment is not None and not gone(environment, call.now)
        if major is None:
            return call.store.get(call.scope, TEMPLATE, "", template) is not None
        return call.store.get(call.scope, VERSION, f"{template}/{major}", minor) is not None

    def _only_metadata(self, call: Call, state: State) -> None:
        """NONE: no deployment; a spec and versions are no metadata, and are not looked at."""

    def _current_version(self, call: Call, state: State) -> State:
        for member in _VERSIONS:
            if member in call.params:
                raise call.invalid(f"{member}: must not be given with the deployment type CURRENT_VERSION.")
        return replaced(state, given(call, ("spec",)))

    def _minor_version(self, call: Call, state: State) -> State:
        major = state.templateMajorVersion
        if call.params.get("templateMajorVersion", major) != major:
            raise call.invalid(f"templateMajorVersion: must be {major}, which is in use, for MINOR_VERSION.")
        minor = self._minor(call, state.templateName, major, call.params.get("templateMinorVersion"))
        return replaced(state, {**given(call, ("spec",)), "templateMinorVersion": minor})

    def _major_version(self, call: Call, state: State) -> State:
        major = call.params.get("templateMajorVersion")
        if major is None:
            recommended = self.recommended(call, state.templateName)
            if recommended is None:
                raise not_found("A published version of the environment template", state.templateName)
            major, _ = recommended
        elif int(major) <= int(state.templateMajorVersion):
            raise call.invalid(f"templateMajorVersion: must be higher than {state.templateMajorVersion}, now in use.")
        minor = self._minor(call, state.templateName, major, call.params.get("templateMinorVersion"))
        return replaced(state, {**given(call, ("spec",)), "templateMajorVersion": major, "templateMinorVersion": minor})

    def _minor(self, call: Call, template: str, major: str, minor: str | None) -> str:
        """The minor version wanted, which must be published, or else the recommended one of the major version."""
        if minor is None:
            minor = self.recommended_minor(call, template, major)
            if minor is None:
                raise not_found(f"A published version {major}.* of the environment template", template)
        elif self.version_status(call, self.version(call, template, major, minor)) != "PUBLISHED":
            raise call.invalid(f"templateMinorVersion: version {major}.{minor} of {template} is not published.")
        return minor

    def _keep_environment(self, call: Call, environment: Environment) -> None:
        call.store.put(call.scope, ENVIRONMENT, "", environment.name, environment)

    def _environment_answer(self, call: Call, environment: Environment) -> Members:
        view = self._environment_view(call, environment, _SHOWN)
        view["spec"] = self.deployed(call, environment).spec
        return {"environment": view}

    def _environment_view(self, call: Call, environment: Environment, names: tuple[str, ...]) -> Members:
        latest = self.latest(call, environment)
        status, _ = standing(latest, call.now)
        view: dict[str, Any] = shown(environment, names)
        view.update(whole(self.deployed(call, environment)))
        del view["spec"]
        text = message(latest, status)
        if environment.deleted_at is not None:
            status, text = "DELETE_IN_PROGRESS", None
        if text is not None:
            view["deploymentStatusMessage"] = text
        view["deploymentStatus"] = status
        view["lastAttemptedDeploymentId"] = latest.id
        view["lastDeploymentAttemptedAt"] = latest.createdAt
        succeeded = self.last_success(call, environment)
        # An answer must have the time of the last success (wire source); before there was one, it is that of creation.
        view["lastDeploymentSucceededAt"] = environment.createdAt
        if succeeded:
            view["lastSucceededDeploymentId"] = succeeded
            success = self.deployment(call, environment.name, succeeded)
            view["lastDeploymentSucceededAt"] = standing(success, call.now).since
        return view


_MODES: dict[str, Callable[[Environments, Call, State], State | None]] = {
    "NONE": Environments._only_metadata,
    "CURRENT_VERSION": Environments._current_version,
    "MINOR_VERSION": Environments._minor_version,
    "MAJOR_VERSION": Environments._major_version,
}
"""deploymentType -> what is deployed then, from what is deployed now; None for nothing."""
