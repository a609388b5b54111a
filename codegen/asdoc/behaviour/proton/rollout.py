"""How an environment is deployed: each deployment moves on by time alone, or is cancelled.

IN_PROGRESS becomes SUCCEEDED or FAILED; once cancelled, it is CANCELLING, and becomes CANCELLED or FAILED.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import NamedTuple

from asdoc.runtime.server.call import Call

from .base import OUTCOMES, arn_of, conflict, not_found, replaced
from .records import DEPLOYMENT, ENVIRONMENT, LEAVING, TARGET, Deployment, Environment, Leaving, State, Target
from .versions import Versions

ACTIVE = ("IN_PROGRESS", "CANCELLING")
_MESSAGES = {"FAILED": "The deployment failed.", "CANCELLED": "The deployment was cancelled."}


class Standing(NamedTuple):
    status: str
    since: datetime


def standing(deployment: Deployment, now: datetime) -> Standing:
    """The status of a deployment, and since when it has had it."""
    cancelled = deployment.cancelled_at
    if cancelled is not None:
        end = cancelled + deployment.cancelling
        return Standing("CANCELLING", cancelled) if now < end else Standing(deployment.cancel_ends, end)
    end = deployment.createdAt + deployment.takes
    return Standing("IN_PROGRESS", deployment.createdAt) if now < end else Standing(deployment.ends, end)


def message(deployment: Deployment, status: str) -> str | None:
    """What there is to say of a deployment in that status."""
    if status == "FAILED" and deployment.cancelled_at is not None:
        return "The deployment could not be cancelled, and failed."
    return _MESSAGES.get(status)


class Rollout(Versions):
    def deployment_outcome(self, call: Call) -> str:
        """How a deployment that starts with this call ends if it is not cancelled: SUCCEEDED or FAILED."""
        return "SUCCEEDED"

    def cancel_outcome(self, deployment: Deployment, now: datetime) -> str:
        """How an attempt to cancel ends that is made now, while the deployment is IN_PROGRESS.

        Raises ValueError where what was given as `cancel` tells none of the documented outcomes.
        """
        if isinstance(self._cancel, str):
            return self._cancel
        outcome = self._cancel(deployment.environmentName, (now - deployment.createdAt) / deployment.takes)
        if outcome not in OUTCOMES:
            raise ValueError(f"a cancellation ends {', '.join(OUTCOMES)}, and not {outcome}")
        return outcome

    def environment(self, call: Call, name: str) -> Environment:
        """The environment of that name. Raises ResourceNotFoundException, also once its deletion is through."""
        environment: Environment | None = call.store.get(call.scope, ENVIRONMENT, "", name)
        if environment is None or gone(environment, call.now):
            raise not_found("The environment", name)
        return environment

    def deployment(self, call: Call, environment: str, identifier: str) -> Deployment:
        """A deployment of an environment. Raises ResourceNotFoundException."""
        deployment: Deployment | None = call.store.get(call.scope, DEPLOYMENT, environment, identifier)
        if deployment is None:
            raise not_found("The deployment", identifier)
        return deployment

    def start(self, call: Call, name: str, target: State, *, before: Environment | None) -> Deployment:
        """Start a deployment of an environment, which is None if it is new."""
        identifier = str(uuid.uuid4())
        deployment = Deployment(
            arn=arn_of(call, f"deployment/{identifier}"),
            createdAt=call.now,
            environmentName=name,
            id=identifier,
            initial=None if before is None else self.deployed(call, before),
            target=target,
            takes=self._deployment,
            ends=self.deployment_outcome(call),
        )
        self.keep_deployment(call, deployment)
        call.store.put(call.scope, TARGET, "", identifier, Target(id=identifier, environment=name))
        return deployment

    def keep_deployment(self, call: Call, deployment: Deployment) -> None:
        call.store.put(call.scope, DEPLOYMENT, deployment.environmentName, deployment.id, deployment)

    def latest(self, call: Call, environment: Environment) -> Deployment:
        """The deployment that was attempted last."""
        return self.deployment(call, environment.name, environment.attempted)

    def last_success(self, call: Call, environment: Environment) -> str:
        """The id of the latest deployment that succeeded, or nothing."""
        latest = self.latest(call, environment)
        return latest.id if standing(latest, call.now).status == "SUCCEEDED" else environment.succeeded

    def deployed(self, call: Call, environment: Environment) -> State:
        """What is deployed: what the last success brought; before there was one, what the last attempt was to bring."""
        succeeded = self.last_success(call, environment)
        return self.deployment(call, environment.name, succeeded or environment.attempted).target

    def check_settled(self, call: Call, environment: Environment) -> None:
        """Raises ConflictException while the environment is being deployed or deleted."""
        if environment.deleted_at is not None:
            raise conflict(f"The environment {environment.name} is being deleted.")
        status = standing(self.latest(call, environment), call.now).status
        if status in ACTIVE:
            raise conflict(f"A deployment of the environment {environment.name} is {status}.")

    def sweep(self, call: Call) -> None:
        """Forget the environments whose deletion is through."""
        leaving: Leaving
        for _, leaving in call.store.page(call.scope, LEAVING, "", where=lambda each: each.deleted_at <= call.now):
            for _, deployment in call.store.page(call.scope, DEPLOYMENT, leaving.name):
                call.store.delete(call.scope, TARGET, "", deployment.id)
            call.store.drop(call.scope, DEPLOYMENT, leaving.name)
            call.store.delete(call.scope, ENVIRONMENT, "", leaving.name)
            call.store.delete(call.scope, LEAVING, "", leaving.name)
            self.forget_tags(call, f"environment/{leaving.name}")

    def cancelled(self, call: Call, deployment: Deployment) -> Deployment:
        """The deployment with an attempt to cancel it; unchanged where it is faster than the attempt."""
        outcome = self.cancel_outcome(deployment, call.now)
        if outcome == "SUCCEEDED":
            return deployment
        values = {"cancelled_at": call.now, "cancelling": self._cancellation, "cancel_ends": outcome}
        return replaced(deployment, values)


def gone(environment: Environment, now: datetime) -> bool:
    """Whether the environment was deleted, and its deletion is through."""
    return environment.deleted_at is not None and environment.deleted_at <= now
