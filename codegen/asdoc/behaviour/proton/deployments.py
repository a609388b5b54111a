"""Deployments as they are read and listed."""

from __future__ import annotations

from typing import Any

from asdoc.runtime.server.call import Call
from asdoc.runtime.server.pagination import page

from .base import not_found
from .records import DEPLOYMENT, TARGET, Deployment, Members, Target, answered, shown, whole
from .rollout import ACTIVE, Rollout, message, standing

_SHOWN = ("arn", "createdAt", "environmentName", "id")
_ELSEWHERE = (("componentName", "component"), ("serviceInstanceName", "service instance"), ("serviceName", "service"))


class Deployments(Rollout):
    def get_deployment(self, call: Call) -> Members:
        self._refuse_services(call)
        identifier = call.params["id"]
        target: Target | None = call.store.get(call.scope, TARGET, "", identifier)
        if target is None or call.params.get("environmentName", target.environment) != target.environment:
            raise not_found("The deployment", identifier)
        self.environment(call, target.environment)
        deployment = self.deployment(call, target.environment, identifier)
        view = self._deployment_view(call, deployment)
        text = message(deployment, view["deploymentStatus"])
        if text is not None:
            view["deploymentStatusMessage"] = text
        if deployment.initial is not None:
            view["initialState"] = {"environment": whole(deployment.initial)}
        view["targetState"] = {"environment": whole(deployment.target)}
        return {"deployment": view}

    def list_deployments(self, call: Call) -> Members:
        """All, or those of the environment named; the oldest first, as the page tells no order."""
        self._refuse_services(call)
        name = call.params.get("environmentName")
        if name is not None:
            self.environment(call, name)
            deployments, token = page(call, DEPLOYMENT, name)
        else:
            self.sweep(call)
            targets, token = page(call, TARGET)
            deployments = [self.deployment(call, each.environment, each.id) for each in targets]
        return answered("deployments", [self._deployment_view(call, each) for each in deployments], token)

    def _refuse_services(self, call: Call) -> None:
        """Raises ResourceNotFoundException where a service or component is named: the backend can have none."""
        for member, kind in _ELSEWHERE:
            if member in call.params:
                raise not_found(f"The {kind}", call.params[member])

    def _deployment_view(self, call: Call, deployment: Deployment) -> Members:
        """The last attempt and the last success are those of the environment, as get_deployment.rst tells them."""
        environment = self.environment(call, deployment.environmentName)
        status, since = standing(deployment, call.now)
        view: dict[str, Any] = shown(deployment, _SHOWN)
        view.update(
            deploymentStatus=status,
            lastModifiedAt=since,
            lastAttemptedDeploymentId=environment.attempted,
            targetArn=environment.arn,
            targetResourceCreatedAt=environment.createdAt,
            targetResourceType="ENVIRONMENT",
        )
        if status not in ACTIVE:
            view["completedAt"] = since
        succeeded = self.last_success(call, environment)
        if succeeded:
            view["lastSucceededDeploymentId"] = succeeded
        return view
